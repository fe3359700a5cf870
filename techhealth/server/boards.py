"""The portfolio of this server's workspace."""

from __future__ import annotations

import os
from datetime import date

from techhealth.portfolio import Board, board_of
from techhealth.server.desk import store_of
from techhealth.server.workspace import VARIABLE, folder
from techhealth.store import Store, listed, portfolio


def board() -> Board:
    """Return every customer of the workspace; none where nothing is stored, as in what ships with the package."""
    store, today = _store(), date.today()
    return board_of((), today=today) if store is None else portfolio(store, today=today)


def is_waiting() -> bool:
    """Return whether a customer has no log yet, so that it is worth looking again."""
    store = _store()
    return store is not None and any(not one.uploads for one in listed(store))


def _store() -> Store | None:
    return store_of(folder()) if os.environ.get(VARIABLE) else None
