"""Where to reach the world: read from the environment, checked at once, and silent about what is secret."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import HeaderRegistry
from urllib.parse import SplitResult, urlsplit

from techhealth.errors import UsageError

_SMTP = "smtp://host:25, or smtps://user:password@host:465"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says; None is not set, and then that way out is closed.

    Attributes:
        smtp: the mail server, with user and password where it asks for them.
        mail_from: who writes.
        desk_address: where a help desk takes mail.
        callback: the URL that is told what happens.
        callback_secret: signs what it is told.
        caldav: the calendar's URL, with user and password where it asks for them.
        csm: the customer success manager, name and address.
    """

    smtp: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    desk_address: str | None = None
    callback: str | None = field(default=None, repr=False)
    callback_secret: str | None = field(default=None, repr=False)
    caldav: str | None = field(default=None, repr=False)
    csm: str | None = None

    def __post_init__(self) -> None:
        for name in ("mail_from", "desk_address", "csm"):
            _is_address(getattr(self, name), variable_of(name))
        _is_url(self.smtp, variable_of("smtp"), schemes=("smtp", "smtps"), such_as=_SMTP)
        _is_url(self.callback, variable_of("callback"), schemes=("http", "https"), such_as="https://desk.example/hooks")
        _is_url(self.caldav, variable_of("caldav"), schemes=("http", "https"), such_as="https://user:password@host/calendar/")  # fmt: skip
        if self.callback and not self.callback_secret:
            raise UsageError(f"{variable_of('callback')} is set without {variable_of('callback_secret')}; set both.")
        if self.callback_secret is not None and not _is_secret(self.callback_secret):
            raise UsageError(f"{variable_of('callback_secret')} is no secret of Standard Webhooks: whsec_ and base64 of 24 to 64 bytes.")  # fmt: skip
        if self.desk_address and not (self.smtp and self.mail_from):
            raise UsageError(f"{variable_of('desk_address')} needs {variable_of('smtp')} and {variable_of('mail_from')}; set all three.")  # fmt: skip

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Return what the environment says; an empty variable is not set.

        Raises:
            UsageError: if a value cannot be meant; the message names the variable, never its value.

        Examples:
            >>> Settings.from_environment({"TECHHEALTH_MAIL_FROM": "care@example.com"}).mail_from
            'care@example.com'
        """
        named = {name: environment.get(variable_of(name), "").strip() or None for name in cls.__dataclass_fields__}
        return cls(**named)


def variable_of(name: str) -> str:
    """Return the environment's name of a setting.

    Examples:
        >>> variable_of("desk_address")
        'TECHHEALTH_DESK_ADDRESS'
    """
    return f"TECHHEALTH_{name.upper()}"


def server(url: str, variable: str) -> tuple[SplitResult, str]:
    """Return the parts of a URL and its host with the port, which is all of it that may be said aloud.

    Raises:
        UsageError: if it has no host that can have an address, or a port that is no number.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")  # empty labels and those over 63 characters
    except ValueError:  # its message quotes the URL, with the password
        host = ""
    if not host:
        raise UsageError(f"{variable} names no host and port that can be reached; write it as scheme://host:port.")
    return parts, f"{host}:{port}" if port else host


def _is_address(text: str | None, variable: str) -> None:
    """Refuse what is no mail address, with or without a name before it."""
    if text is None:
        return
    try:
        header = HeaderRegistry()("To", text)
        (only,) = header.addresses  # type: ignore[attr-defined]
    except (ValueError, MessageError, IndexError):
        only = None
    if only is None or header.defects or not (text.isprintable() and only.username and only.domain):
        raise UsageError(f"{variable} is no mail address; write it as care@example.com or Name <care@example.com>.")  # fmt: skip


def _is_url(text: str | None, variable: str, *, schemes: tuple[str, ...], such_as: str) -> None:
    if text is None:
        return
    parts, _ = server(text, variable)
    if parts.scheme not in schemes or not (text.isascii() and text.isprintable()) or " " in text:
        raise UsageError(f"{variable} must be a URL such as {such_as}, in ASCII; write any other character as %XX.")


def _is_secret(text: str) -> bool:
    try:
        return 24 <= len(base64.b64decode(text.removeprefix("whsec_"), validate=True)) <= 64
    except ValueError:  # no base64, or not ASCII
        return False
