"""Written dates and times of any order, language and punctuation → their parts, whole columns at a time."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import polars as pl

from techhealth.ingest.series import constant, per_distinct

#: Names of the months; each may be cut to three letters or more (en, de, fr, es, pt, it, nl).
_MONTHS = (
    "january januar jaenner janner janvier enero janeiro gennaio januari",
    "february februar feber fevrier febrero fevereiro febbraio februari",
    "march marz maerz mars marzo marco maart mrt",
    "april avril abril aprile",
    "may mai mayo maio maggio mei",
    "june juni juin junio junho giugno",
    "july juli juillet julio julho luglio",
    "august aout agosto augustus",
    "september septembre septiembre setembro settembre",
    "october oktober octobre octubre outubro ottobre",
    "november novembre noviembre novembro",
    "december dezember decembre diciembre dezembro dicembre",
)
_WEEKDAY = r"^(?:\p{L}{2,}\.?,?\s+)?"
_REST = r"(?P<rest>(?:\D.*)?)$"
#: Forms of a date: which parts it has, by name; a, b and c are numbers whose order the column must tell.
_DATES = (
    rf"^(?P<y>\d{{4}})[-/._ 年년]\s?(?P<m>\d{{1,2}}|\p{{L}}{{3,}})[-/._ 月월]\s?(?P<d>\d{{1,2}})[日일]?{_REST}",
    r"^(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?P<rest>(?:[T _-]?(?:[01]\d|2[0-3])[0-5]\d.*|[T ].*)?)$",
    rf"{_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.|º)?[-/ .]*(?:de |d')?(?P<m>\p{{L}}{{3,}})\.?[-/ ,.]+(?:de |del )?(?P<y>\d{{4}}|\d\d){_REST}",
    rf"{_WEEKDAY}(?P<m>\p{{L}}{{3,}})\.?[- ]+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[,-]?\s+(?P<y>\d{{4}}){_REST}",
    rf"{_WEEKDAY}(?P<m>\p{{L}}{{3,}})\.?\s+(?P<d>\d{{1,2}})\s+(?P<rest>\d\d?:\d\d:\d\d(?:[.,]\d+)?(?: [A-Z]\S*| [+-]\d\S*)?)\s+(?P<y>\d{{4}})$",
    rf"{_WEEKDAY}(?P<a>\d{{1,2}})(?P<mark>[-/.])(?P<b>\d{{1,2}})[-/.](?P<c>\d{{4}}|\d\d){_REST}",
)
_CLOCK = r"^(?:[T,:\s\-_]|at\b|um\b|à|a las|alle|às|kl\b\.?)*(?P<hour>\d{1,2})[:.hH](?P<minute>\d\d)(?:[:.m](?P<second>\d\d)(?:[.,:](?P<fraction>\d{1,9}))?)?s?\s*(?:Uhr|uur)?\s*(?P<half>[AaPp]\.?\s?[Mm]\b\.?)?\s*(?P<zone>[^%]*)$"
_COMPACT_CLOCK = r"^[T _-]?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?[.,]?(?P<fraction>\d{1,9})?(?P<half>[AP]M)?\s*(?P<zone>\D.*|[+-].*)?$"
#: Hours and minutes as Chinese, Japanese and Korean mark them.
_HOURS = r"\s*[時时点시分분]\s*"
_LATIN_CLOCK = r"(\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?)"
#: Ways of writing that are changed to usual ones: how they are known, and what of them is replaced by what.
_UNUSUAL: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (_HOURS, (
        (_HOURS, ":"), (r"\s*[秒초]", ""), (":$", ":00"), (r"([日일])(\d)", "${1} ${2}"), (r":(\d)(:|$)", ":0${1}${2}"),
        (r":(\d)(:|$)", ":0${1}${2}"),
    )),
    ("오전|上午|午前", ((rf"(?:오전|上午|午前)\s*{_LATIN_CLOCK}", "${1} AM"),)),
    ("오후|下午|午後", ((rf"(?:오후|下午|午後)\s*{_LATIN_CLOCK}", "${1} PM"),)),
    (rf"^{_LATIN_CLOCK},?\s+\d", ((rf"^{_LATIN_CLOCK},?\s+(\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}})$", "${2} ${1}"),)),
)  # fmt: skip
_PARTS = ("y", "m", "d", "a", "b", "c", "mark", "rest", "hour", "minute", "second", "fraction", "half", "zone")
_PIVOT = 70
#: Order of the numbers in a date such as 01/05/26 → the parts day, month and year stand in.
ORDERS = {"day/month/year": ("a", "b", "c"), "month/day/year": ("b", "a", "c"), "year/month/day": ("c", "b", "a")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """Texts taken apart, one row each; `parts` has a text column a part, null where the text has none."""

    parts: pl.DataFrame

    @property
    def any(self) -> bool:
        """Whether any text is a written date."""
        return self.parts["rest"].null_count() < self.parts.height

    @property
    def ordered(self) -> pl.Expr:
        """Rows whose date is three numbers, the year not first."""
        return pl.col("a").is_not_null()

    def naive(self, order: str) -> pl.DataFrame:
        """Return `naive` (zone-less instants as written), `zone` (text), `timeless` and `short` (two-digit year)."""
        day, month, year = ORDERS[order]
        return self.parts.with_columns(
            day=pl.coalesce("d", day), month=pl.coalesce("m", month), year=pl.coalesce("y", year)
        ).select(
            naive=_moment(), zone=pl.when(pl.col("zone") != "").then("zone"), timeless=pl.col("rest") == "",
            short=pl.col("year").str.len_chars() == 2,
        )  # fmt: skip


def taken_apart(texts: pl.Series) -> Stamps:
    """Return the parts of each text that is a written date, with or without a clock; nulls for other texts."""
    rows = pl.DataFrame({"row": range(len(texts)), "text": _as_usual(texts)})
    found = []
    left = rows.filter(pl.col("text").is_not_null())
    for form in _DATES:
        matched = _split(left, form)
        if matched.is_empty():
            continue
        found.append(matched)
        left = left.join(matched, on="row", how="anti")
    parts = _clocked(pl.concat(found, how="diagonal")) if found else _empty(rows)
    parts = rows.join(parts, on="row", how="left", maintain_order="left")
    missing = [pl.lit(None, dtype=pl.String).alias(name) for name in _PARTS if name not in parts.columns]
    return Stamps(parts=parts.with_columns(missing).with_columns(m=_month(parts, "m")))


def _as_usual(texts: pl.Series) -> pl.Series:
    """Return the texts with 8時5分9秒 written 8:05:09, 下午 8:05 written 8:05 PM, and the day before the time of day."""
    text = pl.col("t")
    for pattern, changes in _UNUSUAL:
        if texts.str.contains(pattern).any():
            made = text
            for old, new in changes:
                made = made.str.replace_all(old, new)
            texts = pl.DataFrame({"t": texts}).select(pl.when(text.str.contains(pattern)).then(made).otherwise(text)).to_series()  # fmt: skip
    return texts


def clocks_only(texts: pl.Series) -> bool:
    """Return whether the texts are times of day without a day."""
    some = texts.drop_nulls().head(200)
    return len(some) > 0 and bool(some.str.contains(_CLOCK).all()) and not some.str.contains(_DATES[0]).any()


def _split(left: pl.DataFrame, form: str) -> pl.DataFrame:
    matched = left.filter(pl.col("text").str.contains(form))
    if matched.is_empty():
        return matched
    return matched.select("row", groups=pl.col("text").str.extract_groups(form)).unnest("groups")


def _clocked(dates: pl.DataFrame) -> pl.DataFrame:
    """Return the dates with what stands behind them taken apart; rows whose rest is no clock are left out."""
    plain = dates.filter(pl.col("rest") == "")
    timed = dates.filter((pl.col("rest") != "") & pl.col("rest").str.contains(_CLOCK))
    packed = dates.filter((pl.col("rest") != "") & ~pl.col("rest").str.contains(_CLOCK)).filter(
        pl.col("rest").str.contains(_COMPACT_CLOCK)
    )
    made = [plain]
    for rows, form in ((timed, _CLOCK), (packed, _COMPACT_CLOCK)):
        if rows.height:
            made.append(rows.with_columns(pl.col("rest").str.extract_groups(form).alias("clock")).unnest("clock"))
    return pl.concat(made, how="diagonal")


def _empty(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("row").clear().with_columns(pl.lit(None, dtype=pl.String).alias("m"))


def _month(parts: pl.DataFrame, name: str) -> pl.Series:
    """Return the month numbers as text, names of months in any of the languages included."""
    return (
        per_distinct(parts[name], month_number, pl.String())
        if name in parts.columns
        else constant(None, parts.height, pl.String())
    )


def month_number(text: str) -> str | None:
    """Return the number of a month as text, None if the word is no month.

    Examples:
        >>> month_number("Févr."), month_number("Oktober"), month_number("05"), month_number("Mon")
        ('2', '10', '05', None)
    """
    word = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if char.isalnum())
    if word.isdigit():
        return word
    hits = [n for n, names in enumerate(_MONTHS, start=1) if any(name.startswith(word) for name in names.split())]
    return str(hits[0]) if len(hits) == 1 and len(word) >= 3 else None


def _moment() -> pl.Expr:
    """Return the zone-less instant of the parts, null where they are none."""
    number = {
        name: pl.col(name).cast(pl.Int32, strict=False) for name in ("day", "month", "year", "hour", "minute", "second")
    }
    year = number["year"]
    short = pl.col("year").str.len_chars() == 2
    full = pl.when(short & (year < _PIVOT)).then(year + 2000).when(short).then(year + 1900).otherwise(year)
    half = pl.col("half").str.slice(0, 1).str.to_uppercase()
    hour = number["hour"].fill_null(0)
    hour = (
        pl.when(half.is_null())
        .then(hour)
        .when(hour > 12)
        .then(None)
        .otherwise(hour % 12 + pl.when(half == "P").then(12).otherwise(0))
    )
    micros = pl.col("fraction").str.pad_end(9, "0").str.slice(0, 6).cast(pl.Int32, strict=False).fill_null(0)
    minute, second = number["minute"].fill_null(0), number["second"].fill_null(0)
    date = pl.concat_str(
        full.cast(pl.String), pl.lit("-"), number["month"].cast(pl.String), pl.lit("-"), number["day"].cast(pl.String)
    )
    day = date.str.to_date("%Y-%m-%d", strict=False)
    valid = (hour <= 23) & (minute <= 59) & (second <= 60)
    clock = pl.duration(hours=hour, minutes=minute, seconds=second, microseconds=micros)
    return pl.when(valid).then(day.cast(pl.Datetime("us")) + clock)
