"""What every journey needs: a browser, and the sample as a server."""

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys.served import FLAGS, chromium, demo


@pytest.fixture(scope="module")
def browser():
    """Open the system's browser."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Serve the sample."""
    with demo(tmp_path_factory.mktemp("workspace")) as served:
        yield served
