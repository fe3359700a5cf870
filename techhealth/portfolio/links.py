"""The same failure at the same hour at several customers: a coincidence that points to us, with how likely it is chance.

Were m customers with one code to begin failing in hours of their own, independently, then each set of k of them would
lie within the linked hours with a chance of k p^(k-1), p being the share of these hours in all. The number expected by
chance is the sum over all sets of k, of every code.

Source: the expected number of k-clusters on a line, as in Naus 1965 (the scan statistic).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from techhealth.model import Owner
from techhealth.portfolio.rules import RULES
from techhealth.portfolio.summary import Finding

_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Issues of several customers that began with the same code within hours.

    `first` and `last` are the hours (UTC) of the earliest and the latest beginning, `by_chance` the number of groups of
    so many customers that independent beginnings would give.
    """

    code: str
    first: datetime
    last: datetime
    members: tuple[tuple[str, Finding], ...]
    owner: Owner
    by_chance: float

    @property
    def customers(self) -> tuple[str, ...]:
        """The names of the customers, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.members))


_Member = tuple[datetime, str, Finding]


def links(findings: Mapping[str, Sequence[Finding]], *, as_of: Mapping[str, date]) -> tuple[Link, ...]:
    """Return the groups of open issues, by customer, that chance does not explain as of the day of each, the largest first."""
    by_code = _by_code(findings, as_of)
    sizes = [len({name for _, name, _ in members}) for members in by_code.values()]
    found = []
    for code, members in by_code.items():
        rest = sorted(members, key=lambda one: one[:2])
        while len(group := _largest(rest, timedelta(hours=RULES.linked_hours))):
            link = _link(code, group, sizes)
            if link is None:
                break
            found.append(link)
            rest = [one for one in rest if one not in group]
    return tuple(sorted(found, key=lambda link: (-len(link.customers), link.first, link.code)))


def expected_by_chance(sizes: Iterable[int], *, group: int, meeting: float) -> float:
    """Return how many groups of a size chance would give.

    Args:
        sizes: for each code the customers it began to fail at.
        group: customers in the group, at least 2.
        meeting: the chance that two beginnings lie near each other.

    Examples:
        >>> round(expected_by_chance([3], group=3, meeting=0.02), 6)
        0.0012
    """
    return math.fsum(math.comb(size, group) * group * meeting ** (group - 1) for size in sizes)


def _by_code(findings: Mapping[str, Sequence[Finding]], as_of: Mapping[str, date]) -> dict[str, list[_Member]]:
    """Return the recent issues whose hour is known by what failed: the code, else the kind of the issue."""
    found: dict[str, list[_Member]] = {}
    for name, every in findings.items():
        since = as_of[name] - timedelta(days=RULES.linked_days)
        for one in every:
            if one.began_at is not None and one.began_at.date() >= since:
                found.setdefault(one.code or one.kind.value, []).append((one.began_at, name, one))
    return found


def _largest(members: Sequence[_Member], reach: timedelta) -> list[_Member]:
    """Return the members within `reach` of each other with the most customers, none where there is a single customer."""
    groups = ([one for one in members[n:] if one[0] - start <= reach] for n, (start, _, _) in enumerate(members))
    largest = max(groups, key=lambda group: len({name for _, name, _ in group}), default=[])
    return largest if len({name for _, name, _ in largest}) >= _FEWEST else []


def _link(code: str, group: Sequence[_Member], sizes: Sequence[int]) -> Link | None:
    """Return a group as a link, None where chance would give one."""
    customers = len({name for _, name, _ in group})
    by_chance = expected_by_chance(sizes, group=customers, meeting=RULES.meeting)
    if by_chance > RULES.most_by_chance:
        return None
    return Link(
        code=code, first=group[0][0], last=group[-1][0], members=tuple((name, one) for _, name, one in group),
        owner=Owner.US if customers >= RULES.ours_from else Owner.UNKNOWN, by_chance=by_chance,
    )  # fmt: skip
