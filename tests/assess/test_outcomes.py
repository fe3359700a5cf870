"""What a failure means, whose it is, and the table of the most frequent ones."""

import pytest

from techhealth.assess.outcomes import CALLS, DELIVERIES, meaning, outcome, owner_of, top_errors
from techhealth.ingest.values.words import CLASSES, REASONS
from techhealth.model import Days, Kind, Owner
from techhealth.policy import Owners
from techhealth.usage.rollup import roll_up
from tests.assess.planted import event_frame, fail, on, span, traffic


@pytest.mark.parametrize("code", ["timeout", "connection_refused", "invalid_response", "500", "http_5xx", "odd thing"])
def test_a_failed_delivery_is_the_receivers(code: str):
    """The receiver of a webhook is the customer's endpoint, so its failures are the customer's."""
    assert owner_of(code, kind=Kind.WEBHOOK) is Owner.CUSTOMER


@pytest.mark.parametrize(
    ("code", "owner"),
    [("500", Owner.US), ("599", Owner.US), ("429", Owner.SHARED), ("401", Owner.CUSTOMER), ("418", Owner.CUSTOMER)],
)
def test_a_failed_call_is_owned_by_its_status(code: str, owner: Owner):
    """A 5xx is ours, a 4xx theirs, a rate limit shared; a status outside the table follows its family."""
    assert owner_of(code) is owner


def test_an_unknown_class_keeps_its_own_words_and_no_owner():
    """A class that no table knows is not blamed on anybody."""
    assert meaning("shard_lost") == "Shard lost"
    assert owner_of("shard_lost") is Owner.UNKNOWN
    assert owner_of("") is Owner.UNKNOWN


def test_every_row_says_why_and_what_to_do():
    """No outcome is without meaning, reason and fix."""
    for row in (*CALLS.values(), *DELIVERIES.values()):
        assert all((row.meaning, row.why, row.fix))


def test_top_errors_count_the_whole_period_and_share_all_failures():
    """Errors are ordered by count, then code; shares are of all failed calls of the period, deliveries apart."""
    rows = traffic(days=10, daily=24)
    for row, code in zip(rows, ["500"] * 5 + ["401"] * 3 + ["408"] * 3, strict=False):
        fail(row, code)
    other = traffic(days=1, daily=24, integration="other")
    fail(other[0], "500")
    deliveries = traffic(days=1, daily=24, kind="webhook")
    fail(deliveries[0], "timeout")
    rollup = roll_up(event_frame([*rows, *other, *deliveries]))

    found = top_errors(rollup, integration="api", kind=Kind.API, period=span(10))

    assert [(e.code, e.count) for e in found] == [("500", 5), ("401", 3), ("408", 3)]
    assert sum(e.share for e in found) == pytest.approx(1)
    assert found[0].meaning == outcome("500").meaning == "Internal server error"


def test_top_errors_leave_other_days_out():
    """Failures outside the period are not counted; an empty period has no errors."""
    rows = traffic(days=10, daily=24)
    fail(rows[0], "500")
    rollup = roll_up(event_frame(rows))

    assert top_errors(rollup, integration="api", kind=Kind.API, period=Days(first=on(1), last=on(9), days=9)) == ()
    assert top_errors(rollup, integration="nobody", kind=Kind.API, period=span(10)) == ()


def test_every_class_that_a_log_is_read_into_has_a_meaning():
    """No class of error or reason that reading gives is left to its bare name."""
    classes = [name for name, _ in CLASSES]

    assert [name for name in classes if name not in CALLS] == []
    assert [name for name in REASONS if name not in DELIVERIES] == []


def test_a_policy_names_who_acts_on_a_code():
    """An owner that a policy names goes before the table, for calls and deliveries apart."""
    owners = Owners(calls={"429": Owner.US}, deliveries={"timeout": Owner.THIRD_PARTY})

    assert owner_of("429", owners=owners) is Owner.US
    assert owner_of("timeout", owners=owners) is owner_of("timeout")
    assert owner_of("timeout", kind=Kind.WEBHOOK, owners=owners) is Owner.THIRD_PARTY
