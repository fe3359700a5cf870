"""How something gets worse: from when, how fast, how far; and what it is to be measured by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from techhealth.sample.draws import Floats, Ints
from techhealth.sample.families.log import DAY_MS, HOUR_MS, Log, Mask

_WORST = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A level that climbs from an onset to a peak, and stays there.

    Attributes:
        onset_ms: milliseconds since the period's first midnight.
        days_to_peak: 0 for a sudden change.
        peak: what is added in the end (a share of calls; for latencies and volumes a factor).
        bend: 1 climbs straight, more than 1 begins slowly.
        luck: factors of the days, one a day.
    """

    onset_ms: int
    days_to_peak: float
    peak: float
    bend: float
    luck: Floats

    def climbed(self, ms: Ints) -> Floats:
        """Return how far the change has come at some instants, 0 to 1."""
        since = (ms - self.onset_ms) / DAY_MS
        if self.days_to_peak == 0:
            return np.where(since >= 0, 1.0, 0.0)
        return np.asarray(np.clip(since / self.days_to_peak, 0.0, 1.0) ** self.bend)

    def rate(self, log: Log) -> Floats:
        """Return the share of calls that the change makes fail, at each call of a log."""
        return np.asarray(np.clip(self.peak * self.climbed(log.ms) * self.luck[log.day], 0.0, _WORST))

    def within(self, log: Log, slice_: Mask) -> Floats:
        """Return the same where all that fails is in one slice of the calls."""
        share = max(float(slice_.mean()), 1e-9)
        return np.asarray(np.where(slice_, np.clip(self.rate(log) / share, 0.0, _WORST), 0.0))

    def daily(self) -> Floats:
        """Return the mean of `climbed` over each day."""
        hours = np.arange(len(self.luck) * 24) * HOUR_MS + HOUR_MS // 2
        return np.asarray(self.climbed(hours).reshape(-1, 24).mean(axis=1))
