"""The settings of a policy as things to turn: grouped by question, each with what it means, generated from the policy itself."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from techhealth.model import Owner
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.page.setting_names import NAMES
from techhealth.tunable import Meaning, Path, parts, tunables

_LIMIT = Meaning(
    source="agreed with the customer", low=1, high=1e9, unit="ms", says="P95, empty where none is agreed", step=10
)
#: Parts of the path to a number in a list; a side of a point has one more.
_IN_A_RULE = 3
#: The section whose values are parts of one whole, and how the units of rates begin.
_WHOLE, _OF_ONE = "weights", ("success rate", "share of calls")
#: Letters of a unit that stands beside a name; a longer one stands with what a setting means.
_SHORT = 20
_WHO = Meaning(source="a default that evidence may overrule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One value that can be turned.

    Attributes:
        path: where it stands in a policy.
        label: its name in words.
        of: the setting it is a part of, where that has several values.
        value: what it is now; None where an entry of a table is not there.
        meaning: its range, unit and reason.
        percent: whether people read it as a percentage, of which the policy holds the ratio.
        whole: whether it has no parts.
        optional: whether it may be empty.
        options: text → value, where it is one of a few.
    """

    path: Path
    label: str
    of: str = ""
    value: Any
    meaning: Meaning
    percent: bool = False
    whole: bool = False
    optional: bool = False
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def section(self) -> str:
        """The part of a policy that it belongs to."""
        return named(str(self.path[0]))

    @property
    def key(self) -> str:
        """What it is called on a page."""
        return "/".join(map(str, self.path))

    @property
    def asked(self) -> str:
        """Its name with what the number beside it counts."""
        return f"{self.label}, {self.unit}" if self.unit and len(self.unit) <= _SHORT else self.label

    @property
    def shown(self) -> Any:
        """Its value as people read it."""
        return self._read(self.value)

    def meant(self, shown: Any) -> Any:
        """Return the value for the policy of what people read; the one it has, where that is read."""
        if shown == self.shown:
            return self.value
        return round(shown / 100, 12) if self.percent and shown is not None else shown

    @property
    def usual(self) -> tuple[float, float] | None:
        """The readings that people try, where it is one of the few settings that matter most."""
        low, high = self.meaning.usual or (None, None)
        return None if low is None else (self._read(low), self._read(high))

    @property
    def step(self) -> float:
        """By how much its reading is moved at a time: the last digit of its value, a tenth of its power of ten at most."""
        if self.whole:
            return self.meaning.step or 1
        if self.meaning.step is not None or not self.value:
            return float(self._read(self.meaning.step or 0.01))
        digits = len(f"{self.value:.12f}".rstrip("0").partition(".")[2])
        return float(self._read(10.0 ** min(-digits, math.floor(math.log10(abs(self.value))) - 1)))

    @property
    def told(self) -> str:
        """Its value in words, with the unit; a dash where it is not set."""
        if self.options:
            return next((text for text, value in self.options.items() if value == self.value), str(self.value))
        return "–" if self.value is None else self.worded(self.value)

    @property
    def reading(self) -> str:
        """Its value as people write it, without the unit but for per cent."""
        return f"{self.shown:,.10g} %" if self.percent else f"{self.shown:,.10g}"

    def worded(self, value: Any) -> str:
        """Return a number of its kind as people write it, with the unit if that is short."""
        read, unit = self._read(value), self.unit if len(self.unit) <= _SHORT else ""
        unit = unit.removesuffix("s") if read == 1 and unit != _LIMIT.unit else unit
        return f"{read:,.10g} {unit}".strip().replace("-", "−")

    def refusal(self, value: Any) -> str | None:
        """Return why a value makes no sense by itself, in a sentence with its range; None where it does."""
        if self.options or value == self.value or (value is None and self.optional):
            return None
        if value is None:
            return self.left(value, "It needs a number")
        if not self.meaning.low <= value <= self.meaning.high:
            side, end = ("most", self.meaning.high) if value > self.meaning.high else ("least", self.meaning.low)
            return self.left(value, f"At {side} {self.worded(end)}")
        in_part = self.whole and value != int(value)
        return self.left(value, f"Whole {self.unit or 'numbers'} only") if in_part else None

    def left(self, value: Any, why: str) -> str:
        """Return in a sentence that a value was left out, why, and what stands."""
        given = "an empty field" if value is None else self.worded(value)
        return f"{why}; {given} was not taken{'' if self.value is None else f', {self.told} stands'}."

    @property
    def of_a_rule(self) -> bool:
        """Whether it is one side of a point of a rule, which has a place in it."""
        return len(self.path) > _IN_A_RULE

    @property
    def unit(self) -> str:
        """What its reading counts."""
        return "%" if self.percent else self.meaning.unit

    def _read(self, value: Any) -> Any:
        return round(value * 100, 10) if self.percent and value is not None else value


def named(*path: str | int) -> str:
    """Return what people call the part of a policy at a path."""
    return NAMES.get(".".join(map(str, path)), words.sentence(str(path[-1])))


def in_words(message: str) -> str:
    """Return a message about a policy with the names that people use.

    Examples:
        >>> in_words("windows.wider_days must be longer than 30 days")
        'Wider windows must be longer than 30 days'
    """
    return words.sentence(re.sub(r"\b[a-z]+\.[a-z0-9_]+\b", lambda name: named(*name[0].split(".")), message))


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


def balanced(group: Group, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changes in a group: the values that differ and, of weights, the others scaled so that all make one.

    Weights that leave nothing for the others stay as they were given, and the policy says what is wrong with them.
    """
    fresh = {one.key: values[one.key] for one in group.knobs if one.key in values and values[one.key] != one.value}
    others = {one.key: one.value for one in group.knobs if one.key not in fresh and one.path[0] == _WHOLE}
    held, rest = sum(others.values()), 1 - sum(fresh.values()) if others else 0
    if not (fresh and held) or rest < 0 or math.isclose(rest, held):
        return fresh
    scaled = {
        key: round(value * rest / held, 3) for key, value in others.items()
    }  # a tenth of a per cent is fine enough
    largest = max(scaled, key=lambda key: scaled[key])
    scaled[largest] = round(scaled[largest] + rest - sum(scaled.values()), 12)
    return fresh | scaled


def meant(every: Sequence[Group], shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values for a policy of what the controls of its knobs show."""
    return {knob.key: knob.meant(shown[knob.key]) for group in every for knob in group.knobs if knob.key in shown}


def together(knobs: Sequence[Knob]) -> dict[str, list[Knob]]:
    """Return the knobs by the setting they are parts of."""
    found: dict[str, list[Knob]] = {}
    for knob in knobs:
        found.setdefault(knob.of or knob.label, []).append(knob)
    return found


def leading(every: Sequence[Group]) -> Group:
    """Return the few knobs that matter most."""
    knobs = (knob for group in every for knob in group.knobs if knob.meaning.usual)
    return Group(question="What matters most", knobs=tuple(knobs))


def _knobs(path: Path, value: Any, keys: Keys, keyed: str) -> Iterator[Knob]:
    """Yield the knobs of a section or a table."""
    if keyed == "integration":
        for name in dict.fromkeys((*keys.integrations, *value)):
            yield Knob(path=(*path, name), label=name, value=value.get(name), meaning=_LIMIT, optional=True)
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
    name = named(*path)
    for place, number, mine in parts(value, meaning):
        nth = f"{int(place[0]) + 1}" if place else ""
        in_a_rule = f"Point {nth}, {'score' if place[-1] else 'measured'}" if len(place) > 1 else ""
        label, of = in_a_rule or f"{name} {nth}".rstrip(), name if place else ""
        percent = mine.unit == "ratio" or mine.unit.startswith(_OF_ONE)
        whole = isinstance(number, int)
        yield Knob(path=(*path, *place), label=label, of=of, value=number, meaning=mine, percent=percent, whole=whole)


def _owner(path: Path, code: str, value: Owner | None, usual: Owner | None, keyed: str) -> Knob:
    """Return the choice of who acts on a code."""
    as_usual = f"As usual ({words.OWNER[usual]})" if usual else "As usual"
    options = {as_usual: "", **{words.sentence(text): owner.value for owner, text in words.OWNER.items()}}
    label = f"{words.sentence(keyed)}: {words.sentence(code)}"
    return Knob(path=(*path, code), label=label, value=value.value if value else "", meaning=_WHO, options=options)
