"""While a server runs, what is due in the outbox leaves by itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from techhealth.actions.outbox import deliver
from techhealth.actions.senders import senders
from techhealth.actions.settings import Settings
from techhealth.store import Store

_PAUSE_SECONDS = 2
_log = logging.getLogger(__name__)


def delivering(store: Store, settings: Settings) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """Return the lifespan of an application in which what is due is sent every few seconds, by the ways that are set."""
    ways = senders(settings)

    async def sending() -> None:
        while True:
            try:
                await run_in_threadpool(deliver, store, ways, now=datetime.now(UTC))
            except SQLAlchemyError:  # the store may be reached again in a moment; what is due stays there
                _log.warning("the outbox cannot be read now", exc_info=True)
            await asyncio.sleep(_PAUSE_SECONDS)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(sending()) if ways else None
        try:
            yield
        finally:
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    return lifespan
