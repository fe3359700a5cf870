"""The tuning page as a program: what is turned, what moves, what is refused."""

import pytest

from notebooks.tuning import app, control
from techhealth.policy import Policy
from techhealth.present import page
from techhealth.present.page.knobs import Keys, groups
from techhealth.server import workspace
from techhealth.server.desk import Desk
from tests.hostile import PROBES
from tests.logs import PNG, csv_log

LOG = csv_log(failing=lambda at: at.day > 22 and at.minute == 0 and at.hour % 3 == 0)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return an empty workspace of this server."""
    monkeypatch.setenv(workspace.VARIABLE, str(tmp_path))
    return tmp_path


def run(**defs):
    """Return the page's HTML and its definitions."""
    outputs, found = app.run(defs=defs)
    return "".join(output.text for output in outputs if hasattr(output, "text")), found


def test_a_dropped_log_is_judged_and_every_setting_can_be_turned(place):
    """A dropped log brings its scores, and an element for each knob of its policy."""
    html, found = run(dropped=[("globex.csv", LOG)])

    assert "Tuning: Globex" in html
    assert "No setting is changed yet" in html
    assert {knob.key for group in found["groups"] for knob in group.knobs} == set(found["turned"].elements)
    assert len(list(place.rglob("*.parquet"))) == 1


def test_the_newest_log_of_the_store_is_judged_without_a_click(place):
    """What a customer's page stored is there to be turned."""
    desk = Desk(place)
    desk.open([("globex.csv", LOG)])
    desk.of("Globex")

    html, _ = run()

    assert "Globex, 2026-03-02 to 2026-03-29" in html
    assert f"../health/?upload={desk.upload}" in html


def test_a_log_without_a_customer_asks_for_one_before_it_is_kept(place):
    """The way to the customer's other pages is closed until somebody says whose the log is."""
    html, found = run(dropped=[("a.csv", LOG.replace(b"Globex", b""))])

    assert "Whose log is this?" in html
    assert "../health/" not in html
    assert found["bench"].log.upload is None


@pytest.mark.parametrize(("dropped", "words"), [([("chart.png", PNG)], "chart.png is a PNG image"), ([], "Tuning")])
def test_without_a_log_there_is_the_place_to_drop_one(place, dropped, words):
    """Rubbish is one sentence, an empty workspace the place to drop a file; nothing can be turned."""
    html, found = run(dropped=dropped)

    assert words in html
    assert "marimo-file" in html
    assert "turned" not in found


def test_a_label_is_spoken_as_it_is_written():
    """What a screen reader says of a control has its letters and signs, not their numbers."""
    (knob,) = groups(Policy(sla_ms={"Zürich's Café: re-sync": 5}), Keys())[1].knobs

    assert "Zürich&#x27;s Café: re-sync, ms" in page.spoken(control(knob).text)


@pytest.mark.parametrize("probe", PROBES)
def test_a_hostile_name_stays_text(probe):
    """An integration or a code that tries to become markup is a label of its own letters."""
    for group in groups(Policy(sla_ms={probe: 5}), Keys(calls={probe: None})):
        for knob in group.knobs:
            text = page.spoken(control(knob).text)
            assert probe not in text or not any(sign in probe for sign in '<"*[')
