"""What holds for every test run."""

import os

from hypothesis import settings

settings.register_profile("patient", deadline=None)  # a busy machine is no defect
settings.load_profile("patient")


def pytest_sessionfinish(session, exitstatus):
    """Fail a run that skipped anything when TECHHEALTH_NO_SKIPS is set, as continuous integration does."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and os.environ.get("TECHHEALTH_NO_SKIPS") and exitstatus == 0 and reporter.stats.get("skipped"):
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter):
    """Print the figures that tests measured, so that a run's bars can be quoted from its output."""
    figures = [
        (name, value)
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for name, value in report.user_properties
    ]
    if figures:
        terminalreporter.section("figures")
    for name, value in figures:
        terminalreporter.line(f"{name}: {value}")
