"""A server as a process: its link, its pages and its API, and two of them on one workspace."""

import asyncio
import http.client
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

import techhealth as th
from techhealth.server.serving import LOOPBACK, listen
from techhealth.store import connect, uploads_of
from tests.actions.servers import mail_server
from tests.journeys.served import started
from tests.logs import csv_log
from tests.test_cli import run

HEAD, *ROWS = csv_log(days=14).splitlines(keepends=True)


def ask(address, path, *, method="GET", body=None, timeout=60, **headers):
    """Return status, headers and body of one request to a server."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=timeout)
    try:
        connection.request(
            method, path, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def token(workspace):
    """Return the token of a new user of a workspace."""
    return run("users", "add", "mara", "--workspace", workspace).stdout.strip()


def test_the_printed_link_opens_the_pages_and_a_token_the_api(tmp_path):
    """The link gives a browser its cookie, once; without either nothing is told, and a foreign name is not answered."""
    bearer = {"authorization": f"Bearer {token(tmp_path)}"}
    with started("serve", workspace=tmp_path) as link:
        begun, headers, _ = ask(link, link[link.index("/sign-in") :])
        cookie = {"cookie": headers["set-cookie"].split(";")[0]}
        stored, _, _ = ask(
            link, "/api/integrations/usage/upload", method="POST", body=b"".join([HEAD, *ROWS]), **bearer
        )

        assert (begun, ask(link, link[link.index("/sign-in") :])[0]) == (303, 401)
        assert (stored, ask(link, "/api/customers", **bearer)[0], ask(link, "/api/customers", **cookie)[0]) == (
            201,
            200,
            200,
        )
        for page in ("/health/", "/report/"):
            status, headers, body = ask(link, page, **cookie)
            assert (status, b"<marimo-filename" in body) == (200, True)
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert ask(link, page)[0] == 303
        assert ask(link, "/api/customers")[0] == 401
        assert ask(link, "/api/customers", host="evil.example", **bearer)[0] == 403


def test_what_is_to_leave_leaves_by_itself(tmp_path, monkeypatch):
    """A ticket that is opened by the API reaches the help desk's mail server without another command."""
    bearer = {"authorization": f"Bearer {token(tmp_path)}"}
    failing = csv_log(failing=lambda at: at.day > 20 and at.hour < 6)
    with mail_server() as (url, mails):
        for name, value in (("SMTP", url), ("MAIL_FROM", "care@example.com"), ("DESK_ADDRESS", "desk@example.com")):
            monkeypatch.setenv(f"TECHHEALTH_{name}", value)
        with started("serve", workspace=tmp_path) as link:
            ask(link, "/api/integrations/usage/upload", method="POST", body=failing, **bearer)
            made = json.loads(ask(link, "/api/integrations/1/ticket", method="POST", **bearer)[2])

            assert mails.arrived.wait(timeout=60)
        assert made["name"] in mails.taken[0].content.decode("utf-8", "replace")


@pytest.mark.soak
def test_two_servers_on_one_workspace_lose_nothing(tmp_path):
    """Overlapping logs sent to both at once are stored as the whole they are parts of, each call once."""
    bearer = {"authorization": f"Bearer {token(tmp_path)}"}
    parts = [b"".join([HEAD, *ROWS[start : start + 400]]) for start in range(0, len(ROWS), 200)]
    with started("serve", workspace=tmp_path) as one, started("serve", workspace=tmp_path) as other:

        def send(part):
            address = (one, other)[parts.index(part) % 2]
            return ask(address, "/api/integrations/usage/upload", method="POST", body=part, **bearer)[0]

        with ThreadPoolExecutor(6) as pool:
            assert [201] * len(parts) == list(pool.map(send, parts))

    store = connect(tmp_path)
    assert sum(upload.events - upload.repeated for upload in uploads_of(store)) == len(ROWS)
    store.engine.dispose()


def test_users_are_added_listed_and_removed(tmp_path):
    """A token is printed once; the list shows names alone; who is not there cannot be removed."""
    within = ("--workspace", tmp_path)
    assert run("users", "list", *within).stdout.startswith("There is no user yet")
    added = run("users", "add", "mara", *within)
    listed = run("users", "list", *within).stdout

    assert (added.stdout.count("\n"), "cannot be shown again" in added.stderr) == (1, True)
    assert "mara" in listed
    assert added.stdout.strip() not in listed
    assert run("users", "add", "mara", *within).exit_code == 2
    assert run("users", "remove", "mara", *within).stdout == "Removed.\n"
    assert run("users", "remove", "mara", *within).exit_code == 2
    assert run("users", "add", " ", *within).exit_code == 2


def test_beyond_this_machine_a_server_needs_a_name_and_a_user(tmp_path):
    """All addresses at once have no name; without a user nobody could come in; a name is no address."""
    serve = ("serve", "--workspace", tmp_path, "--host")

    assert "--name" in run(*serve, "0.0.0.0").stderr
    assert "users add" in run(*serve, "0.0.0.0", "--name", "techhealth.example.com").stderr
    assert "no address" in run(*serve, "example.com").stderr


def test_an_answer_in_two_parts_does_not_wait_for_the_first_to_be_acknowledged():
    """Connections send at once: browsers acknowledge late, and a page asks for hundreds of scripts."""

    async def connected():
        accepted = asyncio.get_running_loop().create_future()
        with listen(LOOPBACK, 0) as listening:
            async with await asyncio.start_server(lambda _, to: accepted.set_result(to), sock=listening) as server:
                _, ours = await asyncio.open_connection(*server.sockets[0].getsockname())
                theirs = await accepted
                sends = theirs.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
                ours.close(), theirs.close()
                return bool(sends)

    assert asyncio.run(connected())


def test_a_busy_port_is_one_sentence():
    """A port that is taken is named together with another one to try."""
    with listen(LOOPBACK, 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(th.UsageError, match=rf"port {port} of 127\.0\.0\.1 is busy.*--port {port + 1}"):
            listen(LOOPBACK, port)
