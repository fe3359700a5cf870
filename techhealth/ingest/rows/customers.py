"""Which column names the customer (a name before an opaque id, never one that tells users apart), and whom to keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from techhealth.errors import UsageError
from techhealth.ingest.fields.fields import BY_NAME
from techhealth.ingest.fields.naming import KNOWN, Choice, Choices, Samples, by_name
from techhealth.ingest.reading import Reading
from techhealth.ingest.records import folded
from techhealth.model import Confidence

#: More different values than this are users rather than customers.
_MOST = 20
#: A column of one of these names is believed to have more, as long as each has a hundred rows on average.
_SURE = ("customer", "tenant", "kunde", "cliente", "klant", "mandant", "clientname")
_ROWS_EACH = 100
_SAMPLE = 200
#: Ids that mean nothing to a reader: acct_1A2b, 00D5g000004WqTa, UUIDs, hashes, numbers.
_OPAQUE = (
    r"^(?:[a-z]{2,6}_\w*\d\w*|00D\w{1,15}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    r"|[0-9a-fA-F]{12,}|\d+)$"
)


def with_customer(frame: pl.DataFrame, chosen: Choices, wanted: str | None, reading: Reading) -> Choices:
    """Return the choices with the column that names the customer best, or without one; what was decided is noted.

    Args:
        frame: all columns.
        chosen: the choices so far; what the caller or the format named stays.
        wanted: the customer asked for; a column that holds this name is believed.
        reading: is told about a column that was passed over, and about a customer known by an id alone.
    """
    first = chosen.get("customer")
    if first is None or (first.confidence == Confidence.HIGH and first.how != KNOWN):
        return chosen
    taken = {choice.column for name, choice in chosen.items() if name != "customer"}
    options = list(by_name(Samples(frame), BY_NAME["customer"], taken))
    few = [choice for choice in options if _holds(frame, choice, wanted) or not _too_many(frame, choice, reading)]
    named = [choice for choice in few if not _opaque(frame[choice.column])]
    rest = {name: choice for name, choice in chosen.items() if name != "customer"}
    if named:
        return {**rest, "customer": named[0]}
    if not few:
        return rest
    column = few[0].column
    reading.assumptions.append(f"{column} holds ids; they are taken for customers (--map customer=- if they are not)")
    return {**rest, "customer": replace(few[0], confidence=Confidence.LOW, how="its name; nothing better names one")}


def _too_many(frame: pl.DataFrame, choice: Choice, reading: Reading) -> bool:
    values = frame[choice.column].drop_nulls()
    count = values.n_unique()
    sure = folded(choice.column.rsplit(".", 1)[-1]).startswith(_SURE)
    if count <= _MOST or (sure and len(values) >= count * _ROWS_EACH):
        return False
    reading.assumptions.append(
        f"{choice.column} has {count:,} different values, which are taken for users, not for customers "
        f"(--map customer={choice.column} if they are customers)"
    )
    return True


def _holds(frame: pl.DataFrame, choice: Choice, wanted: str | None) -> bool:
    return wanted is not None and (frame[choice.column].str.to_lowercase() == wanted.strip().lower()).any()


def _opaque(values: pl.Series) -> bool:
    return bool(values.drop_nulls().unique().head(_SAMPLE).str.contains(_OPAQUE).all())


def customer_to_keep(found: Iterable[pl.Series], customer: str | None) -> str | None:
    """Return the customer's name as the files' customer columns `found` spell it, None if there is nothing to filter by.

    Raises:
        UsageError: if the files name customers and this is none of them.
    """
    if customer is None:
        return None
    counts: dict[str, int] = {}
    for names in found:
        for name, count in names.drop_nulls().value_counts().iter_rows():
            counts[name] = counts.get(name, 0) + count
    if not counts:
        return None
    same = [name for name in counts if name.casefold() == customer.strip().casefold()]
    if not same:
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        shown = ", ".join(f"{name} ({count:,} rows)" for name, count in ranked[:10]) + (
            " …" if len(ranked) > 10 else ""
        )
        raise UsageError(f"There is no customer {customer!r} in the files. They name {shown}.")
    return max(same, key=lambda name: counts[name])
