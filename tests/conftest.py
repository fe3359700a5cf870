"""What holds for every test run."""

import os


def pytest_sessionfinish(session, exitstatus):
    """Fail a run that skipped anything when TECHHEALTH_NO_SKIPS is set, as continuous integration does."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and os.environ.get("TECHHEALTH_NO_SKIPS") and exitstatus == 0 and reporter.stats.get("skipped"):
        session.exitstatus = 1
