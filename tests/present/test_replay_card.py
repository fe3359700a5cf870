"""The comparison of policies says on which days they differ, and on nothing else."""

from __future__ import annotations

from techhealth.assess import replay
from techhealth.policy import Detection, Policy, Targets
from techhealth.present.replay_card import render_replay
from techhealth.usage.events import Usage
from tests.assess.test_assess import receipt
from tests.planted import events

LOG = Usage(events=events([2] * 21 + [9] * 3 + [30] * 4), receipt=receipt("Globex"))


def shown(**against: Policy) -> str:
    """Return the card of a log compared with other policies, its words a space apart."""
    found = replay(LOG, name="usual", against=against)
    return " ".join(render_replay(found, width=100, color=False).split())


def test_an_issue_that_one_policy_never_flags_is_named():
    """Its row has the days of the one policy, and "never" for the other."""
    blind = Detection(z_recent=90.0, segment_penalty=90.0, ratio=90.0, part_chance=1e-300)
    said = shown(blind=Policy(detection=blind, targets=Targets(success=0.5)))

    assert "Flagged (critical) usual blind" in said
    assert "Orders: failing calls" in said
    assert "never" in said


def test_policies_that_agree_are_said_to():
    """Two policies with the same days are told in one sentence, without a table of issues."""
    said = shown(same=Policy())

    assert "Every issue would have been flagged, and become critical, on the same days." in said
    assert "Flagged (critical)" not in said
