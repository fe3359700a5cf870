"""A report as a file: its chart library is built once, and what it is called says whose it is."""

from pathlib import Path

import pytest

from techhealth.errors import MissingToolError, UsageError
from techhealth.present.audience import Audience
from techhealth.server import reports
from techhealth.server.browser import browser, pdf
from techhealth.server.names import named
from techhealth.server.workspace import Answer
from tests import builders


def test_the_chart_library_is_kept(tmp_path):
    """What was built once is read again."""
    (tmp_path / reports.library_name()).write_text("kept", encoding="utf-8")

    assert reports.chart_library(tmp_path) == "kept"


def test_a_place_that_cannot_be_written_costs_time_alone(tmp_path):
    """Where nothing can be kept the library is built by each process; it ends no element of the document it is put into."""
    (tmp_path / "charts").write_text("a file, no folder")
    built = reports.chart_library(tmp_path / "charts")

    assert "vegaEmbed" in built
    assert "</script" not in built.lower()
    assert 500_000 < len(built) < 1_000_000


@pytest.mark.parametrize(
    ("asked", "name"),
    [("acme", "Acme Corp"), ("ACME CORP ", "Acme Corp"), ("acme corp", "Acme Corp"), (None, "Zed"), ("", "Zed")],
)
def test_a_customer_is_named_by_a_beginning(asked, name):
    """Case does not matter; a full name wins over names that begin with it; nothing asked is the first."""
    assert name == named(asked, ["Zed", "Acme Corp", "Acme Corporation"] if asked != "acme" else ["Acme Corp"])


@pytest.mark.parametrize("asked", ["a", "initech"])
def test_a_name_that_is_none_or_several_is_refused(asked):
    """The sentence names whom there is."""
    with pytest.raises(UsageError, match="there are Acme Corp, Apex"):
        named(asked, ["Acme Corp", "Apex"])


def test_the_name_of_a_file_says_whose_it_is():
    """Customer, last day, and `internal` where it must not leave the house."""
    one = builders.assessment()

    assert reports.file_name(one, Audience.CUSTOMER, "html") == "acme-corp-technical-health-2026-01-29.html"
    assert reports.file_name(one, Audience.INTERNAL, "pdf") == "acme-corp-technical-health-2026-01-29-internal.pdf"


def test_each_form_is_offered_to_each_reader(tmp_path):
    """Nothing is made before it is asked for, and without an assessment nothing is offered."""
    answer = Answer(assessment=builders.assessment())
    labels = [one.label for one in reports.offers(answer, within=tmp_path)]

    assert labels[:2] == ["Report for ourselves (HTML)", "Report for the customer (HTML)"]
    assert labels[-1] == "Mail with the report to the customer (EML)"
    assert list(tmp_path.iterdir()) == []
    assert list(reports.offers(Answer(assessment=None), within=tmp_path)) == []


def test_without_a_browser_one_sentence_names_what_to_install(monkeypatch, tmp_path):
    """An empty PATH has no browser; the sentence names one and another way."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingToolError, match=r"install Chromium, Chrome or Edge .*, or write OUT\.html"):
        browser()
    assert not reports.can_print()


def test_a_browser_that_prints_nothing_is_named(tmp_path):
    """A program that ends without a file is told by its path."""
    with pytest.raises(MissingToolError, match="printed nothing"):
        pdf("<p>", by=str(Path("/bin/true")))
    with pytest.raises(MissingToolError, match="printed nothing"):
        pdf("<p>", by=str(tmp_path / "none"))
