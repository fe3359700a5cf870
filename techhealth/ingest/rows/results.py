"""The outcome of a call: status, flags and error class, from one column or several."""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

from techhealth.figures import count
from techhealth.ingest.fields.evidence import AGREES, OF_FAILURES, SAYS_ERROR
from techhealth.ingest.fields.fits import is_numbered
from techhealth.ingest.fields.naming import Choice, Choices
from techhealth.ingest.fields.vocabulary import words_of
from techhealth.ingest.masking.redact import masked, masked_name
from techhealth.ingest.reading import Reading
from techhealth.ingest.series import constant, first_of, only, per_distinct
from techhealth.ingest.values import outcomes
from techhealth.ingest.values.statuses import grpc_status, statuses
from techhealth.ingest.values.words import REASONS, is_called_off, is_flag_word, is_open, names_reason
from techhealth.model import Confidence

#: Error class of a row whose status is one of these where others have a real one: no answer came.
_NO_ANSWER, _UNANSWERED = "connection_error", ["0", "000", "-1"]
#: Said where the only outcome is what a gate decided.
_DECIDED = "{column} tells what a firewall or gateway decided: calls it let pass count as successes, though the service behind may have failed them"
#: Last words of columns whose 0 and 1 may mean either.
_STATES = (("status",), ("state",), ("result",), ("outcome",))
#: Said where only the format could tell what the numbers of an outcome mean; and unknown words that are named.
_NUMBERED = "{column} numbers the outcomes ({values}) and nothing says which of them is success, so how the calls ended is not known. Export them in words"
_SHOWN = 5
#: A count of errors, or the code of one.
_SOME = r"^0*[1-9]\d*(?:\.0)?$"
#: Said of calls that were cancelled.
_CALLED_OFF = "{calls} without an error: how such a call would have ended is not known, so it counts as neither success nor failure"
#: What an error in a list of them says of itself.
_LISTED = re.compile(
    r"(?i)(^|\.)(errors|exceptions|problems)\.(message|code|type|title|detail|reason|extensions\.\w+)$"
)


def results(source: pl.DataFrame, chosen: Choices, reading: Reading) -> dict[str, pl.Series]:
    """Return status, flag and error class; a status column may hold outcome words on some rows (deliveries)."""
    height = source.height
    status, flags, texts = _status(source, chosen, reading)
    classes = [outcomes.error_classes(text) for text in texts]
    said = _error(source, chosen, reading)
    failed = _failed(status, first_of([*classes, said]))
    for name in ("success", "failure"):
        if name in chosen and chosen[name].column != chosen.get("status", _NO_CHOICE).column:
            reading.chose(name, chosen[name])
            if words_of(chosen[name].column)[-1:] == ("action",) and "status" not in chosen:
                reading.doubt(_DECIDED.format(column=chosen[name].column))
            column = source[chosen[name].column]
            column = column.str.replace(_SOME, "1") if name == "failure" else column
            named = only(column, per_distinct(column, names_reason, pl.Boolean()))  # "timeout", "refused"
            classes.append(outcomes.error_classes(named))
            flag = (
                _learnt(column, failed, reading)
                if chosen[name].how == AGREES
                else _flag(column, name, chosen[name].column, failed, reading)
            )
            marked = only(flag, ~flag) if name == "failure" and "success" in chosen else flag
            flags.insert(0, marked)
    listed = _listed(source, reading)
    if listed is not None:
        flags.insert(0, listed)
    silent = _unanswered(source, chosen, reading)
    if silent.any():
        unsaid = silent & said.is_null()
        classes.append(only(constant(_NO_ANSWER, height), unsaid))
        flags.append(only(~silent, silent))
    flag = first_of([*flags, constant(None, height, pl.Boolean())])
    if not {"status", "success", "failure", "grpc"} & set(chosen) and 0 < said.null_count() < height:
        flag = _unsaid(flag, source, chosen, said, reading)
    open_ = rows_that_say(is_open, source, chosen)
    if open_.any():
        said = only(said, ~open_ | said.is_in(sorted(REASONS)).fill_null(False))
    if "error" in chosen and not SAYS_ERROR.search(chosen["error"].column) and chosen["error"].how != OF_FAILURES:
        said = _of_failures(said, status, flag)
    found = first_of([*classes, said])
    off = rows_that_say(is_called_off, source, chosen) & flag.is_null() & found.is_null()
    if off.any():
        reading.assumptions.append(_CALLED_OFF.format(calls=count(int(off.sum()), "cancelled call")))
    return {"status": status, "flag": flag, "error_class": found}


def _error(source: pl.DataFrame, chosen: Choices, reading: Reading) -> pl.Series:
    """Return the class of each row's error text, else of the reason why its delivery failed."""
    said = constant(None, source.height, pl.String())
    if "error" in chosen and chosen["error"].column != chosen.get("failure", _NO_CHOICE).column:
        reading.chose("error", chosen["error"])
        said = outcomes.error_classes(source[chosen["error"].column])
    if "reason" not in chosen:
        return said
    reason = outcomes.error_classes(source[chosen["reason"].column])
    is_failure = bool(SAYS_ERROR.search(chosen["reason"].column))
    return first_of([said, reason if is_failure else only(reason, reason.is_in(sorted(REASONS)))])


def _unsaid(flag: pl.Series, source: pl.DataFrame, chosen: Choices, said: pl.Series, reading: Reading) -> pl.Series:
    """Return outcomes where a call without an error succeeded, because nothing but a column of errors tells how calls ended."""
    if "error" not in chosen or not SAYS_ERROR.search(chosen["error"].column):
        return flag
    asked = [chosen[name].column for name in ("endpoint", "method", "latency") if name in chosen]
    called = (
        source.select(pl.any_horizontal(pl.col(column).is_not_null() for column in asked)).to_series()
        if asked
        else said.is_not_null()
    )
    reading.assumptions.append(
        f"calls without {chosen['error'].column} are taken for successes; no other column tells how they ended"
    )
    return first_of([flag, only(constant(True, len(said)), called & said.is_null())])


def _listed(source: pl.DataFrame, reading: Reading) -> pl.Series | None:
    """Return a failure for each row whose answer lists errors, None where no list of errors is in the file."""
    columns = [name for name in source.columns if _LISTED.search(name)]
    if not columns:
        return None
    reading.assumptions.append(
        "an answer that lists errors counts as failed, whatever its status is (GraphQL answers 200)"
    )
    wrong = pl.any_horizontal(pl.col(columns).is_not_null())
    return source.select(pl.when(wrong).then(pl.lit(False)).alias("flag"))["flag"]


def rows_that_say(test: Callable[[str], bool], source: pl.DataFrame, chosen: Choices) -> pl.Series:
    """Return which rows say something in the columns of their outcome, for example that nothing is decided yet."""
    columns = [source[chosen[name].column] for name in ("status", "success") if name in chosen]
    said = [per_distinct(column, test, pl.Boolean()).fill_null(False) for column in columns]
    return said[0] if len(said) == 1 else said[0] | said[1] if said else constant(False, source.height)


def _of_failures(said: pl.Series, status: pl.Series, flag: pl.Series) -> pl.Series:
    """Return the classes of messages for rows that failed: a message may be about anything, unless no answer came."""
    rows = pl.DataFrame({"said": said, "status": status, "flag": flag})
    failed = (pl.col("status") >= 400).fill_null(False) | pl.col("flag").eq(False).fill_null(False)
    return rows.select(pl.when(failed | pl.col("said").is_in(sorted(REASONS))).then("said").alias("said"))["said"]


def _flag(texts: pl.Series, name: str, column: str, failed: pl.Series, reading: Reading) -> pl.Series:
    """Return the outcomes a flag column names; which of 0 and 1 is success, its rows tell."""
    if reading.dialect.words:
        return outcomes.flags(texts, words=reading.dialect.words)
    if name == "success" and is_numbered(texts.drop_nulls()):
        reading.open_outcomes = True
        numbered = ", ".join(texts.drop_nulls().unique().sort())
        reading.doubt(_NUMBERED.format(column=masked_name(column), values=numbered))
        return constant(None, len(texts), pl.Boolean())
    if name == "success":
        _say_not_understood(only(texts, failed.is_null()), column, reading)
    meant = outcomes.polarity(texts, failed=failed, column=column) if name == "success" else None
    if meant is None:
        return outcomes.flags(texts, inverted=name == "failure")
    words, said = meant
    if said:
        reading.assumptions.append(said)
    elif failed.null_count() == len(failed) and texts.n_unique() > 1 and words_of(column)[-1:] in _STATES:
        reading.doubt(
            f"1 in {masked_name(column)} is taken for success and 0 for failure; nothing else in the file says so"
        )
    return outcomes.flags(texts, words=words)


def _learnt(texts: pl.Series, failed: pl.Series, reading: Reading) -> pl.Series:
    """Return the outcomes of words that only the rows with an error tell the meaning of."""
    bad = texts.filter(failed.fill_null(False)).drop_nulls().unique().sort()
    said = ", ".join(f'"{masked(word)[:30]}"' for word in bad)
    reading.doubt(
        f"{said} in {masked_name(texts.name)} is taken for failure: the rows with an error have it, and no others"
    )
    return only(~texts.is_in(bad.to_list()), texts.is_not_null())


def _say_not_understood(texts: pl.Series, column: str, reading: Reading) -> None:
    """Name the words of an outcome column that are not known: how their rows ended must not pass for success."""
    unknown = outcomes.not_understood(texts).drop_nulls()
    if unknown.is_empty():
        return
    reading.open_outcomes = True
    ranked = unknown.value_counts(sort=True).rows()
    shown = ", ".join(f'"{masked(word)[:30]}" ({n:,})' for word, n in ranked[:_SHOWN]) + (
        " …" if len(ranked) > _SHOWN else ""
    )
    reading.doubt(
        f"{masked_name(column)} also says {shown}: not understood, so how {count(len(unknown), 'row')} ended is not known"
    )


def _failed(status: pl.Series, error: pl.Series) -> pl.Series:
    """Return whether status, or error text in a file that has some, say that a row failed; null where neither does."""
    rows = pl.DataFrame({"status": status, "error": error})
    by_error = pl.col("error").is_not_null() if error.null_count() < len(error) else pl.lit(None, dtype=pl.Boolean)
    return rows.select(pl.coalesce(pl.col("status") >= 400, by_error).alias("failed"))["failed"]


def _status(
    source: pl.DataFrame, chosen: Choices, reading: Reading
) -> tuple[pl.Series, list[pl.Series], list[pl.Series]]:
    """Return statuses, and what the column says in words elsewhere: outcomes, and error texts."""
    status = constant(None, source.height, pl.Int64())
    flags: list[pl.Series] = []
    texts: list[pl.Series] = []
    if "status" in chosen:
        reading.chose("status", chosen["status"])
        column = source[chosen["status"].column]
        status = statuses(column)
        in_words = only(column, status.is_null() & column.str.contains("[A-Za-z]{2}").fill_null(False))
        if in_words.null_count() < len(in_words):
            other = only(in_words, ~per_distinct(in_words, is_flag_word, pl.Boolean()).fill_null(True))
            flags.append(outcomes.flags(in_words))
            texts += [other, only(in_words, per_distinct(in_words, names_reason, pl.Boolean()))]
    if "grpc" in chosen:
        reading.chose("grpc", chosen["grpc"], how="gRPC codes are taken for their HTTP statuses (UNAVAILABLE for 503)")
        codes = per_distinct(source[chosen["grpc"].column], grpc_status, pl.Int64())
        status = first_of([codes, status])
    return status, flags, texts


def _unanswered(source: pl.DataFrame, chosen: Choices, reading: Reading) -> pl.Series:
    """Return which rows have the status 0 in a column where others have a good one: no answer came."""
    nowhere = constant(False, source.height)
    if "status" not in chosen:
        return nowhere
    column = source[chosen["status"].column]
    zero = column.is_in(_UNANSWERED[1:] if reading.dialect.zero_open else _UNANSWERED).fill_null(False)
    if not zero.any() or not column.str.contains(r"^[23]\d\d(\D|$)").any():
        return nowhere
    reading.assumptions.append(
        f"{count(int(zero.sum()), 'row')} with {chosen['status'].column} 0 had no answer; they count as failed"
    )
    return zero


_NO_CHOICE = Choice("", how="", confidence=Confidence.LOW)
