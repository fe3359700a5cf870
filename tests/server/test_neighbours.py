"""The sample's other customers: each with its planted story, made once."""

from datetime import date

import pytest
from sqlalchemy import func, select

from techhealth.model import CauseKind, IssueKind, Owner, RiskLevel, State
from techhealth.sample.neighbours import INCIDENT, NEIGHBOURS, exports_of
from techhealth.server.neighbours import introduce, settle, settling
from techhealth.store import connect, forget, listed, newest_assessment, portfolio, tables


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Give a store in which all of them have settled."""
    made = connect(tmp_path_factory.mktemp("workspace"), who="tester")
    introduce(made)
    settle(made)
    yield made
    made.engine.dispose()


def row_of(store, name):
    """Return a customer's row on the board."""
    return next(row for row in portfolio(store, today=date(2026, 11, 27)).rows if row.account.name == name)


def test_three_customers_share_one_incident_and_nobody_else_is_linked(store):
    """The shared hour is found from three logs, as one link that is ours."""
    (link,) = portfolio(store, today=date(2026, 11, 27)).links

    assert set(link.customers) == {"Northgate Energy", "Larkspur Media", "Kestrel Travel"}
    assert (link.code, link.owner) == ("503", Owner.US)
    assert f"{link.first:%Y-%m-%d %H}" == f"{INCIDENT:%Y-%m-%d %H}"


def test_each_story_can_be_read_from_the_board(store):
    """Silent, recovered, expired, too little traffic, slower, healthy: each is what was planted."""
    silent, recovered, few = (row_of(store, name) for name in ("Ashdown Foods", "Fenwick Robotics", "Wexley Textiles"))
    (expired,) = newest_assessment(store, "Corvina Logistics").issues
    (slower,) = row_of(store, "Quillon Retail").summary.findings

    assert (silent.days_without, silent.risk) == (12, RiskLevel.UNKNOWN)
    assert (recovered.summary.trend.direction, recovered.summary.trend.significant, recovered.is_well) == (
        "up",
        True,
        True,
    )
    assert (expired.kind, expired.causes[0].kind) == (IssueKind.AUTH, CauseKind.EXPIRED_CREDENTIAL)
    assert few.summary.state is State.LOW_CONFIDENCE
    assert slower.kind is IssueKind.LATENCY
    for name in ("Marlow Insurance", "Pinecrest Clinics", "Tallinn Freight"):
        assert row_of(store, name).is_well
    assert row_of(store, "Acme Corp").summary is None


def test_settling_again_adds_nothing(store):
    """Neither uploads nor lines of the audit log."""

    def counted():
        with store.reading() as connection:
            return [connection.execute(select(func.count()).select_from(table)).scalar() for table in tables.metadata.sorted_tables]  # fmt: skip

    before = counted()
    introduce(store)
    settle(store)

    assert counted() == before


def test_a_store_that_knows_customers_gets_no_others(tmp_path):
    """Whose workspace holds customers already finds no invented ones among them; who forgot one does not get it back."""
    own, made = connect(tmp_path / "own"), connect(tmp_path / "made")
    introduce(made)
    forget(made, "Northgate Energy")
    introduce(made)
    with own.writing() as connection:
        connection.execute(tables.customers.insert().values(key="mine", name="Mine", contacts=[], sla_ms={}))
    introduce(own)

    assert [one.customer.name for one in listed(own)] == ["Mine"]
    assert "Northgate Energy" not in [one.customer.name for one in listed(made)]
    for store in (own, made):
        store.engine.dispose()


def test_who_leaves_meanwhile_does_not_wait(tmp_path):
    """Leaving at once settles nobody, leaving later ends with the customer that had begun; the next time goes on."""
    store, told = connect(tmp_path), iter([False, True])
    introduce(store)
    with settling(store):
        pass
    nobody = [one.customer.name for one in listed(store) if one.uploads]
    settle(store, stop=lambda: next(told))

    assert nobody == []
    assert [one.customer.name for one in listed(store) if one.uploads] == [NEIGHBOURS[0].name]
    store.engine.dispose()


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Singapore"])
def test_an_export_holds_whole_days_of_the_customers_zone(zone):
    """The same customer gives the same records, from the first to the last day of its own clock."""
    northgate = NEIGHBOURS[0]
    (once,), (again,) = exports_of(northgate, zone=zone), exports_of(northgate, zone=zone)
    days = once.calls["timestamp"].str.to_datetime(time_zone="UTC").dt.convert_time_zone(zone).dt.date()

    assert once.calls.equals(again.calls)
    assert (days.min(), days.max()) == (once.first, once.last)
