"""A webhook's history run through the rules by which senders switch endpoints off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from techhealth.assess import assess
from techhealth.assess.disabling import RULES, countdowns
from techhealth.errors import PolicyError
from techhealth.model import Countdown
from techhealth.policy import Policy
from techhealth.present.card import render
from techhealth.usage.events import EVENT_SCHEMA, Usage
from techhealth.usage.rollup import roll_up
from tests.assess.test_assess import receipt

START = datetime(2026, 1, 5, tzinfo=UTC)


def deliveries(*parts: tuple[int, bool], an_hour: int = 2) -> pl.DataFrame:
    """Return deliveries of parts (hours, whether they succeed), so many an hour."""
    outcomes = [ok for hours, ok in parts for _ in range(hours)]
    plain = {"integration": "Hook", "kind": "webhook", "attempts": 1, "is_retry": False}
    rows = [
        {**plain, "at": START + timedelta(hours=hour, minutes=20 * place), "ok": ok, "first_ok": ok,
         "error": None if ok else "timeout", "reason": None if ok else "timeout"}
        for hour, ok in enumerate(outcomes)
        for place in range(an_hour)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=EVENT_SCHEMA)


def told(*parts: tuple[int, bool], sender: str | None = None, an_hour: int = 2) -> dict[str, Countdown]:
    """Return the countdowns by sender."""
    found = countdowns(roll_up(deliveries(*parts, an_hour=an_hour)), "Hook", sender=sender)
    return {one.sender: one for one in found}


def test_five_days_of_failures_are_counted_down_by_the_hour():
    """After 48 hours in which all fail 72 are left of Svix's 120, an hour later 71, and after 130 none."""
    left = [told((240, True), (hours, False))["Svix"].hours_left for hours in (48, 49, 130)]

    assert left == [72, 71, 0]


def test_failures_in_a_row_are_counted_down_at_the_present_pace():
    """Of 100 failures in a row 48 have happened at two an hour: 26 hours are left."""
    assert told((240, True), (24, False))["Outpost"].hours_left == 26


def test_an_endpoint_that_is_down_is_counted_down_from_its_first_hours():
    """Down for 6 hours, after a healthy day: nothing says that its good hours come back, so 114 of 120 are left."""
    assert told((240, True), (6, False), sender="Svix")["Svix"].hours_left == 114


def test_one_lost_delivery_is_no_endpoint_that_is_down():
    """A failure in the last hour of a healthy week counts nothing down."""
    assert told((240, True), (1, False), sender="Svix") == {}


def test_a_share_of_a_week_is_reached_when_the_good_hours_have_left_it():
    """95 % of a week's runs fail once all but 8.4 of its 168 hours do: after 100 bad hours 60 more."""
    assert told((240, True), (100, False))["Zapier"].hours_left == 60


def test_a_rule_that_held_while_deliveries_went_on_is_none_of_the_sender():
    """After two days of failures nobody who disables within hours is the sender; of ten, nobody who does within five days."""
    two, ten = (set(told((240, True), (24 * days, False))) for days in (2, 10))

    assert two == {"Svix", "Zapier", "Outpost", "Alloy"}
    assert ten == set()


def test_one_success_sets_a_row_back():
    """A delivery that arrives starts the clocks of "all fail" anew."""
    found = told((240, True), (100, False), (1, True), (24, False))

    assert found["Svix"].hours_left == 96


def test_the_sender_is_an_if_unless_the_policy_names_it():
    """Without a name every near rule is told with "if", with one only that sender's, as a fact."""
    unknown, known = told((240, True), (48, False)), told((240, True), (48, False), sender="svix")

    assert unknown["Svix"].text.startswith("If the sender is Svix: it disables")
    assert list(known) == ["Svix"]
    assert known["Svix"].text == (
        "Svix disables an endpoint when all deliveries fail for 5 days (120 hours); at the present pace that is in about "
        "72 hours, and about 48 deliveries a day would no longer be sent"
    )


@pytest.mark.parametrize("parts", [[(300, True)], [(200, False), (48, True)], [(240, True), (8, False), (16, True)]])
def test_deliveries_that_mostly_arrive_are_near_no_rule(parts: list[tuple[int, bool]]):
    """Success, recovery, and a day of which a third failed are no countdown."""
    assert told(*parts) == {}


def test_a_sender_without_a_rule_is_refused():
    """A name that is not in the table is an error that lists the table."""
    with pytest.raises(PolicyError, match="known: Svix"):
        told((240, True), (48, False), sender="Pigeon")


def test_each_rule_names_its_source():
    """A rule without a source is hearsay."""
    assert all(rule.source and rule.told for rule in RULES)
    assert len({rule.sender for rule in RULES}) == len(RULES)


def test_card_and_document_tell_a_near_rule():
    """Where a rule is near the card says so, the document holds it; else neither mentions it."""
    near, far = (
        assess(Usage(events=deliveries((480, True), (hours, False)), receipt=receipt("Globex")),
               policy=Policy(webhook_sender={"Hook": "Svix"}))
        for hours in (48, 0)
    )  # fmt: skip

    assert [one.hours_left for one in near.integrations[0].webhooks.countdowns] == [72]
    assert "Svix disables an endpoint" in render(near, width=120, color=False)
    assert far.integrations[0].webhooks.countdowns == ()
    assert "Svix" not in render(far, width=120, color=False)
