"""Calls counted over two axes, ready to be asked for one class of failures after the other."""

from __future__ import annotations

from dataclasses import dataclass

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

    def _summed(self, amounts: Counts) -> Counts:
        return sums(self.cells, amounts, size=self.shape[0] * self.shape[1]).reshape(self.shape)


def tally(frame: pl.DataFrame, *, names: tuple[str, ...], rows: Indices, columns: Indices, width: int) -> Tally:
    """Return the tally of a frame with status, ok and calls; `rows` and `columns` number its rows on both axes."""
    return Tally(
        names=names,
        shape=(len(names), width),
        cells=rows * width + columns,
        status=frame["status"].fill_null(-1).to_numpy().astype(np.int64),
        ok=frame["ok"].to_numpy().astype(np.bool_),
        weights=frame["calls"].to_numpy().astype(np.float64),
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
