"""What to do about each cause, in words: titles, steps, who acts, and the practice note that goes with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from techhealth.assess.causes.ranking import Found
from techhealth.assess.causes.words import failures
from techhealth.assess.outcomes import AUTH_CODES, outcome
from techhealth.figures import day, milliseconds
from techhealth.model import CauseKind, IssueKind, Kind, Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to do, by whom, in which steps; `note` names a practice note that ships with the package."""

    title: str
    steps: tuple[str, ...]
    owner: Owner
    note: str


#: What fails, by kind of issue.
_FAILS = {IssueKind.ERRORS: "calls", IssueKind.WEBHOOK: "deliveries", IssueKind.AUTH: "authentication"}
#: What fails without a known cause → the note that helps most often.
_NOTE_OF_KIND = {
    IssueKind.ERRORS: "server-errors", IssueKind.WEBHOOK: "webhook-receivers", IssueKind.AUTH: "token-refresh",
}  # fmt: skip
#: Practice notes that recommendations point to.
NOTES = (
    "client-versions", "expired-credentials", "fixed-times", "large-requests", "latency", "outages", "rate-limits",
    "rejected-requests", "retries", "server-errors", "silence", "timeouts", "token-refresh", "webhook-receivers",
)  # fmt: skip


def for_cause(integration: str, found: Found) -> Advice:
    """Return the advice for one cause of an integration's failures."""
    return _BY_CAUSE[found.cause.kind](integration, found, failures(found.code, kind=found.kind))


def for_latency(integration: str, *, sla_ms: float, assumed: bool, endpoint: str | None) -> Advice:
    """Return the advice for responses slower than promised; of one endpoint where it takes most of the extra time."""
    promised = f"{'assumed SLA' if assumed else 'SLA'} of {milliseconds(sla_ms)}"
    agree = ("Agree on a latency target with the customer: this one is assumed",) if assumed else ()
    where = f"calls of {integration} on endpoint {endpoint}" if endpoint else f"calls of {integration}"
    return Advice(
        title=f"Review the slowest {where} against the {promised}",
        steps=(
            f"Ask what changed on {endpoint}, or in how it is called"
            if endpoint
            else "List the endpoints and request sizes behind the slowest 5 % of calls",
            "Ask engineering for the time spent per step on a sample of them",
            "Offer paging or background exports for the heaviest requests",
            *agree,
        ),
        owner=Owner.US,
        note="latency",
    )


def for_silence(integration: str, *, some: bool) -> Advice:
    """Return the advice for traffic that stopped, or of which `some` still comes."""
    asked = f"why {integration} is used less" if some else f"whether {integration} was switched off or moved"
    return Advice(
        title=f"Ask {asked}",
        steps=(
            f"Ask their team whether they paused, replaced or moved {'part of ' if some else ''}this integration",
            "Check on our side that its traffic is not lost before it is logged",
        ),
        owner=Owner.SHARED,
        note="silence",
    )


def for_unexplained(integration: str, kind: IssueKind) -> Advice:
    """Return the advice for failures of which the log tells no cause."""
    return Advice(
        title=f"Find out why {_FAILS[kind]} of {integration}{' fails' if kind is IssueKind.AUTH else ' fail'}",
        steps=(
            "Ask both teams for their logs of a few failures",
            "Compare one that failed with one of the same hour that did not",
        ),
        owner=Owner.SHARED,
        note=_NOTE_OF_KIND[kind],
    )


def _rate_limit(integration: str, found: Found, what: str) -> Advice:
    change = found.change
    if change is None:
        return Advice(
            title=f"Find out which rate limit {integration} meets",
            steps=(
                "Ask engineering which limit applies to this customer, and over which time it counts",
                "Ask their team how many calls they need in their busiest minutes",
                "Agree on a limit, or on a pace with pauses after a 429",
            ),
            owner=Owner.SHARED,
            note="rate-limits",
        )
    return Advice(
        title=f"Raise the rate limit of {integration} from {change.current:,.0f} to {change.proposed:,.0f} {change.unit}",
        steps=(
            f"Confirm with engineering that the platform carries {change.proposed:,.0f} {change.unit} for this customer",
            "Raise the limit and tell their team the date",
            "Ask their team to pause after a 429 as the Retry-After header says",
            "Compare the 429s of the week after with the week before",
        ),
        owner=Owner.US,
        note="rate-limits",
    )


def _size(integration: str, found: Found, what: str) -> Advice:
    return Advice(
        title=f"Investigate the {what} of {integration} on large requests with their team",
        steps=(
            "Give engineering a few of the failed requests with their sizes and times",
            "Schedule a technical call with their team about their largest requests",
            "Split or page requests above the size from which failures concentrate, until the fix is out",
        ),
        owner=found.owner,
        note="large-requests",
    )


def _hours(integration: str, found: Found, what: str) -> Advice:
    when = found.cause.evidence["when"]
    if found.kind is Kind.WEBHOOK:
        return Advice(
            title=f"Review the capacity of the receiver of {integration} at {when}",
            steps=(
                "Ask their team what else their endpoint does in these hours, and how many instances answer",
                "Suggest to accept first and work afterwards, behind a queue or a load balancer",
                "Share the practice note on webhook receivers",
            ),
            owner=Owner.CUSTOMER,
            note="webhook-receivers",
        )
    return Advice(
        title=f"Find out what happens to {integration} at {when}",
        steps=(
            "Compare these hours with scheduled jobs, backups and peaks on both sides",
            "Move or spread what can be moved, then compare the failures of the week after",
        ),
        owner=found.owner,
        note="fixed-times",
    )


def _weekday(integration: str, found: Found, what: str) -> Advice:
    weekday = found.cause.evidence["weekday"]
    if found.code not in AUTH_CODES:
        return Advice(
            title=f"Find out what happens to {integration} on {weekday}s",
            steps=(
                f"Ask both teams for jobs, releases and maintenance that run on {weekday}s",
                "Move one of them, then compare the next occurrence",
            ),
            owner=found.owner,
            note="fixed-times",
        )
    return Advice(
        title=f"Audit the {weekday} token refresh of {integration}",
        steps=(
            "Ask their team when the token is renewed, and how long it lives",
            f"Check the time zone of jobs that run on {weekday}s, on both sides",
            "Renew the token well before it expires, and retry once after a 401",
        ),
        owner=found.owner,
        note="token-refresh",
    )


def _expired(integration: str, found: Found, what: str) -> Advice:
    if found.code == "secret_expired":
        return Advice(
            title=f"Have a new client secret issued for {integration}",
            steps=(
                "Tell their team the hour from which sign-ins fail: the secret of their application has expired, not a token",
                "Issue a new secret, put it where the integration reads it, and confirm with one sign-in",
                "Note when the new secret ends, and let two overlap at the next change",
            ),
            owner=found.owner,
            note="expired-credentials",
        )
    return Advice(
        title=f"Renew the credential of {integration}",
        steps=(
            "Tell their team the hour from which authentication fails",
            "Renew the credential, or authorise again, and confirm with one call",
            "Put a reminder before the next expiry",
        ),
        owner=found.owner,
        note="expired-credentials",
    )


def _slice(integration: str, found: Found, what: str) -> Advice:
    name = found.cause.evidence["slice"]
    if found.cause.kind is CauseKind.CLIENT_VERSION:
        return Advice(
            title=f"Move {integration} off client {name}",
            steps=(
                "Ask their team where this client version runs",
                "Upgrade it, or go back to the version before, on one instance",
                "Compare the failures of both versions for a day, then move the rest",
            ),
            owner=found.owner,
            note="client-versions",
        )
    return Advice(
        title=f"Investigate the {what} of {integration} on endpoint {name}",
        steps=(
            "Give engineering a few of the failed requests of this endpoint",
            "Ask what changed on this endpoint, or in how it is called",
            "Compare the failures of the week after with the week before",
        ),
        owner=found.owner,
        note=_note_of(found),
    )


def _retries(integration: str, found: Found, what: str) -> Advice:
    return Advice(
        title=f"Slow down the retries of {integration}",
        steps=(
            "Show their team how many failed calls only repeat an earlier one",
            "Ask for growing pauses with some randomness, and for a limit of tries",
            *(() if found.owner is Owner.CUSTOMER else ("Find out on our side why the calls fail that they repeat",)),
        ),
        owner=found.owner,
        note="retries",
    )


def _outages(integration: str, found: Found, what: str) -> Advice:
    evidence = found.cause.evidence
    one, when = evidence["bursts"] == 1, evidence["when"]
    if evidence.get("most_frequent") in AUTH_CODES and not evidence["ongoing"]:
        return Advice(
            title=f"Ask which credential of {integration} was renewed after {when}",
            steps=(
                "Ask their team what expired or changed, and who noticed it",
                "Put a reminder before the next expiry, and renew the credential ahead of it",
            ),
            owner=found.owner,
            note="expired-credentials",
        )
    steps = (
        f"Check the status pages and incident logs of both sides for {when}",
        "Ask our engineering for the incident report: what failed, and what keeps it from coming back"
        if found.owner is not Owner.CUSTOMER
        else "Ask their team for their incident report: what failed, and what keeps it from coming back",
        "Tell the customer what is known before they ask" if one else "Compare the times with releases and maintenance",
    )
    if evidence["ongoing"]:
        return Advice(
            title=f"Find out whether {integration} is still down",
            steps=("Open an incident now: nothing succeeded until the log ends", *steps[:2]),
            owner=found.owner,
            note="outages",
        )
    named = (
        f"the outage of {integration} on {when}" if one else f"the {evidence['bursts']} short outages of {integration}"
    )
    return Advice(title=f"Ask for the incident report on {named}", steps=steps, owner=found.owner, note="outages")


def _code(integration: str, found: Found, what: str) -> Advice:
    evidence = found.cause.evidence
    code = found.code or str(evidence.get("reason") or evidence["most_frequent"])
    since = "" if found.cause.onset is None else f" since {day(found.cause.onset.on)}"
    if found.cause.kind is CauseKind.ERROR_CODE and (code in AUTH_CODES or found.kind is Kind.AUTH):
        return _now_and_then(integration, found, since=since)
    row = outcome(code, kind=found.kind)
    table = _FIRST_DELIVERIES if found.kind is Kind.WEBHOOK else _FIRST_CALLS
    named = row.meaning.lower() + (f" ({code})" if code.isdecimal() else "")
    return Advice(
        title=f"Find the cause of the {what} of {integration}{since}",
        steps=(
            f"Start with the most frequent, {named}: {row.why}",
            table.get(code, f"Usual fix: {row.fix}"),
            f"Ask both teams what changed around {day(found.cause.onset.on)}"
            if found.cause.onset
            else "Ask both teams for their logs of a few failures",
        ),
        owner=found.owner,
        note=_note_of(found, code),
    )


def _note_of(found: Found, code: str | None = None) -> str:
    """Return the note for failures of which the code is known at most."""
    code = code or found.code or ""
    if found.kind is Kind.WEBHOOK:
        return "webhook-receivers"
    if code in ("408", "504", "timeout"):
        return "timeouts"
    return "rejected-requests" if code.startswith("4") else "server-errors"


def _now_and_then(integration: str, found: Found, *, since: str) -> Advice:
    what = "sign-ins" if found.kind is Kind.AUTH else "calls"
    return Advice(
        title=f"Find out why authentication of {integration} fails now and then{since}",
        steps=(
            f"Ask their team which servers, jobs or users hold another credential than the {what} that succeed",
            f"Compare one refused with one accepted of the {what}: credential, permissions, clock",
            "Renew what is old, then compare the failures of the week after",
        ),
        owner=found.owner,
        note="token-refresh",
    )


#: Code of a call → the first step that tells most about it.
_FIRST_CALLS: dict[str, str] = {
    "400": "Compare one refused request, and what its answer names, with the documentation",
    "404": "Ask whether an endpoint was removed or renamed, or whether the ids are stale, on either side",
    "405": "Ask which version of the interface their client was written for",
    "408": "Compare size and duration of the requests that time out with those that do not",
    "409": "Ask whether two jobs write the same records at the same time",
    "410": "Ask which of their jobs still call what was removed",
    "413": "Compare the sizes of the refused requests with the size limit",
    "422": "Compare one refused request, and what its answer names, with the documentation",
    "500": "Give engineering the times and ids of a few failures, to look up their stack traces",
    "502": "Lay the times beside releases, restarts and load of the services behind ours",
    "503": "Lay the times beside releases, restarts and load of the service",
    "504": "Lay the times beside releases, restarts and load of the services behind ours",
    "timeout": "Compare size and duration of the requests that time out with those that do not",
}
#: Reason of a failed delivery → the first step that tells most about it.
_FIRST_DELIVERIES: dict[str, str] = {
    "timeout": "Ask how long their endpoint works before it answers, and whether it can answer first",
    "connection_refused": "Ask about restarts, releases and firewall rules of their endpoint at these times",
    "invalid_response": "Send one delivery with their team and read what their endpoint answers",
    "tls_error": "Check until when the certificate of their endpoint is valid, and who issued it",
}
_BY_CAUSE: dict[CauseKind, Callable[[str, Found, str], Advice]] = {
    CauseKind.RATE_LIMIT: _rate_limit,
    CauseKind.EXPIRED_CREDENTIAL: _expired,
    CauseKind.WEEKDAY: _weekday,
    CauseKind.HOURS: _hours,
    CauseKind.REQUEST_SIZE: _size,
    CauseKind.ENDPOINT: _slice,
    CauseKind.CLIENT_VERSION: _slice,
    CauseKind.RETRIES: _retries,
    CauseKind.BURSTS: _outages,
    CauseKind.DELIVERY_REASON: _code,
    CauseKind.ERROR_CODE: _code,
    CauseKind.UNDETERMINED: _code,
}
