"""What a failure means, who has to fix it, and what is usually done: tables, not branches.

Calls are made by the customer's side to us, so a 5xx is ours and a 4xx mostly theirs. A webhook goes the other way: the
receiver is the customer's endpoint, so what it answers, or does not, is theirs. Every owner is a default that evidence
may overrule.

Source: RFC 9110 s. 15, RFC 6585 s. 4; the failure categories that webhook senders publish; owners are judgement of this
project.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from techhealth.figures import sentence
from techhealth.model import Days, Kind, Owner, TopError
from techhealth.policy import Owners
from techhealth.usage.local import local_day
from techhealth.usage.rollup import Rollup


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One kind of failure: meaning, owner, why that owner (in words for them), and the usual fix."""

    meaning: str
    owner: Owner
    why: str
    fix: str


def _row(meaning: str, owner: Owner, why: str, fix: str) -> Outcome:
    return Outcome(meaning=meaning, owner=owner, why=why, fix=fix)


_US, _THEM, _BOTH, _OPEN = Owner.US, Owner.CUSTOMER, Owner.SHARED, Owner.UNKNOWN
_REQUEST = ("their request is refused as it is", "correct the request, or upgrade the client that sends it")

#: HTTP status or error class of a call → outcome.
CALLS: dict[str, Outcome] = {
    "400": _row("Bad request", _THEM, *_REQUEST),
    "401": _row("Authentication failed", _THEM, "their credential is missing or expired", "renew the credential"),
    "403": _row("Permission denied", _THEM, "their credential lacks a permission", "grant the missing permission"),
    "404": _row("Not found", _THEM, "what is asked for is not there", "correct the path or the stale id"),
    "405": _row("Method not allowed", _THEM, *_REQUEST),
    "406": _row("Format not available", _THEM, *_REQUEST),
    "408": _row("Request timeout", _BOTH, "a slow upload or a slow read", "look at the size and duration of the requests"),
    "409": _row("Conflict", _THEM, "two of their writes collide", "send an idempotency key, retry after reading"),
    "410": _row("Gone", _THEM, "what is called was removed", "stop calling it"),
    "411": _row("Length required", _THEM, *_REQUEST),
    "412": _row("Precondition failed", _THEM, "two of their writes collide", "read again before writing"),
    "413": _row("Request too large", _THEM, "their request exceeds the size limit", "send smaller requests"),
    "414": _row("Address too long", _THEM, *_REQUEST),
    "415": _row("Unsupported media type", _THEM, *_REQUEST),
    "422": _row("Invalid content", _THEM, *_REQUEST),
    "423": _row("Locked", _BOTH, "two writers meet", "retry later"),
    "425": _row("Too early", _BOTH, "a replayed request", "retry later"),
    "428": _row("Precondition required", _THEM, "two of their writes could collide", "send the precondition"),
    "429": _row("Rate limit exceeded", _BOTH, "the limit is ours, the pace is theirs", "raise the limit or smooth the bursts"),
    "499": _row("Client gave up waiting", _BOTH, "their patience ended before our answer", "look at the latency"),
    "500": _row("Internal server error", _US, "our server failed", "engineering looks into it"),
    "501": _row("Not implemented", _US, "our server does not offer this", "engineering looks into it"),
    "502": _row("Bad gateway", _US, "a server behind ours failed", "check capacity and upstream"),
    "503": _row("Service unavailable", _US, "our service was overloaded or down", "check capacity and upstream"),
    "504": _row("Gateway timeout", _US, "a server behind ours was too slow", "check capacity and upstream"),
    "505": _row("HTTP version not supported", _US, "our server does not offer this", "engineering looks into it"),
    "timeout": _row("Timeout", _BOTH, "no answer arrived", "look at the size and duration of the requests"),
    "connection_refused": _row("Connection refused", _US, "our service took no connection", "check that the service was up"),
    "connection_reset": _row("Connection reset", _BOTH, "the connection broke", "check proxies and load balancers"),
    "dns_error": _row("Name not found", _BOTH, "the host name did not resolve", "check the name and the resolver"),
    "network_unreachable": _row("Network unreachable", _BOTH, "no route between the two", "check the network"),
    "tls_error": _row("Certificate or TLS error", _BOTH, "no secure connection", "check certificates and versions"),
    "connection_error": _row("No connection", _BOTH, "no connection came about", "check the network and proxies"),
    "redirect_error": _row("Too many redirects", _THEM, "the address keeps redirecting", "update the address"),
    "invalid_response": _row("Invalid response", _US, "our answer could not be read", "engineering looks into it"),
    "server_error": _row("Server error", _US, "our server failed", "engineering looks into it"),
    "rate_limited": _row("Rate limit exceeded", _BOTH, "the limit is ours, the pace is theirs", "raise the limit or smooth the bursts"),
    "not_found": _row("Not found", _THEM, "what is asked for is not there", "correct the path or the stale id"),
    "validation_error": _row("Invalid content", _THEM, *_REQUEST),
    "assertion_failed": _row("Answer not as expected", _BOTH, "a check of the answer failed", "compare the answer with what was expected"),
    "disabled": _row("Switched off", _BOTH, "the access or account is switched off", "ask who switched it off"),
    "token_rejected": _row("Token rejected", _THEM, "their token is expired or revoked", "authorise again, renew before it expires"),
    "secret_expired": _row("Client secret expired", _THEM, "the secret of their application is expired", "issue a new client secret before the old one ends"),
    "auth_failed": _row("Credential not accepted", _THEM, "their credential is not accepted", "renew the credential"),
    "forbidden": _row("Permission denied", _THEM, "their credential lacks a permission", "grant the missing permission"),
}  # fmt: skip

#: Reason of a failed delivery → outcome; the receiver is the customer's endpoint.
DELIVERIES: dict[str, Outcome] = {
    "timeout": _row("Timeout", _THEM, "their endpoint did not answer in time", "answer first, work afterwards; add capacity"),
    "connection_refused": _row("Connection refused", _THEM, "their endpoint took no connection", "check that it runs, and its firewall"),
    "connection_reset": _row("Connection reset", _THEM, "their endpoint broke the connection", "check its proxy and load balancer"),
    "dns_error": _row("Name not found", _THEM, "their host name does not resolve", "correct the address"),
    "network_unreachable": _row("Network unreachable", _THEM, "no route to their endpoint", "check their network"),
    "tls_error": _row("Certificate or TLS error", _THEM, "their certificate is not accepted", "renew the certificate"),
    "redirect_error": _row("Too many redirects", _THEM, "their address keeps redirecting", "update the address"),
    "http_3xx": _row("Redirect", _THEM, "their endpoint has moved", "update the address"),
    "http_4xx": _row("Rejected by the receiver", _THEM, "their endpoint refuses the delivery", "check path, signature and format"),
    "http_410": _row("Subscription gone", _THEM, "their endpoint no longer wants deliveries", "remove the subscription"),
    "http_429": _row("Receiver's rate limit", _THEM, "their endpoint takes fewer deliveries", "raise their limit or slow our pace"),
    "http_5xx": _row("Receiver failed", _THEM, "their endpoint failed", "their team looks into it"),
    "invalid_response": _row("Invalid response", _THEM, "their endpoint did not answer as agreed", "answer with a 2xx status"),
    "disabled": _row("Endpoint disabled", _BOTH, "the subscription is switched off", "fix the endpoint, then switch it on"),
}  # fmt: skip

_UNKNOWN_CALL = _row("Failed without a stated reason", _OPEN, "the log does not say", "log the reason of each failure")
_FAMILIES = {
    "3": _row("Redirect", _THEM, "the address has moved", "update the address"),
    "4": _row("Request rejected", _THEM, *_REQUEST),
    "5": _row("Server error", _US, "our server failed", "engineering looks into it"),
}
#: Classes that say nothing.
UNSAID = frozenset({"", "unknown", "error", "failed", "failure", "other"})
#: Codes of requests that are refused as they are.
BADLY_MADE = frozenset(code for code, row in CALLS.items() if (row.why, row.fix) == _REQUEST)
#: Codes that speak of credentials.
AUTH_CODES = frozenset({"401", "403", "token_rejected", "secret_expired", "auth_failed", "forbidden"})


def outcome(code: str, *, kind: Kind = Kind.API) -> Outcome:
    """Return what one code means for a kind of traffic; an unknown class keeps its own words.

    Args:
        code: HTTP status as text, an error class, or the reason of a failed delivery.
        kind: webhooks fail at the customer's endpoint, calls and auth events on the way to us.
    """
    key = code.strip().lower()
    known = _delivery(key) if kind is Kind.WEBHOOK else _call(key)
    if known is not None:
        return known
    return _UNKNOWN_CALL if key in UNSAID else _worded(code, owner=_OPEN if kind is Kind.API else _THEM)


def meaning(code: str, *, kind: Kind = Kind.API) -> str:
    """Return what a code means in plain words.

    Examples:
        >>> meaning("429")
        'Rate limit exceeded'
    """
    return outcome(code, kind=kind).meaning


def named(code: str, *, kind: Kind = Kind.API) -> str:
    """Return what a code means, with the code where it is a status.

    Examples:
        >>> named("429"), named("tls_error")
        ('Rate limit exceeded (429)', 'Certificate or TLS error')
    """
    return f"{meaning(code, kind=kind)} ({code})" if code.isdecimal() else meaning(code, kind=kind)


def owner_of(code: str, *, kind: Kind = Kind.API, owners: Owners | None = None) -> Owner:
    """Return who has to act on a code: whom a policy's `owners` name, else who usually has to.

    Examples:
        >>> owner_of("timeout", kind=Kind.WEBHOOK).value, owner_of("500").value
        ('customer', 'us')
    """
    named = {} if owners is None else owners.deliveries if kind is Kind.WEBHOOK else owners.calls
    return named.get(code) or outcome(code, kind=kind).owner


def top_errors(
    rollup: Rollup, *, integration: str, kind: Kind, period: Days, owners: Owners | None = None
) -> tuple[TopError, ...]:
    """Return every error of an integration's calls, deliveries or auth events over the period, most frequent first, then by code.

    Args:
        rollup: its `hourly` table counts failures by error code, class or delivery reason.
        integration: name as in the rollup.
        kind: of the rows.
        period: local days of the rollup's time zone, both ends included.
        owners: of a policy.
    """
    mine = (pl.col("integration") == integration) & (pl.col("kind") == kind.value) & pl.col("ok").eq_missing(False)
    counted = (
        rollup.hourly.filter(mine & local_day(rollup.timezone).is_between(period.first, period.last))
        .group_by(pl.col("error").fill_null("unknown").alias("code"))
        .agg(pl.col("calls").sum().alias("count"))
        .sort("count", "code", descending=[True, False])
    )
    total = int(counted["count"].sum())
    return tuple(
        TopError(
            code=code,
            count=count,
            share=count / total,
            meaning=meaning(code, kind=kind),
            owner=owner_of(code, kind=kind, owners=owners),
        )
        for code, count in counted.iter_rows()
    )


def _is_status(key: str) -> bool:
    return len(key) == 3 and key.isdecimal()


def _call(key: str) -> Outcome | None:
    """Return the outcome of a call, named by its status or class."""
    return CALLS.get(key) or (_FAMILIES.get(key[0]) if _is_status(key) else None)


def _delivery(key: str) -> Outcome | None:
    """Return the outcome of a delivery, named by its reason or by the status of the receiver."""
    names = (key, f"http_{key}", f"http_{key[:1]}xx" if _is_status(key) else "")
    return next((DELIVERIES[name] for name in names if name in DELIVERIES), None)


def _worded(code: str, *, owner: Owner) -> Outcome:
    """Return an outcome for a class outside the tables, in the log's own words."""
    words = sentence("_".join(code.split()))
    return _row(words, owner, "named so by the log", "ask what this error means")
