"""A known export that somebody put into a member of each record (`_source`, `data`, `result`) → the export itself."""

from __future__ import annotations

from collections import Counter

import polars as pl

from techhealth.ingest.fields.dialect import UNKNOWN
from techhealth.ingest.fields.dialects import recognise


def unwrapped(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns without the name of the member they stand in, where only then a known format shows.

    A column whose short name is taken already keeps its long one.
    """
    if recognise(frame.columns) is not UNKNOWN:
        return frame
    members = Counter(column.split(".", 1)[0] + "." for column in frame.columns if "." in column)
    for member, _ in members.most_common(3):
        short = {column: column.removeprefix(member) for column in frame.columns if column.startswith(member)}
        fits = {column: name for column, name in short.items() if name not in frame.columns}
        if recognise(short.values()) is not UNKNOWN:
            return frame.rename(fits)
    return frame
