"""Is a part of the failures rising: one code, endpoint, client or block of hours? Seen before the total moves.

Each part is compared as the whole is, its last seven active days with all days before, but by exact tails (a part may
have had no failure at all) and against a stricter limit, for there are many parts.

Source: negative binomial counts with the variance of methods for overdispersed days (Williams 1982; McCullagh & Nelder
1989); Benjamini & Hochberg 1995; Benjamini & Bogomolov 2014 (families below a finding are tested by themselves).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import betainc

from techhealth.assess.rates import IN_ROWS, adjusted
from techhealth.model import Days, Kind, Rate, SubSeries
from techhealth.policy import Detection
from techhealth.usage.rollup import Rollup

Floats = NDArray[np.float64]
K = TypeVar("K")

#: Parts of each sort looked at, those with most failures first; hours of a block.
_MOST, _BLOCK = 12, 6
_RECENT, _NEWEST = 7, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Failures `k` and calls `n` of the parts of one integration, shape (parts, days); `names` are (axis, name)."""

    names: tuple[tuple[str, str], ...]
    k: Floats
    n: Floats

    def until(self, cut: int) -> Parts:
        """Return the first `cut` days."""
        return Parts(names=self.names, k=self.k[:, :cut], n=self.n[:, :cut])


def parts_of(rollup: Rollup, *, integration: str, kind: Kind, days: Days) -> Parts:
    """Return the parts of an integration's calls, deliveries or auth events: by code, endpoint, client, hours of the day."""
    local = pl.col("at").dt.convert_time_zone(rollup.timezone)
    hour = local.dt.hour() // _BLOCK * _BLOCK
    block = pl.format("{}:00-{}:00", hour, hour + _BLOCK)
    hourly = rollup.hourly.with_columns(day=local.dt.date(), block=block)
    tables = [
        ("code", hourly, pl.col("error")),
        ("hours", hourly, pl.col("block")),
        ("endpoint", rollup.endpoints, pl.concat_str(pl.col("method").fill_null(""), pl.lit(" "), "endpoint").str.strip_chars()),
        *([("client", rollup.clients, pl.col("client"))] if kind is Kind.API else []),
    ]  # fmt: skip
    own = (pl.col("integration") == integration) & pl.col("ok").is_not_null()
    counted = [
        _Counted.of(
            axis, table.filter(own & (pl.col("kind") == kind.value) if "kind" in table.columns else own), name, days
        )
        for axis, table, name in tables
    ]
    return Parts(
        names=tuple((one.axis, name) for one in counted for name in one.names),
        k=np.concatenate([one.k for one in counted]),
        n=np.concatenate([one.n for one in counted]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """The parts of one sort with most failures."""

    axis: str
    names: tuple[str, ...]
    k: Floats
    n: Floats

    @classmethod
    def of(cls, axis: str, table: pl.DataFrame, name: pl.Expr, days: Days) -> Self:
        """Return the parts of a table's rows; a code is compared with all calls, others with their own."""
        calls = pl.col("calls")
        sums = (
            table.filter(pl.col("day").is_between(days.first, days.last))
            .group_by(name.alias("name"), index=(pl.col("day") - days.first).dt.total_days())
            .agg(k=calls.filter(~pl.col("ok")).sum(), n=calls.sum())
        )
        failing = sums.drop_nulls("name").group_by("name").agg(pl.col("k").sum()).filter(pl.col("k") > 0)
        names = tuple(failing.sort(["k", "name"], descending=[True, False])["name"].head(_MOST))
        ranked = pl.DataFrame({"name": names, "row": range(len(names))}, schema={"name": pl.String, "row": pl.Int64})
        mine = sums.join(ranked, on="name").with_columns(cell=pl.col("row") * days.days + pl.col("index"))
        k, n = (_summed(mine, "cell", column, len(names) * days.days) for column in ("k", "n"))
        shape, every = (len(names), days.days), _summed(sums, "index", "n", days.days)
        return cls(
            axis=axis,
            names=names,
            k=k.reshape(shape),
            n=np.broadcast_to(every, shape) if axis == "code" else n.reshape(shape),
        )


def _summed(frame: pl.DataFrame, cell: str, column: str, size: int) -> Floats:
    weights = frame[column].to_numpy().astype(np.float64)
    sums: Floats = np.bincount(frame[cell].to_numpy(), weights=weights, minlength=size).astype(np.float64)
    return sums


def chance_of_rise(k: Floats, n: Floats, *, split: int, rules: Detection) -> Floats:
    """Return the chance of so many failures from `split` on, or more, at the rate before it, one value a part.

    Args:
        k: failures by part and day.
        n: calls, same shape.
        split: the first recent day.
        rules: `rate_variation` is the coefficient of variation of a day's rate that is taken for granted.
    """
    before, calls, recent, tried = (
        part.sum(axis=1) for part in (k[:, :split], n[:, :split], k[:, split:], n[:, split:])
    )
    rate = (before + 0.5) / (calls + 1)
    expected = n[:, :split] * rate[:, None]
    squares = ((k[:, :split] - expected) ** 2 - expected).sum(axis=1) / np.maximum((expected**2).sum(axis=1), 1e-12)
    lasting = np.clip(squares, rules.rate_variation**2, 1.0) * IN_ROWS
    together = (n[:, split:] ** 2).sum(axis=1) / np.maximum(tried, 1) ** 2
    earlier = (n[:, :split] ** 2).sum(axis=1) / np.maximum(calls, 1) ** 2
    size = 1 / (lasting * (together + earlier) + 1 / (before + 0.5))
    mean = tried * rate
    chance = betainc(np.maximum(recent, 1e-9), size, mean / (mean + size))
    return np.where(recent > 0, chance, 1.0)


def rising(parts: Parts, rules: Detection) -> Floats:
    """Return the chance of each part's rise, 1 where it is no rise that lasts and matters."""
    k, n = parts.k, parts.n
    active = np.flatnonzero(n.sum(axis=0) > 0)
    if len(active) < rules.baseline_days + _RECENT or not len(k):
        return np.ones(len(k))
    split, newest = int(active[-_RECENT]), int(active[-_NEWEST])
    large = _is_large(k, n, split, split, rules) & _is_large(k, n, split, newest, rules)
    enough = (k[:, split:].sum(axis=1) >= rules.minimum_failures) & (
        np.count_nonzero(k[:, split:], axis=1) >= rules.minimum_failing_days
    )
    chance = np.where(large & enough, chance_of_rise(k, n, split=split, rules=rules), 1.0)
    rate = (k[:, :split].sum(axis=1) + 0.5) / (n[:, :split].sum(axis=1) + 1)
    worst = split + np.argmax(k[:, split:] - n[:, split:] * rate[:, None], axis=1)
    kept = np.arange(k.shape[1]) != worst[:, None]
    without = chance_of_rise(k * kept, n * kept, split=split, rules=rules)
    return np.where(without <= rules.part_chance_without_worst_day, chance, 1.0)


def _is_large(k: Floats, n: Floats, split: int, start: int, rules: Detection) -> NDArray[np.bool_]:
    """Return which parts fail from `start` on beyond their rate before `split`, by the ratio and points that matter."""
    before = k[:, :split].sum(axis=1) / np.maximum(n[:, :split].sum(axis=1), 1)
    now = k[:, start:].sum(axis=1) / np.maximum(n[:, start:].sum(axis=1), 1)
    large: NDArray[np.bool_] = (now > rules.ratio * before) & (now - before > rules.points)
    return large


def sub_series(parts: Mapping[K, Parts], *, pooled: Collection[K], rules: Detection) -> dict[K, tuple[SubSeries, ...]]:
    """Return the rising parts of each integration (and of the first tries of some) that survive the false-discovery control, the clearest first.

    Args:
        parts: integration, or its first tries → the parts.
        pooled: those whose failures rose as a whole: their parts are explanations, a family of their own each;
            all parts of the others are one family, with a stricter limit.
        rules: `part_chance` is that limit, `q_value` the rate of false discoveries.
    """
    chances = {name: rising(one, rules) for name, one in parts.items()}
    alone = [name for name in parts if name not in pooled]
    families: Sequence[list[K]] = [alone, *([name] for name in parts if name in pooled)]
    found: dict[K, tuple[SubSeries, ...]] = {}
    for family in families:
        q_values = iter(adjusted([float(chance) for name in family for chance in chances[name]]))
        for name in family:
            limit = 1.0 if name in pooled else rules.part_chance
            hits = [
                _told(parts[name], row, q_value)
                for row, (chance, q_value) in enumerate(zip(chances[name], q_values, strict=False))
                if q_value <= rules.q_value and chance <= limit
            ]
            found[name] = tuple(sorted(hits, key=lambda one: (one.q_value, one.axis, one.name)))
    return found


def _told(parts: Parts, row: int, q_value: float) -> SubSeries:
    k, n, (axis, name) = parts.k[row], parts.n[row], parts.names[row]
    split = int(np.flatnonzero(parts.n.sum(axis=0) > 0)[-_RECENT])
    before, recent = (
        Rate(rate=float(k[days].sum() / max(n[days].sum(), 1)), k=int(k[days].sum()), n=int(n[days].sum()))
        for days in (slice(0, split), slice(split, None))
    )
    return SubSeries(axis=axis, name=name, baseline=before, recent=recent, q_value=q_value)
