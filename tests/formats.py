"""Compare what `inspect` says of sample logs with the `<file>.expected.json` beside each: `python -m tests.formats DIR`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from techhealth.errors import TechHealthError
from techhealth.ingest import inspect, read
from techhealth.ingest.fields.fields import latency_base
from techhealth.ingest.lines.attempts import OUTCOME
from techhealth.ingest.records import folded
from techhealth.ingest.values.endpoints import split_request, templates
from techhealth.ingest.values.latency import UNIT_WORDS
from techhealth.model import FileReceipt

CHECKS = ("records", "calls", "kind", "first", "last", "status", "latency", "unit", "first_ms", "endpoint", "failures")
#: What an expectation says of a place in a line or table, or of a count, instead of a name.
_PLACE = re.compile(
    r"(?i)\b(?:token|number|digits?|after|before|between|slash|brackets?|quoted|last|status line|suffix|NNN|count|columns?|line|sentence|from the end)\b|(?-i:\bN(?:ms)?\b)"
)


def main(folder: str) -> int:
    """Print one line per sample; return how many disagree somewhere."""
    wrong = 0
    for expectation in sorted(Path(folder).glob("*.expected.json")):
        sample = expectation.with_name(expectation.name.removesuffix(".expected.json"))
        expected = json.loads(expectation.read_text())
        try:
            receipt = inspect(sample).files[0]
        except TechHealthError as refused:
            declinable = (
                "records" not in expected and expected.get("status", "") is expected.get("failures", "") is None
            )
            print(f"{sample.name:34} {'declined' if declinable else 'refused'}  {refused}")
            wrong += not declinable
            continue
        results = compare(expected, receipt, _endpoints(sample))
        missed = [f"{check}: {got!r} instead of {want!r}" for check, (want, got, same) in results.items() if not same]
        wrong += bool(missed)
        print(
            f"{sample.name:34} {sum(ok for _, _, ok in results.values())}/{len(results)}  {'; '.join(missed) or 'agrees'}"
        )
    return wrong


def compare(expected: Mapping[str, Any], got: FileReceipt, endpoints: list[str]) -> dict[str, tuple[Any, Any, bool]]:
    """Return check → (expected, got, agreement), for what the expectation speaks of."""
    columns = {item.field: item for item in got.mapping}
    calls = next(
        (expected[k] for k in ("http_records", "access_records", "api_records", "logical_calls") if k in expected), None
    )
    stamp, latency, status = (
        expected.get("timestamp") or {},
        expected.get("latency_ms") or {},
        expected.get("status") or {},
    )
    found: dict[str, tuple[Any, Any, bool]] = {}
    for name, said in (("records", got.records), ("kind", got.kind), ("failures", got.failures)):
        if name in expected:
            found[name] = (expected[name], said, expected[name] == said)
    if calls is not None:
        found["calls"] = (calls, got.events, calls == got.events)
    for name, want, instant in (
        ("first", stamp.get("first_utc"), got.first),
        ("last", stamp.get("last_utc"), got.last),
    ):
        if "timestamp" in expected and (not stamp or f"{name}_utc" in stamp):
            found[name] = (want, instant and _cut(instant), want == (instant and _cut(instant)))
    if status:
        chosen = next(
            (columns[name] for name in ("status", "success", "grpc", "failed", "error") if name in columns), None
        )
        found["status"] = (
            status["field"],
            chosen and chosen.column,
            chosen is not None and _named(chosen.column, status["field"]),
        )
    chosen = columns.get("latency")
    if "latency_ms" in expected:
        found["latency"] = (
            latency.get("field"),
            chosen and chosen.column,
            _named(chosen.column, latency["field"]) if chosen and latency else not chosen and not latency,
        )
    if chosen and latency:
        found["unit"] = (latency.get("unit"), chosen.unit, _same_unit(str(chosen.unit), str(latency.get("unit"))))
        first = got.first_latency_ms
        found["first_ms"] = (
            latency["first_value_ms"],
            first,
            first is not None and abs(first - latency["first_value_ms"]) < 1e-6 * max(1, first),
        )
    if expected.get("endpoint") and expected["endpoint"].get("first") and endpoints:
        want = _path(expected["endpoint"]["first"])
        found["endpoint"] = (want, endpoints[:3], want in endpoints)
    return found


def _endpoints(sample: Path) -> list[str]:
    """Return the endpoint templates of the events, none where no row can be used."""
    try:
        return read(sample).events["endpoint"].drop_nulls().unique().to_list()
    except TechHealthError:
        return []


def _path(text: str) -> str:
    return str(templates(split_request(pl.Series([text]))[2])[0][0])


def _named(column: str, words: str) -> bool:
    """Return whether a column is one that an expectation names; its paths start at the document, ours at the record.

    Of a text log an expectation may only say where the field stands in a line; then no name is compared.
    """
    if (_PLACE.search(words) and " " in words.strip()) or (" - " in column and " - " in words):
        return True
    named = [folded(word) for word in re.split(r"[/(),\s\[\]=]+", words) if folded(word)]
    plain = {folded(part) for part in (column, latency_base(column), column.removesuffix(f".{OUTCOME}"))}
    return any(word.endswith(name) or name.endswith(word) for word in named for name in plain)


def _same_unit(unit: str, words: str) -> bool:
    short = next((key for key, word in UNIT_WORDS.items() if word == unit), unit)
    if re.search(r"with unit|text with|interval|difference", words):  # each value names its own, or none has one
        return True
    return unit in words.lower() or re.search(rf"\b{short} suffix", words) is not None


def _cut(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1]), 99))
