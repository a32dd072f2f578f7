"""Clients of the analysis service: one connection, its reports, and its functions."""

from daybook.service_client.connection import ServiceConnection
from daybook.service_client.functions import FunctionsClient
from daybook.service_client.reports import ReportsClient

__all__ = ["FunctionsClient", "ReportsClient", "ServiceConnection"]
