"""What a person may argue with: a setting's default, its range, what it means and why it is what it is.

Sections of a policy are frozen dataclasses of such fields; `ranged` refuses what lies outside, `tunables` lists them all for
whoever wants to change one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from techhealth.errors import PolicyError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What is known of a setting beside its value.

    Attributes:
        source: why the default is what it is.
        low: the smallest value that makes sense, of a number.
        high: the largest.
        unit: of the value, such as "days".
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tunable:
    """One setting of a section: its name, its default and what it means."""

    name: str
    default: Any
    meaning: Meaning


def tuned(default: T, *, source: str, **known: Any) -> T:
    """Return a dataclass field with its default and what it means; `known` are fields of `Meaning`."""
    meaning = Meaning(source=source, **known)
    value: T = field(default=default, metadata={"source": source, "meaning": meaning})
    return value


def tunables(section: Any) -> Iterator[Tunable]:
    """Yield the settings of a section, in order.

    Examples:
        >>> @dataclass(frozen=True)
        ... class Section:
        ...     days: int = tuned(7, source="judgement", low=1)
        >>> [one.name for one in tunables(Section)]
        ['days']
    """
    for item in fields(section):
        if "meaning" in item.metadata:
            yield Tunable(name=item.name, default=item.default, meaning=item.metadata["meaning"])


def ranged(section: Any, where: str) -> None:
    """Refuse a section with a number outside its range; `where` is its name in a file.

    Raises:
        PolicyError: naming the setting, its range and its value.
    """
    for one in tunables(section):
        value, low, high = getattr(section, one.name), one.meaning.low, one.meaning.high
        if isinstance(one.default, tuple):
            continue
        if not isinstance(value, int | float) or not low <= value <= high:  # also refuses nan
            raise PolicyError(
                f"{where}.{one.name} must lie between {low:g} and {high:g}, not {value!r}; edit [{where}]."
            )
