"""Mail: one message as text, safe whatever it quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses

_LONGEST_SUBJECT = 200
_LONGEST_NAME = 60
#: ASCII alone, folded, so that any server on the way takes it.
POLICY = policy.SMTP.clone(utf8=False, cte_type="7bit")


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

    The subject becomes one line, whatever it holds. `id_` is its Message-ID without brackets and domain, the same for the same
    mail; `answers` is that of the mail whose thread it continues.
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
    made = EmailMessage(policy=POLICY)
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


def _domain(address: str) -> str:
    ((_, plain),) = getaddresses([address])
    return Address(addr_spec=plain).domain
