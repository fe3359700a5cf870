"""What takes its time is made once, and again only where it failed or was let go."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from techhealth.server.once import Once


def test_all_who_ask_at_once_get_what_one_of_them_made():
    """Of eight who ask together one makes it."""
    held, together, made = Once(most=2), Barrier(8), []

    def asked(_):
        together.wait()
        return held("report", lambda: made.append(1) or len(made))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(asked, range(8)))

    assert (found, made) == ([1] * 8, [1])


def test_what_failed_is_tried_again():
    """A failure is nobody's answer but that of whoever made it."""
    held = Once(most=2)
    with pytest.raises(ZeroDivisionError):
        held("score", lambda: 1 // 0)

    assert held("score", lambda: 72) == 72


def test_the_least_recently_asked_for_is_let_go():
    """Of three keys two are held: those that were asked for last."""
    held = Once(most=2)
    for key in ("a", "b", "a", "c"):
        held(key, lambda: "before")

    assert [held(key, lambda: "after") for key in ("a", "c", "b")] == ["before", "before", "after"]
    held.clear()
    assert held("a", lambda: "after") == "after"
