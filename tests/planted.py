"""Small logs with a planted truth, as event frames: what a test hides, it asks for back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from techhealth.assess.facts import Facts, all_days, facts_of
from techhealth.assess.ramp import Series
from techhealth.model import Days
from techhealth.usage.events import EVENT_SCHEMA
from techhealth.usage.rollup import Rollup, roll_up

T0 = date(2026, 1, 5)  # a Monday


def events(
    failures: Sequence[int],
    *,
    calls: int | Sequence[int] = 200,
    integration: str = "Orders",
    kind: str = "api",
    code: int = 500,
    first: date = T0,
    latency_ms: float | None = 100.0,
) -> pl.DataFrame:
    """Return a log with `failures[d]` failed calls on day d, evenly spread over the day."""
    per_day = [calls] * len(failures) if isinstance(calls, int) else list(calls)
    rows = []
    for offset, (failed, total) in enumerate(zip(failures, per_day, strict=True)):
        start = datetime.combine(first + timedelta(days=offset), datetime.min.time(), tzinfo=UTC)
        bad = {int(i * total / failed) for i in range(failed)} if failed else set()
        for call in range(total):
            ok = call not in bad
            rows.append(
                {
                    "at": start + timedelta(seconds=int(call * 86_400 / total)),
                    "integration": integration,
                    "kind": kind,
                    "method": "GET",
                    "endpoint": "/v1/orders/{id}",
                    "status": (200 if ok else code) if kind == "api" else None,
                    "ok": ok,
                    "latency_ms": latency_ms if kind == "api" else None,
                    "error": None if ok else str(code) if kind == "api" else "timeout",
                    "reason": None if ok or kind == "api" else "timeout",
                    "attempts": 1,
                    "first_ok": ok,
                    "is_retry": False,
                }
            )
    return pl.DataFrame(rows, schema=EVENT_SCHEMA)


def rolled(*frames: pl.DataFrame, timezone: str = "UTC") -> Rollup:
    """Return the rollup of some event frames."""
    return roll_up(pl.concat(frames).sort("at"), timezone=timezone)


def only_facts(rollup: Rollup) -> Facts:
    """Return the facts of the only integration of a rollup."""
    days = all_days(rollup)
    assert days is not None
    (facts,) = facts_of(rollup, days=days)
    return facts


def with_main(facts: Facts, **changed: object) -> Facts:
    """Return facts with the calls, known or failures of their main stream replaced."""
    main = replace(facts.streams[facts.kind], **changed)  # type: ignore[arg-type]
    return replace(facts, streams={**facts.streams, facts.kind: main})


def series(failures: Sequence[int], *, calls: int | Sequence[int] = 200) -> Series:
    """Return a daily series of failures and calls."""
    n = [calls] * len(failures) if isinstance(calls, int) else list(calls)
    days = Days(first=T0, last=T0 + timedelta(days=len(n) - 1), days=len(n))
    return Series(days=days, k=np.array(failures, dtype=np.int64), n=np.array(n, dtype=np.int64))
