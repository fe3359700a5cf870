"""What is found in lines of text, and how they are sampled."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

#: Lines looked at to find their form.
_SAMPLE = 400
#: What colours text on a terminal.
COLOUR = r"\x1b\[[0-9;]*[A-Za-z]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """Columns found in lines, a row each (null where a line has another form), and what the form is called.

    `notes` are worth knowing; `doubt` is an assumption that would change figures if it were wrong, empty if there is none.
    `part` marks lines that tell more of the call of another line, if there are such; `dated` is false where most lines lack a time.
    """

    frame: pl.DataFrame
    fits: pl.Series
    form: str
    notes: tuple[str, ...] = ()
    doubt: str = ""
    part: pl.Series | None = None
    dated: bool = True


def sampled(lines: pl.Series) -> pl.Series:
    """Return some of the lines that hold anything, from all over."""
    filled = lines.drop_nulls().filter(lines.drop_nulls() != "")
    return filled.gather_every(max(1, len(filled) // _SAMPLE)).head(_SAMPLE)


def kept(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that hold anything."""
    return frame.select(name for name in frame.columns if frame[name].null_count() < frame.height)
