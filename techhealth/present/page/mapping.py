"""What was understood of the columns of a file, and what may be asked about it: one question a field that matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import available_timezones

from techhealth.model import Column, FieldMapping, FileReceipt
from techhealth.present import words
from techhealth.present.page.markup import Child, Html, el, join, table

#: Field → what it is to a reader, in the order of the questions; the first ones are asked.
MEANING = {
    "timestamp": "When the call was made",
    "timezone": "Time zone of those times",
    "integration": "Integration",
    "endpoint": "Endpoint",
    "status": "HTTP status",
    "success": "Whether it succeeded",
    "error": "What went wrong",
    "latency": "How long it took",
    "latency_unit": "Unit of how long it took",
    "customer": "Customer",
    "event_key": "Key of a call or delivery",
    "failure": "Whether it failed",
    "method": "HTTP method",
    "kind": "Call or delivery",
    "attempt": "Number of the attempt",
    "reason": "Why a delivery failed",
    "request_bytes": "Size of the request",
    "rate_limit": "Rate limit",
    "client": "Client and version",
    "region": "Region",
    "host": "Host",
    "end": "When it ended",
    "event_type": "Event",
    "destination": "Where it is delivered",
    "delivery": "Delivery",
}
_ASKED = tuple(MEANING)[:11]
_UNITS = {"milliseconds": "ms", "seconds": "s", "microseconds": "us", "nanoseconds": "ns", "minutes": "min"}
NONE, NOT_FOUND, PUT_BACK = "Not in this file", "Not found", "Put back what was found"
#: Characters of a column or value in a list of choices; rows of a table of columns.
_WIDTH, _ROWS = 40, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Files with the same header: their columns, what became of them, and what somebody corrected (field → value).

    `files` is empty where not even a receipt could be made; `unread` tells that none of it is in the analysis.
    """

    header: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    files: tuple[FileReceipt, ...] = ()
    corrected: Mapping[str, str] = field(default_factory=dict)
    unread: bool = False

    @property
    def mapping(self) -> tuple[FieldMapping, ...]:
        """Which column became which field."""
        return self.files[0].mapping if self.files else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a field is read from: the choices (text → value, "" is what was found) and the one that holds."""

    key: str
    label: str
    options: Mapping[str, str]
    chosen: str


def questions(sheet: Sheet) -> list[Question]:
    """Return the questions about files with one header; of times with a zone no zone is asked."""
    fields = [name for name in _ASKED if name != "timezone" or _assumed_zone(sheet) or name in sheet.corrected]
    return [_question(sheet, name) for name in fields]


def _question(sheet: Sheet, name: str) -> Question:
    value = sheet.corrected.get(name, "")
    found = _found(sheet, name)
    options = {PUT_BACK if value else _as_found(name, found): "", **_choices(sheet, name, "" if value else found)}
    if value not in options.values():
        options[_cut(value)] = value
    chosen = next(text for text, choice in options.items() if choice == value)
    first = {chosen: value}  # what a list shows that was told of a choice it does not have
    return Question(key=f"{sheet.header}.{name}", label=MEANING[name], options=first | options, chosen=chosen)


def _as_found(name: str, found: str) -> str:
    """Return the words for what a field is read from when nobody corrects it."""
    if not found:
        return "As its values say" if name == "latency_unit" else NOT_FOUND
    return f"{_cut(found)} ({'assumed' if name == 'timezone' else 'found'})"


def _choices(sheet: Sheet, name: str, found: str) -> dict[str, str]:
    """Return what may be chosen for a field beside what was found."""
    if name == "latency_unit":
        return _UNITS
    if name == "timezone":
        return {zone: zone for zone in _zones()}
    made: dict[str, str] = {}
    for column in sheet.columns:
        text = f"{_cut(column.name)}: {_cut(column.samples[0])}" if column.samples else _cut(column.name)
        taken = text in made or text in (NONE, PUT_BACK, NOT_FOUND)
        if column.name != found:
            made[f"{text} (column {len(made) + 1})" if taken else text] = column.name
    return made if name == "timestamp" else {**made, NONE: "-"}


def _found(sheet: Sheet, name: str) -> str:
    """Return what a field is read from, empty where it is from nothing."""
    if name == "latency_unit":
        return next((one.unit or "" for one in sheet.mapping if one.field == "latency"), "")
    if name == "timezone":
        return _assumed_zone(sheet)
    columns = [one.name for one in sheet.columns if name in one.fields]
    told = any(one.field == name for one in sheet.mapping)
    return " + ".join(columns) or ("said once for the whole file" if told else "")


def _assumed_zone(sheet: Sheet) -> str:
    """Return the zone that times without one are read in, empty if all name theirs."""
    said = (text.partition("name no zone; they are read as ")[2] for file in sheet.files for text in file.assumptions)
    return next(filter(None, said), "")


@cache
def _zones() -> tuple[str, ...]:
    """Return the time zones that are named after a place."""
    return ("UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")))


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def asking(sheet: Sheet, elements: Mapping[str, Html], refused: Mapping[str, str]) -> Html | None:
    """Return the choices of one sheet, each with the sentence why the last one was refused."""
    asked = [one for one in questions(sheet) if one.key in elements]
    if not asked:
        return None
    return el("div.th-asking", *(_asked(elements[one.key], refused.get(one.key)) for one in asked))


def _asked(element: Html, refusal: str | None) -> Html:
    said = el("p.th-refused", el("span.th-crit", "▲ "), refusal, role="alert") if refusal else None
    return el("div", element, said)


def columns_table(sheet: Sheet) -> Html:
    """Return every column with sample values and what it is read as."""
    by_field = {one.field: one for one in sheet.mapping}
    rows: list[list[Child]] = [_row(column, by_field) for column in sheet.columns]
    rows.sort(key=lambda row: row[2] == _UNUSED)
    around: list[list[Child]] = [
        ["(around the records)", one.how, _meaning(one.field), None, words.EVIDENCE[one.confidence]]
        for one in sheet.mapping
        if one.column == "(envelope)"
    ]
    shown = table(
        f"Columns of {sheet.names[0]}",
        ["This column", "Sample values", "Is read as", "Unit or form", "Evidence"],
        [*around, *rows[:_ROWS]],
    )
    more = len(rows) - _ROWS
    return join(shown, el("p.th-muted", f"And {words.count(more, 'column')} more, not used.")) if more > 0 else shown


_UNUSED = el("span.th-muted", "not used")


def _row(column: Column, by_field: Mapping[str, FieldMapping]) -> list[Child]:
    became = [by_field[name] for name in column.fields if name in by_field]
    samples = ", ".join(column.samples) or "empty"
    if not column.fields:
        return [column.name, samples, _UNUSED, None, None]
    meanings = "; ".join(map(_meaning, column.fields))
    units = "; ".join(one.unit for one in became if one.unit) or None
    evidence = "; ".join(dict.fromkeys(f"{words.EVIDENCE[one.confidence]}: {one.how}" for one in became)) or None
    return [column.name, samples, meanings, units, evidence]


def _meaning(name: str) -> str:
    return MEANING.get(name, name)
