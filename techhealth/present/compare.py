"""What a change of policy does: two assessments of the same log side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from techhealth.figures import apportioned
from techhealth.model import Assessment, ComponentScore, IntegrationHealth, Issue, Owner, Score, Severity


class Move(StrEnum):
    """What became of an issue."""

    APPEARS = "appears"
    VANISHES = "vanishes"
    GRAVER = "graver"
    MILDER = "milder"
    OTHER_OWNER = "other_owner"
    OTHER_DAY = "other_day"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A figure before and after; None where it is not known."""

    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedComponent:
    """One component: its score 0-100, and the points that it costs the customer's score."""

    name: str
    score: Pair
    points_lost: Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One integration, or the customer as a whole."""

    name: str
    score: Pair
    components: tuple[ComparedComponent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedIssue:
    """An issue as it was and as it would be; None where it is not found."""

    before: Issue | None
    after: Issue | None
    move: Move

    @property
    def issue(self) -> Issue:
        """The issue as it would be, else as it was."""
        found = self.after or self.before
        assert found is not None
        return found


#: What may differ beside scores and issues → what tells it, of the customer, of an integration or of an issue.
_BESIDES: dict[str, Callable[[Assessment], object]] = {
    "how sure the scores are": lambda found: (
        found.score.interval, found.score.state, {one.name: (one.interval, one.state) for one in found.integrations},
    ),
    "whose the failures are": lambda found: {one.name: one.errors_by_owner for one in found.integrations},
    "figures of latency and deliveries": lambda found: {one.name: (one.latency, one.webhooks) for one in found.integrations},
    "causes": lambda found: {one.id: one.causes for one in found.issues},
    "evidence of issues": lambda found: {one.id: (one.title, one.confidence, one.recent, one.impact) for one in found.issues},
    "forecasts": lambda found: {one.id: one.forecast for one in found.issues},
    "actions": lambda found: found.recommendations,
    "risk": lambda found: found.risk,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two assessments of one log: the customer, each integration (worst first as it would be), every issue, how many
    failures of the current windows each owner has to act on, and in words what else differs; `after` is the second one."""

    customer: Compared
    integrations: tuple[Compared, ...]
    issues: tuple[ComparedIssue, ...]
    failures: Mapping[Owner, Pair]
    besides: tuple[str, ...]
    after: Assessment

    @property
    def is_still(self) -> bool:
        """Whether nothing differs at all."""
        scores = [(one.score, *(part.score for part in one.components)) for one in (self.customer, *self.integrations)]
        same = all(pair.before == pair.after for one in scores for pair in one)
        return same and not (self.moved_issues or self.besides)

    @property
    def moved_issues(self) -> tuple[ComparedIssue, ...]:
        """The issues of which something changes."""
        return tuple(one for one in self.issues if one.move is not Move.SAME)


def compare(before: Assessment, after: Assessment) -> Comparison:
    """Return what differs between two assessments of the same log.

    Issues are the same when their ids are: integration and kind, numbered where there are several.
    """
    names = [one.name for one in after.integrations]
    names += [one.name for one in before.integrations if one.name not in names]
    of_before, of_after = ({one.name: one for one in each.integrations} for each in (before, after))
    return Comparison(
        customer=_compared(before.generated_for.customer, before.score, after.score),
        integrations=tuple(_integration(name, of_before.get(name), of_after.get(name)) for name in names),
        issues=_issues(before.issues, after.issues),
        failures=_failures(before, after),
        besides=tuple(what for what, part in _BESIDES.items() if part(before) != part(after)),
        after=after,
    )


def _failures(before: Assessment, after: Assessment) -> dict[Owner, Pair]:
    """Return the failures of each owner, those who have some."""
    was, would = (Counter[str](), Counter[str]())
    for counted, each in ((was, before), (would, after)):
        for one in each.integrations:
            counted.update(one.errors_by_owner)
    return {owner: Pair(before=was[owner], after=would[owner]) for owner in Owner if was[owner] or would[owner]}


def _integration(name: str, before: IntegrationHealth | None, after: IntegrationHealth | None) -> Compared:
    components = (one.components if one else () for one in (before, after))
    values = (one.score if one else None for one in (before, after))
    return Compared(name=name, score=Pair(before=next(values), after=next(values)), components=_components(*components))


def _compared(name: str, before: Score, after: Score) -> Compared:
    return Compared(
        name=name,
        score=Pair(before=before.value, after=after.value),
        components=_components(before.components, after.components),
    )


def _components(before: Sequence[ComponentScore], after: Sequence[ComponentScore]) -> tuple[ComparedComponent, ...]:
    """Return the components side by side, with points as every page tells them; one that is not there costs nothing."""
    of_before, of_after = (
        {one.name: replace(one, points_lost=points) for one, points in zip(each, lost, strict=True)}
        for each, lost in ((each, apportioned([one.points_lost for one in each])) for each in (before, after))
    )

    def pair(name: str, figure: str, absent: float | None) -> Pair:
        return Pair(
            before=getattr(of_before[name], figure) if name in of_before else absent,
            after=getattr(of_after[name], figure) if name in of_after else absent,
        )

    return tuple(
        ComparedComponent(name=name, score=pair(name, "score", None), points_lost=pair(name, "points_lost", 0.0))
        for name in dict.fromkeys((*of_before, *of_after))
    )


def _issues(before: Iterable[Issue], after: Iterable[Issue]) -> tuple[ComparedIssue, ...]:
    """Return every issue of either, those that would be found first."""
    was, would = ({one.id: one for one in each} for each in (before, after))
    return tuple(
        ComparedIssue(before=was.get(name), after=would.get(name), move=_move(was.get(name), would.get(name)))
        for name in dict.fromkeys((*would, *was))
    )


def _move(before: Issue | None, after: Issue | None) -> Move:
    if before is None or after is None:
        return Move.APPEARS if before is None else Move.VANISHES
    order = list(Severity)
    step = order.index(after.severity) - order.index(before.severity)
    if step:
        return Move.GRAVER if step > 0 else Move.MILDER
    if after.owner is not before.owner:
        return Move.OTHER_OWNER
    return Move.OTHER_DAY if (after.onset and after.onset.on) != (before.onset and before.onset.on) else Move.SAME
