"""The user's own Python functions: declared with `@daybook.function`, offered by the analysis service."""

from daybook.functions.declare import Function, function, progress
from daybook.functions.schemas import File

__all__ = ["File", "Function", "function", "progress"]
