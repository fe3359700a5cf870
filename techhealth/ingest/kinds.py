"""What a row is: a call, a webhook delivery or an auth event."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.dialects import Dialect
from techhealth.ingest.distinct import per_distinct
from techhealth.ingest.fits import kind_of
from techhealth.ingest.naming import Choice, Choices
from techhealth.ingest.reading import Reading
from techhealth.model import Confidence


def kinds(
    source: pl.DataFrame,
    rows: pl.DataFrame,
    chosen: Choices,
    given: dict[str, str],
    dialect: Dialect | None,
    reading: Reading,
) -> pl.Series:
    """Return the kind of each row: from the format, a column, webhook-only columns, or last the integration's name."""
    if dialect and dialect.kind:
        return _all(source, dialect.kind)
    if "kind" in chosen:
        reading.chose("kind", chosen["kind"])
        return per_distinct(source[chosen["kind"].column], kind_of, pl.String()).fill_null("api").alias("kind")
    if given.get("kind"):
        return _all(source, kind_of(given["kind"]) or "api")
    delivered = _delivery_columns(chosen)
    if delivered:
        column = " + ".join(delivered)
        reading.chose(
            "kind",
            Choice(
                column=column, confidence=Confidence.MEDIUM, how="rows that fill these columns are webhook deliveries"
            ),
        )
        filled = pl.any_horizontal(pl.col(delivered).is_not_null())
        return source.select(pl.when(filled).then(pl.lit("webhook")).otherwise(pl.lit("api")).alias("kind"))["kind"]
    hooks = rows["integration"].str.to_lowercase().str.contains(r"web\s?hook")
    if dialect or not hooks.any():
        return _all(source, "api")
    reading.assumptions.append(
        'no column tells calls from deliveries; integrations named "webhook" are taken for deliveries'
    )
    return rows.select(pl.when(hooks).then(pl.lit("webhook")).otherwise(pl.lit("api")).alias("kind"))["kind"]


def _delivery_columns(chosen: Choices) -> list[str]:
    """Return the columns that only deliveries fill; an attempt number counts beside an event type or destination."""
    if "delivery" in chosen:
        return [chosen["delivery"].column]
    both = [chosen[name].column for name in ("event_type", "destination") if name in chosen]
    if "attempt" in chosen and both:
        return both[:1]
    return both if len(both) == 2 and both[0] != both[1] else []


def _all(source: pl.DataFrame, kind: str) -> pl.Series:
    return pl.Series("kind", [kind] * source.height, dtype=pl.String)
