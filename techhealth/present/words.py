"""Closed sets and findings in words; card, page and report share them. Numbers are spelled by `techhealth.figures`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from techhealth.figures import (
    apportioned,
    count,
    date_range,
    day,
    inside,
    milliseconds,
    named,
    out_of,
    percent,
    sentence,
    share,
    week,
)
from techhealth.model import (
    Assessment,
    Band,
    Cause,
    CauseKind,
    Change,
    Confidence,
    Expected,
    Horizon,
    IntegrationHealth,
    Issue,
    IssueKind,
    LatencyStatus,
    Onset,
    Owner,
    Receipt,
    RiskLevel,
    Score,
    Severity,
    Shape,
    State,
    Trend,
    Trust,
)

__all__ = [
    "BAND", "COMPONENT", "EVIDENCE", "HORIZON", "KIND", "LATENCY", "OWNER", "RISK", "SEVERITY", "SHAPE", "STATE",
    "SURE", "TROUBLE", "against_target", "change", "count", "date_range", "day", "expected", "explained",
    "first_clause", "found_line", "grouped", "inside", "instants", "ladder", "lost_at", "milliseconds", "moment", "named",
    "out_of", "out_of_100", "percent", "points", "pressing", "sentence", "share", "since", "standing", "stands",
    "status", "target", "trend", "trust", "week",
]  # fmt: skip

#: Shape and word together, so that nothing hangs on colour alone.
SEVERITY = {Severity.CRITICAL: "▲ Critical", Severity.WARNING: "■ Warning", Severity.INFO: "○ Minor"}
BAND = {Band.CRITICAL: "▲ Critical", Band.AT_RISK: "■ At risk", Band.WATCH: "○ Watch", Band.HEALTHY: "● Healthy"}
#: Slow calls succeed: beyond its SLA latency has the shape of a warning, which is what its issue is.
LATENCY = {LatencyStatus.BREACH: "■ Breach", LatencyStatus.WARNING: "■ Warning", LatencyStatus.OK: "● OK"}
RISK = {
    RiskLevel.HIGH: "▲ High", RiskLevel.MEDIUM: "■ Medium", RiskLevel.UNKNOWN: "■ Not known", RiskLevel.LOW: "○ Low",
}  # fmt: skip
STATE = {
    State.SCORED: "scored",
    State.LOW_CONFIDENCE: "low confidence",
    State.NOT_ENOUGH_DATA: "not enough data",
    State.SILENT: "silent",
    State.NO_DATA: "no data",
}
OWNER = {
    Owner.US: "ours",
    Owner.CUSTOMER: "theirs",
    Owner.THIRD_PARTY: "a third party",
    Owner.SHARED: "shared",
    Owner.UNKNOWN: "unknown",
}
SURE = {Confidence.HIGH: "yes", Confidence.MEDIUM: "likely", Confidence.LOW: "a guess"}
#: What a file holds; a receipt's `kind` is a plain word, because files add their own.
KIND = {
    "api": "API calls",
    "webhook": "webhook deliveries",
    "auth": "auth events",
    "mixed": "calls, deliveries or auth events, mixed",
    "metrics": "metrics",
}
EVIDENCE = {Confidence.HIGH: "strong", Confidence.MEDIUM: "medium", Confidence.LOW: "weak"}
HORIZON = {
    Horizon.NOW: "Immediate (this week)",
    Horizon.TWO_WEEKS: "Short term (next two weeks)",
    Horizon.LATER: "Later",
}
SHAPE = {
    Shape.STEP: "came at once",
    Shape.RAMP: "gradually",
    Shape.BURST: "one burst",
    Shape.RECURRING: "keeps coming back",
    Shape.STEADY: "steady",
}
TROUBLE = {
    IssueKind.ERRORS: "errors",
    IssueKind.LATENCY: "high latency",
    IssueKind.WEBHOOK: "delivery issues",
    IssueKind.FIRST_TRIES: "late deliveries",
    IssueKind.AUTH: "authentication",
    IssueKind.VOLUME: "missing traffic",
}
_FAILURES = {IssueKind.AUTH: "authentication failures", IssueKind.FIRST_TRIES: "failed first tries"}
#: Kind of issue → the component of the score that it costs.
_COSTS = {
    IssueKind.ERRORS: "API success rate",
    IssueKind.LATENCY: "Latency",
    IssueKind.WEBHOOK: "Webhook reliability",
    IssueKind.AUTH: "Authentication",
}
COMPONENT = {
    "success": "API success",
    "latency": "Latency",
    "trend": "Error trend",
    "webhook": "Webhooks",
    "auth": "Authentication",
}
_TREND = {"up": "▲ Improving", "down": "▼ Declining", "flat": "► Steady"}
_NO_VALUE = "–"


def points(value: float | None) -> str:
    """Return a score as people read it: a whole number."""
    return _NO_VALUE if value is None else f"{value:.0f}"


def since(onset: Onset | None, *, flagged: date | None = None) -> str:
    """Return when an issue began, "about" when the day is not certain; no later than the day on which it was first flagged.

    Examples:
        >>> seventh = Onset(on=date(2026, 1, 7), earliest=date(2026, 1, 4), latest=date(2026, 1, 9))
        >>> since(seventh), since(seventh, flagged=date(2026, 1, 6))
        ('about 7 January', 'about 6 January')
    """
    if onset is None:
        return "no clear start in this log"
    return day(onset.on) if onset.earliest == onset.latest else f"about {day(min(onset.on, flagged or onset.on))}"


def grouped(names: Iterable[str], *, most: int = 8) -> str:
    """Return the number of names, and the names grouped by the part before brackets; plain names come first.

    Examples:
        >>> grouped(["Custom API (Data)", "Custom API (Reports)", "Salesforce Sync"])
        '3 (Salesforce Sync, Custom API x2)'
        >>> grouped(["(unnamed)"])
        '1 (unnamed)'
    """
    every = sorted(names, key=lambda name: "(" in name)
    groups = Counter(name.split(" (")[0].strip("()") for name in every)
    labels = [name if times == 1 else f"{name} x{times}" for name, times in groups.items()]
    more = [f"{len(labels) - most} more"] if len(labels) > most else []
    return f"{len(every)} ({', '.join(labels[:most] + more)})" if every else "0"


def found_line(receipt: Receipt) -> str:
    """Return what was found in one sentence; kinds that are absent are not named, except API calls."""
    kinds = [
        (receipt.api_calls, "API call", ""),
        (receipt.webhook_deliveries, "webhook delivery", "webhook deliveries"),
        (receipt.auth_events, "auth event", ""),
    ]
    parts = [count(number, noun, plural=plural) for number, noun, plural in kinds if number]
    parts = parts or [count(0, "API call")]
    return f"Found: {named(parts)} for {count(receipt.integrations, 'integration')}"


def standing(found: Assessment) -> str:
    """Return the score in one line: value, how it stands and the most severe issues, which a mean may hide; or why there is none."""
    score, worst = found.score, pressing(found.issues)
    if score.value is None:
        return "  ".join(filter(None, (f"no score ({STATE[score.state]})", worst)))
    sure = "(low confidence)" if score.state is State.LOW_CONFIDENCE else ""
    return "  ".join(filter(None, (f"{points(score.value)} {out_of_100(found)}", stands(found), worst, sure)))


def stands(found: Assessment) -> str:
    """Return the band of the score, empty without one; while something critical fails, since when: a mean of days knows
    nothing of this hour."""
    if now := found.failing:
        zone = found.generated_for.timezone
        return f"▲ Failing since {f'{moment(now.at, zone)} {zone}' if now.at else day(now.on)}"
    return BAND[found.score.band] if found.score.band else ""


def moment(instant: datetime, zone: str) -> str:
    """Return an instant by the clock of a zone, to the minute.

    Examples:
        >>> from datetime import UTC
        >>> moment(datetime(2026, 1, 28, 23, tzinfo=UTC), "Europe/Berlin")
        '29 January, 00:00'
    """
    local = instant.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}, {local:%H:%M}"


def out_of_100(found: Assessment) -> str:
    """Return what a score is out of, and of which days it is where that is not how things stand now."""
    if found.failing is None:
        return "of 100"
    days = found.window.days
    return f"of 100 over {'the last day' if days == 1 else f'the last {days} days'}"


def pressing(issues: Sequence[Issue]) -> str:
    """Return how many critical issues there are, without any how many warnings; empty where there is neither."""
    for severity, noun in ((Severity.CRITICAL, "critical issue"), (Severity.WARNING, "warning")):
        number = sum(issue.severity is severity for issue in issues)
        if number:
            return f"{SEVERITY[severity][0]} {count(number, noun)}"
    return ""


def against_target(score: Score) -> str:
    """Return the score with its interval and its target."""
    between = f", between {points(score.interval[0])} and {points(score.interval[1])}" if score.interval else ""
    return f"Current {points(score.value)}{between}; target {score.target} or more"


def lost_at(found: Assessment) -> list[tuple[str, float]]:
    """Return what each integration costs the score, most first; together all that is lost, as the score is their mean."""
    scored = [(one.name, one.score) for one in found.integrations if one.score is not None]
    points = apportioned([max(100 - score, 0.0) / len(scored) for _, score in scored])
    return sorted(zip((name for name, _ in scored), points, strict=True), key=lambda one: -one[1])


def trend(change: Trend, *, spoken: bool = False) -> str:
    """Return the direction against the earlier period, the points `spoken` (down 7) or as a number (-7), or that there is
    no period to compare with."""
    if change.change is None or change.direction not in _TREND:
        return sentence(change.compared_to)
    if change.change == 0:
        return f"{_TREND[change.direction]}: as at the end of {change.compared_to}"
    unsure = "" if change.significant else ", within the usual variation"
    moved = f"{'down' if change.change < 0 else 'up'} {abs(change.change)}" if spoken else f"{change.change:+d}"
    return f"{_TREND[change.direction]}: {moved} since the end of {change.compared_to}{unsure}"


def explained(cause: Cause, issue: Issue) -> str:
    """Return which part of an issue's rise and of its failures a cause covers, empty where it covers none in particular, or
    nothing fails."""
    if cause.kind is CauseKind.UNDETERMINED or not cause.share_of_issue or issue.kind is IssueKind.LATENCY:
        return ""
    failures, of_rise = _FAILURES.get(issue.kind, "failures"), cause.share_of_excess or 0.0
    every = f"all {failures}" if cause.share_of_issue == 1 else f"{share(cause.share_of_issue)} of all {failures}"
    if issue.onset is None or of_rise <= cause.share_of_issue:
        return every
    return f"{'the whole rise' if of_rise == 1 else f'{share(of_rise)} of the rise'} and {every}"


def status(health: IntegrationHealth, issues: Iterable[Issue]) -> str:
    """Return an integration's issues as words, each severity with its shape, the worst first, within it what costs most;
    its state when it has neither an issue nor a score."""
    mine = [issue for issue in issues if issue.integration == health.name]
    if not mine:
        return "● None" if health.score is not None else f"○ {sentence(STATE[health.state])}"
    lost = {part.name: part.points_lost for part in health.components}
    mine.sort(key=lambda issue: -lost.get(_COSTS.get(issue.kind, ""), 0.0))
    said = []
    for severity in (Severity.CRITICAL, Severity.WARNING):
        kinds = dict.fromkeys(TROUBLE[issue.kind] for issue in mine if issue.severity is severity)
        if kinds:
            said.append(f"{SEVERITY[severity][0]} {sentence(', '.join(kinds))}")
    return "  ".join(said) or SEVERITY[Severity.INFO]


def change(setting: Change) -> str:
    """Return a setting's move, such as "rate limit: 100 → 250 calls a minute"."""
    return f"{sentence(setting.setting)}: {setting.current:,.10g} → {setting.proposed:,.10g} {setting.unit}"


def expected(effect: Expected, *, score: float | None) -> str:
    """Return what a recommendation wins: failures removed and the score afterwards."""
    won = []
    if effect.errors_removed:
        most = "up to " if effect.up_to else ""
        noun = "authentication failure" if effect.of_authentication else "failure"
        won.append(f"removes {most}{count(effect.errors_removed, noun)} ({share(effect.share_removed)})")
    if effect.score_after is not None and score is not None:
        digits = 0 if round(score) != round(effect.score_after) else 1
        before, after = (f"{value:.{digits}f}" for value in (score, effect.score_after))
        won.append(f"score {before} → {after}" if before != after else f"the score stays at {score:.0f}")
    return sentence(", ".join(won)) if won else "Effect not computed: it depends on what is found"


def ladder(found: Assessment) -> str | None:
    """Return the score after each action on top of those before, numbered as they are listed.

    None for fewer than two, and where an action of the ladder is not listed.
    """
    place = {one.id: number for number, one in enumerate(found.recommendations, start=1)}
    whole = all(rung.recommendation in place for rung in found.ladder)
    if len(found.ladder) < 2 or found.score.value is None or not whole:
        return None
    steps = "".join(f" → {rung.score_after:.1f} (action {place[rung.recommendation]})" for rung in found.ladder)
    return f"One after the other, the surest and largest gain first: score {found.score.value:.1f}{steps}"


def first_clause(statement: str) -> str:
    """Return a statement up to its first semicolon, begun like a sentence: what a reader in a hurry needs of it."""
    return sentence(statement.split(";")[0].rstrip("."))


def target(ratio: float) -> str:
    """Return a promised level with no more digits than it was promised in.

    Examples:
        >>> target(0.99), target(0.9995)
        ('99 %', '99.95 %')
    """
    return f"{ratio * 100:.6g} %"


def trust(data: Trust) -> str:
    """Return the data's grade with what speaks against it."""
    return f"{data.grade} ({'; '.join(data.reasons)})" if data.reasons else str(data.grade)


def instants(first: datetime | None, last: datetime | None) -> str:
    """Return two instants in UTC to the minute, or that there are none."""
    if first is None or last is None:
        return "no time found"
    return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
