"""A story told over other numbers of rows or days, with its rates kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from techhealth.errors import UsageError
from techhealth.sample.draws import split, split_by
from techhealth.sample.spread import level
from techhealth.sample.story import Calls, Deliveries, LargeRequests, RateLimit, Story

#: Under so many burst minutes no limit can be read from a log, so that none is planted.
_FEWEST_BURSTS = 5
#: Copies of a burst lie this many minutes apart: prime to the day, so that they cover its hours and none repeats.
_BURST_STEP = 67
_DAY_MINUTES = 1440


def scaled(story: Story, rows: int) -> Story:
    """Return the story over exactly `rows` rows: rates, limit and sizes stay, burst minutes become more or fewer.

    Raises:
        UsageError: if there would be fewer rows than integrations and weeks.
    """
    cells = [n for api in story.apis for n in api.calls] + [n for webhook in story.webhooks for n in webhook.deliveries]
    if rows < 10 * len(cells):
        raise UsageError(f"a sample of this story has at least {10 * len(cells)} rows, not {rows}; ask for more.")
    shares, factor = iter(split(rows, cells)), rows / sum(cells)
    return replace(
        story,
        apis=tuple(_calls(api, tuple(islice(shares, len(api.calls))), factor) for api in story.apis),
        webhooks=tuple(_deliveries(one, tuple(islice(shares, len(one.deliveries))), factor) for one in story.webhooks),
    )


def over(counts: Sequence[int], weeks: Sequence[int], *, days: int) -> tuple[int, ...]:
    """Return weekly counts of another period at the daily mean of the given ones, which cover `days`.

    Examples:
        >>> over((8, 7, 7, 7), (10, 7, 7, 7), days=29)
        (10, 7, 7, 7)
    """
    return split(round(sum(counts) * sum(weeks) / days), weeks)


def _times(counts: Sequence[int], factor: float) -> tuple[int, ...]:
    return tuple(round(count * factor) for count in counts)


def _capped(counts: Sequence[int], factor: float, most: Sequence[int]) -> tuple[int, ...]:
    """Return counts times a factor, none above the most there may be."""
    return tuple(map(min, _times(counts, factor), most))


def _calls(api: Calls, calls: tuple[int, ...], factor: float) -> Calls:
    steady = {status: _times(counts, factor) for status, counts in api.steady.items()}
    return replace(
        api, calls=calls, steady=steady, background=_times(api.background, factor),
        weekday_failures={status: _times(counts, factor) for status, counts in api.weekday_failures.items()},
        limit=_limit(api.limit, factor), large=api.large and _large(api.large, steady[api.large.status], factor),
    )  # fmt: skip


def _large(large: LargeRequests, failures: tuple[int, ...], factor: float) -> LargeRequests:
    above = _capped(large.failures, factor, failures)
    return replace(large, calls=max(round(large.calls * factor), sum(above)), failures=above)


def _limit(limit: RateLimit, factor: float) -> RateLimit:
    """Return the limit with more or fewer burst minutes; copies of a burst stay on its day."""
    wanted = round(len(limit.bursts) * factor)
    if wanted < _FEWEST_BURSTS:
        return RateLimit()
    taken: set[tuple[date, int]] = set()
    bursts = []
    copies = level(wanted, len(limit.bursts), phase=len(limit.bursts) // 2).tolist()
    for burst, count in zip(limit.bursts, copies, strict=True):
        minute = burst.minute
        for _ in range(count):
            while (burst.on, minute) in taken:
                minute = (minute + _BURST_STEP) % _DAY_MINUTES
            taken.add((burst.on, minute))
            bursts.append(replace(burst, minute=minute))
    return replace(limit, bursts=tuple(bursts))


def _deliveries(webhook: Deliveries, deliveries: tuple[int, ...], factor: float) -> Deliveries:
    failures, hours = _times(webhook.failures, factor), webhook.hours
    return replace(
        webhook, deliveries=deliveries, failures=failures, reasons=split_by(webhook.reasons, sum(failures)),
        hours=hours and replace(hours, failures=_capped(hours.failures, factor, failures)),
    )  # fmt: skip
