"""Text inside a column → columns of their own, where no column of the file says how a call ended."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.documents.pairs import is_payload
from techhealth.ingest.lines.answers import by_ids
from techhealth.ingest.lines.attempts import attempts
from techhealth.ingest.lines.keyed import QUERY
from techhealth.ingest.lines.textlines import parsed, unwrapped
from techhealth.ingest.series import middle_of

#: A column whose texts are shorter than this holds no line of a log.
_SHORTEST = 12
_MOST_COLUMNS = 40


def opened(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the frame with columns for what stands in its texts (`message.status`), and a note for each text opened."""
    notes = []
    for column in frame.columns[:_MOST_COLUMNS]:
        texts = frame[column]
        if middle_of(texts.str.len_chars()) < _SHORTEST:
            continue
        found = parsed(texts, whole=False) or by_ids(unwrapped(texts)) or attempts(texts)
        if found is None or (found.form == QUERY and is_payload(column)):
            continue
        inner = found.frame.rename({name: f"{column}.{name}" for name in found.frame.columns})
        new = [name for name in inner.columns if name not in frame.columns]
        if not new:
            continue
        frame = frame.hstack(inner.select(pl.when(pl.lit(found.fits)).then(pl.col(name)).alias(name) for name in new))
        notes.append(
            f"{column} holds text ({found.form}); it was opened into {', '.join(new[:8])}{' …' if len(new) > 8 else ''}"
        )
    return frame, tuple(notes)
