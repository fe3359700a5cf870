"""The API as one application over any store, with its OpenAPI."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import version
from typing import Any

import anyio
from fastapi import FastAPI, Security
from fastapi.security import HTTPBearer
from starlette.types import ASGIApp, Receive, Scope, Send

from techhealth.actions.settings import Settings
from techhealth.server.api import acting, customers, errors, integrations, usage
from techhealth.store import Store

_WHAT = """From an exported log to a technical health score.

Upload a log, then read the assessment at the address that the answer names. Errors are problem documents (RFC 9457)."""
_TOKEN = HTTPBearer(auto_error=False, description="The token that `techhealth users add NAME` printed.")


def api(store: Store, *, settings: Settings) -> ASGIApp:
    """Return the API over a store, with the ways out that are set."""
    own = {"store": store, "settings": settings, "work": anyio.CapacityLimiter(os.cpu_count() or 1)}

    async def over(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {**scope.get("state", {}), **own}
        await routes()(scope, receive, send)

    return over


@cache  # the schemas of its nouns are derived once a process, which takes a third of a second
def routes() -> FastAPI:
    """Return all that the API answers; over which store, a request's state tells."""
    app = FastAPI(
        title="Technical health", version=version("techhealth"), description=_WHAT, docs_url=None, redoc_url=None,
        dependencies=[Security(_TOKEN)], responses=errors.problems(400, 401, 403, 404, 413, 422, 500, 503),
    )  # fmt: skip
    errors.answer_errors(app)
    for one in (integrations, acting, usage, customers, errors):
        app.include_router(one.router)
    app.openapi = partial(_described, app, app.openapi)  # type: ignore[method-assign]
    return app


def _described(app: FastAPI, derived: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the OpenAPI, with the schemas that no route's signature names."""
    if app.openapi_schema is None:
        derived()["components"]["schemas"].update(usage.schemas())
    return derived()
