"""The risk table: what an issue means for the customer, in words that fit it."""

from dataclasses import replace

import pytest

from techhealth.assess.risk import FAMILIES, risk_of
from techhealth.model import Cause, CauseKind, Issue, IssueKind, RiskLevel, Severity
from tests.assess.test_recommend import issue


def auth_issue(cause: CauseKind) -> Issue:
    """Return a critical issue of authentication with one cause."""
    why = Cause(
        kind=cause, statement="It coincides", onset=None, share_of_excess=None, share_of_issue=1.0, evidence={},
        runner_up=None,
    )  # fmt: skip
    return replace(issue(IssueKind.AUTH, Severity.CRITICAL), causes=(why,))


@pytest.mark.parametrize(
    ("cause", "impact", "consequence"),
    [
        (
            CauseKind.EXPIRED_CREDENTIAL,
            "Access has stopped",
            "Orders is likely to stay shut out until its credential is",
        ),
        (CauseKind.WEEKDAY, "Intermittent access", "Access through Orders is likely to fail again at the same times"),
        (CauseKind.ERROR_CODE, "Intermittent access", "Access through Orders may keep failing now and then"),
    ],
)
def test_a_dead_credential_reads_otherwise_than_one_that_fails_at_times(
    cause: CauseKind, impact: str, consequence: str
):
    """Access that has stopped, that returns to fail, and that fails now and then are three different risks."""
    found = risk_of((auth_issue(cause),))

    assert [(one.factor, one.level, one.impact) for one in found.factors] == [
        ("Authentication: Orders", RiskLevel.HIGH, impact)
    ]
    assert found.if_not_addressed[0].startswith(consequence)


@pytest.mark.parametrize("kind", list(IssueKind))
@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.CRITICAL, RiskLevel.HIGH), (Severity.WARNING, RiskLevel.MEDIUM), (Severity.INFO, RiskLevel.LOW)],
)
def test_the_risk_of_an_issue_is_its_severity(kind: IssueKind, severity: Severity, level: RiskLevel):
    """One fact has one level: what is critical is a high risk, a warning a medium one, and what is minor a low one."""
    found = risk_of((issue(kind, severity),))

    assert (found.level, [one.level for one in found.factors]) == (level, [level])


def test_what_may_happen_is_not_said_to_happen():
    """No consequence is promised: a log does not show what people will do."""
    said = [text for _, impact, consequence in FAMILIES.values() for text in (impact, consequence)]

    assert [text for text in said if " will " in text] == []


def test_no_issue_is_no_risk():
    """Without an issue the level is low and the table empty."""
    found = risk_of(())

    assert (found.level, found.factors, found.if_not_addressed) == (RiskLevel.LOW, (), ())


def test_what_is_not_known_is_not_low():
    """Without an issue and without a score the level is not known."""
    assert risk_of((), known=False).level is RiskLevel.UNKNOWN
