"""What every sentence has to be that a person reads when a node fails."""

import re

from difykit.runner import CallResult

_ADDRESS = re.compile(r"https?://|127\.0\.0\.1|sign=|access_token=|timestamp=")
_PATH = re.compile(r"(?<![\w.])/(?:[\w.-]+/)+[\w.-]+|\.py\b|site-packages")
_INTERNALS = re.compile(r"Traceback|Error:|\bNone\b|<class|0x[0-9a-f]{6}|pandas|numpy|calamine|pydantic")
_QUOTED = re.compile(r"“[^”]*”|'[^']*'")
_CHINESE = re.compile(r"[一-鿿]")


def check_failure(result: CallResult, kind: str, language: str, *fragments: str) -> None:
    """The node failed with one safe sentence in the language asked for, and sent nothing else."""
    assert result.error is not None, result.text
    assert result.error.kind == kind, result.error.message
    assert not result.messages
    check_sentence(result.error.message, language)
    for fragment in fragments:
        assert fragment in result.error.message


def check_sentence(sentence: str, language: str) -> None:
    """One sentence, in one language, that gives nothing away."""
    assert "\n" not in sentence
    assert 10 < len(sentence) < 500
    assert not _ADDRESS.search(sentence), sentence
    assert not _PATH.search(sentence), sentence
    assert not _INTERNALS.search(sentence), sentence
    assert not re.search(r"[{}]", sentence), sentence
    own = _QUOTED.sub("", sentence)
    if language == "zh_Hans":
        assert sentence.endswith("。")
        assert own.count("。") == 1
        assert _CHINESE.search(own)
    else:
        assert sentence.endswith(".")
        assert not re.search(r"\. [A-Z]", own)
        assert not _CHINESE.search(own), sentence
