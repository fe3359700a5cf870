"""The database: made once, brought up by numbers, one writer at a time, and a log that nobody changes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

import techhealth as th
from techhealth.errors import StoreError
from techhealth.store import VARIABLE, connect, keep, tables, uploads_of
from techhealth.store.uploads import events_of
from tests.store.usages import usage

NOW = datetime(2026, 1, 29, 12, tzinfo=UTC)
ADDED = 'ALTER TABLE customers ADD COLUMN note VARCHAR', "UPDATE customers SET note = 'new'"  # fmt: skip


def test_an_older_store_is_brought_up_by_numbers(store, url):
    """Each change is made once, in order; what was stored stays."""
    keep(store, usage(range(5), name="a"), customer="Globex")
    for changes in (ADDED[:1], ADDED, ADDED):
        connect(store.folder, url, changes=changes).engine.dispose()
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT note FROM customers").scalar() == "new"
        assert connection.execute(select(tables.version.c.number)).scalar() == 3

    with pytest.raises(th.UsageError, match="install a newer techhealth"):
        connect(store.folder, url)


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "oracle://x",
        "postgresql+psycopg://nobody@127.0.0.1:1/none",
        "postgresql+psycopg://a:hunter2@localhost:hunter2/x",
        "postgresql+psycopg://a:hunter2@[::1/x",
        "sqlite://",
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence(tmp_path, address):
    """A mistyped or unreachable database is told with what to do, and never shows a password."""
    with pytest.raises(th.UsageError, match=r"--store|postgresql") as refused:
        connect(tmp_path, address)
    assert "hunter2" not in str(refused.value)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    """What lies where the database should is told to be none, and stays as it is."""
    file = tmp_path / "store.sqlite"
    file.write_text('{"rows": []}' * 100)
    with pytest.raises(th.UsageError, match="not a database"):
        connect(tmp_path)

    assert file.read_text() == '{"rows": []}' * 100


def test_usage_that_is_damaged_or_gone_is_one_sentence(tmp_path):
    """Both name the folder to bring back."""
    store = connect(tmp_path)
    keep(store, usage(range(5), name="a"), customer="Globex")
    (file,) = tmp_path.rglob("*.parquet")
    for spoil in (lambda: file.write_bytes(b"PAR1" + b"x" * 100), file.unlink):
        spoil()
        with pytest.raises(StoreError, match="uploads is damaged or missing"):
            events_of(store, "Globex", first=datetime.min.replace(tzinfo=UTC), last=NOW)


def test_the_environment_names_the_database(tmp_path, monkeypatch):
    """Where nothing else is said, the variable does."""
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path / 'other.sqlite'}")
    connect(tmp_path).engine.dispose()

    assert [path.name for path in tmp_path.glob("*.sqlite")] == ["other.sqlite"]


def test_what_fails_leaves_nothing(store):
    """An error in the middle takes back all that was written before it."""

    def fail():
        with store.writing() as connection:
            store.note(connection, "one")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.reading() as connection:
        assert connection.execute(select(tables.audit)).all() == []


@pytest.mark.parametrize(
    "change", [update(tables.audit).values(who="me"), delete(tables.audit)], ids=["update", "delete"]
)
def test_the_audit_log_is_append_only(store, change):
    """Who did what when stays as it was written."""
    with store.writing() as connection:
        store.note(connection, "did something")
    with pytest.raises(DBAPIError, match="append-only"), store.writing() as connection:
        connection.execute(change)

    with store.reading() as connection:
        assert connection.execute(select(tables.audit.c.who, tables.audit.c.what)).all() == [
            ("tester", "did something")
        ]


def test_instants_come_back_as_they_were(store):
    """An instant of any zone is the same instant afterwards, in UTC."""
    with store.writing() as connection:
        connection.execute(insert(tables.audit).values(at=NOW, who="a", what="b"))
    with store.reading() as connection:
        assert connection.execute(select(tables.audit.c.at)).scalar() == NOW


def test_writers_at_once_lose_nothing(store):
    """Overlapping uploads stored at the same time count each event once."""

    def add(n):
        return keep(store, usage(range(10 * n, 10 * n + 20), name=f"{n}"), customer="Globex")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(12)))

    assert len(uploads_of(store, "Globex")) == 12
    assert sum(one.events - one.repeated for one in uploads_of(store)) == 130
