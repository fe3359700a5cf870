"""`techhealth watch`: a folder whose new files are analysed as they arrive."""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from techhealth.cli.store import sent, within
from techhealth.cli.telling import say
from techhealth.output import one_line

if TYPE_CHECKING:
    from techhealth.store import Store


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--customer", metavar="NAME", help="Whose the files are that do not say it, or which customer to take.")
@click.option("--every", type=click.FloatRange(min=0.1), default=10, show_default=True, metavar="SECONDS", help="How often to look.")  # fmt: skip
@within
def watch(folder: Path, customer: str | None, every: float, store: Store) -> None:
    """Analyse files as they arrive in a folder.

    A file is taken once nobody has written to it between two looks, and stays where it is. One line tells what was stored
    or why it was not, one each issue that appeared, grew or ended; the risk signal of the customer is renewed. Nothing is
    told twice, also after a restart. Other uploads to the same store are judged as well.

    \b
    techhealth watch incoming --workspace workspace
    """
    from sqlalchemy.exc import SQLAlchemyError

    from techhealth.actions.settings import Settings
    from techhealth.errors import StoreError
    from techhealth.server.watching import Watch
    from techhealth.store.database import why

    settings, stop = Settings.from_environment(), threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    watching = Watch(store, folder, say=_say, now=lambda: datetime.now(UTC), settings=settings, customer=customer)
    say(f"Watching {folder} every {every:g} s (Ctrl+C stops it).", err=True)
    while not stop.is_set():
        try:
            watching.look()
            sent(store, settings)
        except (OSError, StoreError, SQLAlchemyError) as error:
            say(f"The store cannot be used now ({one_line(why(error))}); trying again.", err=True)
        stop.wait(every)


def _say(line: str) -> None:
    say(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {one_line(line)}")
