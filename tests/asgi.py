"""Asks an ASGI application in this process, without a server."""

import asyncio
import json
from dataclasses import dataclass
from urllib.parse import unquote

PORT = "8000"
HOST = f"127.0.0.1:{PORT}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came back; of a socket `status` is the type of its first message."""

    status: int | str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        """The body as what it says."""
        return json.loads(self.body)


def ask(app, path, *, method="GET", kind="http", body=(b"",), **headers):
    """Return the answer to one request; `body` comes in these chunks, an underscore in a header's name is a hyphen."""
    head = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    place, _, query = path.partition("?")
    scope = {
        "type": kind, "method": method, "scheme": "http", "path": unquote(place), "raw_path": place.encode(), "query_string": query.encode(),
        "root_path": "", "server": ("127.0.0.1", int(PORT)), "headers": [(name.encode(), value.encode()) for name, value in head.items()],
    }  # fmt: skip
    sent, chunks = [], [*body]

    async def receive():
        if kind == "websocket":
            return {"type": "websocket.connect"}
        chunk = chunks.pop(0) if chunks else b""
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    given = {name.decode(): value.decode() for name, value in sent[0].get("headers", [])}
    return Answered(
        status=sent[0].get("status", sent[0]["type"]),
        headers=given,
        body=b"".join(message.get("body", b"") for message in sent),
    )
