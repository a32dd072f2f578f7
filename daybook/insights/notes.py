"""`note_sentence`: what was noticed in a file's layout, as a sentence."""

from daybook.insights import texts
from daybook.language import Language, excerpt
from daybook.table.layout import Note
from daybook.words.figures import ROWS, counted


def note_sentence(note: Note, language: Language) -> str:
    """A note in a language."""
    return texts.NOTES[note.code].to(
        language,
        rows=counted(note.count, ROWS, language),
        count=note.count,
        row=note.row or 1,
        values=texts.COMMA.to(language).join(f"“{value}”" for value in note.values),
    )


def refunds_sentence(title: str, rows: int, language: Language) -> str:
    """That a table of refunds was taken off."""
    return texts.SECOND_TABLE_OF_REFUNDS.to(language, values=f"“{excerpt(title)}”", rows=counted(rows, ROWS, language))
