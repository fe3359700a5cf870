"""Real servers on loopback: one that takes mail, one that takes callbacks."""

from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread

from aiosmtpd.controller import Controller

#: How a parser reads that takes no defect.
STRICT = policy.SMTP.clone(raise_on_defect=True)


class Mails:
    """Takes mail and keeps it; `answer` is what it says to the text, None: it hangs up. `arrived` is set by the first."""

    def __init__(self):
        self.taken, self.answer, self.arrived = [], "250 kept", Event()

    async def handle_DATA(self, server, session, envelope):
        """Keep what came."""
        self.taken.append(envelope)
        self.arrived.set()
        if self.answer is None:
            server.transport.close()
        return self.answer or "250 lost"

    async def handle_RCPT(self, server, session, envelope, address, options):
        """Refuse one address, for good."""
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def read(self) -> list[EmailMessage]:
        """Return the mails as a strict parser reads them."""
        return [message_from_bytes(one.content, policy=STRICT) for one in self.taken]


@contextmanager
def mail_server():
    """Give a mail server's URL and its mails."""
    mails = Mails()
    controller = Controller(mails, hostname="127.0.0.1", port=free_port())  # the library wants to know it
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}", mails
    finally:
        controller.stop()


class Calls:
    """Takes callbacks and keeps path, headers and body; answers each with the next of its `answers`, the last one for good.

    An answer of None hangs up.
    """

    def __init__(self):
        self.taken, self.answers = [], [204]


@contextmanager
def callback_server():
    """Give a callback's URL and what it took."""
    calls = Calls()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            calls.taken.append((self.path, dict(self.headers), body.decode()))
            answer = calls.answers.pop(0) if len(calls.answers) > 1 else calls.answers[0]
            if answer is not None:
                self.send_response(answer)
                self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks/techhealth?key=hidden", calls
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port():
    """Return a port on which nobody listens."""
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.server_close()
    return server.server_port
