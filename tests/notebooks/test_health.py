"""The page as a program: what it shows for a log, for rubbish and for an assessment."""

from dataclasses import replace

import marimo as mo

from notebooks.health import app
from techhealth.model import IssueKind
from techhealth.server.workspace import VARIABLE, Answer
from tests import builders
from tests.hostile import PROBES, poisoned
from tests.logs import PNG, csv_log


def run(**defs):
    """Return the page's HTML and its definitions."""
    outputs, found = app.run(defs=defs)
    return "".join(output.text for output in outputs if hasattr(output, "text")), found


def test_the_sample_is_shown_without_a_click():
    """With nothing dropped the page shows the sample customer, labelled so."""
    html, found = run()

    assert found["shown"].score.value is not None
    assert "Sample data" in html
    assert "Technical health score" in html


def test_a_dropped_log_is_assessed():
    """A dropped CSV becomes the assessment that is shown, with its problem found."""
    html, found = run(dropped=[("globex.csv", csv_log(failing=lambda at: at.day > 20 and at.minute == 0))])

    assert found["shown"].generated_for.customer == "Globex"
    assert [issue.kind for issue in found["shown"].issues] == [IssueKind.ERRORS]
    assert "Sample data" not in html
    assert "Globex" in html


def test_a_wrong_file_is_one_sentence():
    """A dropped image leaves one sentence and the place to drop another file."""
    html, found = run(dropped=[("chart.png", PNG)])

    assert found["shown"] is None
    assert "chart.png is a PNG image" in html
    assert "marimo-file" in html


def test_all_healthy_is_good_news():
    """A log without a failure brings no issue and a friendly word; of the days since it, nothing is said to be known."""
    html, found = run(dropped=[("fine.csv", csv_log())])

    assert found["shown"].issues == ()
    assert "No issue was found until" in html
    assert "nothing is known" in html


def test_too_little_data_is_no_score():
    """Ten calls give no score and no health."""
    html, found = run(dropped=[("few.csv", csv_log(days=1, a_day=10))])

    assert found["shown"].score.value is None
    assert "No score: not enough data" in html


def test_hostile_text_stays_text():
    """An assessment of hostile text reaches the page only escaped."""
    bad = poisoned(builders.assessment(), " ".join(PROBES))
    html, _ = run(answer=Answer(assessment=bad), shown=bad)

    assert [probe for probe in PROBES if probe in html and any(char in probe for char in '<"')] == []


def test_several_customers_can_be_chosen_from():
    """Files of two customers bring a choice of customers; files of one do not."""
    both = [("a.csv", csv_log()), ("b.csv", csv_log(customer="Initech"))]

    assert "1 of 2 customers" in run(dropped=both)[0]
    assert "1 of 1 customers" not in run(dropped=both[:1])[0]


def test_a_page_without_latency_or_apis_still_stands():
    """Deliveries alone fill the page."""
    one = builders.assessment()
    deliveries = tuple(part for part in one.integrations if part.webhooks)
    receipt = replace(one.receipt, api_calls=0)
    only = replace(one, receipt=receipt, integrations=deliveries, issues=one.issues[1:2])
    html, _ = run(answer=Answer(assessment=only), shown=only)

    assert "How long deliveries took was read, but is not judged" in html
    assert "Delivery success rate: " in html


def test_a_file_that_lacks_a_field_brings_the_choice_of_its_columns():
    """Where no column was found for what is needed, the lists to choose from stand under the error."""
    html, found = run(dropped=[("odd.csv", b"when,st\n" + b"2026-03-01T00:00:00Z,on\n" * 60)])

    assert found["shown"] is None
    assert "no column holds the status" in html
    assert html.count("<marimo-dropdown") == len(found["asked"].value) == 10


def test_rejected_rows_can_be_downloaded_where_there_are_some():
    """The button stands beside what was understood, with how many rows it hands out."""
    log = csv_log()

    assert "Download 1 row left out" in run(dropped=[("a.csv", log + b"soon,Globex,A,GET,/v1,200,5\n")])[0]
    assert "left out (CSV)" not in run(dropped=[("a.csv", log)])[0]


def test_a_log_that_does_not_say_whose_it_is_is_kept_once_somebody_does(tmp_path, monkeypatch):
    """Nothing is stored and nothing can be done before a name is given; with one it is that customer's log."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    nameless = [("a.csv", csv_log(failing=lambda at: at.hour < 2).replace(b"Globex", b""))]
    html, found = run(dropped=nameless)

    assert "Whose log is this?" in html
    assert "Act on this" not in html
    assert found["desk"].upload is None

    html, found = run(dropped=nameless, whose=mo.ui.dictionary({"named": mo.ui.text(value="Hooli")}))

    assert "Whose log is this?" not in html
    assert "Act on this" in html
    assert found["shown"].generated_for.customer == "Hooli"
    assert found["desk"].customers == ("Hooli",)
