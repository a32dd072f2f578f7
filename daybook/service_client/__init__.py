"""Clients of the analysis service: one connection, its reports, and its functions."""

from daybook.service_client.connection import ServiceConnection, may_send_again
from daybook.service_client.functions import Attachment, FunctionsClient
from daybook.service_client.reports import ReportsClient

__all__ = ["Attachment", "FunctionsClient", "ReportsClient", "ServiceConnection", "may_send_again"]
