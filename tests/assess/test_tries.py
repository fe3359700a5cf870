"""First tries that fail more often are found while retries save the deliveries, and told once where they no longer do."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

import techhealth as th
from techhealth.assess.facts import all_days, facts_of
from techhealth.assess.recovery_counts import measured
from techhealth.assess.tries import EVIDENCE
from techhealth.model import Assessment, Issue, IssueKind, Severity
from techhealth.policy import Policy
from techhealth.present import chat
from techhealth.present.card import render
from techhealth.present.page import issues_card
from techhealth.present.wishes import wishes
from techhealth.usage.rollup import roll_up
from techhealth.usage.tries import by_first_try
from tests.present.fragments import Parsed, draw

FIRST, DAYS, DAILY, ONSET = datetime(2026, 1, 5, tzinfo=UTC), 35, 240, 25
#: A try's number and how many there are of its delivery → columns besides the common ones.
Columns = Callable[[int, int], dict[str, object]]
#: How a log tells of tries → its columns, None where there is one row a delivery.
BY_ROW: dict[str, Columns] = {
    "numbered tries": lambda number, tries: {"attempt": number},
    "repeated ids": lambda number, tries: {},
}
BY_DELIVERY: dict[str, Columns] = {
    "a count of tries": lambda number, tries: {"attempts": tries},
    "a count of retries": lambda number, tries: {"retry_count": tries - 1},
}


def tried(day: int, place: int, *, before: int, after: int, hours: tuple[int, ...] = ()) -> bool:
    """Return whether a delivery fails at first: one in so many, before and after the onset, then in some hours alone."""
    hour = place * 24 // DAILY
    every = before if day < ONSET or (hours and hour not in hours) else after
    return (place * 7 + day) % every == 0


def log(form: str, *, before: int = 50, after: int = 6, lost: int = 0, hours: tuple[int, ...] = ()) -> bytes:
    """Return webhook deliveries; one in `lost` fails for good of those that fail at first after the onset."""
    rows, failed = [], 0
    for day in range(DAYS):
        for place in range(DAILY):
            at = FIRST + timedelta(days=day, minutes=place * 6)
            first_fails = tried(day, place, before=before, after=after, hours=hours)
            failed += first_fails and day >= ONSET
            gone = bool(first_fails and day >= ONSET and lost and failed % lost == 0)
            tries = 1 + first_fails
            shown = range(1, tries + 1) if form in BY_ROW else [tries]
            for number in shown:
                bad = (number == 1 and first_fails) if number < tries else gone
                rows.append(
                    {
                        "timestamp": (at + timedelta(minutes=5 * (number - 1))).isoformat(), "type": "webhook_delivery",
                        "integration": "Hook", "delivery_id": f"dlv_{day:03d}{place:04d}", "event_type": "order.paid",
                        "url": "https://c.example/hook", "status": "failed" if bad else "delivered",
                        "reason": "timeout" if bad else None,
                        **(BY_ROW | BY_DELIVERY).get(form, lambda number, tries: {})(number, tries),
                    }
                )  # fmt: skip
    return "\n".join(map(json.dumps, rows)).encode()


@cache
def assessed(form: str, **how: int | tuple[int, ...]) -> Assessment:
    """Return the assessment of a log."""
    return th.assess(th.read(log(form, **how)))  # type: ignore[arg-type]


def of_tries(found: Assessment) -> list[Issue]:
    """Return the issues about first tries."""
    return [issue for issue in found.issues if issue.kind is IssueKind.FIRST_TRIES]


@pytest.mark.parametrize("form", [*BY_ROW, *BY_DELIVERY])
def test_first_tries_that_fail_more_often_are_found_in_any_log_that_tells_of_tries(form: str) -> None:
    """However a log tells of tries, an issue dates the rise to the day, and says that the deliveries arrive."""
    found = assessed(form)
    (issue,) = of_tries(found)

    assert found.issues == (issue,)
    assert issue.onset is not None
    assert issue.onset.on == (FIRST + timedelta(days=ONSET)).date()
    assert "while retries still save the deliveries: 100 % arrive" in issue.title
    assert issue.recent.k == pytest.approx(7 * DAILY / 6, abs=7)


def test_a_log_that_tells_of_no_tries_claims_nothing_about_them() -> None:
    """Where each delivery is one row without a number, nothing is known of first tries, and nothing is said."""
    found = assessed("nothing")
    webhooks = found.integrations[0].webhooks

    assert found.issues == ()
    assert webhooks is not None
    assert (webhooks.first_try_rate, webhooks.final_rate) == (None, 1.0)


def test_the_score_is_that_of_the_deliveries() -> None:
    """First tries cost no points: the same deliveries without a word about tries have the same score."""
    assert assessed("nothing").score.value == assessed("numbered tries").score.value


def test_what_is_to_be_done_wins_no_points_and_says_so() -> None:
    """Playing back that no first try fails leaves the score as it is; no failed delivery is said to be removed."""
    found = assessed("numbered tries")
    (advice,) = found.recommendations

    assert (advice.expected.errors_removed, advice.expected.score_after) == (0, found.score.value)
    assert "failed first tries (77 %)" in advice.why
    assert "wins no points" in advice.why


@pytest.mark.parametrize(("form", "kind"), [("numbered tries", "delivery_reason"), ("a count of tries", "error_code")])
def test_the_reason_of_first_tries_is_named_where_the_log_has_it(form: str, kind: str) -> None:
    """A row a try has the reason of each, and with it the owner; a mere count has none, and nobody is blamed."""
    (issue,) = of_tries(assessed(form))

    assert issue.causes[0].kind == kind
    assert issue.owner == ("customer" if form in BY_ROW else "unknown")
    assert "first tries" in issue.causes[0].statement


def test_hours_in_which_first_tries_fail_are_named() -> None:
    """What fails at first in two hours of the day is laid to these hours."""
    (issue,) = of_tries(assessed("numbered tries", after=2, hours=(14, 15)))

    assert issue.causes[0].kind == "hours"
    assert issue.causes[0].evidence["from_hour"] == 14


def test_it_is_never_critical_while_the_deliveries_arrive() -> None:
    """Half of the first tries fail: a warning, for every delivery arrives."""
    (issue,) = of_tries(assessed("numbered tries", after=2))

    assert issue.severity is Severity.WARNING
    assert issue.forecast is not None
    assert issue.forecast.days is None
    assert issue.forecast.text.startswith("In the last 7 days no delivery was lost for good.")


def test_the_outlook_says_at_which_rate_the_target_would_be_missed() -> None:
    """One in 56 of those that fail at first is lost: at that share 1 % of all is lost once 56 % of first tries fail."""
    (issue,) = of_tries(assessed("numbered tries", lost=56))

    assert issue.forecast is not None
    assert "1 % of all deliveries are lost once 56 % of first tries fail" in issue.forecast.text


def test_where_the_deliveries_fail_as_well_there_is_one_issue() -> None:
    """A third of those that fail at first is lost: one issue about deliveries, of which the first tries are evidence."""
    (issue,) = assessed("numbered tries", lost=3).issues
    first = next(one for one in issue.sub_series if (one.axis, one.name) == EVIDENCE)

    assert issue.kind is IssueKind.WEBHOOK
    assert first.recent.k == pytest.approx(7 * DAILY / 6, abs=7)
    assert "At the first try 16.7 % fail" in issue.impact.text


def test_first_tries_are_known_from_the_first_delivery_that_a_later_one_saved() -> None:
    """As of a day on which no retry has saved anything, there are no first tries to judge."""
    rollup = roll_up(th.read(log("numbered tries", before=DAILY * 10)))
    (facts,) = facts_of(rollup, days=all_days(rollup))  # type: ignore[arg-type]
    saved = facts.on(int((facts.first_tries.failures > 0).argmax()))  # type: ignore[union-attr]

    assert facts.until(saved - timedelta(days=1)).first_tries is None
    assert facts.until(saved).first_tries is not None


def test_a_fix_is_measured_by_the_first_tries() -> None:
    """What a fix of the issue is proven by are first tries: as many as failed, against their rate before."""
    rollup = roll_up(th.read(log("numbered tries")))
    (facts,) = facts_of(rollup, days=all_days(rollup))  # type: ignore[arg-type]
    (issue,) = of_tries(assessed("numbered tries"))
    found = measured(issue, facts, cut=DAYS, policy=Policy())

    assert found.k.sum() == sum(week.k for week in issue.weekly) > 0
    assert (found.before, found.what) == (issue.baseline, "first tries of deliveries fail")


def test_deliveries_by_their_first_try_are_as_many() -> None:
    """Told by their first try, the deliveries of a log are as many, by hour and by endpoint."""
    rollup = roll_up(th.read(log("numbered tries", lost=3)))
    tries = by_first_try(rollup)

    for table in ("hourly", "endpoints"):
        assert getattr(tries, table)["calls"].sum() == getattr(rollup, table)["calls"].sum() == DAYS * DAILY


def test_an_onset_is_what_makes_it_an_issue() -> None:
    """First tries that always failed as often are how a receiver is, and no issue."""
    assert assessed("numbered tries", before=6, after=6).issues == ()


@pytest.mark.parametrize("said", ["Failed first tries rose from", "arrive late", "The score stays at"])
def test_every_door_tells_of_it(said: str) -> None:
    """Card, page and chat say what fails, what it costs, and what fixing it wins."""
    found = assessed("numbered tries")
    (wish,) = wishes("how are the webhooks", found)

    assert said in " ".join(render(found, width=4_000, color=False).split())
    assert said in Parsed(issues_card(found, draw=draw)).text
    assert said in Parsed(chat.reply(wish, found, policy=Policy(), draw=draw)).text
