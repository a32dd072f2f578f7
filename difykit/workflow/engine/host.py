"""`Host`: what a workflow needs around it: the plugin's process, its credentials, and the files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from difykit.runner import FileServer, PluginProcess


@dataclass(frozen=True, slots=True)
class Host:
    """Stands where a Dify workspace stands.

    Args:
        plugin: runs; None where no tool node is used.
        files: serves uploads to the plugin.
        credentials: what was entered in the plugin's authorization.
        environment: values of environment variables, in place of those in the file.
    """

    plugin: PluginProcess | None
    files: FileServer
    credentials: Mapping[str, Any] = field(default_factory=dict, repr=False)
    environment: Mapping[str, Any] = field(default_factory=dict, repr=False)
