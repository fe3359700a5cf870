"""An assessment in short: what a list of customers shows of one, small enough to read hundreds at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from techhealth.model import Assessment, Band, Failing, Issue, IssueKind, Owner, RiskLevel, Severity, State, Trend
from techhealth.today import covers


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An issue in short; `began_at` is the hour (UTC) it came at, `code` what failed then, where these can be told."""

    id: str
    integration: str
    kind: IssueKind
    severity: Severity
    title: str
    owner: Owner
    first_flagged_on: date | None
    began_at: datetime | None
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekScore:
    """The score at the end of a week, which is named by its Monday."""

    monday: date
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is shown of one assessment; `findings` are in order of urgency, the next log is due after the days it `covers`.

    `failing` tells since when something critical fails that had not ended; None where nothing does.
    """

    as_of: date
    covers: int
    score: float | None
    band: Band | None
    state: State
    trend: Trend
    risk: RiskLevel
    findings: tuple[Finding, ...]
    weeks: tuple[WeekScore, ...]
    failing: Failing | None = None


def summary_of(assessment: Assessment) -> Summary:
    """Return an assessment in short."""
    score, risk = assessment.score, assessment.risk
    return Summary(
        as_of=assessment.generated_for.as_of, covers=covers(assessment), score=score.value, band=score.band, state=score.state, trend=score.trend,
        risk=risk.level, findings=tuple(map(_finding, assessment.issues)), weeks=_weeks(assessment),
        failing=assessment.failing,
    )  # fmt: skip


def monday(on: date) -> date:
    """Return the first day of a day's week.

    Examples:
        >>> monday(date(2026, 1, 29))
        datetime.date(2026, 1, 26)
    """
    return on - timedelta(days=on.weekday())


def _finding(issue: Issue) -> Finding:
    began = issue.began
    return Finding(
        id=issue.id, integration=issue.integration, kind=issue.kind, severity=issue.severity, title=issue.title,
        owner=issue.owner, first_flagged_on=issue.first_flagged_on, began_at=began.at if began else None,
        code=began.code if began else None,
    )  # fmt: skip


def _weeks(assessment: Assessment) -> tuple[WeekScore, ...]:
    """Return the last known score of each week."""
    known = {monday(one.on): one.value for one in assessment.timeline.daily_score if one.value is not None}
    return tuple(WeekScore(monday=week, score=score) for week, score in known.items())
