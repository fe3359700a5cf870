"""How the figures come about, in plain words, with the numbers of the policy that made them."""

from __future__ import annotations

from techhealth.figures import percent, share
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.audience import Audience

_LATENCY = (
    "Of successful calls. P50, P95 and P99 come from log-spaced buckets and are at most 1 % off; counts of calls slower than "
    "an SLA are estimates near it."
)
_TREND = (
    "The score now beside the one that stood on the last day with data of the month before, each over its own window. A "
    "difference that both intervals can explain is called the usual variation, and no trend."
)
_CAUSES = "What coincides with the failures, in time, size, hour, client or code. A good place to look, not proof."
_GAINS = (
    "What a recommendation wins is computed by scoring the log again with the failures it removes turned into successes; all "
    "else is held as it was. “Up to” stands where a fix is not proven to remove them all."
)
_RISK = " The risk of an issue is its severity."
_ROWS = (
    "Each row of a file is used, or left out with a reason that is counted. Query strings are dropped, ids in endpoints become "
    "{id}, and secrets are masked before anything is shown."
)


def method(policy: Policy, *, timezone: str, audience: Audience = Audience.INTERNAL) -> list[tuple[str, str]]:
    """Return term by term how a score, an issue and, for ourselves, a gain are found."""
    ours = audience is Audience.INTERNAL
    return [
        ("Score", _score(policy)),
        ("Window", _window(policy)),
        ("Trend", _TREND),
        ("Certainty", _certainty(policy)),
        ("Latency", _LATENCY),
        ("Issues", _issues(policy)),
        ("Severity", f"{_severity(policy)}{_RISK if ours else ''}"),
        ("Causes", _CAUSES),
        *([("Gains", _GAINS)] if ours else []),
        ("Rows", _ROWS),
        ("Days and hours", _days(policy, timezone)),
    ]


def _score(policy: Policy) -> str:
    weights = policy.weights
    parts = ", ".join(f"{words.COMPONENT[name]} {share(getattr(weights, name))}" for name in words.COMPONENT)
    return (
        f"Five components, each between 0 and 100, weighted: {parts}. Where an integration has no data for one, the other "
        "weights are scaled up; of a webhook without calls the deliveries that arrive are its success as well. The whole "
        "score is the plain mean of the integrations' scores, so that a busy healthy integration cannot hide a broken quiet "
        "one."
    )


def _window(policy: Policy) -> str:
    windows = policy.windows
    return (
        f"Everything is measured over the current window: the last {windows.current_days} days with data, more where they "
        f"hold fewer than {windows.minimum_calls} calls. Counts over the whole period stand beside it and say so."
    )


def _certainty(policy: Policy) -> str:
    evidence = policy.evidence
    return (
        f"Intervals hold the true value in 95 of 100 cases. Below {evidence.grade_rate} calls a score is marked as of low "
        f"confidence, below {evidence.show_rate} there is none: unknown is not healthy."
    )


def _issues(policy: Policy) -> str:
    found = policy.detection
    return (
        "A degradation is an issue only when the last days differ from all before by more than chance, by size (at least "
        f"{percent(found.points)} of the calls and {found.ratio:g} times what was usual), for days, and still do. A level is "
        f"an issue when its whole interval lies beyond its target (success {words.target(policy.targets.success)}, delivery "
        f"{words.target(policy.targets.delivery)}); each such level of an integration is an issue of its own."
    )


def _severity(policy: Policy) -> str:
    rules = policy.detection
    return (
        "Says how large an issue is; evidence says how sure it is, and the two are never mixed. A rise is critical once more "
        f"than {share(rules.critical_rate)} fail, or surely will within {rules.critical_within_days} days. Slow calls succeed, and are "
        "a warning. Where an integration's score is surely critical, the failures that cost it most are too."
    )


def _days(policy: Policy, timezone: str) -> str:
    first, last = policy.windows.business_hours
    return f"In the zone {timezone}. Business hours are Monday to Friday, {first} to {last} h."
