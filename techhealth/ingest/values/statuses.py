"""Statuses in words: the phrases of HTTP and the codes of gRPC, as the HTTP statuses they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus

import polars as pl

from techhealth.ingest.series import per_distinct
from techhealth.ingest.values.words import FLAGS, status_of

#: gRPC code → name and the HTTP status that gateways give it (google.rpc.Code).
_GRPC = (
    ("OK", 200), ("CANCELLED", 499), ("UNKNOWN", 500), ("INVALID_ARGUMENT", 400), ("DEADLINE_EXCEEDED", 504), ("NOT_FOUND", 404),
    ("ALREADY_EXISTS", 409), ("PERMISSION_DENIED", 403), ("RESOURCE_EXHAUSTED", 429), ("FAILED_PRECONDITION", 400), ("ABORTED", 409),
    ("OUT_OF_RANGE", 400), ("UNIMPLEMENTED", 501), ("INTERNAL", 500), ("UNAVAILABLE", 503), ("DATA_LOSS", 500), ("UNAUTHENTICATED", 401),
)  # fmt: skip


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


_GRPC_NAMES = {_folded(name): status for name, status in _GRPC}
_GRPC_NUMBERS = {str(number): status for number, (_, status) in enumerate(_GRPC)}
#: HTTP phrase, folded → status ("Not Found", "InternalServerError").
PHRASES = {_folded(status.phrase): status.value for status in HTTPStatus} | {
    "ratelimited": 429, "timeout": 504, "gatewaytimedout": 504, "requesttimedout": 408, "clientclosedrequest": 499, "unprocessableentity": 422,
    "requestentitytoolarge": 413, "payloadtoolarge": 413,
}  # fmt: skip
#: Phrases that are outcome words as well, or everyday words: alone they make no column one of statuses.
_EVERYDAY = frozenset({*FLAGS, "found", "continue", "gone", "locked", "conflict", "timeout", "processing", "created"})


def in_phrases(texts: Iterable[str]) -> bool:
    """Return whether most texts are phrases of HTTP, one of them at least nothing but that."""
    words = [_folded(text) for text in texts]
    named = [word for word in words if word in PHRASES]
    return len(named) >= 0.8 * len(words) and any(word not in _EVERYDAY for word in named)


def is_grpc(sample: pl.Series) -> bool:
    """Return whether the values are gRPC codes, by name or by number (the column's name says that they are)."""
    return all(grpc_status(text) for text in sample.unique().to_list())


def grpc_status(text: str) -> int | None:
    """Return the HTTP status of a gRPC code.

    Examples:
        >>> grpc_status("UNAVAILABLE"), grpc_status("DeadlineExceeded"), grpc_status("16"), grpc_status("200")
        (503, 504, 401, None)
    """
    return _GRPC_NUMBERS.get(text.removesuffix(".0")) or _GRPC_NAMES.get(_folded(text))


def named_grpc(text: str) -> bool | None:
    """Return whether the name of a gRPC code is that of success, None for other words.

    Examples:
        >>> named_grpc("already_exists"), named_grpc("OUT_OF_RANGE"), named_grpc("7")
        (False, False, None)
    """
    status = _GRPC_NAMES.get(_folded(text).removesuffix("error"))
    return None if status is None else status < HTTPStatus.BAD_REQUEST


def statuses(texts: pl.Series) -> pl.Series:
    """Return HTTP statuses 100-599 of a text column, phrases included; null for everything else."""
    phrases = PHRASES if in_phrases(texts.drop_nulls().unique().to_list()) else {}
    return per_distinct(texts, lambda text: status_of(text) or phrases.get(_folded(text)), pl.Int64()).alias("status")
