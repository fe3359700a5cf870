"""The report as a page: whom it shows, for whom, and what it hands out."""

from html import unescape

from notebooks.report import app
from techhealth.server.workspace import Answer
from tests import builders
from tests.hostile import PROBES, poisoned
from tests.logs import csv_log


def run(**defs):
    """Return the page's HTML and its definitions."""
    outputs, found = app.run(defs=defs)
    return "".join(output.text for output in outputs if hasattr(output, "text")), found


def test_the_customer_that_was_asked_for_is_shown():
    """A beginning names the customer; the report stands in a frame that reaches nothing, with its downloads above."""
    html, found = run(asked={"customer": "glo"}, dropped=[("a.csv", csv_log()), ("b.csv", csv_log(customer="Initech"))])

    assert found["shown"].generated_for.customer == "Globex"
    assert '<iframe class="th-frame" srcdoc="' in html
    assert 'sandbox="allow-scripts allow-downloads"' in html
    assert "Report for ourselves (HTML)" in unescape(unescape(html))
    assert found["report"].html.startswith("<!doctype html>")


def test_for_the_customer_the_page_lists_what_is_withheld():
    """The list stands beside the report, not in it."""
    html, found = run(
        asked={"audience": "customer"}, dropped=[("globex.csv", csv_log(failing=lambda at: at.hour == 3))]
    )

    assert "What this report does not say" in html
    assert "Whose fault an issue or an error code is" in html
    assert "Whose fault" not in found["report"].html
    assert "globex.csv" not in found["report"].html


def test_an_unknown_customer_is_one_sentence():
    """No report of somebody else is shown instead."""
    html, found = run(asked={"customer": "initech"}, dropped=[("a.csv", csv_log())])

    assert "No customer is called" in unescape(html)
    assert found["report"] is None
    assert "<iframe" not in html


def test_an_unknown_audience_gets_no_report():
    """An address that names nobody we write for does not show what is for ourselves alone."""
    html, found = run(asked={"audience": "press"}, dropped=[("a.csv", csv_log())])

    assert "There is no report for press; choose a reader." in html
    assert found["report"] is None


def test_hostile_text_stays_text():
    """A hostile report stays inside the text of its frame's attribute."""
    bad = poisoned(builders.assessment(), " ".join(PROBES))
    html, _ = run(answer=Answer(assessment=bad), shown=bad, problem=None)

    assert [probe for probe in PROBES if probe in html and any(char in probe for char in '<"')] == []
