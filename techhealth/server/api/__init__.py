"""The HTTP API: thin routes over what the pages and the command line call, with problem documents for errors."""

from techhealth.server.api.application import api, routes

__all__ = ["api", "routes"]
