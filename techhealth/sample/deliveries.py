"""One webhook integration's story → its deliveries."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from techhealth.sample.draws import Draws, Ints
from techhealth.sample.spread import DAY_MS, instants, level, weekly, weekly_above
from techhealth.sample.story import HOURS_OF_DAY, BadHours, Deliveries, Story


def deliveries_of(webhook: Deliveries, story: Story) -> pl.DataFrame:
    """Return the deliveries of one integration, unsorted.

    Columns: at_ms (Int64, milliseconds since 1970), integration, event_type, url, status (delivered or failed),
    reason (of a failure, else null), attempt (Int64).
    """
    draws = Draws(story.seed, f"{webhook.name}/{story.first}")
    hours = webhook.hours
    parts = _all_hours(webhook, story, draws) if hours is None else _bad_hours(webhook, hours, story, draws)
    day = np.concatenate([part[0] for part in parts])
    ms = np.concatenate([part[1] for part in parts])
    failed = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    reasons = draws.dealt(tuple(webhook.reasons.values()) or (1,), int(failed.sum()))
    events = draws.dealt(tuple(webhook.event_types.values()), len(day))
    urls = draws.dealt((1,) * len(webhook.urls), len(day))
    reason = np.full(len(day), -1)
    reason[failed] = reasons
    start = (story.first - date(1970, 1, 1)).days
    return pl.DataFrame({"at_ms": (day + start) * DAY_MS + ms, "failed": failed, "reason": reason}).select(
        "at_ms", integration=pl.lit(webhook.name),
        event_type=pl.Series(list(webhook.event_types), dtype=pl.String).gather(events),
        url=pl.Series(webhook.urls, dtype=pl.String).gather(urls),
        status=pl.when("failed").then(pl.lit("failed")).otherwise(pl.lit("delivered")),
        reason=pl.col("reason").replace_strict(
            dict(enumerate(webhook.reasons)), default=None, return_dtype=pl.String),
        attempt=pl.lit(1, dtype=pl.Int64),
    )  # fmt: skip


_Part = tuple[Ints, Ints, bool]  # day, millisecond of the day, failed


def _all_hours(webhook: Deliveries, story: Story, draws: Draws) -> list[_Part]:
    failed = weekly(webhook.failures, story.weeks, phase=2)
    good = weekly_above(webhook.deliveries, story.weeks, failed) - failed
    return [(*instants(failed, draws), True), (*instants(good, draws), False)]


def _bad_hours(webhook: Deliveries, hours: BadHours, story: Story, draws: Draws) -> list[_Part]:
    """Return deliveries inside and outside the bad hours, failed and not."""
    failed_in = clustered(hours, story)
    elsewhere = tuple(every - inside for every, inside in zip(webhook.failures, hours.failures, strict=True))
    failed_out = weekly(elsewhere, story.weeks, phase=4)
    inside = np.maximum(level(round(hours.share * sum(webhook.deliveries)), story.days), failed_in)
    good_out = weekly_above(webhook.deliveries, story.weeks, inside + failed_out) - inside - failed_out
    within = [float(hours.first <= hour < hours.last) for hour in range(24)]
    without = [weight * (1 - mask) for weight, mask in zip(HOURS_OF_DAY, within, strict=True)]
    return [
        (*instants(failed_in, draws, hours=within), True),
        (*instants(failed_out, draws, hours=without), True),
        (*instants(inside - failed_in, draws, hours=within), False),
        (*instants(good_out, draws, hours=without), False),
    ]


def clustered(hours: BadHours, story: Story) -> Ints:
    """Return failures in the bad hours per day, none on a few days of each week."""
    counts = np.zeros(story.days, dtype=np.int64)
    start = 0
    for week, (count, quiet, length) in enumerate(zip(hours.failures, hours.quiet_days, story.weeks, strict=True)):
        idle = {(3 * week + 4 * number + 1) % length for number in range(quiet)}
        busy = np.asarray([day for day in range(length) if day not in idle])
        counts[start + busy] = level(count, len(busy), phase=week)
        start += length
    return counts
