"""`techhealth demo`: the server with a sample workspace, open to whoever is on this machine.

It asks nobody for a token: it listens on this machine alone, answers to no other name and no other site's scripts, and what
it shows first is invented. Who wants to be asked starts `techhealth serve` on the same folder.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import webbrowser
from dataclasses import replace
from pathlib import Path

from techhealth.errors import UsageError
from techhealth.ingest import read
from techhealth.policy import Policy
from techhealth.server.desk import Desk
from techhealth.server.kept import kept
from techhealth.server.neighbours import introduce, settling
from techhealth.server.serving import LOOPBACK, hosts_of, listen, open_store, ready, run
from techhealth.server.shipped import shipped
from techhealth.store import Store, uploads_of

#: The sample: its policy, its customer, and the month before the log that ships.
_POLICY, _CUSTOMER, _MONTH_BEFORE = "acme.toml", "Acme Corp", "2025-12"


def demo(workspace: Path, *, port: int = 8000, open_browser: bool = True) -> None:
    """Prepare a workspace, serve it on this machine until interrupted, and print the address of its first page.

    What lies in the folder is kept; port 0 is any free one.

    Raises:
        UsageError: if the port is busy or the folder cannot be written.
    """
    from techhealth.server.pages import FIRST

    listening = listen(LOOPBACK, port)
    store = prepare(workspace)
    hosts = hosts_of(*listening.getsockname())
    app = ready(store, hosts=hosts, keys=None)
    desk = Desk.here()  # the first visitor need not wait for it
    desk.of(next(iter(desk.open([]).customers), None))
    address = f"http://{hosts[0]}/{FIRST}/"
    print(f"Technical health: {address}  (Ctrl+C stops it)", flush=True)
    if open_browser and _has_screen():
        webbrowser.open(address)
    with settling(store):
        run(app, listening)


def prepare(workspace: Path) -> Store:
    """Copy the sample log and its policy into a workspace, and store its customers and the month before; what is there stays.

    Raises:
        UsageError: if the folder cannot be written.
    """
    try:
        workspace.mkdir(parents=True, exist_ok=True)
        for source in sorted(shipped("data").glob("*")):
            target = workspace / source.name
            if source.suffix in (".gz", ".toml") and not target.exists():
                shutil.copyfile(source, target)
        policy = Policy.from_toml(workspace / _POLICY) if (workspace / _POLICY).exists() else Policy()
        store = open_store(workspace, who="demo")
        introduce(store)
        store_month_before(store, replace(policy, customer=_CUSTOMER))
    except OSError as error:
        raise UsageError(
            f"cannot write the workspace {workspace} ({error.strerror}); name another with --workspace."
        ) from None
    return store


def store_month_before(store: Store, policy: Policy) -> None:
    """Store the sample's month before, where the store knows nothing of its customer yet."""
    from techhealth.sample import write_sample

    if uploads_of(store, policy.customer):
        return
    log = io.BytesIO()
    write_sample("acme", out=log, month=_MONTH_BEFORE)
    kept(store, read((f"acme_api_logs_{_MONTH_BEFORE}.json", log.getvalue()), timezone=policy.timezone), policy)


def _has_screen() -> bool:
    """Return whether a browser could show up on this machine."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
