"""Runs a workflow file by ``difykit run``, with what Daybook's workflows want around them started on this machine.

    make workflow FILE=workflows/daily_sales_report.yml INPUT=examples/sales_month.csv
    make workflow FILE=workflows/sales_agent.yml INPUT=examples/sales_month.csv ARGS="--set report_date=2026-10-14"

A robot on this machine takes the messages unless DAYBOOK_ROBOT_WEBHOOK (and DAYBOOK_ROBOT_SECRET,
DAYBOOK_ROBOT_KEYWORD) names another. A workflow that wants the analysis service (SERVICE_URL among its environment
variables, or the tool run_function) gets one, started for the run.
"""

import contextlib
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from difykit.cli.main import main as difykit
from difykit.runner.parameters import CREDENTIAL_PREFIX
from difykit.workflow.document import Workflow
from tests.doubles.dingtalk import DingTalkDouble
from tests.service.harness import ServiceProcess

ROOT = Path(__file__).resolve().parents[1]
ROBOT_FIELDS = ("robot_webhook", "robot_secret", "robot_keyword")


def main(arguments: list[str]) -> None:
    """Run the workflow file that is the first argument; the others go to ``difykit run`` as they are."""
    with contextlib.ExitStack() as stack:
        robot = {name: os.environ.get(f"DAYBOOK_{name.upper()}", "") for name in ROBOT_FIELDS}
        group = None
        if not robot["robot_webhook"]:
            group = stack.enter_context(DingTalkDouble(secret=f"SEC{secrets.token_hex(32)}"))
            robot = {"robot_webhook": group.webhook, "robot_secret": group.secret, "robot_keyword": ""}
            os.environ["DAYBOOK_ALLOW_LOOPBACK_ROBOT"] = "1"
            print("A DingTalk group on this machine takes the messages.")
        credentials, more = dict(robot), []
        names, tools = _wants(arguments)
        if ("SERVICE_URL" in names and "SERVICE_URL=" not in " ".join(arguments)) or "run_function" in tools:
            key = secrets.token_hex(16)
            url = stack.enter_context(_service(robot, key)).url
            print("The analysis service runs.")
            credentials |= {"service_url": url, "service_key": key}
            if "SERVICE_URL" in names:
                more = ["--env", f"SERVICE_URL={url}", "--env", f"SERVICE_KEY={key}"]
        os.environ |= {CREDENTIAL_PREFIX + name.upper(): value for name, value in credentials.items()}
        try:
            difykit.main(["run", "--root", str(ROOT), "--credentials-from-env", *arguments, *more], "difykit")
        finally:
            if group is not None:
                print(
                    f"\n{len(group.messages)} message(s) in the group",
                    *(f"    {m.title}" for m in group.messages),
                    sep="\n",
                )


def _wants(arguments: list[str]) -> tuple[set[str], set[str]]:
    """The names of the workflow's environment variables, and the tools that it calls."""
    try:
        workflow = Workflow.load(Path(arguments[0]))
    except (IndexError, OSError, ValueError):  # `difykit run` says what is wrong
        return set(), set()
    names = {str(variable["name"]) for variable in workflow.environment}
    return names, {str(node.data.get("tool_name")) for node in workflow.nodes.values() if node.type == "tool"}


@contextlib.contextmanager
def _service(robot: Mapping[str, str], key: str) -> Iterator[ServiceProcess]:
    fields = {name.removeprefix("robot_"): value for name, value in robot.items()}
    settings = {
        "workers": 1,
        "api_keys": key,
        "robots": json.dumps({"group": fields}),
        "allow_loopback_robot": "1",
        "source_folder": ROOT / "examples",
        "functions": os.environ.get("DAYBOOK_FUNCTIONS", "orders,prices"),
        "functions_folder": os.environ.get("DAYBOOK_FUNCTIONS_FOLDER", ROOT / "examples" / "functions"),
    }
    with (
        tempfile.TemporaryDirectory(prefix="daybook-workflow-") as folder,
        ServiceProcess(Path(folder), **settings) as service,
    ):
        yield service


if __name__ == "__main__":
    main(sys.argv[1:])
