"""The mail a report goes with: what it says for its reader, and the whole as a draft that any mail program opens.

The customer is told what he is told in the report, and nothing else: each text has passed the sieve of the report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address

from techhealth.actions.attendees import Attendee, attendees
from techhealth.actions.mail import Attachment, attach, composed, mailbox
from techhealth.model import Assessment, Cause, CauseKind, Issue, Owner, Severity
from techhealth.policy import Contact, Policy
from techhealth.present import words
from techhealth.present.audience import YOU_CAN_DO, Audience, acting, blamed, in_parts
from techhealth.present.notes import NOTES
from techhealth.present.page.evidence import WHAT, acted_on, how_long
from techhealth.present.report import Withheld
from techhealth.present.report.withhold import customer_safe
from techhealth.present.terminal import harmless
from techhealth.present.terminal import harmless_text as line
from techhealth.present.unknown import no_score

#: How a mail that was not sent yet begins.
UNSENT = b"X-Unsent: 1\r\n"
#: Issues that a mail names, and actions under each heading; the report has them all.
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
    theirs = audience is Audience.CUSTOMER
    days = words.date_range(found.period.first, found.period.last)
    whose = "your integrations" if theirs else f"the integrations of {found.generated_for.customer}"
    yield f"Hello {_names(to)}," if to else "Hello,"
    yield f"\nattached is the technical health report on {whose}, {days}."
    if not theirs:
        yield "This mail and its report are internal: please do not forward them to the customer."
    if found.issues or found.score.value is not None:
        yield from _issues(found, audience)
    yield from _standing(found)
    if not theirs:
        yield f"Technical risk: {found.risk.level}."
    if found.risk.if_not_addressed:
        yield "\nIf not addressed:"
        yield from (f"- {line}" for line in found.risk.if_not_addressed)
    yield from _actions(found, audience)


def _names(people: Sequence[Attendee]) -> str:
    return words.named([line(one.name or one.role) for one in people])


def _standing(found: Assessment) -> Iterator[str]:
    score = found.score
    if score.value is None:
        yield f"\n{no_score(found)}"
        return
    yield f"\nOverall technical health is {words.points(score.value)} {words.out_of_100(found)}; the target is {score.target}."
    if score.trend.change is not None:
        yield f"{words.trend(score.trend, spoken=True)}."


def _issues(found: Assessment, audience: Audience) -> Iterator[str]:
    """Yield what fails, the worst first, each with why."""
    serious = [issue for issue in found.issues if issue.severity is not Severity.INFO]
    yield "\nWhat stands out:" if serious else "\nNothing serious stands out."
    for issue in serious[:_NAMED]:
        who = blamed(issue.owner, audience)
        yield f"- {issue.integration}: {issue.title}{_since(issue, found)}{f' (owner: {who})' if who else ''}"
        yield from (f"  {why}" for why in _causes(issue, found))
    if len(found.issues) > len(shown := serious[:_NAMED]):
        yield f"- {words.count(len(found.issues) - len(shown), 'further point')} in the report"


def _since(issue: Issue, found: Assessment) -> str:
    """Return since when it fails, as far as its title does not say it, and how much right now, which a mean of days would hide."""
    dated = issue.onset is None or "since" in issue.title.split()
    since = "" if dated else f", since {words.since(issue.onset, flagged=issue.first_flagged_on)}"
    if (spell := issue.going) and (now := how_long(spell, issue)) == "right now":
        zone = found.generated_for.timezone
        rate = f"{words.percent(spell.k / spell.n)} {WHAT[issue.kind]} ({words.out_of(spell.k, spell.n)})"
        since += f"; {now} {rate}, since {words.moment(spell.first, zone)} ({zone})"
    return since


def _causes(issue: Issue, found: Assessment) -> Iterator[str]:
    """Yield the causes of an issue that something is to be done about, else the first of them; that it is the one of an issue
    told before, or that none is known."""
    mine = [one for one in found.recommendations if issue.id in one.issue_ids]
    leads = {other.integration for other in found.issues if other.id in {one.issue_ids[0] for one in mine}}
    if leads and issue.integration not in leads:
        yield f"Likely cause: as of {words.named([*leads])}."
        return
    causes = [cause for one in mine if (cause := acted_on(one, issue))] or issue.causes[:1]
    yield from map(_cause, causes)
    if not causes:
        yield "The cause is not known yet."


def _cause(cause: Cause) -> str:
    known = "The cause is not known yet." if cause.kind is CauseKind.UNDETERMINED else "Likely cause:"
    return f"{known} {words.sentence(cause.statement).rstrip('.')}."


def _actions(found: Assessment, audience: Audience) -> Iterator[str]:
    """Yield what to do, to ourselves by when with who acts, to the customer by who takes the next step with what helps meanwhile."""
    theirs = audience is Audience.CUSTOMER
    parts = {
        heading: [one.title if theirs else f"{one.title} ({acting(one.owner, audience)[1]})" for one in some]
        for heading, some in in_parts(found, audience).items()
    }
    if helps := [*_meanwhile(found)] if theirs else []:
        parts.setdefault(YOU_CAN_DO, []).extend(helps)
    for heading, lines in parts.items():
        yield f"\n{heading}:"
        yield from (f"- {line}" for line in lines[:_NAMED])
        if len(lines) > _NAMED:
            yield f"- {words.count(len(lines) - _NAMED, 'further action')} in the report"
    notes = dict.fromkeys(NOTES[one.note].title for one in found.recommendations if one.note in NOTES)
    if notes:
        yield f"\nThe report has short notes to share: {'; '.join(notes)}."


def _meanwhile(found: Assessment) -> Iterator[str]:
    """Yield for what is not the customer's to do the first of what helps on his side, once for all integrations."""
    integrations = {issue.id: issue.integration for issue in found.issues}
    helps: dict[str, dict[str, None]] = defaultdict(dict)
    for one in found.recommendations:
        if one.owner is not Owner.CUSTOMER and one.steps:
            helps[one.steps[0]].update(dict.fromkeys(integrations[id_] for id_ in one.issue_ids if id_ in integrations))
    yield from (f"{words.named([*names])}: {step[:1].lower()}{step[1:].rstrip('.')}" for step, names in helps.items())
