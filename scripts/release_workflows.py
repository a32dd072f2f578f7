"""Writes the workflow files that ask for the built package to dist/workflows: ``make release``.

A file asks for one build of the plugin by its identifier, ``author/name:version@sha256``, and Dify compares that
exactly. So the files in the repository ask for none, and these are written beside the package they belong to.

    python scripts/release_workflows.py                       for a package that people upload themselves
    python scripts/release_workflows.py --kind marketplace    for one that Dify's marketplace hands out unchanged
"""

import argparse
import sys
from pathlib import Path

from daybook.runner.declaration import Declaration
from difyflow.document import Workflow
from difyflow.release import KINDS, identifier_of, released

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Write the files and say where they are; 1 where there is no package."""
    parser = argparse.ArgumentParser(description="Write the workflow files that ask for the built package.")
    parser.add_argument("--package", type=Path, help="the .difypkg; the one of this version in dist/ by default")
    parser.add_argument("--kind", choices=KINDS, default="package", help="where people get the plugin; %(default)s")
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "workflows", help="where the files go")
    asked = parser.parse_args()
    declaration = Declaration.load(ROOT)
    manifest = declaration.manifest
    package = asked.package or ROOT / "dist" / f"{manifest['name']}-{manifest['version']}.difypkg"
    if not package.is_file():
        print("There is no package: build one with `make package`.", file=sys.stderr)
        return 1
    identifier = identifier_of(manifest, package)
    asked.out.mkdir(parents=True, exist_ok=True)
    for path in sorted((ROOT / "workflows").glob("*.yml")):
        text = released(path.read_text(encoding="utf-8"), identifier, asked.kind)
        (asked.out / path.name).write_text(text, encoding="utf-8")
        tools = sum(node.type == "tool" for node in Workflow.load(path).nodes.values())
        print(f"{path.name}: {f'{tools} tool nodes ask for {identifier}' if tools else 'asks for no plugin'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
