"""Why a setting that was turned moves nothing, as far as that can be read off the figures it is compared with; else nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from techhealth.figures import percent
from techhealth.model import Assessment, Issue, Kind, Owner
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.page.knobs import Knob

#: A figure, and whose it is.
_Figures = Iterator[tuple[float | None, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """What a setting is compared with; `up_only`: those below it are not known, so that nothing can be said of lowering it."""

    what: str
    figures: Callable[[Assessment], _Figures]
    up_only: bool = False


def _calls(found: Assessment) -> _Figures:
    return ((one.calls, one.name) for one in found.integrations)


def _success(found: Assessment) -> _Figures:
    return ((one.success.rate, one.name) for one in found.integrations if one.kind is not Kind.WEBHOOK)


def _authentication(found: Assessment) -> _Figures:
    return ((one.auth.rate, one.name) for one in found.integrations if one.auth)


def _timed(found: Assessment) -> _Figures:
    return ((one.latency.n, one.name) for one in found.integrations if one.latency)


def _against_sla(found: Assessment) -> _Figures:
    for one in found.integrations:
        if one.latency and one.latency.p95_ms and one.latency.sla_ms:
            yield one.latency.p95_ms / one.latency.sla_ms, one.name


def _length(found: Assessment) -> _Figures:
    yield found.period.days, ""


def _until_limit(found: Assessment) -> _Figures:
    return ((one.forecast.days, one.integration) for one in found.issues if one.forecast)


def _of_issues(figure: Callable[[Issue], float | None]) -> Callable[[Assessment], _Figures]:
    return lambda found: ((figure(one), one.integration) for one in found.issues)


#: Part of a policy → what says that the score and the issues do not depend on it.
_BY_DESIGN = {
    "overall": "Score and issues do not depend on it: it is for the overall health that a risk signal tells.",
    "targets/score": "It is the mark on the bar of the score, and moves neither score nor issues.",
}
#: Setting → the figures that it is compared with.
_COMPARED = {
    "windows/minimum_calls": _Compared(what="Calls in its window", figures=_calls),
    "evidence/show_rate": _Compared(what="Calls in its window", figures=_calls),
    "evidence/grade_rate": _Compared(what="Calls in its window", figures=_calls),
    "evidence/p50_calls": _Compared(what="Calls with a latency", figures=_timed),
    "evidence/p95_calls": _Compared(what="Calls with a latency", figures=_timed),
    "evidence/p99_calls": _Compared(what="Calls with a latency", figures=_timed),
    "evidence/wide_interval": _Compared(
        what="Width of the interval of a score",
        figures=lambda found: (
            (one.interval[1] - one.interval[0], one.name) for one in found.integrations if one.interval
        ),
    ),
    "windows/trend_days": _Compared(what="The length of this log", figures=_length),
    "windows/minimum_trend_days": _Compared(what="The length of this log", figures=_length),
    "targets/default_sla_ms": _Compared(
        what="P95 of an integration without an SLA of its own",
        figures=lambda found: (
            (one.latency.p95_ms, one.name) for one in found.integrations if one.latency and one.latency.sla_source != "policy"
        ),
    ),
    "targets/success": _Compared(what="Success rate", figures=_success),
    "targets/delivery": _Compared(
        what="Deliveries that arrive",
        figures=lambda found: ((one.webhooks.final_rate, one.name) for one in found.integrations if one.webhooks),
    ),
    "targets/auth_failure": _Compared(what="Calls that fail for authentication", figures=_authentication),
    "rules/broken_below": _Compared(what="Success rate", figures=_success),
    "detection/critical_rate": _Compared(
        what="Rate of an issue", figures=_of_issues(lambda one: one.recent.rate)
    ),
    "detection/minimum_failures": _Compared(
        what="Failures of an issue", figures=_of_issues(lambda one: one.recent.k), up_only=True
    ),
    "detection/ratio": _Compared(what="Rise of an issue", figures=_of_issues(lambda one: one.ratio), up_only=True),
    "detection/critical_within_days": _Compared(what="Days until a limit", figures=_until_limit),
    "detection/warning_within_days": _Compared(what="Days until a limit", figures=_until_limit),
}  # fmt: skip
#: Rule → what it is a rule of, and how such a figure is written.
_RULES: dict[str, tuple[_Compared, Callable[[float], str]]] = {
    "success": (_Compared(what="Success rate", figures=_success), percent),
    "auth": (_Compared(what="Calls that fail for authentication", figures=_authentication), percent),
    "latency": (_Compared(what="P95 as a multiple of the SLA", figures=_against_sla), "{:,.3g}".format),
}


def why_unmoved(was: Knob, now: Knob, found: Assessment, policy: Policy) -> str | None:
    """Return why the assessment is the same with a setting turned from `was` to `now`, None where that is not known.

    Args:
        was: as in the policy in use.
        now: as in the tried policy.
        found: what both policies find.
        policy: the tried one.
    """
    section, *rest = map(str, now.path)
    if said := _BY_DESIGN.get(section) or _BY_DESIGN.get(now.key):
        return said
    if section == "owners":
        usual = any(now.value and text == f"As usual ({words.OWNER[Owner(now.value)]})" for text in now.options)
        return "That is who acts as usual." if usual else None
    if section == "sla_ms":
        return _of_latency(rest[0], found)
    if section == "rules" and rest[0] in _RULES and now.of_a_rule:
        compared, written = _RULES[rest[0]]
        measured = [at for at, _ in getattr(policy.rules, rest[0])]
        place = int(rest[1])
        low, high = measured[max(place - 1, 0)], measured[min(place + 1, len(measured) - 1)]
        return _none_between(compared, found, min(low, was.value if rest[2] == "0" else low), high, written)
    if now.key not in _COMPARED or was.value is None or now.value is None:
        return None
    compared = _COMPARED[now.key]
    if compared.up_only and now.value < was.value:
        return None
    low, high = sorted((was.value, now.value))
    return _none_between(compared, found, low, high, partial(_rounded, now))


def _of_latency(name: str, found: Assessment) -> str | None:
    """Return why another SLA of an integration moves nothing."""
    one = next((one for one in found.integrations if one.name == name), None)
    if one is None or one.latency is None:
        return f"{name} has no latency in its window."
    points = next((part.score for part in one.components if part.name == "latency"), None)
    told = {100.0: "all", 0.0: "none"}.get(points) if points is not None else None
    return (
        f"Its P95 of {words.milliseconds(one.latency.p95_ms)} earns {told} of the points by either." if told else None
    )


def _rounded(knob: Knob, figure: float) -> str:
    """Return a figure as the setting it is compared with is written, with the digits that a reader wants."""
    return percent(figure) if knob.percent else knob.worded(round(figure, 1))


def _none_between(
    compared: _Compared, found: Assessment, low: float, high: float, written: Callable[[float], str]
) -> str | None:
    """Return that no figure lies between two values, with the nearest one; None where one does."""
    every = [(figure, whose) for figure, whose in compared.figures(found) if figure is not None]
    if any(low <= figure <= high for figure, _ in every):
        return None
    if not every:
        return f"{compared.what}: there is none in this log."
    figure, whose = min(every, key=lambda one: max(low - one[0], one[0] - high))
    if not whose:
        return f"{compared.what} is {written(figure)}, not between {written(low)} and {written(high)}."
    return (
        f"{compared.what}: none between {written(low)} and {written(high)}; the nearest is {written(figure)} ({whose})."
    )
