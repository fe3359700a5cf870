"""Small planted logs: every row is written down, nothing else is in them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from techhealth.assess.causes import Evidence, Found, find_causes
from techhealth.assess.counted import Counted
from techhealth.model import CauseKind, Days, Kind
from techhealth.policy import Policy
from techhealth.usage.events import EVENT_SCHEMA
from techhealth.usage.rollup import roll_up

FIRST = datetime(2026, 1, 1, tzinfo=UTC)  # a Thursday


def span(days: int = 29) -> Days:
    """Return the period of a planted log."""
    return Days(first=FIRST.date(), last=FIRST.date() + timedelta(days=days - 1), days=days)


def on(index: int) -> date:
    """Return the day `index` days after the first."""
    return FIRST.date() + timedelta(days=index)


def event_frame(rows: Iterable[dict[str, object]]) -> pl.DataFrame:
    """Return events from rows that name only what matters."""
    plain = {"integration": "api", "kind": "api", "endpoint": "/orders", "method": "GET", "ok": True}
    usual = {**plain, "attempts": 1, "first_ok": True, "is_retry": False}
    return pl.DataFrame(
        [{**usual, **({"status": 200} if row.get("ok", True) else {}), **row} for row in rows],
        schema=EVENT_SCHEMA,
        orient="row",
    ).sort("at", maintain_order=True)


def traffic(*, days: int = 29, daily: int = 240, seed: int = 0, **same: object) -> list[dict[str, object]]:
    """Return successful calls, `daily` a day at even distances, shifted a little by the seed."""
    shift = np.random.default_rng(seed).integers(0, 60)
    step = 86_400 / daily
    return [
        {"at": FIRST + timedelta(days=day, seconds=float(index * step + shift) % 86_400), "ok": True, **same}
        for day in range(days)
        for index in range(daily)
    ]


def fail(row: dict[str, object], code: str) -> None:
    """Turn one row into a failure with a status or error class (of a delivery: a reason)."""
    row["ok"] = False
    row["status"] = int(code) if code.isdecimal() else None
    row["error"] = code
    row["first_ok"] = False
    if row.get("kind") == "webhook":
        row["reason"] = code


def noise(rows: list[dict[str, object]], *, rate: float, seed: int, codes: tuple[str, ...] = ("500", "503")) -> None:
    """Let each row fail with the same chance."""
    random = np.random.default_rng(seed)
    for row, hit, code in zip(rows, random.random(len(rows)) < rate, random.choice(codes, len(rows)), strict=True):
        if hit:
            fail(row, str(code))


def causes_of(
    rows: list[dict[str, object]], *, days: int = 29, onset: date | None = None, **same: object
) -> list[Found]:
    """Return the causes found in planted rows of one integration."""
    return list(
        find_causes(
            Evidence.of(
                roll_up(event_frame(rows), timezone=str(same.get("timezone", "UTC"))),
                integration="api",
                counted=Counted.of(Kind(str(same.get("kind", "api")))),
                days=span(days),
            ),
            period=span(days),
            window=Days(first=on(days - 7), last=on(days - 1), days=7),
            onset=onset,
            target=0.01,
            policy=Policy(),
        )
    )


def of_kind(found: list[Found], kind: CauseKind) -> list[Found]:
    """Return the causes of one kind."""
    return [one for one in found if one.cause.kind is kind]
