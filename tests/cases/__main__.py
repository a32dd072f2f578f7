"""`python -m tests.cases`: how many of the cases are right, asked about, refused and wrong, by kind.

Without arguments the collected files and headers; ``--generated 1000`` the first thousand generated files,
``--seed 17`` one of them, which is written to ``--out`` where that is given. ``-v`` says what is wrong with each.
"""

import argparse
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.cases.collected import files, headers
from tests.cases.generated.make import generate
from tests.cases.right import HERE, Outcome, Verdict, judge

type Judged = tuple[str, str, Verdict]
"""Name, kind, verdict."""


def main() -> None:
    """Judge what is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generated", type=int, help="how many generated files")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="one generated file")
    parser.add_argument("--out", type=Path, help="where to write the file of --seed")
    parser.add_argument("-v", "--verbose", action="store_true", help="say what is wrong")
    given = parser.parse_args()
    if given.seed is not None and given.out:
        given.out.write_bytes(generate(given.seed).content)
    if given.seed is not None:
        found = [judge_seed(given.seed)]
    elif given.generated:
        with ProcessPoolExecutor() as pool:
            found = list(pool.map(judge_seed, range(given.first, given.first + given.generated), chunksize=50))
    else:
        found = judge_collected()
    if given.verbose or given.seed is not None:
        for name, _, verdict in found:
            if not verdict.good:
                print(f"{name}: {verdict.outcome}: {verdict.why}")
    print_table(found)


def judge_collected() -> list[Judged]:
    """The collected files and header rows."""
    found = [(name, case.kind, judge(case, HERE / "files" / name)) for name, case in files().items()]
    return found + [(name, f"header: {case.kind}", judge(case, text)) for name, (case, text) in headers().items()]


def judge_seed(seed: int) -> Judged:
    """One generated file."""
    made = generate(seed)
    return f"{seed} ({', '.join(made.features)})", made.case.kind, judge(made.case, made.content)


def print_table(judged: list[Judged]) -> None:
    """How many of each kind had which outcome; an outcome that its case does not allow counts as bad too."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for _, kind, verdict in judged:
        for row in (kind, "all"):
            table[row][verdict.outcome] += 1
            table[row]["bad"] += not verdict.good
    columns = [*Outcome, "bad"]
    print(f"{'kind':40}" + "".join(f"{column:>9}" for column in columns))
    for kind, counts in sorted(table.items(), key=lambda item: (item[0] == "all", item[0])):
        print(f"{kind:40}" + "".join(f"{counts[column]:9}" for column in columns))


if __name__ == "__main__":
    main()
