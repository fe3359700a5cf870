"""A rollup as it grew: cut at the end of one day after the other without looking at every row each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from techhealth.assess.facts import all_days, days_of
from techhealth.model import Days
from techhealth.usage.rollup import Rollup


@dataclass(frozen=True, slots=True, kw_only=True)
class Growing:
    """The tables of a rollup in the order of the days of which their rows speak.

    Attributes:
        rollup: without a receipt.
        known_on: table → day of each row, in order.
        days: first to last day with data, None without any.
    """

    rollup: Rollup
    known_on: Mapping[str, NDArray[np.datetime64]]
    days: Days | None

    @classmethod
    def of(cls, rollup: Rollup) -> Self:
        """Return a rollup made ready."""
        tables, known_on = {}, {}
        for name, day in days_of(rollup).items():
            table = getattr(rollup, name)
            days = table.select(day.alias("day"))["day"]
            order = days.arg_sort()
            tables[name] = table[order] if len(table) else table
            known_on[name] = days.gather(order).to_numpy().astype("datetime64[D]")
        return cls(rollup=replace(rollup, **tables), known_on=known_on, days=all_days(rollup))

    def until(self, last: date) -> Rollup:
        """Return what `facts.as_of` returns, in another order of rows."""
        if self.days is None or self.days.last <= last:
            return self.rollup
        end = np.datetime64(last, "D")
        past = replace(self.rollup, undated=self.rollup.undated.clear())
        tables = {
            name: getattr(past, name).head(int(days.searchsorted(end, "right"))) for name, days in self.known_on.items()
        }
        return replace(past, **tables)
