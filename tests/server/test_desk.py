"""A visitor corrects how his files are read: it holds, it is remembered, and what does not fit moves nothing."""

from datetime import date

import pytest

from techhealth.model import RiskLevel
from techhealth.present import page
from techhealth.server import workspace
from techhealth.server.corrections import FOLDER, known
from techhealth.server.desk import Desk
from tests.logs import PNG, csv_log

LOG = csv_log(latency_ms=120)
#: Neither a status nor anything like it: only a person knows that `st` tells the outcome.
UNKNOWN = b"when,what,st\n" + b"".join(
    f"2026-03-{i % 28 + 1:02d}T10:00:{i % 60:02d}Z,billing,{'no' if i % 10 else 'yes'}\n".encode() for i in range(900)
)


@pytest.fixture
def desk(tmp_path):
    """Return a desk in an empty workspace on a fixed day."""
    return Desk(tmp_path, today=lambda: date(2026, 1, 29))


def ask(desk, **values):
    """Answer questions about the first sheet of a desk."""
    return desk.corrected({f"{desk.shown.sheets[0].header}.{field}": value for field, value in values.items()})


def latency(answer):
    """Return the mean latency of the one integration."""
    (one,) = answer.assessment.integrations
    return one.latency and one.latency.mean_ms


def test_a_correction_moves_the_figures_and_is_remembered(desk, tmp_path):
    """Another unit changes the latency now, and for everybody who opens such a file later."""
    assert latency(desk.open([("a.csv", LOG)])) == pytest.approx(120, rel=0.01)
    assert latency(ask(desk, latency_unit="s")) == pytest.approx(120_000, rel=0.01)

    later = Desk(tmp_path).open([("b.csv", csv_log(latency_ms=7))])
    assert latency(later) == pytest.approx(7_000, rel=0.01)
    assert "unit as corrected on 2026-01-29 in this workspace" in [one.how for one in later.sheets[0].mapping]


def test_an_empty_answer_puts_one_back(desk, tmp_path):
    """The first choice of a list forgets the correction; the figures are the old ones."""
    desk.open([("a.csv", LOG)])
    ask(desk, latency_unit="s")

    assert latency(ask(desk, latency_unit="")) == pytest.approx(120, rel=0.01)
    assert known(tmp_path).entries == ()


def test_all_can_be_put_back_at_once(desk, tmp_path):
    """Putting everything back forgets what was corrected about the files that are open, and nothing else."""
    desk.open([("other.csv", UNKNOWN)])
    ask(desk, success="st")
    desk.open([("a.csv", LOG)])
    ask(desk, latency_unit="s", customer="-")

    assert latency(desk.open([("a.csv", LOG)], put_back=True)) == pytest.approx(120, rel=0.01)
    assert [field for (_, field), _ in known(tmp_path).entries] == ["success"]


def test_what_does_not_fit_moves_nothing(desk, tmp_path):
    """A column whose values cannot be the field is refused in one sentence at its question; all stays as it was."""
    before = desk.open([("a.csv", LOG)])

    assert ask(desk, status="path") is before
    assert desk.refused == {
        f"{before.sheets[0].header}.status": "The values of path (/v1/invoices …) are no HTTP statuses. It is read as before."
    }
    assert known(tmp_path).entries == ()


def test_who_corrects_is_busy_until_other_files_come(desk):
    """The place for corrections stays open while they are made, also once all are put back."""
    desk.open([("a.csv", LOG)])
    assert not desk.busy
    ask(desk, latency_unit="s")
    assert desk.busy
    desk.open([("a.csv", LOG)], put_back=True)
    assert desk.busy
    desk.open([("b.csv", LOG)])
    assert not desk.busy


def test_a_refusal_stands_until_the_answer_changes(desk):
    """It is still there when another question is answered, and gone once its own is."""
    desk.open([("a.csv", LOG)])
    ask(desk, status="path")
    ask(desk, status="path", latency_unit="s")

    assert latency(desk.shown) == pytest.approx(120_000, rel=0.01)
    assert len(desk.refused) == 1
    ask(desk, status="", latency_unit="s")
    assert desk.refused == {}


def test_an_answer_that_did_not_fit_may_fit_later(desk):
    """A unit asked for before its column is taken as soon as the column is."""
    desk.open([("a.csv", LOG.replace(b"latency_ms", b"zz").replace(b",120", b",12"))])
    ask(desk, latency_unit="s")
    assert "nothing to give a unit" in next(iter(desk.refused.values()))

    assert latency(ask(desk, latency="zz", latency_unit="s")) == pytest.approx(12_000, rel=0.01)
    assert desk.refused == {}


@pytest.mark.parametrize("beside", [[], [("b.csv", csv_log(customer="Initech"))]], ids=["alone", "beside another"])
def test_an_answer_that_loses_the_file_is_refused(desk, beside):
    """A choice that leaves a file without any call keeps the former reading, and says why."""
    bare = b"timestamp,status\n" + b"".join(f"2026-03-{n % 28 + 1:02d}T00:00:00Z,200\n".encode() for n in range(300))
    before = desk.open([("bare.csv", bare), *beside])
    ask(desk, status="-")

    assert desk.shown is before
    assert list(desk.refused.values()) == [
        (
            "Then bare.csv does not look like a log of calls, which tells when each call was, to what, and how it ended: no column "
            "holds the status of a call (such as 200, 503, ok or failed), an endpoint, a method or a latency "
            "(found: timestamp, status). It is read as before."
        )
    ]


def test_a_file_that_could_not_be_read_is_read_once_its_column_is_named(desk, tmp_path):
    """Where a field is missing the columns are told and can be chosen from; then there is a score, now and next time."""
    first = desk.open([("unknown.csv", UNKNOWN)])
    assert "no column holds the status" in first.problem
    assert [column.name for column in first.sheets[0].columns] == ["when", "what", "st"]

    assert ask(desk, success="st").assessment is not None
    assert desk.shown.problem is None
    assert Desk(tmp_path).open([("unknown.csv", UNKNOWN)]).assessment is not None


def test_a_file_without_a_usable_row_can_be_asked_about(desk):
    """A file of which no row can be used keeps its receipt, its rejected rows, and its questions."""
    found = desk.open([("a.csv", b"timestamp,status\nsoon,200\nlater,500\n")])

    assert found.assessment is None
    assert found.sheets[0].unread
    assert found.rejected == 2
    assert found.rejects().count(b"time could not be read") == 2


def test_what_is_no_log_has_no_questions(desk):
    """An image beside a log brings no list of columns."""
    found = desk.open([("chart.png", PNG), ("a.csv", LOG)])

    assert [sheet.names for sheet in found.sheets] == [("a.csv",)]
    assert desk.open([("chart.png", PNG)]).sheets == ()


def test_files_with_the_same_header_share_their_questions(desk):
    """Two months of one export are corrected together."""
    files = [("jan.csv", LOG), ("feb.csv", csv_log(customer="Globex", latency_ms=90)), ("x.csv", UNKNOWN)]
    found = desk.open(files)

    assert [(sheet.names, sheet.unread) for sheet in found.sheets] == [
        (("jan.csv", "feb.csv"), False),
        (("x.csv",), True),
    ]
    assert latency(ask(desk, latency_unit="s")) > 80_000


def test_the_chosen_customer_stays_chosen(desk):
    """A correction is seen for the customer one looks at."""
    desk.open([("a.csv", LOG), ("b.csv", csv_log(customer="Initech", latency_ms=90))])
    desk.of("Initech")
    ask(desk, latency_unit="s")

    assert desk.customer == "Initech"
    assert latency(desk.of("Initech")) == pytest.approx(90_000, rel=0.01)


def test_rejected_rows_are_those_of_the_reading(desk):
    """The rows handed out are as many as the receipt counts, under the corrections that hold."""
    desk.open([("a.csv", LOG + b"soon,Globex,Billing API,GET,/v1,200,5\n")])
    found = ask(desk, latency_unit="s")

    assert found.rejected == 1
    assert found.rejects().decode("utf-8-sig").splitlines()[1:] == [
        'a.csv,2690,time could not be read,"timestamp=soon, customer=Globex, service=Billing API, method=GET, path=/v1, status=200, latency_ms=5"'
    ]


def test_where_nothing_can_be_written_a_correction_holds_for_the_visit(tmp_path):
    """Without a workspace of one's own, or with one that cannot be written, the page says so and remembers nothing."""
    (tmp_path / FOLDER).write_text("a file where the folder should be")
    for desk in (Desk(tmp_path, lasting=False), Desk(tmp_path)):
        desk.open([("a.csv", LOG)])
        assert latency(ask(desk, latency_unit="s")) == pytest.approx(120_000, rel=0.01)
        assert "until you leave or reload" in desk.kept
        assert latency(desk.open([("again.csv", LOG)])) == pytest.approx(120_000, rel=0.01)

    assert known(tmp_path).entries == ()
    assert latency(Desk(tmp_path).open([("a.csv", LOG)])) == pytest.approx(120, rel=0.01)


def test_what_ships_with_the_package_is_never_written_to(monkeypatch, tmp_path):
    """A page without a workspace of its own shows the shipped sample and keeps corrections to itself."""
    monkeypatch.delenv(workspace.VARIABLE, raising=False)
    assert not Desk.here().lasting
    monkeypatch.setenv(workspace.VARIABLE, str(tmp_path))
    assert Desk.here().lasting


def test_the_log_of_the_workspace_is_corrected_too(tmp_path):
    """The sample follows a correction like a dropped file, although its answer is kept."""
    (tmp_path / "globex.csv").write_bytes(LOG)
    desk = Desk(tmp_path)
    before = desk.open([])
    assert before is desk.open([])

    assert latency(ask(desk, latency_unit="s")) == pytest.approx(120_000, rel=0.01)
    assert latency(workspace.answer([], within=tmp_path)) == pytest.approx(120_000, rel=0.01)


def test_a_low_risk_of_long_ago_is_not_known_today(tmp_path):
    """A page looked at long after the last day with data says that nothing is known since; the next day it is still low."""
    levels = {}
    for today in (date(2026, 3, 30), date(2026, 6, 1)):
        desk = Desk(tmp_path, today=lambda today=today: today)
        desk.open([("a.csv", LOG)])
        levels[today] = desk.of(None).assessment.risk.level

    assert list(levels.values()) == [RiskLevel.LOW, RiskLevel.UNKNOWN]


def test_an_address_leads_back_to_what_is_shown(tmp_path):
    """The upload where it is kept, a customer as he is called, and what is not there as it was asked for."""
    desk = Desk(tmp_path)
    desk.open([("a.csv", LOG)])
    desk.of(None)
    asked = {"upload": desk.upload}, {"customer": "globex"}, {"customer": "Initech"}, {"upload": "0123"}
    found = [Desk(tmp_path) for _ in asked]
    for one, wish in zip(found, asked, strict=True):
        one.back(wish.get("upload"), customer=wish.get("customer"))
        one.open([])

    assert desk.about == {"upload": desk.upload}
    assert [one.about for one in found] == [asked[0], {"customer": "Globex"}, *asked[2:]]
    assert [one.shown.missing for one in found] == [None, None, "Initech", "the log 0123"]
    assert [one.held for one in (desk, *found)] == [None] * 5


def test_a_file_without_a_customer_is_held_until_somebody_names_one(tmp_path):
    """No other page is told of a customer he did not drop: first it asks for a name; what cannot be kept says so."""
    desk, unkept = Desk(tmp_path), Desk(tmp_path, lasting=False)
    desk.back(None, customer="Globex")
    for one, log in ((desk, LOG.replace(b"Globex", b"")), (unkept, LOG)):
        one.open([("a.csv", log)])
        one.of(None)

    assert (desk.about, desk.held) == ({}, page.NAME_FIRST)
    assert (unkept.about, unkept.held) == ({}, page.NOT_KEPT)
    desk.of("Hooli")
    assert (desk.about, desk.held) == ({"upload": desk.upload}, None)


def test_what_ships_with_the_package_is_shown_to_whoever_asks_for_it(tmp_path):
    """Without a store the log that lies there is its customer's alone."""
    (tmp_path / "globex.csv").write_bytes(LOG)
    shown = {}
    for asked in ("glo", "Initech"):
        desk = Desk(tmp_path, lasting=False)
        desk.back(None, customer=asked)
        shown[asked] = desk.open([]).missing

    assert shown == {"glo": None, "Initech": "Initech"}
