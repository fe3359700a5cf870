"""What to do about each cause, in words: titles, steps, who acts, and the practice note that goes with it."""

from __future__ import annotations

from dataclasses import dataclass

from techhealth.assess import forms
from techhealth.assess.causes.ranking import Found
from techhealth.assess.causes.words import failures
from techhealth.assess.outcomes import AUTH_CODES, BADLY_MADE, named, outcome
from techhealth.figures import day, inside, milliseconds
from techhealth.model import Cause, CauseKind, IssueKind, Kind, Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to do, by whom, in which steps; `note` names a practice note that ships with the package."""

    title: str
    steps: tuple[str, ...]
    owner: Owner
    note: str


#: What fails, by kind of issue.
_FAILS = {
    IssueKind.ERRORS: "calls",
    IssueKind.WEBHOOK: "deliveries",
    IssueKind.FIRST_TRIES: "first tries of deliveries",
    IssueKind.AUTH: "authentication",
}
#: What fails without a known cause → the note that helps most often.
_NOTE_OF_KIND = {
    IssueKind.ERRORS: "server-errors", IssueKind.WEBHOOK: "webhook-receivers",
    IssueKind.FIRST_TRIES: "webhook-receivers", IssueKind.AUTH: "token-refresh",
}  # fmt: skip
#: A note → the codes of failed calls that it is about; of all others those are about that speak of a request, or of a fault.
_NOTE_OF_CODES = {
    "expired-credentials": AUTH_CODES,
    "rate-limits": {"429", "rate_limited"},
    "timeouts": {"408", "499", "504", "timeout"},
    "large-requests": {"413"},
    "retries": {"423", "425", "connection_refused", "connection_reset", "connection_error", "dns_error", "network_unreachable"},
}  # fmt: skip
#: Practice notes that recommendations point to.
NOTES = (
    "client-versions", "expired-credentials", "fixed-times", "large-requests", "latency", "outages", "rate-limits",
    "rejected-requests", "retries", "server-errors", "silence", "timeouts", "token-refresh", "webhook-receivers",
)  # fmt: skip


def for_cause(integration: str, found: Found) -> Advice:
    """Return the advice for one cause of an integration's failures."""
    match found.cause.kind:
        case CauseKind.BURSTS:
            return _outages(integration, found)
        case CauseKind.DELIVERY_REASON | CauseKind.ERROR_CODE | CauseKind.UNDETERMINED:
            return _code(integration, found)
    return _filled(_form(found), integration, found)


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
        title=f"Find out {asked}",
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


def _filled(form: forms.Form, integration: str, found: Found) -> Advice:
    """Return a form about one cause; its places are those of the cause's evidence and change, and the words below."""
    onset, change = found.cause.onset, found.change
    places = {
        **found.cause.evidence, "integration": integration, "what": failures(found.code, found.counted),
        "units": found.counted.many, "since": f" since {day(onset.on)}" if onset else "",
        **({"current": change.current, "proposed": change.proposed, "unit": change.unit} if change else {}),
    }  # fmt: skip
    return Advice(
        title=form.title.format_map(places), steps=tuple(step.format_map(places) for step in form.steps),
        owner=form.owner or found.owner, note=form.note or _note_of(found),
    )  # fmt: skip


def _form(found: Found) -> forms.Form:
    """Return the form for a cause that is more than a code."""
    match found.cause.kind:
        case CauseKind.RATE_LIMIT:
            by_clock = found.cause.evidence.get("minute_of_hour") is not None
            return (forms.LIMIT_BY_CLOCK if by_clock else forms.LIMIT) if found.change else forms.UNKNOWN_LIMIT
        case CauseKind.EXPIRED_CREDENTIAL:
            of_client = forms.CREDENTIAL_OF_CLIENT if "slice" in found.cause.evidence else forms.CREDENTIAL
            return forms.SECRET if found.code == "secret_expired" else of_client
        case CauseKind.WEEKDAY:
            return forms.WEEKLY_TOKEN if found.code in AUTH_CODES else forms.WEEKDAY
        case CauseKind.HOURS:
            return _receiver_hours(found.cause) if found.counted.kind is Kind.WEBHOOK else forms.HOURS
        case CauseKind.REQUEST_SIZE:
            return forms.SIZE
        case CauseKind.CLIENT_VERSION:
            known = forms.KNOWN_CLIENT._replace(note=_note_of(found)) if found.code else forms.KNOWN_CLIENT
            return known if found.cause.evidence.get("called_before") else forms.CLIENT
        case CauseKind.ENDPOINT:
            return forms.ENDPOINT
    ours = "Find out on our side why the calls fail that they repeat"
    return (
        forms.RETRIES if found.owner is Owner.CUSTOMER else forms.RETRIES._replace(steps=(*forms.RETRIES.steps, ours))
    )


def _receiver_hours(cause: Cause) -> forms.Form:
    """Return the form for a receiver that fails at some hours: the load where these are busy ones, else what stops it then."""
    hours = (int(cause.evidence["to_hour"] or 0) - int(cause.evidence["from_hour"] or 0)) % 24
    busy = float(cause.evidence["share_of_traffic"] or 0) > hours / 24
    return forms.RECEIVER_HOURS if busy else forms.RECEIVER_STOPS


def _outages(integration: str, found: Found) -> Advice:
    evidence = found.cause.evidence
    one, when = evidence["bursts"] == 1, evidence["when"]
    code = str(evidence.get("most_frequent") or "")
    if code in AUTH_CODES and not evidence["ongoing"]:
        return _filled(forms.RENEWED, integration, found)
    if code in BADLY_MADE:
        return _filled(forms.REFUSED, integration, found)
    steps = (
        f"Check the status pages and incident logs of both sides for {when}",
        "Ask our engineering for the incident report: what failed, and what keeps it from coming back"
        if found.owner is not Owner.CUSTOMER
        else "Ask their team for their incident report: what failed, and what keeps it from coming back",
        "Tell the customer what is known before they ask" if one else "Compare the times with releases and maintenance",
    )
    note = _note_of(found, code) if found.counted.kind is Kind.WEBHOOK or code in AUTH_CODES else "outages"
    if evidence["ongoing"]:
        return Advice(
            title=f"Find out whether {integration} is still down",
            steps=("Open an incident now: it had not ended when the log did", *steps[:2]),
            owner=found.owner,
            note=note,
        )
    which = (
        f"the outage of {integration} on {when}" if one else f"the {evidence['bursts']} short outages of {integration}"
    )
    return Advice(title=f"Find out what was behind {which}", steps=steps, owner=found.owner, note=note)


def _code(integration: str, found: Found) -> Advice:
    evidence = found.cause.evidence
    code = found.code or str(evidence.get("reason") or evidence["most_frequent"])
    since = "" if found.cause.onset is None else f" since {day(found.cause.onset.on)}"
    if found.cause.kind is CauseKind.ERROR_CODE and (code in AUTH_CODES or found.counted.kind is Kind.AUTH):
        return _filled(forms.NOW_AND_THEN, integration, found)
    kind = found.counted.kind
    row = outcome(code, kind=kind)
    table = forms.FIRST_DELIVERIES if kind is Kind.WEBHOOK else forms.FIRST_CALLS
    return Advice(
        title=f"Find the cause of the {failures(found.code, found.counted)} of {integration}{since}",
        steps=(
            f"Start with the most frequent, {inside(named(code, kind=kind))}: {row.why}",
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
    if found.counted.kind is Kind.WEBHOOK:
        return "webhook-receivers"
    refused = outcome(code, kind=found.counted.kind).owner is Owner.CUSTOMER
    fits = (note for note, codes in _NOTE_OF_CODES.items() if code in codes)
    return next(fits, "rejected-requests" if refused else "server-errors")
