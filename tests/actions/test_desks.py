"""A help desk besides the built-in one: it gets mail that any parser takes, or callbacks whose signature it can check."""

import base64
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from techhealth.actions import ticket
from techhealth.actions.mail import message
from techhealth.actions.outbox import Channel, EntryState, NotSentError, again, deliver, pending
from techhealth.actions.senders import senders
from techhealth.actions.settings import Settings
from techhealth.actions.smtp import by_smtp
from techhealth.model import Issue
from techhealth.store import connect, import_customers
from tests.actions.servers import callback_server, free_port, mail_server
from tests.actions.tickets import NOW, made_of, numbered
from tests.builders import assessment, reports_issue

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
DESK = {"desk_address": "Support <desk@example.com>", "mail_from": "Care <care@example.com>"}
REPORT = b"<!doctype html>\n<p>r\xc3\xa9port" + b"x" * 2000


@pytest.fixture
def store(tmp_path):
    """Give a store that knows the customer; what the desks get does not depend on the database."""
    made = connect(tmp_path)
    import_customers(made, b"name\nAcme Corp\n")
    yield made
    made.engine.dispose()


def test_a_desk_gets_a_ticket_as_mail(store):
    """Headers, the text and the attached report arrive whole, in ASCII lines of at most 998 characters."""
    with mail_server() as (url, mails):
        settings = Settings(smtp=url, **DESK)
        made = ticket.create(store, "Acme Corp", ticket.draft(assessment()), now=NOW, settings=settings, report=REPORT)
        (sent,) = deliver(store, senders(settings), now=NOW)
    (envelope,) = mails.taken
    (mail,) = mails.read()
    text, report = mail.get_body(("plain",)), next(mail.iter_attachments())

    assert (sent.state, envelope.mail_from, envelope.rcpt_tos) == ("sent", "care@example.com", ["desk@example.com"])
    assert mail["Subject"] == f"[{made.name}] High: API Performance Degradation - Reports Integration (Acme Corp)"
    assert (mail["From"], mail["To"], mail["Date"].datetime) == (DESK["mail_from"], DESK["desk_address"], NOW)
    assert mail["Message-ID"] == f"<{made.name}.20260129153000000000.1@example.com>"
    assert text.get_content().replace("\r\n", "\n") == ticket.ticket_text(made.draft, name=made.name, attached=True)
    assert (report.get_filename(), report.get_content_type()) == (f"{made.name}.html", "text/html")
    assert report.get_payload(decode=True) == REPORT
    assert envelope.content.isascii()
    assert max(map(len, envelope.content.split(b"\r\n"))) <= 998


def test_a_renewal_answers_the_mail_that_opened_the_ticket(store):
    """It carries the number and refers to the first mail; asking for the same again sends nothing."""
    with mail_server() as (url, mails):
        settings = Settings(smtp=url, **DESK)
        for said in ("Bad.", "Bad.", "Worse."):
            ticket.create(store, "Acme Corp", made_of([reports_issue()], description=said), now=NOW, settings=settings)
            deliver(store, senders(settings), now=NOW)
    first, second = mails.read()

    assert second["In-Reply-To"] == second["References"] == first["Message-ID"] != second["Message-ID"]
    assert second["Subject"].startswith("[TECH-2026-0001] ")


def test_a_hostile_log_adds_no_header(store):
    """Whatever subject and customer hold, the mail has the headers of any other."""
    evil = "x\r\nBcc: all@example.com\r\n\r\n<script>" + "é" * 300
    with mail_server() as (url, mails):
        settings = Settings(smtp=url, **DESK)
        for said in ("Fine", evil):
            draft = made_of([reports_issue()], subject=said, description=f"{said}\r\n.\r\nQUIT\r\n\x00", customer=said)
            ticket.create(store, "Acme Corp", draft, now=NOW, settings=settings)
            deliver(store, senders(settings), now=NOW)
    plain, hostile = mails.read()

    assert set(hostile.keys()) - set(plain.keys()) == {"In-Reply-To", "References"}
    assert "x Bcc: all@example.com <script>" in hostile["Subject"]
    assert "\n.\nQUIT\n" in hostile.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("answer", "address", "state", "said"),
    [
        ("451 later", "desk@example.com", "waiting", "said 451 later"),
        ("554 spam", "desk@example.com", "given_up", "said 554 spam"),
        ("250 kept", "nobody@example.com", "given_up", "said 550 no such user"),
        (None, "desk@example.com", "unconfirmed", "took the text and did not confirm it"),
    ],
)
def test_a_mail_servers_refusal_is_seen(store, answer, address, state, said):
    """What may pass is tried again, what will not is given up, and a lost answer is neither."""
    with mail_server() as (url, mails):
        mails.answer = answer
        settings = Settings(smtp=url, mail_from="care@example.com", desk_address=address)
        ticket.create(store, "Acme Corp", numbered(1), now=NOW, settings=settings)
        (found,) = deliver(store, senders(settings), now=NOW)

    assert (found.state.value, said in found.said) == (state, True)


def test_a_server_that_is_not_there_is_tried_again(store):
    """Both ways wait for the next try, and say where nobody answered, without user, password or path."""
    settings = Settings(
        smtp=f"smtp://me:password@127.0.0.1:{free_port()}", callback=f"http://127.0.0.1:{free_port()}/hidden",
        callback_secret=SECRET, **DESK,
    )  # fmt: skip
    ticket.create(store, "Acme Corp", numbered(1), now=NOW, settings=settings)
    found = deliver(store, senders(settings), now=NOW)

    assert [one.state for one in found] == [EntryState.WAITING] * 2
    assert all("cannot be reached (Connection refused)" in one.said for one in found)
    assert not any(word in one.said for one in found for word in ("password", "hidden", "me:"))


def test_a_desk_gets_a_ticket_as_a_signed_callback(store):
    """The library of the receiver takes the signature; the issues are those of the published assessment."""
    with callback_server() as (url, calls):
        settings = Settings(callback=url, callback_secret=SECRET)
        made = ticket.create(store, "Acme Corp", ticket.draft(assessment()), now=NOW, settings=settings)
        deliver(store, senders(settings), now=NOW)
    ((path, headers, body),) = calls.taken
    told = Webhook(SECRET).verify(body, headers)

    assert path == "/hooks/techhealth?key=hidden"
    assert (told["type"], told["timestamp"], told["id"]) == (
        "ticket.opened",
        "2026-01-29T15:30:00Z",
        headers["webhook-id"],
    )
    assert {key: told["data"][key] for key in ("ticket", "state", "priority", "customer", "as_of")} == {
        "ticket": made.name, "state": "open", "priority": "high", "customer": "Acme Corp", "as_of": "2026-01-29",
    }  # fmt: skip
    assert told["data"]["text"] == ticket.ticket_text(made.draft, name=made.name)
    assert msgspec.convert(told["data"]["issues"], tuple[Issue, ...]) == made.draft.issues
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace("high", "low"), headers)


def test_every_step_of_a_ticket_is_told_once(store):
    """Opened, updated, acknowledged, resolved: one callback each, each with an id of its own."""
    with callback_server() as (url, calls):
        settings = Settings(callback=url, callback_secret=SECRET)
        name = ticket.create(store, "Acme Corp", numbered(1), now=NOW, settings=settings).name
        for _ in range(2):
            ticket.acknowledge(store, name, now=NOW, settings=settings)
        for _ in range(2):
            ticket.resolve(store, name, now=NOW, settings=settings)
        deliver(store, senders(settings), now=NOW)
    told = [msgspec.json.decode(body) for _, _, body in calls.taken]

    assert [one["type"] for one in told] == ["ticket.opened", "ticket.acknowledged", "ticket.resolved"]
    assert [one["data"]["fixed_on"] for one in told] == [None, None, "2026-01-30"]
    assert len({one["id"] for one in told}) == 3


@pytest.mark.parametrize(
    ("answer", "state"), [(500, "waiting"), (302, "waiting"), (410, "given_up"), (None, "unconfirmed"), (202, "sent")]
)
def test_a_callbacks_answer_is_understood(store, answer, state):
    """Only 2xx is success; 410 is for good; no answer leaves it unconfirmed."""
    with callback_server() as (url, calls):
        calls.answers = [answer]
        settings = Settings(callback=url, callback_secret=SECRET)
        ticket.create(store, "Acme Corp", numbered(1), now=NOW, settings=settings)

        assert deliver(store, senders(settings), now=NOW)[0].state.value == state


def test_a_callback_that_is_sent_again_is_known_by_its_id(store):
    """Every attempt has the same webhook-id and a time of its own, so that the receiver can drop a repeat."""
    with callback_server() as (url, calls):
        calls.answers = [503, None, 204]
        settings = Settings(callback=url, callback_secret=SECRET)
        ticket.create(store, "Acme Corp", numbered(1), now=NOW, settings=settings)
        deliver(store, senders(settings), now=NOW)
        (lost,) = deliver(store, senders(settings), now=NOW + timedelta(seconds=5))
        again(store, lost.key, now=NOW)
        deliver(store, senders(settings), now=NOW)

    assert len(calls.taken) == 3
    assert len({headers["webhook-id"] for _, headers, _ in calls.taken}) == 1
    assert pending(store) == ()
    assert all(Webhook(SECRET).verify(body, headers) for _, headers, body in calls.taken)


def test_only_ways_that_are_set_are_open():
    """Without settings there is no sender, and a ticket tells nobody."""
    assert senders(Settings()) == {}
    assert set(senders(Settings(smtp="smtp://localhost", mail_from="care@example.com"))) == {Channel.MAIL}


def test_no_desk_is_told_without_one(store):
    """The built-in desk needs nothing to be sent."""
    ticket.create(store, "Acme Corp", numbered(1), now=datetime.now(UTC), settings=Settings())

    assert pending(store) == ()


def test_a_password_is_not_sent_in_the_clear():
    """A server elsewhere that offers no encryption gets no password; one on this machine does."""
    with mail_server() as (url, mails):
        here = url.replace("smtp://", "smtp://me:hunter2@")
        elsewhere = here.replace("127.0.0.1", "0.0.0.0")  # this machine too, by a name that does not say so
        mail = message(sender="a@example.com", to="b@example.com", subject="x", text="y", id_="z", now=NOW)
        with pytest.raises(NotSentError, match="offers no encryption"):
            by_smtp(elsewhere)(mail)
        with pytest.raises(NotSentError, match="takes no password"):  # the server of this test knows no password
            by_smtp(here)(mail)

    assert mails.taken == []
