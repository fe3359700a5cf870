"""One time limit for a whole conversation with a server, which a server that answers a byte at a time does not outlast.

A socket's own timeout begins anew with each byte.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread, Timer
from types import TracebackType
from typing import Self, TypeVar

from techhealth.errors import TechHealthError

T = TypeVar("T")


def in_time(conversation: Callable[[], T], *, seconds: float) -> T:
    """Return what a conversation comes to whose sockets are out of reach; one that lasts longer is left to itself.

    Raises:
        TimeoutError: if it comes to nothing in time.
    """
    done: list[T] = []
    failed: list[TechHealthError] = []

    def talk() -> None:
        try:
            done.append(conversation())
        except TechHealthError as error:
            failed.append(error)

    thread = Thread(target=talk, daemon=True)  # the program does not wait for it
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise TimeoutError
    return done[0]


class Deadline:
    """Ends a conversation when its time is over: whoever waits for the socket then sees its end."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._socket: socket.socket | None = None
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:  # fmt: skip
        self._timer.cancel()

    @property
    def is_reached(self) -> bool:
        """Whether there is a connection to end."""
        return self._socket is not None

    def watch(self, sock: socket.socket | None) -> None:
        """Take the socket to end, in place of the one before; encryption makes a new one.

        Raises:
            TimeoutError: if the time is over.
        """
        self._socket = sock  # before the look at the time, so that either this or the timer sees the other
        if self.is_over:
            raise TimeoutError

    def why(self, error: Exception) -> str:
        """Return why a conversation failed, as part of a sentence."""
        if self.is_over or isinstance(error, TimeoutError):
            return "no answer in time"
        if isinstance(error, socket.gaierror):
            return "no such host"
        if isinstance(error, ConnectionError) and not error.strerror:  # of http.client
            return "it hung up"
        return str(getattr(error, "strerror", None) or type(error).__name__)

    def _end(self) -> None:
        self.is_over = True
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                socket.socket.shutdown(
                    self._socket, socket.SHUT_RDWR
                )  # of TLS too: without a farewell that could block
