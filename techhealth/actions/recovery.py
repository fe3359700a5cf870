"""The proof of a fix: every upload that reaches beyond it says of a resolved ticket what became of its issues."""

from __future__ import annotations

from datetime import datetime

import msgspec

from techhealth.actions.settings import Settings
from techhealth.actions.ticket import Ticket, judged, tickets
from techhealth.assess.recovery import Recovery, Verdict, recoveries
from techhealth.policy import Policy
from techhealth.store import Store, TicketState, Upload, known, looked_at
from techhealth.usage.local import day_of
from techhealth.usage.rollup import Rollup, merge, roll_up


def judge(
    store: Store, upload: Upload, policy: Policy, *, now: datetime, settings: Settings | None = None
) -> tuple[Ticket, ...]:
    """Return the resolved tickets of an upload's customer about which it says something new; it is written into them.

    The first four weeks since the fix count, as far as uploads tell of them; less than what was known before says nothing.

    `settings` are the desks to tell when a verdict is reached.
    """
    last = day_of(upload.last, policy.timezone)
    resolved = (one for one in tickets(store, upload.customer) if one.state is TicketState.RESOLVED)
    waiting = [
        (one, one.draft.issues, one.fixed_on) for one in resolved if one.draft and one.fixed_on and one.fixed_on <= last
    ]
    if not waiting:
        return ()
    rollup, found = _sums(store, upload, policy), []
    for one, issues, fixed_on in waiting:
        outcome = recoveries(rollup, issues, fixed_on=fixed_on, policy=policy)
        if outcome and outcome != one.recoveries and _seen(outcome) >= _seen(one.recoveries):
            told = settings if _is_news(outcome, one.recoveries) else None
            found.append(judged(store, one.name, msgspec.to_builtins(outcome), now=now, settings=told))
    return tuple(found)


def _sums(store: Store, upload: Upload, policy: Policy) -> Rollup:
    usage, history = known(store, upload, looked_at(upload, policy))
    return merge([roll_up(usage, timezone=policy.timezone), history])


def _is_news(outcome: tuple[Recovery, ...], before: tuple[Recovery, ...]) -> bool:
    """Return whether a verdict is another one than before; that there is not enough data is none."""
    known = {one.issue: one.verdict for one in before}
    said = [one for one in outcome if one.verdict is not Verdict.NOT_ENOUGH_DATA]
    return any(known.get(one.issue) is not one.verdict for one in said)


def _seen(outcome: tuple[Recovery, ...]) -> int:
    """Return of how many calls and days an outcome tells."""
    return sum(one.after.n for one in outcome)
