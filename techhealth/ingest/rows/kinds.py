"""What a row is: a call, a webhook delivery or an auth event."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from techhealth.ingest.fields.dialect import Dialect
from techhealth.ingest.fields.fits import kind_of
from techhealth.ingest.fields.naming import Choice, Choices
from techhealth.ingest.fields.signins import are_signins, is_about_signins, is_plain_signin, is_scheme, is_token_path
from techhealth.ingest.fields.vocabulary import words_of
from techhealth.ingest.lines.attempts import OUTCOME
from techhealth.ingest.reading import Reading
from techhealth.ingest.records import folded
from techhealth.ingest.values.distinct import per_distinct, sample_of
from techhealth.model import Confidence

#: Columns that say what happened, beside the one that says what was asked for.
_HAPPENED = ("eventtype", "event", "eventname", "action", "actiontype", "activity", "type", "operation", "logtype")
#: Words of columns that only deliveries have.
_DELIVERY = frozenset(("delivery", "deliveries", "redelivery", "webhook", "webhooks"))
#: Share of the events of a known format that must be sign-ins for all to be.
_NEARLY = 0.9
#: Methods that deliver nothing.
_READS = ("GET", "HEAD", "DELETE", "OPTIONS")
#: The header by which a sender of webhooks names the event.
_EVENT_HEADER = re.compile(r"(?i)(?:^|[._])x-[\w-]+-(?:event|topic|delivery|hook-id)$")
#: Ids of what is delivered, several times if need be.
_EVENTS = ("eventid", "messageid", "msgid", "webhookid", "notificationid")


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
    if _signs_in(source, rows, chosen, known=dialect is not None):
        if "endpoint" in chosen:
            how = "most of its names are about signing in"
            choice = Choice(column=chosen["endpoint"].column, confidence=Confidence.MEDIUM, how=how)
            reading.chose("kind", choice)
        return _all(source, "auth")
    attempt = chosen.get("success")
    if attempt and attempt.column.endswith(f".{OUTCOME}"):
        reading.chose("kind", replace(attempt, how="rows that fill it are attempts to sign in"))
        told = pl.when(pl.col(attempt.column).is_not_null()).then(pl.lit("auth")).otherwise(pl.lit("api"))
        return source.select(told.alias("kind"))["kind"]
    delivered = _delivery_columns(source, rows, chosen)
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
    signing = _signing(source, rows, chosen)
    if signing.any():
        how = "sign-ins and calls for tokens among other calls"
        reading.chose("kind", replace(chosen["endpoint"], confidence=Confidence.MEDIUM, how=how))
        return pl.select(pl.when(signing).then(pl.lit("auth")).otherwise(pl.lit("api")).alias("kind")).to_series()
    hooks = rows["integration"].str.to_lowercase().str.contains(r"web\s?hook")
    if dialect or not hooks.any() or not ("integration" in chosen or "integration" in given):
        return _all(source, "api")
    reading.assumptions.append(
        'no column tells calls from deliveries; integrations named "webhook" are taken for deliveries'
    )
    return rows.select(pl.when(hooks).then(pl.lit("webhook")).otherwise(pl.lit("api")).alias("kind"))["kind"]


def _signs_in(source: pl.DataFrame, rows: pl.DataFrame, chosen: Choices, *, known: bool) -> bool:
    """Return whether records are named after signing in and have nothing of a call: no method, HTTP status or delivery.

    `known`: their format is; it is one of sign-ins only if nearly all of its names are about them.
    """
    if not _without_http(rows, chosen):
        return False
    if known:
        return "endpoint" in chosen and are_signins(source[chosen["endpoint"].column].drop_nulls(), share=_NEARLY)
    named = sum(map(is_about_signins, source.columns))
    if "endpoint" not in chosen:
        telling = (column for column in source.columns if not is_scheme(column))
        return named > 0 or any(are_signins(sample_of(source[column])) for column in telling)
    asked = sample_of(source[chosen["endpoint"].column])
    happened = [column for column in source.columns if folded(column.rsplit(".", 1)[-1]) in _HAPPENED]
    told = any(are_signins(names) for names in (asked, *(sample_of(source[column]) for column in happened)))
    return told or (named > 1 and not asked.str.contains("/", literal=True).any())


def _signing(source: pl.DataFrame, rows: pl.DataFrame, chosen: Choices) -> pl.Series:
    """Return which rows sign in: calls to a token endpoint or refused for their grant; where no method is named, by their name."""
    if "endpoint" not in chosen:
        return pl.Series([False] * rows.height)
    plain = not {"method", "delivery"} & set(chosen)
    asked = per_distinct(rows["endpoint"], lambda name: is_token_path(name) or (plain and is_plain_signin(name)), pl.Boolean())  # fmt: skip
    said = source[chosen["error"].column].str.contains("invalid_grant", literal=True) if "error" in chosen else asked
    return asked.fill_null(False) | said.fill_null(False)


def _without_http(rows: pl.DataFrame, chosen: Choices) -> bool:
    return not {"method", "delivery"} & set(chosen) and rows["status"].null_count() == rows.height


def _delivery_columns(source: pl.DataFrame, rows: pl.DataFrame, chosen: Choices) -> list[str]:
    """Return the columns that only deliveries fill; an attempt number counts beside an event type or destination."""
    if "delivery" in chosen:
        return [chosen["delivery"].column]
    both = [chosen[name].column for name in ("event_type", "destination") if name in chosen]
    key = chosen["event_key"].column if "event_key" in chosen else ""
    if re.search(r"(?i)^(webhook|deliver)[^.]*\.", key):  # attempts listed inside their delivery
        return [key]
    if "attempt" in chosen and folded(key.rsplit(".", 1)[-1]) in _EVENTS and "method" not in chosen:
        return [key]
    if "attempt" in chosen and both:
        return both[:1]
    posted = not rows["method"].is_in(_READS).any()
    if len(both) == 2 and both[0] != both[1] and posted:
        return both
    if both and folded(both[0]) == "trigger" and {"endpoint", "status"} <= set(chosen) and "method" not in chosen:
        return both  # what set off a call to a URL that answered
    events = [column for column in source.columns if _EVENT_HEADER.search(column)]
    if events:
        return events
    return [column for column in source.columns if posted and _DELIVERY & set(words_of(column))]


def _all(source: pl.DataFrame, kind: str) -> pl.Series:
    return pl.Series("kind", [kind] * source.height, dtype=pl.String)
