"""A claim in the light of the spell it holds: what goes on is as large as it is now, and what is over is told as that.

A rise is judged by the mean of the current window. Where one spell makes it up, the mean says too little while the spell
lasts and too much once it has ended.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from techhealth.assess.causes.evidence import Evidence
from techhealth.assess.claims import Claim, failing, is_of_auth, rate_in, tolerated
from techhealth.assess.counted import Counted
from techhealth.assess.detect import has_risen
from techhealth.assess.forecast import breach_of
from techhealth.assess.levels import INFO_ABOVE, is_beyond
from techhealth.assess.ramp import Series, at_latest
from techhealth.assess.rates import Counts, dispersion_of_sums, excess_z
from techhealth.assess.rise import FEWEST_AFTER
from techhealth.assess.spell import Found, spell_of
from techhealth.figures import count, day, moment, out_of, percent, share
from techhealth.model import CauseKind, Days, Forecast, Onset, Rate, Severity, Shape, Spell
from techhealth.policy import Policy

#: What comes with the load or the hour is not over because it is quiet.
_RETURNING = (CauseKind.RATE_LIMIT, CauseKind.HOURS, CauseKind.WEEKDAY)
_SEVERITIES = tuple(Severity)


def lately(claim: Claim, cause: CauseKind | None, evidence: Evidence, *, window: Days, policy: Policy) -> Claim:
    """Return a claim about failures as the spell within it tells it; what returns in a pattern stays as it is."""
    if claim.is_of_part or claim.shape is Shape.RECURRING:
        return claim
    found = spell_of(claim.facts, evidence, window=window, policy=policy)
    if found is None:
        return claim
    failures, known = failing(claim)
    k, n, part = np.maximum(failures - found.k, 0), np.maximum(known - found.n, 0), claim.facts.between(window)
    beyond = is_beyond(k, n, part, tolerated(claim.kind, policy))
    rose = claim.q_value is not None and (has_risen(k, n, policy.detection) or _rose_before(claim, k, n, found, policy))
    if found.recurs:
        told = replace(claim, shape=Shape.RECURRING)
        return told if found.spell.last else _present(told, found, alone=False, window=window, policy=policy)
    if found.spell.last is None:
        days = (claim.facts.days.last - found.spell.first.astimezone(ZoneInfo(policy.timezone)).date()).days + 1
        climbs = claim.shape is Shape.RAMP and days > FEWEST_AFTER  # long enough for a step to be told from it
        return _present(claim, found, alone=not (rose or climbs), window=window, policy=policy)
    if rose or (beyond and claim.q_value is None) or cause in _RETURNING:
        return _besides(claim, found, window, policy)
    left = rate_in(k, n, part) if beyond else None
    return _over(replace(claim, baseline=_before(claim, window)), found, left, policy)


def _rose_before(claim: Claim, k: Counts, n: Counts, found: Found, policy: Policy) -> bool:
    """Return whether a rise began on a day before its spell, and the days between are surely worse than those before."""
    first = int(np.flatnonzero(found.n)[0])
    start = first if claim.onset is None else (claim.onset.latest - claim.facts.days.first).days
    before, since = ((int(k[of].sum()), int(n[of].sum())) for of in (slice(0, start), slice(start, first)))
    if not (before[1] and since[1]) or since[0] * before[1] <= policy.detection.ratio * before[0] * since[1]:
        return False
    phi = dispersion_of_sums(k[:start], n[:start], variation=policy.detection.rate_variation)
    return excess_z(recent=since, baseline=before, phi=phi) > policy.detection.z_recent


def _present(claim: Claim, found: Found, *, alone: bool, window: Days, policy: Policy) -> Claim:
    """Return a claim about what goes on: critical where its rate surely is, a warning where it surely is beyond its target, and
    begun with it where nothing else is claimed."""
    spell, zone, limit = found.spell, ZoneInfo(policy.timezone), policy.detection.critical_rate
    critical = found.least > limit and claim.counted is not Counted.FIRST_TRIES
    if not (critical or alone):
        return claim  # the end of a rise, of which more is known
    what, since = claim.counted.many, f"since {moment(spell.first, zone)}"
    now, (failures, known), part = percent(spell.k / spell.n), failing(claim), claim.facts.between(window)
    mean = percent(failures[part].sum() / known[part].sum())
    above = f", above the {share(limit)} from which on a failure rate is critical" if critical else ""
    text = f"{now} of {what} fail{_of_what(claim)} {since} ({out_of(spell.k, spell.n)}){above}; {mean} over the last {count(window.days, 'day')}."
    beyond = Severity.WARNING if found.least > tolerated(claim.kind, policy) else Severity.INFO
    severity = max(claim.severity, Severity.CRITICAL if critical else beyond, key=_SEVERITIES.index)
    outlook = _outlook(claim, text, critical=critical, policy=policy)
    told = replace(claim, spell=found, forecast=outlook, severity=severity)
    if not alone:
        return told
    on = spell.first.astimezone(zone).date()
    before = rate_in(np.maximum(failures - found.k, 0), np.maximum(known - found.n, 0), slice(None))
    title = (
        f"Authentication fails {since}: {now} of {what} ({out_of(spell.k, spell.n)}), {percent(before.rate)} before"
        if is_of_auth(claim)
        else f"{claim.counted.failed} rose from {percent(before.rate)} to {now} {since}"
    )
    # a spell begins where it is loud: what led up to it may have begun before
    onset = at_latest(Series(days=claim.facts.days, k=failures, n=known), on, policy)
    if claim.onset is not None:
        onset = replace(onset, earliest=min(onset.earliest, claim.onset.earliest))
    return replace(told, baseline=before, shape=Shape.STEP, onset=onset, title=title)


def _outlook(claim: Claim, text: str, *, critical: bool, policy: Policy) -> Forecast:
    """Return what is to come of what goes on: it is critical already, else as far as a rise tells."""
    known = claim.forecast
    if critical:
        return Forecast(breach_of=breach_of(policy), days=0, interval=(0, 0), text=text)
    if known is not None and known.days is not None:
        return replace(known, text=f"{text} {known.text}")
    return Forecast(breach_of=breach_of(policy), days=None, interval=None, text=text)


def _over(claim: Claim, found: Found, left: Rate | None, policy: Policy) -> Claim:
    """Return a claim about a spell that was all that changed, and has ended: never critical, and minor where the window
    as a whole is not; `left` fails beyond its target at other times as well."""
    spell, zone, noun = found.spell, ZoneInfo(policy.timezone), claim.counted.many
    on = spell.first.astimezone(zone).date()
    large = (claim.recent.rate or 0.0) > policy.detection.critical_rate
    failed = f"{percent(spell.k / spell.n)} of {noun} failed{_of_what(claim)} {_span(spell, zone)}"
    told = replace(
        claim, spell=found, shape=Shape.BURST, severity=Severity.WARNING if large else Severity.INFO,
        onset=Onset(on=on, earliest=on, latest=on), title=f"{failed}, which {_ended(spell, zone)}",
        forecast=Forecast(breach_of=breach_of(policy), days=None, interval=None,
                          text=f"It {_ended(spell, zone)}; since then {_after(spell)}."),
    )  # fmt: skip
    if left is None:
        return told
    title = f"{percent(left.rate)} of {noun} fail{_of_what(claim)}, target at most {percent(tolerated(claim.kind, policy))}; {failed}"
    minor = 1 - (left.rate or 0.0) > INFO_ABOVE and not large
    severity = Severity.INFO if minor else min(claim.severity, Severity.WARNING, key=_SEVERITIES.index)
    return replace(told, shape=Shape.STEADY, severity=severity, onset=None, title=title)


def _before(claim: Claim, window: Days) -> Rate:
    """Return the rate of the days before the window, as it was where there are none."""
    (failures, known), start = failing(claim), (window.first - claim.facts.days.first).days
    earlier = rate_in(failures, known, slice(None, start))
    return earlier if earlier.n else claim.baseline


def _besides(claim: Claim, found: Found, window: Days, policy: Policy) -> Claim:
    """Return a claim that holds without the spell as well, and tells how much of it that is."""
    spell, zone, part = found.spell, ZoneInfo(policy.timezone), claim.facts.between(window)
    k, n = int(found.k[part].sum()), int(found.n[part].sum())
    if k <= policy.causes.burst_share * claim.recent.k or claim.kind is not claim.counted.issue:
        return claim
    said = (
        f"{count(k)} of the {count(claim.recent.k)} failures of the last {count(window.days, 'day')} fall "
        f"{_span(spell, zone)} ({percent(spell.k / spell.n)} of {claim.counted.many}), which is over; "
        f"without it {percent((claim.recent.k - k) / max(claim.recent.n - n, 1))} fail."
    )
    known = claim.forecast or Forecast(breach_of=breach_of(policy), days=None, interval=None, text="")
    return replace(claim, spell=found, forecast=replace(known, text=f"{known.text} {said}".strip()))


def _of_what(claim: Claim) -> str:
    """Return of what the calls of a claim fail, where it is not about all that do."""
    return " for authentication" if is_of_auth(claim) else ""


def _after(spell: Spell) -> str:
    """Return what failed since a spell has ended."""
    return f"{out_of(spell.k_after, spell.n_after)} failed"


def _span(spell: Spell, zone: ZoneInfo) -> str:
    """Return when a spell was: its day, its hours of one day, or both ends."""
    first, last = (at.astimezone(zone) for at in (spell.first, spell.last or spell.first))
    end = (last - timedelta(minutes=1)).date()  # midnight ends the day before
    if first.date() != end:
        until = moment(spell.last or spell.first, zone) if last.hour else f"the end of {day(end)}"
        return f"from {moment(spell.first, zone)} to {until}"
    whole = not (first.hour or last.hour)
    return f"on {day(end)}" if whole else f"on {day(end)}, {first:%H:%M}–{last:%H:%M} {zone.key}"


def _ended(spell: Spell, zone: ZoneInfo) -> str:
    return f"was over by {moment(spell.last or spell.first, zone)}"
