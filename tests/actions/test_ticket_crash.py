"""A process that is killed while it opens tickets leaves each as a whole, with what tells of it, or not at all."""

import os
import random

from sqlalchemy import select

from techhealth.actions import ticket
from techhealth.actions.outbox import pending
from techhealth.store import tables
from tests.store.killed import killed

SOAK = bool(os.environ.get("TECHHEALTH_SOAK"))
KILLS = {"sqlite": 80, "postgresql": 20} if SOAK else {"sqlite": 3, "postgresql": 2}


def test_a_killed_action_is_done_as_a_whole_or_not_at_all(acme, url, record_property):
    """Numbers have no gap, each ticket is open for its issue or resolved, and each step that stands is to be told."""
    moments, kills = random.Random(6), KILLS[acme.engine.dialect.name]
    for _ in range(kills):
        said = [int(line) for line in killed("tests.actions.opener", acme, url, after=moments.uniform(0, 0.4))]
        found = ticket.tickets(acme)
        with acme.reading() as connection:
            covered = set(connection.execute(select(tables.open_issues.c.issue)).scalars())
        opened = {one.name for one in found if one.state is ticket.TicketState.OPEN}
        steps = {f"ticket-{one.name}-1-opened-callback" for one in found}
        steps |= {f"ticket-{one.name}-2-resolved-callback" for one in found if one.name not in opened}

        assert len(found) >= max(said, default=-1) + 1
        assert sorted(one.name for one in found) == [f"TECH-2026-{n:04d}" for n in range(1, len(found) + 1)]
        assert covered == {one.draft.issues[0].id for one in found if one.name in opened}
        assert {one.key for one in pending(acme)} == steps
        assert all(one.has_report for one in found)
    record_property(f"tickets after {kills} kills, {acme.engine.dialect.name}", len(found))
