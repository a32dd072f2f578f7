"""No generated sales file gives a wrong figure in silence, and nine of ten are read right without a question.

``DAYBOOK_GENERATED`` sets the number of files: a few hundred by default, 10,000 in the nightly run.
"""

import os
from collections import Counter
from collections.abc import Callable

from tests.cases.generated.make import generate
from tests.cases.right import Outcome, judge

FILES = int(os.environ.get("DAYBOOK_GENERATED", "300"))


def test_a_generated_file_is_read_right_or_asked_about(record_property: Callable[[str, object], None]) -> None:
    counts: Counter[Outcome] = Counter()
    wrong = []
    for seed in range(FILES):
        made = generate(seed)
        verdict = judge(made.case, made.content)
        counts[verdict.outcome] += 1
        if verdict.outcome is Outcome.WRONG:
            wrong.append(f"seed {seed} ({', '.join(made.features)}): {verdict.why}")
    record_property(
        "counts", {outcome.value: count for outcome, count in counts.items()}
    )  # of plain words: a worker sends it
    assert not wrong, "\n".join(wrong[:20])
    assert counts[Outcome.RIGHT] >= 0.9 * FILES, counts


def test_a_seed_gives_the_same_file_each_time() -> None:
    made, again = generate(7), generate(7)
    assert (made.case, made.features) == (again.case, again.features)
