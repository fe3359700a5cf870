"""The policy: a file says only what differs, and every mistake is named."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import time
from math import inf

import pytest

from techhealth.errors import PolicyError
from techhealth.model import Owner
from techhealth.policy import Contact, Meetings, Owners, Policy, Weights
from techhealth.tunable import tunables


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a policy file."""

    def write(text: str):
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_policy_survives_its_file(written):
    """Writing a policy and reading it back gives the same policy."""
    policy = Policy(
        customer="Globex",
        timezone="Europe/Berlin",
        weights=Weights(success=0.4, latency=0.1),
        sla_ms={"Orders": 250.0},
        rename={"svc-7": "Orders"},
        owners=Owners(calls={"429": Owner.US}),
        contacts=(Contact(name="Ada", role="Lead"),),
        meetings=Meetings(preferred_start=time(10, 30), working_days=("Sunday", "Monday")),
    )

    assert policy == Policy.from_toml(written(policy.to_toml()))
    assert Policy().to_toml() == ""


def test_the_fingerprint_follows_every_value():
    """Policies that differ in one number have different fingerprints; equal ones the same."""
    assert Policy().sha256 == Policy().sha256
    assert Policy().sha256 != Policy(sla_ms={"Orders": 1.0}).sha256


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[weights]\nsuccess = 0.9", "sum to 1"),
        ("[weigths]\nsuccess = 0.3", "unknown key 'weigths'"),
        ("[weights]\nsuccess = 'a lot'", "weights.success must be a number"),
        ("timezone = 'Mars/Base'", "timezone 'Mars/Base' is not known"),
        ("[sla_ms]\nOrders = -5", "positive number of milliseconds"),
        ("[rules]\nsuccess = [[1.0, 0.0], [0.5, 100.0]]", "rising first values"),
        ("contacts = [{ surname = 'x' }]", "contacts"),
        ("sla_ms = 5", "sla_ms must be a table"),
        ("weights = = 1", "not a readable TOML file"),
        ("contacts = " + "[" * 100_000, "beyond all measure"),
        ("[windows]\ncurrent_days = 0", "windows.current_days must lie between 1 and 366, not 0"),
        ("[windows]\nbusiness_hours = [22, 6]", "two hours such as"),
        ("[windows]\nwider_days = [3]", "must be longer than the current window of 7 days"),
        ("[targets]\nsuccess = 99", "targets.success must lie between 0.5 and 1, not 99"),
        ("[targets]\nscore = 900", "between 1 and 100"),
        ("[windows]\ncurrent_days = 3.5", "must be a whole number"),
        ("[windows]\nbusiness_hours = ['a', 3]", "must lie between 0 and 24, not 'a'"),
        ("[windows]\nwider_days = [14.5]", "windows.wider_days must be a whole number, not 14.5"),
        ("[rules]\nlatency = [[0.5, 101.0], [1.0, 0.0]]", "rules.latency must lie between 0 and 100, not 101.0"),
        ("[rules]\nsuccess = [[0.5, 10.0], [2.0, 0.0]]", "rules.success must lie between 0 and 1, not 2.0"),
        ("[weights]\nsuccess = nan", "sum to 1"),
        ("[windows]\ntrend_days = inf", "must be a whole number"),
        ("[sla_ms]\nOrders = inf", "positive number of milliseconds"),
        ("[sla_ms]\nOrders = true", "positive number of milliseconds"),
        ("[detection]\nq_value = 5", "detection.q_value"),
        ("[evidence]\nshow_rate = 0", "evidence.show_rate"),
        ("[meetings]\npreferred_start = 14", "meetings.preferred_start must be a time of the day such as 14:00:00"),
        ("[meetings]\nworking_hours = [9, 9]", "two hours such as"),
        ("[meetings]\nworking_hours = [9]", "two hours such as"),
        ("[meetings]\nworking_days = ['Mon']", "must be some of Monday"),
        ("[meetings]\nminutes = 0", "meetings.minutes must lie between 5 and 480"),
        ("[causes]\nslice_share = 7", "causes.slice_share must lie between 0 and 1, not 7"),
        ("[owners.calls]\n429 = 'nobody'", "owners.calls of '429' must be one of us, customer"),
    ],
)
def test_a_mistake_in_a_policy_file_is_named(written, text, words):
    """The message names the file, the key and what is expected."""
    with pytest.raises(PolicyError, match=words) as caught:
        Policy.from_toml(written(text))
    assert "policy.toml" in str(caught.value)


def test_every_number_of_a_policy_has_a_range_and_a_reason():
    """What a person may argue with says why it is so, and no default lies at odds with its own range."""
    sections = [getattr(Policy(), item.name) for item in fields(Policy) if is_dataclass(getattr(Policy(), item.name))]
    every = [one for section in sections for one in tunables(section)]
    numbers = [one for one in every if isinstance(one.default, int | float)]

    assert [one.name for one in every if not one.meaning.source] == []
    assert [one.name for one in numbers if not -inf < one.meaning.low <= one.default <= one.meaning.high < inf] == []
    assert sum(one.meaning.usual is not None for one in every) == 8


def test_a_missing_policy_file_is_named(tmp_path):
    """A path that does not exist is one clear sentence."""
    with pytest.raises(PolicyError, match="no such policy file"):
        Policy.from_toml(tmp_path / "none.toml")
