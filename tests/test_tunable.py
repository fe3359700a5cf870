"""Settings can be replaced at any place; what holds between them is asked when all are there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth.errors import PolicyError
from techhealth.model import Owner
from techhealth.policy import Policy
from techhealth.present.page.knobs import Keys, groups
from techhealth.tunable import laid

KEYS = Keys(integrations=["Orders"], calls={"429": Owner.SHARED}, deliveries={"timeout": Owner.CUSTOMER})
EVERY = [knob for group in groups(Policy(), KEYS) for knob in group.knobs]


@given(st.sets(st.integers(0, len(EVERY) - 1)))
def test_the_values_that_there_are_change_nothing(places):
    """Laying over any settings the values they have gives the same policy."""
    same = {EVERY[place].path: None if EVERY[place].value == "" else EVERY[place].value for place in places}

    assert laid(Policy(), same) == Policy()


def test_two_weights_are_taken_together():
    """One weight alone breaks the sum, both at once do not."""
    with pytest.raises(PolicyError, match=r"they sum to 1\.100"):
        laid(Policy(), {("weights", "success"): 0.4})

    both = laid(Policy(), {("weights", "success"): 0.4, ("weights", "trend"): 0.1})

    assert (both.weights.success, both.weights.trend) == (0.4, 0.1)


def test_a_knot_an_entry_and_a_whole_number_find_their_place():
    """A pair keeps its neighbours, a table its other entries, and 9.0 is nine days."""
    found = laid(
        Policy(sla_ms={"Billing": 70.0}),
        {
            ("rules", "latency", 1, 1): 60,
            ("sla_ms", "Orders"): 250.0,
            ("windows", "current_days"): 9.0,
            ("owners", "calls", "429"): "us",
        },
    )

    assert found.rules.latency == ((0.5, 100.0), (1.0, 60.0), (1.25, 0.0))
    assert found.sla_ms == {"Billing": 70.0, "Orders": 250.0}
    assert (9, int) == (found.windows.current_days, type(found.windows.current_days))
    assert found.owners.calls == {"429": Owner.US}
    assert laid(found, {("owners", "calls", "429"): None}).owners.calls == {}


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("windows", "current_days"), None, "windows.current_days must lie between 1 and 366, not None"),
        (("windows", "trend_days"), 14.5, "windows.trend_days must be a whole number, not 14.5"),
        (("rules", "success", 1, 0), 0.99, "rules.success needs two or more points with rising first values"),
        (("owners", "calls", "429"), "nobody", "must be one of us"),
        (("sla_ms", "Orders"), 0, "must be a positive number of milliseconds"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(path, value, why):
    """The message names the setting and what is expected."""
    with pytest.raises(PolicyError, match=why):
        laid(Policy(), {path: value})


def test_every_setting_has_a_knob():
    """Each field of a section of numbers can be turned, without a list of names anywhere."""
    sections = ("weights", "targets", "rules", "windows", "detection", "evidence", "causes")
    fields = {(section, name) for section in sections for name in getattr(Policy(), section).__dataclass_fields__}

    assert fields <= {knob.path[:2] for knob in EVERY}
    assert len(EVERY) == len({knob.key for knob in EVERY})
    assert sum(knob.meaning.usual is not None for knob in EVERY) == 8
