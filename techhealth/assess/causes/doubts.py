"""What would change our mind: for each kind of cause, what would speak against it and can be looked at."""

from __future__ import annotations

from techhealth.model import CauseKind

#: Kind of cause → what would speak against it.
DOUBTS: dict[CauseKind, str] = {
    CauseKind.RATE_LIMIT: "429s in minutes with few calls, or 429s that stay when the calls are spread out",
    CauseKind.EXPIRED_CREDENTIAL: "calls that succeed with the same credential, or refusals that go on after its renewal",
    CauseKind.WEEKDAY: "the next such day without failures, or as many failures on other days",
    CauseKind.HOURS: "a day on which these hours are fine, or as many failures at other times",
    CauseKind.REQUEST_SIZE: "large requests that succeed on the same endpoint, or small ones that fail as often",
    CauseKind.ENDPOINT: "other endpoints that fail as often once they carry as many calls",
    CauseKind.CLIENT_VERSION: "other versions that fail as often with the same requests",
    CauseKind.RETRIES: "as many first failures once the repeats are spaced out",
    CauseKind.BURSTS: "as many failures outside these spans, or calls that succeeded within them",
    CauseKind.DELIVERY_REASON: "the receiver's own log, where it shows these deliveries as answered in time",
    CauseKind.ERROR_CODE: "a change on either side on that day that also explains other codes",
    CauseKind.UNDETERMINED: "more days, or a log that names endpoint, client, size and reason of each failure",
}
