"""Numbers and closed sets as people read them; card, page and report share these words. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from techhealth.model import (
    Band,
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
)

#: Shape and word together, so that nothing hangs on colour alone.
SEVERITY = {Severity.CRITICAL: "▲ Critical", Severity.WARNING: "■ Warning", Severity.INFO: "○ Minor"}
BAND = {Band.CRITICAL: "▲ Critical", Band.AT_RISK: "■ At risk", Band.WATCH: "○ Watch", Band.HEALTHY: "● Healthy"}
LATENCY = {LatencyStatus.BREACH: "▲ Breach", LatencyStatus.WARNING: "■ Warning", LatencyStatus.OK: "● OK"}
RISK = {RiskLevel.HIGH: "▲ High", RiskLevel.MEDIUM: "■ Medium", RiskLevel.LOW: "○ Low"}
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
EVIDENCE = {Confidence.HIGH: "strong", Confidence.MEDIUM: "medium", Confidence.LOW: "weak"}
HORIZON = {
    Horizon.NOW: "Immediate (this week)",
    Horizon.TWO_WEEKS: "Short term (next two weeks)",
    Horizon.LATER: "Later",
}
SHAPE = {
    Shape.STEP: "came at once",
    Shape.RAMP: "rising gradually",
    Shape.BURST: "one burst",
    Shape.RECURRING: "keeps coming back",
    Shape.STEADY: "steady",
}
TROUBLE = {
    IssueKind.ERRORS: "errors",
    IssueKind.LATENCY: "high latency",
    IssueKind.WEBHOOK: "delivery issues",
    IssueKind.AUTH: "authentication",
    IssueKind.VOLUME: "traffic",
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


def percent(ratio: float | None) -> str:
    """Return a ratio as a percentage; a failure is never rounded away, nor up to all of them.

    Examples:
        >>> percent(0.127), percent(1.0), percent(0.9996), percent(None)
        ('12.7 %', '100 %', '99.96 %', '–')
    """
    if ratio is None:
        return _NO_VALUE
    if ratio in (0, 1):
        return f"{ratio:.0%}".replace("%", " %")
    for digits in (1, 2, 3):
        text = f"{ratio:.{digits}%}"
        if float(text[:-1]) not in (0, 100):
            break
    return text.replace("%", " %")


def share(ratio: float) -> str:
    """Return a share as a whole percentage.

    Examples:
        >>> share(0.449), share(0.002)
        ('45 %', 'under 1 %')
    """
    return "under 1 %" if 0 < ratio < 0.005 else f"{ratio:.0%}".replace("%", " %")


def milliseconds(ms: float | None) -> str:
    """Return a duration; from one second on in seconds.

    Examples:
        >>> milliseconds(890.4), milliseconds(1200), milliseconds(2000), milliseconds(0.4), milliseconds(None)
        ('890 ms', '1.2 s', '2 s', '0.4 ms', '–')
    """
    if ms is None:
        return _NO_VALUE
    if ms >= 999.5:
        return f"{ms / 1000:,.1f}".removesuffix(".0") + " s"
    return f"{ms:.0f} ms" if ms >= 9.95 or ms == int(ms) else f"{ms:.1f} ms"


def count(number: int, noun: str = "", *, plural: str = "") -> str:
    """Return a count with thousands separators, with its noun in the right number.

    Examples:
        >>> count(45234), count(1, "API call"), count(2, "delivery", plural="deliveries")
        ('45,234', '1 API call', '2 deliveries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}" if noun else f"{number:,}"


def points(value: float | None) -> str:
    """Return a score as people read it: a whole number."""
    return _NO_VALUE if value is None else f"{value:.0f}"


def day(on: date) -> str:
    """Return a day without its year.

    Examples:
        >>> day(date(2026, 1, 15))
        '15 January'
    """
    return f"{on.day} {on:%B}"


def date_range(first: date, last: date) -> str:
    """Return a run of days with its year.

    Examples:
        >>> date_range(date(2026, 1, 1), date(2026, 1, 29))
        '1–29 January 2026'
        >>> date_range(date(2025, 12, 28), date(2026, 1, 3))
        '28 December 2025 – 3 January 2026'
    """
    end = f"{day(last)} {last.year}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    return f"{day(first)} – {end}" if first.year == last.year else f"{day(first)} {first.year} – {end}"


def week(first: date, last: date) -> str:
    """Return a run of days, short, for a chart's label.

    Examples:
        >>> week(date(2026, 1, 23), date(2026, 1, 29)), week(date(2026, 1, 30), date(2026, 2, 5))
        ('23–29 Jan', '30 Jan – 5 Feb')
    """
    if first == last:
        return f"{last.day} {last:%b}"
    start = f"{first.day}–" if first.month == last.month else f"{first.day} {first:%b} – "
    return f"{start}{last.day} {last:%b}"


def since(onset: Onset | None) -> str:
    """Return when an issue began, "about" when the day is not certain."""
    if onset is None:
        return "before the first day of the log, or not known"
    return day(onset.on) if onset.earliest == onset.latest else f"about {day(onset.on)}"


def grouped(names: Iterable[str], *, most: int = 8) -> str:
    """Return the number of names, and the names grouped by the part before brackets; plain names come first.

    Examples:
        >>> grouped(["Custom API (Data)", "Custom API (Reports)", "Salesforce Sync"])
        '3 (Salesforce Sync, Custom API x2)'
    """
    every = sorted(names, key=lambda name: "(" in name)
    groups = Counter(name.split(" (")[0] for name in every)
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
    listed = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
    return f"Found: {listed} for {count(receipt.integrations, 'integration')}"


def standing(score: Score) -> str:
    """Return the score in one line: value, band, interval, or why there is none."""
    if score.value is None:
        return f"no score ({STATE[score.state]})"
    band = f"  {BAND[score.band]}" if score.band else ""
    between = f"  between {points(score.interval[0])} and {points(score.interval[1])}" if score.interval else ""
    sure = "  (low confidence)" if score.state is State.LOW_CONFIDENCE else ""
    return f"{points(score.value)} of 100{band}{between}{sure}"


def trend(change: Trend) -> str:
    """Return the direction against the earlier period, or that there is none to compare with."""
    if change.change is None or change.direction not in _TREND:
        return sentence(change.compared_to)
    unsure = "" if change.significant else ", within the usual variation"
    return f"{_TREND[change.direction]} ({change.change:+d} since {change.compared_to}{unsure})"


def status(health: IntegrationHealth, issues: Iterable[Issue]) -> str:
    """Return the worst of an integration's issues as shape and words, or its state when it has no score."""
    mine = [issue for issue in issues if issue.integration == health.name]
    if not mine:
        return "● None" if health.score is not None else f"○ {sentence(STATE[health.state])}"
    worst = min((issue.severity for issue in mine), key=list(SEVERITY).index)
    if worst is Severity.INFO:
        return SEVERITY[worst]
    kinds = dict.fromkeys(TROUBLE[issue.kind] for issue in mine if issue.severity is not Severity.INFO)
    return f"{SEVERITY[worst][0]} {sentence(', '.join(kinds))}"


def change(setting: Change) -> str:
    """Return a setting's move, such as "rate limit: 100 → 250 calls a minute"."""
    return f"{sentence(setting.setting)}: {setting.current:,g} → {setting.proposed:,g} {setting.unit}"


def expected(effect: Expected, *, score: float | None) -> str:
    """Return what a recommendation wins: failures removed and the score afterwards."""
    won = []
    if effect.errors_removed:
        won.append(f"removes {count(effect.errors_removed, 'failure')} ({share(effect.share_removed)})")
    if effect.score_after is not None and score is not None:
        won.append(f"score {points(score)} → {points(effect.score_after)}")
    return sentence(", ".join(won)) if won else "Effect not computed: it depends on what is found"


def sentence(text: str) -> str:
    """Return a text or a snake_case name that begins like a sentence.

    Examples:
        >>> sentence("connection_refused")
        'Connection refused'
    """
    words = text if " " in text else text.replace("_", " ")
    return words[:1].upper() + words[1:]
