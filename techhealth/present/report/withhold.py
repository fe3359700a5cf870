"""What a report for the customer does not say: a frozen assessment goes in, a safe one comes out, with a list of what was
left out for whoever sends it.

Left out are the names of files, the values of columns, the texts of rows, money, what happens if nothing is done, and whole
customers other than this one; every text that stays goes through the sieve of `sieve.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from techhealth.model import OTHER_CUSTOMER, Assessment, FileReceipt, Issue, Receipt, Recommendation
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.notes import NOTES
from techhealth.present.report.sieve import Sieve, mapped


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
    named = tuple(_theirs(one) for one in safe.recommendations if one.title)
    return replace(safe, issues=titled, recommendations=named), tuple(_withheld(assessment, sieve))


def _without_ours(assessment: Assessment) -> Assessment:
    """Return the assessment without the parts that are for our own people as a whole."""
    return replace(
        assessment,
        receipt=_receipt(assessment),
        integrations=tuple(replace(one, errors_by_owner={}) for one in assessment.integrations),
        issues=tuple(_without_money(issue) for issue in assessment.issues),
        recommendations=tuple(replace(one, steps=()) for one in assessment.recommendations),
        risk=replace(assessment.risk, if_not_addressed=()),
    )


def _theirs(one: Recommendation) -> Recommendation:
    """Return a recommendation with what the customer's engineers can do about it, as the practice note says."""
    note = NOTES.get(one.note or "")
    return replace(one, steps=note.points if note else (), note=None)


def _without_money(issue: Issue) -> Issue:
    return replace(issue, impact=replace(issue.impact, arr_at_risk=None, sla_credit=None))


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
        notes=(),
        columns=(),
    )


def _withheld(assessment: Assessment, sieve: Sieve) -> Iterator[Withheld]:
    """Yield what was withheld, kind by kind, where there was some."""
    receipt, issues = assessment.receipt, assessment.issues
    if issues:
        owners = dict.fromkeys(f"{issue.title}: {words.OWNER[issue.owner]}" for issue in issues)
        yield Withheld(what="Whose fault an issue or an error code is", lines=tuple(owners))
    if assessment.risk.if_not_addressed:
        yield Withheld(what="What happens if nothing is done", lines=assessment.risk.if_not_addressed)
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
