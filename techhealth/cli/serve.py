"""The part of the command line that serves: a workspace to its users, and who they are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from techhealth.cli.store import placed, within
from techhealth.cli.telling import listed, say, shown_table

if TYPE_CHECKING:
    from techhealth.store import Store

port = click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, envvar="PORT", show_envvar=True,
                    help="The port to listen at; 0 for any free one.")  # fmt: skip


@click.command()
@placed
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS",
              help="The address to listen at; 0.0.0.0 for all of this machine.")  # fmt: skip
@port
@click.option("--name", "names", multiple=True, metavar="HOST[:PORT]",
              help="What else browsers call it, such as the name of a proxy before it; may be repeated.")  # fmt: skip
def serve(workspace: str, store_url: str | None, host: str, port: int, names: tuple[str, ...]) -> None:
    """Serve the pages and the API of a workspace to its users.

    Nobody comes in without a token (`techhealth users add NAME`). On this machine alone, the default, a link is printed
    besides that signs in one browser.

    \b
    techhealth serve
    techhealth serve --host 0.0.0.0 --name techhealth.example.com
    """
    from techhealth.server.serving import serve as start

    start(Path(workspace), url=store_url, host=host, port=port, names=names)


@click.group()
def users() -> None:
    """Add, list and remove those who may use a server."""


@users.command("add")
@click.argument("name")
@within
def add(name: str, store: Store) -> None:
    """Add a user and print the token.

    It is not kept and cannot be shown again.

    \b
    techhealth users add mara
    """
    from techhealth.store import add_user

    click.echo(add_user(store, name, now=datetime.now(UTC)))
    say("This is the token; it is not kept and cannot be shown again.", err=True)


@users.command("list")
@within
def list_(store: Store) -> None:
    """Name every user.

    \b
    techhealth users list
    """
    from techhealth.store import users_of

    rows = [(one.name, f"{one.added_at:%Y-%m-%d}") for one in users_of(store)]
    nothing = "There is no user yet; techhealth users add NAME adds one."
    listed(rows, lambda: shown_table(("User", "Since"), rows), nothing=nothing)


@users.command("remove")
@click.argument("name")
@within
def remove(name: str, store: Store) -> None:
    """Remove a user.

    The token holds no longer, and whoever is signed in with it is signed out.

    \b
    techhealth users remove mara
    """
    from techhealth.store import remove_user

    remove_user(store, name)
    click.echo("Removed.")
