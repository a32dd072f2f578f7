"""What can go wrong before a workflow runs.

ValueError
└── EngineError      the file cannot be run here
    └── InputError   an input that Dify would refuse
"""


class EngineError(ValueError):
    """The file cannot be run here."""


class InputError(EngineError):
    """An input that Dify would refuse."""
