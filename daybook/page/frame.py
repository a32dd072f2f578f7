"""`render`: a template with its style and script, and `POLICY`, which allows a browser these two and nothing else."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from daybook.charts import stylesheet
from daybook.language import Language, Text
from daybook.page import texts
from daybook.words import figures
from daybook.words import texts as words

_TEMPLATES = Path(__file__).with_name("templates")
_CODE = Text(en="en", zh="zh-Hans")


def _asset(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8").strip()


def _source(content: str) -> str:
    """What allows a browser an inline style or script: its digest, as Content-Security-Policy writes it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


_DARK = f"@media screen and (prefers-color-scheme: dark) {{ {stylesheet('dark')} }}"
STYLE = "\n".join((stylesheet("light"), _DARK, _asset("page.css")))
SCRIPT = _asset("page.js")


def _policy(forms: str) -> str:
    return (
        f"default-src 'none'; base-uri 'none'; form-action {forms}; img-src data:;"
        f" style-src {_source(STYLE)}; script-src {_source(SCRIPT)}"
    )


_INLINE, _WITH_FORM = _policy("'none'"), _policy("'self'")
POLICY = f"{_INLINE}; frame-ancestors 'none'"
"""The Content-Security-Policy to send with a page: nothing that stands in a sales file runs or is fetched."""
FORM_POLICY = f"{_WITH_FORM}; frame-ancestors 'none'"
"""The same of the one page with a form, which goes to where the page came from."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {
        "texts": texts,
        "words": words,
        # ours, and the same in each page
        "style": Markup(STYLE),  # noqa: S704
        "script": Markup(SCRIPT),  # noqa: S704
    }
    return environment


def load() -> None:
    """Read and compile the templates before they are asked for."""
    for name in _environment().list_templates(extensions=["html"]):
        _environment().get_template(name)


def render(template: str, language: Language, values: Mapping[str, Any], *, has_form: bool = False) -> str:
    """A page in a language.

    Args:
        template: its file's name.
        language: of its labels.
        values: what the template shows; text is escaped.
        has_form: whether it may send something to where it came from.
    """

    def say(text: Text, **inserted: object) -> str:
        return text.to(language, **inserted)

    shown = SimpleNamespace(
        number=figures.number,
        percent=figures.percent,
        signed=figures.signed_percent,
        cents=figures.cents,
        amount=lambda value: figures.amount(value, language),
        short=lambda value: figures.short_amount(value, language),
        compact=lambda value: figures.compact(value, language),
        day=lambda date: figures.day(date, language),
        orders=lambda value: figures.counted(value, figures.ORDERS, language),
        units=lambda value: figures.counted(value, figures.UNITS, language),
    )
    other = next(each for each in Language if each is not language)
    said = {"lang": _CODE.to(language), "other_lang": _CODE.to(other), "other_name": texts.THIS_LANGUAGE.to(other)}
    made = _environment().get_template(template)
    policy = _WITH_FORM if has_form else _INLINE
    return made.render(say=say, shown=shown, policy=policy, **said, **values)
