"""What to do, when, and what it wins: one recommendation per cause of an integration, its effect replayed, not claimed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from techhealth.assess import advice
from techhealth.assess.causes import Found
from techhealth.assess.counted import Counted
from techhealth.assess.outcomes import AUTH_CODES
from techhealth.assess.whatif import Repair, WhatIf
from techhealth.assess.worth import SYMPTOMS, worth_acting
from techhealth.figures import count, share
from techhealth.model import (
    CauseKind,
    Confidence,
    Days,
    Expected,
    Horizon,
    Issue,
    IssueKind,
    Recommendation,
    Rung,
    Severity,
)
from techhealth.policy import Policy

#: The customer's score after some repairs together; None without a score.
ScoreAfter = Callable[..., float | None]

_HORIZONS = tuple(Horizon)
_URGENT = frozenset({CauseKind.RATE_LIMIT, CauseKind.EXPIRED_CREDENTIAL})
#: Fixes whose effect the replay proves; all others remove "up to" so many failures (`Expected.up_to`).
_PROVEN = frozenset({CauseKind.RATE_LIMIT, CauseKind.EXPIRED_CREDENTIAL})
#: What a fix leaves: failures that are as frequent where its cause is not at work.
_REMAINS = {
    CauseKind.RATE_LIMIT: "they are above the new limit too",
    CauseKind.WEEKDAY: "as many fail on other weekdays",
    CauseKind.HOURS: "as many fail at other hours",
    CauseKind.REQUEST_SIZE: "as many smaller requests fail",
    CauseKind.ENDPOINT: "as many fail at other endpoints",
    CauseKind.CLIENT_VERSION: "as many fail with other clients",
    CauseKind.ERROR_CODE: "as many failed before",
}
#: Kind of issue → what its failures are called, one and many.
_FAILED = {
    IssueKind.AUTH: ("authentication failure", "authentication failures"),
    IssueKind.FIRST_TRIES: ("failed first try", "failed first tries"),
}
#: Points that a step of the ladder wins at least: the ladder is told to a tenth.
_LEAST_POINTS = 0.05
_TRUST = {Confidence.LOW: 0.5, Confidence.MEDIUM: 0.75, Confidence.HIGH: 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosed:
    """An issue with the causes found for it, the top one first."""

    issue: Issue
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A recommendation with what decides its place, and what it changes, as far as that can be played back.

    Two about one `topic` of an integration are one, those about one client of several integrations too; `confidence` is how
    sure it is to win what it would, `failures` how many there are where it removes some.
    """

    integration: str | None
    topic: str
    confidence: Confidence
    recommendation: Recommendation
    repairs: tuple[Repair, ...]
    failures: int = 0

    def gain(self, present: float | None) -> float:
        """Return the points that it wins, times how sure it is."""
        after = self.recommendation.expected.score_after
        return 0.0 if after is None or present is None else (after - present) * _TRUST[self.confidence]


def plan(
    diagnosed: Sequence[Diagnosed],
    *,
    present: float | None,
    score_after: ScoreAfter,
    window: Days,
    policy: Policy,
) -> tuple[Planned, ...]:
    """Return what to do, by horizon, then by score points won times confidence.

    Args:
        diagnosed: issues in their order, with causes.
        present: the customer's score as it is.
        score_after: the customer's score after a repair.
        window: the current window, named in the reasons.
        policy: SLAs, and the share from which a cause of a critical issue cannot wait.
    """
    drafts: dict[tuple[str | None, str], Planned] = {}
    for draft in _drafts(diagnosed, score_after, window, policy):
        key = (draft.integration, draft.topic)
        drafts[key] = _merged(drafts[key], draft, score_after=score_after) if key in drafts else draft
    ordered = sorted(drafts.values(), key=lambda draft: _place(draft, present))
    return tuple(_with_unique_ids(ordered))


def ladder(planned: Sequence[Planned], replay: WhatIf, *, present: float | None) -> tuple[Rung, ...]:
    """Return the recommendations one after the other, by points won times confidence, each on top of those before, but for
    those that win nothing more."""
    order = sorted((one for one in planned if one.gain(present) > 0), key=lambda one: -one.gain(present))
    scores = replay.ladder(one.repairs for one in order)
    rungs, before = [], present or 0.0
    for one, score in zip(order, scores, strict=True):
        if score - before >= _LEAST_POINTS:
            rungs.append(Rung(recommendation=one.recommendation.id, points=score - before, score_after=score))
            before = score
    return tuple(rungs)


def promised(
    planned: Sequence[Planned], rungs: Sequence[Rung], *, present: float | None
) -> tuple[Recommendation, ...]:  # fmt: skip
    """Return the recommendations, without a score for those that by themselves win what another one, on the ladder, wins."""
    on_it = {rung.recommendation for rung in rungs}
    return tuple(
        replace(one.recommendation, expected=replace(one.recommendation.expected, score_after=None))
        if one.gain(present) > 0 and one.recommendation.id not in on_it
        else one.recommendation
        for one in planned
    )


def _drafts(diagnosed: Sequence[Diagnosed], score_after: ScoreAfter, window: Days, policy: Policy) -> Iterator[Planned]:
    """Return a draft for every cause worth acting on, for latency and for silence; nothing but a minor issue has none."""
    for one in diagnosed:
        name = one.issue.integration
        if one.issue.kind is IssueKind.LATENCY:
            sla = policy.sla_ms.get(name, policy.targets.default_sla_ms)
            endpoint = next(
                (str(found.cause.evidence["slice"]) for found in one.found if found.cause.kind is CauseKind.ENDPOINT),
                None,
            )
            words = advice.for_latency(name, sla_ms=sla, assumed=name not in policy.sla_ms, endpoint=endpoint)
            since = one.issue.onset.on if one.issue.onset else None
            repair = Repair(integration=name, at_sla=True, slower_since=since)
            yield _plain(one.issue, words, topic="latency", repairs=(repair,), score_after=score_after(repair))
        elif one.issue.kind is IssueKind.VOLUME:
            words = advice.for_silence(name, some=bool(one.issue.recent.n))
            yield _plain(one.issue, words, topic="silence", repairs=(), score_after=None)
        else:
            worth = worth_acting(one.issue, one.found, policy)
            for found in worth:
                yield _of_cause(one.issue, found, score_after=score_after, window=window, policy=policy)
            if not worth and one.issue.severity is not Severity.INFO:
                words = advice.for_unexplained(name, one.issue.kind)
                yield _plain(one.issue, words, topic=one.issue.kind.value, repairs=(), score_after=None)


def _of_cause(
    issue: Issue,
    found: Found,
    *,
    score_after: ScoreAfter,
    window: Days,
    policy: Policy,
) -> Planned:
    """Return the recommendation for one cause, with what removing its failures wins."""
    words = advice.for_cause(issue.integration, found)
    removed = sum(found.removable.values())
    tries = found.counted is Counted.FIRST_TRIES  # what they cost is no delivery, and so no point
    fewer = {} if tries else found.removable
    repair = Repair(integration=issue.integration, removed=fewer, kind=found.counted.kind, code=found.code)
    draft = _plain(
        issue,
        words,
        topic=found.cause.kind.value,
        repairs=(repair,) if removed else (),
        score_after=score_after(repair) if removed else None,
    )
    recommendation = replace(
        draft.recommendation,
        horizon=_horizon(issue, found, policy=policy),
        why=f"{found.cause.statement}. {_effect(issue, found, removed, window=window)}".strip(),
        change=found.change,
        expected=replace(
            draft.recommendation.expected,
            errors_removed=0 if tries else removed,
            share_removed=0.0 if tries or not found.failures else removed / found.failures,
            up_to=bool(removed) and not tries and found.cause.kind not in _PROVEN,
            of_authentication=issue.kind is IssueKind.AUTH,
        ),
    )
    unsure = found.cause.kind in SYMPTOMS  # what is behind it is still to be found
    of_client = found.cause.kind is CauseKind.EXPIRED_CREDENTIAL and "slice" in found.cause.evidence
    return replace(
        draft, recommendation=recommendation, topic=f"{draft.topic} {found.code} {found.cause.evidence.get('slice', '')}",
        integration=None if of_client else draft.integration, failures=found.failures,
        confidence=Confidence.LOW if unsure else draft.confidence,
    )  # fmt: skip


def _plain(
    issue: Issue, words: advice.Advice, *, topic: str, repairs: tuple[Repair, ...], score_after: float | None
) -> Planned:
    """Return a draft that removes no failures and follows the issue's severity; traffic that stays away is asked for at once."""
    by_severity = {Severity.CRITICAL: Horizon.NOW, Severity.WARNING: Horizon.TWO_WEEKS, Severity.INFO: Horizon.LATER}
    stays_away = issue.kind is IssueKind.VOLUME and issue.severity is not Severity.INFO
    return Planned(
        integration=issue.integration,
        topic=topic,
        confidence=issue.confidence,
        recommendation=Recommendation(
            id=_slug(f"{issue.integration} {topic}"),
            horizon=Horizon.NOW if stays_away else by_severity[issue.severity],
            title=words.title,
            why=f"{issue.title}.",
            steps=words.steps,
            owner=words.owner,
            issue_ids=(issue.id,),
            change=None,
            expected=Expected(errors_removed=0, share_removed=0.0, score_after=score_after),
            note=words.note,
        ),
        repairs=repairs,
    )


def _horizon(issue: Issue, found: Found, *, policy: Policy) -> Horizon:
    """Return when to act: at once on what goes on, on critical issues and limits, but side causes and recurring auth can wait."""
    kind, severity = found.cause.kind, issue.severity
    if kind is CauseKind.EXPIRED_CREDENTIAL or (kind is CauseKind.BURSTS and found.cause.evidence["ongoing"]):
        return Horizon.NOW
    if severity is Severity.CRITICAL or (kind in _URGENT and severity is not Severity.INFO):
        share = max(found.cause.share_of_issue, found.cause.share_of_excess or 0.0)
        return Horizon.NOW if share >= policy.causes.side_share else Horizon.TWO_WEEKS
    recurring = kind is CauseKind.WEEKDAY and (issue.kind is IssueKind.AUTH or found.code in AUTH_CODES)
    return Horizon.TWO_WEEKS if severity is Severity.WARNING or recurring or kind in _URGENT else Horizon.LATER


def _effect(issue: Issue, found: Found, removed: int, *, window: Days) -> str:
    """Return what the fix removes, over the period and in the current window, and why not all that it explains."""
    if not removed:
        return ""
    recent = sum(number for on, number in found.removable.items() if window.first <= on <= window.last)
    verb = "Removes" if found.cause.kind in _PROVEN else "Removes up to"
    noun, plural = _FAILED.get(issue.kind, ("failure", "failures"))
    whole = f"{count(removed)} of {count(found.failures, noun, plural=plural)} ({share(removed / found.failures)})"
    free = ", but wins no points: retries save these deliveries" if issue.kind is IssueKind.FIRST_TRIES else ""
    return (
        f"{verb} {whole}, {count(recent)} of them in the last {count(window.days, 'day')}{_rest(found, removed)}{free}."
    )


def _rest(found: Found, removed: int) -> str:
    """Return why a fix does not remove every failure that its cause covers, empty where it does."""
    covered = round(found.cause.share_of_issue * found.failures)
    steady = found.cause.kind is CauseKind.ERROR_CODE and found.cause.onset is None
    why = "the target allows as many" if steady else _REMAINS.get(found.cause.kind)
    if why is None or covered <= removed:
        return ""
    return f"; {count(covered - removed)} of the {count(covered)} would still fail: {why}"


def _merged(first: Planned, second: Planned, *, score_after: ScoreAfter) -> Planned:
    """Return the first draft, also for the second one's issue, at the earlier of both horizons; where they are about several
    integrations, with what both win together."""
    mine, other = first.recommendation, second.recommendation
    issues = tuple(dict.fromkeys((*mine.issue_ids, *other.issue_ids)))
    horizon = min(mine.horizon, other.horizon, key=_HORIZONS.index)
    one = replace(first, recommendation=replace(mine, issue_ids=issues, horizon=horizon))
    return one if first.integration is not None else _at_both(one, second, score_after=score_after)


def _at_both(one: Planned, second: Planned, *, score_after: ScoreAfter) -> Planned:
    """Return a draft that also does what another one does at another integration."""
    mine, other = one.recommendation, second.recommendation
    repairs, failures = (*one.repairs, *second.repairs), one.failures + second.failures
    removed = mine.expected.errors_removed + other.expected.errors_removed
    expected = replace(
        mine.expected, errors_removed=removed, share_removed=removed / failures if failures else 0.0,
        score_after=score_after(*repairs) if repairs else None,
    )  # fmt: skip
    also = (
        f"{second.repairs[0].integration}: {count(other.expected.errors_removed)} of {count(second.failures)}"
        if second.repairs
        else ""
    )
    told = replace(mine, why=f"{mine.why} The same at {also}." if also else mine.why, expected=expected)
    return replace(one, recommendation=told, repairs=repairs, failures=failures)


def _place(draft: Planned, present: float | None) -> tuple[int, float, int, str]:
    """Return the sorting key: horizon, points won times confidence, failures removed, id."""
    one = draft.recommendation
    return (_HORIZONS.index(one.horizon), -draft.gain(present), -one.expected.errors_removed, one.id)


def _slug(text: str) -> str:
    """Return a name made of lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _with_unique_ids(planned: Iterable[Planned]) -> Iterator[Planned]:
    """Number the ids that names written alike would share."""
    seen: dict[str, int] = {}
    for one in planned:
        name = one.recommendation.id
        seen[name] = seen.get(name, 0) + 1
        again = name if seen[name] == 1 else f"{name}-{seen[name]}"
        yield replace(one, recommendation=replace(one.recommendation, id=again))
