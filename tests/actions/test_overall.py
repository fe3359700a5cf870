"""The overall health: what is known of it, weighed; technical trouble lowers it and technical health lifts nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techhealth.actions.overall import overall
from techhealth.errors import PolicyError
from techhealth.policy import Overall, Policy

RULES = Overall()
SCORES = st.floats(0, 100)


@pytest.mark.parametrize(
    ("general", "technical", "after", "reason"),
    [
        (85, 73, 83.2, "the technical score of 73 counts 15 %"),
        (85, 45, 75, "a technical score of 45, below 50, allows at most 75"),
        (60, 45, 57.75, "the technical score of 45 counts 15 %"),
        (60, 95, 60, "the technical score of 95 counts 15 %, and lifts nothing"),
        (85, None, 85, "no technical score, so the general one stands"),
        (None, 45, 45, "no general score is known, so the technical one stands alone"),
        (None, None, None, "nothing is known"),
    ],
)
def test_the_overall_score_has_its_reason(general, technical, after, reason):
    """Each case comes to one number and one sentence; what is not known is not counted as anything."""
    found = overall(general, technical, RULES)

    assert found.after == (after if after is None else pytest.approx(after))
    assert (found.before, found.reason) == (general, reason)


@given(general=SCORES, technical=SCORES)
def test_a_technical_score_never_lifts(general, technical):
    """The overall score is at most the general one, and at most the cap where the technical one is red."""
    found = overall(general, technical, RULES)

    assert found.after <= general
    assert found.after <= (RULES.red_cap if technical < RULES.red_below else 100)
    assert found.after >= 0


@given(general=SCORES, worse=SCORES, better=SCORES)
def test_a_better_technical_score_never_lowers(general, worse, better):
    """Of two technical scores the better one gives an overall score at least as good."""
    worse, better = sorted((worse, better))

    assert overall(general, worse, RULES).after <= overall(general, better, RULES).after + 1e-9


def test_weight_and_cap_are_policy():
    """Both can be set, each with its reason; a weight of nothing leaves the general score."""
    assert overall(80, 20, Overall(technical_weight=0, red_cap=100)).after == 80
    assert overall(80, 20, Overall(red_cap=30)).after == 30
    assert Policy.from_text("[overall]\nred_cap = 60", where="x").overall.red_cap == 60
    with pytest.raises(PolicyError, match=r"overall.technical_weight must lie between 0 and 1"):
        Overall(technical_weight=2)
