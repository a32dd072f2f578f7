"""The package holds what the plugin runs, and Dify's own tool would pack the same."""

from pathlib import Path

import pathspec
import pytest

from difykit.package.contents import package_files
from difykit.package.imports import ComputedImportError, imports_of, local_modules
from tests.project_files import ROOT, project_files


def test_holds_what_dify_reads_and_the_process_runs() -> None:
    files = package_files(ROOT)
    wanted = {
        "manifest.yaml", "main.py", "requirements.txt", "README.md", "PRIVACY.md", "readme/README_zh_Hans.md",
        "_assets/icon.svg", "_assets/icon-dark.svg", "provider/sales_analyst.yaml", "provider/sales_analyst.py",
        "tools/analyze_sales.yaml", "tools/analyze_sales.py", "tools/push_dingtalk.yaml", "tools/push_dingtalk.py",
        "tools/run_function.yaml", "tools/run_function.py", "daybook/plugin/run_function.py",
        "tools/inspect_sales.yaml", "tools/inspect_sales.py",
        "daybook/service_client/functions.py",
        "daybook/__init__.py", "daybook/pipeline.py", "daybook/reduce/pandas.py", "daybook/render/markdown.py",
    }  # fmt: skip
    assert wanted <= set(files)
    assert files == sorted(set(files))


def test_holds_nothing_else() -> None:
    tops = {"manifest.yaml", "main.py", "requirements.txt", "README.md", "LICENSE", "PRIVACY.md"}
    folders = {"_assets", "readme", "provider", "tools", "daybook"}
    strangers = ("daybook/service/", "daybook/airflow/", "difykit/", "daybook/cli/")
    for path in package_files(ROOT):
        assert path in tops or path.split("/")[0] in folders
        assert not path.startswith(strangers)
        assert path in project_files(), "a file that is not in git"


def test_difys_own_tool_would_pack_the_same() -> None:
    lines = [line.strip() for line in (ROOT / ".difyignore").read_text(encoding="utf-8").splitlines()]
    assert not [line for line in lines if line.startswith("!")], "Dify's tool knows no exceptions"
    ignored = pathspec.GitIgnoreSpec.from_lines(lines)
    packed_by_dify = {path for path in project_files() if not ignored.match_file(path)}
    packed = set(package_files(ROOT))
    assert packed_by_dify - packed == set(), "add these to .difyignore, as the plugin does not run them"
    assert packed - packed_by_dify == set(), "take these out of .difyignore, as the plugin runs them"


@pytest.mark.parametrize(
    "path",
    [
        ".env", ".git/config", ".venv/bin/python", ".venvs/plugin/pyvenv.cfg", "daybook/__pycache__/x.pyc",
        "daybook.egg-info/PKG-INFO", "dist/sales_analyst-0.1.0.difypkg", "build/lib/daybook/report.py", "out/report.md",
        "tools/.DS_Store", ".difyignore", "uploads.log",
    ],
)  # fmt: skip
def test_difys_own_tool_would_leave_out_what_lies_about(path: str) -> None:
    lines = (ROOT / ".difyignore").read_text(encoding="utf-8").splitlines()
    assert pathspec.GitIgnoreSpec.from_lines(lines).match_file(path)


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import a.b", ["a.b"]),
        ("from a.b import c, d", ["a.b.c", "a.b.d"]),
        ("from . import c", ["pack.age.c"]),
        ("from ..other import c", ["pack.other.c"]),
        ("def f():\n    from a import b", ["a.b"]),
        ("class C:\n    import a", ["a"]),
        ("try:\n    import a\nexcept ImportError:\n    import b", ["a", "b"]),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b", ["b"]),
        ("import typing\nif typing.TYPE_CHECKING:\n    import a", ["typing"]),
        ("importlib.import_module('a.b')", ["a.b"]),
        ("f = lambda: __import__('a')", ["a"]),
        ("importlib.import_module(name)", [""]),
    ],
)
def test_reads_imports_wherever_they_are(source: str, modules: list[str]) -> None:
    assert [used.module for used in imports_of(source, "pack/age/module.py")] == modules


@pytest.mark.parametrize(
    ("source", "lazy"),
    [("import a", False), ("class C:\n    import a", False), ("async def f():\n    import a", True)],
)
def test_tells_lazy_imports_apart(source: str, lazy: bool) -> None:
    assert [used.lazy for used in imports_of(source, "module.py")] == [lazy]


def test_follows_imports_through_the_tree(tmp_path: Path) -> None:
    sources = {
        "main.py": "import json\nfrom pack.one import thing",
        "entries/__init__.py": "",
        "entries/entry.py": "",
        "pack/__init__.py": "",
        "pack/one.py": "def work():\n    from pack.deep import two",
        "pack/deep/__init__.py": "",
        "pack/deep/two.py": "from . import three",
        "pack/deep/three.py": "import main",
        "pack/unused.py": "",
    }
    for path, source in sources.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(source)
    assert local_modules(tmp_path, ["main.py", "entries/entry.py"]) == set(sources) - {"pack/unused.py"}


def test_leaves_out_what_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("def work():\n    import extra.thing")
    (tmp_path / "extra").mkdir()
    (tmp_path / "extra" / "thing.py").write_text("import unheard_of")
    assert local_modules(tmp_path, ["main.py"]) == {"main.py", "extra/thing.py"}
    assert local_modules(tmp_path, ["main.py"], ("extra/",)) == {"main.py"}


def test_refuses_to_guess_a_computed_import(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("from importlib import import_module\nimport_module('engine_' + name)")
    with pytest.raises(ComputedImportError, match=r"main\.py:2"):
        local_modules(tmp_path, ["main.py"])
