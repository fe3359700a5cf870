"""An analyst's bench: what is turned is judged, refused with a reason, put back, and saved for the pages."""

from dataclasses import replace

import pytest

import techhealth as th
from techhealth.assess import assess
from techhealth.errors import UsageError
from techhealth.model import Severity
from techhealth.policy import Windows
from techhealth.present.compare import Move
from techhealth.server import logs
from techhealth.server.bench import DEFAULTS, IN_USE, TRIED, Bench
from techhealth.server.desk import Desk
from techhealth.store import connect, keep, known, looked_at, policies_of, save_policy, uploads_of
from tests.logs import csv_log
from tests.store.usages import usage

#: In the last week one call in twelve fails.
LOG = csv_log(failing=lambda at: at.day > 22 and at.minute == 0 and at.hour % 3 == 0)
DAY = 24 * 60
RATE, SUCCESS, TREND = "detection/critical_rate", "weights/success", "weights/trend"


@pytest.fixture
def desk(stocked, tmp_path):
    """Return a desk in a workspace that has stored a log of Globex."""
    found = Desk(stocked(LOG, tmp_path))
    (one,) = uploads_of(found.store)
    found.back(one.id)
    return found


@pytest.fixture
def bench(desk):
    """Return a bench with that log."""
    return at(desk)


def at(desk):
    """Return a bench with the newest log of the store."""
    (stored,) = logs.choices(desk.store).values()
    return Bench(logs.stored(desk.store, stored), within=desk.within, store=desk.store)


def values(bench):
    """Return the value of every knob."""
    return {knob.key: knob.value for group in bench.groups() for knob in group.knobs}


def started(bench, *, load=None, undo=None, undo_all=0):
    """Return the values after a button or a choice."""
    bench.started(load=load, undo=undo or {}, undo_all=undo_all)
    return values(bench)


def test_nothing_turned_changes_nothing(bench):
    """Until a knob is turned both sides are the policy in use, and the page shows what an assessment with it says."""
    bench.take(values(bench))
    comparison = bench.compared()

    assert bench.turned() == []
    assert comparison.moved_issues == ()
    assert comparison.customer.score.before == comparison.customer.score.after
    assert [knob.value for group in bench.groups() for knob in group.knobs if knob.key == "sla_ms/Billing API"] == [
        None
    ]


def test_a_lower_limit_makes_an_issue_graver(bench):
    """What is critical from one in a hundred on is critical; the score does not hang on it."""
    bench.take({RATE: 0.01})
    (moved,) = bench.compared().moved_issues

    assert moved.move is Move.GRAVER
    assert moved.after.severity is Severity.CRITICAL
    assert [(was.value, now.value) for was, now in bench.turned()] == [(0.1, 0.01)]


def test_the_bench_judges_as_everybody_else_does(bench, desk):
    """What would change is what an assessment of the same log with that policy finds."""
    bench.take({"targets/success": 0.5, "windows/current_days": 3})
    usage = th.read(("globex.csv", LOG))
    alone = th.assess(usage, policy=bench.tried)

    assert bench.compared().customer.score.after == pytest.approx(alone.score.value)
    assert [one.after.id for one in bench.compared().issues if one.after] == [one.id for one in alone.issues]


def test_values_that_make_no_sense_together_are_refused_with_the_reason(bench):
    """Weights that make more than a whole are not taken, a limit turned with them is; both that fit together are."""
    bench.take({SUCCESS: 0.8, TREND: 0.3, RATE: 0.2})

    assert [knob.key for knob, _ in bench.refused] == [SUCCESS, TREND]
    assert bench.refused[0][1] == (
        "Weights must be positive and sum to 1, they sum to 1.600; 80 % was not taken, 30 % stands."
    )
    assert (bench.tried.weights.success, bench.tried.detection.critical_rate) == (0.3, 0.2)
    assert values(bench)[SUCCESS] == 0.8

    bench.take({SUCCESS: 0.4, TREND: 0.1})

    assert bench.refused == []
    assert (bench.tried.weights.success, bench.tried.weights.trend) == (0.4, 0.1)


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("windows/current_days", 900, "At most 366 days; 900 days was not taken, 7 days stands."),
        ("windows/current_days", 3.5, "Whole days only; 3.5 days was not taken, 7 days stands."),
        ("windows/current_days", 20, "Wider windows must be longer than the current window of 20 days, the shortest first; 20 days was not taken, 7 days stands."),
        ("windows/trend_days", 0, "At least 1 day; 0 days was not taken, 28 days stands."),
        ("windows/wider_days/0", 1e9, "At most 366 days; 1,000,000,000 days was not taken, 14 days stands."),
        ("targets/success", 0.2, "At least 50 %; 20 % was not taken, 99 % stands."),
        (SUCCESS, None, "It needs a number; an empty field was not taken, 30 % stands."),
        ("sla_ms/Billing API", -5, "At least 1 ms; −5 ms was not taken."),
        ("rules/success/1/1", 101, "At most 100 points; 101 points was not taken, 40 points stands."),
        ("rules/latency/1/0", 2, "Latency needs two or more points with rising first values; 2 was not taken, 1 stands."),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_told_with_its_range_and_what_stands(bench, key, value, why):
    """Nothing is cut to a range or rounded: it is refused beside its control, which still shows it, and everything else is taken."""
    bench.take({key: value, RATE: 0.2})

    assert [(knob.key, said) for knob, said in bench.refused] == [(key, why)]
    assert values(bench)[key] == value
    assert [now.key for _, now in bench.turned()] == [RATE]


def test_of_settings_that_do_not_fit_together_those_that_fit_are_taken(bench):
    """A longer current window stands, the wider one that is no wider than it is refused."""
    bench.take({"windows/current_days": 10, "windows/wider_days/0": 9})

    assert [knob.key for knob, _ in bench.refused] == ["windows/wider_days/0"]
    assert (bench.tried.windows.current_days, bench.tried.windows.wider_days) == (10, (14, 28))


def test_what_is_scaled_beside_a_weight_is_known(bench):
    """The controls of the other weights still show what they had, and where they stand is told; all is put back with one."""
    shown = values(bench) | {SUCCESS: 0.4}
    bench.take(shown)

    assert {key: one.value for key, one in bench.scaled(shown).items()} == {
        "weights/latency": 0.171, TREND: 0.171, "weights/webhook": 0.129, "weights/auth": 0.129,
    }  # fmt: skip
    assert started(bench, undo={SUCCESS: 1})[TREND] == 0.2


@pytest.mark.soak
def test_every_setting_can_be_judged_at_the_ends_of_its_range(bench):
    """The least and the most of each number are taken, or refused for the others' sake, and the log is judged."""
    for knob in (knob for group in bench.groups() for knob in group.knobs if not knob.options):
        for value in (knob.meaning.low, knob.meaning.high):
            bench.take({knob.key: value})
            bench.compared()


def test_one_is_put_back_or_all(bench):
    """A button's new click puts its setting back and no other; the last one puts back the rest."""
    bench.take({RATE: 0.2, "windows/current_days": 3, "sla_ms/Billing API": 50})
    one = started(bench, undo={RATE: 1})
    again = started(bench, undo={RATE: 1})

    assert (one[RATE], one["windows/current_days"], one["sla_ms/Billing API"]) == (0.1, 3, 50)
    assert again == one
    assert started(bench, undo={RATE: 1}, undo_all=1) == values(at(Desk(bench.within)))
    assert bench.turned() == []


def test_another_policy_can_be_loaded_and_keeps_what_is_the_customers(bench):
    """A policy of everybody brings its limits, and leaves the SLAs of the customer."""
    save_policy(bench.store, "mine", th.Policy(customer="Globex", sla_ms={"Billing API": 70}))
    save_policy(bench.store, "calm", th.Policy.from_text("[detection]\ncritical_rate = 0.5", where="calm"))
    bench = Bench(bench.log, within=bench.within, store=bench.store)

    assert bench.named == "mine"
    assert set(bench.loadable()) == {"calm", "mine", DEFAULTS}
    loaded = started(bench, load="calm")
    assert (loaded[RATE], loaded["sla_ms/Billing API"]) == (0.5, 70)


def test_what_is_saved_is_used(bench, desk):
    """The page judges by a saved policy and names it, for a reload of the same upload too."""
    bench.take({RATE: 0.01})

    assert bench.save(" strict  one ", everybody=False) == "Globex is judged by strict one from now on."
    assert bench.turned() == []
    assert policies_of(bench.store)["strict one"] == bench.tried
    later = Desk(desk.within)
    later.back(desk.upload)
    shown = later.open([])
    assert (shown.judged_by, shown.assessment.issues[0].severity) == ("strict one", Severity.CRITICAL)
    assert shown.assessment.generated_for.policy_sha256 == bench.used.sha256


def test_a_policy_for_everybody_tells_nothing_of_the_customer(bench):
    """Saved for everybody, it holds no name, SLA or contact; a customer with a policy of its own keeps that."""
    save_policy(bench.store, "own", th.Policy(customer="Globex", sla_ms={"Billing API": 70}))
    bench = Bench(bench.log, within=bench.within, store=bench.store)
    bench.take({RATE: 0.2})

    assert "Globex is judged by own as before" in bench.save("all", everybody=True)
    assert policies_of(bench.store)["all"].to_toml() == "[detection]\ncritical_rate = 0.2\n"


@pytest.mark.parametrize(
    ("name", "why"), [("", "needs a name"), ("x" * 61, "at most 60"), ("a\x07b", "needs a name"), ("theirs", "of another customer")]
)  # fmt: skip
def test_a_name_that_cannot_be_used_is_refused(bench, name, why):
    """A policy needs a name that can be read and is nobody else's."""
    save_policy(bench.store, "theirs", th.Policy(customer="Initech"))

    with pytest.raises(UsageError, match=why):
        bench.save(name, everybody=False)


def test_a_replay_of_both_tells_when_each_would_have_warned(bench):
    """Both policies follow the same issue; the stricter one calls it critical, the other does not."""
    bench.take({RATE: 0.01})
    used, tried = bench.replayed().policies

    assert (used.name, tried.name) == (IN_USE, TRIED)
    assert (used.critical, tried.critical) == (0, 1)


def test_an_address_asks_for_a_customer_or_an_upload(desk, tmp_path):
    """A customer's newest log and an upload's own are found, case ignored; what is not there is said."""
    desk.open([("initech.csv", csv_log(customer="Initech"))])
    desk.of("Initech")
    every = logs.choices(connect(tmp_path))

    assert list(every) == ["Globex, 2026-03-02 to 2026-03-29", "Initech, 2026-03-02 to 2026-03-29"]
    first, second = every
    assert logs.asked(every, customer="initech", upload=None) == (second, None)
    assert logs.asked(every, customer=None, upload=desk.upload) == (second, None)
    assert logs.asked(every, customer="Globex", upload=desk.upload) == (second, None)
    assert logs.asked(every, customer=None, upload=None) == (first, None)
    assert logs.asked(every, customer="Hooli", upload=None) == (
        None,
        "Nothing is stored of Hooli; choose a log, or drop one.",
    )


def test_a_dropped_log_is_laid_out_too(tmp_path):
    """A log that is not stored, for the place cannot be written, is judged all the same; rubbish is one sentence."""
    log, problem = logs.opened(Desk(tmp_path, lasting=False), [("globex.csv", LOG)])
    nothing, why = logs.opened(Desk(tmp_path, lasting=False), [("x.csv", b"")])

    assert (log.customer, log.upload, problem) == ("Globex", None, None)
    assert Bench(log, within=tmp_path, store=None).compared().issues
    assert nothing is None
    assert "x.csv" in why
    with pytest.raises(UsageError, match="cannot be written"):
        Bench(log, within=tmp_path, store=None).save("a", everybody=False)


def test_each_policy_is_judged_by_the_days_it_looks_back_to(tmp_path):
    """What was laid out for one policy serves another only where a layout of its own would be the same."""
    store = connect(tmp_path)
    keep(store, usage(range(0, 80 * DAY, 60), name="before", failing=40), customer="Globex")
    newest = keep(store, usage(range(80 * DAY, 90 * DAY, 60), name="newest", failing=9), customer="Globex")
    log = logs.stored(store, newest)

    for days in (28, 20, 90, 12, 28):
        policy = replace(th.Policy(customer="Globex"), windows=Windows(trend_days=days, minimum_trend_days=5))
        period, history = known(store, newest, looked_at(newest, policy))
        alone = assess(period, policy=policy, history=history, daily=False)

        assert alone == assess(log.ground(policy), policy=policy, daily=False)
    store.engine.dispose()


def test_policies_that_look_at_the_same_days_share_a_layout(desk):
    """Without days before, how far a policy looks back is nothing that a layout depends on."""
    (stored,) = logs.choices(desk.store).values()
    log = logs.stored(desk.store, stored)
    longer = Windows(trend_days=20, minimum_trend_days=5)

    assert log.ground(th.Policy()) is log.ground(th.Policy(windows=longer))
    assert log.ground(th.Policy()) is not log.ground(th.Policy(timezone="Asia/Tokyo"))
