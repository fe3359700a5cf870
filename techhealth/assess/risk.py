"""Issues → risk factors: one a family, with what it means for the customer and what happens if nothing is done."""

from __future__ import annotations

from collections.abc import Sequence

from techhealth.model import CauseKind, Issue, IssueKind, Risk, RiskFactor, RiskLevel, Severity, Shape

_LOW_SHARE = 0.01
_HIGH_SHARE = 0.05

#: Family → (name of the factor, what it means, what happens if it is not addressed).
FAMILIES: dict[str, tuple[str, str, str]] = {
    "errors": (
        "API degradation",
        "Users meet failed requests; support load grows",
        "Users will lose trust in what depends on {names}, and support tickets will increase.",
    ),
    "rate_limit": (
        "Rate limiting",
        "Calls are refused at busy moments; wider adoption is blocked",
        "Every further increase in use of {names} is refused at busy moments.",
    ),
    "webhook": (
        "Webhook reliability",
        "Notifications arrive late or not at all",
        "Data in the customer's systems will drift from ours where {names} does not deliver.",
    ),
    "auth_stopped": (
        "Authentication",
        "Access has stopped",
        "Nothing passes through {names} until its credential is renewed.",
    ),
    "auth_pattern": (
        "Authentication",
        "Intermittent access",
        "Access through {names} will keep failing at the same times, and can fail for good when a credential expires.",
    ),
    "auth": (
        "Authentication",
        "Intermittent access",
        "Access through {names} will keep failing now and then, and can fail for good when a credential expires.",
    ),
    "latency": (
        "Latency",
        "Users wait; slow calls turn into time-outs",
        "Waiting times on {names} stay beyond what was agreed.",
    ),
    "volume": (
        "Silence",
        "The integration may have stopped; nobody sees its failures",
        "{names} may have stopped working without a single error being logged.",
    ),
}
_ORDER = {RiskLevel.HIGH: 0, RiskLevel.MEDIUM: 1, RiskLevel.LOW: 2}


def risk_of(issues: Sequence[Issue]) -> Risk:
    """Return the risk table of a customer's issues; without an issue the risk is low and the table empty."""
    levels: dict[str, list[tuple[RiskLevel, str]]] = {}
    for issue in issues:
        families = [_family(issue)]
        if any(cause.kind is CauseKind.RATE_LIMIT for cause in issue.causes):
            families.append("rate_limit")
        for family in families:
            levels.setdefault(family, []).append((_level(issue), issue.integration))
    factors, consequences = [], []
    ranked = sorted(FAMILIES, key=lambda family: min((_ORDER[at] for at, _ in levels.get(family, [])), default=9))
    for family in ranked:
        if family not in levels:
            continue
        name, impact, consequence = FAMILIES[family]
        level = min((at for at, _ in levels[family]), key=lambda at: _ORDER[at])
        names = ", ".join(dict.fromkeys(where for at, where in levels[family] if at is level))
        factors.append(RiskFactor(factor=f"{name}: {names}", level=level, impact=impact))
        if level is not RiskLevel.LOW:
            consequences.append(consequence.format(names=names))
    if any(factor.level is RiskLevel.HIGH for factor in factors):
        consequences.append("It may come up in the renewal conversation.")
    return Risk(
        level=factors[0].level if factors else RiskLevel.LOW,
        factors=tuple(factors),
        if_not_addressed=tuple(consequences),
    )


def _family(issue: Issue) -> str:
    """Return the family of an issue; access that has stopped, returns in a pattern or fails now and then differ."""
    kinds = {cause.kind for cause in issue.causes}
    if issue.kind is not IssueKind.AUTH:
        return issue.kind.value
    if CauseKind.EXPIRED_CREDENTIAL in kinds:
        return "auth_stopped"
    return "auth_pattern" if CauseKind.WEEKDAY in kinds else "auth"


def _level(issue: Issue) -> RiskLevel:
    """Return the level of one issue: its severity, its reach and whether it came lately."""
    hit = issue.impact.share_of_calls
    if issue.severity is Severity.CRITICAL:
        return RiskLevel.HIGH
    if issue.kind is not IssueKind.VOLUME and (issue.severity is Severity.INFO or hit < _LOW_SHARE):
        return RiskLevel.LOW
    came = issue.shape in (Shape.STEP, Shape.RAMP)
    if came and (hit >= _HIGH_SHARE or _mostly_new(issue)):
        return RiskLevel.HIGH
    return RiskLevel.MEDIUM


def _mostly_new(issue: Issue) -> bool:
    """Return whether more than half of the recent failures exceed what the baseline would have given."""
    recent, baseline = issue.recent, issue.baseline
    if not recent.k or baseline.rate is None:
        return False
    return recent.k - recent.n * baseline.rate > recent.k / 2
