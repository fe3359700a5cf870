"""A process that is killed while it stores uploads leaves each of them as a whole or not at all."""

import os
import random
from datetime import timedelta

from techhealth.store import connect, sweep, uploads_of
from techhealth.store.folders import present
from techhealth.store.uploads import events_of
from tests.store.killed import killed
from tests.store.uploader import CALLS, STEP
from tests.store.usages import FIRST

SOAK = bool(os.environ.get("TECHHEALTH_SOAK"))
KILLS = {"sqlite": 160, "postgresql": 40} if SOAK else {"sqlite": 8, "postgresql": 2}


def test_a_killed_upload_is_stored_as_a_whole_or_not_at_all(store, url, record_property):
    """Killed at random moments, the store holds every upload that was said to be stored, each with all its events."""
    moments, kills = random.Random(6), KILLS[store.engine.dialect.name]
    orphans = 0
    for _ in range(kills):
        said = [int(line) for line in killed("tests.store.uploader", store, url, after=moments.uniform(0, 0.4))]
        orphans += sweep(store)
        uploads = uploads_of(store)
        if store.engine.dialect.name == "sqlite":
            with store.reading() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert len(uploads) >= max(said, default=-1) + 1
        assert present(store.folder) == {one.id for one in uploads}
        found = events_of(store, "Globex", first=FIRST, last=FIRST + timedelta(days=10_000))
        assert (
            found.height == found["event_key"].n_unique() == max(0, (len(uploads) - 1) * STEP + CALLS) * bool(uploads)
        )
        assert sum(one.events - one.repeated for one in uploads) == found.height
    record_property(
        f"uploads after {kills} kills, {store.engine.dialect.name}", f"{len(uploads)}, orphans swept {orphans}"
    )


def test_a_restart_sweeps_what_a_crash_left(store, url):
    """Opening a store for work removes folders that nothing speaks of."""
    (store.folder / "uploads" / "left.partial").mkdir(parents=True)
    again = connect(store.folder, url)

    assert sweep(again) == 1
    again.engine.dispose()
