"""Many who ask a served API for tickets at once: one for one issue, consecutive numbers for as many issues."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from techhealth.store import VARIABLE, add_user, connect
from tests.journeys.served import started
from tests.logs import csv_log
from tests.server.test_serving import ask
from tests.store.conftest import cluster, url  # noqa: F401 (fixtures)

#: Customers, and integrations of each; every integration has an issue.
CUSTOMERS, EACH = (10, 10) if os.environ.get("TECHHEALTH_SOAK") else (2, 2)
ASKED = CUSTOMERS * EACH


def _log(customer):
    """Return a log whose integrations fail at night since the third week."""
    logs = (csv_log(a_day=24, customer=customer, service=f"API {n}", failing=lambda at: at.day > 20 and at.hour < 6) for n in range(EACH))  # fmt: skip
    return next(logs) + b"".join(log.partition(b"\n")[2] for log in logs)


@pytest.mark.soak
def test_a_served_api_opens_one_ticket_an_issue(tmp_path, url, monkeypatch, record_property):  # noqa: F811
    """Of all who ask for one issue one opens the ticket and the others find it; numbers have no gap and no twin."""
    if url:
        monkeypatch.setenv(VARIABLE, url)
    store = connect(tmp_path, url)
    token = add_user(store, "mara", now=datetime.now(UTC))
    store.engine.dispose()
    head = {"authorization": f"Bearer {token}", "content_type": "application/json"}
    with started("serve", workspace=tmp_path) as address, ThreadPoolExecutor(20) as pool:

        def send(path, body=None):
            status, _, answer = ask(address, f"/api/integrations/{path}", method="POST" if body else "GET", body=body, timeout=600, **head)  # fmt: skip
            return status, json.loads(answer)

        def opened(asked):
            status, made = send(f"{asked[0]}/ticket", json.dumps({"issues": [asked[1]]}))
            return status, made["name"]

        stored = [send("usage/upload", _log(f"Customer {n}"))[0] for n in range(CUSTOMERS)]
        found = {(n, issue["integration"]): issue["id"] for n in range(1, CUSTOMERS + 1) for issue in send(f"{n}/issues")[1]["issues"]}  # fmt: skip
        issues = [(customer, issue) for (customer, _), issue in found.items()]
        same, each = (list(pool.map(opened, some)) for some in (issues[:1] * ASKED, issues))

    year = datetime.now(UTC).year
    assert (set(stored), len(issues)) == ({201}, ASKED)
    assert sorted(same) == [(200, f"TECH-{year}-0001")] * (ASKED - 1) + [(201, f"TECH-{year}-0001")]
    assert sorted(name for _, name in each) == [f"TECH-{year}-{n:04d}" for n in range(1, ASKED + 1)]
    record_property(f"tickets of {2 * ASKED} requests by HTTP for {ASKED} issues, {store.engine.dialect.name}", ASKED)
