"""Zone names → offsets, and local times → UTC over the hours a clock change skips or repeats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

import polars as pl

from techhealth.ingest.series import constant, per_distinct

#: Abbreviation → minutes east of Greenwich, as exports write them behind a time.
ABBREVIATIONS: dict[str, int] = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "ZULU": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "SAST": 120, "IST": 330, "SGT": 480, "HKT": 480, "AWST": 480, "JST": 540, "KST": 540,
    "ACST": 570, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "HST": -600, "AKST": -540, "AKDT": -480, "PST": -480,
    "PDT": -420, "MST": -420, "MDT": -360, "CST": -360, "CDT": -300, "EST": -300, "EDT": -240, "AST": -240, "ADT": -180, "BRT": -180,
    "ART": -180,
}  # fmt: skip
#: Abbreviations that mean something else elsewhere.
_SHARED = {"IST": "India", "CST": "US Central", "BST": "British Summer"}
#: Abbreviations that are words, too; and what a zone with both its times is called in the United States.
_WORDS = frozenset(("IST", "ART", "WET", "WEST", "UT", "Z"))
_REGIONS = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
_OFFSET = re.compile(r"^(?:UTC|GMT|Z)?\s*([+\-\u2212])(\d{1,2}):?(\d{2})?(?::?\d{2})?(?:\s*[\[(]?[\w /.=+-]*[\])]?)?$")
#: The name of the zone that Java writes behind its offset.
_BEHIND = re.compile(r"(?<=\w)\[[\w/+-]+\]?$")
#: A clock that jumps back by more than this was changed; less is disorder of the rows.
_JUMP_US = 600_000_000
_HOUR = pl.duration(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """Instants of local times; `doubts` say what a clock change left open, `assumed` what the order of rows settled."""

    at: pl.Series
    assumed: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def offset_of(text: str) -> int | None:
    """Return the minutes east of Greenwich that a text such as "+0100 CET", "GMT-5" or "PST" names, None if it is none.

    Examples:
        >>> offset_of("+0530"), offset_of("GMT+0100 (Central European Standard Time)"), offset_of("Z[UTC]"), offset_of("soon")
        (330, 60, 0, None)
    """
    text = _BEHIND.sub("", text)
    found = _OFFSET.match(text.strip())
    if found:
        minutes = int(found.group(2)) * 60 + int(found.group(3) or 0)
        return (minutes if found.group(1) == "+" else -minutes) if minutes <= 14 * 60 else None
    return ABBREVIATIONS.get(text.strip(" ()[].").upper())


def zone_of(text: str) -> str | None:
    """Return the IANA zone a text names ("[Europe/Berlin]"), None if it is none."""
    name = text.strip(" ()[]")
    return name if "/" in name and name in _known() else None


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(text: str) -> bool:
    """Return whether a text names an offset or a zone."""
    return offset_of(text) is not None or zone_of(text) is not None


def zone_in_name(column: str) -> str | None:
    """Return the zone that the name of a column of times ends in or has in brackets, None if it names none.

    Examples:
        >>> zone_in_name("Data/Hora (BRT)"), zone_in_name("timestamp_pst"), zone_in_name("Time [ET]"), zone_in_name("Datum Ist")
        ('BRT', 'PST', 'America/New_York', None)
    """
    inside = [text.strip() for text in re.findall(r"[(\[]([^)\]]+)[)\]]", column)]
    last = re.split(r"[\W_]+", column)[-1].upper()
    plain = [last] if last in ABBREVIATIONS and last not in _WORDS else []
    named = (_REGIONS.get(text.upper(), text) for text in (*inside, *plain, *re.findall(r"[A-Z]\w+/[A-Z]\w+", column)))
    return next((text for text in named if is_zone(text)), None)


def shared_names(texts: pl.Series) -> tuple[str, ...]:
    """Return sentences about abbreviations that other countries use for other zones."""
    names = {text.strip(" ()[].").upper() for text in texts.drop_nulls().unique().to_list()}
    return tuple(f"{name} is read as {_SHARED[name]} time" for name in sorted(names & set(_SHARED)))


def with_zone(naive: pl.Series, zones: pl.Series) -> pl.Series:
    """Return the instants of times whose zone stands beside them; null where the zone is unknown."""
    minutes = per_distinct(zones, offset_of, pl.Int64())
    frame = pl.DataFrame({"n": naive, "m": minutes})
    fixed = (pl.col("n") - pl.duration(minutes="m")).dt.replace_time_zone("UTC")
    at = frame.select(at=fixed)["at"]
    names = per_distinct(zones, zone_of, pl.String())
    for name in names.drop_nulls().unique().sort().to_list():
        here = (names == name).fill_null(False) & at.is_null()
        at = at.scatter(here.arg_true(), local(naive.filter(here), name).at)
    return at


def local(naive: pl.Series, timezone: str) -> Local:
    """Return the UTC instants of zone-less times in file order.

    An hour that stands twice is divided by the order of the rows: where its clock jumps back, the second one begins.
    A time that is skipped is taken as if the clock had not been changed yet.
    """
    early = naive.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    if timezone == "UTC":
        return Local(at=early)
    late = naive.dt.replace_time_zone(timezone, ambiguous="latest", non_existent="null")
    skipped = naive.is_not_null() & early.is_null()
    twice = (early != late).fill_null(False)
    frame = pl.DataFrame({"n": naive, "early": early, "late": late})
    assumed, doubts = [], []
    if twice.any():
        second, told = _second_pass(naive, twice)
        frame = frame.with_columns(early=pl.when(pl.lit(second)).then("late").otherwise("early"))
        said = f"{int(twice.sum()):,} times lie in the hour that {timezone} has twice"
        if told:
            assumed.append(f"{said}; the order of the rows tells which")
        else:
            doubts.append(f"{said}; nothing tells which, the first was taken")
    at = frame["early"].dt.convert_time_zone("UTC")
    if skipped.any():
        count = int(skipped.sum())
        earlier = frame.select(
            (pl.col("n") - _HOUR).dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
        )
        shifted = (
            earlier.to_series().dt.convert_time_zone("UTC").to_frame("a").select(pl.col("a") + _HOUR)
        ).to_series()
        at = at.scatter(skipped.arg_true(), shifted.filter(skipped))
        doubts.append(
            f"{count:,} times do not exist in {timezone}, whose clock skips that hour; each was read as an hour later (is --timezone right?)"
        )
    return Local(at=at, assumed=tuple(assumed), doubts=tuple(doubts))


def _second_pass(naive: pl.Series, twice: pl.Series) -> tuple[pl.Series, bool]:
    """Return which times of a doubled hour are of its second pass, and whether the order of the rows tells so."""
    seen = naive.drop_nulls()
    rows = pl.DataFrame({"n": naive, "row": range(len(naive))}).filter(twice)
    if seen[0] > seen[-1]:  # newest first
        rows = rows.reverse()
    back = (pl.col("n").diff().dt.total_microseconds() < -_JUMP_US).fill_null(False)
    rows = rows.with_columns(second=back.cum_sum().over(pl.col("n").dt.date()) > 0)
    second = constant(False, len(naive)).scatter(rows["row"], rows["second"])
    return second, bool(rows["second"].any())
