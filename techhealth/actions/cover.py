"""The mail a report goes with: what it says for its reader, and the whole as a draft that any mail program opens.

The customer is told what he is told in the report, and nothing else: each text has passed the sieve of the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from itertools import groupby

from techhealth.actions.attendees import Attendee, attendees
from techhealth.actions.mail import Attachment, attach, composed, mailbox
from techhealth.model import Assessment, Horizon, Issue, Owner, Severity
from techhealth.policy import Contact, Policy
from techhealth.present import words
from techhealth.present.audience import Audience, acting, blamed
from techhealth.present.notes import NOTES
from techhealth.present.page.evidence import WHAT
from techhealth.present.report import Withheld
from techhealth.present.report.withhold import customer_safe
from techhealth.present.terminal import harmless
from techhealth.present.terminal import harmless_text as line
from techhealth.present.unknown import no_score

#: How a mail that was not sent yet begins.
UNSENT = b"X-Unsent: 1\r\n"
#: Issues and actions that a mail names; the report has them all.
_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A mail as it is proposed; subject and text may be edited. `withheld` is what its reader is not told."""

    to: tuple[Attendee, ...]
    subject: str
    text: str
    withheld: tuple[Withheld, ...]


def draft(assessment: Assessment, policy: Policy, *, audience: Audience, host: Contact | None = None) -> Cover:
    """Return the mail that goes with the report on an assessment.

    Where the reader is the customer, those of the policy's contacts in a technical role are written to; `host`, the CSM, signs.
    """
    theirs = audience is Audience.CUSTOMER
    shown, withheld = customer_safe(assessment, policy) if theirs else (assessment, ())
    found = harmless(shown)
    known = attendees(policy.contacts, company=found.generated_for.customer, host=host)
    to = tuple(one for one in known if one.company and one.address) if theirs else ()
    days = words.date_range(found.period.first, found.period.last)
    return Cover(
        to=to,
        subject=f"Technical health of {found.generated_for.customer}, {days}{'' if theirs else ' (internal)'}",
        text="\n".join(
            [*_text(found, to, audience), "", "Kind regards,", line(host.name) if host else "Customer Success"]
        )
        + "\n",
        withheld=withheld,
    )


def mail(cover: Cover, report: Attachment, *, host: Contact | None, now: datetime) -> bytes:
    """Return a mail with its report as an .eml file, marked as not sent yet, so that mail programs open it for editing.

    `host` writes; None leaves it to the mail program.
    """
    to = [_mailbox(one.name, one.address) for one in cover.to]
    sender = _mailbox(host.name, host.email) if host else None
    made = composed(sender=sender, to=to, subject=cover.subject, text=cover.text, now=now)
    attach(made, report)
    return UNSENT + made.as_bytes()


def _mailbox(name: str | None, address: str | None) -> Address:
    return mailbox(name or "", address or "")


def _text(found: Assessment, to: Sequence[Attendee], audience: Audience) -> Iterator[str]:
    """Yield the lines between head and signature."""
    theirs, score = audience is Audience.CUSTOMER, found.score
    days = words.date_range(found.period.first, found.period.last)
    whose = "your integrations" if theirs else f"the integrations of {found.generated_for.customer}"
    yield f"Hello {_names(to)}," if to else "Hello,"
    yield f"\nattached is the technical health report on {whose}, {days}."
    yield from _right_now(found)
    if score.value is None:
        yield f"\n{no_score(found)}"
    else:
        yield f"\nOverall technical health is {words.points(score.value)} {words.out_of_100(found)}; the target is {score.target}."
        if score.trend.change is not None:
            yield f"{words.trend(score.trend, spoken=True)}."
    if not theirs:
        yield f"Technical risk: {found.risk.level}."
        yield "This mail and its report are internal: please do not forward them to the customer."
    if found.issues or score.value is not None:
        yield from _issues(found.issues, audience)
    if not theirs and found.risk.if_not_addressed:
        yield "\nIf not addressed:"
        yield from (f"- {line}" for line in found.risk.if_not_addressed)
    yield from _actions(found, audience)


def _names(people: Sequence[Attendee]) -> str:
    return words.named([line(one.name or one.role) for one in people])


def _right_now(found: Assessment) -> Iterator[str]:
    """Yield what fails while this is written, which a mean of days would hide."""
    for issue in found.issues:
        if issue.severity is Severity.CRITICAL and (spell := issue.going):
            zone = found.generated_for.timezone
            how_much = f"{words.percent(spell.k / spell.n)} {WHAT[issue.kind]} ({words.out_of(spell.k, spell.n)})"
            yield f"\nRight now, {issue.integration}: {how_much}, since {words.moment(spell.first, zone)} ({zone})."


def _issues(issues: Sequence[Issue], audience: Audience) -> Iterator[str]:
    serious = [issue for issue in issues if issue.severity is not Severity.INFO]
    yield "\nWhat stands out:" if serious else "\nNothing serious stands out."
    for issue in serious[:_NAMED]:
        dated = issue.onset is None or "since" in issue.title.split()
        since = "" if dated else f", since {words.since(issue.onset, flagged=issue.first_flagged_on)}"
        who = blamed(issue.owner, audience)
        yield f"- {issue.integration}: {issue.title}{since}{f' (owner: {who})' if who else ''}"
    if len(issues) > len(shown := serious[:_NAMED]):
        yield f"- {words.count(len(issues) - len(shown), 'further point')} in the report"


def _actions(found: Assessment, audience: Audience) -> Iterator[str]:
    """Yield the first actions by when they are due, and the notes that the report holds on them; what is ours alone to do is
    counted to the customer, and no to-do of his."""
    every = sorted(found.recommendations, key=lambda one: list(Horizon).index(one.horizon))
    ordered = [one for one in every if audience is Audience.INTERNAL or one.owner is not Owner.US]
    for horizon, some in groupby(enumerate(ordered[:_NAMED], start=1), key=lambda one: one[1].horizon):
        yield f"\n{words.HORIZON[horizon]}:"
        for number, one in some:
            who = acting(one.owner, audience)
            yield f"{number}. {one.title}{f' ({who})' if who else ''}"
    if len(ordered) > _NAMED:
        yield f"\n{words.count(len(ordered) - _NAMED, 'further action')} in the report."
    if ours := len(every) - len(ordered):
        yield f"\nWe take care of {words.count(ours, 'action')} on our side."
    notes = dict.fromkeys(NOTES[one.note].title for one in every if one.note in NOTES)
    if notes:
        yield f"\nThe report has short notes to share: {'; '.join(notes)}."
