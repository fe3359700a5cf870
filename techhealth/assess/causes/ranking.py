"""Which answer is the cause: specific before general, and only what explains enough of the excess."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from techhealth.assess.causes import (
    codes,
    credentials,
    hours,
    outages,
    rate_limit,
    retries,
    shut_out,
    sizes,
    slices,
    weekdays,
)
from techhealth.assess.causes.case import Case, Finding, Scope
from techhealth.assess.causes.excess import share_of_excess, was_fine
from techhealth.assess.causes.table import doubt
from techhealth.assess.causes.tally import Counts
from techhealth.assess.causes.words import briefly
from techhealth.assess.counted import Counted
from techhealth.figures import day, inside, share
from techhealth.model import Cause, CauseKind, Change, Owner

Question = Callable[[Scope], Finding | None]

#: The questions in their order, specific first.
QUESTIONS: tuple[Question, ...] = (
    rate_limit.ask,
    weekdays.ask,
    credentials.ask,
    shut_out.ask,
    retries.ask,
    outages.ask,
    sizes.ask,
    slices.ask_client,
    slices.ask_endpoint,
    hours.ask,
    codes.ask_reason,
    codes.ask_onset,
    codes.ask_steady,
)
#: Those that ask where failures concentrate: asked of the days since the onset as well, where a young cause is not yet
#: hidden by the ordinary background.
CONCENTRATIONS: frozenset[Question] = frozenset(
    {retries.ask, outages.ask, sizes.ask, slices.ask_client, slices.ask_endpoint, hours.ask, codes.ask_reason}
)
#: Those that go by a share alone, which few failures say little of; all others weigh how likely chance is.
UNTESTED: frozenset[Question] = frozenset({retries.ask, codes.ask_reason, codes.ask_steady})
#: Explanations of the same failures, of which the likeliest is preferred.
COMPARED = (
    CauseKind.BURSTS, CauseKind.REQUEST_SIZE, CauseKind.CLIENT_VERSION, CauseKind.ENDPOINT, CauseKind.HOURS,
)  # fmt: skip
#: A general answer → the more specific ones about the same failures that make it redundant.
REDUNDANT: dict[CauseKind, frozenset[CauseKind]] = {
    CauseKind.ERROR_CODE: frozenset(
        {CauseKind.RATE_LIMIT, CauseKind.EXPIRED_CREDENTIAL, CauseKind.BURSTS, CauseKind.REQUEST_SIZE}
    ),
    CauseKind.BURSTS: frozenset({CauseKind.EXPIRED_CREDENTIAL, CauseKind.WEEKDAY}),
    CauseKind.CLIENT_VERSION: frozenset({CauseKind.EXPIRED_CREDENTIAL}),
}
#: Both say at which times it fails: the hours where outages return day after day, else the likelier one is told.
_TIMES = {CauseKind.BURSTS, CauseKind.HOURS}
#: Fewest days of outages that can make a pattern: one bad afternoon, or two, may be chance.
_RETURNING_DAYS = 3
#: Say what fails, or for which reason, not when.
_WHAT_FAILS = {
    CauseKind.DELIVERY_REASON, CauseKind.REQUEST_SIZE, CauseKind.CLIENT_VERSION, CauseKind.ENDPOINT,
}  # fmt: skip
#: From this share on, one code class speaks for the whole issue.
_SPEAKS_FOR_ALL = 0.8
#: Below this share of what is new, a cause has no part in it.
_NOTHING = 0.01
#: From this share on, a pattern says more than that a code is always there.
_SPEAKS_AT_ALL = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A cause with what its fix would win.

    Attributes:
        cause: statement, onset, shares and evidence.
        code: error code or reason class that it explains; None when it is about all failures.
        removable: failures per local day that its fix removes, never more than exist.
        owner: who has to act.
        change: the setting to change, if there is one.
        counted: what failed.
        failures: all failures of the integration over the period.
    """

    cause: Cause
    code: str | None
    removable: Mapping[date, int]
    owner: Owner
    change: Change | None
    counted: Counted
    failures: int


def answers(case: Case) -> tuple[tuple[Scope, Finding], ...]:
    """Return every answer about the whole issue and about each code class with enough failures, in order of asking."""
    asked_of = [(scope, _young(scope)) for scope in scopes(case)]
    found: list[tuple[Scope, Finding]] = []
    for ask in QUESTIONS:
        for scope, young in asked_of:
            answer = _asked(ask, scope, young if ask in CONCENTRATIONS else None) if _enough(ask, scope) else None
            if answer is not None:
                found.append((scope, answer))
    return tuple(_without_repeats(found))


def _young(scope: Scope) -> Scope | None:
    """Return the failures since the onset, None where there is no onset."""
    return replace(scope, start=scope.case.start) if scope.case.start else None


def _asked(ask: Question, scope: Scope, young: Scope | None) -> Finding | None:
    """Return the answer about the whole period; about the days since the onset where that one names another slice, or where
    little enough failed before.

    What fails since the onset is what the issue is about: a slice that always failed does not take the blame for it, and good
    weeks before do not thin what one that broke does now.
    """
    whole = ask(scope)
    if young is None:
        return whole
    since = ask(young) if _enough(ask, young) else None
    if since is not None and (whole is None or since.key != whole.key or was_fine(scope.case)):
        return _within(scope.case, since)
    if whole is not None and whole.excess is not None:  # what was always so does not explain what is new
        return replace(whole, excess=0.0 if since is None else since.excess)
    return whole


def _enough(ask: Question, scope: Scope) -> bool:
    """Return whether there are failures enough for a question: as many as raise an alarm, or more where it goes by a share."""
    policy = scope.case.policy
    rules = policy.causes if ask in UNTESTED else policy.detection
    return bool(scope.k.sum() >= rules.minimum_failures)


def scopes(case: Case) -> list[Scope]:
    """Return all failures of a case, and those of each code class with as many of its own as can raise an alarm."""
    fewest = case.policy.detection.minimum_failures
    classes = [Scope(case=case, code=code, grid=grid) for code, grid in case.by_code.items() if grid.sum() >= fewest]
    return [Scope(case=case, code=None, grid=case.failures), *classes]


def _within(case: Case, finding: Finding) -> Finding:
    """Return an answer about the days since the onset as one about the whole period, which says since when."""

    def padded(amounts: Counts) -> Counts:
        return np.concatenate([np.zeros(case.start), amounts])

    return replace(
        finding,
        statement=f"Since {day(case.days[case.start])}, {inside(finding.statement)}",
        explained=padded(finding.explained),
        removable=padded(finding.removable),
        evidence={"since": case.days[case.start].isoformat(), **finding.evidence},
    )


def ranked(case: Case, found: Sequence[tuple[Scope, Finding]]) -> tuple[Found, ...]:
    """Return the causes, the top one first: the most specific that explains enough, or "undetermined".

    The others follow by what they explain, mere dates of a code last; the top one names its runner-up.
    """
    weighed = (_weighed(case, scope, finding) for scope, finding in _likeliest_first(found))
    causes = [one for one in weighed if not _is_background(case, one.cause)]
    enough = case.policy.causes.undetermined_below
    top = next((one for one in causes if _strength(one.cause) >= enough), None)
    rest = sorted(
        (one for one in causes if one is not top),
        key=lambda one: (one.cause.kind is CauseKind.ERROR_CODE, -max(_strength(one.cause), one.cause.share_of_issue)),
    )
    first = _undetermined(case, rest) if top is None else top
    named = rest[0].cause.statement if rest else None
    return (replace(first, cause=replace(first.cause, runner_up=named)), *rest)


def _is_background(case: Case, cause: Cause) -> bool:
    """Return whether a cause was there as much before, when no more failed than is tolerated: it explains nothing that is new."""
    return cause.share_of_excess is not None and cause.share_of_excess < _NOTHING and was_fine(case)


def _likeliest_first(found: Sequence[tuple[Scope, Finding]]) -> list[tuple[Scope, Finding]]:
    """Return answers in their order, but explanations that compete by how much likelier they make what is seen."""
    rank = {kind: index for index, kind in enumerate(COMPARED)}
    at = [index for index, (_, finding) in enumerate(found) if finding.kind in rank]
    best = sorted((found[index] for index in at), key=lambda pair: (-pair[1].gain, rank[pair[1].kind]))
    order = list(found)
    for index, pair in zip(at, best, strict=True):
        order[index] = pair
    return order


def _strength(cause: Cause) -> float:
    return cause.share_of_issue if cause.share_of_excess is None else cause.share_of_excess


def _without_repeats(found: Iterable[tuple[Scope, Finding]]) -> list[tuple[Scope, Finding]]:
    """Drop what is said twice: of the whole and of the code class that makes it up, or more generally of one code."""
    answered = list(found)
    kept = []
    for scope, finding in answered:
        same = [(s, f) for s, f in answered if (f.kind, f.key) == (finding.kind, finding.key) and s is not scope]
        whole = next((f for s, f in same if s.code is None), None)
        if scope.code is None and any(_stands_for(part, finding) for s, part in same if s.code is not None):
            continue
        if whole is not None and not _stands_for(finding, whole):
            continue
        related = [f for s, f in answered if None in (s.code, scope.code) or s.code == scope.code]
        if any(_says_better(other, finding) for other in related):
            continue
        kept.append((scope, finding))
    return [pair for pair in kept if not any(_is_likelier(other, pair) for other in kept)]


def _stands_for(part: Finding, whole: Finding) -> bool:
    """Return whether what is found of one code class makes up what is found of all, or tells it more clearly."""
    return bool(part.explained.sum() >= _SPEAKS_FOR_ALL * whole.explained.sum() or part.gain > whole.gain)


def _is_likelier(other: tuple[Scope, Finding], one: tuple[Scope, Finding]) -> bool:
    """Return whether another answer to the same question explains nearly the same failures better."""
    (theirs, rival), (mine, finding) = other, one
    related = None in (theirs.code, mine.code) or theirs.code == mine.code
    alike = rival.kind is finding.kind or {rival.kind, finding.kind} == _TIMES
    if {rival.kind, finding.kind} == _TIMES and _are_hours(mine.case, rival, finding):
        likelier = finding.kind is CauseKind.BURSTS
    else:
        likelier = rival.gain > finding.gain
    better = finding.kind in COMPARED and alike and likelier
    return related and better and rival.explained.sum() >= _SPEAKS_FOR_ALL * finding.explained.sum()


def _are_hours(case: Case, *times: Finding) -> bool:
    """Return whether outages are but the worst of some hours, which take far more than chance lays there; or are on most
    days since the first of them, in hours that fail as outages do."""
    hours, outages = sorted(times, key=lambda one: one.kind is CauseKind.BURSTS)
    if outages.explained.sum() < _SPEAKS_FOR_ALL * (hours.excess or 0.0):
        return True
    days, rules = np.flatnonzero(outages.explained), case.policy.causes
    often = len(days) >= max(_RETURNING_DAYS, rules.hours_days * (len(outages.explained) - int(days[0])))
    return often and float(hours.evidence["rate_in_them"] or 0) >= rules.burst_rate


def _says_better(other: Finding, finding: Finding) -> bool:
    """Return whether another finding says more about nearly the same failures; a steady code says least of all.

    One outage that goes on is but the time since when it fails: what fails, or for which reason, says more.
    """
    steady = finding.kind is CauseKind.ERROR_CODE and finding.onset is None
    goes_on = finding.kind is CauseKind.BURSTS and bool(finding.evidence["ongoing"]) and finding.evidence["bursts"] == 1
    better = (
        other.kind in REDUNDANT.get(finding.kind, frozenset())
        or (steady and other is not finding)
        or (goes_on and other.kind in _WHAT_FAILS)
    )
    part = _SPEAKS_AT_ALL if steady else _SPEAKS_FOR_ALL
    return better and other.explained.sum() >= part * finding.explained.sum()


def _weighed(case: Case, scope: Scope, finding: Finding) -> Found:
    """Return a finding with its shares and whole numbers."""
    explained = float(finding.explained.sum())
    recent = float(case.failures[case.recent].sum())
    evidence = {
        "code": scope.code or case.about,
        "share_of_class": explained / float(scope.k.sum()),
        "share_of_window": float(finding.explained[case.recent].sum()) / recent if recent else None,
        **finding.evidence,
    }
    return Found(
        cause=Cause(
            kind=finding.kind,
            statement=finding.statement,
            onset=finding.onset,
            share_of_excess=share_of_excess(case, finding),
            share_of_issue=min(1.0, explained / float(case.failures.sum())),
            evidence=evidence,
            runner_up=None,
            would_refute=doubt(finding.kind),
        ),
        code=scope.code or case.about,
        removable=_daily(case, finding.removable, limit=scope.k),
        owner=finding.owner or scope.owner,
        change=finding.change,
        counted=case.counted,
        failures=int(case.failures.sum()),
    )


def _daily(case: Case, amounts: Counts, *, limit: Counts) -> dict[date, int]:
    """Return whole failures per day, rounded so that their sum is, and never above the limit."""
    steps = np.floor(np.concatenate([[0.0], np.cumsum(np.minimum(amounts, limit))]) + 0.5)
    whole = np.minimum(np.diff(steps), limit)
    return {case.days[index]: int(whole[index]) for index in np.flatnonzero(whole > 0)}


def _undetermined(case: Case, others: Sequence[Found]) -> Found:
    """Return the honest answer, with the most frequent codes."""
    total = float(case.failures.sum())
    leading = [(code, float(grid.sum()) / total) for code, grid in list(case.by_code.items())[:3]]
    named = ", ".join(f"{briefly(code, case.kind)} ({share(part)})" for code, part in leading)
    explained: dict[str | None, float] = {}
    for one in others:
        explained[one.code] = max(explained.get(one.code, 0.0), one.cause.share_of_issue)
    open_share = 1 - min(1.0, max(explained.pop(None, 0.0), sum(explained.values())))
    few = total < case.policy.causes.minimum_failures
    why = (
        f"Too few failures ({total:,.0f}) to look for a pattern" if few else "No pattern explains most of the failures"
    )
    return Found(
        cause=Cause(
            kind=CauseKind.UNDETERMINED,
            statement=f"{why}; the log holds {named}",
            onset=None,
            share_of_excess=None,
            share_of_issue=open_share,
            evidence={"failures": int(total), "most_frequent": leading[0][0]},
            runner_up=None,
            would_refute=doubt(CauseKind.UNDETERMINED),
        ),
        code=None,
        removable={},
        owner=Scope(case=case, code=None, grid=case.failures).owner,
        change=None,
        counted=case.counted,
        failures=int(total),
    )
