"""Many who ask a served API for tickets at once: one for one issue, consecutive numbers for as many issues."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from techhealth.store import VARIABLE, connect
from tests.journeys.served import started
from tests.logs import csv_log
from tests.server.test_serving import ask
from tests.store.conftest import cluster, url  # noqa: F401 (fixtures)
from tests.test_cli import run

ASKED = 100 if os.environ.get("TECHHEALTH_SOAK") else 6


def _log(integrations):
    """Return a log of so many integrations, each of which fails at night since the third week."""
    logs = (csv_log(a_day=24, service=f"API {n}", failing=lambda at: at.day > 20 and at.hour < 6) for n in range(integrations))  # fmt: skip
    head, *rows = next(logs).splitlines(keepends=True)
    return b"".join([head, *rows, *(log.partition(b"\n")[2] for log in logs)])


@pytest.mark.soak
def test_a_served_api_opens_one_ticket_an_issue(tmp_path, url, monkeypatch, record_property):  # noqa: F811
    """Of all who ask for one issue one opens the ticket and the others find it; numbers have no gap and no twin."""
    if url:
        monkeypatch.setenv(VARIABLE, url)
    token = run("users", "add", "mara", "--workspace", tmp_path).stdout.strip()
    head = {"authorization": f"Bearer {token}", "content_type": "application/json"}
    with started("serve", workspace=tmp_path) as address, ThreadPoolExecutor(20) as pool:
        stored, _, _ = ask(address, "/api/integrations/usage/upload", method="POST", body=_log(ASKED), **{**head, "content_type": "text/csv"})  # fmt: skip
        found = json.loads(ask(address, "/api/integrations/1/issues", **head)[2])["issues"]
        ids = list({issue["integration"]: issue["id"] for issue in found}.values())

        def opened(issue):
            told = json.dumps({"issues": [issue]})
            status, _, body = ask(address, "/api/integrations/1/ticket", method="POST", body=told, **head)
            return status, json.loads(body)["name"]

        same = list(pool.map(opened, ids[:1] * ASKED))
        each = list(pool.map(opened, ids))

    year = datetime.now(UTC).year
    assert (stored, len(ids)) == (201, ASKED)
    assert sorted(same) == [(200, f"TECH-{year}-0001")] * (ASKED - 1) + [(201, f"TECH-{year}-0001")]
    assert sorted(name for _, name in each) == [f"TECH-{year}-{n:04d}" for n in range(1, ASKED + 1)]
    store = connect(tmp_path, url)
    record_property(f"tickets of {2 * ASKED} requests by HTTP for {ASKED} issues, {store.engine.dialect.name}", ASKED)
    store.engine.dispose()
