"""How a run of a function can end other than well.

FunctionError
├── RefusedError    the function itself said no, in a sentence of its own
├── FailedError     it ended with an exception that it did not mean for its caller
├── LostError       its process died
└── StoppedError    whoever called it went away, or ended the run

None of them is answered with a status that a client repeats by itself: a function may have sent, written or booked
something before it failed, and nobody knows what a second call would do.
"""

from daybook.errors import FunctionError


class RefusedError(FunctionError):
    """The function itself said no."""

    kind = "function_refused"


class FailedError(FunctionError):
    """The function ended with an exception that it did not mean for its caller."""

    kind = "function_failed"


class LostError(FunctionError):
    """The process of the function died."""

    kind = "function_lost"


class StoppedError(FunctionError):
    """The run was ended from outside."""

    kind = "function_stopped"
