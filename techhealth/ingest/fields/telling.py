"""Names that give records of calls away, whatever the shape they stand in."""

from __future__ import annotations

from collections.abc import Iterable

from techhealth.ingest.records import folded

#: Ends of folded names that records of calls have; the list whose objects have most of them wins.
TELLING: tuple[tuple[str, ...], ...] = (
    ("time", "timestamp", "ts", "date", "at", "published", "datetime", "startutc", "timegenerated", "createdat", "startedat", "starttime", "sentat", "deliveredat", "requestedat", "executiontime", "eventtime"),
    ("status", "statuscode", "httpstatus", "httpstatuscode", "responsestatus", "responsestatuscode", "code", "responsecode", "success", "result", "ok", "outcome"),
    ("latency", "latencyms", "duration", "durationms", "elapsed", "responsetime", "responsetimems", "timetaken", "ms"),
    ("endpoint", "path", "url", "uri", "route", "request", "resource", "requesturl", "eventtype", "event"),
    ("method", "httpmethod", "requestmethod", "attempt", "attemptnumber", "deliveryid", "eventid", "requestid"),
    ("integration", "service", "servicename", "app", "appname", "error", "errormessage", "errordescription", "reason"),
)  # fmt: skip
#: Names of times.
TIMES = frozenset(TELLING[0])


def telling(names: Iterable[str]) -> int:
    """Return how many kinds of telling names are among folded names."""
    known = set(names)
    return sum(any(name in known for name in group) for group in TELLING)


def telling_ends(names: Iterable[object]) -> int:
    """Return how many kinds of telling names are among names as written, by their last part."""
    return telling(folded(str(name).rsplit(".", 1)[-1]) for name in names)
