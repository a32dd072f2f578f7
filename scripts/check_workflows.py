"""Holds the workflow files against the plugin's declarations and Dify's import: ``make check-workflows``.

Prints what is wrong, each with its file and node, and ends with 1 where anything is.
"""

import argparse
import sys
from pathlib import Path

from daybook.runner.declaration import Declaration
from difyflow.checks import Context, findings
from difyflow.document import Workflow

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Check the files, print what is wrong, and give the exit code."""
    parser = argparse.ArgumentParser(description="Check workflow files.")
    parser.add_argument("files", type=Path, nargs="*", help="all of workflows/ where none is named")
    paths = parser.parse_args().files or sorted((ROOT / "workflows").glob("*.yml"))
    declaration = Declaration.load(ROOT)
    wrong = 0
    for path in paths:
        try:
            workflow = Workflow.load(path)
        except (OSError, ValueError) as error:
            print(error, file=sys.stderr)
            wrong += 1
            continue
        found = list(findings(Context(workflow, declaration)))
        wrong += len(found)
        for finding in found:
            print(finding, file=sys.stderr)
        if not found:
            print(f"{path.name}: {len(workflow.nodes)} nodes, {len(workflow.edges)} edges, nothing wrong")
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
