"""The hour an issue is counted from, in words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from techhealth.figures import moment
from techhealth.model import Issue, IssueKind, Shape


def hour_of(issue: Issue, zone: str) -> str:
    """Return the hour from which an issue is counted, empty where it is counted from its day."""
    by_hour = issue.shape is Shape.STEP or issue.kind is IssueKind.AUTH
    return moment(issue.began.at, ZoneInfo(zone)) if issue.began and by_hour else ""
