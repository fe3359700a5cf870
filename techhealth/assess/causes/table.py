"""Every kind of cause in one table: what it means, who usually has to act, what it is read from, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from techhealth.model import CauseKind


class Row(NamedTuple):
    """One kind of cause, in words."""

    kind: str
    meaning: str
    owner: str
    looks_at: str
    would_refute: str


#: Kind → what it means, whose it usually is, what is looked at, what would speak against it. In the order in which the questions are asked.
_ROWS: dict[CauseKind, tuple[str, str, str, str]] = {
    CauseKind.RATE_LIMIT: (
        "more calls a minute than a limit accepts",
        "shared: the limit is ours, the pace is theirs",
        "accepted calls in the minutes with a 429, against all other minutes",
        "429s in minutes with few calls, or 429s that stay when the calls are spread out",
    ),
    CauseKind.WEEKDAY: (
        "failures on one weekday, week after week",
        "customer for authentication, else by error code",
        "the last two such weekdays against all other days",
        "the next such day without failures, or as many failures on other days",
    ),
    CauseKind.EXPIRED_CREDENTIAL: (
        "a credential that no longer works",
        "customer",
        "hours from which on refusals (401, 403) go on",
        "calls that succeed with the same credential, or refusals that go on after its renewal",
    ),
    CauseKind.RETRIES: (
        "failed calls that only repeat an earlier one",
        "customer for the pace; shared where what they repeat is ours",
        "failures that the same call follows within a minute",
        "as many first failures once the repeats are spaced out",
    ),
    CauseKind.BURSTS: (
        "short outages in which most calls fail",
        "by error code",
        "runs of minutes and hours that fail, against all others",
        "as many failures outside these spans, or calls that succeeded within them",
    ),
    CauseKind.REQUEST_SIZE: (
        "large requests fail, small ones do not",
        "by error code",
        "failure rate by request size, within each endpoint",
        "large requests that succeed on the same endpoint, or small ones that fail as often",
    ),
    CauseKind.CLIENT_VERSION: (
        "one client version fails",
        "customer",
        "failure rate of each client against the rest",
        "other versions that fail as often with the same requests",
    ),
    CauseKind.ENDPOINT: (
        "one endpoint fails, or is slow",
        "by error code",
        "failure rate and latency of each endpoint against the rest",
        "other endpoints that fail as often once they carry as many calls",
    ),
    CauseKind.HOURS: (
        "failures at certain hours of the day",
        "customer for deliveries, else by error code",
        "each span of two or three hours against all hours",
        "a day on which these hours are fine, or as many failures at other times",
    ),
    CauseKind.DELIVERY_REASON: (
        "deliveries fail for one reason",
        "by reason",
        "the receiver's answers: timeout, refused, reset, invalid",
        "the receiver's own log, where it shows these deliveries as answered in time",
    ),
    CauseKind.ERROR_CODE: (
        "one error code began, or is always there",
        "by error code",
        "the daily count of each code",
        "a change on either side on that day that also explains other codes",
    ),
    CauseKind.UNDETERMINED: (
        "nothing explains 40 % of the failures",
        "by error code",
        "all of the above, without a finding",
        "more days, or a log that names endpoint, client, size and reason of each failure",
    ),
}


def doubt(kind: CauseKind) -> str:
    """Return what would change our mind about a cause: what speaks against it and can be looked at."""
    return _ROWS[kind][-1]


def rows() -> Iterator[Row]:
    """Return the table, a row for each kind of cause."""
    return (Row(kind.value, *words) for kind, words in _ROWS.items())
