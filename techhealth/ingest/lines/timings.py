"""How long calls took, from the numbers beside a request: named, with their unit, or told by their form and size."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import polars as pl

from techhealth.ingest.fields.vocabulary import Part, part_of, speaks_of
from techhealth.ingest.lines import places
from techhealth.ingest.lines.places import Words
from techhealth.ingest.series import middle_of, scalar, share_of

_NAMED = re.compile(r"^([A-Za-z_][\w.-]{0,60})[=:](-?\d+(?:\.\d+)?(?:[a-zµ]+)?|-)$")
#: Short names that servers' manuals use → what they stand for.
_SHORT = {
    "rt": "request_time_s", "urt": "upstream_response_time_s", "ut": "upstream_response_time_s", "uct": "upstream_connect_time_s",
    "uht": "upstream_header_time_s", "D": "duration_us",
}  # fmt: skip
#: A key must stand in this share of the lines.
_OFTEN = 0.3
#: A nameless number whose middle value is from here on may be one of microseconds, is hardly, and is surely none of milliseconds.
_DOUBTED_MS, _SLOWEST_MS, _SURE_US = 200, 5_000, 60_000
#: No server answers within so many microseconds.
_FASTEST_US = 50
#: A middle call that takes as many seconds is none.
_SLOWEST_S = 10.0
#: A number is the size of the answer, with its head, if it differs so much less from it than sizes do.
_SAME_SIZE = 0.25
#: Numbers that tell whether they only go up, the share of steps that do, and how few different ones are labels.
_ENOUGH, _RISING, _FEW = 20, 0.95, 0.05
_SEVERAL = 5
#: Share of the lines in which the longer of two times must hold the other, and by how much at the middle.
_HOLDS, _LITTLE_MORE = 0.98, 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Columns that may be how long calls took, named after what is known of them; what to note, and what is doubted."""

    columns: tuple[pl.Series, ...] = ()
    notes: tuple[str, ...] = ()
    doubt: str = ""


def timed(lines: pl.Series, words: Words, told: pl.Series, *, seconds: bool = False) -> Timed:
    """Return the times that plain lines name, that `told` holds with their unit, or that have thousandths.

    Args:
        lines: plain words, a line each.
        words: those of a sample of the lines.
        told: what the lines say with a unit.
        seconds: whether thousandths can only be those of seconds, as servers write them.
    """
    line, frame = pl.col("line"), lines.to_frame("line")
    named = _named(words)
    columns = frame.select(
        pl.coalesce(line.str.extract(rf"(?:^|\s){re.escape(key)}[=:](\d\S*)", 1) for key in keys).alias(name)
        for name, keys in named.items()
    ).get_columns()
    if any(part_of("latency", name) is Part.WHOLE for name in named):
        return Timed(columns=tuple(columns))
    if _vary(told.drop_nulls()):
        return Timed(columns=(*columns, told.alias("duration")))
    double = places.twice(words)
    if double:
        fine = frame.select(places.at(double[0], line).str.extract(r"/(\d+)", 1).alias(f"duration_{double[1]}"))
        return Timed(columns=(*columns, *fine.get_columns()))
    precise = places.decimals(words)
    best = places.longest(words, precise)
    if best is None:
        return Timed(columns=tuple(columns), notes=_undecided(len(precise)))
    numbers = frame.select(places.at(best, line).str.extract(r"^(\d+\.\d+)$", 1)).to_series()
    seconds &= middle_of(numbers.cast(pl.Float64)) < _SLOWEST_S
    return Timed(columns=(*columns, numbers.alias("request_time_s" if seconds else "request_time")))


def _named(words: Words) -> dict[str, list[str]]:
    """Return the names of times → the keys under which lines hold them."""
    keys = Counter(found.group(1) for one in words for word in one.values() if (found := _NAMED.match(word)))
    named: dict[str, list[str]] = {}
    for key, n in keys.items():
        if n >= _OFTEN * len(words) and (key in _SHORT or speaks_of("latency", key)):
            named.setdefault(_SHORT.get(key, key), []).append(key)
    return named


def counted(lines: pl.Series, words: Words, sizes: pl.Series) -> Timed:
    """Return the only whole number that stands behind lines of a web server as a duration, named by what its size tells."""
    found = places.wholes(words)
    frame = lines.to_frame("line")
    numbers = [frame.select(places.at(place, pl.col("line")).str.extract(r"^(\d+)$", 1)).to_series() for place in found]
    if len(numbers) != 1:
        named = tuple(values.alias(f"number_{n}") for n, values in enumerate(numbers, start=1))
        return Timed(columns=named, notes=_undecided(len(numbers)))
    values = numbers[0].cast(pl.Float64)
    if _are_sizes(values, sizes.cast(pl.Float64, strict=False)):
        return Timed(columns=(numbers[0].alias("answer_bytes"),))
    if _is_label(values.drop_nulls()):
        return Timed(columns=(numbers[0].alias("number_1"),))
    return _with_unit(numbers[0], values.drop_nulls())


def longer(lines: pl.Series, words: Words, found: Timed) -> Timed:
    """Return a whole number behind the lines as well, if in a finer unit it is the same time and a little more in nearly every line:
    the time to the first byte stands beside that of the whole call, in another unit."""
    short = found.columns[-1]
    if short.name != "request_time_s":
        return found
    frame = lines.to_frame("line")
    seconds = short.cast(pl.Float64, strict=False)
    for place in places.wholes(words):
        texts = frame.select(places.at(place, pl.col("line")).str.extract(r"^(\d+)$", 1)).to_series()
        for unit, parts in (("us", 1e6), ("ms", 1e3)):
            times = (texts.cast(pl.Float64) / parts / seconds).drop_nulls().drop_nans()
            if share_of(times >= 1) >= _HOLDS and middle_of(times) <= _LITTLE_MORE:
                return Timed(
                    columns=(*found.columns[:-1], short.alias("first_byte_s"), texts.alias(f"duration_{unit}"))
                )
    return found


def _with_unit(texts: pl.Series, values: pl.Series) -> Timed:
    middle = middle_of(values)
    if 2 * int((values == 0).sum()) > len(values):
        said = "the number behind each line is mostly 0 and not used; if it is the latency use --map latency=last_number:s (or :ms)"
        return Timed(columns=(texts.alias("last_number"),), notes=(said,))
    fast = scalar(values.quantile(0.05)) < _FASTEST_US
    if middle < _DOUBTED_MS or middle >= _SURE_US or (middle < _SLOWEST_MS and fast):
        return Timed(columns=(texts.alias("duration"),))
    if middle < _SLOWEST_MS:
        said = f"the number behind each line is read as milliseconds, {middle:,.0f} for the middle call; if it is microseconds use --map latency=duration_ms:us"
        return Timed(columns=(texts.alias("duration_ms"),), doubt=said)
    said = (
        f"the number behind each line is read as microseconds, because in milliseconds the middle call would take {middle / 1000:,.0f} s; "
        "if it is that slow use --map latency=duration_us:ms"
    )
    return Timed(columns=(texts.alias("duration_us"),), doubt=said)


def _is_label(values: pl.Series) -> bool:
    """Return whether numbers only go up, as counters of connections do, or are always the same few, as ports are."""
    steps = values.diff().drop_nulls()
    if len(steps) > 1 and bool((steps == 1).all()):
        return True
    if len(values) < _ENOUGH or scalar(values.max()) <= 1:
        return False
    return share_of(steps >= 0) >= _RISING or values.n_unique() <= _FEW * len(values)


def _are_sizes(values: pl.Series, sizes: pl.Series) -> bool:
    """Return whether numbers follow the sizes of the answers, as sizes with their head do."""
    both = pl.DataFrame({"value": values, "size": sizes}).drop_nulls()
    return scalar((both["value"] - both["size"]).std()) < _SAME_SIZE * scalar(both["size"].std())


def _undecided(count: int) -> tuple[str, ...]:
    if count < 2:
        return ()
    return (
        f"{count} numbers stand behind each line and nothing tells which of them is the latency; if one is, name it with --map latency=number_1:us (or :ms, :s)",
    )


def _vary(texts: pl.Series) -> bool:
    """Return whether durations are measured: the same one in each of several lines is a setting or a pause."""
    return len(texts) > 0 and (len(texts) < _SEVERAL or texts.n_unique() > 1)
