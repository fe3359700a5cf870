"""Two rates stand side by side only with the days that each is of."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from techhealth.model import Shape, Spell, SubSeries
from techhealth.present.audience import Audience
from techhealth.present.page.evidence import issue_facts
from tests import builders
from tests.present.fragments import Parsed

ONE = builders.assessment()
ISSUE = ONE.issues[0]
GOING = Spell(first=datetime(2026, 1, 28, 14, tzinfo=UTC), last=None, k=57, n=60, k_after=0, n_after=0)
PART = SubSeries(axis="code", name="429", baseline=ISSUE.baseline, recent=ISSUE.recent, q_value=0.001)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "; 2.1 % (42 of 2,024) until 8 January"),
        ({"onset": None}, "; 2.1 % (42 of 2,024) in the whole period"),
        ({"shape": Shape.BURST}, "; 2.1 % (42 of 2,024) until 22 January"),
        ({"shape": Shape.STEP, "spell": GOING}, "; 2.1 % (42 of 2,024) before it began"),
        ({"sub_series": (PART,)}, "; 2.1 % (42 of 2,024) before"),
    ],
    ids=["since a day", "steady", "over in a day", "goes on since an hour", "of one part"],
)
def test_a_rate_says_of_which_days_it_is(changed, said):
    """The rate of now has its window, the one it is compared with the day until which it is."""
    facts = Parsed(issue_facts(ONE, replace(ISSUE, **changed), audience=Audience.INTERNAL)).text.replace("\u00a0", " ")

    assert "12.7 % (225 of 1,772)" in facts
    assert ", 23–29 Jan; 2.1 %" in facts
    assert f"{said}Cause" in facts
