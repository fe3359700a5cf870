"""`techhealth demo`: a workspace with the sample, the page, and its address."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import webbrowser
from pathlib import Path

from techhealth.errors import UsageError
from techhealth.server import workspace as rooms

_HOST = "127.0.0.1"


def demo(workspace: Path, *, port: int = 8000, open_browser: bool = True) -> None:
    """Prepare a workspace, serve its page on this machine until interrupted, and print the address.

    Args:
        workspace: folder for the sample and its policy; made when missing, files in it are kept.
        port: 0 for any free one.
        open_browser: open the page where there is a screen.

    Raises:
        UsageError: if the port is busy or the folder cannot be written.
    """
    import uvicorn

    from techhealth.server.pages import PAGES, pages

    listening = listen(port)
    port = listening.getsockname()[1]
    prepare(workspace)
    os.environ[rooms.VARIABLE] = str(workspace.resolve())
    rooms.answer([], within=rooms.folder())  # the first visitor need not wait for it
    app = pages(hosts=(f"{_HOST}:{port}", f"localhost:{port}"))
    address = f"http://{_HOST}:{port}{next(iter(PAGES))}/"
    print(f"Technical health: {address}  (Ctrl+C stops it)", flush=True)
    if open_browser and _has_screen():
        webbrowser.open(address)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listening])


def prepare(workspace: Path) -> None:
    """Copy the sample log and its policy into a workspace; what is there already stays.

    Raises:
        UsageError: if the folder cannot be written.
    """
    try:
        workspace.mkdir(parents=True, exist_ok=True)
        for source in sorted(rooms.shipped("data").glob("*")):
            target = workspace / source.name
            if source.suffix in (".gz", ".toml") and not target.exists():
                shutil.copyfile(source, target)
    except OSError as error:
        raise UsageError(
            f"cannot write the workspace {workspace} ({error.strerror}); name another with --workspace."
        ) from None


def listen(port: int) -> socket.socket:
    """Return a socket that listens on this machine only.

    Raises:
        UsageError: if the port is busy.
    """
    listening = socket.socket()
    if os.name == "posix":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((_HOST, port))
    except OSError:
        listening.close()
        raise UsageError(
            f"port {port} is busy or not allowed; choose another, for example --port {port + 1}."
        ) from None
    listening.listen()
    return listening


def _has_screen() -> bool:
    """Return whether a browser could show up on this machine."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
