"""The user's own Python functions: declared with `@daybook.function`, offered by the analysis service."""

from daybook.functions.declare import Function, function
from daybook.functions.file import File
from daybook.functions.progress import progress

__all__ = ["File", "Function", "function", "progress"]
