"""Callbacks: what happened, as JSON signed by the rules of Standard Webhooks, posted to one URL."""

from __future__ import annotations

import http.client
import secrets
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlunsplit

import msgspec
from standardwebhooks import Webhook

from techhealth.actions.deadline import Deadline
from techhealth.actions.outbox import NoAnswerError, NotSentError, Sender
from techhealth.actions.settings import server

#: From connecting to the answer. Standard Webhooks: 15 to 30 seconds.
_SECONDS = 20
#: The receiver says that it wants no more; Standard Webhooks.
_GONE = 410


def event(kind: str, told: Mapping[str, object], *, now: datetime) -> str:
    """Return what a callback carries: its id, what happened, when, and the facts.

    The id is the `webhook-id` of every attempt, so that a receiver can drop a repeat.
    """
    body = {"id": f"msg_{secrets.token_hex(12)}", "type": kind, "timestamp": now.astimezone(UTC), "data": told}
    return msgspec.json.encode(body).decode()


def by_http(url: str, secret: str) -> Sender:
    """Return what posts an event to a URL, signed."""
    return partial(_post, url, Webhook(secret))


def headers(payload: str, signing: Webhook, *, now: datetime) -> dict[str, str]:
    """Return the headers of one attempt: the event's id, the time, and the signature over both and the body."""
    id_ = str(msgspec.json.decode(payload)["id"])
    return {
        "content-type": "application/json",
        "user-agent": "techhealth",
        "webhook-id": id_,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signing.sign(id_, now.astimezone(UTC), payload),
    }


def _post(url: str, signing: Webhook, payload: str) -> str:
    parts, where = server(url, "the callback")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    with Deadline(_SECONDS) as deadline, closing(kind(str(parts.hostname), parts.port, timeout=_SECONDS)) as connection:
        try:
            connection.connect()
            deadline.watch(connection.sock)
        except (OSError, ValueError) as error:  # ValueError: a name that cannot be encoded
            raise NotSentError(f"{where} cannot be reached ({deadline.why(error)})") from None
        status = _answer(connection, urlunsplit(("", "", parts.path or "/", parts.query, "")), signing, payload, where, deadline)  # fmt: skip
    if not 200 <= status < 300:  # a redirect is a failure too
        raise NotSentError(f"{where} answered {status}", final=status == _GONE)
    return f"{where} answered {status}"


def _answer(
    connection: http.client.HTTPConnection, target: str, signing: Webhook, payload: str, where: str, deadline: Deadline
) -> int:  # fmt: skip
    """Return the status with which a request is answered."""
    try:
        connection.request("POST", target, payload.encode(), headers(payload, signing, now=datetime.now(UTC)))
    except (http.client.InvalidURL, ValueError) as error:  # both are raised before anything is written
        raise NotSentError(f"{where} cannot be asked ({deadline.why(error)})") from None
    except OSError as error:
        raise NoAnswerError(f"{where} took the request and did not answer ({deadline.why(error)})") from None
    try:
        status = connection.getresponse().status
        deadline.watch(connection.sock)  # an answer that the deadline cut off looks whole
    except (OSError, http.client.HTTPException, ValueError) as error:
        silent = deadline.is_over or isinstance(error, OSError)  # hanging up is one of both
        why = deadline.why(error) if silent else "what came is no HTTP"
        raise NoAnswerError(f"{where} took the request and did not answer ({why})") from None
    return status
