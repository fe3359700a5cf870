"""One API integration's story → how many calls of each kind happen on each day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from techhealth.errors import UsageError
from techhealth.sample.draws import Draws, Ints
from techhealth.sample.spread import level, varied, weekly, weekly_above
from techhealth.sample.story import WEEKDAYS, Calls, LargeRequests, Story

#: Status of a call that succeeds, until its endpoint says which good status it answers with.
OK = 200


class Counts(NamedTuple):
    """Calls of one status and size class, per day."""

    status: int
    large: bool
    per_day: Ints


def per_day(api: Calls, story: Story, draws: Draws) -> list[Counts]:
    """Return the calls of each day outside the burst minutes, by status and size class.

    Raises:
        UsageError: if a week has fewer calls than are planted in it.
    """
    failed = _failed_per_day(api, story, draws)
    planted = _total(failed, story)
    for burst in api.limit.bursts:
        planted[(burst.on - story.first).days] += burst.rejected + api.limit.per_minute
    large_failed = _total((count for count in failed if count.large), story)
    large_ok = weekly_above((api.large.calls if api.large else 0,), (story.days,), large_failed) - large_failed
    good = weekly_above(api.calls, story.weeks, planted + large_ok) - planted - large_ok
    return [*failed, Counts(OK, True, large_ok), Counts(OK, False, good)]


def _total(counts: Iterable[Counts], story: Story) -> Ints:
    return sum((count.per_day for count in counts), np.zeros(story.days, dtype=np.int64))


def _failed_per_day(api: Calls, story: Story, draws: Draws) -> list[Counts]:
    counts = []
    for index, (status, failures) in enumerate(api.steady.items()):
        if api.large and status == api.large.status:
            counts += _by_size(status, failures, api.large, story)
        else:
            counts.append(Counts(status, False, weekly(failures, story.weeks, phase=2 * index + 1)))
    for status, failures in api.weekday_failures.items():
        counts.append(Counts(status, False, _on_weekday(failures, api.weekday, story)))
    if api.background:
        total = varied(api.background, story.weeks, draws)
        codes = draws.dealt(tuple(api.background_mix.values()), int(total.sum()))
        days = np.repeat(np.arange(story.days), total)
        for index, status in enumerate(api.background_mix):
            counts.append(Counts(status, False, np.bincount(days[codes == index], minlength=story.days)))
    return counts


def _by_size(status: int, failures: tuple[int, ...], large: LargeRequests, story: Story) -> list[Counts]:
    """Return the failures that size explains, and the rest."""
    every = weekly(failures, story.weeks)
    days = np.repeat(np.arange(story.days), every)
    is_below = [level(count - above, max(count, 1)) for count, above in zip(failures, large.failures, strict=True)]
    below = np.bincount(days[np.concatenate(is_below)[: len(days)] > 0], minlength=story.days)
    return [Counts(status, True, every - below), Counts(status, False, below)]


def _on_weekday(failures: tuple[int, ...], weekday: int, story: Story) -> Ints:
    """Return counts per day, each week's on its days with that weekday."""
    counts = np.zeros(story.days, dtype=np.int64)
    for count, days in zip(failures, story.days_on(weekday), strict=True):
        if count and not days:
            raise UsageError(f"a week of the sample has no {WEEKDAYS[weekday]}; ask for a whole month.")
        for day, part in zip(days, level(count, max(len(days), 1)), strict=False):
            counts[(day - story.first).days] = part
    return counts
