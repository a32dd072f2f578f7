"""`plugin_python`: the Python that runs a plugin, in the environment that Dify would make from requirements.txt."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from difykit.runner.errors import INSTALL_FAILED, NO_PYTHON, StartError

REPOSITORY = Path(__file__).resolve().parents[2]


def plugin_python() -> Path:
    """The Python for plugin processes: DIFYKIT_PYTHON, else the repository's own plugin environment.

    Raises:
        StartError: neither is there; says how to make one.
    """
    named = os.environ.get("DIFYKIT_PYTHON", "").strip()
    # not resolved: the link is what tells Python that it lives in a virtual environment
    path = Path(named) if named else REPOSITORY / ".venvs" / "plugin" / "bin" / "python"
    if not path.is_file():
        raise StartError(NO_PYTHON)
    return path


@contextlib.contextmanager
def fresh_environment(root: Path) -> Iterator[Path]:
    """The Python of a new virtual environment with the plugin's requirements, for as long as the context lasts.

    Raises:
        StartError: the requirements cannot be installed; the installer's own words are on stderr.
    """
    with tempfile.TemporaryDirectory(prefix="plugin-environment-") as folder:
        python = Path(folder) / "bin" / "python"
        install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--quiet", "--no-input"]
        try:
            # no pip inside, as in the environments that the daemon makes with uv
            _run([sys.executable, "-m", "venv", "--without-pip", folder], root)
            _run([*install, "--disable-pip-version-check", "-r", "requirements.txt"], root)
        except (OSError, subprocess.CalledProcessError):
            raise StartError(INSTALL_FAILED) from None
        yield python


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own Python
