"""What the customer is not told, and that whoever sends the report knows it."""

from dataclasses import fields, is_dataclass, replace
from enum import Enum

import pytest

from techhealth.model import OTHER_CUSTOMER, Example, Reject
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.audience import Audience
from techhealth.present.report import Look, report
from techhealth.present.report.sieve import Sieve
from techhealth.present.report.withhold import customer_safe
from tests import builders

#: Every text field of an assessment that may reach the customer; a new field is kept from him until it stands here.
_TOLD = {
    "AuthHealth.pattern", "Cause.runner_up", "Cause.statement", "Cause.would_refute", "ComponentScore.name", "ComponentScore.why", "FileReceipt.assumptions",
    "FileReceipt.encoding", "FileReceipt.format", "FileReceipt.sha256", "Forecast.text", "GeneratedFor.customer",
    "GeneratedFor.policy_sha256", "GeneratedFor.timezone", "Impact.text", "Issue.title", "Recommendation.steps", "Recommendation.title",
    "Recommendation.why", "ReasonShare.meaning", "Reject.reason", "RiskFactor.factor", "RiskFactor.impact", "Sample.endpoint",
    "Sample.masked_key", "Sample.status", "StatusHour.status", "TopError.code", "TopError.meaning", "Trend.compared_to", "Trust.reasons", "Change.setting",
    "Change.unit",
}  # fmt: skip
#: Names by which parts of an assessment find each other.
_KEYS = ("integration", "integration_names", "id", "issue_ids", "issues")


def marked(value, path=""):
    """Return a noun whose every text names the field it stands in."""
    if isinstance(value, Enum) or value is None:
        return value
    if isinstance(value, str):
        return f"<{path}>"
    if isinstance(value, tuple):
        return tuple(marked(item, path) for item in value)
    if isinstance(value, dict):
        return {key: marked(item, path) for key, item in value.items()}
    if is_dataclass(value):
        own = type(value).__name__
        kept = {item.name for item in fields(value) if item.name in _KEYS or (own, item.name) in _NAMES}
        return replace(
            value,
            **{
                item.name: marked(getattr(value, item.name), f"{own}.{item.name}")
                for item in fields(value)
                if item.name not in kept or is_dataclass(next(iter(getattr(value, item.name) or ("",))))
            },
        )
    return value


_NAMES = {("IntegrationHealth", "name"), ("Latency", "sla_source"), ("Recommendation", "note"), ("Trend", "direction")}


def told(assessment, policy=None):
    """Return the customer's report."""
    look = Look(style="", charts=None)
    return report(assessment, policy or Policy(), look=look, audience=Audience.CUSTOMER).html


def test_every_field_that_reaches_the_customer_is_known():
    """Of all text fields of an assessment only those on the list stand in the customer's report."""
    html = told(marked(builders.assessment()))
    known = {f"{noun.__name__}.{item.name}" for noun in _nouns(builders.assessment()) for item in fields(noun)}

    assert {path for path in known if f"&lt;{path}&gt;" in html} <= _TOLD


def _nouns(value):
    """Return the classes of a noun and of all in it."""
    if isinstance(value, tuple):
        return {noun for item in value for noun in _nouns(item)}
    if is_dataclass(value):
        return {type(value)} | {noun for item in fields(value) for noun in _nouns(getattr(value, item.name))}
    return set()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("67 of 99 have one reason: timeout (their endpoint did not answer in time)", "67 of 99 have one reason: timeout"),
        ("Users meet failed requests; support load grows", "Users meet failed requests"),
        ("Start with the most frequent, gone (410): their endpoint no longer wants deliveries", "Start with the most frequent, gone (410)"),
        ("Confirm with engineering that the platform carries 250 calls", ""),
        ("Ask their team when the token is renewed", "Ask your team when the token is renewed"),
        ("It may come up in the renewal conversation.", ""),
        ("401s fall on Sundays: 42 of 42; consistent with a weekly job", "401s fall on Sundays: 42 of 42; consistent with a weekly job"),
        ("500s of /v1/customers/{id} and us-east-1", "500s of /v1/customers/{id} and us-east-1"),
        ("Our Shop API fails on 3 days: the limit is ours", "Our Shop API fails on 3 days"),
        ("fails on db-7.prod.internal and 10.0.3.4, seen by ann@example.com", "fails on internal host 1 and internal address 1, seen by e-mail address 1"),
        ("Globex fails as well", "another company (1) fails as well"),
        ("calls to svc-reports-v2 fail", "calls to Custom API (Reports) fail"),
    ],
)  # fmt: skip
def test_a_text_passes_the_sieve(text, kept):
    """Sides, names from inside, other customers and raw names fall through; all else stays as it was."""
    one = builders.assessment()
    both = replace(
        one, receipt=replace(one.receipt, customers=("Acme Corp", "Globex"), integration_names=("Our Shop API",))
    )
    sieve = Sieve.of(both, Policy(rename={"svc-reports-v2": "Custom API (Reports)"}))

    assert kept == sieve.text(text)
    assert bool(sieve.dropped or sieve.replaced) == (text.replace("their team", "your team") != kept)


def test_two_names_from_inside_stay_two():
    """Integrations that are called by hosts keep apart, and the same host keeps its words."""
    sieve = Sieve.of(builders.assessment(), Policy())

    assert sieve.text("a.internal, b.internal, a.internal") == "internal host 1, internal host 2, internal host 1"


def test_rows_of_other_customers_never_were_there():
    """Neither their number nor a total that holds them is told, nor the days of the whole file."""
    one = builders.assessment()
    own = one.receipt.files[0]
    other = Reject(reason=OTHER_CUSTOMER, count=977, examples=(Example(line=3, text="Globex"),))
    shared = replace(own, rows=own.rows + 977, rejected=own.rejected + 977, rejects=(*own.rejects, other))
    safe, withheld = customer_safe(replace(one, receipt=replace(one.receipt, files=(shared,))), Policy())

    (file,) = safe.receipt.files
    assert (file.rows, file.rejected, file.first) == (own.rows, own.rejected, None)
    assert safe.receipt.trust.reasons == ()
    assert "Rows of other customers in the same files, and their number" in [kind.what for kind in withheld]


def test_money_is_withheld_and_listed():
    """Revenue at risk does not pass, and the list says that there was some."""
    one = builders.assessment()
    rich = replace(one.issues[0], impact=replace(one.issues[0].impact, arr_at_risk=120_000.0, sla_credit=900.0))
    safe, withheld = customer_safe(replace(one, issues=(rich,)), Policy())

    assert (safe.issues[0].impact.arr_at_risk, safe.issues[0].impact.sla_credit) == (None, None)
    assert "Revenue at risk and SLA credits" in [kind.what for kind in withheld]


def test_what_was_withheld_is_listed_with_its_words():
    """Whoever sends the report can read every line that its reader cannot."""
    one = builders.assessment()
    _, withheld = customer_safe(one, Policy())
    by_kind = {kind.what: kind.lines for kind in withheld}

    risk = by_kind["The technical risk, and what happens if nothing is done"]
    promises = by_kind["What would be a promise: values that are proposed, by when, and what is won"]

    assert risk[0] == "Report API degradation: ▲ High; User frustration, support load"
    assert risk[-2:] == one.risk.if_not_addressed
    assert promises[0].startswith("Raise the rate limit of Custom API (Reports): Immediate (this week); Removes 234")
    assert len(by_kind["Whose fault an issue or an error code is; who takes the next step is told"]) == len(one.issues)
    assert by_kind["The first day on which an issue would have been seen"] == (f"{one.issues[0].title}: 13 January",)


def test_the_figures_stay_those_of_the_assessment():
    """Withholding words changes no number of score, integrations and issues."""
    one = builders.assessment()
    safe, _ = customer_safe(one, Policy())

    assert [replace(part, why="") for part in safe.score.components] == [
        replace(part, why="") for part in one.score.components
    ]
    assert safe.timeline == one.timeline
    assert [(i.recent, i.baseline, i.weekly) for i in safe.issues] == [
        (i.recent, i.baseline, i.weekly) for i in one.issues
    ]


def test_the_customer_reads_how_he_is_judged_and_not_the_settings_that_we_turn():
    """The method stands in the customer's report with its weights and targets; the settings and the risk are ours alone."""
    html = told(builders.assessment())

    assert "weighted: API success 30\xa0%" in html
    assert "(success 99\xa0%, delivery 99\xa0%)" in html
    assert not any(
        words in html for words in ("Sign-ins that fail in a row", "our own judgement", "echnical risk", ">Policy<")
    )


def test_a_report_to_the_customer_promises_nothing():
    """A value that is only proposed, what an action wins, by when, and the day we could have known of it are not told."""
    safe, _ = customer_safe(builders.assessment(), Policy())
    html = told(builders.assessment())

    assert (
        safe.recommendations[0].title
        == "Review whether the rate limit of 100 calls a minute for Custom API (Reports) can be raised"
    )
    for promise in ("250 calls", "Removes", "score 73", "this week", "two weeks", "first flagged"):
        assert promise not in html


def test_what_began_is_told_as_of_the_same_day():
    """An uncertain onset is no later for the customer than for ourselves, who know on which day it was first flagged."""
    one = builders.reports_issue()
    seen = replace(one, first_flagged_on=builders.january(8))
    safe, _ = customer_safe(replace(builders.assessment(), issues=(seen,)), Policy())

    assert (
        words.since(seen.onset, flagged=seen.first_flagged_on) == words.since(safe.issues[0].onset) == "about 8 January"
    )


def test_what_helps_is_told_once():
    """Of two actions with the same note only the first lists what helps."""
    one = builders.assessment()
    first, second, *_ = (replace(action, note="latency") for action in one.recommendations)
    html = told(replace(one, recommendations=(first, second)))

    assert html.count("Ask for less in one call") == 1
    assert html.count("What helps on your side is told above.") == 1


def test_a_column_that_was_not_read_is_not_named_to_the_customer():
    """Names of columns are withheld, also that of one which may be a latency."""
    one = builders.assessment()
    (file,) = one.receipt.files
    unread = replace(file, first_latency_ms=None, perhaps_latency="internal_ms_2")
    silent = tuple(replace(part, latency=None) for part in one.integrations)
    html = told(replace(one, receipt=replace(one.receipt, files=(unread,)), integrations=silent))

    assert "internal_ms_2" not in html
