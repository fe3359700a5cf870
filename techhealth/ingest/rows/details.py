"""Details of a call: sizes, limits, tries, client, key."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from techhealth.ingest.fields.naming import Choices
from techhealth.ingest.masking.redact import mask_column, masked_name
from techhealth.ingest.reading import Reading
from techhealth.ingest.records import folded
from techhealth.ingest.series import constant, only, per_distinct
from techhealth.ingest.values.decimals import numbers

_MINUTE = {"second": 60.0, "minute": 1.0, "hour": 1 / 60, "day": 1 / 1440}
_BYTES = {"kb": 1024.0, "mb": 1024.0**2}


def details(source: pl.DataFrame, chosen: Choices, reading: Reading) -> dict[str, pl.Series]:
    """Return request_bytes, client, rate_limit, event_key and attempt."""
    made: dict[str, pl.Series] = {}
    for name, dtype in (
        ("request_bytes", pl.Int64),
        ("rate_limit", pl.Int64),
        ("attempt", pl.Int64),
        ("client", pl.String),
        ("event_key", pl.String),
    ):
        if name not in chosen:
            made[name] = constant(None, source.height, dtype)
            continue
        choice = chosen[name]
        made[name] = _READERS[name](source[choice.column], choice.column, reading)
        version = _version(source, choice.column) if name == "client" else None
        if version:
            frame = pl.DataFrame({"client": made["client"], "version": source[version]})
            both = pl.concat_str(pl.all(), separator="/", ignore_nulls=True)
            made["client"] = frame.select(pl.when(~pl.all_horizontal(pl.all().is_null())).then(both)).to_series()
            choice = replace(choice, column=f"{choice.column} + {version}")
        reading.chose(name, choice, unit={"request_bytes": "bytes", "rate_limit": "calls per minute"}.get(name))
    return made


def _version(source: pl.DataFrame, client: str) -> str | None:
    """Return the column that holds the version of the client named in another."""
    return next((c for c in source.columns if c != client and folded(c) in ("sdkversion", "clientversion")), None)


def _bytes(texts: pl.Series, column: str, reading: Reading) -> pl.Series:
    factor = next((f for end, f in _BYTES.items() if column.casefold().endswith(end)), 1.0)
    found = numbers(texts, separator=reading.separator)
    if found.assumed:
        reading.assumptions.append(f"{column}: {found.assumed}")
    number = found.values * factor
    return only(number, ((number >= 0) & (number < 1e15)).fill_null(False)).round().cast(pl.Int64)


def _limit(texts: pl.Series, column: str, reading: Reading) -> pl.Series:
    window = next((word for word in _MINUTE if word in column.casefold()), None)
    if window is None:
        reading.assumptions.append(f"{column} is read as calls per minute where it names no window")
    factor = _MINUTE[window or "minute"]
    return per_distinct(texts, lambda text: _per_minute(text, factor), pl.Int64())


def _per_minute(text: str, factor: float) -> int | None:
    """Return calls per minute of a limit header: "100", "100;w=60" or '"burst";q=100;w=60'."""
    quota = re.search(r"(?:^|q=)(\d{1,12})", text)
    window = re.search(r"w=(\d{1,9})", text)
    if not quota:
        return None
    per = 60 / int(window.group(1)) if window and int(window.group(1)) else factor
    return round(int(quota.group(1)) * per)


def _attempt(texts: pl.Series, column: str, _reading: Reading) -> pl.Series:
    number = texts.cast(pl.Float64, strict=False)
    counts_retries = "retr" in column.casefold()
    whole = only(number, number.is_between(0, 1000).fill_null(False)).cast(pl.Int64)
    return whole + 1 if counts_retries else whole.clip(lower_bound=1)


def _client(texts: pl.Series, _column: str, _reading: Reading) -> pl.Series:
    return mask_column(per_distinct(texts, product, pl.String()))[0]


def _key(texts: pl.Series, _column: str, _reading: Reading) -> pl.Series:
    return texts


_READERS = {"request_bytes": _bytes, "rate_limit": _limit, "attempt": _attempt, "client": _client, "event_key": _key}


def product(agent: str) -> str:
    """Return product and version of a user agent.

    Examples:
        >>> product("curl/7.74.0 (x86)"), product("Mozilla/5.0 (X11) AppleWebKit/537 Chrome/108.0.1 Safari/5")
        ('curl/7.74.0', 'Chrome/108')
    """
    if agent.startswith("Mozilla/"):
        browser = re.search(r"(Edg|OPR|Firefox|Chrome|Version)/(\d+)", agent)
        return f"{browser.group(1).replace('Version', 'Safari')}/{browser.group(2)}" if browser else "browser"
    first = re.split(r"[ +(;]", agent.strip(), maxsplit=1)[0] if "/" in agent else agent.strip()
    return masked_name(first) or "unknown"
