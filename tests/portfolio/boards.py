"""Small customers for a board, each with what a test is about."""

from datetime import UTC, date, datetime

from techhealth.model import IssueKind, Owner, RiskLevel, Severity, State, Trend, band_of
from techhealth.portfolio import Account, Finding, Known, Summary, WeekScore, board_of

LAST = date(2026, 1, 29)
NINE = datetime(2026, 1, 28, 9, tzinfo=UTC)


def finding(began_at=NINE, *, code="503", title="Errors rose", integration="Orders API"):
    """Return an issue in short."""
    return Finding(
        id="orders-api-errors", integration=integration, kind=IssueKind.ERRORS, severity=Severity.WARNING, title=title,
        owner=Owner.US, first_flagged_on=LAST, began_at=began_at, code=code,
    )  # fmt: skip


def summary(score=80.0, *, risk=RiskLevel.HIGH, findings=(), weeks=(), state=State.SCORED, change=None):
    """Return an assessment in short."""
    trend = Trend(
        direction="unknown" if change is None else "up" if change > 0 else "down", change=change,
        compared_to="December (80)", significant=change is not None,
    )  # fmt: skip
    return Summary(
        as_of=LAST, covers=7, score=score, band=None if score is None else band_of(score), state=state, trend=trend, risk=risk,
        findings=tuple(findings), weeks=tuple(WeekScore(monday=on, score=value) for on, value in weeks),
    )  # fmt: skip


def board(customers, *, today=LAST, **more):
    """Return the board of customers as of the last day."""
    return board_of(customers, today=today, **more)


def known(name, found=None, *, last=LAST, revenue=None, renewal=None, segment=None, example_on=None):
    """Return what a store holds of a customer."""
    account = Account(name=name, segment=segment, annual_revenue=revenue, renewal_on=renewal, example_on=example_on)
    return Known(account=account, last=last if found else None, summary=found, weeks=found.weeks if found else ())
