"""When an issue began, in words: the hour it is counted from, where that is known."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from techhealth.figures import moment
from techhealth.model import Issue, IssueKind, Shape
from techhealth.present import words


def hour_of(issue: Issue, zone: str) -> str:
    """Return the hour from which an issue is counted, empty where it is counted from its day."""
    by_hour = issue.shape is Shape.STEP or issue.kind is IssueKind.AUTH
    return moment(issue.began.at, ZoneInfo(zone)) if issue.began and by_hour else ""


def since(issue: Issue, zone: str) -> str:
    """Return when an issue began: its hour, else its day."""
    return hour_of(issue, zone) or words.since(issue.onset, flagged=issue.first_flagged_on)
