"""Functions of the user's own, hosted by the service: loaded, called in worker processes, kept as runs."""
