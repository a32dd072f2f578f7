"""The manifest, the provider and the tools: fields, texts, icons, permissions."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from difykit.package.results import CheckResult, Package, fail, warn
from difykit.package.rules.common import I18n
from difykit.package.rules.manifest import Manifest
from difykit.package.rules.tools import ProviderFile, ToolFile

TEMPLATE_ICON = "DIFY_MARKETPLACE_TEMPLATE_ICON_DO_NOT_USE"
OLD_TEMPLATE_PATH = "M20 20 V80 M20 20 H60 Q80 20 80 40 T60 60 H20"
"""The drawing of the icon that older project templates came with."""
USES = {
    "storage": r"\bsession\.storage\b",
    "model": r"\bsession\.model\b",
    "tool": r"\bsession\.tool\b",
    "app": r"\bsession\.app\b",
    "node": r"\bsession\.workflow_node\b",
    "endpoint": r"\bclass \w+\(Endpoint\)",
}
"""How code looks that needs a permission."""


def manifest(package: Package) -> Iterator[CheckResult]:
    """The manifest's fields."""
    if "manifest.yaml" not in package:
        yield fail("manifest.yaml is missing", "add it")
        return
    yield from _against(Manifest, package.manifest, "manifest.yaml")
    if not package.manifest.get("meta", {}).get("minimum_dify_version"):
        yield warn("manifest.yaml: meta.minimum_dify_version is missing", "name the oldest Dify that was really tested")
    if re.search(r"@example\.|\.(example|test|invalid)$", str(package.manifest.get("contact", ""))):
        yield warn("manifest.yaml: contact is a placeholder", "give an address that is read before you submit")


def provider(package: Package) -> Iterator[CheckResult]:
    """The provider's fields."""
    if not package.providers:
        yield fail("there is no tool provider", "name it in the manifest under plugins.tools")
    for path, data in package.providers.items():
        yield from _against(ProviderFile, data, path)


def tools(package: Package) -> Iterator[CheckResult]:
    """The tools' fields, parameters and outputs."""
    if not package.tools:
        yield fail("there is no tool", "name the tools' files in the provider")
    for path, data in package.tools.items():
        yield from _against(ToolFile, data, path)


def sources(package: Package) -> Iterator[CheckResult]:
    """The code that the declarations name, and the entry point."""
    named = {path: data.get("extra", {}).get("python", {}).get("source") for path, data in _declarations(package)}
    named["manifest.yaml"] = f"{package.manifest.get('meta', {}).get('runner', {}).get('entrypoint')}.py"
    for path, source in named.items():
        if source not in package:
            yield fail(f"{path}: names {source}, which is not in the package", "name a file that is")


def translations(package: Package) -> Iterator[CheckResult]:
    """Every text that a person sees is there in Chinese too, and is not the English one again."""
    for path, data in [("manifest.yaml", package.manifest), *_declarations(package)]:
        for place, text in _texts(data):
            chinese = text.get("zh_Hans")
            if not chinese:
                yield warn(f"{path}: {place} has no zh_Hans", "give the Chinese text")
            elif chinese == text.get("en_US") and " " in chinese:
                yield warn(f"{path}: {place} says the same in zh_Hans as in en_US", "give the Chinese text")


def icons(package: Package) -> Iterator[CheckResult]:
    """The icons that are named exist, and are our own."""
    owners = {"manifest.yaml": package.manifest} | {
        path: data.get("identity") or {} for path, data in package.providers.items()
    }
    for path, owner in owners.items():
        for field in ("icon", "icon_dark"):
            name = owner.get(field)
            if name and f"_assets/{name}" not in package:
                yield fail(f"{path}: {field} names {name}, which is not in _assets", "name a file of _assets")
    for path in package.files:
        drawing = package.files[path]
        if path.startswith("_assets/") and (
            TEMPLATE_ICON.encode() in drawing or OLD_TEMPLATE_PATH.encode() in b" ".join(drawing.split())
        ):
            yield fail(f"{path} is the icon of Dify's project template", "draw one of your own")


def permissions(package: Package) -> Iterator[CheckResult]:
    """What is asked for is used, and what is used is asked for."""
    asked = (package.manifest.get("resource") or {}).get("permission") or {}
    code = "\n".join(package.text(path) for path in package.python)
    for name, pattern in USES.items():
        enabled = bool((asked.get(name) or {}).get("enabled"))
        used = re.search(pattern, code) is not None
        if enabled and not used:
            yield fail(f"manifest.yaml: asks for the permission {name}, which the code never uses", "take it out")
        if used and not enabled:
            yield fail(f"the code uses {name}, which manifest.yaml does not ask for", "ask for the permission")


def _declarations(package: Package) -> list[tuple[str, dict[str, Any]]]:
    return [*package.providers.items(), *package.tools.items()]


def _against(rules: type[BaseModel], data: dict[str, Any], path: str) -> Iterator[CheckResult]:
    try:
        declared = rules.model_validate(data)
    except ValidationError as error:
        for wrong in error.errors():
            place = ".".join(str(part) for part in wrong["loc"])
            problem = wrong["msg"].removeprefix("Value error, ")
            yield fail(f"{path}: {place}: {problem}", _remedy(rules, wrong["loc"]) or "add it, or mend it")
    else:
        for place in _unknown(declared, ""):
            yield warn(f"{path}: nobody reads {place}", "mend the name, or take it out")


def _remedy(rules: type[BaseModel], place: tuple[int | str, ...]) -> str:
    """The description of the field at ``place``, or of the nearest one above it that has one."""
    remedy = ""
    model: type[BaseModel] | None = rules
    for part in place:
        if model and part in model.model_fields:
            field = model.model_fields[str(part)]
            remedy = field.description or remedy
            model = _model_in(field.annotation)
    return remedy


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)


def _unknown(declared: BaseModel, place: str) -> Iterator[str]:
    yield from (f"{place}{name}" for name in declared.model_extra or {})
    for name in type(declared).model_fields:
        value = getattr(declared, name)
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        if isinstance(value, BaseModel):
            yield from _unknown(value, f"{place}{name}.")
        for key, part in parts:
            if isinstance(part, BaseModel):
                yield from _unknown(part, f"{place}{name}.{key}.")


def _texts(data: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(data, dict):
        if "en_US" in data and set(data) <= set(I18n.model_fields):
            yield place, data
            return
        for key, value in data.items():
            yield from _texts(value, f"{place}.{key}".lstrip("."))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            name = value.get("name") if isinstance(value, dict) else None
            yield from _texts(value, f"{place}.{name or index}")
