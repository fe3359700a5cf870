"""An analyst's bench: a log, the policy it is judged by, the one that is tried, and what that would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from techhealth.assess import assess, replay
from techhealth.assess.outcomes import owner_of
from techhealth.errors import PolicyError, UsageError
from techhealth.model import Assessment, Kind, Owner, Replay
from techhealth.policy import Policy
from techhealth.present.compare import Comparison, compare
from techhealth.present.page.knobs import Group, Keys, Knob, balanced, groups, in_words
from techhealth.server.logs import Log
from techhealth.server.policies import Named, completed, in_use, policies_in, policy_files
from techhealth.store import Store, policies_of, save_policy
from techhealth.tunable import laid
from techhealth.usage.rollup import Rollup

#: Codes of calls, or reasons of deliveries, whose owner can be chosen: those that are met most.
_MOST_CODES = 20
_LONGEST_NAME = 60
IN_USE, TRIED, DEFAULTS = "In use", "As turned here", "Defaults"


class Bench:
    """What one visitor tries on one log.

    Attributes:
        log: what is judged.
        used: the policy it is judged by today.
        tried: that policy as turned so far.
        refused: the settings whose values were not taken, each with why.
    """

    def __init__(self, log: Log, *, within: Path, store: Store | None) -> None:
        self.log, self.within, self.store = log, within, store
        self._clicks: Mapping[str, int] = {}
        self._loaded: str | None = None
        self._use()

    def _use(self) -> None:
        """Start from the policy that the customer is judged by now."""
        named = in_use(self._policies(), self.log.customer)
        self.named = named.name
        self.used = completed(named.policy, self.log.customer, self.store)
        self._before = self._judge(self.used)
        self._keys = _keys(self.log.ground(self.used).rollup)
        self._in_use = groups(self.used, self._keys)
        self._start(self.used, self._in_use)

    def _start(self, policy: Policy, knobs: tuple[Group, ...]) -> None:
        """Take a policy with its knobs as where the controls stand."""
        self.tried = self._from = policy
        self._as_tried = self._as_started = knobs
        self.refused: list[tuple[Knob, str]] = []
        self._given: dict[str, Any] = {}

    def loadable(self) -> dict[str, Policy]:
        """Return every policy that can be tried by its name: those of this workspace, and the defaults."""
        found = {one.name: one.policy for one in reversed(self._policies()) if one.name}
        return {**{name: self._own(policy) for name, policy in found.items()}, DEFAULTS: self._own(Policy())}

    def _own(self, policy: Policy) -> Policy:
        """Return a policy as one of this customer, who keeps what was agreed with nobody else."""
        mine = policy if policy.customer == self.log.customer else _with_own(policy, self.used)
        return completed(mine, self.log.customer, self.store)

    def groups(self) -> tuple[Group, ...]:
        """Return the knobs with what was given for them, taken or not; weights that were scaled as they were before."""
        return tuple(
            replace(group, knobs=tuple(replace(one, value=self._given.get(one.key, one.value)) for one in group.knobs))
            for group in self._as_started
        )

    def started(self, *, load: str | None, undo: Mapping[str, int], undo_all: int) -> tuple[Group, ...]:
        """Return the knobs after another policy was loaded, or a setting or all of them put back, where one was asked for.

        Args:
            load: the name of a policy; it is loaded when another one was named before.
            undo: how often the button of each setting was clicked so far.
            undo_all: how often the one for all of them.
        """
        clicked = [key for key, times in undo.items() if times != self._clicks.get(key, 0)]
        if load != self._loaded and load is not None:
            policy = self.loadable()[load]
            self._start(policy, groups(policy, self._keys))
        elif undo_all != self._clicks.get("", 0):
            self._start(self.used, self._in_use)
        elif clicked:
            used = _by_key(self._in_use)
            self.take({**self._given, **{key: used[key].value if key in used else None for key in clicked}})
        self._loaded, self._clicks = load, {**undo, "": undo_all}
        return self.groups()

    def take(self, values: Mapping[str, Any]) -> None:
        """Try other values than were started from; those that make no sense, alone or together, are not taken, and it is said why."""
        self.tried, self.refused, self._given = self._from, [], dict(values)
        for group in self._as_started:
            knobs = {knob.key: knob for knob in group.knobs}
            given = {key: values[key] for key in knobs if key in values}
            wrong = {key: why for key, value in given.items() if (why := knobs[key].refusal(value))}
            fresh = balanced(group, {key: value for key, value in given.items() if key not in wrong})
            if why := self._lay(knobs, fresh):  # perhaps not all of them are what does not fit
                unfit = [key for key, value in fresh.items() if self._lay(knobs, {key: value})]
                wrong |= {key: knobs[key].left(fresh[key], why) for key in unfit}
            self.refused += [(knobs[key], why) for key, why in wrong.items()]
        self._as_tried = self._as_started if self.tried == self._from else groups(self.tried, self._keys)

    def _lay(self, knobs: Mapping[str, Knob], values: Mapping[str, Any]) -> str | None:
        """Lay values over the tried policy, or return why they do not fit."""
        changes = {knobs[key].path: None if value == "" else value for key, value in values.items()}
        try:
            self.tried = laid(self.tried, changes)
        except PolicyError as error:
            return in_words(str(error).partition("; edit [")[0].removesuffix("."))
        return None

    def scaled(self, shown: Mapping[str, Any]) -> dict[str, Knob]:
        """Return the settings that stand elsewhere than the controls that show `shown`, as they stand."""
        return {key: knob for key, knob in _by_key(self._as_tried).items() if shown.get(key, knob.value) != knob.value}

    def turned(self) -> list[tuple[Knob, Knob]]:
        """Return the knobs that stand elsewhere than in the policy in use: as there, and as tried."""
        used = _by_key(self._in_use)
        return [
            (used[key], knob)
            for key, knob in _by_key(self._as_tried).items()
            if key in used and knob.value != used[key].value
        ]

    def compared(self) -> Comparison:
        """Return what the tried policy comes to beside the one in use."""
        after = self._before if self.tried == self.used else self._judge(self.tried)
        return compare(self._before, after)

    def replayed(self) -> Replay:
        """Return every day of the log judged by both policies.

        Raises:
            UsageError: if they speak of different time zones.
        """
        rollup = self.log.ground(self.used).rollup
        return replay(rollup, policy=self.used, name=IN_USE, against={TRIED: self.tried})

    def save(self, name: str, *, everybody: bool) -> str:
        """Keep the tried policy under a name, so that the pages judge by it, and return what it is used for from now on.

        Raises:
            UsageError: if it cannot be kept, or another customer's policy has the name.
        """
        name, mine = " ".join(name.split()), self.log.customer
        if self.store is None:
            raise UsageError("nothing can be saved here, for this workspace cannot be written.")
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise UsageError(f"a policy needs a name of at most {_LONGEST_NAME} letters.")
        there = policies_of(self.store).get(name)
        if there is not None and there.customer not in (None, mine):
            raise UsageError(f"{name!r} is the policy of another customer; choose another name.")
        save_policy(
            self.store, name, _with_own(self.tried, Policy()) if everybody else replace(self.tried, customer=mine)
        )
        self._use()
        if self.named == name:
            return f"{mine} is judged by {name} from now on."
        return f"{name} is for every customer without a policy of its own; {mine} is judged by {self.named} as before."

    def _policies(self) -> tuple[Named, ...]:
        return policies_in(policy_files(self.within), self.store)

    def _judge(self, policy: Policy) -> Assessment:
        return assess(self.log.ground(policy), policy=policy, daily=False)


def _by_key(every: tuple[Group, ...]) -> dict[str, Knob]:
    return {knob.key: knob for group in every for knob in group.knobs}


def _with_own(policy: Policy, other: Policy) -> Policy:
    """Return a policy with what is one customer's own as another policy has it."""
    return replace(
        policy, customer=other.customer, timezone=other.timezone, sla_ms=other.sla_ms, rename=other.rename,
        webhook_sender=other.webhook_sender, contacts=other.contacts,
    )  # fmt: skip


def _keys(rollup: Rollup) -> Keys:
    """Return what tables of a policy may have entries for, as far as a log shows them."""
    failed = (
        rollup.hourly.filter(pl.col("ok").eq_missing(False))
        .group_by("kind", code=pl.col("error").fill_null("unknown"))
        .agg(pl.col("calls").sum())
        .sort("calls", "code", descending=[True, False])
    )

    def usual(kinds: list[Kind]) -> dict[str, Owner]:
        codes = failed.filter(pl.col("kind").is_in([kind.value for kind in kinds]))["code"].unique(maintain_order=True)
        return {code: owner_of(code, kind=kinds[0]) for code in codes.head(_MOST_CODES).to_list()}

    names = rollup.hourly["integration"].unique().sort().to_list()
    return Keys(integrations=names, calls=usual([Kind.API, Kind.AUTH]), deliveries=usual([Kind.WEBHOOK]))
