"""Pictures to look at: `python -m tests.journeys.screenshots [report|portfolio|tuning|integration|STATE|FILE ...]` writes them to screenshots/.

The page in each state, all customers, the analyst's page, one integration by itself, and the report, at 1440 and 390 pixels, light and dark. The page scrolls inside, so the window is as tall as
its content. Of the PDF there is a picture a page where `pdftoppm` is installed.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import sync_playwright

from tests.journeys.served import FLAGS, ROOT, alive, chromium, demo
from tests.logs import PNG, csv_log

OUT = ROOT / "screenshots"
#: State → the file to drop, None for the sample.
STATES = {
    "sample": None,
    "healthy": ("globex.csv", csv_log()),
    "few": ("few.csv", csv_log(days=1, a_day=10)),
    "problem": ("chart.png", PNG),
}
#: Page beside the first one → its address from there, and what stands on it when it is there.
OTHERS = {
    "portfolio": ("../portfolio/", '.th-changes:not(:has-text("without a log yet"))'),
    "tuning": ("../tuning/", ".th-effect"),
    "integration": ("?integration=Custom+API+%28Reports%29", ".th-one .th-score"),
}
SCREENS = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]


def main() -> None:
    """Take every picture and print how long the first content took."""
    OUT.mkdir(exist_ok=True)
    wanted = [one for one in sys.argv[1:] if one != "report"] or [*STATES, *OTHERS] * (len(sys.argv) == 1)
    if "report" in sys.argv[1:] or len(sys.argv) == 1:
        for audience in ("internal", "customer"):
            report_pictures(audience)
    if not wanted:
        return
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        for state in wanted:
            file, (beside, there) = Path(state), OTHERS.get(state, ("", ".th-score"))
            dropped = None if state in OTHERS else STATES[state] if state in STATES else (file.name, file.read_bytes())
            for width, scheme in SCREENS:
                name = f"{file.stem}-{width}-{scheme}"
                where, out = urljoin(address, beside), OUT / f"{name}.png"
                seconds = picture(browser, where, dropped, out, there=there, width=width, scheme=scheme)
                print(f"{name}: first content after {seconds:.1f} s")
        browser.close()


def report_pictures(audience: str) -> None:
    """Write the report for an audience, as HTML, PDF and pictures."""
    log, policy, out = (
        ROOT / "data" / "acme_api_logs_jan2026.json.gz",
        ROOT / "data" / "acme.toml",
        OUT / f"report-{audience}",
    )
    for form in ("html", "pdf"):
        command = [sys.executable, "-m", "techhealth", "report", log, "--policy", policy, "--audience", audience]
        subprocess.run([*command, "-o", f"{out}.{form}"], cwd=ROOT, check=True)
    if shutil.which("pdftoppm"):
        subprocess.run(["pdftoppm", "-r", "80", "-png", f"{out}.pdf", f"{out}-page"], check=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        for width, scheme in SCREENS:
            page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
            page.goto(Path(f"{out}.html").as_uri())
            page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
            page.locator("#latency").scroll_into_view_if_needed()
            page.wait_for_timeout(3000)
            page.screenshot(path=f"{out}-{width}-{scheme}.png")
        browser.close()


def picture(browser, address: str, dropped, out: Path, *, there: str, width: int, scheme: str) -> float:
    """Write one picture and return the seconds until what is looked for stood on the page."""
    page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    begun = time.perf_counter()
    page.goto(address)
    page.locator(there).first.wait_for()
    seconds = time.perf_counter() - begun
    if dropped:
        page.locator("input[type=file]").set_input_files(
            {"name": dropped[0], "mimeType": "text/csv", "buffer": dropped[1]}
        )
        page.get_by_text("Sample data").wait_for(state="detached")
    if there == ".th-score":
        page.get_by_text("What was understood of the files").or_(page.locator(".th-problem")).first.wait_for()
    alive(page)
    page.wait_for_timeout(1500)
    height = page.evaluate("document.querySelector('#App').scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, 600)})
    page.wait_for_timeout(1500)
    page.screenshot(path=out)
    page.close()
    return seconds


if __name__ == "__main__":
    main()
