"""Issues → risk factors: one a family, with what it means for the customer and what happens if nothing is done."""

from __future__ import annotations

from collections.abc import Sequence

from techhealth.model import CauseKind, Issue, IssueKind, Risk, RiskFactor, RiskLevel, Severity

#: Family → (name of the factor, what it may mean, what may happen if it is not addressed). A log shows what failed, not
#: what people make of it: nothing here is certain.
FAMILIES: dict[str, tuple[str, str, str]] = {
    "errors": (
        "API degradation",
        "Users meet failed requests; support load may grow",
        "Users may lose trust in what depends on {names}, and support tickets may increase.",
    ),
    "rate_limit": (
        "Rate limiting",
        "Calls are refused at busy moments; wider adoption may be blocked",
        "Further use of {names} is likely to be refused at busy moments.",
    ),
    "webhook": (
        "Webhook reliability",
        "Notifications may arrive late or not at all",
        "Data in the customer's systems may drift from ours where {names} does not deliver.",
    ),
    "first_tries": (
        "Webhook retries",
        "Notifications may arrive late; their receiver may be near what it can take",
        "Deliveries of {names} may begin to be lost once retries no longer save them.",
    ),
    "auth_stopped": (
        "Authentication",
        "Access has stopped",
        "{names} is likely to stay shut out until its credential is renewed.",
    ),
    "auth_pattern": (
        "Authentication",
        "Intermittent access",
        "Access through {names} is likely to fail again at the same times, and may fail for good when a credential expires.",
    ),
    "auth": (
        "Authentication",
        "Intermittent access",
        "Access through {names} may keep failing now and then, and may fail for good when a credential expires.",
    ),
    "latency": (
        "Latency",
        "Users wait; slow calls may turn into time-outs",
        "Users of {names} may have to wait as long as now, or longer.",
    ),
    "volume": (
        "Missing traffic",
        "The integration may be broken or less used; failures that are not logged are not seen",
        "If the traffic of {names} is missing for a fault, nobody is told: no error is logged.",
    ),
}
#: The risk of an issue is its severity, so that one fact has one level.
LEVELS = {Severity.CRITICAL: RiskLevel.HIGH, Severity.WARNING: RiskLevel.MEDIUM, Severity.INFO: RiskLevel.LOW}
#: From the least: what is not known stands above what is known to be low.
_ORDER = tuple(RiskLevel)


def risk_of(issues: Sequence[Issue], *, known: bool = True) -> Risk:
    """Return the risk table of a customer's issues; without an issue the table is empty, and the risk low if that is `known`."""
    levels: dict[str, list[tuple[RiskLevel, str]]] = {}
    for issue in issues:
        families = [_family(issue)]
        if any(cause.kind is CauseKind.RATE_LIMIT for cause in issue.causes):
            families.append("rate_limit")
        for family in families:
            levels.setdefault(family, []).append((LEVELS[issue.severity], issue.integration))
    factors, consequences = [], []
    ranked = sorted(
        FAMILIES, key=lambda family: -max((_ORDER.index(at) for at, _ in levels.get(family, [])), default=-1)
    )
    for family in ranked:
        if family not in levels:
            continue
        name, impact, consequence = FAMILIES[family]
        level = max((at for at, _ in levels[family]), key=_ORDER.index)
        names = ", ".join(dict.fromkeys(where for at, where in levels[family] if at is level))
        factors.append(RiskFactor(factor=f"{name}: {names}", level=level, impact=impact))
        if level is not RiskLevel.LOW:
            consequences.append(consequence.format(names=names))
    if any(factor.level is RiskLevel.HIGH for factor in factors):
        consequences.append("It may come up in the renewal conversation.")
    return Risk(
        level=factors[0].level if factors else RiskLevel.LOW if known else RiskLevel.UNKNOWN,
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
