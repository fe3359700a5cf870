"""The settings of a policy as things to turn: grouped by question, each with what it means, generated from the policy itself."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from techhealth.model import Owner
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.tunable import Meaning, Path, tunables

_LIMIT = Meaning(source="agreed with the customer", low=0, unit="ms", says="P95, empty where none is agreed", step=10)
_WHO = Meaning(source="a default that evidence may overrule")


#: What people call a setting whose field does not tell them.
NAMES = {
    **{f"weights.{name}": label for name, label in words.COMPONENT.items()},
    "sla_ms": "SLA",
    "targets.score": "Target score",
    "targets.success": "Target of the success rate",
    "targets.delivery": "Target of deliveries",
    "targets.auth_failure": "Tolerated authentication failures",
    "targets.latency_exceedance": "Tolerated calls beyond the SLA",
    "targets.breach_p99_ratio": "P99 that makes it a breach",
    "targets.default_sla_ms": "SLA where none is agreed (P95)",
    "rules.success": "Success rate",
    "rules.trend": "Error trend",
    "rules.auth": "Authentication failures",
    "rules.auth_unrecovered_cap": "Cap while sign-ins keep failing",
    "rules.auth_unrecovered_run": "Sign-ins that fail in a row",
    "rules.broken_below": "Success rate below which it is broken",
    "rules.broken_cap": "Cap of a broken integration",
    "windows.current_days": "Current window",
    "windows.wider_days": "Wider windows",
    "windows.minimum_calls": "Calls that are enough",
    "windows.trend_days": "Days of a trend",
    "windows.minimum_trend_days": "Fewest days of a trend",
    "detection.z_recent": "How clear a rise must be",
    "detection.z_without_worst_day": "How clear without its worst day",
    "detection.part_chance": "Chance of a part's rise",
    "detection.part_chance_without_worst_day": "The same without its worst day",
    "detection.ratio": "How many times as much as before",
    "detection.points": "Least rise of the failure rate",
    "detection.q_value": "False discovery rate",
    "detection.critical_rate": "Failure rate that is critical",
    "detection.critical_within_days": "Critical if a limit is this near",
    "detection.warning_within_days": "Warning if a limit is this near",
    "detection.segment_penalty": "Penalty of one more level",
    "detection.earlier_penalty": "Penalty of an earlier level",
    "evidence.show_rate": "To show a rate",
    "evidence.grade_rate": "To trust a score",
    "evidence.wide_interval": "An interval that is wide",
    "evidence.p50_calls": "For a P50",
    "evidence.p95_calls": "For a P95",
    "evidence.p99_calls": "For a P99",
    "evidence.day_variation": "Variation of a day's traffic",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One value that can be turned.

    Attributes:
        path: where it stands in a policy.
        label: its name in words.
        of: the setting it is a part of, where that has several values.
        value: what it is now; None where an entry of a table is not there.
        meaning: its range, unit and reason.
        options: text → value, where it is one of a few.
    """

    path: Path
    label: str
    of: str = ""
    value: Any
    meaning: Meaning
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def section(self) -> str:
        """The part of a policy that it belongs to."""
        return NAMES.get(str(self.path[0]), words.sentence(str(self.path[0])))

    @property
    def key(self) -> str:
        """What it is called on a page."""
        return "/".join(map(str, self.path))

    @property
    def slide(self) -> tuple[float, float]:
        """The values between which it slides: those that people try, and the one it has."""
        low, high = self.meaning.usual or (self.meaning.low, self.meaning.high)
        return min(low, self.value), max(high, self.value)

    @property
    def step(self) -> float:
        """By how much it is moved at a time: the last digit of its value, a tenth of its power of ten at most."""
        if self.meaning.step is not None or not self.value or isinstance(self.value, int):
            return self.meaning.step or (1 if isinstance(self.value, int) else 0.01)
        digits = len(f"{self.value:.12f}".rstrip("0").partition(".")[2])
        return float(10.0 ** min(-digits, math.floor(math.log10(abs(self.value))) - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The knobs that answer one question."""

    question: str
    knobs: tuple[Knob, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What tables of a policy have entries for: integrations, and codes of calls and deliveries with who usually acts."""

    integrations: Sequence[str] = ()
    calls: Mapping[str, Owner] = field(default_factory=dict)
    deliveries: Mapping[str, Owner] = field(default_factory=dict)


def groups(policy: Policy, keys: Keys) -> tuple[Group, ...]:
    """Return every setting of a policy that can be turned, grouped by question; a new one appears by itself."""
    found = []
    for item in fields(policy):
        if item.metadata.get("question"):
            knobs = tuple(_knobs((item.name,), getattr(policy, item.name), keys, item.metadata["keyed"]))
            found.append(Group(question=item.metadata["question"], knobs=knobs))
    return tuple(group for group in found if group.knobs)


def leading(every: Sequence[Group]) -> Group:
    """Return the few knobs that matter most."""
    knobs = (knob for group in every for knob in group.knobs if knob.meaning.usual)
    return Group(question="What matters most", knobs=tuple(knobs))


def _knobs(path: Path, value: Any, keys: Keys, keyed: str) -> Iterator[Knob]:
    """Yield the knobs of a section or a table."""
    if keyed == "integration":
        for name in dict.fromkeys((*keys.integrations, *value)):
            yield Knob(path=(*path, name), label=name, value=value.get(name), meaning=_LIMIT)
    elif keyed:
        usual = keys.calls if keyed == "call" else keys.deliveries
        for code in dict.fromkeys((*usual, *value)):
            yield _owner(path, code, value.get(code), usual.get(code), keyed)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in tunables(value):
            yield from _values((*path, one.name), getattr(value, one.name), one.meaning)
        for item in fields(value):
            if item.metadata.get("keyed"):
                yield from _knobs((*path, item.name), getattr(value, item.name), keys, item.metadata["keyed"])


def _values(path: Path, value: Any, meaning: Meaning) -> Iterator[Knob]:
    """Yield the knob of a number, or one for each number of a list or of the pairs of a rule."""
    name = NAMES.get(".".join(map(str, path)), words.sentence(str(path[-1])))
    if not isinstance(value, tuple):
        yield Knob(path=path, label=name, value=value, meaning=meaning)
        return
    for place, one in enumerate(value):
        if not isinstance(one, tuple):
            yield Knob(path=(*path, place), label=f"{name} {place + 1}", of=name, value=one, meaning=meaning)
            continue
        for side, number in enumerate(one):
            what = "score" if side else "measured"
            yield Knob(
                path=(*path, place, side),
                label=f"Knot {place + 1}: {what}",
                of=name,
                value=number,
                meaning=meaning,
            )


def _owner(path: Path, code: str, value: Owner | None, usual: Owner | None, keyed: str) -> Knob:
    """Return the choice of who acts on a code."""
    as_usual = f"As usual ({words.OWNER[usual]})" if usual else "As usual"
    options = {as_usual: "", **{words.sentence(text): owner.value for owner, text in words.OWNER.items()}}
    label = f"{words.sentence(keyed)}: {words.sentence(code)}"
    return Knob(path=(*path, code), label=label, value=value.value if value else "", meaning=_WHO, options=options)
