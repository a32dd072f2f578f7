"""What can go wrong before a workflow runs.

ValueError
└── WorkflowError    the file cannot be run here
    └── InputError   an input that Dify would refuse
"""


class WorkflowError(ValueError):
    """The file cannot be run here."""


class InputError(WorkflowError):
    """An input that Dify would refuse."""
