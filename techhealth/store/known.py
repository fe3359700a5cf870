"""What is known of a customer by the days of one upload: its usage, and the days before as sums.

How far back is fixed, so that years of daily uploads cost no more than a few months: the whole calendar month before the
last day, to be compared with, and what its own trend looks back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec
import polars as pl
from sqlalchemy import ColumnElement, delete, insert, select

from techhealth.model import Assessment, Kind, Other, Receipt
from techhealth.policy import Policy
from techhealth.portfolio import summary_of
from techhealth.store import tables
from techhealth.store.customers import whose
from techhealth.store.database import Store
from techhealth.store.uploads import Upload, events_of, others_of, undated_of
from techhealth.usage.events import Usage
from techhealth.usage.local import day_of, midnight
from techhealth.usage.rollup import Rollup, roll_up

_ONE_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
#: A day of another upload → the instant it is the day of.
_OTHER = {"first": "first", "last": "last", "stored_on": "added_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Which days of a customer are looked at, in a time zone: those of one upload from `first` to `last`, and before them from `back` on."""

    back: date
    first: date
    last: date
    timezone: str


def looked_at(upload: Upload, policy: Policy) -> Looked:
    """Return the days that a policy looks at; of a running upload, which begins anew each month, the last four weeks are its own."""
    first, last = (day_of(instant, policy.timezone) for instant in (upload.first, upload.last))
    trend = policy.windows.trend_days
    if upload.is_running:
        first = last - (trend - 1) * _ONE_DAY
    month_before = (last.replace(day=1) - _ONE_DAY).replace(day=1)
    return Looked(back=min(first, month_before) - trend * _ONE_DAY, first=first, last=last, timezone=policy.timezone)


def known(store: Store, upload: Upload, days: Looked) -> tuple[Usage, Rollup]:
    """Return the usage on the days of an upload, from whichever uploads it came, and the sums of the days before.

    The receipt is the upload's, its counts are those of the days; it names the other uploads that count.
    """
    zone = ZoneInfo(days.timezone)
    back, begin, end = (
        midnight(days.back, zone),
        midnight(days.first, zone),
        midnight(days.last + _ONE_DAY, zone) - _INSTANT,
    )
    events = events_of(store, upload.customer, first=back, last=end)
    period, before = (events.filter(part) for part in (pl.col("at") >= begin, pl.col("at") < begin))
    receipt = upload.receipt if period.height == upload.events else _counted(upload.receipt, period)
    others = (
        Other(**{name: day_of(row[of], days.timezone) for name, of in _OTHER.items()})
        for row in others_of(store, upload, first=back, last=end)
    )
    receipt = replace(receipt, others=tuple(others))
    usage = Usage(events=period, receipt=receipt, undated=undated_of(store, upload.id))
    return usage, roll_up(before, timezone=days.timezone)


def save_assessment(store: Store, upload: Upload, assessment: Assessment) -> None:
    """Keep what was found about an upload, in the place of what the same policy found for the same day before."""
    table, made = tables.assessments.c, assessment.generated_for
    same = (table.upload_id == upload.id) & (table.as_of == made.as_of) & (table.policy_sha256 == made.policy_sha256)
    customer = select(tables.uploads.c.customer_id).where(tables.uploads.c.id == upload.id)
    with store.writing() as connection:
        owner = connection.execute(customer).scalar()
        if owner is None:  # the upload was replaced meanwhile
            return
        connection.execute(delete(tables.assessments).where(same))
        row = {
            "customer_id": owner, "upload_id": upload.id, "as_of": made.as_of, "policy_sha256": made.policy_sha256,
            "score": assessment.score.value, "summary": msgspec.json.encode(summary_of(assessment)),
            "document": msgspec.json.encode(assessment),
        }  # fmt: skip
        connection.execute(insert(tables.assessments).values(row))


def assessment_of(store: Store, upload: str) -> Assessment | None:
    """Return what was last found about an upload, None if it was never assessed."""
    return _latest(store, tables.assessments.c.upload_id == upload)


def newest_assessment(store: Store, customer: str) -> Assessment | None:
    """Return what was found about the latest day of a customer, None if nothing of it was assessed."""
    return _latest(store, whose(customer))


def _latest(store: Store, which: ColumnElement[bool]) -> Assessment | None:
    """Return the assessment of the latest day, of two the one found last."""
    table = tables.assessments.c
    wanted = select(table.document).join(tables.customers).where(which)
    document = store.value(wanted.order_by(table.as_of.desc(), table.id.desc()).limit(1))
    return None if document is None else msgspec.json.decode(document, type=Assessment)


def _counted(receipt: Receipt, events: pl.DataFrame) -> Receipt:
    """Return a receipt with the counts of events."""
    weight = pl.col("calls").fill_null(1) if "calls" in events.columns else pl.lit(1)
    kinds = dict(events.select("kind", calls=weight).group_by("kind").agg(pl.col("calls").sum()).rows())
    first, last = events.select(first=pl.col("at").min(), last=pl.col("at").max()).row(0)
    names = sorted({*receipt.integration_names, *events["integration"].unique()})
    return replace(
        receipt, events=sum(kinds.values()), api_calls=kinds.get(Kind.API, 0), first=first, last=last,
        integrations=len(names), integration_names=tuple(names), webhook_deliveries=kinds.get(Kind.WEBHOOK, 0), auth_events=kinds.get(Kind.AUTH, 0),
    )  # fmt: skip
