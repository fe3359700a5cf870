"""The evidence: which files, how many rows, what was left out or assumed, the counts behind each rate, method, and for ourselves the policy."""

from __future__ import annotations

from techhealth.model import Assessment, FileReceipt, IntegrationHealth, SuccessRate
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.audience import Audience
from techhealth.present.page.mapping import Sheet, columns_table
from techhealth.present.page.markup import Child, Html, card, el, facts, join, table
from techhealth.present.page.receipt import reading_notes
from techhealth.present.report.method import method
from techhealth.present.report.policies import policy_tables


def appendix(assessment: Assessment, policy: Policy, *, audience: Audience) -> Html:
    """Return the appendix, card by card."""
    return join(
        _files(assessment, audience),
        _counts(assessment),
        card("How the figures come about", facts([*method(policy, timezone=assessment.generated_for.timezone, audience=audience)]), kind=".th-wide.th-method"),
        card("Policy", policy_tables(policy, assessment), kind=".th-wide") if audience is Audience.INTERNAL else None,
    )  # fmt: skip


def _files(assessment: Assessment, audience: Audience) -> Html:
    receipt = assessment.receipt
    reasons = "; ".join(receipt.trust.reasons)
    return card(
        "Files",
        el("p", f"{words.found_line(receipt)}."),
        el("p", el("strong", f"Data grade {receipt.trust.grade.value}"), f": {reasons}." if reasons else "."),
        el("p", f"{words.count(receipt.duplicates, 'duplicate')} left out.") if receipt.duplicates else None,
        table(
            "Files",
            ["File", "SHA-256", "Form", "Rows", "Used", "Left out", "From and to"],
            [_file(one) for one in receipt.files],
            numbers=frozenset({3, 4, 5}),
        ),
        *(_told(one, audience, named=len(receipt.files) > 1) for one in receipt.files),
        kind=".th-wide.th-files",
    )


def _file(one: FileReceipt) -> list[Child]:
    span = words.instants(one.first, one.last) if one.first and one.last else None
    counts: list[Child] = [words.count(number) for number in (one.rows, one.events, one.rejected)]
    return [one.name, el("code", one.sha256), f"{one.format}, {one.encoding}", *counts, span]


def _told(one: FileReceipt, audience: Audience, *, named: bool) -> Html | None:
    """Return what was left out of a file and assumed about it; for ourselves its columns as well."""
    notes = reading_notes(one)
    columns = None
    if audience is Audience.INTERNAL and one.columns:
        shown = columns_table(Sheet(header="", names=(one.name,), columns=one.columns, files=(one,)))
        columns = el("details.th-more", el("summary", "What became of each column"), shown)
    return join(el("h3", one.name) if named and (notes or columns) else None, notes, columns)


def _counts(assessment: Assessment) -> Html:
    """Return the counts and intervals behind each integration's rates."""
    rows = [_counted(one) for one in assessment.integrations]
    head = ["Integration", "Window", "Succeeded", "Rate (95 % interval)", "Whole period", "Rate (95 % interval)"]
    return card("Counts", table("Counts", head, rows, numbers=frozenset({2, 4})), kind=".th-wide")


def _counted(one: IntegrationHealth) -> list[Child]:
    window, whole = one.success, one.whole_period.success
    days = words.week(one.window.first, one.window.last)
    return [
        one.name,
        days,
        words.out_of(window.k, window.n),
        _interval(window),
        words.out_of(whole.k, whole.n),
        _interval(whole),
    ]


def _interval(rate: SuccessRate) -> str:
    if rate.rate is None or rate.interval is None:
        return words.percent(rate.rate)
    low, high = rate.interval
    return f"{words.percent(rate.rate)} ({words.percent(low)} to {words.percent(high)})"
