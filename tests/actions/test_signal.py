"""Risk signals: what they say, that each is written once, and that only a change is told."""

from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec
import pytest
from sqlalchemy import select

from techhealth.actions import signal
from techhealth.actions.outbox import deliver, pending
from techhealth.actions.senders import senders
from techhealth.actions.settings import Settings
from techhealth.errors import UsageError
from techhealth.model import RiskLevel, Severity
from techhealth.policy import Policy
from techhealth.store import Customer, forget, tables
from tests.actions.servers import callback_server
from tests.builders import assessment

NOW = datetime(2026, 1, 29, 15, 30, tzinfo=UTC)
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
ACME = Customer(name="Acme Corp", health_score=85)
TOLD = Settings(callback="http://127.0.0.1:9/", callback_secret=SECRET)


def of_january(day=29, *, without=(), graver=(), level=RiskLevel.HIGH, score=None, customer=ACME):
    """Return the signal of the example as of a day of January, without some issues, and with others critical."""
    found = assessment()
    issues = tuple(
        replace(one, severity=Severity.CRITICAL) if one.id in graver else one
        for one in found.issues
        if one.id not in without
    )
    made = replace(
        found, issues=issues, risk=replace(found.risk, level=level),
        score=replace(found.score, value=found.score.value if score is None else score),
        generated_for=replace(found.generated_for, as_of=date(2026, 1, day)),
    )  # fmt: skip
    return signal.of(made, customer, Policy())


def raised(store, *signals):
    """Return what each of some signals came to, raised one after the other."""
    return [signal.raise_(store, "Acme Corp", one, now=NOW, settings=TOLD) for one in signals]


def test_a_signal_says_level_factors_score_and_overall_health():
    """All from the assessment; minor issues are no risk."""
    found = of_january()

    assert (found.customer, found.as_of, found.level) == ("Acme Corp", date(2026, 1, 29), RiskLevel.HIGH)
    assert [one.factor for one in found.factors] == [one.factor for one in assessment().risk.factors]
    assert [one.id for one in found.issues] == ["i1", "i2", "i3"]
    assert (found.score, found.trend) == (assessment().score.value, assessment().score.trend)
    assert found.overall.before == 85
    assert found.overall.after == pytest.approx(0.85 * 85 + 0.15 * found.score)


def test_a_signal_is_written_once(acme):
    """The same one again changes nothing; the history is there, the newest first, with a line in the audit log each."""
    first, same, later = raised(acme, of_january(), of_january(), of_january(30))

    assert (first.is_new, same.is_new, later.is_new) == (True, False, True)
    assert [one.signal.as_of.day for one in signal.signals(acme, "ACME corp")] == [30, 29]
    assert signal.signals(acme, "Globex") == ()
    with acme.reading() as connection:
        notes = list(connection.execute(select(tables.audit.c.what)).scalars())
    assert notes[-2:] == ["signal 1 raised, 3 changes", "signal 2 raised, 0 changes"]


def test_only_a_change_is_told(acme):
    """Issues that appear or grow, the risk and the cap are news; a score that drifts is none."""
    steps = [
        of_january(20, without=("i1",), level=RiskLevel.MEDIUM),
        of_january(21, without=("i1",), level=RiskLevel.MEDIUM, score=70),
        of_january(22, without=("i1",), graver=("i2",), level=RiskLevel.HIGH, score=70),
        of_january(23, graver=("i2",), score=45),
    ]
    found = [[change.split(":")[0] for change in one.changes] for one in raised(acme, *steps)]

    assert found == [
        ["appeared", "appeared"],
        [],
        ["risk medium → high", "grew"],
        ["overall health 83 → 75", "appeared"],
    ]
    assert len(pending(acme)) == 3


def test_an_issue_ends_when_it_is_not_found_twice(acme):
    """One quiet day is not the end, nor is the same day judged again; one that comes back meanwhile is no news."""
    steps = [
        of_january(20),
        of_january(21, without=("i1",)),
        of_january(21, without=("i1",), score=80),
        of_january(22),
        of_january(23, without=("i1",)),
        of_january(24, without=("i1",)),
        of_january(25, without=("i1",)),
        of_january(26),
    ]
    found = [[change.split(":")[0] for change in one.changes] for one in raised(acme, *steps)]

    assert found == [["appeared"] * 3, [], [], [], [], ["ended"], [], ["appeared"]]


def test_a_change_is_told_by_a_signed_callback(acme):
    """It carries the whole signal and what changed."""
    with callback_server() as (url, calls):
        settings = Settings(callback=url, callback_secret=SECRET)
        signal.raise_(acme, "Acme Corp", of_january(), now=NOW, settings=settings)
        deliver(acme, senders(settings), now=NOW)
    ((_, _, body),) = calls.taken
    told = msgspec.json.decode(body)

    assert told["type"] == "risk.changed"
    assert msgspec.convert(told["data"], signal.RiskSignal) == of_january()
    assert len(told["data"]["changes"]) == 3


def test_a_customer_must_be_known(acme):
    """An unknown customer has no signal, and a forgotten one none any more."""
    raised(acme, of_january())
    forget(acme, "Acme Corp")

    assert (signal.signals(acme), pending(acme)) == ((), ())
    with pytest.raises(UsageError, match="knows no customer"):
        raised(acme, of_january())


def test_hostile_text_of_a_log_cannot_hurt():
    """Control and direction characters of a log become blanks in a signal."""
    found = assessment()
    evil = replace(found.issues[0], title="a\x1b[31m\u202eb\nc")

    assert signal.of(replace(found, issues=(evil,)), ACME, Policy()).issues[0].title == "a [31m b c"
