"""`SubprocessCode`: code nodes in a Python process of their own with the standard library alone, as in the sandbox."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

SECONDS = 15
"""What a run may take (the sandbox's SANDBOX_WORKER_TIMEOUT in Dify's Docker settings)."""

_WRAPPER = """
import json, sys
given = json.load(sys.stdin)
names = {}
exec(compile(given["code"], "code node", "exec"), names)
print(json.dumps(names["main"](**given["inputs"]), allow_nan=False))
"""


class CodeError(Exception):
    """The code ended with an exception, or not at all."""


class SubprocessCode:
    """Executes code nodes; graphon's interface of an executor."""

    def execute(self, *, language: str, code: str, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """The outputs of ``main``.

        Raises:
            CodeError: it ended with an exception, or took too long.
        """
        if language != "python3":
            raise CodeError(f"only Python runs here, not {language}")
        command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", _WRAPPER]  # -S: no installed packages
        given = json.dumps({"code": code, "inputs": inputs}, default=str)
        try:
            done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - the workflow's own code is what is to be run
        except subprocess.TimeoutExpired:
            raise CodeError(f"the code ran for more than {SECONDS} s") from None
        if done.returncode:
            raise CodeError(done.stderr.strip().rpartition("\n")[2])
        outputs = json.loads(done.stdout)
        if not isinstance(outputs, dict):
            raise CodeError("main gives no dict")
        return outputs

    def is_execution_error(self, error: Exception) -> bool:
        """Whether an error is the code's own."""
        return isinstance(error, CodeError)
