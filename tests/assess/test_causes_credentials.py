"""Weekdays and credentials that stop working."""

from datetime import datetime, timedelta

import pytest

from techhealth.assess.advice import for_cause
from techhealth.assess.causes.weekdays import chance_of
from techhealth.model import CauseKind
from tests.assess.planted import FIRST, causes_of, fail, noise, of_kind, on, traffic


def failing_on(weekdays: dict[int, int], *, code: str = "401", first_day: int = 0) -> list[dict[str, object]]:
    """Return traffic in which some calls fail on the given weekdays: weekday → failures each time."""
    rows, left = traffic(), {}
    for row in rows:
        at = row["at"]
        assert isinstance(at, datetime)
        left.setdefault(at.date(), weekdays.get(at.weekday(), 0) if at.date() >= on(first_day) else 0)
        if left[at.date()]:
            left[at.date()] -= 1
            fail(row, code)
    return rows


def test_failures_of_one_weekday_are_named_with_counts():
    """401s of four Sundays are said to fall on Sundays, and all of them are removable."""
    (found,) = of_kind(causes_of(failing_on({6: 10})), CauseKind.WEEKDAY)

    assert found.cause.statement == (
        "401s fall on Sundays: 40 of 40 on 4 Sundays; consistent with a weekly credential or job"
    )
    assert found.code == "401"
    assert found.removable == {on(3): 10, on(10): 10, on(17): 10, on(24): 10}


def test_two_weekdays_of_seven_are_no_weekday():
    """Failures on Sundays and Wednesdays alike are not "Sundays"."""
    assert of_kind(causes_of(failing_on({6: 10, 2: 10})), CauseKind.WEEKDAY) == []


def test_one_sunday_is_no_pattern():
    """A single bad Sunday claims no weekday."""
    assert of_kind(causes_of(failing_on({6: 30}, first_day=20)), CauseKind.WEEKDAY) == []


@pytest.mark.parametrize(("last_hours", "weekdays"), [(range(10, 12), 1), (range(24), 0)])
def test_one_incident_and_a_bad_day_a_week_later_are_no_weekly_job(last_hours: range, weekdays: int):
    """An hour that failed a week ago returns if the same hours fail again, not if something else began on that day."""
    rows = traffic()
    for row in rows:
        at = row["at"]
        assert isinstance(at, datetime)
        if (at.date() == on(21) and at.hour == 10) or (at.date() == on(28) and at.hour in last_hours):
            fail(row, "500")

    assert len(of_kind(causes_of(rows), CauseKind.WEEKDAY)) == weekdays


def test_a_few_incidents_on_two_fridays_at_other_hours_are_no_weekly_job():
    """Two dates on which all fails for an hour or two share their weekday one time in seven: no job returns."""
    rows = traffic(daily=480)
    for row in rows:
        at = row["at"]
        assert isinstance(at, datetime)
        if (at.date() == on(15) and at.hour in (6, 20)) or (at.date() == on(22) and at.hour in (1, 12)):
            fail(row, "503")

    assert of_kind(causes_of(rows), CauseKind.WEEKDAY) == []


def test_a_weekday_whose_last_time_was_clean_is_over():
    """Failures on earlier Sundays, none on the last one, are no present pattern."""
    rows = failing_on({6: 10})
    for row in rows:
        if row["at"].date() == on(24):  # type: ignore[union-attr]
            row.update(ok=True, status=200, error=None, first_ok=True)

    assert of_kind(causes_of(rows), CauseKind.WEEKDAY) == []


def test_weekdays_belong_to_the_customers_zone():
    """Failures late on Saturday in UTC fall on Sunday in Tokyo."""
    rows = traffic()
    for row in rows:
        at = row["at"]
        if at.weekday() == 5 and at.hour in (20, 21):  # type: ignore[union-attr]
            fail(row, "401")

    (found,) = of_kind(causes_of(rows, timezone="Asia/Tokyo"), CauseKind.WEEKDAY)

    assert found.cause.evidence["weekday"] == "Sunday"


def test_calls_that_fail_authentication_from_one_hour_on_point_at_a_credential():
    """All calls refused since a certain hour, and still so, are consistent with an expired credential."""
    rows = traffic()
    for row in rows:
        at = row["at"]
        if (at.date(), at.hour) >= (on(27), 14):  # type: ignore[union-attr]
            fail(row, "401")

    found = causes_of(rows, onset=on(27))

    assert found[0].cause.kind is CauseKind.EXPIRED_CREDENTIAL
    assert "27 January" not in found[0].cause.statement
    assert "began on 28 January at about 14:00 UTC and have not stopped" in found[0].cause.statement
    assert sum(found[0].removable.values()) == sum(row["ok"] is False for row in rows)


def test_a_credential_that_was_renewed_is_not_expired():
    """Refused calls that ended before the log does are no expired credential, but one that was renewed."""
    rows = traffic()
    for row in rows:
        if row["at"].date() == on(20):  # type: ignore[union-attr]
            fail(row, "401")

    (found,) = causes_of(rows)

    assert found.cause.kind is CauseKind.BURSTS
    assert found.cause.statement.endswith("mostly 401s; consistent with a credential that was renewed afterwards")


@pytest.mark.parametrize(
    ("code", "said", "title"),
    [
        ("secret_expired", "an expired client secret", "Have a new client secret issued for API"),
        ("token_rejected", "an expired or revoked token", "Renew the credential of API"),
        ("401", "an expired or revoked credential", "Renew the credential of API"),
    ],
)
def test_an_expired_secret_is_told_from_an_expired_token(code: str, said: str, title: str):
    """What the answers name decides what is said and done: a secret is issued anew, a token is authorised again."""
    rows = traffic(kind="auth" if not code.isdecimal() else "api")
    for row in rows:
        if row["at"] >= FIRST + timedelta(days=26, hours=9):  # type: ignore[operator]
            fail(row, code)

    found = causes_of(rows, kind=str(rows[0]["kind"]))[0]

    assert found.cause.kind is CauseKind.EXPIRED_CREDENTIAL
    assert said in found.cause.statement
    assert title == for_cause("API", found).title


@pytest.mark.parametrize("seed", range(5))
def test_scattered_refusals_name_neither_weekday_nor_credential(seed: int):
    """401s by chance have no weekday and no hour from which they began."""
    rows = traffic(seed=seed)
    noise(rows, rate=0.02, seed=seed, codes=("401",))

    assert {one.cause.kind for one in causes_of(rows)} == {CauseKind.ERROR_CODE}


@pytest.mark.parametrize("rate", [0.4, 0.8])
def test_sign_ins_that_fail_now_and_then_are_no_expired_credential(rate: float):
    """A part of the sign-ins refused since a day is dated and called intermittent: others succeed all the while."""
    rows = traffic(kind="auth", daily=20)
    late = [row for row in rows if row["at"].date() >= on(20)]  # type: ignore[union-attr]
    noise(late, rate=rate, seed=3, codes=("token_rejected",))
    failed = sum(row["ok"] is False for row in late)

    (found,) = causes_of(rows, kind="auth", onset=on(20))

    assert found.cause.kind is CauseKind.ERROR_CODE
    assert "of sign-ins since" in found.cause.statement
    assert f"{180 - failed} succeeded since, so access fails now and then, not for good" in found.cause.statement


def test_a_credential_of_one_client_among_many_is_no_dead_integration():
    """A quarter of the calls refused since yesterday, the rest fine, is intermittent for the integration."""
    rows = traffic()
    for row in [row for row in rows if row["at"].date() >= on(26)][::4]:  # type: ignore[union-attr]
        fail(row, "401")

    found = causes_of(rows, onset=on(26))

    assert found[0].cause.kind is CauseKind.ERROR_CODE
    assert of_kind(found, CauseKind.EXPIRED_CREDENTIAL) == []


def _of_clients(refused: set[str], *, from_hour: int = 14, **same: object) -> list[dict[str, object]]:
    """Return traffic of three clients, of which some are refused from an hour of 23 January on."""
    rows = traffic(**same)  # type: ignore[arg-type]
    for index, row in enumerate(rows):
        row["client"] = ("sync/2.1", "etl/1.4", "portal/5.0")[index % 3]
        if row["client"] in refused and row["at"] >= FIRST + timedelta(days=22, hours=from_hour):  # type: ignore[operator]
            fail(row, "401")
    return rows


def test_the_credential_of_one_client_is_told_by_its_name():
    """A client that is refused since an hour while the others are let in is shut out, not refused now and then."""
    found = causes_of(_of_clients({"sync/2.1"}), onset=on(22))

    assert [one.cause.kind for one in found] == [CauseKind.EXPIRED_CREDENTIAL]
    assert found[0].cause.statement == (
        "Client sync/2.1 is refused (401s) since 23 January, about 14:00 UTC: from 24 January on 480 of 480 calls fail, none of "
        "1,760 before 23 January, and none of 960 of the other clients; consistent with an expired or revoked credential"
    )
    assert for_cause("API", found[0]).title == "Renew the credential of client sync/2.1"
    assert sum(found[0].removable.values()) == 480 + 33


def test_the_credential_of_several_clients_names_them():
    """Two of three clients that are refused are named together."""
    found = causes_of(_of_clients({"sync/2.1", "etl/1.4"}), onset=on(22))

    assert found[0].cause.kind is CauseKind.EXPIRED_CREDENTIAL
    assert found[0].cause.statement.startswith("Clients etl/1.4 and sync/2.1 are refused (401s) since 23 January")


def test_a_client_that_is_let_in_again_or_is_new_is_not_shut_out():
    """Neither the client whose last day succeeds nor the one that never succeeded has an expired credential."""
    renewed, new = _of_clients({"sync/2.1"}), _of_clients({"sync/2.1"})
    for row in renewed:
        if row["at"].date() == on(28):  # type: ignore[union-attr]
            row.update(ok=True, status=200, error=None, first_ok=True)
    fresh = [row for row in new if row["client"] != "sync/2.1" or row["ok"] is False]

    assert of_kind(causes_of(renewed, onset=on(22)), CauseKind.EXPIRED_CREDENTIAL) == []
    assert of_kind(causes_of(fresh, onset=on(22)), CauseKind.EXPIRED_CREDENTIAL) == []


def test_the_chance_of_a_day_matches_the_negative_binomial():
    """Reference values of the upper tail: scipy.stats.nbinom.sf(k - 1, 1 / 0.35**2, size / (size + mean))."""
    assert chance_of(10, mean=2.0, variation=0.35) == pytest.approx(0.0004777878, rel=1e-6)
    assert chance_of(3, mean=2.0, variation=0.35) == pytest.approx(0.3222404598, rel=1e-6)
    assert chance_of(0, mean=2.0, variation=0.35) == 1.0
    assert chance_of(500, mean=0.02, variation=0.35) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("hour", [9, 15, 21])
def test_a_weekday_of_another_zone_is_found_in_any(hour: int):
    """What fails for a day of the customer's zone crosses midnight of the log's and is still one weekday."""
    rows = traffic()
    for row in rows:
        since = row["at"] - FIRST - timedelta(days=9, hours=hour)  # type: ignore[operator]
        if timedelta(0) <= since and since % timedelta(days=7) < timedelta(hours=20):
            fail(row, "401")

    (found,) = of_kind(causes_of(rows), CauseKind.WEEKDAY)

    assert found.cause.onset.on == on(9)  # type: ignore[union-attr]
    assert f"fall on the 24 hours from Saturdays, {hour:02d}:00 UTC on" in found.cause.statement
    assert found.cause.statement.endswith("two weeks only suggest") is (
        hour > 0 and found.cause.evidence["occurrences_with_failures"] == 2
    )
