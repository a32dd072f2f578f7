"""Every benchmark in turn: ``python -m bench``; one of them: ``python -m bench.analysis``."""

import runpy
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("*.py")):
    if not path.stem.startswith("_") and path.stem != "yardstick":
        print(f"\n{path.stem}")
        runpy.run_module(f"bench.{path.stem}", run_name="__main__")
