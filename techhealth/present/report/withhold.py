"""What a report for the customer does not say: a frozen assessment goes in, a safe one comes out, with a list of what was
left out for whoever sends it.

Left out are the names of files, the values of columns, the texts of rows, money, the risk to the relationship, what would be a
promise (a setting that is only proposed, a gain, a date), the day from which we could have known, and whole customers other
than this one; every text that stays goes through the sieve of `sieve.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from techhealth.model import OTHER_CUSTOMER, Assessment, Change, Expected, FileReceipt, Issue, Receipt, Recommendation
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.notes import NOTES
from techhealth.present.page.evidence import acted_on
from techhealth.present.report.sieve import Sieve, mapped

_NO_GAIN = Expected(errors_removed=0, share_removed=0.0, score_after=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """One kind of thing that the customer is not told, and the words themselves."""

    what: str
    lines: tuple[str, ...] = ()


def customer_safe(assessment: Assessment, policy: Policy) -> tuple[Assessment, tuple[Withheld, ...]]:
    """Return the assessment as the customer may see it, and what was withheld from it."""
    sieve = Sieve.of(assessment, policy)
    safe = mapped(_without_ours(assessment), cache(sieve.text))  # most texts are said many times
    titled = tuple(
        replace(
            issue,
            title=issue.title or words.sentence(words.TROUBLE[issue.kind]),
            causes=tuple(cause for cause in issue.causes if cause.statement),
        )
        for issue in safe.issues
    )
    kinds = {issue.id: f"Look into the {words.TROUBLE[issue.kind]} of {issue.integration}" for issue in titled}
    named = tuple(
        replace(one, title=one.title or next((kinds[id_] for id_ in one.issue_ids if id_ in kinds), "Look into it"))
        for one in safe.recommendations
    )
    return replace(safe, issues=titled, recommendations=named), tuple(_withheld(assessment, sieve))


def _without_ours(assessment: Assessment) -> Assessment:
    """Return the assessment without the parts that are for our own people as a whole."""
    return replace(
        assessment,
        receipt=_receipt(assessment),
        integrations=tuple(replace(one, errors_by_owner={}) for one in assessment.integrations),
        issues=tuple(_issue(issue) for issue in assessment.issues),
        recommendations=tuple(_recommendation(one, assessment) for one in assessment.recommendations),
        risk=replace(assessment.risk, factors=(), if_not_addressed=()),
        ladder=(),
    )


def _recommendation(one: Recommendation, assessment: Assessment) -> Recommendation:
    """Return a recommendation with its cause for a reason, and with what the customer's engineers can do as the practice note
    says; a setting that is only proposed is still to be reviewed."""
    issue = next((issue for issue in assessment.issues if issue.id in one.issue_ids), None)
    cause, note = acted_on(one, issue) if issue else None, NOTES.get(one.note or "")
    return replace(
        one,
        title=_to_review(one.change, issue) if one.change else one.title,
        why=f"{words.sentence(cause.statement).rstrip('.')}." if cause else one.why,
        steps=note.points if note else (),
        change=None,
        expected=_NO_GAIN,
        note=None,
    )


def _to_review(change: Change, issue: Issue | None) -> str:
    """Return that a change may come about, not to what."""
    way, where = (
        "raised" if change.proposed > change.current else "lowered",
        f" for {issue.integration}" if issue else "",
    )
    return f"Review whether the {change.setting} of {change.current:,.10g} {change.unit}{where} can be {way}"


def _issue(issue: Issue) -> Issue:
    """Return an issue without money, and without the day from which we could have known of it; it began no later."""
    onset, flagged = issue.onset, issue.first_flagged_on
    if onset and flagged and onset.earliest != onset.latest:
        onset = replace(onset, on=min(onset.on, flagged))
    impact = replace(issue.impact, arr_at_risk=None, sla_credit=None)
    return replace(issue, impact=impact, onset=onset, first_flagged_on=None)


def _receipt(assessment: Assessment) -> Receipt:
    receipt = assessment.receipt
    files = tuple(_file(one, number) for number, one in enumerate(receipt.files, start=1))
    reasons = () if any(map(_others, receipt.files)) else receipt.trust.reasons
    return replace(
        receipt,
        files=files,
        customers=(assessment.generated_for.customer,),
        trust=replace(receipt.trust, reasons=reasons),
    )


def _others(one: FileReceipt) -> int:
    """Return how many rows of a file belong to customers who were not asked for."""
    return sum(reject.count for reject in one.rejects if reject.reason == OTHER_CUSTOMER)


def _file(one: FileReceipt, number: int) -> FileReceipt:
    """Return the receipt of a file with its counts and assumptions alone; rows of other customers never were there."""
    others = _others(one)
    rejects = tuple(replace(reject, examples=()) for reject in one.rejects if reject.reason != OTHER_CUSTOMER)
    return replace(
        one,
        name=f"File {number}",
        rows=one.rows - others,
        rejected=one.rejected - others,
        first=None if others else one.first,
        last=None if others else one.last,
        rejects=rejects,
        mapping=(),
        perhaps_latency=None,
        notes=(),
        columns=(),
    )


def _withheld(assessment: Assessment, sieve: Sieve) -> Iterator[Withheld]:
    """Yield what was withheld, kind by kind, where there was some."""
    receipt, issues, risk = assessment.receipt, assessment.issues, assessment.risk
    if issues:
        owners = dict.fromkeys(f"{issue.title}: {words.OWNER[issue.owner]}" for issue in issues)
        yield Withheld(
            what="Whose fault an issue or an error code is; who takes the next step is told", lines=tuple(owners)
        )
    if risk.factors:
        factors = tuple(f"{one.factor}: {words.RISK[one.level]}; {one.impact}" for one in risk.factors)
        yield Withheld(
            what="The technical risk, and what happens if nothing is done", lines=(*factors, *risk.if_not_addressed)
        )
    if assessment.recommendations:
        effects = (words.expected(one.expected, score=assessment.score.value) for one in assessment.recommendations)
        promises = (
            f"{one.title}: {words.HORIZON[one.horizon]}; {effect}"
            for one, effect in zip(assessment.recommendations, effects, strict=True)
        )
        yield Withheld(
            what="What would be a promise: values that are proposed, by when, and what is won", lines=tuple(promises)
        )
    if flagged := tuple(f"{one.title}: {words.day(one.first_flagged_on)}" for one in issues if one.first_flagged_on):
        yield Withheld(what="The first day on which an issue would have been seen", lines=flagged)
    steps = tuple(dict.fromkeys(step for one in assessment.recommendations for step in one.steps))
    if steps:
        yield Withheld(what="Our own steps, instead of which the practice notes stand", lines=steps)
    if sieve.dropped:
        yield Withheld(what="Remarks for our own people, or about whose side failed", lines=tuple(sieve.dropped))
    if sieve.replaced:
        yield Withheld(
            what="Names of machines, people and other customers",
            lines=tuple(f"{name} → {instead}" for name, instead in sieve.replaced.items()),
        )
    if any(issue.impact.arr_at_risk is not None or issue.impact.sla_credit is not None for issue in issues):
        yield Withheld(what="Revenue at risk and SLA credits")
    if receipt.files:
        names = tuple(one.name for one in receipt.files)
        yield Withheld(what="Names of files and columns, values of columns, and texts of rows left out", lines=names)
    if any(map(_others, receipt.files)):
        yield Withheld(what="Rows of other customers in the same files, and their number")
    yield Withheld(what="The policy: its settings, and where each comes from")
