"""Where the Python is that runs a plugin: the environment that Dify would make from requirements.txt."""

import os
from pathlib import Path

from daybook.runner.errors import NO_PYTHON, StartError

REPOSITORY = Path(__file__).resolve().parents[2]


def plugin_python() -> Path:
    """The Python for plugin processes: DAYBOOK_PLUGIN_PYTHON, else the repository's own plugin environment.

    Raises:
        StartError: neither is there; says how to make one.
    """
    named = os.environ.get("DAYBOOK_PLUGIN_PYTHON", "").strip()
    # not resolved: the link is what tells Python that it lives in a virtual environment
    path = Path(named) if named else REPOSITORY / ".venvs" / "plugin" / "bin" / "python"
    if not path.is_file():
        raise StartError(NO_PYTHON)
    return path
