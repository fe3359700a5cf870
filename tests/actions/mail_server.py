"""A mail server of its own: aiosmtpd in a thread on a free port, which keeps what it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from tests.actions.calendar_server import free_port

STRICT = policy.SMTP.clone(raise_on_defect=True)


class Inbox:
    """What a server took: each mail with its envelope."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        """Take one mail."""
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 taken"

    def mails(self) -> list[EmailMessage]:
        """Return the mails as a strict reader sees them."""
        return [message_from_bytes(content, policy=STRICT) for _, _, content in self.taken]


@contextmanager
def smtp() -> Iterator[tuple[str, Inbox]]:
    """Serve mail and yield the address with the inbox."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}", inbox
    finally:
        controller.stop()
