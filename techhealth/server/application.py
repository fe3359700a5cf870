"""All that a server answers: the API and the pages, behind the guard and whoever checks who may come in."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.types import ASGIApp

from techhealth.actions.settings import Settings
from techhealth.server.access import Access, Keys, unavailable
from techhealth.server.api import api
from techhealth.server.delivery import delivering
from techhealth.server.guard import Guard, Headers
from techhealth.server.limits import Limits
from techhealth.server.opened import LARGEST
from techhealth.server.pages import notebooks, pages
from techhealth.server.sign_in import sign_in
from techhealth.store import Store

_SESSION_SECONDS = 120


def application(
    store: Store,
    *,
    hosts: Collection[str],
    keys: Keys | None,
    settings: Settings | None = None,
    limit: int = LARGEST,
    session_seconds: int = _SESSION_SECONDS,
) -> ASGIApp:
    """Return the application.

    Args:
        store: what it shows and stores.
        hosts: the only names that it answers to ("127.0.0.1:8000").
        keys: who may come in; everybody when None.
        settings: by which ways mail, callbacks and invitations leave; none when None.
        limit: bytes of logs that are taken at once.
        session_seconds: how long a page's session outlives its browser.
    """
    places = tuple(notebooks())
    ways = settings or Settings()
    rooms = [Mount("/api", api(store, settings=ways)), Mount("/", pages(session_seconds=session_seconds))]
    app = Starlette(
        routes=[*(sign_in(keys, places) if keys else ()), *rooms], lifespan=delivering(store, ways),
        exception_handlers={SQLAlchemyError: unavailable},
    )  # fmt: skip
    within = Access(Limits(app, largest=limit), keys=keys, pages=places)
    guarded = Headers(Guard(within, pages=places, hosts=frozenset(hosts)))
    return GZipMiddleware(guarded, minimum_size=1024, compresslevel=1)  # on one machine, work costs more than bytes
