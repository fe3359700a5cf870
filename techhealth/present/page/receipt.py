"""What was read: the head of the receipt in one strip, and what was understood of each file on demand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from techhealth.model import Assessment, FileReceipt, Receipt
from techhealth.present import others, words
from techhealth.present.page.mapping import Sheet, asking, columns_table
from techhealth.present.page.markup import Child, Html, card, el, facts, join, table

#: Characters of the list of integrations.
_NAMES = 100


def receipt_line(assessment: Assessment, *, judged_by: Html | None = None) -> Html:
    """Return the head of the receipt in a line: found, webhook deliveries, date range, integrations; and the policy.

    Whose it is stands above it; of what there is none nothing is said.
    """
    receipt = assessment.receipt
    days = words.date_range(assessment.period.first, assessment.period.last)
    calls = words.count(receipt.api_calls, "API call") if receipt.api_calls else ""
    events = words.count(receipt.auth_events, "auth event") if receipt.auth_events else ""
    deliveries = words.count(receipt.webhook_deliveries)
    rows: list[tuple[str, Child]] = [
        ("Found", ", ".join(filter(None, (calls, events))) or None),
        ("Webhook deliveries", deliveries if receipt.webhook_deliveries else None),
        ("Date range", days),
        ("Compared with", others.compared(assessment)),
        ("Together with", others.together(assessment)),
        ("Integrations", _integrations(receipt)),
        ("Judged by", judged_by),
    ]
    return el("section.th-read", facts(rows), aria_label="What was read")


def _integrations(receipt: Receipt) -> str:
    """Return the integrations in about two lines; of many or long names the first ones and how many more."""
    names = receipt.integration_names
    shorter = (words.grouped(names, most=most) for most in range(8, 1, -1))
    return next((text for text in shorter if len(text) <= _NAMES), words.grouped(names, most=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """What can be done about the reading: choices by question, refusals by question, and three things in a row.

    `kept` says how long a correction lasts, `open` that somebody is at it.
    """

    elements: Mapping[str, Html] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    put_back: Html | None = None
    download: Html | None = None
    kept: str = ""
    open: bool = False


def understood(receipt: Receipt | None, sheets: Sequence[Sheet] = (), controls: Controls | None = None) -> Html:
    """Return what was understood of each file: columns, rows left out, assumptions, and how far to trust it.

    Args:
        receipt: of the assessment, None where there is none.
        sheets: the files by header; one a file of the receipt when not given.
        controls: what can be changed.
    """
    sheets = (
        sheets or [Sheet(header="", names=(one.name,), columns=one.columns, files=(one,)) for one in receipt.files]
        if receipt
        else sheets
    )
    if not sheets:
        return join()
    controls = controls or Controls()
    waiting = [sheet for sheet in sheets if sheet.unread]
    return el(
        "details.th-card.th-wide",
        el("summary", "What was understood of the files"),
        *(_trusted(receipt) if receipt else ()),
        _doing(sheets, controls),
        *(_sheet(one, controls) for one in [*waiting, *(one for one in sheets if not one.unread)]),
        id="understood",
        open="" if waiting or controls.open else None,
    )


def download_label(rejected: int) -> str:
    """Return the words on the button that hands out rejected rows."""
    return f"Download {words.count(rejected, 'row')} left out (CSV)"


def _trusted(receipt: Receipt) -> list[Html]:
    reasons = "; ".join(receipt.trust.reasons)
    grade = el("p", el("strong", f"Data grade {receipt.trust.grade.value}"), f": {reasons}" if reasons else None)
    copies = [el("p", f"{words.count(receipt.duplicates, 'duplicate')} left out.")] if receipt.duplicates else []
    return [grade, *copies]


def _doing(sheets: Sequence[Sheet], controls: Controls) -> Html:
    """Return what a reader can do here, and the buttons for it."""
    advice = (
        "Is a column read as the wrong thing? Choose another one, and the whole page follows. " + controls.kept
        if controls.elements
        else None
    )
    back = controls.put_back if any(sheet.corrected for sheet in sheets) else None
    row = el("div.th-row", controls.download, back) if controls.download or back else None
    return join(el("p", advice) if advice else None, row)


def _sheet(sheet: Sheet, controls: Controls) -> Html:
    several = f" (and {len(sheet.names) - 1} more with the same columns)" if len(sheet.names) > 1 else ""
    lead = el("p", el("span.th-crit", "▲ "), el("strong", _LEAD)) if sheet.unread and controls.elements else None
    return join(
        el("h3", sheet.names[0] + several),
        *(_head(one, named=len(sheet.files) > 1) for one in sheet.files),
        lead,
        asking(sheet, controls.elements, controls.refused),
        columns_table(sheet) if sheet.columns else None,
        *map(reading_notes, sheet.files),
    )


_LEAD = "This file is not in the analysis yet. Choose what its columns are, and it is read again."


def _head(one: FileReceipt, *, named: bool) -> Html:
    """Return what a file is, in one line."""
    head = f"{one.format}, {one.encoding}: {words.count(one.rows, 'row')}, {words.count(one.events)} used, {words.count(one.rejected)} left out"
    return el("p.th-muted", f"{one.name}: {head}" if named else head)


def reading_notes(one: FileReceipt) -> Html:
    """Return what was left out of a file, what was assumed, and what is worth knowing."""
    return join(
        _rejects(one),
        _listed("Assumed", tuple(filter(None, map(_said_here, one.assumptions)))),
        _listed("Worth knowing", tuple(_said_here(text) for text in one.notes if not text.startswith(_UNUSED))),
    )


#: A note that the table of columns makes superfluous.
_UNUSED = "Columns not used: "


def _said_here(text: str) -> str:
    """Return a sentence without the clause that advises an option of the terminal."""
    clauses = re.sub(r" \(--map [^)]*\)", "", text).split("; ")
    return "; ".join(clause for clause in clauses if "--map" not in clause)


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
    shown = table(
        f"Rows of {one.name} that were left out", ["Reason", "Rows", "Examples"], rows, numbers=frozenset({1})
    )
    return join(el("h4", "Left out"), shown)


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
        el(
            "p.th-muted",
            "Drop another file above. CSV, JSON, text logs, Excel workbooks and Parquet are read, also packed in a zip.",
        ),
        kind=".th-wide.th-crit-edge",
    )
