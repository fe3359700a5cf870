"""The five components of an integration's score, its interval, and the customer's score.

Every rule is piecewise linear and monotone, so that the ends of a rate's interval map to the ends of a score's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from techhealth.assess.facts import Facts
from techhealth.assess.latency import distribution, sla_of
from techhealth.assess.rates import Counts, dispersion, jeffreys, mean_rate, weekly_slope
from techhealth.figures import day, milliseconds, percent
from techhealth.model import ComponentScore, Days, Interval, Kind, State
from techhealth.policy import Knots, Policy, Rules

#: Component → what it is called in front of people, in the order of the requirement.
COMPONENTS = {
    "success": "API success rate",
    "latency": "Latency",
    "trend": "Error trend",
    "webhook": "Webhook reliability",
    "auth": "Authentication",
}


#: What went well, in words.
_WENT_WELL = {Kind.API: "calls succeeded", Kind.WEBHOOK: "deliveries arrived"}
#: Points that a component loses to the doubt of few counts, from which on its reason says so.
_TOLD = 5.0
#: A rise of which less is left without its worst day is told with that.
_MOST_OF_IT = 0.75
#: The part of its traffic that a score of an integration has to speak of, and the one from which on it is sure.
_MOST, _NEARLY_ALL = 0.5, 0.9
#: Points a week from which on a trend is one.
_SLOWEST = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component's score 0-100 with the half width of its interval; `counts` names the counts it comes from."""

    name: str
    weight: float
    score: float
    half_width: float
    counts: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The score of one integration, None with the state that says why; `capped` points went to a cap."""

    name: str
    state: State
    value: float | None
    interval: Interval | None
    components: tuple[Component, ...]
    capped: float = 0.0


def rule(knots: Knots, x: float) -> float:
    """Return the score of a measured value: linear between the knots, clamped beyond them.

    Examples:
        >>> rule(((0.5, 100.0), (1.0, 50.0), (1.25, 0.0)), 1.2)
        10.0
    """
    xs, ys = zip(*knots, strict=True)
    return round(float(np.interp(x, xs, ys)), 9)


def score_integration(facts: Facts, window: Days, policy: Policy) -> Scored:
    """Return the score of one integration over the current window (the trend alone looks further back)."""
    part = facts.between(window)
    n = int(facts.known[part].sum())
    if not facts.calls[part].any():
        unseen = State.SILENT if facts.calls.any() else State.NO_DATA
        return Scored(name=facts.name, state=unseen, value=None, interval=None, components=())
    if n < policy.evidence.show_rate or _hidden(facts, policy):
        return Scored(name=facts.name, state=State.NOT_ENOUGH_DATA, value=None, interval=None, components=())
    parts = tuple(part for part in _components(facts, window, policy) if part is not None)
    empty = Scored(name=facts.name, state=State.SCORED, value=None, interval=None, components=())
    found = with_parts(empty, parts)
    if found.interval is None:
        return replace(found, state=State.NOT_ENOUGH_DATA)  # nothing that the policy weighs was measured
    low, high = found.interval
    unsure = n < policy.evidence.grade_rate or high - low > policy.evidence.wide_interval
    found = replace(found, state=State.LOW_CONFIDENCE) if unsure else found
    found = _capped(found, policy.rules, rate=1 - int(facts.failures[part].sum()) / n)
    streams = facts.streams.values()
    known = sum(int(one.known[part].sum()) for one in streams)
    return of_a_part(found, known / sum(int(one.calls[part].sum()) for one in streams))


def of_a_part(one: Scored, told: float) -> Scored:
    """Return the score of an integration of whose traffic only a part is told of: it speaks of no more than that, so it is
    unsure, and none where most calls stay away or ended nobody knows how; its components still tell what fails of the rest."""
    if told < _MOST:
        return replace(one, state=State.NOT_ENOUGH_DATA, value=None, interval=None, capped=0.0)
    return replace(one, state=State.LOW_CONFIDENCE) if told < _NEARLY_ALL and one.value is not None else one


def _hidden(facts: Facts, policy: Policy) -> bool:
    """Return whether so many failures have no readable time that they alone miss the target: no window shows them."""
    failures, known = facts.undated_failures, facts.undated_known + int(facts.known.sum())
    return failures >= policy.detection.minimum_failures and failures > (1 - policy.targets.success) * known


def _capped(one: Scored, rules: Rules, *, rate: float) -> Scored:
    """Return the score that a broken integration may have at most: the worse its rate, the less, down to nothing."""
    most = rules.broken_cap * rate / rules.broken_below
    if rate >= rules.broken_below or one.value is None or one.interval is None or one.value <= most:
        return one
    low, high = one.interval
    return replace(one, value=most, interval=(min(low, most), min(high, most)), capped=one.value - most)


def with_parts(one: Scored, parts: tuple[Component, ...]) -> Scored:
    """Return an integration's score made of these components, its state unchanged; where none has weight it stays as it is."""
    total = sum(part.weight for part in parts)
    if not total:
        return one
    value = min(100.0, sum(part.weight * part.score for part in parts) / total)  # sums of weights round
    half = _combined(parts) / total
    return replace(one, value=value, interval=(max(0.0, value - half), min(100.0, value + half)), components=parts)


def overall(scored: Iterable[Scored]) -> tuple[float, Interval] | None:
    """Return the plain mean of the integrations' scores with its interval, None when none has a score."""
    known = [(one.value, one.interval) for one in scored if one.value is not None and one.interval is not None]
    if not known:
        return None
    value = sum(value for value, _ in known) / len(known)
    half = math.sqrt(sum(((high - low) / 2) ** 2 for _, (low, high) in known)) / len(known)
    return value, (max(0.0, value - half), min(100.0, value + half))


def integration_components(one: Scored, *, scored_count: int) -> tuple[ComponentScore, ...]:
    """Return an integration's components with the points each takes from the customer's score; those without data
    come with weight 0 and no score."""
    total = sum(part.weight for part in one.components) or 1.0
    parts = {part.name: part for part in one.components}
    counted = parts if one.value is not None else {}
    return tuple(
        ComponentScore(
            name=COMPONENTS[key],
            weight=parts[key].weight / total if key in parts else 0.0,
            score=parts[key].score if key in parts else None,
            points_lost=parts[key].weight / total * (100 - parts[key].score) / scored_count if key in counted else 0.0,
            why=parts[key].why if key in parts else "no data for this component",
        )
        for key in COMPONENTS
    )


def overall_components(of_integrations: Mapping[str, Sequence[ComponentScore]]) -> tuple[ComponentScore, ...]:
    """Return the customer's components from those of each scored integration: weights averaged, points lost summed."""
    found = []
    for column in zip(*of_integrations.values(), strict=True):
        weight = sum(part.weight for part in column) / len(column)
        lost = sum(part.points_lost for part in column)
        found.append(
            ComponentScore(
                name=column[0].name,
                weight=weight,
                score=100 - lost / weight if weight else None,
                points_lost=lost,
                why=_most(dict(zip(of_integrations, column, strict=True))),
            )
        )
    return tuple(found)


def _most(parts: Mapping[str, ComponentScore]) -> str:
    """Return where most points of a component went."""
    name, worst = max(parts.items(), key=lambda item: item[1].points_lost)
    judged = sum(part.score is not None for part in parts.values())
    if judged == 0 or len(parts) == 1:
        return worst.why
    return (
        f"most at {name}: {worst.why}"
        if worst.points_lost
        else f"nothing lost at {judged} of {len(parts)} integrations"
    )


def _combined(parts: Sequence[Component]) -> float:
    """Return the weighted half width; components from the same counts move together, others independently."""
    by_counts: dict[str, float] = {}
    for part in parts:
        by_counts[part.counts] = by_counts.get(part.counts, 0.0) + part.weight * part.half_width
    return math.sqrt(sum(width**2 for width in by_counts.values()))


def _components(facts: Facts, window: Days, policy: Policy) -> tuple[Component | None, ...]:
    return (
        _success(facts, window, policy),
        _latency(facts, window, policy),
        _trend(facts, policy),
        _webhook(facts, window, policy),
        _auth(facts, window, policy),
    )


def _rate_component(
    name: str, facts: Facts, kind: Kind, window: Days, *, weight: float, policy: Policy
) -> Component:  # fmt: skip
    """Return a component whose score rises with the share of calls that succeed, or of deliveries that arrive."""
    part, stream = facts.between(window), facts.stream(kind)
    knots = delivery_knots(policy) if kind is Kind.WEBHOOK else policy.rules.success
    n = int(stream.known[part].sum())
    k = n - int(stream.failures[part].sum())
    low, high = jeffreys(k, n, phi=dispersion(stream.failures, stream.known))
    score = rule(knots, mean_rate(k, n))
    unsure = rule(knots, k / n) - score >= _TOLD
    return Component(
        name=name,
        weight=weight,
        score=score,
        half_width=(rule(knots, high) - rule(knots, low)) / 2,
        counts="outcomes" if kind is Kind.API else "deliveries",
        why=f"{k:,} of {n:,} {_WENT_WELL[kind]} ({percent(k / n)})"
        + (f"; so few are scored as {percent(mean_rate(k, n))}" if unsure else ""),
    )


def delivery_knots(policy: Policy) -> Knots:
    """Return the rule of deliveries: that of calls, but for their target, from which on nothing is lost.

    Examples:
        >>> delivery_knots(Policy())[-2:]
        ((0.98, 65.0), (0.99, 100.0))
    """
    target = policy.targets.delivery
    below = tuple((rate, score) for rate, score in policy.rules.success if rate < target)
    return (*(below or ((0.0, 0.0),)), (target, 100.0))


def _success(facts: Facts, window: Days, policy: Policy) -> Component | None:
    if facts.kind is not Kind.API:
        return None
    return _rate_component("success", facts, Kind.API, window, weight=policy.weights.success, policy=policy)


def _webhook(facts: Facts, window: Days, policy: Policy) -> Component | None:
    """Return how many deliveries arrive; of an integration that has nothing else this is its success rate as well."""
    weight = policy.weights.webhook + (policy.weights.success if facts.kind is Kind.WEBHOOK else 0.0)
    if facts.stream(Kind.WEBHOOK).known[facts.between(window)].sum() < policy.evidence.show_rate:
        return None
    return _rate_component("webhook", facts, Kind.WEBHOOK, window, weight=weight, policy=policy)


def _latency(facts: Facts, window: Days, policy: Policy) -> Component | None:
    seen = distribution(facts, window)
    if seen.n < policy.evidence.p95_calls:
        return None
    sla, source = sla_of(facts.name, policy)
    low, high = seen.quantile_interval(0.95)
    knots, p95 = policy.rules.latency, seen.quantile(0.95)
    return Component(
        name="latency",
        weight=policy.weights.latency,
        score=rule(knots, p95 / sla),
        half_width=(rule(knots, low / sla) - rule(knots, high / sla)) / 2,
        counts="latency",
        why=f"p95 {milliseconds(p95)} against an SLA of {milliseconds(sla)}{'' if source == 'policy' else ' (assumed)'}",
    )


def _trend(facts: Facts, policy: Policy) -> Component | None:
    k, n = (series[-policy.windows.trend_days :] for series in (facts.failures, facts.known))
    active = np.flatnonzero(n > 0)
    if len(active) == 0 or len(n) - active[0] < policy.windows.minimum_trend_days:
        return None
    slope, error = weekly_slope(k, n)
    z2 = (slope / error) ** 2 if error > 0 else math.inf if slope else 0.0
    shrunk = slope if math.isinf(z2) else slope * z2 / (z2 + 4)
    knots = policy.rules.trend
    half = 0.0 if math.isinf(error) else (rule(knots, shrunk - 1.96 * error) - rule(knots, shrunk + 1.96 * error)) / 2
    score = rule(knots, max(shrunk, 0.0))
    unclear = not _is_clear(slope, error) and slope >= _SLOWEST and score < rule(knots, 0.0)
    part = _in_part(slope) if unclear else ""
    return Component(
        name="trend",
        weight=policy.weights.trend,
        score=score,
        half_width=half,
        counts="trend",
        why=f"failure rate {_direction(slope, error)} over {len(active)} days{part}{_worst_day(facts, k, n, slope, error)}",
    )


def _worst_day(facts: Facts, k: Counts, n: Counts, slope: float, error: float) -> str:
    """Return what is left of a rise without its worst day, where that makes much of it: one day is no trend."""
    if slope < 0 or not _is_clear(slope, error):
        return ""
    worst = int(np.argmax(k - n * (k.sum() / n.sum())))
    kept = np.arange(len(n)) != worst
    rest, doubt = weekly_slope(k * kept, n * kept)
    if rest > _MOST_OF_IT * slope:
        return ""
    left = f"it {_direction(rest, doubt)}" if _is_clear(rest, doubt) else "there is no clear trend"
    return f"; without {day(facts.on(len(facts.known) - len(n) + worst))} {left}"


def _in_part(slope: float) -> str:
    """Return why points are lost to a rise that is not clear: the score takes of it what its error leaves."""
    return f"; a rise of {slope:.1f} points a week, which may be chance, counts in part"


def _is_clear(slope: float, error: float) -> bool:
    return abs(slope) >= max(2 * error, _SLOWEST)


def _direction(slope: float, error: float) -> str:
    if not _is_clear(slope, error):
        return "without a clear trend"
    return f"{'rises' if slope > 0 else 'falls'} {abs(slope):.1f} points a week"


def _auth(facts: Facts, window: Days, policy: Policy) -> Component | None:
    part = facts.between(window)
    unnamed, failures = (int(counts[part].sum()) for counts in (facts.unnamed_failures, facts.failures))
    if 2 * unnamed > failures and not facts.stream(Kind.AUTH).calls[part].any():
        return None  # the log does not say why calls failed
    k, n = int(facts.auth_failures[part].sum()), int(facts.auth_known[part].sum())
    low, high = jeffreys(k, n)
    knots = policy.rules.auth
    score = rule(knots, k / n)
    why = f"{k:,} of {n:,} failed for authentication ({percent(k / n)})" if k else "no authentication failure"
    if facts.open_auth_failures >= policy.rules.auth_unrecovered_run:
        score = min(score, policy.rules.auth_unrecovered_cap)
        why += f"; the newest {facts.open_auth_failures:,} sign-ins failed without recovery"
    return Component(
        name="auth",
        weight=policy.weights.auth,
        score=score,
        half_width=(rule(knots, low) - rule(knots, high)) / 2,
        counts="auth",
        why=why,
    )
