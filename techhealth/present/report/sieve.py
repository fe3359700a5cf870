"""The sieve that each text passes on its way to the customer: no name from inside a network, no other customer, no word
about whose side failed, and "your team" where we say "their team".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar

from techhealth.model import Assessment
from techhealth.policy import Policy

T = TypeVar("T")

#: What a name from inside is called instead → its form. Order matters: an address of a person holds one of a host.
_INSIDE = (
    ("e-mail address", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    # Names that no public name server answers for: RFC 6762 appendix G, RFC 8375, `.internal` (ICANN, 2024), Kubernetes.
    (
        "internal host",
        r"\b[\w-]+(?:\.[\w-]+)*\.(?:internal|local|localdomain|lan|corp|intranet|private|home\.arpa|svc)\b",
    ),
    # Networks that are never routed outside: RFC 1918, and RFC 6598 for 100.64 to 100.127.
    ("internal address", r"\b(?:10|127)(?:\.\d{1,3}){3}\b"),
    ("internal address", r"\b192\.168(?:\.\d{1,3}){2}\b"),
    ("internal address", r"\b172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}\b"),
    ("internal address", r"\b100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])(?:\.\d{1,3}){2}\b"),
)
#: A word that takes a side or is meant for our own people; parts of paths and names are no words.
_SIDE = re.compile(
    r"(?<![\w/.-])(?:ours?|us|theirs?|customers?|engineering|renewals?|revenue|contract|support (?:load|tickets))(?![\w/-])",
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(r"\s*\([^()]*\)")
_CLAUSE = re.compile(r"(?<=[.;:])\s+")
#: What stands for a name while its text is judged.
_PLACE = "\x00{}\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """What is known of a customer's texts, and what fell through: clauses `dropped`, names `replaced` by other words.

    `kept` are the names of integrations, which are no words; `hidden` maps names to what is said instead.
    """

    kept: tuple[str, ...]
    hidden: Mapping[str, str]
    dropped: dict[str, None] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, assessment: Assessment, policy: Policy) -> Sieve:
        """Return the sieve for an assessment: other customers and the names that a policy replaces are hidden."""
        own = assessment.generated_for.customer
        others = [name for name in assessment.receipt.customers if name != own]
        hidden = {name: f"another company ({number})" for number, name in enumerate(others, start=1)}
        kept = {own, *assessment.receipt.integration_names, *(one.name for one in assessment.integrations)}
        return cls(kept=_longest_first(kept), hidden=hidden | dict(policy.rename))

    def text(self, text: str) -> str:
        """Return a text without what the customer is not told; empty when nothing of it is left."""
        return self._without_sides(self._without_names(text))

    def _without_names(self, text: str) -> str:
        """Return a text with hidden and inside names replaced; the same name by the same words."""
        for name in _longest_first(self.hidden):
            text = re.sub(rf"(?<![\w/.-]){re.escape(name)}(?![\w/-])", lambda _, name=name: self._instead(name), text)  # type: ignore[misc]
        for kind, form in _INSIDE:
            text = re.sub(form, lambda found, kind=kind: self._numbered(found[0], kind), text)  # type: ignore[misc]
        return text

    def _instead(self, name: str) -> str:
        return self.replaced.setdefault(name, self.hidden[name])

    def _numbered(self, name: str, kind: str) -> str:
        known = sum(instead.startswith(kind) for instead in self.replaced.values())
        return self.replaced.setdefault(name, f"{kind} {known + 1}")

    def _without_sides(self, text: str) -> str:
        """Return a text without the clauses that take a side."""
        masked = text.replace("their team", "your team")
        for number, name in enumerate(self.kept):
            masked = masked.replace(name, _PLACE.format(number))
        if _SIDE.search(masked):
            masked = _PARENTHESIS.sub(lambda found: "" if self._is_side(found[0]) else found[0], masked)
            clauses = [clause for clause in _CLAUSE.split(masked) if not self._is_side(clause)]
            masked = " ".join(clauses).rstrip(" ;:")
        return self._named(masked)

    def _is_side(self, clause: str) -> bool:
        """Return whether a clause takes a side, and remember it."""
        found = bool(_SIDE.search(clause))
        if found:
            self.dropped[self._named(clause).strip()] = None
        return found

    def _named(self, masked: str) -> str:
        for number, name in enumerate(self.kept):
            masked = masked.replace(_PLACE.format(number), name)
        return masked


def _longest_first(names: Iterable[str]) -> tuple[str, ...]:
    """Return names so that one that holds another comes before it."""
    return tuple(sorted(filter(None, names), key=lambda name: (-len(name), name)))


def mapped(value: T, change: Callable[[str], str]) -> T:
    """Return a noun with every text in it changed, closed sets left alone; a line of a list that becomes empty is left out."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        items = [mapped(item, change) for item in value]
        return tuple(new for new, old in zip(items, value, strict=True) if new != "" or old == "")  # type: ignore[return-value]
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}  # type: ignore[return-value]
    if is_dataclass(value):
        changed = {item.name: mapped(getattr(value, item.name), change) for item in fields(value)}
        return replace(value, **changed)  # type: ignore[type-var]
    return value
