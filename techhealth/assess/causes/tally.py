"""Calls counted over two axes, ready to be asked for one class of failures after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

Counts = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Rows of a rollup table that know status and outcome, by two axes.

    Attributes:
        names: what the first axis counts, in order.
        shape: lengths of the axes.
        cells: cell of each row.
        status: HTTP status of each row, -1 where unknown.
        ok: outcome of each row.
        weights: calls of each row.
    """

    names: tuple[str, ...]
    shape: tuple[int, int]
    cells: Indices
    status: Indices
    ok: npt.NDArray[np.bool_]
    weights: Counts

    def calls(self) -> Counts:
        """Return all calls, shape as `shape`."""
        return self._summed(self.weights)

    def failed(self, code: str | None) -> Counts | None:
        """Return the failures of one status, or all for None; None where only a class or reason could tell them."""
        if code is None:
            return self._summed(self.weights * ~self.ok)
        return self._summed(self.weights * (~self.ok & (self.status == int(code)))) if code.isdecimal() else None

    def grouped(self, groups: Sequence[str]) -> Tally:
        """Return the rows with what the first axis counts thrown together, by the group of each."""
        names, number = np.unique(groups, return_inverse=True)
        rows, columns = np.divmod(self.cells, self.shape[1])
        cells = number[rows] * self.shape[1] + columns
        return replace(self, names=tuple(names.tolist()), shape=(len(names), self.shape[1]), cells=cells)

    def _summed(self, amounts: Counts) -> Counts:
        return sums(self.cells, amounts, size=self.shape[0] * self.shape[1]).reshape(self.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of a rollup table of known outcome in the order of days, one element each.

    Attributes:
        names: what the rows are called, in order.
        number: of each row's name.
        day: counted from the first one.
        bucket: size bucket, where the table has one.
        status: HTTP status, -1 where unknown.
        ok: outcome.
        calls: calls that each row stands for.
    """

    names: tuple[str, ...]
    number: Indices
    day: Indices
    bucket: Indices
    status: Indices
    ok: npt.NDArray[np.bool_]
    calls: Counts

    def between(self, start: int, end: int) -> Rows:
        """Return those of some days with the names seen in them, `start` then being the first day."""
        part = slice(*np.searchsorted(self.day, (start, end)))
        number = self.number[part]
        seen = np.bincount(number, minlength=len(self.names)) > 0
        return Rows(
            names=self.names if seen.all() else tuple(self.names[index] for index in np.flatnonzero(seen)),
            number=(np.cumsum(seen) - 1)[number],
            day=self.day[part] - start,
            bucket=self.bucket[part],
            status=self.status[part],
            ok=self.ok[part],
            calls=self.calls[part],
        )

    def tally(self, names: tuple[str, ...], rows: Indices, columns: Indices, *, width: int) -> Tally:
        """Return the rows added up; `rows` and `columns` number them on both axes."""
        cells = rows * width + columns
        return Tally(
            names=names, shape=(len(names), width), cells=cells, status=self.status, ok=self.ok, weights=self.calls
        )


def numbered(values: pl.Series) -> tuple[tuple[str, ...], Indices]:
    """Return the distinct texts in order, and the number of each value among them."""
    names = values.unique().sort()
    return tuple(names), values.cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)


def sums(cells: npt.ArrayLike, amounts: npt.ArrayLike, *, size: int) -> Counts:
    """Return amounts added up by cell number, shape (size,)."""
    return np.asarray(np.bincount(cells, weights=amounts, minlength=size), dtype=np.float64)


def surplus(k: Counts, n: Counts, level: float) -> Counts:
    """Return failures a day above a level, never below none, that add up to the surplus of all days together.

    Examples:
        >>> surplus(np.array([2.0, 0.0]), np.array([10.0, 10.0]), 0.05).tolist()
        [1.0, 0.0]
    """
    above: Counts = np.maximum(k - n * level, 0)
    kept = above.sum()
    return above * float(max(k.sum() - n.sum() * level, 0) / kept) if kept else above
