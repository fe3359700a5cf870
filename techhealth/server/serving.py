"""A server: where it listens, by which names it may be called, who may come in, and the line it prints."""

from __future__ import annotations

import ipaddress
import os
import secrets
import socket
from collections.abc import Sequence
from pathlib import Path

from starlette.types import ASGIApp

from techhealth.actions.settings import Settings
from techhealth.errors import UsageError
from techhealth.server.access import SIGN_IN, Keys
from techhealth.server.application import application
from techhealth.server.sign_in import ONCE
from techhealth.server.workspace import VARIABLE
from techhealth.store import VARIABLE as STORE_VARIABLE
from techhealth.store import Store, connect, sweep, users_of

LOOPBACK = "127.0.0.1"


def serve(
    workspace: Path, *, url: str | None = None, host: str = LOOPBACK, port: int = 8000, names: Sequence[str] = ()
) -> None:
    """Serve a workspace to its users until interrupted; where only this machine is served, print a link that signs in once.

    `url` is the database where it is not the one in the workspace, port 0 any free one; `names` are what else browsers call it,
    such as the name of a proxy before it, with the port where that is not the usual one.

    Raises:
        UsageError: if the port is busy, the workspace cannot be used, or nobody could come in.
    """
    local = _is_loopback(host)
    if not local and not names and ipaddress.ip_address(host).is_unspecified:
        raise UsageError(f"{host} is no name that a browser calls; say which one is: --name techhealth.example.com.")
    store = open_store(workspace, url)
    if not local and not users_of(store):
        raise UsageError("nobody could sign in; add somebody first: techhealth users add NAME.")
    listening = listen(host, port)
    hosts = (*hosts_of(*listening.getsockname()[:2]), *names)
    link = secrets.token_urlsafe(32) if local else None
    app = ready(store, hosts=hosts, keys=Keys(store, link=link), url=url)
    if link:
        print(
            f"Technical health: http://{hosts[0]}{SIGN_IN}?{ONCE}={link}  (for one browser; Ctrl+C stops it)",
            flush=True,
        )
    else:
        print(f"Technical health: {', '.join(names) or hosts[0]}  (Ctrl+C stops it)", flush=True)
    run(app, listening)


def open_store(workspace: Path, url: str | None = None, *, who: str = "server") -> Store:
    """Return the store of a workspace, swept of what a crash left.

    Raises:
        UsageError: if it cannot be opened.
    """
    store = connect(workspace, url, who=who)
    sweep(store)
    return store


def ready(store: Store, *, hosts: Sequence[str], keys: Keys | None, url: str | None = None) -> ASGIApp:
    """Return the application over a store; the pages of this process work in its workspace.

    Raises:
        UsageError: if a way out that the environment names cannot be meant.
    """
    os.environ[VARIABLE] = str(store.folder.resolve())
    if url:
        os.environ[STORE_VARIABLE] = url
    return application(store, hosts=hosts, keys=keys, settings=Settings.from_environment())


def run(app: ASGIApp, listening: socket.socket) -> None:
    """Answer what comes in at a socket until interrupted."""
    import uvicorn

    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])


def hosts_of(address: str, port: int) -> tuple[str, ...]:
    """Return what browsers on the way to an address call it.

    Examples:
        >>> hosts_of("127.0.0.1", 8000)
        ('127.0.0.1:8000', 'localhost:8000')
        >>> hosts_of("::1", 80)
        ('[::1]:80', '[::1]', 'localhost:80', 'localhost')
    """
    if ipaddress.ip_address(address).is_unspecified:
        return ()
    own = f"[{address}]" if ":" in address else address
    called = (own, "localhost") if _is_loopback(address) else (own,)
    return tuple(name for one in called for name in ((f"{one}:{port}", one) if port == 80 else (f"{one}:{port}",)))


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address of this machine.

    Raises:
        UsageError: if the port is busy, or the address is none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named, or answers wait 40 ms (Nagle)
    if os.name == "posix":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise UsageError(
            f"port {port} of {host} is busy or not allowed; choose another, for example --port {port + 1}."
        ) from None
    listening.listen()
    return listening


def _is_loopback(address: str) -> bool:
    """Return whether only this machine reaches an address.

    Raises:
        UsageError: if it is no address.
    """
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        raise UsageError(f"{address!r} is no address to listen at; give one such as 127.0.0.1 or 0.0.0.0.") from None
