"""Delivers what is due into a log until it is killed; one payload makes it die after it has arrived."""

import os
from datetime import datetime
from pathlib import Path

from techhealth.actions.outbox import Channel, deliver
from techhealth.store import connect


def main(folder: str, url: str, log: str, now: str) -> None:
    """Send everything that is due then."""
    store = connect(Path(folder), url or None)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def send(payload: str) -> str:
        os.write(descriptor, f"{payload}\n".encode())
        if payload == "dies":
            os._exit(1)
        return "taken"

    print("ready", flush=True)
    deliver(store, {Channel.MAIL: send}, now=datetime.fromisoformat(now))
