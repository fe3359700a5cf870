"""The part of the command line that serves: a workspace to its users, and who they are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from techhealth.cli.store import shown_table, store_of, within


@click.command()
@within
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen at; 0.0.0.0 for all of this machine."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, envvar="PORT", show_envvar=True)
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
    """Say who may use a server, each by a token of his own."""


@users.command("add")
@click.argument("name")
@within
def add(name: str, workspace: str, store_url: str | None) -> None:
    """Add a user and print the token, which is not kept and cannot be shown again.

    \b
    techhealth users add mara
    """
    from techhealth.store import add_user

    click.echo(add_user(store_of(workspace, store_url), name, now=datetime.now(UTC)))
    click.echo("This is the token; it is not kept and cannot be shown again.", err=True)


@users.command("list")
@within
def list_(workspace: str, store_url: str | None) -> None:
    """Name every user.

    \b
    techhealth users list
    """
    from techhealth.store import users_of

    rows = [(one.name, f"{one.added_at:%Y-%m-%d}") for one in users_of(store_of(workspace, store_url))]
    if not rows:
        click.echo("There is no user yet; techhealth users add NAME adds one.")
        return
    shown_table(("User", "Since"), rows, ())


@users.command("remove")
@click.argument("name")
@within
def remove(name: str, workspace: str, store_url: str | None) -> None:
    """Remove a user; the token holds no longer, and whoever is signed in with it is signed out.

    \b
    techhealth users remove mara
    """
    from techhealth.store import remove_user

    remove_user(store_of(workspace, store_url), name)
    click.echo("Removed.")
