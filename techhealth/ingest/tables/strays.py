"""Rows of a table that are no records: a header once more, comments, titles, rules, totals and other closing lines."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from techhealth.ingest.rejects import BLANK_ROW, CLOSING_LINE, COMMENT_LINE, DAY_LINE, HEADER_AGAIN, TEXT_LINE, Rejects
from techhealth.ingest.tables.header import COMMENT, RULE
from techhealth.ingest.values.stamps import clocks_only, taken_apart

#: What a closing line begins with: "Total: 200 rows", "(200 rows affected)", "End of report".
_CLOSING = r"(?i)^\W*(?:(?:grand )?totals?\b|sum\b|summe\b|gesamt\b|insgesamt\b|ensemble\b|total[ei]\b|totaal\b|somme\b|suma\b|soma\b|razem\b|合[計计]|総計|总计|합계|[\d.,]+ (?:rows?|records?)\b|(?:rows?|records?)\b\W*\d|end of\b|-- ?end)"
#: Closing lines stand among so many last rows.
_LAST = 5
_LINE, _AT_END = "\0line", "\0at end"
_VALUE = r"^-?\d[\d.,:/TZ+ -]*$|^https?://|^/"


def without_strays(
    frame: pl.DataFrame, lines: pl.Series, header: Sequence[str], rejects: Rejects
) -> tuple[pl.DataFrame, pl.Series]:
    """Return the records among the rows of a table of tidy texts; all others are rejected with their reason.

    Args:
        frame: the rows, blank ones too.
        lines: where each of them stands in the file.
        header: the cells of the header as they are written, empty if there is none.
        rejects: takes the rows that are no records.
    """
    last = pl.int_range(pl.len()) >= pl.len() - _LAST
    first = pl.nth(0).fill_null("")
    alone = pl.all_horizontal(pl.nth(range(1, frame.width)).is_null()) if frame.width > 1 else pl.lit(True)
    again = first == header[0] if header else pl.lit(False)
    suspects = frame.with_columns(lines.alias(_LINE), last.alias(_AT_END)).filter(
        last | alone | again | _is_rule(first) | first.str.contains(COMMENT.pattern)
    )
    told = suspects.select(_LINE, why=_why(header, frame.width)).with_row_index().drop_nulls("why")
    for (reason,), rows in told.group_by("why", maintain_order=True):
        texts = (_text(suspects.row(row)[:-2]) for row in rows["index"])
        rejects.add(str(reason), rows.height, zip(rows[_LINE], texts, strict=True))
    if told.is_empty():
        return frame, lines
    kept = ~lines.is_in(told[_LINE].implode())
    return frame.filter(kept), lines.filter(kept)


def _why(header: Sequence[str], width: int) -> pl.Expr:
    """Return the reason why a row is no record, null for a record."""
    cells = pl.nth(range(width))
    first = pl.nth(0)
    alone = pl.all_horizontal(pl.nth(range(1, width)).is_null()) if width > 2 else pl.lit(False)
    # "#datatype,string,long" above a table that begins anew
    valueless = (
        ~pl.any_horizontal(pl.nth(range(1, width)).str.contains(_VALUE).fill_null(False)) if width > 2 else alone
    )
    closing = pl.col(_AT_END) & pl.any_horizontal(cells.str.contains(_CLOSING))
    mostly_empty = pl.sum_horizontal(cells.is_null()) * 2 >= width
    return (
        pl.when(pl.all_horizontal(cells.is_null())).then(pl.lit(BLANK_ROW))
        .when(_repeats(header)).then(pl.lit(HEADER_AGAIN))
        .when(closing & mostly_empty).then(pl.lit(CLOSING_LINE))
        .when(pl.all_horizontal(cells.is_null() | _is_rule(cells))).then(pl.lit(TEXT_LINE))
        .when(valueless & first.str.contains(COMMENT.pattern)).then(pl.lit(COMMENT_LINE))
        .when(alone & ~first.str.contains(_VALUE)).then(pl.lit(TEXT_LINE))
    )  # fmt: skip


def _is_rule(cells: pl.Expr) -> pl.Expr:
    return cells.str.contains(RULE.pattern)


def _repeats(header: Sequence[str]) -> pl.Expr:
    """Return whether a row says what the header says."""
    same = [pl.nth(n) == cell for n, cell in enumerate(header) if cell]
    return pl.all_horizontal(same).fill_null(False) if len(same) > 1 else pl.lit(False)


def _text(cells: tuple[str | None, ...]) -> str:
    return ", ".join(cell for cell in cells if cell is not None)


_DAY = "day"


def table_rows(
    frame: pl.DataFrame, lines: pl.Series, header: Sequence[str], rejects: Rejects
) -> tuple[pl.DataFrame, pl.Series]:
    """Return the records of a table as `without_strays` does, with a column of days where rows of a date stand among them."""
    heads = _heads(frame)
    if not heads.any():
        return without_strays(frame, lines, header, rejects)
    days = frame.select(pl.when(heads).then(pl.coalesce(pl.all())).alias(_DAY))[_DAY]
    rejects.add(DAY_LINE, int(heads.sum()), zip(lines.filter(heads), days.filter(heads), strict=True))
    found, left = without_strays(frame.filter(~heads), lines.filter(~heads), header, rejects)
    return found.with_columns(days.forward_fill().filter(lines.is_in(left.implode()))), left


def _heads(frame: pl.DataFrame) -> pl.Series:
    """Return which rows hold a date and nothing else, in a table that has a column of times of day and no other of that name."""
    alone = frame.select(pl.sum_horizontal(pl.all().is_not_null()) == 1).to_series()
    if not alone.any() or _DAY in frame.columns or not any(map(clocks_only, frame.filter(~alone))):
        return alone & False
    texts = frame.select(pl.when(alone).then(pl.coalesce(pl.all()))).to_series()
    return (taken_apart(texts).parts["rest"] == "").fill_null(False)
