"""Pictures of the page to look at: `python -m tests.journeys.screenshots` writes them to screenshots/.

Each state at 1440 and 390 pixels, light and dark. The page scrolls inside, so the window is as tall as its content.
"""

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.journeys.served import FLAGS, ROOT, chromium, demo
from tests.logs import PNG, csv_log

OUT = ROOT / "screenshots"
#: State → the file to drop, None for the sample; and words that tell that the page is done.
STATES = {
    "sample": (None, "What was understood of the files"),
    "healthy": (("globex.csv", csv_log()), "What was understood of the files"),
    "few": (("few.csv", csv_log(days=1, a_day=10)), "What was understood of the files"),
    "problem": (("chart.png", PNG), "could not be used"),
}
SCREENS = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]


def main() -> None:
    """Take every picture and print how long the first content took."""
    OUT.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or list(STATES)
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        for state in wanted:
            for width, scheme in SCREENS:
                seconds = picture(browser, address, state, width=width, scheme=scheme)
                print(f"{state} {width} {scheme}: first content after {seconds:.1f} s")
        browser.close()


def picture(browser, address: str, state: str, *, width: int, scheme: str) -> float:
    """Write one picture and return the seconds until the sample's score stood on the page."""
    page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    begun = time.perf_counter()
    page.goto(address)
    page.locator(".th-score").wait_for()
    seconds = time.perf_counter() - begun
    dropped, done = STATES[state]
    if dropped:
        page.locator("input[type=file]").set_input_files(
            {"name": dropped[0], "mimeType": "text/csv", "buffer": dropped[1]}
        )
    page.get_by_text(done).first.wait_for()
    page.wait_for_timeout(1500)
    height = page.evaluate("document.querySelector('#App').scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, 600)})
    page.wait_for_timeout(1500)
    page.screenshot(path=OUT / f"{state}-{width}-{scheme}.png")
    page.close()
    return seconds


if __name__ == "__main__":
    main()
