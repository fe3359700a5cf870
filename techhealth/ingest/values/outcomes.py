"""Status, flags and error text → outcome, error class and webhook reason."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from techhealth.ingest.series import per_distinct, share_of
from techhealth.ingest.values.statuses import named_grpc
from techhealth.ingest.values.words import (
    REASONS,
    UNSAID,
    error_class,
    flag_of,
    is_called_off,
    is_flag_word,
    names_reason,
)

#: Digits that tell texts of one class apart; those of an Entra code (AADSTS7000222) name the class.
_DIGITS = r"(^|[^Ss\d])\d+"
#: Share of the rows that are fine by status and error which have a 0, where 0 means success.
_AGREE = 0.95


def flags(texts: pl.Series, *, inverted: bool = False, words: Mapping[str, bool | None] | None = None) -> pl.Series:
    """Return outcomes of a flag column; `inverted` for columns that name the failure, `words` for enumerations."""
    made = per_distinct(texts, lambda text: words.get(text) if words else _outcome_of(text), pl.Boolean())
    return (~made if inverted else made).alias("flag")


def _outcome_of(text: str) -> bool | None:
    known = flag_of(text)
    return known if known is not None or is_flag_word(text) else named_grpc(text)


def not_understood(texts: pl.Series) -> pl.Series:
    """Return the words of an outcome column that are not known, where one is, each row its own; null elsewhere."""
    words = per_distinct(texts, lambda text: None if _is_understood(text) else text, pl.String())
    return words if words.null_count() > texts.null_count() else words.clear(len(words))


def _is_understood(text: str) -> bool:
    return _outcome_of(text) is not None or is_flag_word(text) or names_reason(text) or is_called_off(text)


def polarity(texts: pl.Series, *, failed: pl.Series, column: str) -> tuple[dict[str, bool], str] | None:
    """Return what the 0 and 1 of a column mean, and how that is known; None where it holds other values.

    Args:
        texts: a column that names the outcome.
        failed: whether status or error text say that the row failed; null where neither does.
        column: its name; return codes and counts of errors are 0 when all is well.
    """
    if not set(texts.drop_nulls().unique().to_list()) <= {"0", "1", "0.0", "1.0"} or texts.null_count() == len(texts):
        return None
    zero_is_good = {"0": True, "0.0": True, "1": False, "1.0": False}
    one_is_good = {text: not good for text, good in zero_is_good.items()}
    if re.search(r"(?i)err|fail|fehl|fout|exit|return|ret_?val|rc$|code$", column):
        return zero_is_good, ""
    rows = pl.DataFrame({"zero": texts.str.starts_with("0"), "failed": failed}).drop_nulls()
    fine = rows.filter(~pl.col("failed"))["zero"]
    if len(fine) and share_of(fine) >= _AGREE:
        return zero_is_good, f"0 in {column} means success: rows without a failing status or error have it"
    return one_is_good, ""


def error_classes(texts: pl.Series) -> pl.Series:
    """Return the class of each error text; digits are made equal first so that few texts are looked at."""
    distinct = texts.drop_nulls().unique()
    short = distinct.str.slice(0, 300).str.replace_all(_DIGITS, "${1}0")
    classes = per_distinct(short, error_class, pl.String())
    return texts.replace_strict(distinct, classes, default=None, return_dtype=pl.String).alias("error_class")


def outcome() -> pl.Expr:
    """Return whether a row succeeded, from `kind`, `status`, `flag` and `error_class`; null if nothing tells.

    A status of 400 or more and an explicit failure beat everything; a webhook needs 2xx or an explicit success.
    """
    status, flag = pl.col("status"), pl.col("flag")
    good = pl.when(pl.col("kind") == "webhook").then(status.is_between(200, 299)).otherwise(status.is_between(100, 399))
    return (
        pl.when((status >= 400) | flag.eq(False)).then(False)
        .when(status.is_not_null()).then(good)
        .when(flag.is_not_null()).then(flag)
        .when(pl.col("error_class").is_not_null()).then(False)
    ).alias("ok")  # fmt: skip


def error() -> pl.Expr:
    """Return what a failure is called: its HTTP status as text if 400 or more, else its class; null unless failed."""
    status = pl.col("status")
    named = pl.when(status >= 400).then(status.cast(pl.String)).otherwise(pl.col("error_class"))
    redirect = pl.when(status.is_between(300, 399)).then(pl.lit("redirect_error"))
    return pl.when(pl.col("ok").eq(False)).then(pl.coalesce(named, redirect, pl.lit(UNSAID))).alias("error")


def reason() -> pl.Expr:
    """Return the failure category of a webhook: its network class, else the class of its status; null unless failed."""
    status, known = pl.col("status"), pl.col("error_class").is_in(sorted(REASONS))
    by_status = (
        pl.when(status == 429).then(pl.lit("http_429"))
        .when(status >= 500).then(pl.lit("http_5xx"))
        .when(status >= 400).then(pl.lit("http_4xx"))
        .when(status.is_between(300, 399)).then(pl.lit("http_3xx"))
    )  # fmt: skip
    named = pl.coalesce(pl.when(known).then("error_class"), by_status, pl.lit(UNSAID))
    failed = (pl.col("kind") == "webhook") & pl.col("ok").eq(False)
    return pl.when(failed).then(named).alias("reason")
