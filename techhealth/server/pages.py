"""The ASGI application: the notebooks as pages, behind the guard."""

from __future__ import annotations

from collections.abc import Collection

import marimo
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from techhealth.server.guard import Guard, Headers
from techhealth.server.workspace import shipped

#: Address of a page → its notebook; the first one is where `/` leads.
PAGES = {"/health": "health.py", "/report": "report.py", "/tuning": "tuning.py"}
_SESSION_SECONDS = 120


def pages(*, hosts: Collection[str], session_seconds: int = _SESSION_SECONDS) -> ASGIApp:
    """Return the application; it answers to `hosts` ("127.0.0.1:8000") only."""
    notebooks = shipped("notebooks")
    server = marimo.create_asgi_app(quiet=True, include_code=False, session_ttl=session_seconds)
    for path, name in PAGES.items():
        server = server.with_app(path=path, root=str(notebooks / name))
    guarded = Guard(server.build(), pages=tuple(PAGES), hosts=frozenset(hosts))
    return GZipMiddleware(
        Headers(guarded), minimum_size=1024, compresslevel=1
    )  # on one machine, work costs more than bytes
