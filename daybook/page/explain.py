"""`Form`: where one who knows says why a day was no ordinary one; it stands on the day's page, by a link of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from daybook.explanation import NAMES, NOTE_CHARACTERS, Because, Explanation
from daybook.language import Language, Text
from daybook.page import texts


class Choice(NamedTuple):
    """A reason to choose."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the form, in words.

    Attributes:
        action: the address that it is sent to.
        held: what was said last and holds; empty for nothing.
        choices: the reasons.
        note: a few words on it.
        until: how long the page's link is good for.
        history: what was said before, the latest first: when, and what.
        error: why an answer was not taken; empty for none.
    """

    action: str
    held: str
    choices: Sequence[Choice]
    note: str
    until: str
    history: Sequence[tuple[str, str]]
    error: str = ""
    note_characters: int = NOTE_CHARACTERS


def choices_of(chosen: str, language: Language) -> list[Choice]:
    """The reasons, one of them chosen; none where that is no reason."""
    return [Choice(because.value, NAMES[because].to(language), because == chosen) for because in Because]


def in_words(explanation: Explanation | None, language: Language) -> str:
    """What was said, in a few words."""
    if explanation is None:
        return texts.TAKEN_BACK.to(language)
    text: Text = texts.SAID_WITH_NOTE if explanation.note else texts.SAID
    return text.to(language, because=NAMES[explanation.because], note=explanation.note)
