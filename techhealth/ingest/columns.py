"""One chosen column → one or more event columns; what was found out goes into the reading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from techhealth.ingest import outcomes
from techhealth.ingest.dialects import Dialect
from techhealth.ingest.distinct import per_distinct
from techhealth.ingest.endpoints import path_prefixes, split_request, templates
from techhealth.ingest.fields import VERBS
from techhealth.ingest.latency import MILLISECONDS, UNIT_WORDS, Unit, durations, milliseconds, unit_of_name, unit_of_values, written_unit,
    written_unit
from techhealth.ingest.mapping import Choices, Choice
from techhealth.ingest.redact import mask_column, masked_name
from techhealth.ingest.times import instants
from techhealth.model import Confidence

if TYPE_CHECKING:
    from techhealth.ingest.interpret import Reading

_MINUTE = {"second": 60.0, "minute": 1.0, "hour": 1 / 60, "day": 1 / 1440}
_BYTES = {"kb": 1024.0, "mb": 1024.0**2}
#: A middle latency above this many milliseconds speaks against a unit known only from the format.
_IMPLAUSIBLE_MS = 600_000.0


def times(source: pl.DataFrame, choice: Choice, timezone: str, reading: Reading) -> tuple[pl.Series, pl.Series]:
    """Return the instants, and which rows have a text that could not be read; a day column is joined with its clock."""
    texts = source[choice.column]
    clock = next((c for c in source.columns if c != choice.column and c.casefold() in ("time", "hour", "clock", "time_utc")), None)
    if clock is not None and texts.drop_nulls().head(50).str.contains(r"^[\d./-]{8,10}$").all():
        if source[clock].drop_nulls().head(50).str.contains(r"^\d{1,2}:\d\d").all():
            texts = source.select(pl.concat_str([choice.column, clock], separator=" ").alias("at"))["at"]
            choice = Choice(column=f"{choice.column} + {clock}", confidence=choice.confidence, how=choice.how)
    found = instants(texts, timezone=timezone)
    reading.chose("timestamp", choice, unit=found.form)
    reading.assumptions += found.assumed
    if found.zoneless:
        reading.assumptions.append(f"{found.zoneless:,} times name no zone; they are read as {timezone}")
        if found.zoneless < len(found.at) - found.at.null_count():
            reading.assumptions.append("times with and without a zone are mixed in one column")
    return found.at, texts.is_not_null() & found.at.is_null()


def endpoints(source: pl.DataFrame, chosen: Choices, reading: Reading) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Return (method, host, endpoint template)."""
    nothing = pl.Series([None] * source.height, dtype=pl.String)
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
        host = pl.DataFrame({"own": own, "host": host}).select(pl.coalesce("own", "host").alias("host"))["host"]
    return method, host, endpoint


def results(source: pl.DataFrame, chosen: Choices, dialect: Dialect | None, reading: Reading) -> dict[str, pl.Series]:
    """Return status, flag and error class."""
    made = {
        "status": pl.Series([None] * source.height, dtype=pl.Int64),
        "flag": pl.Series([None] * source.height, dtype=pl.Boolean),
        "error_class": pl.Series([None] * source.height, dtype=pl.String),
    }
    words = dict(dialect.words) if dialect else {}
    texts: list[pl.Series] = []
    if "status" in chosen:
        reading.chose("status", chosen["status"])
        raw = source[chosen["status"].column]
        made["status"] = outcomes.statuses(raw)
        texts.append(_where(raw, made["status"].is_null() & raw.str.contains(r"[A-Za-z]{3}").fill_null(False)))
    for name, inverted in (("success", False), ("failure", True)):
        same = name == "success" and "status" in chosen and chosen[name].column == chosen["status"].column if name in chosen else False
        if name in chosen and not same:
            reading.chose(name, chosen[name])
            flag = outcomes.flags(source[chosen[name].column], inverted=inverted, words=words or None)
            made["flag"] = pl.DataFrame({"a": made["flag"], "b": flag}).select(pl.coalesce("a", "b").alias("flag"))["flag"]
    if "error" in chosen and chosen["error"].column != chosen.get("failure", chosen["error"]).column or "error" in chosen and "failure" not in chosen:
        reading.chose("error", chosen["error"])
        texts.append(source[chosen["error"].column])
    if texts:
        classes = pl.DataFrame([outcomes.error_classes(text).alias(str(n)) for n, text in enumerate(texts)])
        made["error_class"] = classes.select(pl.coalesce(pl.all()).alias("error_class"))["error_class"]
    return made


def latencies(
    source: pl.DataFrame, chosen: Choices, dialect: Dialect | None, at: pl.Series, timezone: str, reading: Reading
) -> pl.Series:
    """Return the latency in milliseconds: its column in the unit worked out, else end minus start."""
    span = _span(source, chosen, at, timezone)
    if "latency" not in chosen:
        if span is None:
            return pl.Series([None] * source.height, dtype=pl.Float64)
        reading.chose("latency", chosen["end"], unit="milliseconds", how="end minus start", confidence=Confidence.MEDIUM)
        return _not_negative(span)
    choice = chosen["latency"]
    found = durations(source[choice.column])
    unit = _unit(choice, source[choice.column], found.numbers, found.written_ms, dialect, span)
    reading.chose("latency", choice, unit=UNIT_WORDS[unit.unit], how=unit.how, confidence=min(choice.confidence, unit.confidence, key=_RANK.index))
    if unit.confidence == Confidence.LOW:
        reading.assumptions.append(f"{choice.column} is read as {UNIT_WORDS[unit.unit]}; name the unit with --map latency={choice.column}:ms (or :s, :us, :ns)")
    return milliseconds(found, unit.unit)


_RANK = [Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH]


def _unit(choice: Choice, texts: pl.Series, numbers: pl.Series, written: pl.Series, dialect: Dialect | None, span: pl.Series | None) -> Unit:
    if written.null_count() < len(written) and numbers.null_count() == len(numbers):
        return Unit(unit=written_unit(texts), confidence=Confidence.HIGH, how="each value names its unit")
    named = unit_of_name(choice.column)
    if choice.unit and (dialect is None or choice.how == "named by the caller"):
        return Unit(unit=choice.unit, confidence=Confidence.HIGH, how="unit named by the caller")
    if choice.unit:
        middle = float(numbers.median() or 0) * MILLISECONDS[choice.unit]  # type: ignore[arg-type]
        if middle <= _IMPLAUSIBLE_MS:
            return Unit(unit=choice.unit, confidence=Confidence.HIGH, how="the format defines the unit")
    if named:
        return Unit(unit=named, confidence=Confidence.HIGH, how="the name ends in the unit")
    return unit_of_values(numbers, column=choice.column, siblings=span)


def _span(source: pl.DataFrame, chosen: Choices, at: pl.Series, timezone: str) -> pl.Series | None:
    if "end" not in chosen or chosen["end"].column == chosen["timestamp"].column:
        return None
    end = instants(source[chosen["end"].column], timezone=timezone).at
    return (end - at).dt.total_microseconds() / 1000


def _not_negative(values: pl.Series) -> pl.Series:
    return _where(values, (values >= 0).fill_null(False)).alias("latency_ms")


def _where(values: pl.Series, keep: pl.Series) -> pl.Series:
    return pl.DataFrame({"v": values, "k": keep}).select(pl.when("k").then("v"))["v"]


def details(source: pl.DataFrame, chosen: Choices, reading: Reading) -> dict[str, pl.Series]:
    """Return request_bytes, client, rate_limit, event_key and attempt."""
    made: dict[str, pl.Series] = {}
    for name, dtype in (("request_bytes", pl.Int64), ("rate_limit", pl.Int64), ("attempt", pl.Int64), ("client", pl.String), ("event_key", pl.String)):
        if name not in chosen:
            made[name] = pl.Series([None] * source.height, dtype=dtype)
            continue
        choice = chosen[name]
        made[name] = _READERS[name](source[choice.column], choice.column, reading)
        reading.chose(name, choice, unit={"request_bytes": "bytes", "rate_limit": "calls per minute"}.get(name))
    version = next((c for c in source.columns if re.sub(r"[\W_]", "", c).casefold() in ("sdkversion", "clientversion")), None)
    if version and "client" in chosen and version != chosen["client"].column:
        both = pl.concat_str(["client", "version"], separator="/", ignore_nulls=True)
        frame = pl.DataFrame({"client": made["client"], "version": source[version]})
        made["client"] = frame.select(pl.when(pl.any_horizontal(pl.all().is_not_null())).then(both).alias("client"))["client"]
    return made


def _bytes(texts: pl.Series, column: str, _reading: Reading) -> pl.Series:
    factor = next((f for end, f in _BYTES.items() if column.casefold().endswith(end)), 1.0)
    number = texts.str.replace_all(",", "").cast(pl.Float64, strict=False) * factor
    return _where(number, ((number >= 0) & (number < 1e15)).fill_null(False)).round().cast(pl.Int64)


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
    whole = _where(number, number.is_between(0, 1000).fill_null(False)).cast(pl.Int64)
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


def _verb(text: str) -> str | None:
    word = text.strip().upper()
    return word if word in VERBS else None


def names(
    source: pl.DataFrame, chosen: Choices, given: dict[str, str], rows: pl.DataFrame, dialect: Dialect | None, reading: Reading
) -> dict[str, pl.Series]:
    """Return customer, integration and region, masked; an unnamed integration is called so."""
    made: dict[str, pl.Series] = {}
    for name in ("customer", "region"):
        made[name] = _named(source, chosen, given, name, reading)
    integration = _named(source, chosen, given, "integration", reading)
    absent = dialect.absent if dialect else ()
    if integration.null_count() == source.height:
        integration = _fallback(rows, absent, chosen, reading)
    made["integration"] = integration.fill_null("(unnamed)").alias("integration")
    return made


def _named(source: pl.DataFrame, chosen: Choices, given: dict[str, str], name: str, reading: Reading) -> pl.Series:
    if name in chosen:
        reading.chose(name, chosen[name])
        values = source[chosen[name].column]
    else:
        values = pl.Series([given.get(name)] * source.height, dtype=pl.String)
    if name == "integration":  # /subscriptions/…/sites/APP → APP
        values = values.str.replace(r"^/(?:[^/]+/){3,}", "")
    values, count = mask_column(values)
    reading.masked += count
    return values.alias(name)


def _fallback(rows: pl.DataFrame, absent: tuple[str, ...], chosen: Choices, reading: Reading) -> pl.Series:
    """Return integrations from the host, else from the path's first part, else nothing."""
    hosts = rows["raw_host"]
    if "host" not in absent and hosts.null_count() < len(hosts) and hosts.n_unique() <= 200:
        column = chosen["host" if "host" in chosen else "endpoint"].column
        reading.chose("integration", Choice(column=column, confidence=Confidence.LOW, how="no column names it; the host stands for it"))
        return mask_column(hosts)[0]
    prefixes = path_prefixes(rows["endpoint"]) if "path" not in absent else None
    if prefixes is not None:
        reading.chose("integration", Choice(column=chosen["endpoint"].column, confidence=Confidence.LOW, how="no column names it; the first part of the path stands for it"))
        return prefixes
    reading.assumptions.append("no column, host or path names an integration; all rows are one, (unnamed)")
    return pl.Series([None] * rows.height, dtype=pl.String)
