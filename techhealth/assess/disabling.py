"""When would the sender of webhooks switch an endpoint off? The history of deliveries run through published rules.

Who sends is not in a log: a policy may name it (`webhook_sender`); else each rule that is near is told with an "if".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from techhealth.assess.rates import Counts
from techhealth.errors import PolicyError
from techhealth.figures import count
from techhealth.model import Countdown, Kind
from techhealth.usage.rollup import Rollup

#: Hours whose deliveries are taken to go on alike, and hours that are looked ahead.
_ALIKE, _AHEAD = 24, 168
#: So many failures without a success in between: nothing arrives any more.
_DOWN = 5
#: While the sender is not known, no rule is told unless this part of the last day's deliveries fails.
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableRule:
    """A published rule by which a sender switches an endpoint off.

    Attributes:
        told: the rule in words, continuing "it disables an endpoint".
        hours: the rule's window; None where it counts failures in a row, however long that takes.
        failures: fewest failures in it.
        share: of the deliveries in the window that must fail; at 1 none may have succeeded since the first of them.
        source: where the rule is published, or how sure we are of it.
    """

    sender: str
    told: str
    hours: int | None
    failures: int
    share: float
    source: str

    def met(self, k: Counts, n: Counts) -> NDArray[np.bool_]:
        """Return for each hour whether the rule holds at its end, given failures and deliveries an hour."""
        failed, sent = np.concatenate([[0], np.cumsum(k)]), np.concatenate([[0], np.cumsum(n)])
        hour = np.arange(len(k))
        if self.share < 1:
            first = np.maximum(hour + 1 - (self.hours or len(k)), 0)
            failures, deliveries = failed[1:] - failed[first], sent[1:] - sent[first]
            found: NDArray[np.bool_] = (failures >= self.failures) & (failures >= self.share * deliveries)
            return found
        healthy = np.maximum.accumulate(np.where(n > k, hour, -1))
        began = np.searchsorted(failed, failed[healthy + 1], side="right") - 1  # the first failure since
        running = hour - began + 1
        rows: NDArray[np.bool_] = (failed[1:] - failed[healthy + 1] >= self.failures) & (running >= (self.hours or 0))
        return rows


#: Published rules; senders change them, and some only apply when switched on: a reason to look, not a promise.
RULES: tuple[DisableRule, ...] = (
    DisableRule(sender="Svix", told="when all deliveries fail for 5 days (120 hours)", hours=120, failures=2, share=1.0,
                source="Svix documentation, retries"),
    DisableRule(sender="Shopify", told="when 8 tries fail within 4 hours (subscriptions made by API are deleted)", hours=4,
                failures=1, share=1.0, source="Shopify developer notice, September 2024"),
    DisableRule(sender="Slack", told="when more than 95 % of deliveries fail within 60 minutes", hours=1, failures=1,
                share=0.95, source="Slack Events API; the share from memory"),
    DisableRule(sender="Zapier", told="when 95 % of more than 20 runs fail within 7 days", hours=168, failures=20, share=0.95,
                source="Zapier documentation"),
    DisableRule(sender="Outpost", told="when 100 deliveries in a row fail (only where this is switched on)", hours=None,
                failures=100, share=1.0, source="Outpost documentation, events"),
    DisableRule(sender="Alloy", told="when 100 deliveries fail within 72 hours", hours=72, failures=100, share=0.0,
                source="Alloy documentation, webhooks"),
)  # fmt: skip


def countdowns(rollup: Rollup, name: str, *, sender: str | None) -> tuple[Countdown, ...]:
    """Return the rules that would switch an integration's deliveries off within a week if the last day goes on, soonest first.

    A rule that held while deliveries still came a day later is none of this sender's.

    Raises:
        PolicyError: if the policy names a sender without a published rule.
    """
    known = [rule for rule in RULES if sender is None or rule.sender.casefold() == sender.casefold()]
    if not known:
        senders = ", ".join(rule.sender for rule in RULES)
        raise PolicyError(f"webhook_sender of {name!r} is {sender!r}, of whom no rule is known here; known: {senders}.")
    k, n = _hourly(rollup, name)
    if k[-_ALIKE:].sum() == 0 or (sender is None and k[-_ALIKE:].sum() < _MOSTLY * n[-_ALIKE:].sum()):
        return ()
    return tuple(sorted(_near(known, k, n, named=sender is not None), key=lambda one: (one.hours_left, one.sender)))


def _near(rules: list[DisableRule], k: Counts, n: Counts, *, named: bool) -> Iterator[Countdown]:
    """Return the countdown of each rule that holds now, or within a week; while it is down, all goes on to fail."""
    days, sent = _AHEAD // _ALIKE, n[-_ALIKE:]
    failing = sent if _is_down(k, n) else k[-_ALIKE:]
    expected = [np.concatenate([counts, *[last] * days]) for counts, last in ((k, failing), (n, sent))]
    for rule in rules:
        if _is_refuted(rule, k, n):
            continue
        met = np.flatnonzero(rule.met(*expected)[len(k) - 1 :])
        if len(met):
            left, a_day = int(met[0]), round(float(n[-_AHEAD:].sum()) / max(len(n[-_AHEAD:]) / 24, 1.0))
            yield Countdown(
                sender=rule.sender, sender_known=named, rule=rule.told, hours_left=left, events_a_day=a_day,
                source=rule.source, text=_told(rule, left, a_day, named=named),
            )  # fmt: skip


def _is_refuted(rule: DisableRule, k: Counts, n: Counts) -> bool:
    """Return whether deliveries went on to be sent a day after a rule held: within the day that follows, for an endpoint may
    be switched on again later."""
    sent = np.concatenate([[0], np.cumsum(n), np.full(2 * _ALIKE, n.sum())])
    held = np.flatnonzero(rule.met(k, n))
    return bool((sent[held + 1 + 2 * _ALIKE] > sent[held + 1 + _ALIKE]).any())


def _is_down(k: Counts, n: Counts) -> bool:
    """Return whether nothing was delivered any more in the hours since the last success, and not by chance."""
    healthy = np.flatnonzero(n > k)
    return bool(k[healthy[-1] + 1 if len(healthy) else 0 :].sum() >= _DOWN)


def _told(rule: DisableRule, left: int, a_day: int, *, named: bool) -> str:
    """Return a countdown in words."""
    who = f"{rule.sender} disables an endpoint" if named else f"If the sender is {rule.sender}: it disables an endpoint"
    when = f"at the present pace that is in about {count(left, 'hour')}" if left else "that is the case already"
    return f"{who} {rule.told}; {when}, and about {count(a_day, 'delivery', plural='deliveries')} a day would no longer be sent"


def _hourly(rollup: Rollup, name: str) -> tuple[Counts, Counts]:
    """Return failed and all deliveries of known outcome, one element an hour up to the last hour of the log."""
    seen = rollup.hourly.filter(
        (pl.col("integration") == name) & (pl.col("kind") == Kind.WEBHOOK.value) & pl.col("ok").is_not_null()
    )
    if seen.is_empty():
        return np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    first = seen["at"].min()
    hour = (pl.col("at") - first).dt.total_hours()
    last = rollup.hourly.select(hour.max()).item()
    k, n = np.zeros(last + 1, dtype=np.int64), np.zeros(last + 1, dtype=np.int64)
    rows = seen.select(hour=hour, ok="ok", calls="calls")
    np.add.at(n, rows["hour"].to_numpy(), rows["calls"].to_numpy())
    failed = rows.filter(~pl.col("ok"))
    np.add.at(k, failed["hour"].to_numpy(), failed["calls"].to_numpy())
    return k, n
