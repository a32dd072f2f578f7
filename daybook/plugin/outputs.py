"""`FileLink`, `ToolResult`: a file as Dify hands it to a tool, and what the tool hands on, a question too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Self

from daybook.errors import ParameterError, QuestionError
from daybook.language import Language, Text, excerpt
from daybook.questions import asked as asked_first
from daybook.readiness import Readiness
from daybook.render.markdown import understanding_text
from daybook.report import MAX_LIST, Understanding
from daybook.values import blank_as_none, whole_number


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that a node hands on."""

    data: bytes
    filename: str
    mime_type: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The outputs of one node: Dify's own three (text, json, files) and the variables that a workflow reads.

    Values are what JSON has: ``str``, ``int``, ``float`` (finite), ``bool``, ``None``, ``list`` and ``dict``.
    The variables are those of the tool's ``output_schema``, every one of them, whatever its value.
    """

    text: str
    json: dict[str, Any]
    variables: dict[str, Any]
    files: list[OutputFile] = field(default_factory=list)


class ReaderError(Exception):
    """A workbook's reading failed through no fault of the file; the text names classes and places alone."""


NO_FILE = Text(
    en="No file was given; connect the file input to a file variable, or upload a sales file.",
    zh="没有收到文件，请将“文件”输入连接到文件变量，或上传一份销售文件。",
)
MANY_FILES = Text(
    en="{count} files were given where one is taken; connect them to the files input, where several of the same columns"
    " are read as one table.",
    zh="“文件”输入只接受一个文件，却收到 {count} 个文件；列相同的多个文件请连接到“多个文件”输入，合并为一张表分析。",
)
NOT_A_FILE = Text(
    en="The file input holds no file; connect it to a file variable, such as the one of the start node.",
    zh="“文件”输入的值不是文件，请将其连接到文件变量，例如开始节点的文件变量。",
)


class FileLink(NamedTuple):
    """A file's URL and, where known, its size."""

    url: str
    size: int | None = None
    """Bytes, as Dify knows them; ``None`` where it does not."""

    @classmethod
    def read(cls, value: Any) -> Self:
        """The link in a file parameter: a mapping with ``url`` and ``size``; the bytes, not the name, say what it is.

        A list that holds one file is that file.

        Raises:
            ParameterError: there is no file, or more than one.
        """
        if isinstance(value, Sequence) and not isinstance(value, str):
            if len(value) > 1:
                raise ParameterError(MANY_FILES, count=len(value))
            value = value[0] if value else None
        if blank_as_none(value) is None:
            raise ParameterError(NO_FILE)
        if not isinstance(value, Mapping) or not isinstance(value.get("url"), str) or not value["url"].strip():
            raise ParameterError(NOT_A_FILE)
        size = whole_number(value.get("size"))
        return cls(value["url"], size if size is not None and size >= 0 else None)

    @classmethod
    def read_list(cls, value: Any) -> tuple[Self, ...]:
        """The links in a parameter of files, in their order; none where it is empty.

        Raises:
            ParameterError: something in the list is no file.
        """
        items = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        return tuple(cls.read(item) for item in items if blank_as_none(item) is not None)

    @classmethod
    def read_optional(cls, value: Any) -> Self | None:
        """The link in a file parameter that may be left empty; errors as `read`."""
        is_blank = blank_as_none(value) is None or (isinstance(value, Sequence) and not value)
        return None if is_blank else cls.read(value)


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
    asked = understanding.model_dump(mode="json")["questions"][0]
    variables = {
        **_without_figures(),
        **readiness_variables(Readiness(ready=False, code="question", reason=asked["sentence"])),
        **question_variables(understanding),
    }
    return ToolResult(understanding_text(understanding, language), {"question": asked}, variables)


def awaited_outputs(readiness: Readiness) -> ToolResult:
    """That the day's data is not in yet, as the node hands it on: no figure, and no report."""
    variables = {
        **_without_figures(),
        **readiness_variables(readiness),
        **question_variables(Understanding()),
    }
    return ToolResult(readiness.reason, {"readiness": readiness.model_dump(mode="json")}, variables)


def readiness_variables(readiness: Readiness) -> dict[str, Any]:
    """Whether the day's data is there and whole, to branch on."""
    return {
        "ready": readiness.ready,
        "ready_reason": readiness.reason or readiness.unchecked,
        "gate": readiness.gate.value,
        "awaited_day": str(readiness.day or ""),
        "not_in_message": readiness.message,
    }


def _without_figures() -> dict[str, Any]:
    return {
        "has_data": False,
        "analysis_date": "",
        **dict.fromkeys(("total_sales", "total_orders", "total_quantity", "average_order_value")),
        "period": "",
        "period_name": "",
        "period_first": "",
        "days_due": 0,
        "days_held": 0,
        **dict.fromkeys(("sales_change", "sales_change_week", "sales_change_year")),
        "top_product": "",
        "top_region": "",
        "insights": [],
        "warnings": [],
        "revision": 0,
        "correction": "",
        "correction_key": "",
        "verdict": "",
        "verdict_reason": "",
        "fault": "",
        **dict.fromkeys(("expected_sales", "expected_low", "expected_high")),
        "drivers": [],
        "report_markdown": "",
        "report_without_correction": "",
        "report_key": "",
        "report_url": "",
        "explain_url": "",
        "echarts": "",
    }


def question_variables(understanding: Understanding) -> dict[str, Any]:
    """The first question of a file as variables that a workflow can branch on; empty where nothing is asked."""
    question = understanding.questions[0] if understanding.questions else None
    return {
        "question_code": question.code if question else "",
        "question_parameter": question.parameter if question else "",
        "question": question.sentence if question else "",
        "question_choices": list(question.choices)[:MAX_LIST] if question else [],
    }
