"""Two assessments side by side: figures, and what became of each issue."""

from dataclasses import replace

import pytest

from techhealth.model import Owner, Severity
from techhealth.present.compare import Move, Pair, compare
from tests import builders

BEFORE = builders.assessment()


def _with_first(**changed):
    """Return the assessment with something else about its first issue."""
    first, *others = BEFORE.issues
    return replace(BEFORE, issues=(replace(first, **changed), *others))


def test_the_same_assessment_moves_nothing():
    """Compared with itself, no issue moves and every figure is the same on both sides."""
    found = compare(BEFORE, BEFORE)

    assert found.moved_issues == ()
    assert len(BEFORE.issues) == len(found.issues)
    assert all(one.score.before == one.score.after for one in (found.customer, *found.integrations))


def test_what_one_side_lacks_is_not_known_there():
    """An integration that is judged no more has no score afterwards, and its points are lost by nobody."""
    name = BEFORE.integrations[0].name
    after = replace(BEFORE, integrations=BEFORE.integrations[1:])

    gone = next(one for one in compare(BEFORE, after).integrations if one.name == name)

    assert gone.score == Pair(before=BEFORE.integrations[0].score, after=None)
    assert {0.0} == {part.points_lost.after for part in gone.components}


@pytest.mark.parametrize(
    ("changed", "move"),
    [
        ({"severity": Severity.INFO}, Move.MILDER),
        ({"owner": Owner.THIRD_PARTY}, Move.OTHER_OWNER),
        ({"onset": None}, Move.OTHER_DAY),
        ({"title": "the same in other words"}, Move.SAME),
    ],
)
def test_an_issue_says_what_became_of_it(changed, move):
    """Severity counts before owner, and owner before the day."""
    found = compare(BEFORE, _with_first(**changed))

    assert move is found.issues[0].move
    assert (move is not Move.SAME) == bool(found.moved_issues)


def test_failures_that_change_hands_are_counted():
    """The failures of an integration that another owner has to act on leave one sum and join the other."""
    first, *others = BEFORE.integrations
    mine = sum(first.errors_by_owner.values())
    after = replace(BEFORE, integrations=(replace(first, errors_by_owner={"third_party": mine}), *others))

    found = compare(BEFORE, after).failures

    assert found[Owner.THIRD_PARTY] == Pair(before=0, after=mine)
    assert sum(pair.before for pair in found.values()) == sum(pair.after for pair in found.values())


def test_forwards_and_backwards_mirror_each_other():
    """What appears one way vanishes the other way, what gets graver gets milder."""
    fewer = replace(_with_first(severity=Severity.INFO), issues=_with_first(severity=Severity.INFO).issues[:-1])

    there, back = compare(BEFORE, fewer).moved_issues, compare(fewer, BEFORE).moved_issues

    assert {Move.MILDER, Move.VANISHES} == {one.move for one in there}
    assert {Move.GRAVER, Move.APPEARS} == {one.move for one in back}
    assert [one.issue.id for one in there] == [one.issue.id for one in back]
