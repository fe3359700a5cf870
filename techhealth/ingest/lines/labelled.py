"""Security events (CEF, LEEF) → columns: a header between bars, then `key=value` whose values may hold blanks."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.lines.facts import time_in
from techhealth.ingest.lines.keyed import Style, by_pairs
from techhealth.ingest.lines.parsed import Parsed, sampled
from techhealth.ingest.series import share_of

#: Header of ArcSight's Common Event Format and of QRadar's Log Event Extended Format, the last field of which may be absent.
_HEADER = r"\b(?:CEF:\d+(?:\|(?:[^|\\]|\\.)*){6}\||LEEF:[\d.]+(?:\|[^|]*){4}\|(?:[^|=]{0,5}\|)?)"
_LEAST = 0.3
#: Where a value ends: before the next key. Marked by a tab, which stands between the pairs of LEEF as it is.
_NEXT = r"[ ^](\w[\w.\[\]-]*=)"
_PAIRS = Style("security events (CEF, LEEF)", r"(?:^|\t) *", "=", (r"([^\t]*)",))
#: A key whose value is the name of what another key holds: cn1Label=ResponseCode cn1=200.
_LABEL = "Label"


def by_header(frame: pl.DataFrame, sample: pl.Series, *, whole: bool) -> Parsed | None:
    """Return the values behind the headers by key, None where few lines have one."""
    if share_of(sample.str.contains(_HEADER)) < _LEAST:
        return None
    line = pl.col("line")
    behind = line.str.replace(rf"^.*?{_HEADER}", "").str.replace_all(_NEXT, "\t${1}")
    before = line.str.extract(rf"^(.*?){_HEADER}", 1)
    frame = frame.with_columns(
        line=pl.when(line.str.contains(_HEADER)).then(behind).otherwise(pl.lit("")),
        logged_at=pl.coalesce("logged_at", time_in(before)),
    )
    found = by_pairs(frame, sampled(frame["line"]), _PAIRS, whole=whole, sure=True)
    return found and Parsed(frame=_named(found.frame), fits=found.fits, form=found.form)


def _named(found: pl.DataFrame) -> pl.DataFrame:
    """Return the columns under the names that their labels give them, where one label is meant throughout."""
    labels = {
        name: found[label].drop_nulls().unique().to_list()
        for name in found.columns
        if (label := f"{name}{_LABEL}") in found.columns
    }
    names = {
        labels[name][0]: name for name in labels if len(labels[name]) == 1 and labels[name][0] not in found.columns
    }
    renamed = found.rename({name: label for label, name in names.items() if label})
    return renamed.drop(f"{name}{_LABEL}" for name in names.values())
