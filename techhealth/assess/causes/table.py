"""Every kind of cause in one table: what it means, who usually has to act, what it is read from, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from techhealth.assess.causes.doubts import DOUBTS
from techhealth.model import CauseKind


class Row(NamedTuple):
    """One kind of cause, in words."""

    kind: str
    meaning: str
    owner: str
    looks_at: str
    would_refute: str


#: Kind → what it means, whose it usually is, what is looked at. In the order in which the questions are asked.
_ROWS: dict[CauseKind, tuple[str, str, str]] = {
    CauseKind.RATE_LIMIT: (
        "more calls a minute than a limit accepts",
        "shared: the limit is ours, the pace is theirs",
        "accepted calls in the minutes with a 429, against all other minutes",
    ),
    CauseKind.WEEKDAY: (
        "failures on one weekday, week after week",
        "customer for authentication, else by error code",
        "the last two such weekdays against all other days",
    ),
    CauseKind.EXPIRED_CREDENTIAL: (
        "a credential that no longer works",
        "customer",
        "hours from which on refusals (401, 403) go on",
    ),
    CauseKind.RETRIES: (
        "failed calls that only repeat an earlier one",
        "customer for the pace; shared where what they repeat is ours",
        "failures that the same call follows within a minute",
    ),
    CauseKind.BURSTS: (
        "short outages in which most calls fail",
        "by error code",
        "runs of minutes and hours that fail, against all others",
    ),
    CauseKind.REQUEST_SIZE: (
        "large requests fail, small ones do not",
        "by error code",
        "failure rate by request size, within each endpoint",
    ),
    CauseKind.CLIENT_VERSION: (
        "one client version fails",
        "customer",
        "failure rate of each client against the rest",
    ),
    CauseKind.ENDPOINT: (
        "one endpoint fails, or is slow",
        "by error code",
        "failure rate and latency of each endpoint against the rest",
    ),
    CauseKind.HOURS: (
        "failures at certain hours of the day",
        "customer for deliveries, else by error code",
        "each span of two or three hours against all hours",
    ),
    CauseKind.DELIVERY_REASON: (
        "deliveries fail for one reason",
        "by reason",
        "the receiver's answers: timeout, refused, reset, invalid",
    ),
    CauseKind.ERROR_CODE: (
        "one error code began, or is always there",
        "by error code",
        "the daily count of each code",
    ),
    CauseKind.UNDETERMINED: (
        "nothing explains 40 % of the failures",
        "by error code",
        "all of the above, without a finding",
    ),
}


def rows() -> Iterator[Row]:
    """Return the table, a row for each kind of cause."""
    for kind, (meaning, owner, looks_at) in _ROWS.items():
        yield Row(kind.value, meaning, owner, looks_at, DOUBTS[kind])
