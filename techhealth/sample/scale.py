"""A story told over other numbers of rows or days, with its rates kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from techhealth.errors import UsageError
from techhealth.sample.draws import split, split_by
from techhealth.sample.spread import level
from techhealth.sample.story import BadHours, Calls, Deliveries, LargeRequests, RateLimit, Story

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
    cells = [count for part in _parts(story) for count in _counts(part)]
    if rows < 10 * len(cells):
        raise UsageError(f"a sample of this story has at least {10 * len(cells)} rows, not {rows}; ask for more.")
    shares = iter(split(rows, cells))
    factor = rows / sum(cells)
    return replace(
        story,
        apis=tuple(_calls(api, tuple(next(shares) for _ in api.calls), factor) for api in story.apis),
        webhooks=tuple(
            _deliveries(webhook, tuple(next(shares) for _ in webhook.deliveries), factor) for webhook in story.webhooks
        ),
    )


def over(counts: Sequence[int], weeks: Sequence[int], *, days: int) -> tuple[int, ...]:
    """Return weekly counts of another period at the daily mean of the given ones, which cover `days`.

    Examples:
        >>> over((8, 7, 7, 7), (10, 7, 7, 7), days=29)
        (10, 7, 7, 7)
    """
    return split(round(sum(counts) * sum(weeks) / days), weeks)


def _parts(story: Story) -> tuple[Calls | Deliveries, ...]:
    return (*story.apis, *story.webhooks)


def _counts(part: Calls | Deliveries) -> tuple[int, ...]:
    return part.calls if isinstance(part, Calls) else part.deliveries


def _times(counts: Sequence[int], factor: float) -> tuple[int, ...]:
    return tuple(round(count * factor) for count in counts)


def _calls(api: Calls, calls: tuple[int, ...], factor: float) -> Calls:
    steady = {status: _times(counts, factor) for status, counts in api.steady.items()}
    return replace(
        api, calls=calls, steady=steady, background=_times(api.background, factor),
        weekday_failures={status: _times(counts, factor) for status, counts in api.weekday_failures.items()},
        limit=_limit(api.limit, factor),
        large=api.large and _large(api.large, steady[api.large.status], factor),
    )  # fmt: skip


def _large(large: LargeRequests, failures: tuple[int, ...], factor: float) -> LargeRequests:
    above = tuple(min(pair) for pair in zip(_times(large.failures, factor), failures, strict=True))
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
    failures = _times(webhook.failures, factor)
    return replace(
        webhook, deliveries=deliveries, failures=failures, reasons=split_by(webhook.reasons, sum(failures)),
        hours=webhook.hours and _hours(webhook.hours, failures, factor),
    )  # fmt: skip


def _hours(hours: BadHours, failures: tuple[int, ...], factor: float) -> BadHours:
    inside = tuple(min(pair) for pair in zip(_times(hours.failures, factor), failures, strict=True))
    return replace(hours, failures=inside)
