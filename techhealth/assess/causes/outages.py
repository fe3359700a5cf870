"""Do most failures fall into a few outages, runs of time in which nearly everything failed?

Time is cut into spans of ten minutes, or of hours where the traffic is too thin for that. A run of spans is an outage
when its failures are far likelier at an outage's rate than at the rate of all other spans (a scan statistic).

Source: Kulldorff 1997 (scan statistics); the best run is found as Kadane's largest sum.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from techhealth.assess.causes.case import Case, Finding, Scope
from techhealth.assess.causes.concentration import strongest
from techhealth.assess.causes.tally import Counts, sums
from techhealth.assess.causes.weekdays import chance_of
from techhealth.assess.causes.words import briefly, count, failures
from techhealth.assess.outcomes import AUTH_CODES, BADLY_MADE, owner_of
from techhealth.assess.rates import jeffreys
from techhealth.figures import day, share
from techhealth.model import CauseKind, Kind

_MINUTES = 10
#: Fewest calls a span of ten minutes holds on average; thinner traffic is looked at by the hour.
_ENOUGH_CALLS = 2
#: Failure rate that an outage is supposed to have, and the rate elsewhere from which nothing stands out.
_OUTAGE, _HOPELESS = 0.9, 0.3
_NEARLY_ALL = 0.9
#: What lasts for more than a day is no outage that can be told by its hours, it is a level.
_LONGEST = timedelta(days=1)
#: From this chance on, others may have failed no more than usual.
_UNSURE = 0.05
#: No run crosses what was found before.
_BARRIER = 1e9
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spans:
    """Failures `k` and calls `n` of spans of `minutes` that cover the period's local days in order."""

    k: Counts
    n: Counts
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """An outage from the local time `first` up to `last`."""

    first: datetime
    last: datetime
    k: float
    n: float


def ask(scope: Scope) -> Finding | None:
    """Return the outages that hold most of the failures but little of the traffic (429s of calls left out)."""
    case, rules = scope.case, scope.case.policy.causes
    if scope.code is not None:
        return None
    spans, days = _spans(scope), case.days[scope.start :]
    cells = _runs(spans, chance=rules.outage_chance, fewest=rules.minimum_failures, rate=rules.burst_rate)
    inside, calls = (sum(values[a:b].sum() for a, b in cells) for values in (spans.k, spans.n))
    total = spans.k.sum()
    if not cells or inside <= rules.burst_share * total or calls > rules.burst_traffic * spans.n.sum():
        return None
    runs = [_run(days[0], spans, a, b) for a, b in sorted(cells)]
    if max(run.last - run.first for run in runs) > _LONGEST:
        return None
    per_day = _per_day(spans, cells, days=len(days))
    code = _code(scope, runs)
    if code in AUTH_CODES and inside < _NEARLY_ALL * calls:
        return None  # a credential is refused or it is not: a spell of more refusals than usual is chance
    if _spares_others(scope, per_day):
        return None
    return Finding(
        kind=CauseKind.BURSTS,
        key="outages",
        statement=f"{count(inside)} of {count(total)} {failures(None, case.counted)} fall "
        f"{_when(case, runs, traffic=calls / spans.n.sum(), code=code, ongoing=_ongoing(spans, cells))}",
        evidence={
            "failures_in_bursts": int(inside),
            "failures": int(total),
            "bursts": len(runs),
            "days": int(np.count_nonzero(per_day)),
            "first": _instant(case, runs[0].first),
            "last": _instant(case, runs[-1].last),
            "when": _span(case, runs[-1]),
            "ongoing": int(_ongoing(spans, cells)),
            "most_frequent": code,
            "share_of_calls": float(calls / spans.n.sum()),
            "timezone": case.timezone,
        },
        explained=np.minimum(per_day, scope.k),
        removable=np.minimum(per_day, scope.k),
        gain=_gain(scope, spans, cells),
        owner=owner_of(code, kind=case.kind, owners=case.policy.owners),
    )


def _spares_others(scope: Scope, per_day: Counts) -> bool:
    """Return whether one client version takes the failures of the days with outages, though others call and fail no more
    than on other days: what is down is down for all."""
    failed, calls = scope.case.clients.failed(None), scope.case.clients.calls()
    if failed is None or len(failed) < 2:
        return False
    down = np.concatenate([np.zeros(scope.start, dtype=bool), per_day > 0])
    others = np.arange(len(failed)) != np.argmax(failed[:, down].sum(axis=1))
    k, n = failed[others].sum(axis=0), calls[others].sum(axis=0)
    if not n[~down].any():
        return False
    due = per_day.sum() * n[down].sum() / max(calls[:, down].sum(), 1)
    usual = n[down].sum() * (k[~down].sum() + 0.5) / (n[~down].sum() + 1)
    more = chance_of(k[down].sum(), mean=usual, variation=scope.case.policy.evidence.day_variation)
    return bool(due > -math.log(scope.case.policy.causes.outage_chance) and more > _UNSURE)


def _spans(scope: Scope) -> _Spans:
    """Return spans of ten minutes where they hold enough calls, else hours."""
    case, width = scope.case, 24 * 60 // _MINUTES
    number = len(scope.n) * width
    if case.kind is Kind.API and case.minutes and scope.n.sum() >= _ENOUGH_CALLS * number:
        minutes = case.minutes.between(scope.start, len(case.days))
        cells = minutes.day * width + minutes.clock // _MINUTES
        k, n = (sums(cells, of, size=number) for of in (minutes.failed, minutes.accepted + minutes.throttled))
        return _Spans(k=k, n=n, minutes=_MINUTES)
    throttled = case.by_code.get("429") if case.kind is Kind.API else None
    failed = scope.hours if throttled is None else scope.hours - throttled[scope.start :]
    return _Spans(k=failed.ravel(), n=case.calls[scope.start :].ravel(), minutes=60)


def _gain(scope: Scope, spans: _Spans, cells: list[tuple[int, int]]) -> float:
    """Return the log likelihood that outages win over chance within the days, less the price of choosing each of them."""
    days = len(scope.n)
    inside = np.zeros(len(spans.k), dtype=bool)
    for start, end in cells:
        inside[start:end] = True
    k, n = (np.stack([of * inside, of * ~inside]).reshape(2, days, -1).sum(axis=2) for of in (spans.k, spans.n))
    price = 2 * len(cells) * math.log(len(spans.n) / days)
    return strongest(k, n, sets=np.array([[1.0, 0.0]])).gain - price


def _runs(spans: _Spans, *, chance: float, fewest: int, rate: float) -> list[tuple[int, int]]:
    """Return the outages as half-open ranges of spans, the clearest first, as long as chance makes none as clear."""
    free, found = np.ones(len(spans.k), dtype=bool), list[tuple[int, int]]()
    needed = 2 * math.log(max(int(np.count_nonzero(spans.n)), 2)) - math.log(float(chance))
    while True:
        k, n = spans.k * free, spans.n * free
        start, end, _ = _best(spans, free, level=(k.sum() + 0.5) / (n.sum() + 1))
        k_out, n_out = k.sum() - k[start:end].sum(), n.sum() - n[start:end].sum()
        start, end, gain = _best(spans, free, level=(k_out + 0.5) / (n_out + 1))
        inside, calls = spans.k[start:end].sum(), spans.n[start:end].sum()
        if gain < needed or inside < rate * calls or k_out > _HOPELESS * n_out:
            break
        free[start:end] = False
        found.append((start, end))
    return found if sum(spans.k[a:b].sum() for a, b in found) >= fewest else []


def _best(spans: _Spans, free: Chosen, *, level: float) -> tuple[int, int, float]:
    """Return the run of free spans that speaks most for an outage, and its log likelihood ratio."""
    level = min(level, _HOPELESS)
    won = spans.k * math.log(_OUTAGE / level) + (spans.n - spans.k) * math.log((1 - _OUTAGE) / (1 - level))
    total = np.concatenate([[0.0], np.cumsum(np.where(free, won, -_BARRIER))])
    lowest = np.minimum.accumulate(total)
    end = int(np.argmax(total[1:] - lowest[:-1])) + 1
    start = int(np.flatnonzero(total[:end] == lowest[end - 1])[-1])
    failing = np.flatnonzero(spans.k[start:end])
    gain = float(total[end] - total[start])
    return (start + int(failing[0]), start + int(failing[-1]) + 1, gain) if len(failing) else (start, end, 0.0)


def _run(first_day: date, spans: _Spans, start: int, end: int) -> _Run:
    """Return an outage with its local times."""
    midnight = datetime.combine(first_day, time())
    first, last = (midnight + timedelta(minutes=edge * spans.minutes) for edge in (start, end))
    return _Run(first=first, last=last, k=float(spans.k[start:end].sum()), n=float(spans.n[start:end].sum()))


def _per_day(spans: _Spans, cells: list[tuple[int, int]], *, days: int) -> Counts:
    """Return the failures inside outages by day."""
    inside = np.zeros_like(spans.k)
    for start, end in cells:
        inside[start:end] = spans.k[start:end]
    total: Counts = inside.reshape(days, -1).sum(axis=1)
    return total


def _ongoing(spans: _Spans, cells: list[tuple[int, int]]) -> bool:
    """Return whether what came after the last outage, if anything, is not surely better than it was."""
    start, end = max(cells)
    least, most = (jeffreys(spans.k[of].sum(), spans.n[of].sum()) for of in (slice(start, end), slice(end, None)))
    return most[1] >= least[0]


def _code(scope: Scope, runs: list[_Run]) -> str:
    """Return the most frequent error code inside outages, by the hour."""
    case = scope.case
    midnight = datetime.combine(case.days[0], time())
    found = Counter[str]()
    for run in runs:
        start, end = ((edge - midnight) / timedelta(hours=1) for edge in (run.first, run.last))
        for code, grid in case.by_code.items():
            if case.kind is not Kind.API or code != "429":
                found[code] += int(grid.ravel()[int(start) : math.ceil(end)].sum())
    return found.most_common(1)[0][0]


def _when(case: Case, runs: list[_Run], *, traffic: float, code: str, ongoing: bool) -> str:
    """Return when the outages were, how much failed in them and what that is consistent with."""
    k, n = sum(run.k for run in runs), sum(run.n for run in runs)
    much = "nearly all" if k >= _NEARLY_ALL * n else f"{share(k / n)} of"
    how = f"when {much} {case.counted.many} failed, mostly {briefly(code, case.kind)}"
    if len(runs) > 1:
        days = len({run.first.date() for run in runs})
        on = f"on {day(runs[0].first.date())}" if days == 1 else f"on {days} days"
        return (
            f"in {len(runs)} short spans {on}, the last on {_span(case, runs[-1])}, with {share(traffic)} of "
            f"{case.counted.many}, {how}; consistent with {'bad requests of these times' if code in BADLY_MADE else 'short outages'}"
        )
    end = "consistent with an outage that had not ended with the log" if ongoing else "consistent with one outage"
    if code in AUTH_CODES and not ongoing:
        end = "consistent with a credential that was renewed afterwards"
    return f"{_within(case, runs[0])}, {how}; {end}"


def _within(case: Case, run: _Run) -> str:
    """Return the span of one outage, with its length."""
    hours = (run.last - run.first) / timedelta(hours=1)
    whole = hours == int(hours) and hours < len(_NUMBERS)
    long = f"{_NUMBERS[int(hours)]} hour{'s' if hours > 1 else ''}" if whole else ""
    return f"in {long} of {_span(case, run)}" if long else f"on {_span(case, run)}"


def _span(case: Case, run: _Run) -> str:
    """Return the local times of an outage, its day named once."""
    first, last = run.first, run.last
    same = (last - timedelta(minutes=1)).date() == first.date()
    until = f"{last:%H:%M}" if same else f"{day(last.date())}, {last:%H:%M}"
    return f"{day(first.date())}, {first:%H:%M}{'–' if same else ' – '}{until} {case.timezone}"


def _instant(case: Case, local: datetime) -> str:
    """Return a local time as an instant in UTC."""
    return f"{local.replace(tzinfo=ZoneInfo(case.timezone)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
