"""What failed before an issue began and since: counted from its hour where that is known, else from its first day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from techhealth.assess.beginning import HOURS, hour_of
from techhealth.assess.causes.evidence import Evidence
from techhealth.assess.causes.tally import Counts
from techhealth.assess.outcomes import UNSAID
from techhealth.figures import day, moment
from techhealth.model import Beginning, Onset
from techhealth.usage.local import midnight

#: Days before an onset by which is told what grew with it.
_DAYS_BEFORE = 7


@dataclass(frozen=True, kw_only=True)
class Since:
    """Failures and calls before and since an onset.

    Attributes:
        onset: the day.
        evidence: of the failures in question; of days after the `last` one nothing is looked at.
        last: the day as of which is counted.
    """

    onset: Onset
    evidence: Evidence
    last: date

    @property
    def beginning(self) -> Beginning | None:
        """The hour as an instant, and the code that grew most with it; None where no hour can be told."""
        if self._hour is None:
            return None
        on, hour = divmod(self._hour, HOURS)
        local, zone = self.evidence.days.first + timedelta(days=on), ZoneInfo(self.evidence.timezone)
        return Beginning(at=midnight(local, zone, hour=hour), code=self._code())

    @property
    def said(self) -> str:
        """The hour in words, else the day."""
        known = self.beginning
        return moment(known.at, ZoneInfo(self.evidence.timezone)) if known else day(self.onset.on)

    @property
    def before(self) -> tuple[int, int]:
        """Failures and calls before."""
        return self._sums(slice(None, self._start))

    def after(self, first: date | None = None) -> tuple[int, int]:
        """Return failures and calls since, or since the `first` day where that is later."""
        days = self._index(first) if first else 0
        return self._sums(slice(max(self._start, HOURS * days), None))

    @cached_property
    def _grids(self) -> tuple[Counts, Counts]:
        """Failures and calls, a row a day."""
        calls = self.evidence.calls[: self._index(self.last) + 1]
        return sum((grid[: len(calls)] for grid in self.evidence.by_code.values()), np.zeros_like(calls)), calls

    @cached_property
    def _hour(self) -> int | None:
        earliest, latest = self._index(self.onset.earliest), self._index(self.onset.latest)
        return hour_of(*self._grids, earliest=earliest, latest=latest)

    @property
    def _start(self) -> int:
        """The hour, else the first of the day."""
        return HOURS * self._index(self.onset.on) if self._hour is None else self._hour

    def _index(self, on: date) -> int:
        return (on - self.evidence.days.first).days

    def _sums(self, part: slice) -> tuple[int, int]:
        k, n = (int(grid.ravel()[part].sum()) for grid in self._grids)
        return k, n

    def _code(self) -> str | None:
        """Return the code or reason with the most failures beyond what the days before would have given, None where none is said."""
        start, end = self._start, self._grids[1].size
        before, after = slice(max(0, start - HOURS * _DAYS_BEFORE), start), slice(start, min(end, start + HOURS))
        calls = self._grids[1].ravel()
        growth = calls[after].sum() / max(calls[before].sum(), 1)
        more = {
            code: float(grid.ravel()[after].sum() - grid.ravel()[before].sum() * growth)
            for code, grid in sorted(self.evidence.by_code.items())
            if code not in UNSAID
        }
        return max(more, key=lambda code: more[code], default=None)
