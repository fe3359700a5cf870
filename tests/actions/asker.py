"""Asks for tickets in a process of its own: one for an issue that others ask for too, then some of its own."""

from pathlib import Path

from techhealth.actions import ticket
from techhealth.store import connect
from tests.actions.tickets import NOW, numbered


def main(folder: str, url: str, who: str, times: str) -> None:
    """Print the number of each ticket."""
    store = connect(Path(folder), url or None)
    issues = ["shared", *(f"{who}-{n}" for n in range(int(times)))]
    print(*(ticket.create(store, "Acme Corp", numbered(issue), now=NOW).name for issue in issues))
