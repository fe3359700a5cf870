"""What a person may argue with: a setting's default, its range, what it means and why it is what it is.

A `Section` is a frozen dataclass of such fields, a row each; `tunables` lists them for whoever wants to change one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, NamedTuple, TypeVar

from techhealth.errors import PolicyError

T = TypeVar("T")
#: Where a value stands: names of fields, places in a list, keys of a table.
Path = tuple[str | int, ...]


class Range(NamedTuple):
    """The values of a number that make sense, both ends included, and its unit, such as "days"."""

    low: float = -math.inf
    high: float = math.inf
    unit: str = ""


_ANY = Range()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What is known of a setting beside its value.

    Attributes:
        source: why the default is what it is.
        low: the smallest value that makes sense, of a number; `high` the largest, `unit` that of the value.
        says: what it decides, where its name does not tell.
        usual: the values that people try, for the few settings that matter most; None for all others.
        step: by how much it is moved at a time; a tenth of its default's power of ten when not given.
    """

    source: str
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""
    says: str = ""
    usual: tuple[float, float] | None = None
    step: float | None = None


class Tunable(NamedTuple):
    """One setting of a section: its name, its default and what it means."""

    name: str
    default: Any
    meaning: Meaning


def tuned(default: T, source: str, within: Range = _ANY, says: str = "", **tried: Any) -> T:
    """Return a dataclass field with its default and what it means; `tried` are `usual` and `step` of `Meaning`."""
    meaning = Meaning(source=source, says=says, **within._asdict(), **tried)
    value: T = field(default=default, metadata={"source": source, "meaning": meaning})
    return value


@dataclass(frozen=True, slots=True)
class Section:
    """Some settings of a policy that belong together; a number outside its range is refused, and a part of one where they are whole.

    Raises:
        PolicyError: naming the setting as it stands in a file, its range and its value.
    """

    #: Its name in a file, where that is not the name of its class.
    called = ""

    def __post_init__(self) -> None:
        where = self.called or type(self).__name__.lower()
        for name, default, meaning in tunables(self):
            usual = next(parts(default, meaning))[1]
            if not isinstance(usual, int | float):
                continue
            for _, value, mine in parts(getattr(self, name), meaning):
                if not isinstance(value, int | float) or not mine.low <= value <= mine.high:  # also refuses nan
                    fits = f"must lie between {mine.low:g} and {mine.high:g}"
                elif isinstance(usual, int) and value != int(value):
                    fits = "must be a whole number"
                else:
                    continue
                raise PolicyError(f"{where}.{name} {fits}, not {value!r}; edit [{where}].")


def asked(of: Callable[[], T], *, question: str, keyed: str = "") -> T:
    """Return a field of a policy with the question that it answers.

    Args:
        of: makes its default.
        question: what somebody wants to know who looks for it.
        keyed: what the keys of a table are: "integration", "call" (its code) or "delivery" (its reason).
    """
    value: T = field(default_factory=of, metadata={"question": question, "keyed": keyed})
    return value


def tunables(section: Any) -> Iterator[Tunable]:
    """Yield the settings of a section, in order.

    Examples:
        >>> @dataclass(frozen=True)
        ... class Windows(Section):
        ...     days: int = tuned(7, "judgement", Range(1, 366, "days"))
        >>> [one.name for one in tunables(Windows)]
        ['days']
    """
    for item in fields(section):
        if "meaning" in item.metadata:
            yield Tunable(name=item.name, default=item.default, meaning=item.metadata["meaning"])


def parts(value: Any, meaning: Meaning) -> Iterator[tuple[Path, Any, Meaning]]:
    """Yield each value of a setting with where it stands in it and what is known of it; the second one of a pair is a score.

    Examples:
        >>> [(path, one) for path, one, _ in parts(((0.5, 100), (1, 50)), Meaning(source="judgement"))]
        [((0, 0), 0.5), ((0, 1), 100), ((1, 0), 1), ((1, 1), 50)]
    """
    if not isinstance(value, tuple):
        yield (), value, meaning
        return
    for place, one in enumerate(value):
        if isinstance(one, tuple):
            scored = replace(meaning, low=0, high=100, unit="points")
            yield from (((place, side), number, scored if side else meaning) for side, number in enumerate(one))
        else:
            yield (place,), one, meaning


def laid(value: Any, changes: Mapping[Path, Any]) -> Any:
    """Return a section, list or table with other values at some places; None takes an entry out of a table.

    All changes of a section come at once, so that what holds between its values is asked when all are there.

    Raises:
        PolicyError: if the values make no sense, alone or together.

    Examples:
        >>> laid({"a": 1, "b": ((1, 2), (3, 4))}, {("a",): None, ("b", 1, 0): 9})
        {'b': ((1, 2), (9, 4))}
    """
    if () in changes:
        return _like(value, changes[()])
    below: dict[str | int, dict[Path, Any]] = {}
    for (head, *rest), one in changes.items():
        below.setdefault(head, {})[tuple(rest)] = one
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{str(name): laid(getattr(value, str(name)), part) for name, part in below.items()})
    if isinstance(value, tuple):
        return tuple(laid(one, below[place]) if place in below else one for place, one in enumerate(value))
    every = {**value, **{key: laid(value.get(key), part) for key, part in below.items()}}
    return {key: one for key, one in every.items() if one is not None}


def _like(value: Any, wanted: Any) -> Any:
    """Return a wanted number in the type of the one it replaces, where it has that value."""
    whole = isinstance(value, int) and isinstance(wanted, float) and wanted.is_integer()
    return int(wanted) if whole else float(wanted) if isinstance(value, float) and isinstance(wanted, int) else wanted
