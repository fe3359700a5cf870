"""Opens a ticket for one issue after the other, and resolves every third, until it is killed; says each that stands."""

from itertools import count
from pathlib import Path

from techhealth.actions import ticket
from techhealth.actions.settings import Settings
from techhealth.store import connect
from tests.actions.tickets import NOW, numbered

TOLD = Settings(callback="http://127.0.0.1:9/", callback_secret="whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")


def main(folder: str, url: str) -> None:
    """Go on from what is stored."""
    store = connect(Path(folder), url or None)
    print("ready", flush=True)
    for n in count(len(ticket.tickets(store))):
        made = ticket.create(store, "Acme Corp", numbered(n), now=NOW, settings=TOLD, report=b"x" * 100_000)
        if n % 3 == 0:
            ticket.resolve(store, made.name, now=NOW, settings=TOLD)
        print(n, flush=True)
