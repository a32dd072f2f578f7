"""`python -m tests.cases`: a table of the collected cases, how many are right, asked, refused and wrong by kind.

``python -m tests.cases -v`` also prints what is wrong with each that is not good.
"""

import sys
from collections import Counter, defaultdict

from tests.cases.collected import files, headers
from tests.cases.right import HERE, Outcome, Verdict, judge


def main() -> None:
    """Judge all and print the table."""
    found = [(name, case.kind, judge(case, HERE / "files" / name)) for name, case in files().items()]
    found += [(name, f"header: {case.kind}", judge(case, content)) for name, (case, content) in headers().items()]
    print_table([(kind, verdict) for _, kind, verdict in found])
    if "-v" in sys.argv:
        for name, _, verdict in found:
            if not verdict.good:
                print(f"{name}: {verdict.outcome}: {verdict.why}")


def print_table(verdicts: list[tuple[str, Verdict]]) -> None:
    """How many of each kind had which outcome; an outcome that its case does not allow counts as bad."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, verdict in verdicts:
        for row in (kind, "all"):
            table[row][verdict.outcome] += 1
            table[row]["bad"] += not verdict.good
    columns = [*Outcome, "bad"]
    print(f"{'kind':40}" + "".join(f"{column:>9}" for column in columns))
    for kind, counts in sorted(table.items(), key=lambda item: (item[0] == "all", item[0])):
        print(f"{kind:40}" + "".join(f"{counts[column]:9}" for column in columns))


if __name__ == "__main__":
    main()
