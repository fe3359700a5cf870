"""What a row is: a call, a webhook delivery or an auth event."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from techhealth.ingest.fields.fits import kind_of
from techhealth.ingest.fields.naming import Choice, Choices
from techhealth.ingest.fields.signins import are_signins, is_about_signins, is_plain_signin, is_scheme, is_token_path
from techhealth.ingest.fields.vocabulary import words_of
from techhealth.ingest.lines.attempts import OUTCOME
from techhealth.ingest.reading import Reading
from techhealth.ingest.records import folded
from techhealth.ingest.series import constant, per_distinct, sample_of
from techhealth.ingest.values.words import words_in
from techhealth.model import Confidence

#: Columns that say what happened, beside the one that says what was asked for.
_HAPPENED = ("eventtype", "event", "eventname", "action", "actiontype", "activity", "type", "operation", "logtype")
#: Words of columns that only deliveries have.
_DELIVERY = frozenset(("delivery", "deliveries", "redelivery", "webhook", "webhooks", "hook", "hooks"))
#: Words of columns that name who signs in.
_PEOPLE = frozenset(("user", "username", "login", "principal", "actor", "upn"))
#: Types of record that one file has at most.
_MOST_TYPES = 12
#: Share of the events of a known format that must be sign-ins for all to be.
_NEARLY = 0.9
#: Methods that deliver nothing.
_READS = ("GET", "HEAD", "DELETE", "OPTIONS")
#: The header by which a sender of webhooks names the event.
_EVENT_HEADER = re.compile(r"(?i)(?:^|[._])x-[\w-]+-(?:event|topic|delivery|hook-id)$")
#: A part of a path that takes deliveries.
_HOOK = r"(?i)^/(?:.*[/_.-])?(?:web)?hooks?(?:[/_.-]|$)"
#: Ids of what is delivered, several times if need be.
_EVENTS = ("eventid", "messageid", "msgid", "webhookid", "notificationid")


def kinds(
    source: pl.DataFrame, rows: pl.DataFrame, chosen: Choices, given: dict[str, str], reading: Reading
) -> pl.Series:
    """Return the kind of each row: from the format, a column, webhook-only columns, or last the integration's name."""
    if reading.dialect.kind:
        return constant(reading.dialect.kind, source.height)
    if "kind" in chosen:
        reading.chose("kind", chosen["kind"])
        return per_distinct(source[chosen["kind"].column], kind_of, pl.String()).fill_null("api")
    if given.get("kind"):
        return constant(kind_of(given["kind"]) or "api", source.height)
    if _signs_in(source, rows, chosen, known=bool(reading.dialect.name)):
        if "endpoint" in chosen:
            how = "most of its names are about signing in"
            choice = Choice(chosen["endpoint"].column, how=how)
            reading.chose("kind", choice)
        return constant("auth", source.height)
    attempt = chosen.get("success")
    if attempt and attempt.column.endswith(f".{OUTCOME}"):
        reading.chose("kind", replace(attempt, how="rows that fill it are attempts to sign in"))
        return _api_but("auth", source[attempt.column].is_not_null())
    delivered = _delivery_columns(source, rows, chosen)
    if delivered:
        how = "rows that fill these columns are webhook deliveries"
        reading.chose("kind", Choice(" + ".join(delivered), how=how))
        return _api_but("webhook", source.select(pl.any_horizontal(pl.col(delivered).is_not_null())).to_series())
    signing = _signing(source, rows, chosen)
    if signing.any():
        how = "sign-ins and calls for tokens among other calls"
        reading.chose("kind", replace(chosen["endpoint"], confidence=Confidence.MEDIUM, how=how))
        return _api_but("auth", signing)
    hooks = rows["integration"].str.to_lowercase().str.contains(r"web\s?hook")
    if reading.dialect.name or not hooks.any() or not ("integration" in chosen or "integration" in given):
        return constant("api", source.height)
    reading.assumptions.append(
        'no column tells calls from deliveries; integrations named "webhook" are taken for deliveries'
    )
    return _api_but("webhook", hooks)


def _api_but(kind: str, rows: pl.Series) -> pl.Series:
    """Return another kind for some of the rows, and that they are calls for all others."""
    return pl.select(pl.when(rows).then(pl.lit(kind)).otherwise(pl.lit("api"))).to_series()


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
    named += any(_PEOPLE & set(words_of(column)) for column in source.columns) if named else 0
    return told or (named > 1 and not asked.str.contains("/", literal=True).any())


def _signing(source: pl.DataFrame, rows: pl.DataFrame, chosen: Choices) -> pl.Series:
    """Return which rows sign in: calls to a token endpoint or refused for their grant; where no method is named, by their name."""
    if "endpoint" not in chosen:
        return constant(False, rows.height)
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
    hooked = (pl.col("method") == "POST") & pl.col("endpoint").str.contains(_HOOK)
    if "endpoint" in chosen and rows.select(hooked.fill_null(False).all()).item():
        return [chosen["endpoint"].column]
    return [
        column
        for column in source.columns
        if posted and (_DELIVERY & set(words_of(column)) or _is_type_of_deliveries(source[column]))
    ]


def _is_type_of_deliveries(values: pl.Series) -> bool:
    """Return whether a column gives the type of each record, and every type is named after deliveries ("WebhookCall")."""
    if folded(values.name.rsplit(".", 1)[-1]) != "type" or values.null_count():
        return False
    types = values.unique()
    return 0 < len(types) <= _MOST_TYPES and all(_DELIVERY & set(words_in(text)) for text in types)
