"""Endpoint and names: one chosen column → event columns; what was found out goes into the reading."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.fields.fits import VERBS
from techhealth.ingest.fields.naming import Choice, Choices
from techhealth.ingest.masking.redact import mask_column
from techhealth.ingest.reading import Reading
from techhealth.ingest.series import constant, first_of, per_distinct
from techhealth.ingest.values.endpoints import path_prefixes, split_request, templates
from techhealth.model import Confidence


def endpoints(source: pl.DataFrame, chosen: Choices, reading: Reading) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Return (method, host, endpoint template)."""
    nothing = constant(None, source.height, pl.String())
    method, host, endpoint = nothing, nothing, nothing
    if "endpoint" in chosen:
        reading.chose("endpoint", chosen["endpoint"])
        method, host, path = split_request(source[chosen["endpoint"].column])
        endpoint, count = templates(path)
        reading.masked += count
    if "method" in chosen:
        reading.chose("method", chosen["method"])
        method = per_distinct(source[chosen["method"].column], _verb, pl.String())
    if "host" in chosen:
        own = source[chosen["host"].column].str.to_lowercase()
        host = first_of((own, host))
    return method, host, endpoint


def _verb(text: str) -> str | None:
    word = text.strip().upper()
    return word if word in VERBS else None


def names(
    source: pl.DataFrame, chosen: Choices, given: dict[str, str], rows: pl.DataFrame, reading: Reading
) -> dict[str, pl.Series]:
    """Return customer, integration and region, masked; an unnamed integration is called so."""
    made: dict[str, pl.Series] = {}
    for name in ("customer", "region"):
        made[name] = _named(source, chosen, given, name, reading)
    integration = _named(source, chosen, given, "integration", reading)
    if integration.null_count() == source.height:
        integration = _fallback(rows, chosen, reading)
    made["integration"] = integration.fill_null("(unnamed)").alias("integration")
    return made


def _named(source: pl.DataFrame, chosen: Choices, given: dict[str, str], name: str, reading: Reading) -> pl.Series:
    if name in chosen:
        reading.chose(name, chosen[name])
        values = source[chosen[name].column]
    else:
        values = constant(given.get(name), source.height, pl.String())
    if name == "integration" and values.str.starts_with("/").any():  # /subscriptions/…/sites/APP → APP
        values = values.str.replace(r"^/(?:[^/]+/){3,}", "")
    values, count = mask_column(values, apart=True)
    reading.masked += count
    return values.alias(name)


def _fallback(rows: pl.DataFrame, chosen: Choices, reading: Reading) -> pl.Series:
    """Return integrations from the host, else from the path's first part, else nothing."""
    hosts, absent = rows["raw_host"], reading.dialect.absent
    if "host" not in absent and hosts.null_count() < len(hosts) and hosts.n_unique() <= 200 and not _addresses(hosts):
        column = chosen["host" if "host" in chosen else "endpoint"].column
        reading.chose(
            "integration",
            Choice(column, how="no column names it; the host stands for it", confidence=Confidence.LOW),
        )
        return mask_column(hosts)[0]
    prefixes = path_prefixes(rows["endpoint"]) if "path" not in absent else None
    if prefixes is not None:
        reading.chose(
            "integration",
            Choice(
                chosen["endpoint"].column,
                how="no column names it; the first part of the path stands for it",
                confidence=Confidence.LOW,
            ),
        )
        return prefixes
    reading.assumptions.append("no column, host or path names an integration; all rows are one, (unnamed)")
    return constant(None, rows.height, pl.String())


def _addresses(hosts: pl.Series) -> bool:
    """Return whether the hosts are IP addresses, which name no service."""
    return bool(hosts.drop_nulls().unique().str.contains(r"^[\d.]+(:\d+)?$|^\[?[0-9a-f]*:[0-9a-f:]+").all())
