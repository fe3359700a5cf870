"""A page on paper, by the browser that is installed here: Chromium, Chrome or Edge."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from techhealth.errors import MissingToolError

#: Commands of browsers that print, as Debian and the vendors call them.
_NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "microsoft-edge-stable",
    "msedge",
)  # fmt: skip
#: What a browser is told: show no window, ask nobody, write tags, an outline and no head or foot of its own.
_PRINTS = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-extensions", "--no-pdf-header-footer",
    "--export-tagged-pdf", "--generate-pdf-document-outline",
)  # fmt: skip
_SECONDS = 120


def browser() -> str:
    """Return the path of a browser that can print.

    Raises:
        MissingToolError: if there is none.
    """
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise MissingToolError(
            "a PDF needs a browser and none is on the PATH; install Chromium, Chrome or Edge (Debian, Ubuntu: apt install "
            "chromium), or write OUT.html and print that."
        )
    return found


def pdf(html: str, *, by: str) -> bytes:
    """Return a document as tagged PDF with an outline.

    Raises:
        MissingToolError: if the browser `by` does not print it.
    """
    with tempfile.TemporaryDirectory(prefix="techhealth-") as place:
        source, target = Path(place) / "report.html", Path(place) / "report.pdf"
        source.write_text(html, encoding="utf-8")
        # A browser refuses to be sandboxed as root; what it shows here is our own document, which allows no script.
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command = [by, *_PRINTS, *root, f"--user-data-dir={place}/profile", f"--print-to-pdf={target}", source.as_uri()]
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
            return target.read_bytes()
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MissingToolError(
                f"the browser {by} printed nothing ({type(error).__name__}); write OUT.html and print that from a browser."
            ) from None
