"""`asked`: a question that came up on reading a file, with what was found before it."""

from daybook.errors import QuestionError
from daybook.language import Language
from daybook.report import Question, Understanding


def asked(error: QuestionError, language: Language) -> Understanding:
    """What was found before a question came up, and the question."""
    question = Question(
        code=error.code,
        parameter=error.parameter,
        sentence=error.sentence(language),
        choices={choice.value: choice.meaning.to(language) for choice in error.choices},
    )
    return (error.found or Understanding()).model_copy(update={"questions": [question]})
