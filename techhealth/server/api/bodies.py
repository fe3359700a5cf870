"""Logs in the bodies of requests: written to temporary files as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile

from fastapi import HTTPException, Request
from starlette.datastructures import UploadFile

from techhealth.server.opened import Upload

#: Bytes that are held in memory before a body goes to the disk.
_IN_MEMORY = 1_000_000
_MOST_FILES = 100


@asynccontextmanager
async def files_in(request: Request, *, name: str) -> AsyncIterator[Sequence[UploadFile]]:
    """Give the files of a body: those of a form, else the body itself under a name.

    Raises:
        HTTPException: 400 if it is a broken form, 422 if a form holds no file.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            body = UploadFile(spool, filename=name)  # type: ignore[arg-type]
            async for chunk in request.stream():
                await body.write(chunk)
            yield [body]
        return
    async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FILES) as form:
        files = [one for _, one in form.multi_items() if isinstance(one, UploadFile)]
        if not files:
            raise HTTPException(
                422, "The form holds no file; send one as a field with a file name: curl -F file=@log.csv"
            )
        yield files


def contents(files: Sequence[UploadFile]) -> list[Upload]:
    """Return names and contents of files, from the beginning."""
    found = []
    for one in files:
        one.file.seek(0)
        found.append((one.filename or "upload", one.file.read()))
    return found
