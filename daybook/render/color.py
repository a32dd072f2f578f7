"""Whether a person who reads at a terminal wants colours there."""

from collections.abc import Mapping


def color_wanted(environ: Mapping[str, str]) -> bool:
    """Whether the environment leaves room for colours; that the output is a terminal at all is another question.

    ``NO_COLOR`` with any value forbids them (https://no-color.org), and ``TERM=dumb`` cannot show them.
    """
    return not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
