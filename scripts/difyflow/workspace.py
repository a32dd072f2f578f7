"""Everything that a shipped workflow needs around it, started on this machine for as long as a run takes."""

import contextlib
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daybook.runner import FileServer, PluginProcess, plugin_python
from difyflow.document import Workflow
from difyflow.engine.host import Host
from difyflow.service import ServiceProcess

if TYPE_CHECKING:
    from tests.doubles.dingtalk import DingTalkDouble

ROOT = Path(__file__).resolve().parents[2]
ROBOT_FIELDS = ("robot_webhook", "robot_secret", "robot_keyword")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A host with what stands behind it."""

    host: Host = field(repr=False)
    group: "DingTalkDouble | None" = None
    """The group on this machine; None where the messages go to a real one."""
    service: ServiceProcess | None = None
    about: tuple[str, ...] = ()
    """What was started, in words."""

    @classmethod
    @contextlib.contextmanager
    def for_workflow(cls, workflow: Workflow, environment: Mapping[str, Any]) -> "Iterator[Workspace]":
        """Start what a workflow uses, and no more.

        Args:
            workflow: the file.
            environment: values for its environment variables; what is missing of the service's is filled in.
        """
        names = {str(variable["name"]) for variable in workflow.environment}
        tools = {str(node.data.get("tool_name")) for node in workflow.nodes.values() if node.type == "tool"}
        wants_service = ("SERVICE_URL" in names and not environment.get("SERVICE_URL")) or "run_function" in tools
        about = []
        with contextlib.ExitStack() as stack:
            group = None
            robot = {name: os.environ.get(f"DAYBOOK_{name.upper()}", "") for name in ROBOT_FIELDS}
            if not robot["robot_webhook"]:
                group = stack.enter_context(_group())
                robot = {"robot_webhook": group.webhook, "robot_secret": group.secret, "robot_keyword": ""}
                about.append("A DingTalk group on this machine takes the messages.")
            credentials, values = dict(robot), dict(environment)
            service = None
            if wants_service:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="daybook-workflow-")))
                settings = {
                    "source_folder": ROOT / "examples",
                    "functions": os.environ.get("DAYBOOK_FUNCTIONS", "orders,prices"),
                    "functions_folder": os.environ.get("DAYBOOK_FUNCTIONS_FOLDER", ROOT / "examples" / "functions"),
                }
                service = stack.enter_context(ServiceProcess(folder, robots={"group": robot}, **settings))
                about.append(f"The analysis service runs ({service.seconds:.1f} s to ready).")
                credentials |= {"service_url": service.url, "service_key": service.key}
                values |= {"SERVICE_URL": service.url, "SERVICE_KEY": service.key} if "SERVICE_URL" in names else {}
            plugin = None
            if tools:
                environ = {"DAYBOOK_ALLOW_LOOPBACK_ROBOT": "1" if group else None}
                plugin = stack.enter_context(PluginProcess(ROOT, plugin_python(), environ))
                about.append(f"The plugin runs in a process of its own ({plugin.seconds_to_ready:.1f} s to ready).")
            files = stack.enter_context(FileServer())
            yield cls(Host(plugin, files, credentials, values), group, service, tuple(about))


def _group() -> "DingTalkDouble":
    sys.path.insert(0, str(ROOT))  # the double lives with the tests
    from tests.doubles.dingtalk import DingTalkDouble  # noqa: PLC0415

    return DingTalkDouble(secret=f"SEC{secrets.token_hex(32)}")
