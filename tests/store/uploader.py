"""Stores uploads one after the other until it is killed; says when it begins, and after each that it is stored.

Each upload overlaps the one before, and every third is read again in another way, which replaces it.
"""

from itertools import count
from pathlib import Path

from techhealth.store import connect, keep, uploads_of
from tests.store.usages import usage

#: Calls of one upload, and how many of them the next one does not tell of.
CALLS, STEP = 3000, 2000


def main(folder: str, url: str) -> None:
    """Go on from what is stored."""
    store = connect(Path(folder), url or None)
    print("ready", flush=True)
    for n in count(len(uploads_of(store))):
        for failing in (50, 10) if n % 3 == 0 else (50,):
            keep(store, usage(range(n * STEP, n * STEP + CALLS), name=f"{n}", failing=failing), customer="Globex")
        print(n, flush=True)
