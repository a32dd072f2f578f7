"""How a question that a file leaves open reaches a workflow: as a node's error, or as outputs to branch on."""

from enum import StrEnum
from typing import Any

from daybook.errors import ParameterError, QuestionError
from daybook.language import Language, Text, excerpt
from daybook.plugin.outputs import ToolResult
from daybook.render.understanding import understanding_text
from daybook.report import MAX_LIST, Understanding
from daybook.report import asked as asked_first
from daybook.values import blank_as_none

BAD_ON_QUESTION = Text(
    en="The parameter “When a question comes up” is “{value}”; give fail or output, or leave it empty for fail.",
    zh="“需要确认时”参数的值“{value}”无效，请填写 fail 或 output，留空为 fail。",
)


class OnQuestion(StrEnum):
    """What the node does where a file can be read in more than one way."""

    FAIL = "fail"
    OUTPUT = "output"
    """It succeeds without figures, and hands the question on: for a workflow that branches on it."""


def what_to_do(value: object) -> OnQuestion:
    """What a parameter says that the node is to do; fail where it says nothing.

    Raises:
        ParameterError: it is neither.
    """
    name = str(blank_as_none(value) or OnQuestion.FAIL).strip().lower()
    if name not in set(OnQuestion):
        raise ParameterError(BAD_ON_QUESTION, value=excerpt(value))
    return OnQuestion(name)


def question_outputs(error: QuestionError, language: Language) -> ToolResult:
    """A question as the node hands it on: no figure, not even 0, and nothing that could be pushed."""
    # without what was found before it: the service does not send that, and both modes give the same
    understanding = Understanding(questions=asked_first(error, language).questions)
    variables: dict[str, Any] = {
        "has_data": False,
        "analysis_date": "",
        **dict.fromkeys(("total_sales", "total_orders", "total_quantity", "average_order_value")),
        **dict.fromkeys(("sales_change", "sales_change_week")),
        "top_product": "",
        "top_region": "",
        "insights": [],
        "warnings": [],
        "revision": 0,
        "correction": "",
        "correction_key": "",
        "verdict": "",
        "verdict_reason": "",
        **dict.fromkeys(("expected_sales", "expected_low", "expected_high")),
        "drivers": [],
        "report_markdown": "",
        "report_without_correction": "",
        "report_key": "",
        **question_variables(understanding),
    }
    asked = understanding.model_dump(mode="json")["questions"][0]
    return ToolResult(understanding_text(understanding, language), {"question": asked}, variables)


def question_variables(understanding: Understanding) -> dict[str, Any]:
    """The first question of a file as variables that a workflow can branch on; empty where nothing is asked."""
    question = understanding.questions[0] if understanding.questions else None
    return {
        "question_code": question.code if question else "",
        "question_parameter": question.parameter if question else "",
        "question": question.sentence if question else "",
        "question_choices": list(question.choices)[:MAX_LIST] if question else [],
    }
