"""Workspaces that hold a log already: it is read and judged once, and copied for each test."""

import shutil
from functools import cache

import pytest

import techhealth as th
from techhealth.server.kept import kept
from techhealth.store import connect


@pytest.fixture(scope="session")
def stocked(tmp_path_factory):
    """Return a function that makes a folder a workspace in which a log is stored."""

    @cache
    def made(log):
        folder = tmp_path_factory.mktemp("stocked")
        store = connect(folder, who="tester")
        kept(store, th.read(("globex.csv", log)), th.Policy())
        store.engine.dispose()
        return folder

    return lambda log, folder: shutil.copytree(made(log), folder, dirs_exist_ok=True)
