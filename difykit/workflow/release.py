"""`released`: a workflow file that asks for one build of the plugin, from the file that asks for none."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from difykit.package.archive import checksum, unpacked
from difykit.workflow.document import Workflow

KINDS = ("package", "marketplace")
"""Where people get the plugin: a file that they upload, or Dify's marketplace."""
_DEPENDENCIES = "dependencies: []\n"
_TOOL_NODE = re.compile(r"^(?P<indent> +)provider_id: (?P<provider>\S+)\n", re.MULTILINE)


def identifier_of(manifest: Mapping[str, Any], package: Path) -> str:
    """The plugin's unique identifier, as Dify's daemon makes it: author, name, version, digest of the contents."""
    return f"{manifest['author']}/{manifest['name']}:{manifest['version']}@{checksum(unpacked(package))}"


def released(text: str, identifier: str, kind: str) -> str:
    """The text of a workflow file, with what it depends on filled in; the rest stays as it is, to the letter.

    Args:
        text: the file of the repository.
        identifier: see `identifier_of`.
        kind: one of `KINDS`.

    Raises:
        ValueError: the file has dependencies already, or the result is not what was wanted.
    """
    plugin, _, version = identifier.partition("@")[0].partition(":")
    own = [found for found in _TOOL_NODE.finditer(text) if found["provider"].startswith(f"{plugin}/")]
    if not own:
        return text
    if text.count(_DEPENDENCIES) != 1:
        raise ValueError("the file must have no dependencies of its own")
    field = "marketplace_plugin_unique_identifier" if kind == "marketplace" else "plugin_unique_identifier"
    value = {field: identifier, "version": version}
    lines = ["dependencies:", "- current_identifier: null", f"  type: {kind}", "  value:"]
    lines += [f'    {name}: "{content}"' for name, content in value.items()]
    text = text.replace(_DEPENDENCIES, "\n".join(lines) + "\n")
    text = _TOOL_NODE.sub(lambda found: f'{found["indent"]}plugin_unique_identifier: "{identifier}"\n{found[0]}', text)
    _check(text, identifier, len(own))
    return text


def _check(text: str, identifier: str, tools: int) -> None:
    workflow = Workflow.read("released", text)
    [dependency] = workflow.data["dependencies"]
    asking = [node for node in workflow.nodes.values() if node.data.get("plugin_unique_identifier") == identifier]
    if identifier not in dependency["value"].values() or len(asking) != tools:
        raise ValueError("the identifier did not get where it belongs")
