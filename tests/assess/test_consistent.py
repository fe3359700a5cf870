"""What an assessment says in one place it does not take back in another, whatever the log."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest

from techhealth.model import Assessment, Band, IntegrationHealth, Issue, IssueKind, Kind, Severity, Shape, band_of
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.calm import is_acted_on, no_action
from tests.assess.test_assess import assessed
from tests.planted import events

#: Kinds of issue about what fails.
FAILING = {IssueKind.ERRORS, IssueKind.WEBHOOK, IssueKind.AUTH}


def rates(draws: np.random.Generator, days: int) -> np.ndarray:
    """Return daily failure rates: level, a step, a ramp, one bad day, or one bad weekday."""
    before, after = draws.choice([0.0, 0.02, 0.05, 0.1, 0.15, 0.3, 0.6, 1.0], 2)
    on = np.arange(days)
    return {
        "level": np.full(days, before),
        "step": np.where(on >= days - draws.integers(1, 6), after, before),
        "ramp": np.linspace(before, after, days),
        "burst": np.where(on == draws.integers(0, days), 1.0, before),
        "weekly": np.where(on % 7 == draws.integers(0, 7), after, before),
    }[str(draws.choice(["level", "step", "ramp", "burst", "weekly"]))]


def logs(seed: int, *, number: int) -> Iterator[Assessment]:
    """Yield the assessments of some logs of one integration, some of which also have deliveries, a neighbour or an SLA."""
    draws = np.random.default_rng(seed)
    for _ in range(number):
        days, calls = int(draws.choice([5, 10, 20, 30])), int(draws.choice([30, 100, 200]))
        failed = [int(n) for n in np.rint(rates(draws, days) * calls)]
        code, latency_ms = int(draws.choice([500, 401, 404, 429])), float(draws.choice([100, 900, 1400, 5000]))
        frames = [events(failed, calls=calls, code=code, latency_ms=latency_ms)]
        if draws.random() < 0.4:
            frames.append(events([int(n) for n in draws.integers(0, 20, days)], calls=40, kind="webhook"))
        if draws.random() < 0.4:
            frames.append(events([0] * days, calls=50, integration="Other"))
        yield assessed(*frames, policy=Policy(sla_ms={"Orders": 300} if draws.random() < 0.4 else {}))


def slopes_of(one: IntegrationHealth) -> list[str]:
    """Return the points a week that the score tells of an integration's failure rate."""
    (why,) = (part.why for part in one.components if part.name == "Error trend")
    return re.findall(r"(?:rises|falls|rise of) (\d+\.\d) points a week", why)


def slope_of(issue: Issue, one: IntegrationHealth) -> str | None:
    """Return the points a week that an issue tells of all its integration's failures on all days; None where it tells of others."""
    rate = {Kind.API: IssueKind.ERRORS, Kind.WEBHOOK: IssueKind.WEBHOOK}.get(one.kind)
    if issue.kind is not rate or issue.trend is None or issue.trend.without or not slopes_of(one):
        return None
    return f"{abs(issue.trend.points_per_week):.1f}"


@pytest.mark.parametrize("seed", range(3))
def test_score_severity_risk_and_actions_agree(seed):
    """A score that is surely critical has a critical issue, what matters has an action, and the worst issue is the risk.

    What fails far too often is an issue, an integration has at most one of each kind, and a rate has one slope.
    """
    for found in logs(seed, number=20):
        for one in found.integrations:
            mine = [issue for issue in found.issues if issue.integration == one.name]
            failing = [issue for issue in mine if issue.kind in FAILING]
            over = any(issue.shape is Shape.BURST for issue in mine)
            if one.interval is not None and band_of(one.interval[1]) is Band.CRITICAL and not over:
                assert Severity.CRITICAL in {issue.severity for issue in mine}
            if one.success.interval is not None and one.success.interval[1] < 0.97:
                assert failing, one
            assert all(slope in slopes_of(one) for issue in mine if (slope := slope_of(issue, one)))
        worst = max(((issue.severity for issue in found.issues)), key=list(Severity).index, default=Severity.INFO)
        assert words.RISK[found.risk.level][0] == words.SEVERITY[worst][0]
        assert all(is_acted_on(issue, found) for issue in found.issues if issue.severity is not Severity.INFO)
        assert found.recommendations or no_action(found)
        assert len({(issue.integration, issue.kind) for issue in found.issues}) == len(found.issues)
