"""requirements.txt: exact, from an index, of a size that installs in time, and all that the code imports."""

import re
import sys
from collections.abc import Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from difykit.package.imports import imports_of
from difykit.package.results import CheckResult, Package, fail, warn

OLDEST_SDK = Version("0.9.0")
LARGE = {
    "torch", "torchvision", "tensorflow", "transformers", "jax", "spacy", "chromadb", "opencv-python", "playwright",
    "selenium", "matplotlib", "pyarrow", "polars", "duckdb", "pyspark", "scikit-learn", "scipy",
}  # fmt: skip
"""Packages that make an install slow; the daemon ends one that is silent for two minutes."""
DISTRIBUTIONS = {
    "yaml": "pyyaml", "dateutil": "python-dateutil", "dotenv": "python-dotenv", "zope": "zope-interface",
    "chinese_calendar": "chinesecalendar",
}  # fmt: skip
"""Where a module comes from, where its name does not say so."""
OPTIONAL = {"polars", "pyarrow"}
"""Used where they happen to be installed, and only then imported: the analysis service has them, the plugin not."""
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def requirements(package: Package) -> Iterator[CheckResult]:
    """Each line names one package in one exact version."""
    text = package.text("requirements.txt")
    if not text.strip():
        yield fail("requirements.txt is missing or empty", "list what the plugin runs on, in exact versions")
        return
    found: dict[str, Requirement] = {}
    for number, wanted in wanted_lines(text):
        place = f"requirements.txt:{number}: {wanted}"
        try:
            requirement = Requirement(wanted)
        except InvalidRequirement:
            yield fail(f"{place} is no plain requirement", "write NAME==VERSION; no options, files or addresses")
            continue
        specifiers = list(requirement.specifier)
        if requirement.url:
            yield fail(f"{place} comes from an address", "take it from the index, in an exact version")
        elif len(specifiers) != 1 or specifiers[0].operator != "==" or "*" in specifiers[0].version:
            yield fail(f"{place} is not exact", "write NAME==VERSION, so that every install gives the same")
        name = canonicalize_name(requirement.name)
        if name in found:
            yield fail(f"{place} is there twice", "keep one")
        if name in LARGE:
            yield warn(f"{place} is large", "do without in the plugin, or explain it to the reviewer")
        found[name] = requirement
    sdk = found.get("dify-plugin")
    if not sdk or not any(Version(one.version) >= OLDEST_SDK for one in sdk.specifier if one.operator == "=="):
        yield fail(f"requirements.txt: wants no dify-plugin from {OLDEST_SDK} on", "name the SDK in a version")


def wanted_lines(text: str) -> Iterator[tuple[int, str]]:
    """What a requirements file wants, with the number of the line: without comments, and without hashes."""
    for number, line in enumerate(text.splitlines(), 1):
        wanted = re.sub(r"(^|\s)#.*", "", line).strip().removesuffix("\\").strip()
        if wanted and not _HASH.fullmatch(wanted):
            yield number, wanted


def imported(package: Package) -> Iterator[CheckResult]:
    """What the code imports is in the package, in requirements.txt or in Python itself."""
    listed = {
        canonicalize_name(found[0])
        for _, line in wanted_lines(package.text("requirements.txt"))
        if (found := re.match(r"[A-Za-z0-9._-]+", line))
    }
    own = {path.split("/")[0].removesuffix(".py") for path in package.python}
    for path in package.python:
        for used in imports_of(package.text(path), path):
            if not used.module:
                yield fail(f"{path}:{used.line}: imports a module whose name is computed", "write the name there")
                continue
            top = used.module.split(".")[0]
            distribution = canonicalize_name(DISTRIBUTIONS.get(top, top))
            if used.lazy and top in OPTIONAL:
                continue
            if top not in sys.stdlib_module_names and top not in own and distribution not in listed:
                yield fail(f"{path}:{used.line}: imports {top}, which is not listed", "list it, or do without")
