"""Risk signals: how much a customer's integrations put at risk, why, and what changed since the last one.

Every signal is written down, so that risk has a history; a callback tells only what changed. An issue that is not found
once is not yet over: it may be a quiet day. It has ended when a signal of another day does not find it either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select

from techhealth.actions import callback, outbox
from techhealth.actions.outbox import Channel
from techhealth.actions.overall import Overall, overall
from techhealth.actions.settings import Settings
from techhealth.figures import count
from techhealth.model import Assessment, Band, RiskFactor, RiskLevel, Severity, State, Trend
from techhealth.policy import Policy
from techhealth.present.terminal import harmless
from techhealth.store import Customer, Store, tables
from techhealth.store.customers import key_of, number_of

_TABLE = tables.signals.c
_KIND = "risk"
_GRAVER = list(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIssue:
    """An issue that counts as a risk: a warning, or critical."""

    id: str
    integration: str
    severity: Severity
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSignal:
    """The technical risk of one customer as of a day: level, factors, score with its trend, issues, overall health,
    and for how many days there have been no data where newer ones are missed."""

    customer: str
    as_of: date
    level: RiskLevel
    factors: tuple[RiskFactor, ...]
    if_not_addressed: tuple[str, ...]
    score: float | None
    band: Band | None
    state: State
    trend: Trend
    issues: tuple[OpenIssue, ...]
    overall: Overall
    days_without: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedSignal:
    """A signal as it stands: what changed since the one before, in words; `quiet` issues were not found for the first time."""

    signal: RiskSignal
    changes: tuple[str, ...]
    quiet: tuple[OpenIssue, ...]
    raised_at: datetime
    is_new: bool = False


def of(assessment: Assessment, customer: Customer, policy: Policy) -> RiskSignal:
    """Return the risk signal of an assessment; its texts are fit to be shown anywhere as plain text."""
    found = harmless(assessment)
    open_ = (one for one in found.issues if one.severity is not Severity.INFO)
    return RiskSignal(
        customer=customer.name, as_of=found.generated_for.as_of, level=found.risk.level, factors=found.risk.factors,
        if_not_addressed=found.risk.if_not_addressed, score=found.score.value, band=found.score.band, state=found.score.state,
        trend=found.score.trend, days_without=found.risk.days_without, overall=overall(customer.health_score, found.score.value, policy.overall),
        issues=tuple(OpenIssue(id=one.id, integration=one.integration, severity=one.severity, title=one.title) for one in open_),
    )  # fmt: skip


def raise_(
    store: Store, customer: str, signal: RiskSignal, *, now: datetime, settings: Settings | None = None
) -> RaisedSignal:
    """Return a signal as it stands in the store; the same one again changes nothing, a change is told by callback.

    `settings` name whom to tell; None: nobody.

    Raises:
        UsageError: if the store does not know the customer.
    """
    with store.writing() as connection:
        owner = number_of(connection, customer)
        before = _newest(connection, owner)
        if before is not None and before.signal == signal:
            return before
        changes, quiet = changed(signal, before)
        document = {"signal": msgspec.to_builtins(signal), "changes": changes, "quiet": msgspec.to_builtins(quiet)}
        row = {"customer_id": owner, "raised_at": now, "kind": _KIND, "document": document}
        number = connection.execute(insert(tables.signals).values(row)).inserted_primary_key[0]  # type: ignore[index]
        store.note(connection, f"signal {number} raised, {len(changes)} changes", customer_id=owner)
        if settings is not None and settings.callback and changes:
            payload = callback.event("risk.changed", {**document["signal"], "changes": changes}, now=now)
            outbox.put(connection, key=f"signal-{number}-callback", channel=Channel.CALLBACK, payload=payload, now=now, customer_id=owner)  # fmt: skip
    return RaisedSignal(signal=signal, changes=changes, quiet=quiet, raised_at=now, is_new=True)


def signals(store: Store, customer: str | None = None) -> tuple[RaisedSignal, ...]:
    """Return every signal of a customer, or of all, the newest first."""
    wanted = select(tables.signals).join(tables.customers).where(_TABLE.kind == _KIND).order_by(_TABLE.id.desc())
    if customer is not None:
        wanted = wanted.where(tables.customers.c.key == key_of(customer))
    with store.reading() as connection:
        return tuple(_raised(row) for row in connection.execute(wanted).mappings())


def changed(signal: RiskSignal, before: RaisedSignal | None) -> tuple[tuple[str, ...], tuple[OpenIssue, ...]]:
    """Return what changed since the signal before, in words, and the issues that were not found for the first time.

    Issues appear, grow from warning to critical, or end; the risk rises or falls; newer data begin to be missed; the overall
    score meets its cap or leaves it. A score that drifts is no change.
    """
    now = {one.id: one for one in signal.issues}
    if before is None:
        return tuple(f"appeared: {_named(one)}" for one in signal.issues), ()
    found = {one.id: one for one in before.signal.issues}
    known = found | {one.id: one for one in before.quiet}
    same_day = signal.as_of == before.signal.as_of
    ended = [] if same_day else [one for one in before.quiet if one.id not in now]
    quiet = tuple(one for id_, one in known.items() if id_ not in now and one not in ended)
    changes = [f"appeared: {_named(one)}" for id_, one in now.items() if id_ not in known]
    changes += [f"grew: {_named(one)}" for id_, one in now.items() if id_ in known and _graver(one, known[id_])]
    changes += [f"ended: {_named(one)}" for one in ended]
    return (*_level(signal, before.signal), *changes), quiet


def _level(signal: RiskSignal, before: RiskSignal) -> list[str]:
    said = [] if signal.level is before.level else [f"risk {before.level} → {signal.level}"]
    if signal.days_without and not before.days_without:
        said.append(f"no data for {count(signal.days_without, 'day')}")
    if (signal.overall.cap is None) != (before.overall.cap is None):
        said.append(f"overall health {_score(before.overall.after)} → {_score(signal.overall.after)}: {signal.overall.reason}")  # fmt: skip
    return said


def _graver(one: OpenIssue, before: OpenIssue) -> bool:
    return _GRAVER.index(one.severity) > _GRAVER.index(before.severity)


def _named(one: OpenIssue) -> str:
    return f"{one.integration}: {one.title} ({one.severity})"


def _score(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.0f}"


def _newest(connection: Connection, customer_id: int) -> RaisedSignal | None:
    mine = (_TABLE.customer_id == customer_id) & (_TABLE.kind == _KIND)
    wanted = select(tables.signals).where(mine).order_by(_TABLE.id.desc()).limit(1)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _raised(row)


def _raised(row: RowMapping) -> RaisedSignal:
    document: Mapping[str, Any] = row["document"]
    return msgspec.convert({**document, "raised_at": row["raised_at"]}, RaisedSignal)
