"""What a service exposes for Prometheus (`name{label="value"} number`) → one row a measurement, with its labels as columns."""

from __future__ import annotations

import re

import polars as pl

from techhealth.ingest.records import Records, tidy
from techhealth.ingest.rejects import Rejects
from techhealth.ingest.values.scalars import share_of

_LINE = r"^([A-Za-z_:][\w:]*)(?:\{(.*)\})?[ \t]+([+-]?(?:\d[\d.]*(?:[eE][+-]?\d+)?|NaN|Inf))(?:[ \t]+(-?\d{10,}(?:\.\d+)?))?(?: # .*)?$"
_LABEL = re.compile(r'([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"')
_COMMENT = "#"
#: Bytes looked at, and the share of the lines there that must be of the form.
_EXCERPT, _MOSTLY = 20_000, 0.95
_SAID = (
    "counts of a service since it was started: they are those of one moment, and histograms count the same calls again"
)


def read_exposition(content: bytes) -> Records | None:
    """Return the measurements of a scrape, None for any other text."""
    head = [line for line in content[:_EXCERPT].decode("utf-8", errors="replace").split("\n")[:-1] if line.strip()]
    measured = pl.Series([line for line in head if not line.startswith(_COMMENT)], dtype=pl.String)
    sure = any(line.startswith("# TYPE ") for line in head) or share_of(measured.str.contains(r'\{\w+="')) > 1 / 2
    if not sure or int(measured.str.contains(_LINE).sum()) < max(1, _MOSTLY * len(measured)):
        return None
    lines = pl.DataFrame({"text": content.decode("utf-8", errors="replace").split("\n")}).with_row_index(
        "line", offset=1
    )
    rows = lines.with_columns(pl.col("text").str.extract_groups(_LINE).struct.rename_fields(["metric", "labels", "value", "timestamp"])).unnest("text").drop_nulls("metric")  # fmt: skip
    labels = pl.DataFrame([dict(_LABEL.findall(text or "")) for text in rows["labels"]], infer_schema_length=None)
    own = [name for name in ("metric", "value", "timestamp") if rows[name].count()]
    frame = rows.select(own).hstack(labels.select(pl.exclude("metric", "value", "timestamp")))
    return Records(
        frame=tidy(frame), lines=rows["line"].cast(pl.Int64), format="Prometheus text", rejects=Rejects(), notes=(_SAID,),
    )  # fmt: skip
