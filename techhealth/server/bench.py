"""An analyst's bench: a log, the policy it is judged by, the one that is tried, and what that would change."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from techhealth.assess import assess, replay
from techhealth.assess.outcomes import owner_of
from techhealth.errors import PolicyError, UsageError
from techhealth.model import Assessment, Kind, Owner, Replay
from techhealth.policy import Policy
from techhealth.present.compare import Comparison, compare
from techhealth.present.page.knobs import Group, Keys, Knob, groups
from techhealth.server.logs import Log
from techhealth.server.policies import Named, completed, in_use, policies_in, policy_files
from techhealth.store import Store, policies_of, save_policy
from techhealth.tunable import laid
from techhealth.usage.rollup import Rollup

#: Codes of calls, or reasons of deliveries, whose owner can be chosen: those that are met most.
_MOST_CODES = 20
_LONGEST_NAME = 60
IN_USE, TRIED, DEFAULTS = "In use", "As turned here", "Defaults"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the tried policy comes to beside the one in use, and how long it took to judge."""

    comparison: Comparison
    after: Assessment
    seconds: float


class Bench:
    """What one visitor tries on one log.

    Attributes:
        log: what is judged.
        used: the policy it is judged by today.
        tried: that policy as turned so far.
        refused: question → why the values of that group were not taken.
    """

    def __init__(self, log: Log, *, within: Path, store: Store | None) -> None:
        self.log, self.within, self.store = log, within, store
        named = in_use(self._policies(), log.customer)
        self.named = named.name
        self.used = self.tried = completed(named.policy, log.customer, store)
        self.refused: dict[str, str] = {}
        self._clicks: Mapping[str, int] = {}
        self._loaded: str | None = None
        self._before = self._judge(self.used)
        self._keys = _keys(log.ground(self.used).rollup)

    def loadable(self) -> dict[str, Policy]:
        """Return every policy that can be tried by its name: those of this workspace, and the defaults."""
        found = {one.name: one.policy for one in reversed(self._policies()) if one.name}
        return {
            name: completed(policy, self.log.customer, self.store)
            for name, policy in (*found.items(), (DEFAULTS, Policy()))
        }

    def groups(self) -> tuple[Group, ...]:
        """Return the knobs of the tried policy."""
        return groups(self.tried, self._keys)

    def started(self, *, load: str | None, undo: Mapping[str, int], undo_all: int) -> tuple[Group, ...]:
        """Return the knobs after another policy was loaded, or a setting or all of them put back, where one was asked for.

        Args:
            load: the name of a policy; it is loaded when another one was named before.
            undo: how often the button of each setting was clicked so far.
            undo_all: how often the one for all of them.
        """
        used = {knob.key: knob.value for group in groups(self.used, self._keys) for knob in group.knobs}
        if load != self._loaded and load is not None:
            self.tried = self.loadable()[load]
        elif undo_all != self._clicks.get("", 0):
            self.tried = self.used
        else:
            self.take({key: used.get(key) for key, times in undo.items() if times != self._clicks.get(key, 0)})
        self._loaded, self._clicks, self.refused = load, {**undo, "": undo_all}, {}
        return self.groups()

    def take(self, values: Mapping[str, Any]) -> None:
        """Try other values, group by group; a group whose values make no sense together stays as it was, and says why."""
        for group in self.groups():
            fresh = [
                (knob, values[knob.key])
                for knob in group.knobs
                if knob.key in values and values[knob.key] != knob.value
            ]
            self.refused.pop(group.question, None)
            if fresh:
                self._try(group, fresh)

    def _try(self, group: Group, fresh: list[tuple[Knob, Any]]) -> None:
        try:
            self.tried = laid(self.tried, {knob.path: None if value == "" else value for knob, value in fresh})
        except PolicyError as error:
            self.refused[group.question] = str(error)

    def turned(self) -> list[tuple[Knob, Knob]]:
        """Return the knobs that stand elsewhere than in the policy in use: as there, and as tried."""
        used = {knob.key: knob for group in groups(self.used, self._keys) for knob in group.knobs}
        return [
            (used[knob.key], knob)
            for group in self.groups()
            for knob in group.knobs
            if knob.key in used and knob.value != used[knob.key].value
        ]

    def judged(self) -> Judged:
        """Return what the tried policy comes to."""
        begun = time.perf_counter()
        after = self._before if self.tried == self.used else self._judge(self.tried)
        return Judged(comparison=compare(self._before, after), after=after, seconds=time.perf_counter() - begun)

    def replayed(self) -> Replay:
        """Return every day of the log judged by both policies.

        Raises:
            UsageError: if they speak of different time zones.
        """
        rollup = self.log.ground(self.used).rollup
        return replay(rollup, policy=self.used, name=IN_USE, against={TRIED: self.tried})

    def save(self, name: str, *, everybody: bool) -> str:
        """Keep the tried policy under a name, so that the pages judge by it; return the name.

        Raises:
            UsageError: if it cannot be kept, or another customer's policy has the name.
        """
        name = " ".join(name.split())
        if self.store is None:
            raise UsageError("nothing can be saved here, for this workspace cannot be written.")
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise UsageError(f"a policy needs a name of at most {_LONGEST_NAME} letters.")
        there = policies_of(self.store).get(name)
        if there is not None and there.customer not in (None, self.log.customer):
            raise UsageError(f"{name!r} is the policy of another customer; choose another name.")
        general = Policy()
        kept = replace(
            self.tried, customer=None, sla_ms=general.sla_ms, rename=general.rename, webhook_sender=general.webhook_sender,
            contacts=general.contacts,
        )  # fmt: skip
        save_policy(self.store, name, kept if everybody else replace(self.tried, customer=self.log.customer))
        return name

    def _policies(self) -> tuple[Named, ...]:
        return policies_in(policy_files(self.within), self.store)

    def _judge(self, policy: Policy) -> Assessment:
        return assess(self.log.ground(policy), policy=policy, daily=False)


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
