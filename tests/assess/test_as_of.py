"""An analysis and a replay of the same log name the same day on which an issue would first have been flagged."""

from __future__ import annotations

import pytest

from techhealth.assess import assess, replay
from techhealth.model import Assessment, Replay
from techhealth.sample.families import DEGRADATIONS, scenario
from techhealth.usage.events import Usage
from techhealth.usage.rollup import Rollup, roll_up
from tests.assess.test_assess import receipt

#: Of settings that the tests may know.
SEED = 3


def planted(name: str, seed: int = SEED) -> Rollup:
    """Return the rollup of a scenario."""
    return roll_up(Usage(events=scenario(name, seed=seed).events, receipt=receipt("Globex")))


def standing(found: Replay) -> dict[tuple[str, str], object]:
    """Return the first flagged day of the issues that stand at the end of a replay."""
    last = found.days[-1].as_of
    return {(one.integration, one.kind): one.first_flagged for one in found.issues if one.last_seen == last}


def flagged(found: Assessment) -> dict[tuple[str, str], object]:
    """Return the first flagged day of each issue of an assessment."""
    return {(one.integration, one.kind): one.first_flagged_on for one in found.issues}


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_analysis_and_replay_name_the_same_first_flagged_day(name: str):
    """Whatever is planted, each issue of the last day was first flagged on the day that the replay says."""
    rollup = planted(name)

    assert standing(replay(rollup)) == flagged(assess(rollup)) != {}
