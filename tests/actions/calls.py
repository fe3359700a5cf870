"""A technical call about the worked example, and people to hold it with."""

from dataclasses import replace
from datetime import UTC, datetime

from techhealth.actions.meeting_draft import draft, unstored
from techhealth.policy import Contact, Policy
from techhealth.store import Customer
from tests import builders

NOW = datetime(2026, 1, 29, 12, tzinfo=UTC)
HOST = Contact(name="Dana Reyes", role="CSM", email="dana.reyes@example.com")
LEAD = Contact(name="Mike Johnson", role="Technical Lead", email="mike.johnson@example.com")
DIRECTOR = Contact(name="Kevin Wu", role="IT Director", email="kevin.wu@example.com")
CUSTOMER = Customer(name="Acme Corp", zone="Europe/Berlin", contacts=(LEAD, DIRECTOR))


def assessment():
    """Return the example, its causes with the evidence that they have in real."""
    found = builders.assessment()
    evidence = ({"code": "429"}, {"code": "500"}, {"code": "401", "weekday": "Sunday"})
    (reports, *others) = found.issues
    causes = tuple(replace(one, evidence=told) for one, told in zip(reports.causes, evidence, strict=True))
    return replace(found, issues=(replace(reports, causes=causes), *others))


def call(found=None, customer=CUSTOMER, **changed):
    """Return a draft of the call about an assessment, the example's when none is given."""
    asked = {"now": NOW, "policy": Policy(), "host": HOST, **changed}
    return draft(found or assessment(), customer, **asked)


def planned(**changed):
    """Return the call as calendars know it."""
    return unstored(call(**changed))
