"""What takes its time is made once, however many ask for it at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Holds the last few things by what they depend on; whoever asks first makes one, and the others wait for it.

    Examples:
        >>> squares: Once[int] = Once(most=2)
        >>> squares(3, lambda: 9), squares(3, lambda: 10)
        (9, 9)
    """

    def __init__(self, *, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._held: OrderedDict[Hashable, tuple[Lock, list[T]]] = OrderedDict()

    def __call__(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what a key stands for; where making it fails, whoever asks next tries again."""
        with self._lock:
            making, made = self._held.setdefault(key, (Lock(), []))
            self._held.move_to_end(key)
            if len(self._held) > self._most:
                self._held.popitem(last=False)
        with making:
            if not made:
                made.append(make())
            return made[0]

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._held.clear()
