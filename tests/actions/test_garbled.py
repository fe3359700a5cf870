"""Servers that answer what no standard knows, or a byte at a time: each is one sentence, and what surely stayed here waits."""

import base64
import socketserver
import time
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from techhealth.actions import calendar as caldav
from techhealth.actions import callback, smtp
from techhealth.actions.calendar import by_caldav
from techhealth.actions.callback import by_http
from techhealth.actions.invitation import calendar
from techhealth.actions.mail import message
from techhealth.actions.outbox import NoAnswerError, NotSentError
from techhealth.actions.smtp import by_smtp
from tests.actions.calls import NOW, planned

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
MAIL = message(sender="a@example.com", to="b@example.com", subject="x", text="y", id_="z", now=NOW)
EVENT = callback.event("ticket.opened", {}, now=NOW)
ENTRY = calendar(planned(), stamp=NOW).decode()
LOGIN = b"250-here\r\n250 AUTH CRAM-MD5 PLAIN\r\n"


@contextmanager
def server(*answers, by_line=False, drips=False):
    """Give the host and port of a server with one answer for each line or each connection; the last one is for good.

    One that drips follows its last answer with a byte every while, and no end.
    """
    ended = Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            left = list(answers)
            while not ended.is_set():
                if not by_line:
                    self.request.recv(65536)
                self.wfile.write(left.pop(0) if len(left) > 1 else left[0])
                while drips and len(left) == 1 and not ended.wait(0.05):
                    self.wfile.write(b"1")
                if not by_line or not self.rfile.readline():
                    return

        def finish(self):
            """Leave what is not sent."""

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_):
            """Say nothing: whoever asked has left."""

    with Server(("127.0.0.1", 0), Handler) as one:
        Thread(target=one.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield f"127.0.0.1:{one.server_address[1]}"
        finally:
            ended.set()
            one.shutdown()


@pytest.mark.parametrize(
    ("answers", "error", "says"),
    [
        ([b"hello\r\n"], NotSentError, "answered what is no SMTP"),
        ([b"220 me\r\n", LOGIN, b"334 ?garbage\r\n"], NotSentError, "answered what is no SMTP"),
        ([b"220 me\r\n", b"250 here\r\n"], NotSentError, "takes no password"),
        ([b"220 me\r\n", LOGIN, b"535 no\r\n"], NotSentError, "refuses the user or the password .535.; check TECHHEALTH_SMTP"),
        ([b"220 me\r\n", LOGIN, b"334 YQ==\r\n", b"235 in\r\n", b"250 a\r\n", b"\xff\r\n"], NotSentError, "no SMTP"),
        ([b"220 me\r\n", LOGIN, b"334 YQ==\r\n", b"235 in\r\n", b"250 a\r\n", b"250 b\r\n", b"?\r\n"], NotSentError, "no SMTP"),
    ],
)  # fmt: skip
def test_a_mail_server_that_talks_nonsense_did_not_take_the_mail(answers, error, says):
    """Before the text is asked for nothing has left, whatever came instead."""
    with server(*answers, by_line=True) as at, pytest.raises(error, match=says) as caught:
        by_smtp(f"smtp://me:hunter2@{at}")(MAIL)

    assert "hunter2" not in str(caught.value)


def test_nonsense_after_the_text_is_no_answer():
    """The mail may have been taken: it is not sent again by itself."""
    talk = [b"220 me\r\n", b"250 here\r\n", b"250 a\r\n", b"250 b\r\n", b"354 go\r\n", b"?\r\n"]
    with server(*talk, by_line=True) as at, pytest.raises(NoAnswerError, match="took the text and answered what is no"):
        by_smtp(f"smtp://{at}")(MAIL)


@pytest.mark.parametrize(
    "answer", [b"nonsense\r\n\r\n", b"HTTP/1.1 2x0 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a" * 70000]
)
def test_a_callback_that_talks_nonsense_gave_no_answer(answer):
    """It may have taken the event."""
    with server(answer) as at, pytest.raises(NoAnswerError, match="what came is no HTTP"):
        by_http(f"http://{at}/", SECRET)(EVENT)


def test_a_callback_that_hangs_up_gave_no_answer():
    """It is said in words."""
    with server(b"") as at, pytest.raises(NoAnswerError, match="it hung up"):
        by_http(f"http://{at}/", SECRET)(EVENT)


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        *(
            b"HTTP/1.1 207 Multi-Status\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            for body in (
                b"",
                b"<a",
                b"<a/>",
                b'{"a": 1}',
                b'<D:multistatus xmlns:D="DAV:"><D:response/></D:multistatus>',
            )
        ),
    ],
)
def test_a_calendar_that_talks_nonsense_is_one_sentence(answer):
    """An entry is put again later: its UID makes it once."""
    with server(answer) as at, pytest.raises(NotSentError, match="the calendar server 127"):
        by_caldav(f"http://me:hunter2@{at}/x/")(ENTRY)


@pytest.mark.parametrize("talk", [[b"2"], [b"220 me\r\n", b"250-"], [b"220 me\r\n", b"250 a\r\n", b"2"]])
def test_a_mail_server_that_drips_ends_in_time(monkeypatch, talk):
    """One time limit holds for the whole conversation, though each byte comes in time."""
    monkeypatch.setattr(smtp, "_SECONDS", 0.3)
    began = time.monotonic()
    with server(*talk, by_line=True, drips=True) as at, pytest.raises(NotSentError, match="no answer in time"):
        by_smtp(f"smtp://{at}")(MAIL)

    assert time.monotonic() - began < 3


def test_a_calendar_that_drips_ends_in_time(monkeypatch):
    """One time limit holds for all that is asked, in the head of an answer and in its body."""
    monkeypatch.setattr(caldav, "_SECONDS", 0.3)
    for answer in (b"HTTP/1.1 207 Multi-Status\r\na: ", b"HTTP/1.1 207 Multi-Status\r\ncontent-length: 9999\r\n\r\n<"):
        began = time.monotonic()
        with server(answer, drips=True) as at, pytest.raises(NotSentError, match=f"{at} does not answer in time"):
            by_caldav(f"http://me:hunter2@{at}/x/")(ENTRY)
        assert time.monotonic() - began < 3


def test_a_callback_that_drips_ends_in_time(monkeypatch):
    """One time limit holds for the whole answer."""
    monkeypatch.setattr(callback, "_SECONDS", 0.3)
    began = time.monotonic()
    with server(b"HTTP/1.1 200 OK\r\na: ", drips=True) as at, pytest.raises(NoAnswerError, match="no answer in time"):
        by_http(f"http://{at}/", SECRET)(EVENT)

    assert time.monotonic() - began < 3
