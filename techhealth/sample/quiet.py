"""A month of the worked example before its trouble: other months of Acme Corp."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from techhealth.sample.acme import DATA, EVENTS, JANUARY, REPORTS, SALESFORCE, SLACK
from techhealth.sample.draws import split_by
from techhealth.sample.scale import over
from techhealth.sample.story import Calls, Deliveries, Latency, RateLimit, Story, weeks_of

#: Half as slow as in January, in the same shape.
_LATENCY = Latency(mean_ms=600, p50_ms=445, p95_ms=1200, p99_ms=2900)


def quiet_month(first: date, last: date) -> Story:
    """Return a month in which Reports fails for 2.1 % of calls throughout and no limit is hit.

    The other integrations go on as in January; failures of Reports have January's first week's mix, with 401 on 0.5 %.
    """
    weeks = weeks_of((last - first).days + 1)
    return replace(
        JANUARY, first=first, last=last,
        apis=(*(_background(api, weeks) for api in (SALESFORCE, SLACK, DATA)), _reports(weeks)),
        webhooks=(_events(weeks),),
    )  # fmt: skip


def _over(counts: tuple[int, ...], weeks: tuple[int, ...]) -> tuple[int, ...]:
    return over(counts, weeks, days=JANUARY.days)


def _background(api: Calls, weeks: tuple[int, ...]) -> Calls:
    return replace(api, calls=_over(api.calls, weeks), background=_over(api.background, weeks))


def _reports(weeks: tuple[int, ...]) -> Calls:
    calm = JANUARY.weeks[0]
    steady = {status: over(counts[:1], weeks, days=calm) for status, counts in REPORTS.steady.items()}
    january = REPORTS.large
    assert january is not None
    failures = tuple(round(0.9 * count) for count in steady[january.status])
    large = replace(january, calls=sum(_over((january.calls,), weeks)), failures=failures)
    return replace(
        REPORTS, calls=_over(REPORTS.calls, weeks), latency=_LATENCY, steady=steady, limit=RateLimit(), large=large,
        weekday_failures={401: over(REPORTS.weekday_failures[401][:1], weeks, days=calm)},
    )  # fmt: skip


def _events(weeks: tuple[int, ...]) -> Deliveries:
    hours = EVENTS.hours
    assert hours is not None
    failures = _over(EVENTS.failures, weeks)
    return replace(
        EVENTS, deliveries=_over(EVENTS.deliveries, weeks), failures=failures,
        reasons=split_by(EVENTS.reasons, sum(failures)),
        hours=replace(hours, failures=_over(hours.failures, weeks), quiet_days=tuple(1 for _ in weeks)),
    )  # fmt: skip
