"""A server as a process of its own, and a browser that may reach nothing else."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
#: Screen → width, height and colour scheme; the page scrolls inside, so a tall screen shows all of it.
DESK, PHONE = (1440, 900, "light"), (390, 844, "dark")
SOAK = bool(os.environ.get("TECHHEALTH_SOAK"))
#: Width and colour scheme.
SCREENS = list(product((1440, 768, 390), ("light", "dark"))) if SOAK else [(390, "dark")]


def chromium() -> str | None:
    """Return the system's Chromium."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


#: Marks of a journey.
BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium here: apt install chromium"),
]


def demo(workspace: Path) -> AbstractContextManager[str]:
    """Serve the sample in a workspace and yield the address that the command prints."""
    return started("demo", "--no-browser", workspace=workspace)


@contextmanager
def started(verb: str, *options: str, workspace: Path) -> Iterator[str]:
    """Start a server on a free port and yield the address that it prints."""
    command = [sys.executable, "-m", "techhealth", verb, *options, "--port", "0", "--workspace", str(workspace)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline()
            yield next(word for word in line.split() if word.startswith("http://"))
        finally:
            server.terminate()
            server.wait(timeout=20)


class Watch:
    """What a page did that it must not: errors, messages of the console, requests to another host."""

    def __init__(self, page, address: str) -> None:
        own = urlsplit(address).netloc
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: self.foreign.append(request.url) if _leaves(request.url, own) else None)


def _leaves(url: str, own: str) -> bool:
    """Return whether a request goes to another host."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != own


#: Elements that reach beyond the window, but for what scrolls inside its card.
BEYOND = """() => [...document.querySelectorAll('#App *')]
  .filter(one => !one.closest('.th-scroll') && one.getBoundingClientRect().width > 0
              && one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => `${one.tagName}.${one.className}`)"""


def choose_days(page) -> str:
    """Click a week in the first chart of days, see the same days in the others of its integration, show all again; return
    what was said of the choice."""
    chart = page.locator(".th-chart[data-days]").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    expect(chart.locator("svg.marks .background").last).to_be_attached()
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 60)
    expect(page.locator(".th-veil").nth(2)).to_be_attached()
    said = page.locator(".th-chosen span").inner_text()
    page.keyboard.press("Escape")
    expect(page.locator(".th-veil")).to_have_count(0)
    chart.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".th-chosen span")).to_contain_text("in the charts of")
    page.get_by_role("button", name="Show all days").click()
    expect(page.locator(".th-chosen, .th-veil")).to_have_count(0)
    return said


def alive(page) -> None:
    """Wait until a page is more than its still first screen, on which nothing can be done yet."""
    expect(page.locator("#first")).to_have_count(0)


def violations(page, *, besides: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return the serious and critical rules of accessibility that a page breaks, with where; elements `besides` are not ours."""
    found = Axe().run(
        page,
        context={"exclude": [[one] for one in besides]} if besides else None,
        options={"resultTypes": ["violations"]},
    )
    bad = (one for one in found.response["violations"] if one["impact"] in ("serious", "critical"))
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in bad]
