"""`serve()` in a plain script: there is no kernel, and whatever starts processes may run the script again."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]

HEAD = """
from pathlib import Path
import daybook
from daybook.errors import DaybookError
from daybook.notebook import serve

with Path("runs").open("a") as notes:
    notes.write(__name__ + "\\n")

@daybook.function
def half(number: int) -> int:
    if number % 2:
        raise ValueError("Only even numbers.")
    return number // 2

service = serve(port=0, workers=2, language="en_US", state_folder="state", temp_folder="temp")
"""

type Script = Callable[[str], subprocess.Popen[str]]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Starts a script in a folder of its own, in a session that a test can interrupt as a terminal does."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}

    def start(source: str) -> subprocess.Popen[str]:
        (tmp_path / "script.py").write_text(source, encoding="utf-8")
        return subprocess.Popen(
            [sys.executable, "script.py"],
            cwd=tmp_path,
            env={name: value for name, value in kept.items() if not name.startswith("DAYBOOK_")}
            | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    return start


def shown(process: subprocess.Popen[str], code: int = 0) -> tuple[str, str]:
    """What a script printed, and what it said of errors, once it has ended."""
    output, errors = process.communicate(timeout=60)
    assert process.returncode == code, errors
    return output, errors


def test_an_unguarded_script_runs_once_and_its_functions_are_served(script: Script, tmp_path: Path) -> None:
    output, errors = shown(
        script(
            HEAD
            + "print(service.call('half', number=8))\n"
            + "try:\n    service.call('half', number=3)\nexcept DaybookError as error:\n    print(error)\n"
            + "@daybook.function\ndef later() -> str:\n    return 'defined after serve()'\n"
            + "print(service.call('later'))\n"
        )
    )
    assert output.splitlines() == ["4", "Only even numbers.", "defined after serve()"]
    assert (tmp_path / "runs").read_text("utf-8") == "__main__\n"
    # it is at its end, and says what that means for the service; nothing else went wrong on the way
    assert errors == (
        "The script is at its end, and the service with it; to keep it running, call wait() on what serve() gave, or"
        " start it with the command daybook serve.\n"
    )
    assert not list((tmp_path / "temp").iterdir())


def test_a_script_that_stops_the_service_itself_is_told_nothing(script: Script) -> None:
    output, errors = shown(script(HEAD + "with service:\n    print(service.is_running)\nprint(service.is_running)\n"))
    assert (output.split(), errors) == (["True", "False"], "")


def test_a_script_that_waits_serves_until_it_is_interrupted(script: Script) -> None:
    # whoever runs the tests in the background has Ctrl-C ignored, and a child inherits that
    heard = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    process = script(heard + HEAD + "print(service.url, flush=True)\nservice.wait()\nprint('ended')\n")
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    try:
        answer = httpx.post(f"{url}/functions/half", json={"number": 6}, timeout=30, trust_env=False)
        assert answer.json()["result"] == 3
    finally:
        os.killpg(process.pid, signal.SIGINT)
    output, errors = shown(process)
    assert (output, errors) == ("ended\n", "")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/status", trust_env=False)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_process_of_the_scripts_own_never_starts_the_service_again(
    script: Script, tmp_path: Path, method: str
) -> None:
    child = f"""
import multiprocessing
process = multiprocessing.get_context("{method}").Process(target=print, args=("never",))
process.start()
process.join()
print(process.exitcode, service.call("half", number=2))
service.stop()
"""
    output, errors = shown(script(HEAD + child))
    assert output == "1 1\n", "the child ends with an error, the service goes on"
    assert 'put that call below if __name__ == "__main__":' in errors.strip().splitlines()[-1]
    assert (tmp_path / "runs").read_text("utf-8") == "__main__\n__mp_main__\n"


def test_with_a_guard_the_scripts_own_processes_work(script: Script) -> None:
    guarded = HEAD.replace("service = serve(", "def start():\n    return serve(") + (
        "if __name__ == '__main__':\n"
        "    import multiprocessing\n"
        "    with start() as service, multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "        print(pool.map(half, [4]), service.call('half', number=4))\n"
    )
    output, errors = shown(script(guarded))
    assert (output, errors) == ("[2] 2\n", "")


def test_a_function_that_cannot_be_offered_is_said_once_and_the_service_is_there(script: Script) -> None:
    broken = "@daybook.function\ndef broken(number): ...\n"
    output, errors = shown(
        script(
            HEAD.replace("service =", broken + "service =")
            + "again = serve(**service.wanted)\nprint(again is service, service.functions)\n"
            + "del broken\nprint(service.call('half', number=2))\nservice.stop()\n"
        )
    )
    assert output.splitlines() == ["True []", "1"]
    assert errors.count("The argument number of the function broken has no type") == 1


@pytest.mark.parametrize("given", ["", ", key='a-key-of-the-cell-itself'"])
def test_keys_of_the_settings_hold_where_none_is_given(script: Script, given: str) -> None:
    source = HEAD.replace("port=0", "port=0, host='0.0.0.0'" + given).replace(
        "import daybook\n",
        "import os, daybook\nos.environ['DAYBOOK_API_KEYS'] = 'a-key-that-callers-have,another-key-they-have'\n",
        1,
    )
    output, errors = shown(script(source + "print(service.key, service.call('half', number=2))\nservice.stop()\n"))
    assert errors == ""
    assert output.split() == ["a-key-of-the-cell-itself" if given else "a-key-that-callers-have", "1"]


def test_a_script_that_is_killed_leaves_no_process(script: Script) -> None:
    process = script(HEAD + "print(service.call('half', number=2), flush=True)\nservice.wait()\n")
    assert process.stdout is not None
    assert process.stdout.readline() == "1\n"
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 2
    process.kill()
    process.communicate()
    gone, alive = psutil.wait_procs(family, timeout=30)
    assert (len(gone), alive) == (len(family), [])
