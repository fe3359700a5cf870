"""The outbox: written with its cause, sent once, tried again where it surely failed, and never a second time by itself."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from techhealth.actions.outbox import (
    PAUSES,
    Channel,
    EntryState,
    NoAnswerError,
    NotSentError,
    again,
    deliver,
    entries,
    pending,
    put,
)
from techhealth.errors import UsageError
from techhealth.store import tables
from tests.store.killed import killed, running

NOW = datetime(2026, 1, 29, 15, 30, tzinfo=UTC)
KILLS = 40 if os.environ.get("TECHHEALTH_SOAK") else 3


def written(store, *keys, channel=Channel.MAIL, now=NOW):
    """Write down something to be sent for each key; the payload is the key."""
    with store.writing() as connection:
        for key in keys:
            put(connection, key=key, channel=channel, payload=key, now=now, customer_id=None)


def failing(error):
    """Return a sender to which the same happens each time."""

    def send(_payload):
        raise error

    return {Channel.MAIL: send}


def test_what_is_due_is_sent_once(store):
    """Each payload reaches its sender once, oldest first; what was sent is not kept."""
    sent = []
    written(store, "a", "b")
    written(store, "a")
    first = deliver(store, {Channel.MAIL: lambda payload: sent.append(payload) or "taken"}, now=NOW)
    second = deliver(store, {Channel.MAIL: sent.append}, now=NOW)

    assert sent == ["a", "b"]
    assert [(one.key, one.state, one.said) for one in first] == [("a", "sent", "taken"), ("b", "sent", "taken")]
    assert (second, pending(store)) == ((), ())
    with store.reading() as connection:
        assert set(connection.execute(select(tables.outbox.c.payload)).scalars()) == {""}


def test_what_was_not_caused_is_not_sent(store):
    """What is written down in a transaction that fails is not there."""

    def fail():
        with store.writing() as connection:
            put(connection, key="a", channel=Channel.MAIL, payload="a", now=NOW, customer_id=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert entries(store) == ()


def test_a_failure_is_tried_again_after_growing_pauses_then_given_up(store):
    """The pauses are those of Standard Webhooks; each failure can be read; after the last it is given up."""
    written(store, "a")
    now, tried = NOW, []
    for pause in (*PAUSES, None):
        (found,) = deliver(store, failing(NotSentError("host said 451")), now=now)
        assert deliver(store, failing(NotSentError("too early")), now=found.due_at - timedelta(seconds=1)) == ()
        tried.append(found.state)
        assert (found.said, found.attempts) == ("host said 451", len(tried))
        if pause is not None:
            assert found.due_at - now == pause
        now = found.due_at

    assert tried == [EntryState.WAITING] * len(PAUSES) + [EntryState.GIVEN_UP]
    assert [one.state for one in pending(store)] == [EntryState.GIVEN_UP]


def test_what_will_never_be_taken_is_given_up_at_once(store):
    """A refusal for good is not tried again."""
    written(store, "a")

    assert deliver(store, failing(NotSentError("host said 550", final=True)), now=NOW)[0].state == EntryState.GIVEN_UP


def test_a_lost_answer_is_not_tried_again_by_itself(store):
    """It may have arrived: it stays in sight as unconfirmed until somebody says again."""
    written(store, "a")
    (lost,) = deliver(store, failing(NoAnswerError("host did not answer")), now=NOW)
    sent = []
    senders = {Channel.MAIL: lambda payload: sent.append(payload) or "taken"}

    assert (lost.state, lost.said) == (EntryState.UNCONFIRMED, "host did not answer")
    assert deliver(store, senders, now=NOW + timedelta(days=9)) == ()
    again(store, "a", now=NOW)
    assert [one.state for one in deliver(store, senders, now=NOW)] == [EntryState.SENT]
    assert sent == ["a"]
    with pytest.raises(UsageError, match="was sent already"):
        again(store, "a", now=NOW)
    with pytest.raises(UsageError, match="is not there"):
        again(store, "b", now=NOW)


def test_a_way_that_is_not_open_waits(store):
    """Without a sender for its channel an entry waits, and is sent when there is one."""
    written(store, "a", channel=Channel.CALENDAR)

    assert deliver(store, {Channel.MAIL: str}, now=NOW) == ()
    assert [one.state for one in deliver(store, {Channel.CALENDAR: str}, now=NOW)] == [EntryState.SENT]


def test_many_who_deliver_at_once_send_each_once(store):
    """Each entry is taken by one of them."""
    keys, sent = [f"{n}" for n in range(20)], []
    written(store, *keys)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: deliver(store, {Channel.MAIL: lambda one: sent.append(one) or ""}, now=NOW), range(4)))

    assert sorted(sent) == sorted(keys)


def test_a_killed_delivery_sends_nothing_twice(store, url, tmp_path, record_property):
    """Killed at random moments, each entry arrived at most once, and each that did not is still in sight."""
    moments, log = random.Random(6), tmp_path / "arrived"
    keys = [f"{n}" for n in range(400)]
    written(store, *keys)
    for _ in range(KILLS):
        killed("tests.actions.deliverer", store, url, log, NOW, after=moments.uniform(0, 0.2))
    arrived = log.read_text().split()
    unconfirmed = [one.key for one in pending(store) if one.state is EntryState.UNCONFIRMED]
    waiting = [one.key for one in pending(store) if one.state is EntryState.WAITING]
    sent = [one.key for one in entries(store) if one.state is EntryState.SENT]

    assert len(arrived) == len(set(arrived))
    assert set(sent) <= set(arrived) <= set(sent) | set(unconfirmed)
    assert len(unconfirmed) <= KILLS
    assert sorted([*sent, *unconfirmed, *waiting]) == sorted(keys)
    record_property(
        f"deliveries after {KILLS} kills, {store.engine.dialect.name}",
        f"{len(arrived)} arrived, none twice, {len(unconfirmed)} unconfirmed",
    )


def test_a_kill_between_sending_and_noting_it_leaves_it_unconfirmed(store, url, tmp_path):
    """What arrived though nobody heard the answer is not sent again by itself."""
    log = tmp_path / "arrived"
    written(store, "dies")
    with running("tests.actions.deliverer", store, url, log, NOW) as (_, lines):
        lines.read()

    assert log.read_text() == "dies\n"
    (found,) = pending(store)
    assert (found.state, found.said) == (EntryState.UNCONFIRMED, "the attempt did not come to its end")
    assert deliver(store, {Channel.MAIL: str}, now=NOW + timedelta(days=9)) == ()
