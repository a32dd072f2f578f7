"""`function`, `progress`: what the author of a function writes.

A function is declared for callers outside by its name, its description, and its arguments from their types.
"""

import contextlib
import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, NotRequired, Required, Self, TypedDict, cast, overload

import docstring_parser
from pydantic import ConfigDict, PydanticSchemaGenerationError, PydanticUserError, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_jsonable_python

from daybook.errors import FunctionError, ParameterError
from daybook.functions import texts
from daybook.functions.schemas import File, describe_schema, inlined, read_text

MARK = "__daybook_function__"
_FILE_SCHEMA = {"type": "string", "format": "binary"}


@dataclass(frozen=True, slots=True)
class Mark:
    """What the decorator notes on a function."""

    name: str
    description: str


@overload
def function[**P, R](call: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def function[**P, R](*, name: str = "", description: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def function(call: Any = None, /, *, name: str = "", description: str = "") -> Any:
    """Offer a function to Dify and to everybody who may call the analysis service.

    The function itself stays what it is: it can be called and tested as before. Its arguments are described by their
    types and by the ``Args`` of its docstring.

    Args:
        call: the function, where the decorator is used without parentheses.
        name: the name under which it is offered; its own where none is given.
        description: what it does, for a person or a model that looks for a tool; its docstring where none is given.
    """

    def mark(call: Any) -> Any:
        setattr(call, MARK, Mark(name or call.__name__, description))
        return call

    return mark if call is None else mark(call)


def is_marked(value: object) -> bool:
    """Whether the decorator was put on ``value``."""
    return callable(value) and isinstance(getattr(value, "__dict__", {}).get(MARK), Mark)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument, as a caller sees it."""

    name: str
    schema: Mapping[str, Any]
    """JSON schema, with the description."""
    required: bool

    @property
    def is_file(self) -> bool:
        """Whether it is an uploaded file."""
        return self.schema.get("format") == "binary"


@dataclass(frozen=True, slots=True)
class Signature:
    """A function as a caller sees it. Plain values, which any process can read without the function's module."""

    name: str
    summary: str
    """The first line of the description."""
    description: str
    arguments: tuple[Argument, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the arguments that are files."""
        return tuple(argument.name for argument in self.arguments if argument.is_file)


@dataclass(frozen=True, slots=True)
class Function:
    """A declared function, ready to be called with values from outside."""

    call: Callable[..., Any]
    signature: Signature
    values: TypeAdapter[Any]
    """Reads the arguments that are no files."""

    @classmethod
    def of(cls, call: Callable[..., Any]) -> Self:
        """The function behind a marked callable.

        Raises:
            FunctionError: it cannot be offered as it is written.
        """
        mark: Mark = call.__dict__[MARK]
        hints = _hints(call, mark.name)
        documented = docstring_parser.parse(inspect.getdoc(call) or "")
        told = {parameter.arg_name: " ".join((parameter.description or "").split()) for parameter in documented.params}
        parameters = inspect.signature(call).parameters.values()
        for parameter in parameters:
            _check(parameter, hints, mark.name)
        files = {parameter.name for parameter in parameters if _is_file(hints[parameter.name])}
        adapter = _adapter([each for each in parameters if each.name not in files], hints, mark.name)
        schemas = inlined(adapter.json_schema()).get("properties", {})
        arguments = tuple(
            Argument(
                each.name,
                _described(
                    dict(_FILE_SCHEMA) if each.name in files else schemas[each.name], each, told.get(each.name, "")
                ),
                each.default is inspect.Parameter.empty,
            )
            for each in parameters
        )
        text = mark.description or documented.description or ""
        summary, _, _ = text.partition("\n")
        return cls(
            call,
            Signature(mark.name, summary.strip().rstrip(".") or mark.name.replace("_", " "), text.strip(), arguments),
            adapter,
        )

    def bind(self, values: Mapping[str, Any], files: Mapping[str, File]) -> dict[str, Any]:
        """The arguments of a call, each of the type that the function declares.

        Values may be what JSON has, or text as a form or a workflow sends it; a blank text where no text is wanted, and
        a null where there is a default, count as left out.

        Raises:
            ParameterError: one is missing, unknown, or not what it has to be.
        """
        known = {argument.name: argument for argument in self.signature.arguments}
        for name in (*values, *files):
            if name not in known or (name in files) is not known[name].is_file:
                raise self._misplaced(name, known)
        read: dict[str, Any] = dict(files)
        given = {name: read_text(value, known[name].schema) for name, value in values.items()}
        given = {name: value for name, value in given.items() if known[name].required or value is not None}
        for argument in self.signature.arguments:
            if argument.required and (given | read).get(argument.name) is None and not _takes_null(argument):
                raise ParameterError(
                    texts.MISSING_ARGUMENT,
                    function=self.signature.name,
                    argument=argument.name,
                    wanted=describe_schema(argument.schema),
                )
        try:
            checked: dict[str, Any] = self.values.validate_python(given)
        except ValidationError as error:
            place = error.errors(include_input=False, include_url=False)[0]["loc"]
            raise self._wrong(known[str(place[0])], place[1:]) from None
        return read | checked

    def _misplaced(self, name: str, known: Mapping[str, Argument]) -> ParameterError:
        if name in known:
            return self._wrong(known[name], ())
        return ParameterError(
            texts.UNKNOWN_ARGUMENT,
            function=self.signature.name,
            argument=str(name)[:64],
            known=", ".join(known) or texts.NO_ARGUMENTS,
        )

    def _wrong(self, argument: Argument, place: tuple[int | str, ...]) -> ParameterError:
        inside = ".".join(str(part) for part in place)
        text = texts.WRONG_ARGUMENT
        if inside and argument.schema.get("type") in {"object", "array"}:
            text = texts.WRONG_INSIDE
        return ParameterError(
            text,
            function=self.signature.name,
            argument=argument.name,
            place=inside[:64],
            wanted=describe_schema(argument.schema),
        )


def _hints(call: Callable[..., Any], name: str) -> dict[str, Any]:
    try:
        return typing.get_type_hints(call, include_extras=True)
    except Exception as error:  # noqa: BLE001 - to read a hint runs the user's code
        raise FunctionError(texts.BAD_HINTS, function=name, reason=f"{type(error).__name__}: {error}") from None


def _check(parameter: inspect.Parameter, hints: Mapping[str, Any], function: str) -> None:
    unnamed = {
        parameter.VAR_POSITIONAL: f"*{parameter.name}",
        parameter.VAR_KEYWORD: f"**{parameter.name}",
        parameter.POSITIONAL_ONLY: f"{parameter.name}, /",
    }
    for kind, written in unnamed.items():
        if parameter.kind is kind:
            raise FunctionError(texts.STARRED, function=function, argument=written)
    if parameter.name not in hints:
        raise FunctionError(texts.NO_ANNOTATION, function=function, argument=parameter.name)


def _is_file(hint: Any) -> bool:
    hint = typing.get_args(hint)[0] if typing.get_origin(hint) is typing.Annotated else hint
    if typing.get_origin(hint) in {typing.Union, UnionType}:
        return all(part in {File, type(None)} for part in typing.get_args(hint))
    return hint is File


def _adapter(parameters: list[inspect.Parameter], hints: Mapping[str, Any], function: str) -> TypeAdapter[Any]:
    def adapter(chosen: list[inspect.Parameter]) -> TypeAdapter[Any]:
        fields = {
            each.name: Required[hints[each.name]] if each.default is each.empty else NotRequired[hints[each.name]]
            for each in chosen
        }
        # for type checkers TypedDict is a form of words; here it is made from what a function declares
        kind = cast("Callable[..., Any]", TypedDict)("Arguments", fields)
        kind.__pydantic_config__ = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
        made: TypeAdapter[Any] = TypeAdapter(kind)
        made.json_schema()
        return made

    def works(chosen: list[inspect.Parameter]) -> bool:
        try:
            adapter(chosen)
        except (PydanticSchemaGenerationError, PydanticUserError):
            return False
        return True

    try:
        return adapter(parameters)
    except (PydanticSchemaGenerationError, PydanticUserError):
        bad = next((each for each in parameters if not works([each])), parameters[0])
        raise FunctionError(texts.BAD_TYPE, function=function, argument=bad.name) from None


def _described(schema: dict[str, Any], parameter: inspect.Parameter, told: str) -> dict[str, Any]:
    if told:
        schema["description"] = told
    if parameter.default not in (parameter.empty, None):
        # a default of a kind that only Python knows is the function's own affair
        with contextlib.suppress(PydanticSerializationError):
            schema.setdefault("default", to_jsonable_python(parameter.default))
    return schema


def _takes_null(argument: Argument) -> bool:
    return any(
        choice.get("type") == "null" for choice in cast("list[dict[str, Any]]", argument.schema.get("anyOf", []))
    )


type ProgressListener = Callable[[float | None, str], None]

_listener: ProgressListener | None = None


def progress(fraction: float | None, message: str = "") -> None:
    """Say how far the running function is.

    Whoever asks for the run sees it while the function works. Outside of the service it does nothing.

    Args:
        fraction: from 0 to 1; ``None`` where it cannot be told.
        message: what is being done, for a person.
    """
    if _listener is not None:
        _listener(None if fraction is None else min(1.0, max(0.0, float(fraction))), str(message))


@contextlib.contextmanager
def listening(listener: ProgressListener) -> Iterator[None]:
    """Have ``listener`` hear what is said meanwhile. One run at a time in a process."""
    global _listener  # noqa: PLW0603 - `progress` is called from anywhere in the user's code
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before
