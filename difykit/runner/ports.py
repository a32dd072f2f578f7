"""`free_port`: a port for a program that must be told where to listen."""

import socket


def free_port() -> int:
    """A port of this machine's own address that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
