"""The sender that hands a mail to an SMTP server once, and knows whether the server may have taken it."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import ExitStack, suppress
from email import message_from_string
from email.utils import getaddresses
from functools import partial
from typing import Any
from urllib.parse import unquote

from techhealth.actions.deadline import Deadline
from techhealth.actions.mail import POLICY, one_line
from techhealth.actions.outbox import NoAnswerError, NotSentError, Sender
from techhealth.actions.settings import server, variable_of

#: From the first word to the last.
_SECONDS = 30
#: Answers of RFC 5321 and RFC 4954.
_TEXT_PLEASE, _WRONG_PASSWORD = 354, 535
#: What a conversation may end with; a ValueError is an answer, a name or a password that cannot be decoded or encoded.
_FAILURES = (OSError, smtplib.SMTPException, ValueError)
#: What some of them mean; the first that fits.
_SAYS: dict[type[Exception], str] = {
    smtplib.SMTPNotSupportedError: "it takes no password here; leave user and password out, or use another port",
    smtplib.SMTPServerDisconnected: "it hung up",
    ssl.SSLError: "no encryption that can be trusted",
    UnicodeEncodeError: "user, password or an address are not ASCII",
    ValueError: "it answered what is no SMTP",
}


def by_smtp(url: str) -> Sender:
    """Return what sends a mail through a server, encrypted where the server offers it."""
    return partial(_send, url)


def _send(url: str, payload: str) -> str:
    _, where = server(url, "the mail server")
    with Deadline(_SECONDS) as deadline, ExitStack() as after:
        try:
            mail = message_from_string(payload, policy=POLICY)
            sender, *to = [address for _, address in getaddresses([mail["From"], mail["To"]])]
            content = mail.as_bytes()
            connection = _connected(url, deadline, after)
            _offered(connection, sender, to, where)
        except smtplib.SMTPResponseException as error:
            raise _refused(where, error.smtp_code, error.smtp_error, again=True) from None
        except _FAILURES as error:
            what = "did not take the mail" if deadline.is_reached else "cannot be reached"
            raise NotSentError(f"{where} {what} ({_why(error, deadline)})") from None
        return _handed(connection, content, where)


def _offered(connection: _Timed, sender: str, to: list[str], where: str) -> None:
    """Say from whom and to whom a mail is."""
    for code, said in (connection.mail(sender), *(connection.rcpt(one) for one in to)):
        if code not in (250, 251):
            raise _refused(where, code, said)


def _handed(connection: _Timed, content: bytes, where: str) -> str:
    """Hand the text over; until the server asks for it a failure is sure, from then on silence is not."""
    try:
        code, said = connection.data(content)
    except smtplib.SMTPDataError as error:
        raise _refused(where, error.smtp_code, error.smtp_error) from None
    except _FAILURES as error:
        why = _why(error, connection.deadline)
        if connection.code != _TEXT_PLEASE:
            raise NotSentError(f"{where} did not take the mail ({why})") from None
        raise NoAnswerError(f"{where} took the text and did not confirm it ({why})") from None
    if code < 0:
        raise NoAnswerError(f"{where} took the text and answered what is no SMTP")
    if code != 250:
        raise _refused(where, code, said)
    return f"{where} said {code} {_said(said)}"


def _refused(where: str, code: int, said: bytes | str, *, again: bool = False) -> NotSentError:
    """Return the error that tells of an answer; `again`: it may change even where the server says never."""
    if code == _WRONG_PASSWORD:
        return NotSentError(f"{where} refuses the user or the password ({code}); check {variable_of('smtp')}")
    if code < 0:
        return NotSentError(f"{where} answered what is no SMTP")
    return NotSentError(f"{where} said {code} {_said(said)}".rstrip(), final=code >= 500 and not again)


class _Timed(smtplib.SMTP):
    """A connection that lasts no longer than its deadline; `code` is the last answer's."""

    def __init__(self, deadline: Deadline, *args: Any, **named: Any) -> None:
        self.deadline, self.code = deadline, 0
        with ExitStack() as undone:
            undone.callback(self.close)  # smtplib leaves a socket open whose first answer never came
            super().__init__(*args, **named)
            undone.pop_all()

    def getreply(self) -> tuple[int, bytes]:
        self.deadline.watch(self.sock)
        code, said = super().getreply()
        self.deadline.watch(self.sock)  # an answer that the deadline cut off looks whole
        self.code = code
        return code, said


class _TimedEncrypted(_Timed, smtplib.SMTP_SSL):
    """The same, encrypted from its beginning."""


def _connected(url: str, deadline: Deadline, after: ExitStack) -> _Timed:
    """Return a connection that may be used; `after` ends it."""
    parts, _ = server(url, "the mail server")
    host, tls = str(parts.hostname), ssl.create_default_context()
    encrypted = parts.scheme == "smtps"
    if encrypted:
        connection: _Timed = _TimedEncrypted(deadline, host, parts.port or 465, timeout=_SECONDS, context=tls)
    else:
        connection = _Timed(deadline, host, parts.port or 25, timeout=_SECONDS)
    after.callback(_ended, connection)
    connection.ehlo()
    if not encrypted and connection.has_extn("starttls"):
        connection.starttls(context=tls)
        connection.ehlo()
        encrypted = True
    if parts.username and not (encrypted or _is_here(host)):
        raise NotSentError(f"{host} offers no encryption, so that it gets no password; use smtps:// or another port")
    if parts.username:
        connection.login(unquote(parts.username), unquote(parts.password or ""))
    return connection


def _ended(connection: _Timed) -> None:
    with suppress(*_FAILURES):
        connection.quit()
    connection.close()


def _is_here(host: str) -> bool:
    """Return whether a host is this machine, so that nothing passes over a wire."""
    return host == "localhost" or host == "::1" or host.startswith("127.")


def _why(error: Exception, deadline: Deadline) -> str:
    found = (says for kind, says in _SAYS.items() if isinstance(error, kind) and not deadline.is_over)
    return next(found, deadline.why(error))


def _said(answer: bytes | str) -> str:
    return one_line(answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer)[:200]
