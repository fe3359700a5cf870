"""What to do about each kind of cause, as texts with places to fill; `advice` chooses and fills them."""

from __future__ import annotations

from typing import NamedTuple

from techhealth.model import Owner


class Form(NamedTuple):
    """Advice with places to fill, from a cause's evidence and change; without an owner that of the cause has to act."""

    title: str  # fit for whoever takes the next step, on either side
    steps: tuple[str, ...]
    note: str
    owner: Owner | None = None


UNKNOWN_LIMIT = Form(
    "Find out which rate limit {integration} meets",
    (
        "Ask engineering which limit applies to this customer, and over which time it counts",
        "Ask their team how many calls they need in their busiest minutes",
        "Agree on a limit, or on a pace with pauses after a 429",
    ),
    "rate-limits",
    Owner.SHARED,
)
LIMIT = Form(
    "Raise the rate limit of {integration} from {current:,.0f} to {proposed:,.0f} {unit}",
    (
        "Confirm with engineering that the platform carries {proposed:,.0f} {unit} for this customer",
        "Raise the limit and tell their team the date",
        "Ask their team to pause after a 429 as the Retry-After header says",
        "Compare the 429s of the week after with the week before",
    ),
    "rate-limits",
    Owner.US,
)
LIMIT_BY_CLOCK = LIMIT._replace(
    steps=(
        "Ask their team to spread what starts at minute {minute_of_hour:02d} over the hour: that alone may keep it within the limit",
        *LIMIT.steps,
    )
)
SIZE = Form(
    "Investigate the {what} of {integration} on large requests with their team",
    (
        "Give engineering a few of the failed requests with their sizes and times",
        "Schedule a technical call with their team about their largest requests",
        "Split or page requests above the size from which failures concentrate, until the fix is out",
    ),
    "large-requests",
)
RECEIVER_HOURS = Form(
    "Review the capacity of the receiver of {integration} at {when}",
    (
        "Ask their team what else their endpoint does in these hours, and how many instances answer",
        "Suggest to accept first and work afterwards, behind a queue or a load balancer",
        "Share the practice note on webhook receivers",
    ),
    "webhook-receivers",
    Owner.CUSTOMER,
)
RECEIVER_STOPS = Form(
    "Find out what stops the receiver of {integration} at {when}",
    (
        "Ask their team which job, backup, restart or maintenance runs on their side in these hours: there is no rush of deliveries",
        "Have it moved, or the receiver kept answering meanwhile, and compare the deliveries of the days after",
        "Ask whether the events that failed were fetched in another way, or must be sent again",
    ),
    "fixed-times",
    Owner.CUSTOMER,
)
HOURS = Form(
    "Find out what happens to {integration} at {when}",
    (
        "Compare these hours with scheduled jobs, backups and peaks on both sides",
        "Move or spread what can be moved, then compare the failures of the week after",
    ),
    "fixed-times",
)
WEEKDAY = Form(
    "Find out what happens to {integration} on {weekday}s",
    (
        "Ask both teams for jobs, releases and maintenance that run on {weekday}s",
        "Move one of them, then compare the next occurrence",
    ),
    "fixed-times",
)
WEEKLY_TOKEN = Form(
    "Audit the {weekday} token refresh of {integration}",
    (
        "Ask their team when the token is renewed, and how long it lives",
        "Check the time zone of jobs that run on {weekday}s, on both sides",
        "Renew the token well before it expires, and retry once after a 401",
    ),
    "token-refresh",
)
SECRET = Form(
    "Have a new client secret issued for {integration}",
    (
        "Tell their team the hour from which sign-ins fail: the secret of their application has expired, not a token",
        "Issue a new secret, put it where the integration reads it, and confirm with one sign-in",
        "Note when the new secret ends, and let two overlap at the next change",
    ),
    "expired-credentials",
)
CREDENTIAL = Form(
    "Renew the credential of {integration}",
    (
        "Tell their team the hour from which authentication fails",
        "Renew the credential, or authorise again, and confirm with one call",
        "Put a reminder before the next expiry",
    ),
    "expired-credentials",
)
CREDENTIAL_OF_CLIENT = Form(
    "Renew the credential of client {slice}",
    (
        "Tell their team the hour from which this client is refused while others are let in",
        "Renew its credential, or authorise it again, and confirm with one call",
        "Put a reminder before the next expiry",
    ),
    "expired-credentials",
)
CLIENT = Form(
    "Move {integration} off client {slice}",
    (
        "Ask their team where this client version runs",
        "Upgrade it, or go back to the version before, on one instance",
        "Compare the failures of both versions for a day, then move the rest",
    ),
    "client-versions",
)
KNOWN_CLIENT = Form(
    "Look at what client {slice} of {integration} sends",
    (
        "Give their team a few of the failed requests, with what their answers name",
        "Ask what changed in its data or settings: its version is older than the failures",
        "Compare a request that failed with one of the same kind that did not",
    ),
    "rejected-requests",
)
ENDPOINT = Form(
    "Investigate the {what} of {integration} on endpoint {slice}",
    (
        "Give engineering a few of the failed requests of this endpoint",
        "Ask what changed on this endpoint, or in how it is called",
        "Compare the failures of the week after with the week before",
    ),
    "",
)
RETRIES = Form(
    "Slow down the retries of {integration}",
    (
        "Show their team how many failed calls only repeat an earlier one",
        "Ask how long their client waits between tries, and how often it tries",
        "Where it does not yet: ask for growing pauses with some randomness, and for a limit of tries",
    ),
    "retries",
)
REFUSED = Form(
    "Look at what {integration} sent on {when}",
    (
        "Compare one refused request, and what its answer names, with the documentation",
        "Ask their team which job or source of data was behind the requests of {when}",
        "Have the data checked before it is sent, then compare the failures of the week after",
    ),
    "rejected-requests",
)
RENEWED = Form(
    "Find out which credential of {integration} was renewed after {when}",
    (
        "Ask their team what expired or changed, and who noticed it",
        "Put a reminder before the next expiry, and renew the credential ahead of it",
    ),
    "expired-credentials",
)
NOW_AND_THEN = Form(
    "Find out why authentication of {integration} fails now and then{since}",
    (
        "Ask their team which servers, jobs or users hold another credential than the {units} that succeed",
        "Compare one refused with one accepted of the {units}: credential, permissions, clock",
        "Renew what is old, then compare the failures of the week after",
    ),
    "token-refresh",
)


#: Code of a call → the first step that tells most about it.
FIRST_CALLS: dict[str, str] = {
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
FIRST_DELIVERIES: dict[str, str] = {
    "timeout": "Ask how long their endpoint works before it answers, and whether it can answer first",
    "connection_refused": "Ask about restarts, releases and firewall rules of their endpoint at these times",
    "invalid_response": "Send one delivery with their team and read what their endpoint answers",
    "tls_error": "Check until when the certificate of their endpoint is valid, and who issued it",
}
