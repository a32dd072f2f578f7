"""A double of Dify's service API on loopback, as the real one behaves: see `DifyDouble`."""

from tests.doubles.dify.app import MIB, DifyDouble

__all__ = ["MIB", "DifyDouble"]
