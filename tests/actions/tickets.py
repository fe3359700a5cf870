"""Drafts of tickets, for the tests and for the processes that they start."""

from dataclasses import replace
from datetime import UTC, datetime

from techhealth.actions import ticket
from tests.builders import assessment, reports_issue

NOW = datetime(2026, 1, 29, 15, 30, tzinfo=UTC)


def made_of(issues, **changed):
    """Return a draft about some issues of the example's kind."""
    found = replace(assessment(), issues=tuple(issues), recommendations=())
    return replace(ticket.draft(found), **changed)


def numbered(number):
    """Return a draft about an issue of its own."""
    return made_of([replace(reports_issue(), id=f"issue-{number}")])
