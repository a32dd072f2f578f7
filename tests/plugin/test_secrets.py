import json
from urllib.parse import quote

import pytest

from difykit.runner import Faults, FileServer, PluginProcess
from tests.doubles.dingtalk import DingTalkDouble, Fault
from tests.plugin.bad_files import BAD_FILES, GOOD
from tests.plugin.conftest import ROOT, SECRET, SERVICE_KEY, Altered
from tests.plugin.test_credentials import BAD as BAD_CREDENTIALS

FAULTS = (Fault.DROP_AFTER_ACCEPT, Fault.REDIRECT, Fault.URI_TOO_LONG, Fault.PUNISH)
"""One of each kind; the tests of the robot's client go through all of them. The last one makes it wait."""


def forms(secret: str) -> set[str]:
    once = quote(secret, safe="")
    return {secret, once, quote(once, safe=""), json.dumps(secret)[1:-1]}


def test_no_failing_run_gives_a_secret_away(ding: DingTalkDouble) -> None:
    """Nowhere in what the process wrote: no answer, no log, no traceback, nothing on stderr."""
    credentials = {
        "robot_webhook": ding.webhook,
        "robot_secret": SECRET,
        "robot_keyword": "日报",
        "service_key": SERVICE_KEY,
    }
    links: list[str] = []
    with (
        FileServer() as files,
        PluginProcess(ROOT, environ={"DAYBOOK_ALLOW_LOOPBACK_ROBOT": "1"}) as plugin,
    ):
        with FileServer() as stopped:
            served = [stopped.add(GOOD, "gone.csv")]
        served += [files.add(bad.data, bad.filename) for bad in BAD_FILES if isinstance(bad.data, bytes)]
        served += [
            files.add(GOOD, "old.csv", age=301),
            files.add(GOOD, "homeless.csv", relative=True),
            files.add(GOOD, "error.csv", faults=Faults(status=500)),
            files.add(GOOD, "endless.csv", faults=Faults(redirects=9)),
            files.add(GOOD, "elsewhere.csv", faults=Faults(location="http://[bad")),
            files.add(GOOD, "half.csv", faults=Faults(content_length=10**6)),
        ]
        for file in served:
            links.append(file["url"].rpartition("sign=")[2])
            result = plugin.call("analyze_sales", {"file": file, "date": "2020-01-01"}, credentials)
            assert result.error is not None
        for fault in FAULTS:
            ding.fail_next(fault, times=5)
            plugin.call("push_dingtalk", {"content": "hi"}, credentials)
        plugin.call(
            "push_dingtalk", {"content": "hi"}, {**credentials, "robot_webhook": ding.webhook + "&sign=" + SECRET}
        )
        plugin.call("push_dingtalk", {"content": "hi", "at_all": SECRET}, {**credentials, "robot_webhook": SECRET})
        for _, entered, _field in BAD_CREDENTIALS:
            assert plugin.validate({**entered}).error is not None
        assert plugin.request({"type": "tool", "action": "invoke_tool", "credentials": credentials}).error is not None
        plugin.stop()
        transcript = plugin.transcript
    assert transcript.count('"type":"error"') > len(served) + len(BAD_CREDENTIALS)
    for secret in (SECRET, ding.token, SERVICE_KEY, *links):
        for form in forms(secret):
            assert form not in transcript


@pytest.mark.parametrize(("language", "says"), [("en_US", "unexpected"), ("zh_Hans", "意外错误")])
def test_what_nobody_foresaw_is_one_safe_sentence_and_a_number_to_find_it_in_the_log(
    altered: Altered, files: FileServer, language: str, says: str
) -> None:
    code = "\n\ndef analyze(source, *options, **named):\n    raise RuntimeError(str(source))\n"
    with PluginProcess(altered("pipeline.py", code)) as plugin:
        file = files.add(SECRET.encode(), "sales.csv")
        error = plugin.call("analyze_sales", {"file": file, "language": language}).error
        assert error is not None
        assert error.kind == "UnexpectedError"
        assert says in error.message
        (logged,) = (log["message"] for log in plugin.logs if log["level"] == "ERROR")
        assert "RuntimeError at " in logged
        assert "analyze:" in logged
        number = logged.split()[2].rstrip(":")
        assert number in error.message
        plugin.stop()
        assert SECRET not in plugin.transcript
        assert "pipeline.py" not in plugin.transcript
