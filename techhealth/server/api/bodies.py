"""Bodies of requests: written to temporary files as they come, and no larger than allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile
from starlette.types import Message

from techhealth.server.opened import Upload

#: Bytes that are held in memory before a body goes to the disk.
_IN_MEMORY = 1_000_000
_MOST_FILES = 100
#: Bytes of a body that says what to do, which is held in memory.
_LARGEST_WISH = 200_000


class WishRoute(APIRoute):
    """A route whose body says what to do: it is not read beyond what a person would write."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = super().get_route_handler()

        async def limited(request: Request) -> Response:
            return await answer(_limited(request, _LARGEST_WISH, instead="say it in fewer words"))

        return limited


@asynccontextmanager
async def files_in(request: Request, *, limit: int, name: str) -> AsyncIterator[Sequence[UploadFile]]:
    """Give the files of a body: those of a form, else the body itself under a name.

    Raises:
        HTTPException: 413 if it has more than `limit` bytes, 400 if it is a broken form, 422 if a form holds no file.
    """
    limited = _limited(request, limit)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            body = UploadFile(spool, filename=name)  # type: ignore[arg-type]
            async for chunk in limited.stream():
                await body.write(chunk)
            yield [body]
        return
    async with limited.form(max_files=_MOST_FILES, max_fields=_MOST_FILES) as form:
        files = [one for _, one in form.multi_items() if isinstance(one, UploadFile)]
        if not files:
            raise HTTPException(
                422, "The form holds no file; send one as a field with a file name: curl -F file=@log.csv"
            )
        yield files


async def body_of(request: Request, *, limit: int) -> bytes:
    """Return a body that has no more than `limit` bytes.

    Raises:
        HTTPException: 413 if it has more.
    """
    return await _limited(request, limit).body()


def contents(files: Sequence[UploadFile]) -> list[Upload]:
    """Return names and contents of files, from the beginning."""
    found = []
    for one in files:
        one.file.seek(0)
        found.append((one.filename or "upload", one.file.read()))
    return found


def _limited(request: Request, limit: int, *, instead: str = "send fewer days at once") -> Request:
    """Return a request whose body cannot be read beyond a limit."""
    too_large = HTTPException(413, f"The body has more than {limit / 1e6:,g} MB; {instead}.")
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > limit:
        raise too_large
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise too_large
        return message

    return Request(request.scope, receive)
