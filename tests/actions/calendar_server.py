"""A CalDAV server of its own: Radicale as a process on a free port, its data in a temporary folder."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import caldav

from tests.actions.servers import free_port

USER, PASSWORD = "dana", "se:cr@t/1"
_CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}/data
[logging]
level = warning
"""


@contextmanager
def radicale(folder: Path) -> Iterator[str]:
    """Serve an empty store of calendars for one user and yield its address without user and password."""
    port = free_port()
    (folder / "config").write_text(_CONFIG.format(port=port, folder=folder))
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    command = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            _listens(server, port, folder / "log")
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(timeout=20)


def new_calendar(address: str) -> str:
    """Make a calendar on a server and return its URL, user and password in it."""
    with caldav.DAVClient(address, username=USER, password=PASSWORD, enable_rfc6764=False) as client:
        made = str(client.principal().make_calendar(name="work").url)
    return made.replace("://", "://dana:se%3Acr%40t%2F1@")


def _listens(server: subprocess.Popen, port: int, log: Path) -> None:
    """Wait until a server takes connections."""
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            try:
                server.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            break
    raise RuntimeError(f"Radicale did not start: {log.read_text()}")
