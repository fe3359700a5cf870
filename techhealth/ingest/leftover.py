"""Columns that became no field: named in the receipt, so that nothing is passed over in silence."""

from __future__ import annotations

import re

import polars as pl

from techhealth.ingest.distinct import sample_of
from techhealth.ingest.fits import is_duration
from techhealth.ingest.naming import Choices
from techhealth.ingest.reading import Reading
from techhealth.ingest.redact import masked_name
from techhealth.ingest.vocabulary import is_statistic

#: Columns named at most.
_NAMED = 12
_DURATION_WORDS = re.compile(
    r"duration|latency|elapsed|took|response.?time|processing|millis|dauer|laufzeit|zeit.*ms|dur[eé]e|duraci|durata|lat[eê]n|temps|tempo|tiempo"
    r"|[a-z_]ms$|time.*(?:ms|sec)", re.IGNORECASE,
)  # fmt: skip


def leftover(frame: pl.DataFrame, chosen: Choices, reading: Reading) -> list[str]:
    """Return what to say about unused columns; about latency too, if the file has none."""
    used = {chosen["end"].column} if "end" in chosen else set()
    for item in reading.mapping:
        used |= {item.column, *re.split(r" \+ | or ", item.column)}
    unused = [c for c in frame.columns if not used & {c, *c.split(" or ")} and frame[c].null_count() < frame.height]
    said = []
    if all(item.field != "latency" for item in reading.mapping):
        said.append(_latency(frame, unused))
    if unused:
        shown = ", ".join(masked_name(column) for column in unused[:_NAMED])
        more = f" and {len(unused) - _NAMED:,} more" if len(unused) > _NAMED else ""
        said.append(f"Columns not used: {shown}{more}")
    return said


def _latency(frame: pl.DataFrame, unused: list[str]) -> str:
    alike = [c for c in unused if _DURATION_WORDS.search(c) and is_duration(sample_of(frame[c]))]
    statistics = [c for c in alike if is_statistic(c)]
    alike = [c for c in alike if c not in statistics]
    if statistics and not alike:
        return f"no latency in this file: {masked_name(statistics[0])} is a percentile or a mean of many calls, not the duration of one"
    if not alike:
        return "no latency in this file"
    return f"no column was recognised as latency; perhaps {masked_name(alike[0])} is one (--map latency={masked_name(alike[0])})"
