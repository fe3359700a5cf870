"""Texts of numbers → numbers: whether a comma or a point divides thousands or decimals, decided for the whole column."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

#: Share of a column's values that are whole and below 1,000 from which on "1,234" beside them is thousands.
_WHOLE = 0.05
#: So many different values of the form "1,234", beside whole ones, are no decimals that end in three digits by chance.
_SEVERAL = 5
#: Marks that only ever divide thousands: apostrophes and spaces, the narrow and the fixed ones too.
_SPACES = " \u00a0\u202f\u2009'\u2019"
_SPACED = rf"^[+-]?\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d+)?$"
#: A number that only a decimal point explains, and rows in which one is looked for.
_POINT, _HEAD = r"^-?\d+\.\d{4,}$", 500
_GROUPED = r"^-?[1-9]\d{{0,2}}(?:{mark}\d{{3}})+$"
_FRACTION = r"^-?\d*{mark}(?:\d{{1,2}}|\d{{4,}})$|^-?0*{mark}\d+$|^-?\d{{4,}}{mark}\d+$"
_BOTH = r"^-?\d{{1,3}}(?:{other}\d{{3}})+{mark}\d+$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Numbers of a column; `assumed` says how "1,234" is read where the column does not settle it, else it is empty."""

    values: pl.Series
    assumed: str = ""


def comma_taken(frame: pl.DataFrame, separator: str) -> str:
    """Return the separator of a file, or nothing where it is ";" and a column has decimal points: then it speaks for no commas."""
    if separator != ";":
        return separator
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    points = (
        frame.head(_HEAD).select(pl.any_horizontal(pl.col(texts).str.contains(_POINT).any())).item() if texts else False
    )
    return "" if points else separator


def numbers(texts: pl.Series, *, separator: str = "") -> Numbers:
    """Return the numbers of a text column; what is no number is null.

    Args:
        texts: one column.
        separator: what divides the columns of the file; ";" speaks for decimal commas, because the comma was taken.
    """
    plain = texts.cast(pl.Float64, strict=False)
    if plain.null_count() > texts.null_count():
        texts = _closed_up(texts)
        plain = texts.cast(pl.Float64, strict=False)
    if plain.null_count() == texts.null_count() and separator != ";":
        return Numbers(values=plain)
    seen = texts.drop_nulls().unique()
    comma, sure = _is_decimal_comma(seen, separator)
    if not comma and plain.null_count() == texts.null_count():
        return Numbers(values=plain)
    decimal, group = (",", ".") if comma else (".", ",")
    text = pl.col("text")
    shaped = text.str.contains(rf"^-?(?:\d*|\d{{1,3}}(?:\{group}\d{{3}})+)(?:\{decimal}\d+)?(?:[eE][+-]?\d+)?$")
    made = text.str.replace_all(group, "", literal=True).str.replace(decimal, ".", literal=True)
    read = pl.when(shaped).then(made).cast(pl.Float64, strict=False)
    values = pl.DataFrame({"text": texts}).select(read.alias("n"))["n"]
    return Numbers(values=values, assumed="" if sure else _sentence(seen, comma))


def _closed_up(texts: pl.Series) -> pl.Series:
    """Return the texts without the spaces and apostrophes that divide thousands."""
    text = pl.col("t").str.strip_chars(_SPACES)
    shut = pl.when(text.str.contains(_SPACED)).then(text.str.replace_all(f"[{_SPACES}]", "")).otherwise(text)
    return pl.DataFrame({"t": texts}).select(shut.alias("t"))["t"]


def _is_decimal_comma(seen: pl.Series, separator: str) -> tuple[bool, bool]:
    """Return whether commas divide decimals (and points thousands) in these values, and whether that is certain."""
    decimal = _count(seen, _FRACTION, ",") + _count(seen, _BOTH, ",", ".") + _many(seen, ".")
    thousands = _count(seen, _FRACTION, ".") + _count(seen, _BOTH, ".", ",") + _many(seen, ",")
    if decimal != thousands:
        return decimal > thousands, True
    whole = _count(seen, r"^-?\d{{1,3}}$", "") > _WHOLE * len(seen)
    groups = _count(seen, _GROUPED, ",")
    if groups:
        return (separator == ";" and not whole), whole and groups >= _SEVERAL
    points = _count(seen, _GROUPED, ".")
    if points and separator == ";" and (whole or points >= _SEVERAL):
        return True, whole and points >= _SEVERAL
    return False, True


def _count(seen: pl.Series, pattern: str, mark: str, other: str = "") -> int:
    filled = pattern.format(mark=f"\\{mark}" if mark else "", other=f"\\{other}" if other else "")
    return int(seen.str.contains(filled).sum())


def _many(seen: pl.Series, mark: str) -> int:
    """Return how many values have the mark twice or more, as only thousands do."""
    return _count(seen, r"^-?\d{{1,3}}(?:{mark}\d{{3}}){{2,}}$", mark)


def _sentence(seen: pl.Series, comma: bool) -> str:
    example = seen.filter(seen.str.contains(r"^-?\d{1,3}[.,]\d{3}$")).sort().to_list()[:1]
    shown = example[0] if example else "1,234"
    thousands = ("," in shown) != comma
    return f"{shown} is read as {'thousands' if thousands else 'a decimal number'}; no value of the column settles it"
