"""What the page says first, and what it leaves out."""

from base64 import b64decode
from dataclasses import replace

import pytest

from techhealth.model import Owner, Severity, State
from techhealth.present import charts, page, words
from tests import builders
from tests.assess.test_assess import assessed
from tests.planted import events
from tests.present.fragments import draw, read


def test_what_changed_is_apart_from_what_is_still_open():
    """An issue with a beginning is a change; one that was always there is still open, with who has to act."""
    one = builders.assessment()
    text = read(replace(one, issues=tuple(replace(issue, owner=Owner.CUSTOMER) for issue in one.issues)))
    changed, still = text.index("What changed"), text.index("Still open")

    assert changed < text.index("Error rate rose", changed) < still
    assert text.index(builders.WEBHOOK, still) < text.index("Integration health")
    assert "who: theirs" in text[still : text.index("Integration health")].casefold()


def test_a_card_is_titled_by_the_cause_it_acts_on():
    """The first screen states the cause behind a recommendation, without what follows its first clause."""
    one = builders.assessment()
    size = replace(one.issues[0].causes[0], statement="500s need large requests; always")
    first = replace(one.recommendations[0], why="500s need large requests; always. 156 of 521.")
    text = read(replace(one, issues=(replace(one.issues[0], causes=(size,)),), recommendations=(first,)))
    screen = text[text.index("What changed") : text.index("Integration health")]

    assert "500s need large requests" in screen
    assert "; always" not in screen


def test_silence_is_not_too_little_data():
    """Where traffic stopped, the missing score is explained by silence."""
    one = builders.assessment()
    silent = replace(one.score, value=None, interval=None, band=None, state=State.SILENT)

    assert "silence is not health" in read(replace(one, score=silent))


def test_deliveries_alone_lose_their_points_as_deliveries():
    """Without API calls no point is lost to the success of calls, and a delivery rate is said once."""
    text = read(assessed(events([16] * 28, kind="webhook")))
    screen = text[text.index("points went") : text.index("Integration health")]

    assert screen.count("1,288 of 1,400 deliveries arrived") == 1
    assert "Not measured, left out: API success rate, Latency." in screen


def test_lost_points_are_one_number_everywhere():
    """A score of 25.42 loses 74.6 points on the page, in its chart and on an integration's view; no part is below nothing."""
    one = builders.assessment()
    found = replace(one, score=replace(one.score, value=25.42), integrations=(replace(one.integrations[0], score=25.42), replace(one.integrations[1], score=100 + 1e-9)))  # fmt: skip
    view = page.integration_view(found, found.integrations[0].name, draw=draw, at=lambda _: "")

    assert "Where 74.6 points went" in read(found)
    assert "of 74.6 points" in charts.points_lost(found).title
    assert "of 74.6 points lost" in view
    assert [points for _, points in words.lost_at(found)] == [37.3, 0.0]
    assert "-0.0" not in read(found)


@pytest.mark.parametrize(
    ("read_ms", "unread", "calls", "said"),
    [
        (None, None, 9, "No latency in these files"),
        (
            None,
            "Seconds",
            9,
            "Column Seconds was not read. If it is how long a call took, latency can be judged by it.",
        ),
        (12.0, None, 0, "How long deliveries took was read, but is not judged"),
        (12.0, None, 9, "No call with a latency succeeded in these days"),
    ],
)
def test_why_no_latency_is_judged(read_ms, unread, calls, said):
    """A file without latency, a column that was not read, durations of deliveries and calls that all failed are told apart."""
    one = builders.assessment()
    file = replace(builders.file_receipt(), first_latency_ms=read_ms, perhaps_latency=unread)
    found = replace(
        one,
        receipt=replace(one.receipt, files=(file,), api_calls=calls),
        integrations=tuple(replace(each, latency=None) for each in one.integrations),
    )

    assert said in page.latency_card(found, draw=draw)
    assert ("choose it below" in read(found)) == (unread is not None)


def test_weights_add_up_to_all():
    """Weights of 6 : 4 : 4 : 3 are written as 35.3, 23.5, 23.5 and 17.7 %, which add up to 100."""
    one = builders.assessment()
    parts = tuple(
        replace(part, weight=weight / 17, score=50.0)
        for part, weight in zip(one.score.components, (6, 4, 4, 0, 3), strict=True)
    )
    found = replace(one, integrations=(replace(one.integrations[0], components=parts), *one.integrations[1:]))
    view = page.integration_view(found, found.integrations[0].name, draw=draw, at=lambda _: "")

    assert [view.count(f">{weight}\N{NO-BREAK SPACE}%<") for weight in ("35.3", "23.5", "17.7")] == [1, 2, 1]


def test_only_a_kept_target_is_called_within_target():
    """Integrations without an issue are within target where deliveries reach a stated one; at most three are named."""
    one = builders.assessment()
    calm = tuple(replace(one.integrations[0], name=f"Sync {i}", issues=(), webhooks=None) for i in range(5))
    text = read(replace(one, integrations=calm, issues=()))

    assert "No issue found" in text
    assert "within target" not in text
    assert "2 more" in text[text.index("What changed") :]


def test_a_cause_that_is_listed_is_not_considered_as_well():
    """The next best cause is named on demand unless the card lists it already."""
    one = builders.assessment()
    issue = one.issues[0]
    again = replace(issue.causes[0], runner_up=issue.causes[-1].statement)
    other = replace(issue.causes[0], runner_up="Quite another thing")

    listed = (again, replace(issue.causes[-1], runner_up=None))

    assert "Considered as well" not in read(replace(one, issues=(replace(issue, causes=listed),)))
    assert "Quite another thing" in read(replace(one, issues=(replace(issue, causes=(other,)),)))


def test_minor_issues_are_one_line():
    """A minor issue is folded, with everything known about it inside."""
    one = builders.assessment()
    minor = replace(one, issues=(replace(one.issues[0], severity=Severity.INFO),))

    assert '<details class="th-card th-issue th-info-edge" id="issue-i1"><summary>' in page.issues_card(
        minor, draw=draw
    )


def test_hours_of_failure_are_open_to_see_once():
    """The first critical or webhook issue shows its hours and weekdays outside the folded evidence."""
    one = builders.assessment()
    shown = page.issues_card(replace(one, issues=one.issues[1:]), draw=draw).replace("\u00a0", " ")
    chart = f"<figcaption>{charts.by_status(one, builders.WEBHOOK).title}"

    assert shown.count(chart) == 1
    assert shown.index(chart) < shown.index("Evidence in detail")


def test_every_chart_has_its_table():
    """Below each chart its figures stand as a table, folded, so that nothing hangs on seeing it."""
    shown = page.issues_card(builders.assessment(), draw=draw)

    assert shown.count('<details class="th-figures">') > 5


def test_the_rows_behind_an_issue_can_be_taken_along():
    """The link holds the sampled rows as CSV, masked as they are, with no cell that a spreadsheet would run."""
    one = builders.assessment()
    samples = tuple(replace(sample, endpoint="=cmd|' /C calc'!A1") for sample in one.issues[0].samples)
    shown = page.issues_card(replace(one, issues=(replace(one.issues[0], samples=samples),)), draw=draw)
    content = b64decode(shown.split("data:text/csv;base64,")[1].split('"')[0]).decode("utf-8-sig")

    assert content.splitlines()[0] == "time_utc,integration,status,endpoint,key"
    assert len(content.splitlines()) == 1 + len(samples)
    assert content.count("'=cmd|") == len(samples)


def test_files_left_out_stand_above_the_assessment_of_the_others():
    """A bad file among good ones is named in a strip, and the answer stands below it."""
    text = read(builders.assessment(), problem="x.png is a PNG image, not a log.")

    assert text.index("Left out: x.png") < text.index("Technical health score")
    assert "These files could not be used" not in text


def test_a_choice_of_customers_says_how_many_there_are():
    """Beside the choice stands that one of several customers is shown."""
    assert "1 of 2 customers in these files" in read(builders.assessment(), customer=page.el("div"), customers=2)


def test_many_long_names_are_counted():
    """The receipt lists integrations in about two lines and counts the rest."""
    one = builders.assessment()
    names = tuple(f"Integration number {i} with a rather long name" for i in range(12))
    text = read(replace(one, receipt=replace(one.receipt, integration_names=names)))

    assert "more)" in text[: text.index("Technical health score")]
    assert "number 9" not in text[: text.index("Technical health score")]


def test_a_page_names_no_option_of_the_terminal():
    """An assumption that advises an option is shown without that advice."""
    one = builders.assessment()
    file = replace(
        one.receipt.files[0], assumptions=("took is read as seconds; name the unit with --map latency=took:ms",)
    )
    text = read(replace(one, receipt=replace(one.receipt, files=(file,))))

    assert "took is read as seconds" in text
    assert "--map" not in text


def test_old_data_are_called_old():
    """Where there have been no data for long the head says for how many days."""
    one = builders.assessment()

    assert "No data for 40 days" in read(replace(one, risk=replace(one.risk, days_without=40)))
    assert "No data" not in read(builders.assessment())
