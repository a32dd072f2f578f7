"""The layers keep to themselves: read from the source, and where it matters from a fresh process."""

import ast
import re
import subprocess
import sys
from functools import cache

import pytest
from packaging.requirements import Requirement

from difykit.package.checks.dependencies import wanted_lines
from difykit.package.checks.documents import CJK
from difykit.package.imports import imports_of
from tests.project_files import ROOT, project_files, python_files

PLUGIN = ("main.py", "provider/", "tools/")
SERVICE = ("daybook/service/", "daybook/notebook/", "tests/service/", "examples/functions/")
AIRFLOW = ("daybook/airflow/", "dags/", "tests/airflow/")
ONLY_IN = {
    "dify_plugin": PLUGIN,  # importing it patches the whole process
    "gevent": PLUGIN,
    "fastapi": SERVICE,
    "starlette": SERVICE,
    "uvicorn": SERVICE,
    "airflow": AIRFLOW,
}
FACES = (
    "tools",
    "provider",
    "daybook.service",
    "daybook.notebook",
    "daybook.airflow",
    "daybook.cli",
    "daybook.dify.__main__",
)
"""What uses the library; the library uses none of them."""
MAY_USE = {
    "daybook.cli": ("daybook.service",),
    "daybook.dify.__main__": ("daybook.cli",),
    "daybook.notebook": ("daybook.service",),
    "tools": ("provider",),
    "provider": ("tools",),
}
"""Faces that stand on another: a command starts the service or the plugin."""
NOT_OURS = ("tests/difykit/fixture_plugin/",)
"""A plugin of its own, which the runner's tests run."""
HEAVY = ("pandas", "numpy", "polars", "python_calamine", "dify_plugin", "gevent", "sqlalchemy", "alembic")
"""What costs time to import, and nobody needs before the first call."""
NAMES_A_MACHINE_ON_PURPOSE = ("tests/difykit/workflow/test_check_workflows.py",)
"""Tests of a checker that is to find such a path."""
MAX_LINES, MAX_TEST_LINES = 400, 400
LONG_FILES = {
    "dags/daily_sales_report_single_file.py": "for an Airflow where nothing can be installed, it is one file by design",
}
"""Files over these, each with its reason."""


def is_below(module: str, top: str) -> bool:
    return module == top or module.startswith(f"{top}.")


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def imports(path: str) -> list[tuple[str, int, bool]]:
    found = imports_of((ROOT / path).read_text(encoding="utf-8"), path)
    return [(used.module, used.line, used.lazy) for used in found]


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_framework_stays_in_its_layer(package: str) -> None:
    outside = [
        f"{path}:{line}"
        for path in python_files()
        if not path.startswith((*ONLY_IN[package], *NOT_OURS))
        for module, line, _ in imports(path)
        if is_below(module, package)
    ]
    assert not outside


def test_imports_point_downwards() -> None:
    upwards = []
    for path in python_files():
        importer = module_of(path)
        if not path.startswith(("daybook/", "tools/", "provider/")):
            continue
        own = next((face for face in FACES if is_below(importer, face)), None)
        allowed = (own, *MAY_USE.get(own, ())) if own else ()
        upwards += [
            f"{path}:{line} imports {module}"
            for module, line, _ in imports(path)
            for face in FACES
            if is_below(module, face) and face not in allowed
        ]
    assert not upwards


def test_the_kit_and_daybook_know_nothing_of_each_other() -> None:
    """`difykit` knows Dify, and not sales: only tests, scripts and make targets use both."""
    strangers = [
        f"{path}:{line} imports {module}"
        for path in python_files()
        for own, other in (("difykit/", ("daybook", "tests", "scripts")), ("daybook/", ("difykit",)))
        if path.startswith(own)
        for module, line, _ in imports(path)
        if any(is_below(module, top) for top in other)
    ]
    assert not strangers


def test_each_tool_module_has_one_tool() -> None:
    modules = [path.removesuffix(".yaml") + ".py" for path in project_files() if re.fullmatch(r"tools/\w+\.yaml", path)]
    assert modules
    for path in modules:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        tools = [
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Tool") for base in node.bases)
        ]
        assert len(tools) == 1, path
        borrowed = [module for module, _, _ in imports(path) if module.endswith("Tool")]
        assert borrowed == ["dify_plugin.Tool"], f"{path}: Dify's loader takes an imported tool for the module's own"


def test_what_the_plugin_imports_at_its_start_is_light() -> None:
    at_start = {
        module if (ROOT / module.replace(".", "/")).with_suffix(".py").is_file() else module.rpartition(".")[0]
        for path in python_files()
        if path.startswith(PLUGIN)
        for module, _, lazy in imports(path)
        if is_below(module, "daybook") and not lazy
    }
    assert at_start
    code = f"import sys, {', '.join(sorted(at_start))}; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    imported = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own Python
    assert imported.stdout.split() == []


@pytest.mark.parametrize("path", [path for path in python_files() if path.startswith("dags/")])
def test_a_dag_file_is_parsed_in_no_time(path: str) -> None:
    heavy = (*HEAVY, "daybook.service", "daybook.table", "daybook.analysis", "daybook.render")
    at_parse = [module for module, _, lazy in imports(path) if not lazy]
    assert [module for module in at_parse if any(is_below(module, top) for top in heavy)] == []


def test_files_fit_in_a_look() -> None:
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in python_files()}
    allowed = {path: MAX_TEST_LINES if path.startswith("tests/") else MAX_LINES for path in lengths}
    too_long = {path: length for path, length in lengths.items() if length > allowed[path]}
    assert set(too_long) == set(LONG_FILES) & set(lengths), too_long


def test_nothing_names_a_machine_or_a_package_host() -> None:
    machine = re.compile(r"(?<![\w.])/(root|work|home|Users|tmp|var/folders)/\w")
    host = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.org|mirrors\.\w+\.(com|edu)|pypi\.tuna|--(extra-)?index-url")
    named = [
        f"{path}:{number}: {line.strip()}"
        for path in sorted(set(project_files()) - set(NAMES_A_MACHINE_ON_PURPOSE))
        if path.endswith((".py", ".md", ".yaml", ".yml", ".toml", ".txt", ".sh", ".json", ".ipynb", "Makefile", "run"))
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if machine.search(line) or host.search(line)
    ]
    assert not named


def test_nobody_is_told_to_install_the_stranger_of_our_name() -> None:
    """The package index has another project called daybook: ours is installed from its folder."""
    told = re.compile(r"\bpip3? install (-\S+ )*['\"]?daybook\b", re.IGNORECASE)
    assert [path for path in project_files() if told.search((ROOT / path).read_text("utf-8", "ignore"))] == []


def test_no_lock_file_is_kept() -> None:
    locks = ("uv.lock", "poetry.lock", "Pipfile.lock", "package-lock.json", "yarn.lock")
    assert [path for path in project_files() if path.endswith(locks)] == []


def test_the_readme_has_no_chinese_character() -> None:
    assert CJK.findall((ROOT / "README.md").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in project_files() if re.search(r"\brequirements\b.*\.txt$", path)])
def test_requirements_are_exact(path: str) -> None:
    for number, wanted in wanted_lines((ROOT / path).read_text(encoding="utf-8")):
        if not wanted.startswith("-r "):
            [version] = Requirement(wanted).specifier
            assert version.operator == "==", f"{path}:{number}: {wanted}"


def test_what_dify_installs_has_hashes() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    without = [
        line for line, after in zip(lines, [*lines[1:], ""], strict=True) if "==" in line and "--hash=" not in after
    ]
    assert not without, "run make hashes"
