"""The receipt as a card for the terminal: what each file is, what became what, what could not be used and why."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from techhealth.figures import count, milliseconds
from techhealth.model import FileReceipt, Receipt, Reject
from techhealth.present import words
from techhealth.present.terminal import bullet, facts, harmless, heading, indented, printed, table

#: Rejects shown a reason; `--json` has them all.
_EXAMPLES = 3


def render_receipt(receipt: Receipt, *, width: int, color: bool) -> str:
    """Return the receipt as text of at most `width` columns; without color it holds no escape code."""
    return printed(_card(harmless(receipt)), width=width, color=color)


def _card(receipt: Receipt) -> Iterator[RenderableType]:
    yield Text(words.found_line(receipt), style="bold")
    yield facts(
        [
            ("Customer", ", ".join(receipt.customers) or "not named in the files (--customer NAME)"),
            ("Date range", words.instants(receipt.first, receipt.last)),
            ("Integrations", words.grouped(receipt.integration_names)),
            ("Duplicates", f"{count(receipt.duplicates, 'row')} counted once" if receipt.duplicates else None),
            ("Data grade", words.trust(receipt.trust)),
        ],
        by=0,
    )
    for file in receipt.files:
        yield from _file(file)


def _file(file: FileReceipt) -> Iterator[RenderableType]:
    yield heading(file.name)
    failures = "cannot be known from this file" if file.failures is None else count(file.failures)
    used = file.rows - file.rejected
    stand_for = "" if used == file.events else f" (they stand for {count(file.events, 'call')})"
    yield facts(
        [
            ("What it is", f"{file.format}, {file.encoding}, {words.KIND.get(file.kind, file.kind)}"),
            ("Rows", f"{count(file.rows)}: {count(used)} used{stand_for}, {count(file.rejected)} rejected"),
            ("Date range", words.instants(file.first, file.last)),
            ("Failures", failures),
            ("First latency", None if file.first_latency_ms is None else milliseconds(file.first_latency_ms)),
        ]
    )
    yield from _mapping(file)
    yield from _rejects(file.rejects)
    yield from _lines("Assumed", file.assumptions)
    yield from _lines("Notes", file.notes)


def _mapping(file: FileReceipt) -> Iterator[RenderableType]:
    if not file.mapping:
        return
    yield Text("\nWhich column became which field (change one with --map FIELD=COLUMN)")
    rows = [
        (one.field, one.column, one.unit or "", words.SURE[one.confidence], one.how)
        for one in file.mapping
    ]  # fmt: skip
    yield table(("Field", "Column", "Unit", "Sure", "Why"), rows)


def _rejects(rejects: tuple[Reject, ...]) -> Iterator[RenderableType]:
    if rejects:
        yield Text("\nNot used")
    for reject in rejects:
        yield bullet(f"{count(reject.count, 'row')}: {reject.reason}")
        for example in reject.examples[:_EXAMPLES]:
            yield indented(Text(f"line {count(example.line)}: {example.text}", style="dim"), by=4)


def _lines(title: str, lines: tuple[str, ...]) -> Iterator[RenderableType]:
    if lines:
        yield Text(f"\n{title}")
    yield from (bullet(line) for line in lines)
