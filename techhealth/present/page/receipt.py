"""What was read: the head of the receipt in one strip, and what was understood of each file on demand."""

from __future__ import annotations

from techhealth.model import Assessment, FileReceipt, Receipt
from techhealth.present import words
from techhealth.present.page.markup import Child, Html, card, el, facts, join, table

#: Characters of the list of integrations.
_NAMES = 100


def receipt_card(assessment: Assessment) -> Html:
    """Return the head of the receipt: customer, found, webhook deliveries, date range, integrations."""
    receipt = assessment.receipt
    days = words.date_range(assessment.period.first, assessment.period.last)
    found = words.count(receipt.api_calls, "API call")
    if receipt.auth_events:
        found += f", {words.count(receipt.auth_events, 'auth event')}"
    rows: list[tuple[str, Child]] = [
        ("Customer", assessment.generated_for.customer),
        ("Found", found),
        ("Webhook deliveries", words.count(receipt.webhook_deliveries)),
        ("Date range", days),
        ("Integrations", _integrations(receipt)),
    ]
    return el("section.th-card.th-receipt", facts(rows), aria_label="What was read")


def _integrations(receipt: Receipt) -> str:
    """Return the integrations in about two lines; of many or long names the first ones and how many more."""
    names = receipt.integration_names
    shorter = (words.grouped(names, most=most) for most in range(8, 1, -1))
    return next((text for text in shorter if len(text) <= _NAMES), words.grouped(names, most=1))


def understood(receipt: Receipt) -> Html:
    """Return what was understood of each file: columns, rows left out, assumptions, and how far to trust it."""
    reasons = "; ".join(receipt.trust.reasons)
    grade = el("p", el("strong", f"Data grade {receipt.trust.grade.value}"), f": {reasons}" if reasons else None)
    copies = el("p", f"{words.count(receipt.duplicates, 'duplicate')} left out.") if receipt.duplicates else None
    return el(
        "details.th-card.th-wide",
        el("summary", "What was understood of the files"),
        grade,
        copies,
        *(_file(one) for one in receipt.files),
    )


def _file(one: FileReceipt) -> Html:
    head = f"{one.format}, {one.encoding}: {words.count(one.rows, 'row')}, {words.count(one.events)} used, {words.count(one.rejected)} left out"
    mapped: list[list[Child]] = [
        [row.field, row.column, row.unit or "–", words.EVIDENCE[row.confidence], row.how] for row in one.mapping
    ]
    return join(
        el("h3", one.name),
        el("p.th-muted", head),
        table(f"Columns of {one.name}", ["Field", "Column", "Unit", "Evidence", "How it was found"], mapped)
        if mapped
        else None,
        _rejects(one),
        _listed("Assumed", tuple(_said_here(text) for text in one.assumptions)),
        _listed("Worth knowing", one.notes),
    )


def _said_here(text: str) -> str:
    """Return an assumption without the clause that advises an option of the terminal."""
    return "; ".join(clause for clause in text.split("; ") if "--map" not in clause)


def _rejects(one: FileReceipt) -> Html | None:
    if not one.rejects:
        return None
    rows: list[list[Child]] = [
        [
            reject.reason,
            words.count(reject.count),
            "; ".join(f"line {example.line}: {example.text}" for example in reject.examples[:2]),
        ]
        for reject in one.rejects
    ]
    return table(f"Rows of {one.name} that were left out", ["Reason", "Rows", "Examples"], rows, numbers=frozenset({1}))


def _listed(title: str, texts: tuple[str, ...]) -> Html | None:
    return join(el("h4", title), el("ul", *(el("li", text) for text in texts))) if texts else None


def left_out(message: str) -> Html:
    """Return which of several files could not be used, beside the assessment of the others."""
    return el(
        "section.th-card.th-warn-edge.th-left-out",
        el("p", el("span.th-warn", "■ "), el("strong", "Left out: "), message),
        aria_label="Files that were left out",
    )


def problem_card(message: str) -> Html:
    """Return why files could not be used, in the sentence of the error, and what to do next."""
    return card(
        "These files could not be used",
        el("p.th-problem", el("span.th-crit", "▲ "), message),
        el("p.th-muted", "Drop another file above. CSV, JSON and NDJSON are read, plain or gzip."),
        kind=".th-wide.th-crit-edge",
    )
