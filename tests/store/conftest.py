"""Every test of the store runs on SQLite and on a PostgreSQL of its own, which lives in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from techhealth.store import connect

_NUMBERS = count(1)


def _tool(name):
    """Return a program of PostgreSQL; Debian keeps them out of the path."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return shutil.which(name) or next(map(str, beside), None)


def _as_ordinary_user(command):
    """Return a command that does not run as root, which PostgreSQL refuses to."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", *command]


@pytest.fixture(scope="session")
def cluster():
    """Start a PostgreSQL that listens on a socket in its folder only; give the address of its database."""
    initdb, pg_ctl = _tool("initdb"), _tool("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("no PostgreSQL here: apt install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: the path of a socket may have 107 bytes
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")

    def run(*command):
        subprocess.run(_as_ordinary_user([*command]), cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip

    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=60"
    run(initdb, "-D", folder / "data", "-U", "techhealth", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
    run(pg_ctl, "-D", folder / "data", "-o", options, "-l", folder / "log", "-w", "start")
    yield f"postgresql+psycopg://techhealth@/postgres?host={quote(str(folder))}"
    run(pg_ctl, "-D", folder / "data", "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Give the address of an empty database; None is the one in the workspace."""
    if request.param == "sqlite":
        return None
    address, schema = request.getfixturevalue("cluster"), f"t{next(_NUMBERS)}"
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    return f"{address}&options=-csearch_path%3D{schema}"


@pytest.fixture
def store(tmp_path, url):
    """Give an empty store."""
    made = connect(tmp_path, url, who="tester")
    yield made
    made.engine.dispose()
