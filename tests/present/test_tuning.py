"""The fragments of the analyst's page and of one integration: what they say, and that no text becomes markup."""

from dataclasses import replace
from datetime import date

import pytest

from techhealth.model import CauseKind, IssueKind, Owner, PolicyReplay, Replay, Severity, Sighting, State
from techhealth.policy import Policy
from techhealth.present import page, words
from techhealth.present.compare import compare
from techhealth.present.page.knobs import Keys, balanced, groups
from techhealth.present.page.unmoved import why_unmoved
from tests import builders
from tests.hostile import PROBES, poisoned
from tests.present.fragments import Parsed, draw

ASSESSMENT = builders.assessment()
KEYS = Keys(integrations=["Orders"], calls={"429": Owner.SHARED}, deliveries={"timeout": Owner.CUSTOMER})


def at(name):
    """Return the address of an integration."""
    return page.address(integration=name)


def text(*fragments):
    """Return what a reader sees, spaces folded."""
    return " ".join(Parsed(page.join(*fragments)).text.replace("\u00a0", " ").split())


def moved():
    """Return a comparison in which one issue vanishes, one gets milder and the score rises by 4."""
    first, *others = ASSESSMENT.issues
    score = replace(ASSESSMENT.score, value=ASSESSMENT.score.value + 4)
    after = replace(ASSESSMENT, score=score, issues=(replace(first, severity=Severity.INFO), *others[:-1]))
    return compare(ASSESSMENT, after)


def replayed():
    """Return a replay in which only the second policy flags an issue."""
    on = date(2026, 1, 15)
    seen = Sighting(
        id="a-errors", integration="A", kind=IssueKind.ERRORS, severity=Severity.CRITICAL, cause=CauseKind.RATE_LIMIT, onset=None,
        first_flagged=on, last_seen=on, critical_on=date(2026, 1, 19), reported_on=None, lead_days=4,
    )  # fmt: skip
    none = PolicyReplay(name="In use", policy_sha256="0", flagged=0, critical=0, median_lead_days=None, issues=())
    one = replace(none, name="As turned here", flagged=1, critical=1, median_lead_days=4.0, issues=(seen,))
    made = ASSESSMENT.generated_for
    return Replay(generated_for=made, period=ASSESSMENT.period, days=(), issues=(), policies=(none, one))


def knobs(policy, keys=KEYS):
    """Return the knobs of a policy by key."""
    return {knob.key: knob for group in groups(policy, keys) for knob in group.knobs}


def test_before_the_first_log_the_page_says_what_it_does_with_one():
    """Without a log the analyst reads what the page is for; with one, whose it is."""
    tops = [
        page.tuning_head(whose, named=None, choice=None, upload=page.Html(""), problem=None, about={})
        for whose in (None, "Globex")
    ]

    assert ["Nothing changes for anybody until you save" in one for one in tops] == [True, False]


def test_the_effect_is_told_in_one_sentence_with_what_was_turned():
    """Score, points and issues come first, then each setting with both values, then what was refused and why."""
    turned = [(knobs(Policy())["windows/current_days"], replace(knobs(Policy())["windows/current_days"], value=3))]
    said = text(
        page.effect_card(moved(), Policy(), turned, {}, [(knobs(Policy())["weights/success"], "They sum to 1.1.")])
    )

    assert "Score 73.2 → 77.2 (+4.0 points)" in said
    assert "1 issue less, 1 issue milder" in said
    assert "API success: They sum to 1.1." in said
    assert "Current window Windows7 days3 days" in said


def test_nothing_turned_says_so():
    """Both sides the same is told as such, with no table of settings."""
    said = text(page.effect_card(compare(ASSESSMENT, ASSESSMENT), Policy(), [], {}, []))

    assert "stays as it is. The issues stay the same." in said
    assert "No setting is changed yet" in said


def test_scores_and_points_stand_before_and_after():
    """The customer comes first; a component that is not measured is a dash, a figure that stays is told once."""
    said = text(page.figures_card(moved()))

    assert said.index("Acme Corp73.2 → 77.2") < said.index("Custom API (Reports)")
    assert "−0.0" not in said


def test_issues_that_move_are_told_and_the_others_counted():
    """What vanishes and what gets milder stands with both sides; the rest is a number."""
    said = text(page.moved_card(moved()))

    assert "↓ Milder" in said
    assert "– Vanishes" in said
    assert f"{len(ASSESSMENT.issues) - 2} other issue" in said


def test_both_replays_stand_side_by_side():
    """Alarms, critical ones and lead of each policy, and the day of each alarm; never is told as such."""
    said = text(page.replay_card(replayed(), page.Html("")))

    assert "In use00–As turned here114 days" in said
    assert "AErrors, rate limitneverflagged 15 Januarycritical 19 January, lead 4 days" in said


def test_every_knob_is_on_the_panel_once():
    """The eight that matter most come first, the others under the question that they answer; each with its reason."""
    policy = Policy()
    every = {key: page.el("b", f"[{key}]") for key in knobs(policy)}
    said = text(page.knobs_panel(groups(policy, KEYS), every, load=page.Html(""), undo_all=page.Html("")))

    assert {1} == {said.count(f"[{key}]") for key in every}
    assert said.index("[detection/critical_rate]") < said.index("What counts how much?") < said.index("[weights/auth]")
    assert (
        "Days with data that scores and rates look at. 1 to 366 days; usually 1 to 13; calibrated on the sample customer."
        in said
    )


def test_a_rate_is_read_in_per_cent_and_meant_as_a_ratio():
    """A control shows 10 where the policy says 0.1; what is read is what is meant, to the last digit."""
    every = groups(Policy(), KEYS)
    shown = {knob.key: knob.shown for group in every for knob in group.knobs}
    rate = knobs(Policy())["detection/critical_rate"]

    assert (rate.asked, rate.shown, rate.usual, rate.step) == ("Failure rate that is critical, %", 10, (1, 50), 1)
    assert rate.told == "10 %"
    assert page.meant(every, shown) == {knob.key: knob.value for group in every for knob in group.knobs}
    assert page.meant(every, {**shown, rate.key: 12.5})[rate.key] == 0.125
    assert knobs(Policy())["rules/success/0/0"].told == "70 %"
    assert knobs(Policy())["rules/success/0/1"].told == "0 points"


def test_a_weight_moves_alone_and_the_others_follow_in_proportion():
    """The moved one is taken as it is, the others share the rest as before; together they stay a whole."""
    weights = groups(Policy(), KEYS)[0]

    assert balanced(weights, {"weights/success": 0.4}) == {
        "weights/success": 0.4, "weights/latency": 0.171, "weights/trend": 0.171, "weights/webhook": 0.129, "weights/auth": 0.129,
    }  # fmt: skip
    assert balanced(weights, {"weights/success": 0.9, "weights/auth": 0.2}) == {
        "weights/success": 0.9,
        "weights/auth": 0.2,
    }


def test_beside_a_control_stands_what_was_not_taken_and_what_was_scaled():
    """A refused value is told at its setting, with its name where several stand together; a scaled weight tells where it stands."""
    policy = Policy()
    every = {key: page.el("b", f"[{key}]") for key in knobs(policy)}
    trend, knot = knobs(policy)["weights/trend"], knobs(policy)["rules/success/1/0"]
    panel = page.knobs_panel(
        groups(policy, KEYS), every, refused=[(knot, "Too much.")], scaled={trend.key: replace(trend, value=0.171)},
        load=page.Html(""), undo_all=page.Html(""),
    )  # fmt: skip
    said = text(panel)

    assert "[weights/trend]Scaled to 17.1 %, so that all make 100 %." in said
    assert "[rules/success/4/1]■ Point 2, measured: Too much." in said


def tried(key, value, found=ASSESSMENT):
    """Return why a setting that is turned to a value moves nothing."""
    was = knobs(Policy(sla_ms={builders.WEBHOOK: 5.0}), replace(KEYS, calls={"500": Owner.US}))[key]
    return why_unmoved(was, replace(was, value=value), found, Policy())


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("windows/minimum_calls", 60, "Calls in its window: none between 50 calls and 60 calls; the nearest is"),
        ("windows/minimum_trend_days", 15, "The length of this log is 29 days, not between 14 days and 15 days."),
        (
            "evidence/wide_interval",
            26,
            "Width of the interval of a score: none between 20 points and 26 points; the nearest is",
        ),
        (
            "targets/success",
            0.992,
            "Success rate: none between 99.0 % and 99.2 %; the nearest is 99.8 % (Salesforce Sync).",
        ),
        ("detection/critical_rate", 0.99, None),
        ("detection/ratio", 1.4, None),
        ("detection/z_recent", 3.6, None),
        ("overall/red_cap", 70, "Score and issues do not depend on it"),
        ("targets/score", 80, "It is the mark on the bar of the score"),
        ("owners/calls/500", "us", "That is who acts as usual."),
        ("owners/calls/500", "customer", None),
        (f"sla_ms/{builders.WEBHOOK}", 9, f"{builders.WEBHOOK} has no latency in its window."),
        ("rules/success/0/1", 5, None),
    ],
)
def test_why_a_setting_moves_nothing_is_said_only_where_it_is_known(key, value, why):
    """The figures that a setting is compared with lie elsewhere, or it is for something else; of what is not known nothing is said."""
    said = tried(key, value)

    assert (said is None) == (why is None)
    assert (said or "").startswith(why or "")


def test_a_limit_is_compared_with_the_figures_around_it():
    """A knot counts between its neighbours alone, and a limit of days until a breach moves nothing where nothing is forecast."""
    found = replace(ASSESSMENT, issues=tuple(replace(one, forecast=None) for one in ASSESSMENT.issues))
    alone = replace(
        ASSESSMENT, integrations=tuple(one for one in ASSESSMENT.integrations if one.name == "Salesforce Sync")
    )

    assert tried("rules/success/0/1", 5, alone) == (
        "Success rate: none between 70.0 % and 90.0 %; the nearest is 99.8 % (Salesforce Sync)."
    )
    assert tried("detection/critical_within_days", 9, found) == "Days until a limit: there is none in this log."


def test_a_turned_setting_that_changes_nothing_says_so():
    """Same scores and issues are told as such with the reason at the setting; what differs besides is named instead."""
    was = knobs(Policy())["overall/red_cap"]
    turned = [(was, replace(was, value=70))]
    other = compare(ASSESSMENT, replace(ASSESSMENT, recommendations=()))

    assert "Nothing changes on this log: same scores, same issues." in text(
        page.effect_card(compare(ASSESSMENT, ASSESSMENT), Policy(), turned, {}, [])
    )
    assert "The issues stay the same.Besides, these differ: actions." in text(
        page.effect_card(other, Policy(), turned, {}, [])
    )


def test_an_agreed_limit_may_have_parts_however_it_is_written():
    """A file that says 1000 leaves 1234.5 to be tried; days are whole."""
    limit, days = (knobs(Policy(sla_ms={"Orders": 1000}))[key] for key in ("sla_ms/Orders", "windows/current_days"))

    assert limit.refusal(1234.5) is None
    assert days.refusal(7.5) == "Whole days only; 7.5 days was not taken, 7 days stands."


def test_the_lines_that_change_are_shown_before_saving():
    """A setting that differs is a line more in the file; without any it is said that nothing is turned."""
    tuned = Policy.from_text("[windows]\ncurrent_days = 3", where="x").to_toml()

    assert "+current_days = 3" in text(page.save_card("", tuned, controls=[]))
    assert "No setting is changed yet" in text(page.save_card("", "", controls=[]))


def test_an_integration_shows_all_that_is_known_of_it():
    """State, score, components with points, success by window with counts, latency, owners and its own issues only."""
    said = text(page.integration_view(ASSESSMENT, builders.REPORTS, draw=draw, at=at))
    other = next(issue for issue in ASSESSMENT.issues if issue.integration != builders.REPORTS)

    assert "All integrations of Acme Corp" in said
    assert "Act on this: ticket, call" in said
    for part in (
        "Health",
        "Success by window",
        "Why this score",
        "Points lost",
        "Latency by window",
        "Whose the failures",
    ):
        assert part in said
    assert other.title not in said


def test_a_silent_integration_says_once_that_it_is_silent_and_since_when():
    """Instead of parts without data stands when the traffic ended, and no latency of former days is called good."""
    one = next(one for one in ASSESSMENT.integrations if one.name == builders.REPORTS)
    silent = replace(one, score=None, interval=None, state=State.SILENT)
    ended = replace(
        ASSESSMENT.issues[0], integration=one.name, kind=IssueKind.VOLUME, title="No traffic since 20 January"
    )
    found = replace(ASSESSMENT, integrations=(silent,), issues=(ended,))
    said = text(page.integration_view(found, one.name, draw=draw, at=at))

    assert "No score: silent" in said
    assert "No traffic since 20 January." in said
    assert "Why this score" not in said
    assert said.count("○ Silent") == 2
    assert "● OK" not in said


def test_deliveries_have_a_view_of_their_own():
    """An integration of webhooks tells its deliveries, and has no latency."""
    said = text(page.integration_view(ASSESSMENT, builders.WEBHOOK, draw=draw, at=at))

    assert "Delivery success rate" in said
    assert "Latency by window" not in said


def test_a_name_that_is_not_there_says_which_are():
    """An unknown integration is told with the names of the others, each a link."""
    shown = page.integration_view(ASSESSMENT, "Nope", draw=draw, at=at)

    assert "It is not in this log." in text(shown)
    assert shown.count('href="?integration=') == len(ASSESSMENT.integrations)


def test_the_breakdown_leads_to_each_integration():
    """With addresses every name is a link, without them none is."""
    assert page.breakdown_card(ASSESSMENT, at=at).count("<a ") == len(ASSESSMENT.integrations)
    assert "<a " not in page.breakdown_card(ASSESSMENT)


def test_what_integrations_cost_adds_up_to_all_that_is_lost():
    """The score is the mean of the integrations' scores, so their points are what the customer lacks."""
    scores = [one.score for one in ASSESSMENT.integrations if one.score is not None]
    mean = replace(ASSESSMENT, score=replace(ASSESSMENT.score, value=sum(scores) / len(scores)))
    lost = words.lost_at(mean)

    assert sum(points for _, points in lost) == pytest.approx(100 - mean.score.value)
    assert [points for _, points in lost] == sorted((points for _, points in lost), reverse=True)
    assert f"{lost[0][1]:.1f}" in page.breakdown_card(mean)


def test_no_text_of_a_log_becomes_markup():
    """Hostile names of customers, integrations, codes and policies stay text, in addresses too."""
    probe = " ".join(PROBES)
    bad, good = poisoned(ASSESSMENT, probe), compare(ASSESSMENT, poisoned(ASSESSMENT, probe))
    turned = [
        (one, replace(one, value=1))
        for one in knobs(Policy(), Keys(integrations=[probe], calls={probe: Owner.US})).values()
    ]
    parsed = Parsed(
        page.join(
            page.effect_card(good, Policy(), turned, {}, [(turned[0][0], probe)]),
            page.figures_card(good),
            page.moved_card(good),
            page.replay_card(replayed(), page.Html(""), probe),
            page.save_card(probe, f"{probe}\n{probe}", controls=[], said=probe, problem=probe),
            page.tuning_head(probe, named=probe, choice=None, upload=page.Html(""), problem=probe, about={"upload": probe}),
            *(page.integration_view(bad, one.name, draw=draw, at=at) for one in bad.integrations),
            page.integration_view(bad, f"{probe}!", draw=draw, at=at),
            page.judged_by(probe, about={"customer": probe, "upload": probe}),
        )
    )  # fmt: skip

    assert not parsed.tags & {"script", "img", "iframe", "style", "form", "input", "object", "math"}
    assert not any(name.startswith("on") for name in parsed.names)
    assert parsed.open == []
    assert probe in parsed.text
