"""Customers: read from a CSV, listed, and forgotten so that nothing of them is left."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

import techhealth as th
from techhealth.actions import outbox
from techhealth.policy import Contact
from techhealth.store import (
    customer_of,
    forget,
    import_customers,
    judged_by,
    keep,
    known,
    listed,
    looked_at,
    policies_of,
    save_assessment,
    save_policy,
    tables,
    uploads_of,
)  # fmt: skip
from techhealth.store.customers import row_of
from techhealth.store.tickets import add_ticket, cover
from tests.store.usages import usage

CSV = (
    b"name,zone,segment,annual_revenue,renewal_on,health_score,contacts,sla_ms\r\n"
    b'Globex,Europe/Berlin,enterprise,120000,2026-09-30,81,"Mike Poe <mike@globex.example> (Technical Lead); Ann (CSM)",'
    b'"Billing API=800; Pay = later=900"\r\n'
    b"Initech,,,,,,,\r\n"
)
GLOBEX = "globex"


def test_customers_come_from_a_csv(store):
    """Every column is read; what is empty is not known."""
    assert import_customers(store, CSV) == (2, 0)

    found = customer_of(store, "GLOBEX")
    assert found.contacts == (
        Contact(name="Mike Poe", role="Technical Lead", email="mike@globex.example"),
        Contact(name="Ann", role="CSM"),
    )
    assert found.sla_ms == {"Billing API": 800.0, "Pay = later": 900.0}
    assert (found.zone, found.annual_revenue, found.renewal_on) == ("Europe/Berlin", 120000, date(2026, 9, 30))
    assert (found.segment, found.health_score) == ("enterprise", 81)
    assert [one.customer.name for one in listed(store)] == ["Globex", "Initech"]


def test_a_later_csv_updates_what_it_says(store):
    """An empty field leaves what is known, another replaces it."""
    import_customers(store, CSV)

    assert import_customers(store, b"name,segment,health_score\nglobex,,40\nHooli,small,\n") == (1, 1)
    found = customer_of(store, "Globex")
    assert (found.name, found.segment, found.health_score) == ("globex", "enterprise", 40)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("name,zone\nA,Mars/Base", "row 2 of the customers: 'Mars/Base' is no zone; write a zone"),
        ("name,annual_revenue\nB,1\nA,1.000.000", "row 3 .* without thousands"),
        ("name,health_score\nA,101", "0 to 100"),
        ("name,renewal_on\nA,30.09.2026", "YYYY-MM-DD"),
        ("name,contacts\nA,somebody", "Name <address>"),
        ("name,contacts\nA,Ann <ann@> (CSM)", "row 2 .*Name <address>"),
        ("name,contacts\nB,\nA,Ann <ann at example.com> (CSM)", "row 3 .*Name <address>"),
        ("name,contacts\nA,Ann <a@b.example (CSM)", "row 2 .*Name <address>"),
        ('name,segment\nA,"small\nB,large\n', "cannot be read .*save them as CSV"),
        ("name,sla_ms\nA,Billing=-5", "integration=milliseconds"),
        ("name,segment\n,small", "row 2 of the customers has no name"),
        ("name,size\nA,1", "unknown columns size"),
        ("name,annual_revenue\nA,1,000", "row 2 of the customers has more fields"),
        ("segment\nsmall", "no column name"),
        ("", "no column name"),
    ],
)  # fmt: skip
def test_a_csv_that_cannot_be_meant_changes_nothing(store, row, said):
    """What is wrong is told by its row, with how to write it; nothing of the file is stored."""
    with pytest.raises(th.InputError, match=said):
        import_customers(store, row.encode())

    assert listed(store) == ()


def test_a_policy_is_filled_with_what_is_known(store):
    """SLAs, zone and contacts of the store stand where the policy itself says nothing."""
    import_customers(store, CSV)
    policy = judged_by(store, th.Policy(sla_ms={"Billing API": 500}), "GLOBEX")

    assert (policy.customer, policy.timezone) == ("Globex", "Europe/Berlin")
    assert policy.sla_ms == {"Billing API": 500, "Pay = later": 900}
    assert [one.role for one in policy.contacts] == ["Technical Lead", "CSM"]


def test_policies_are_kept_by_name(store):
    """A policy comes back as it was; saving it again replaces it."""
    policy = th.Policy(customer="Globex", sla_ms={"Billing API": 500})
    save_policy(store, "strict", th.Policy())
    save_policy(store, "strict", policy)

    assert policies_of(store) == {"strict": policy}


def opened(store, customer, *, now):
    """Return a ticket that speaks of its customer, opened for an issue and put into the outbox."""
    with store.writing() as connection:
        owner, said = row_of(connection, customer)["id"], {"subject": customer}
        ticket = add_ticket(connection, owner, now=now, document=said, outcome=[said], report=customer.encode())
        cover(connection, ticket, [f"{customer}-errors"])
        outbox.put(connection, key=customer, channel=outbox.Channel.MAIL, payload=customer, now=now, customer_id=owner)
    return ticket


def everything(store):
    """Return every value of every row of a store, as text."""
    with store.reading() as connection:
        return "\n".join(
            str(row) for table in tables.metadata.sorted_tables for row in connection.execute(select(table))
        )


def test_a_forgotten_customer_is_nowhere(store):
    """No row, no usage, no file and no page of the database holds the name; the ticket numbers go on, others stay."""
    import_customers(store, CSV)
    upload = keep(store, usage(range(1000), name="globex.csv"), customer="Globex")
    keep(store, usage(range(100), name="b", customer="Initech"), customer="Initech")
    policy = th.Policy(customer="Globex")
    save_policy(store, "globex", policy)
    save_assessment(store, upload, th.assess(known(store, upload, looked_at(upload, policy))[0], policy=policy))
    now = datetime(2026, 1, 29, tzinfo=UTC)
    opened(store, "Globex", now=now)
    call = {"uid": "globex", "issues": "globex", "starts_at": now, "sequence": 0, "state": "planned"}
    for table, what in ((tables.meetings, call), (tables.signals, {"raised_at": now, "kind": "globex"})):  # fmt: skip
        with store.writing() as connection:
            owner = connection.execute(select(tables.customers.c.id).where(tables.customers.c.key == GLOBEX)).scalar()
            connection.execute(table.insert().values(customer_id=owner, document={"of": "Globex"}, **what))
    assert GLOBEX in everything(store).lower()

    assert forget(store, "GLOBEX") == (b"globex.csv".hex(),)
    assert GLOBEX not in everything(store).lower()
    store.engine.dispose()
    held = b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file()).lower()
    assert b"initech" in held or store.engine.dialect.name == "postgresql"
    assert GLOBEX.encode() not in held
    assert [one.customer for one in uploads_of(store)] == ["Initech"]
    assert opened(store, "Initech", now=now).number == 2


def test_customers_that_are_secrets_are_customers_of_their_own(store):
    """An address is stored masked, apart from another one, and found by what it is and by what is shown."""
    import_customers(store, b"name,segment\nann@example.com,small\nbob@example.com,large\n")
    ann, bob = (customer_of(store, name) for name in ("Ann@example.com", "bob@example.com"))
    forget(store, "ann@example.com")

    assert (ann.segment, bob.segment, "@" in ann.name + bob.name) == ("small", "large", False)
    assert customer_of(store, ann.name) is None
    assert customer_of(store, bob.name) == bob


def test_a_customer_must_be_known_to_be_forgotten(store):
    """A mistyped name is wrong usage."""
    with pytest.raises(th.UsageError, match="knows no customer"):
        forget(store, "Nobody")
