"""The notebooks as pages of one application."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import marimo
from starlette.types import ASGIApp

from techhealth.server.first import First
from techhealth.server.lost import Lost
from techhealth.server.shipped import shipped

#: The page where `/` leads.
FIRST = "health"


def notebooks() -> dict[str, Path]:
    """Return address of a page → its notebook, the first page first."""
    found = sorted(shipped("notebooks").glob("*.py"), key=lambda path: (path.stem != FIRST, path.stem))
    return {f"/{path.stem}": path for path in found}


@cache  # the notebooks are read once a process, which takes a quarter of a second
def pages(*, session_seconds: int) -> ASGIApp:
    """Return every notebook as a page at its address; a session ends so long after its browser left."""
    server = marimo.create_asgi_app(quiet=True, include_code=False, session_ttl=session_seconds)
    for place, path in notebooks().items():
        server = server.with_app(path=place, root=str(path))
    return First(Lost(server.build()), pages=notebooks())
