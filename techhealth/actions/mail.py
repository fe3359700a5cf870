"""Mail: one message as text, safe whatever it quotes, and the sender that hands it to an SMTP server once."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_string, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses
from functools import partial
from urllib.parse import unquote

from techhealth.actions.outbox import NoAnswerError, NotSentError, Sender
from techhealth.actions.settings import server

_SECONDS = 30
_LONGEST_SUBJECT = 200
_LONGEST_NAME = 60
#: ASCII alone, folded, so that any server on the way takes it.
_POLICY = policy.SMTP.clone(utf8=False, cte_type="7bit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a mail; `media` is its type, such as text/html."""

    name: str
    media: str
    content: bytes


def message(
    *,
    sender: str,
    to: str,
    subject: str,
    text: str,
    id_: str,
    now: datetime,
    answers: str | None = None,
    attached: Iterable[Attachment] = (),
) -> str:
    """Return a mail as text, ASCII alone.

    Args:
        sender: who writes, with or without a name.
        to: who gets it.
        subject: becomes one line, whatever it holds.
        text: the body.
        id_: its Message-ID without brackets and domain; the same mail has the same one.
        now: its date.
        answers: the `id_` of the mail whose thread it continues.
        attached: files.
    """
    made = composed(sender=sender, to=to, subject=subject, text=text, id_=id_, now=now)
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in return
    if answers:
        made["In-Reply-To"] = made["References"] = f"<{answers}@{_domain(sender)}>"
    attach(made, *attached)
    return made.as_string()


def composed(
    *, sender: str | Address | None, to: str | Address | Sequence[Address], subject: str, text: str, now: datetime,
    id_: str | None = None,
) -> EmailMessage:  # fmt: skip
    """Return a mail that a person has asked for; its arguments are those of `message`, what is empty is left open."""
    made = EmailMessage(policy=_POLICY)
    for name, value in (("From", sender), ("To", to), ("Subject", one_line(subject)[:_LONGEST_SUBJECT]), ("Date", now)):
        if value:
            made[name] = value
    if id_ and sender:
        made["Message-ID"] = f"<{id_}@{_domain(str(sender))}>"
    made.set_content(text, cte="quoted-printable")
    return made


def attach(made: EmailMessage, *attached: Attachment) -> None:
    """Add files to a mail; texts among them are UTF-8."""
    for one in attached:
        main, _, sub = one.media.partition("/")
        params = {"charset": "utf-8"} if main == "text" else {}
        made.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name, params=params)


def mailbox(name: str, address: str) -> Address:
    """Return an address with a name of letters and digits alone.

    Anything else would have to be quoted, and Python's `email` loses the quotes where it folds a long header: a name such
    as `a, eve <eve@example.com>` would then be a second address.

    Examples:
        >>> str(mailbox("Wu, Kevin <x@example.com>", "kevin.wu@example.com"))
        'Wu Kevin x example com <kevin.wu@example.com>'
    """
    plain = "".join(char if char.isalnum() or char in "'-" else " " for char in name)
    return Address(display_name=" ".join(plain.split())[:_LONGEST_NAME], addr_spec=address)


def one_line(text: str) -> str:
    r"""Return a text that can stand in a header: what is not printable becomes a blank.

    Examples:
        >>> one_line("Errors\r\nBcc: everybody@example.com")
        'Errors Bcc: everybody@example.com'
    """
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def by_smtp(url: str) -> Sender:
    """Return what sends a mail through a server, encrypted where the server offers it."""
    return partial(_send, url)


def _send(url: str, payload: str) -> str:
    mail = message_from_string(payload, policy=_POLICY)
    sender, *to = [address for _, address in getaddresses([mail["From"], mail["To"]])]
    _, where = server(url, "the mail server")
    try:
        connection = _connected(url)
    except smtplib.SMTPResponseException as error:
        raise NotSentError(f"{where} said {error.smtp_code}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(f"{where} cannot be reached ({_why(error)})") from None
    try:
        return _handed(connection, sender, to, mail.as_bytes(), where)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()


def _handed(connection: smtplib.SMTP, sender: str, to: list[str], content: bytes, where: str) -> str:
    """Hand a mail over; until its text is sent a failure is sure, from then on silence is not."""
    try:
        for code, said in (connection.mail(sender), *(connection.rcpt(one) for one in to)):
            if code not in (250, 251):
                raise NotSentError(f"{where} said {code} {_said(said)}", final=code >= 500)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSentError(f"{where} ended the conversation ({_why(error)})") from None
    try:
        code, said = connection.data(content)
    except smtplib.SMTPDataError as error:
        raise NotSentError(f"{where} said {error.smtp_code} {_said(error.smtp_error)}", final=error.smtp_code >= 500) from None  # fmt: skip
    except (OSError, smtplib.SMTPException) as error:
        raise NoAnswerError(f"{where} took the text and did not confirm it ({_why(error)})") from None
    if code != 250:
        raise NotSentError(f"{where} said {code} {_said(said)}", final=code >= 500)
    return f"{where} said {code} {_said(said)}"


def _connected(url: str) -> smtplib.SMTP:
    parts, _ = server(url, "the mail server")
    host, tls = str(parts.hostname), ssl.create_default_context()
    encrypted = parts.scheme == "smtps"
    if encrypted:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=_SECONDS, context=tls)
    else:
        connection = smtplib.SMTP(host, parts.port or 25, timeout=_SECONDS)
    with ExitStack() as undone:
        undone.callback(connection.close)
        connection.ehlo()
        if not encrypted and connection.has_extn("starttls"):
            connection.starttls(context=tls)
            connection.ehlo()
            encrypted = True
        if parts.username and not (encrypted or _is_here(host)):
            raise NotSentError(
                f"{host} offers no encryption, so that it gets no password; use smtps:// or another port"
            )
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        undone.pop_all()
    return connection


def _is_here(host: str) -> bool:
    """Return whether a host is this machine, so that nothing passes over a wire."""
    return host == "localhost" or host == "::1" or host.startswith("127.")


def _domain(address: str) -> str:
    ((_, plain),) = getaddresses([address])
    return Address(addr_spec=plain).domain


def _why(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return "no answer in time" if isinstance(error, TimeoutError) else str(reason)


def _said(answer: bytes | str) -> str:
    return one_line(answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer)[:200]
