"""Replays a planted log as of each day, as if that day were today, and holds what is said against what was planted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl

from techhealth.assess.diagnose import diagnose
from techhealth.assess.facts import all_days, facts_of
from techhealth.assess.facts import as_of as rollup_as_of
from techhealth.assess.standing import Source
from techhealth.assess.timeline import scores_of, windows_of
from techhealth.model import Cause, CauseKind, Issue, Severity, Shape
from techhealth.policy import Policy
from techhealth.sample.families import Scenario, scenario
from techhealth.sample.truth import ChangeTruth
from techhealth.usage.rollup import Rollup, roll_up

_ONE_DAY = timedelta(days=1)
#: Days of a log before it is looked at, and days between looks before anything is planted.
_WARM_UP, _LOOKS = 21, 7
#: A silence of so many days between two alarms makes them two.
_QUIET_DAYS = 3
#: An alarm that stood before the onset counts for it only when it dates the onset no earlier than so many days before.
_EARLY_DAYS = 5
_LONG_DAYS = 7
#: What the truth names → where a cause says it.
_NAMED = {"endpoint": "slice", "client": "slice", "limit_per_minute": "limit_per_minute", "code": "code",
          "from_hour": "from_hour", "weekday": "weekday"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Degraded:
    """What became of one planted degradation; days are None where it was not seen, or no cause or day is asked for."""

    family: str
    seed: int
    abrupt: bool
    days_to_critical: int
    seen_after: int | None  # days from the onset to the first alarm
    cause_first: bool | None
    cause_critical: bool | None
    onset_error_first: int | None
    onset_error_critical: int | None
    dated: bool  # whether a day of onset is asked for
    said_first: str
    said_critical: str

    @property
    def in_time(self) -> bool:
        """Whether it was seen by the critical day; an abrupt one the day it began."""
        return self.seen_after is not None and self.seen_after <= self.days_to_critical

    @property
    def lead(self) -> int | None:
        """Days from the first alarm to the critical day, negative when it came too late."""
        return None if self.seen_after is None else self.days_to_critical - self.seen_after

    @property
    def has_time(self) -> bool:
        """Whether there are more than seven days between onset and critical day."""
        return self.days_to_critical > _LONG_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Untroubled:
    """Alarms of a clean integration: how many episodes in how many days, and what the first day of each said."""

    family: str
    seed: int
    days: int
    alarms: tuple[str, ...]


def replay_degraded(name: str, seed: int, policy: Policy) -> Degraded:
    """Return what becomes of a planted degradation: looked at weekly before its onset, daily from then on."""
    planted = scenario(name, seed=seed)
    mine = planted.truth.integrations[0]
    change = mine.change
    assert change is not None
    last, standing = planted.truth.last, _standing_before(planted, mine.name, change, policy)
    first_alarm = at_critical = None
    day, seen_after = change.onset, None
    while day <= last and (day <= change.critical or first_alarm is None):
        alarms = [issue for issue in _alarms_today(planted, day, mine.name, policy) if issue.kind in change.issues]
        fresh = [issue for issue in alarms if issue.id not in standing or _dated_after(issue, change)]
        if fresh and first_alarm is None:
            first_alarm, seen_after = fresh[0], (day - change.onset).days
        if day == change.critical:
            at_critical = fresh[0] if fresh else None
        day += _ONE_DAY
    asked = bool(change.causes)
    return Degraded(
        family=name, seed=seed, abrupt=change.abrupt, days_to_critical=(change.critical - change.onset).days,
        seen_after=seen_after,
        cause_first=_is_right(first_alarm, change, kinds=change.causes + change.early) if asked and first_alarm else None,
        cause_critical=_is_right(at_critical, change, kinds=change.causes) if asked and seen_after is not None else None,
        onset_error_first=_onset_error(first_alarm, change), onset_error_critical=_onset_error(at_critical, change),
        dated=change.shape is not Shape.RECURRING, said_first=_said(first_alarm), said_critical=_said(at_critical),
    )  # fmt: skip


def replay_clean(name: str, seed: int, policy: Policy) -> Untroubled:
    """Return the alarms of a clean integration, looked at as of every day."""
    planted = scenario(name, seed=seed)
    mine, rollup = planted.truth.integrations[0].name, roll_up(planted.events, timezone=policy.timezone)
    last_seen: dict[str, date] = {}
    days, found = 0, []
    day = planted.truth.first + _WARM_UP * _ONE_DAY
    while day <= planted.truth.last:
        for issue in _alarms(rollup_as_of(rollup, day), mine, policy):
            if (day - last_seen.get(issue.id, date.min)).days > _QUIET_DAYS:
                found.append(f"{day}: {_said(issue)}")
            last_seen[issue.id] = day
        day, days = day + _ONE_DAY, days + 1
    return Untroubled(family=name, seed=seed, days=days, alarms=tuple(found))


def is_alarm(issue: Issue) -> bool:
    """Return whether an issue warns of something: of a change, or of a level worse than "info".

    A steady level of severity "info" is a description, and a single past burst of that severity a note.
    """
    return issue.severity is not Severity.INFO or issue.shape not in (Shape.STEADY, Shape.BURST)


def _standing_before(planted: Scenario, name: str, change: ChangeTruth, policy: Policy) -> set[str]:
    """Return the alarms that stand on the day before the onset."""
    return {issue.id for issue in _alarms_today(planted, change.onset - _ONE_DAY, name, policy)}


def _alarms_today(planted: Scenario, day: date, name: str, policy: Policy) -> list[Issue]:
    """Return the alarms of an integration from the events up to the end of a day."""
    end = datetime.combine(day + _ONE_DAY, datetime.min.time(), tzinfo=UTC)
    return _alarms(roll_up(planted.events.filter(pl.col("at") < end), timezone=policy.timezone), name, policy)


def _alarms(rollup: Rollup, name: str, policy: Policy) -> list[Issue]:
    """Return the alarms of one integration, the most pressing first: an assessment without its charts and advice."""
    days = all_days(rollup)
    if days is None:
        return []
    facts = facts_of(rollup, days=days)
    windows = windows_of(facts, policy)
    source = Source.of(rollup, days)
    found = diagnose(facts, scores_of(facts, windows, policy), windows=windows, source=source, policy=policy)
    return [issue for issue in found.issues if issue.integration == name and is_alarm(issue)]


def _dated_after(issue: Issue, change: ChangeTruth) -> bool:
    return issue.onset is not None and issue.onset.on >= change.onset - _EARLY_DAYS * _ONE_DAY


def _onset_error(issue: Issue | None, change: ChangeTruth) -> int | None:
    """Return how many days the issue's onset is off, None without a day."""
    return None if issue is None or issue.onset is None else abs((issue.onset.on - change.onset).days)


def _is_right(issue: Issue | None, change: ChangeTruth, *, kinds: tuple[CauseKind, ...]) -> bool:
    """Return whether the top cause is of a right kind, and names what was planted where it names anything."""
    if issue is None or not issue.causes:
        return False
    cause = issue.causes[0]
    planted = {**change.detail, "weekday": f"{change.onset:%A}"}
    return cause.kind in kinds and all(_agrees(cause, key, value) for key, value in planted.items())


def _agrees(cause: Cause, key: str, planted: str | int) -> bool:
    """Return whether a cause says what was planted, or says nothing of it; numbers may be a tenth off."""
    said = cause.evidence.get(_NAMED[key]) if key in _NAMED else None
    if said is None or (key == "code" and isinstance(said, str) and not said.isdecimal()):
        return True
    if isinstance(said, int | float) and isinstance(planted, int):
        return abs(said - planted) <= 0.1 * planted
    return str(said) == str(planted)


def _said(issue: Issue | None) -> str:
    if issue is None:
        return "nothing"
    onset = "-" if issue.onset is None else f"{issue.onset.on:%d %b}"
    cause = issue.causes[0].statement if issue.causes else "no cause"
    kind = issue.causes[0].kind.value if issue.causes else "-"
    return (
        f"{issue.kind.value}/{issue.shape.value}/{issue.severity.value} since {onset}; {issue.title}; {kind}: {cause}"
    )
