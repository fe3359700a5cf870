"""The detection benchmark runs, so that what the README claims can be measured again."""

from techhealth.policy import Policy
from tests.bench_detection_replay import replay_clean, replay_degraded


def test_a_planted_degradation_is_replayed_and_clean_traffic_beside_it():
    """An expired credential is seen on its day with its cause; steady traffic gives days without an alarm."""
    found, calm = replay_degraded("credential", 3, Policy()), replay_clean("tried-again", 3, Policy())

    assert (found.in_time, found.cause_first) == (True, True)
    assert calm.days > 28
    assert list(calm.alarms) == []
