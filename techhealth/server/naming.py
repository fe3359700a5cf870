"""The question whose a log is, as elements of a page: a name, or a customer there is already; and the address it then has."""

from __future__ import annotations

from collections.abc import Sequence

import marimo as mo

from techhealth.present import page
from techhealth.server.desk import Desk
from techhealth.server.opened import Upload


def naming(desk: Desk, dropped: Sequence[Upload]) -> mo.ui.dictionary:
    """Return the elements that answer it about dropped files; all values are empty until somebody does."""
    asked: dict[str, mo.ui.text | mo.ui.dropdown] = {
        "named": mo.ui.text(label="Name of the customer", placeholder="Type it, then press Enter")
    }
    if dropped and desk.customers:
        asked["known"] = mo.ui.dropdown(desk.customers, label="or one you have")
    return mo.ui.dictionary(asked)


def given(asked: mo.ui.dictionary) -> str | None:
    """Return the customer who was named, None before."""
    return next((str(name) for name in asked.value.values() if name), None)


def keep_address(desk: Desk) -> None:
    """Put a stored upload into the address of the page, so that it is still shown after a reload."""
    if desk.upload is not None:
        mo.query_params().set("upload", desk.upload)


def asking(asked: mo.ui.dictionary, desk: Desk) -> page.Html | None:
    """Return the question, None where nobody need be asked."""
    return page.whose_card(page.Html(one.text) for one in asked.elements.values()) if desk.nameless else None
