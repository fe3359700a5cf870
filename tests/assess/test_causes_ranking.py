"""Which of several explanations of the same failures is preferred."""

from datetime import datetime

import numpy as np
import pytest

from techhealth.model import CauseKind
from tests.assess.planted import causes_of, fail, noise, of_kind, on, traffic

ONSET = 20


def late(row: dict[str, object]) -> bool:
    """Return whether a row lies behind the onset."""
    at = row["at"]
    assert isinstance(at, datetime)
    return at.date() >= on(ONSET)


def mixed(seed: int) -> list[dict[str, object]]:
    """Return calls of four endpoints and three clients; one client makes most of one endpoint's calls."""
    random, rows = np.random.default_rng(seed), traffic(seed=seed)
    for row in rows:
        endpoint = int(random.integers(4))
        client = 2 if endpoint == 3 and random.random() < 0.7 else int(random.integers(3))
        row |= {"endpoint": f"/{endpoint}", "client": f"sdk/{client}"}
    noise(rows, rate=0.01, seed=seed, codes=("404", "500"))
    return rows


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("key", "name", "kind"), [("client", "sdk/2", CauseKind.CLIENT_VERSION), ("endpoint", "/3", CauseKind.ENDPOINT)]
)
def test_the_slice_that_fails_is_told_from_the_one_it_overlaps(seed: int, key: str, name: str, kind: CauseKind):
    """Where a client and an endpoint overlap, the one whose calls fail everywhere explains more than the other."""
    rows, random = mixed(seed), np.random.default_rng(100 + seed)
    for row in rows:
        if late(row) and row[key] == name and random.random() < 0.15:
            fail(row, "500")

    top = causes_of(rows, onset=on(ONSET))[0].cause

    assert (top.kind, str(top.evidence["slice"]).removeprefix("GET ")) == (kind, name)


@pytest.mark.parametrize("seed", range(3))
def test_a_slice_that_always_failed_more_does_not_explain_what_is_new(seed: int):
    """New failures of all endpoints alike are a new code, though one endpoint has had most failures all along."""
    rows, random = traffic(seed=seed), np.random.default_rng(seed)
    for index, row in enumerate(rows):
        row["endpoint"] = f"/{index % 4}"
        if random.random() < (0.05 if index % 4 == 0 else 0.002):
            fail(row, "404")
    noise([row for row in rows if row["ok"] and late(row)], rate=0.08, seed=seed, codes=("503",))

    top = causes_of(rows, onset=on(ONSET))[0].cause

    assert (top.kind, top.evidence["code"]) == (CauseKind.ERROR_CODE, "503")


def test_a_receiver_that_is_down_at_the_same_hours_has_hours_not_outages():
    """Nine days on which two hours fail are one pattern of hours rather than nine outages."""
    rows = traffic(kind="webhook", method=None, daily=480)
    for row in rows:
        if late(row) and row["at"].hour in (13, 14):  # type: ignore[union-attr]
            fail(row, "timeout")

    found = causes_of(rows, kind="webhook", onset=on(ONSET))

    assert found[0].cause.kind is CauseKind.HOURS
    assert of_kind(found, CauseKind.BURSTS) == []


def test_outages_at_changing_hours_are_outages():
    """Nine outages at hours of their own are no pattern of hours."""
    random, rows = np.random.default_rng(5), traffic(daily=960)
    starts = {on(day): random.integers(7, 17) for day in range(ONSET, 29)}
    for row in rows:
        at = row["at"]
        if late(row) and at.hour == starts[at.date()] and at.minute < 40:  # type: ignore[union-attr]
            fail(row, "503")

    assert causes_of(rows, onset=on(ONSET))[0].cause.kind is CauseKind.BURSTS


def test_two_days_of_the_same_hours_are_enough_to_name_them():
    """The window of the worse day has to be confirmed by the other one alone."""
    rows, random = traffic(kind="webhook", method=None, daily=480), np.random.default_rng(1)
    for row in rows:
        if row["at"].date() >= on(27) and row["at"].hour in (9, 10) and random.random() < 0.4:  # type: ignore[union-attr]
            fail(row, "timeout")

    found = causes_of(rows, kind="webhook", onset=on(27))

    assert (found[0].cause.kind, found[0].cause.evidence["from_hour"]) == (CauseKind.HOURS, 9)


def test_every_cause_says_what_would_change_our_mind():
    """Each cause, found or not, names what would speak against it."""
    rows = mixed(1)

    assert all(one.cause.would_refute for one in causes_of(rows))
    assert all(one.cause.would_refute for one in causes_of(rows[:40]))


def test_slices_and_hours_give_their_risk_ratio_with_an_interval():
    """A slice that fails some ten times as often says so, with both ends."""
    rows, random = mixed(0), np.random.default_rng(7)
    for row in rows:
        if late(row) and row["client"] == "sdk/1" and random.random() < 0.1:
            fail(row, "422")

    evidence = of_kind(causes_of(rows, onset=on(ONSET)), CauseKind.CLIENT_VERSION)[0].cause.evidence

    assert 1 < evidence["risk_ratio_low"] < evidence["risk_ratio"] < evidence["risk_ratio_high"]  # type: ignore[operator]


@pytest.mark.parametrize("seed", range(3))
def test_a_slice_that_fails_as_before_explains_nothing_of_the_first_day(seed: int):
    """On the day of the onset, an endpoint with the few 404s that it always had is no cause of what rose."""
    rows, random = traffic(seed=seed), np.random.default_rng(seed)
    for index, row in enumerate(rows):
        row["endpoint"] = f"/{index % 4}"
        if index % 4 == 0 and random.random() < 0.02:
            fail(row, "404")
    today = [row for row in rows if row["ok"] and row["at"].date() == on(28)]
    noise(today, rate=0.1, seed=seed, codes=("503",))

    found = causes_of(rows, onset=on(28))

    assert (found[0].cause.kind, found[0].code) == (CauseKind.ERROR_CODE, "503")
    assert [one for one in found if one.cause.kind is CauseKind.ENDPOINT] == []


def test_a_code_that_began_with_few_failures_is_the_cause():
    """Seven failures of a code that never was seen before are what rose, told as one among many ordinary ones."""
    rows = traffic()
    for row in rows[: 29 * 240 : 60]:
        fail(row, "500")
    for row in [row for row in rows if late(row) and row["ok"]][::350]:
        fail(row, "422")

    top = causes_of(rows, onset=on(ONSET))[0].cause

    assert (top.kind, top.evidence["code"], top.evidence["failures_since"]) == (CauseKind.ERROR_CODE, "422", 7)


@pytest.mark.parametrize(("others", "began"), [((), True), (("400", "404", "500"), False)])
def test_a_code_pays_for_those_that_are_asked_beside_it(others: tuple[str, ...], began: bool):
    """Fourteen of 5,400 and six of the last 400 calls are enough for one code to have begun, and too few for one of four."""
    rows = traffic(daily=200)
    early, late_ones = rows[: 27 * 200], rows[27 * 200 :]
    for row in [*early[:: len(early) // 13][:14], *late_ones[::70]]:
        fail(row, "422")
    for place, code in enumerate(others, start=1):
        for row in early[place::600]:
            fail(row, code)

    dated = [one for one in causes_of(rows, onset=on(27)) if one.code == "422" and one.cause.onset is not None]

    assert began == bool(dated)
