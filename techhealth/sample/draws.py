"""Seeded draws as arrays. All chance comes from the standard library, so that no library version changes a sample."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Number = TypeVar("Number", np.int64, np.float64)
Name = TypeVar("Name")


class Draws:
    """A stream of draws that belongs to one seed and one name."""

    def __init__(self, seed: int, name: str) -> None:
        self._random = random.Random(f"{seed}/{name}")

    def uniform(self, count: int) -> Floats:
        """Return numbers in [0, 1)."""
        words = np.frombuffer(self._random.randbytes(8 * count), dtype="<u8")
        return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def shuffled(self, values: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """Return the values in another order."""
        return values[np.argsort(self.uniform(len(values)), kind="stable")]

    def dealt(self, weights: Sequence[int], count: int) -> Ints:
        """Return `count` indices of `weights`, in proportion to within one each, in random order."""
        shares = np.asarray(split(count, weights))
        return self.shuffled(np.repeat(np.arange(len(weights), dtype=np.int64), shares))

    def between(self, low: float, high: float, count: int) -> Floats:
        """Return numbers from `low` to `high`, evenly spread over their logarithm."""
        return np.asarray(low * (high / low) ** self.uniform(count))


def split(total: int, weights: Sequence[float]) -> tuple[int, ...]:
    """Return whole numbers in proportion to the weights that add up to `total` (largest remainders first).

    Examples:
        >>> split(10, [1, 1, 1])
        (4, 3, 3)
    """
    if total == 0:
        return (0,) * len(weights)
    scale = total / sum(weights)
    exact = [weight * scale for weight in weights]
    parts = [int(value + 1e-9) for value in exact]
    order = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


def split_by(weights: Mapping[Name, int], total: int) -> dict[Name, int]:
    """Return whole numbers under the names of the weights, in proportion to them, that add up to `total`."""
    return dict(zip(weights, split(total, tuple(weights.values())), strict=True))
