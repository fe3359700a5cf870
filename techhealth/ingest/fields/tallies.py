"""Names of columns that count, average or share out many calls, as one table: what each says of its row."""

from __future__ import annotations

import re
from enum import StrEnum, auto

import polars as pl

from techhealth.ingest.values.decimals import numbers
from techhealth.ingest.values.distinct import sample_of
from techhealth.ingest.values.scalars import scalar


class Tally(StrEnum):
    """What a column of a table of totals says."""

    CALLS = auto()
    FAILED = auto()
    FAILED_CLASS = auto()  # failures of one class or status: they add up
    CODE = auto()  # calls of one status that is no failure
    SUCCEEDED = auto()
    SHARE_FAILED = auto()
    SHARE_SUCCEEDED = auto()
    P95 = auto()
    AVERAGE = auto()
    OTHER = auto()  # a statistic of many calls that is of no use here


_NOUN = r"(?:https? )?(?:requests?|reqs?|calls?|api calls?|hits?|samples?|invocations?|trans(?:actions?)?|deliver(?:y|ies)|anfragen|aufrufe|requetes|appels|llamadas|chiamate)"
_WEAK_NOUN = r"(?:messages?|events?|attempts?|operations?|traffic|apis?|executions?|tasks?)"
_BEFORE = r"(?:(?:sum|total|num|nb|no|number of|no of|count of|metrics|stats|statistics|usage|aggregate|counters|summary|values|api|all) )*"
_AFTER = r"(?: (?:counts?|total|number|num|volume|sum|values))*"
_FAIL = r"(?:is )?(?:fail(?:s|ure|ures|ed)?|errors?|errs?|errored|ko|unsuccessful|fehler|errores|erreurs|errori)"
_OK = r"(?:ok|okay|succ(?:ess|esses|essful|essfully)?|succeeded|passed|delivered)"
_SHARE = r"(?:pct|percent|percentage|rate|ratio|share)"
#: Name in words → what it says; the first that matches wins, so shares stand before counts.
_NAMES: tuple[tuple[Tally, re.Pattern[str]], ...] = tuple(
    (tally, re.compile(pattern))
    for tally, pattern in (
        (Tally.SHARE_FAILED, rf"^{_BEFORE}(?:http req )?{_FAIL}(?: {_NOUN})? {_SHARE}(?: value| pct)?$|^{_SHARE} (?:of )?{_FAIL}$|^metrics http req failed(?: values)? (?:value|rate)$"),
        (Tally.SHARE_SUCCEEDED, rf"^{_BEFORE}{_OK}(?: {_NOUN})? {_SHARE}(?: pct)?$|^{_SHARE} {_OK}$|^success ratio$|^availability(?: {_SHARE})?$"),
        (Tally.FAILED_CLASS, r"(?:^|(?:codes?|rc|status|counters|http|result|responses?) )(?:req )?[45](?:xx|\d\d)(?: (?:count|total|errors?|responses?|sum))*$|^(?:client|server) errors?(?: count)?$|^non2xx$|^(?:num )?(?:timeouts?|throttles?|throttled requests)$"),
        (Tally.CODE, r"^[13]xx$|(?:codes?|rc|status|counters|http) (?:req )?(?:[123]\d\d|[123]xx)(?: (?:count|total|responses?))*$"),
        (Tally.SUCCEEDED, rf"^{_BEFORE}(?:call count |{_NOUN} )?{_OK}(?: {_NOUN})?{_AFTER}$|^(?:codes? |status codes? )?2xx(?: count| responses)?$"),
        (Tally.FAILED, rf"^{_BEFORE}(?:call count |{_NOUN} |traffic )?{_FAIL}(?: (?:{_NOUN}|responses?))?{_AFTER}$|^metrics http req failed(?: values)? passes$"),
        (Tally.P95, r"(?:^| )(?:p |p|pct|pctl|percentile |percentiles |q)?(?:0?95|95 0)(?:th|%)?(?: (?:line|percentile|pct|pctl|ms|s|response time|latency|total|value))*$|(?:^| )percentiles3 total$"),
        (Tally.OTHER, r"(?:^| )(?:p |p|pct|percentile |percentiles )?(?:99|98|90|75|66|99 9|99 99|999|100|80|25)(?:th)?(?: (?:line|percentile|pct|ms))*$|(?:^| )(?:min|max|minimum|maximum|std ?dev|stddev|variance|throughput|per sec|per second|per minute|rps|tps|bandwidth)(?: |$)|(?: s| sec| per s)$|(?:^| )(?:kb|bytes|size)(?: |$)"),
        (Tally.AVERAGE, r"(?:^| )(?:avg|average|mean|median|med|p ?50|50(?:th)?|moyenne|mittelwert|durchschnitt|promedio|media)(?: |$)"),
        (Tally.CALLS, rf"^{_BEFORE}(?:{_NOUN}{_AFTER}|{_WEAK_NOUN}(?: (?:counts?|total|sum))+)$|^(?:total )?(?:count|traffic|volume)(?: total)?$|^totals?$|^(?:occurr?ences|times seen)$|^anzahl(?: {_NOUN})?$|^nombre(?: de {_NOUN})?$|^cantidad$|^numero$|^n$|^metrics http reqs(?: values)? count$|^aggregate counters http requests$|^counters http requests$|(?:^| )requests total$"),
    )
)  # fmt: skip


def words_of(column: str) -> str:
    """Return the name of a column as plain lower-case words.

    Examples:
        >>> words_of("Request Count"), words_of("numberOfRequests.total"), words_of("Error %"), words_of("sum(is_error)")
        ('request count', 'number of requests total', 'error pct', 'sum is error')
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z]+$)", " ", column.replace("%", " pct "))
    apart = re.sub(r"(\dxx)(?=[a-z])", r"\1 ", spaced.lower())
    return " ".join(re.findall(r"[^\W_]+", apart))


def tally_of(column: str) -> Tally | None:
    """Return what the name of a column says of many calls, None if it names nothing of the kind.

    Examples:
        >>> tally_of("# Samples"), tally_of("Failures/s"), tally_of("p(95)"), tally_of("latency_ms")
        (<Tally.CALLS: 'calls'>, <Tally.OTHER: 'other'>, <Tally.P95: 'p95'>, None)
    """
    words = words_of(column)
    if re.fullmatch(r"\d+ pct", words):  # "95%", a percentile
        words = words.removesuffix(" pct")
    return next((tally for tally, pattern in _NAMES if pattern.search(words)), None)


#: Whole numbers with their thousands divided: "1.200" is no count of 1.2 calls.
_GROUPED = r"^\d{1,3}(?:[.,]\d{3})+$"
#: Numbers beyond this count no calls.
_MOST_CALLS = 1e12


def counts(texts: pl.Series) -> pl.Series | None:
    """Return a column of whole numbers from 0 on, None if most of its values are something else."""
    present = sample_of(texts)
    if present.is_empty():
        return None
    grouped = present.str.contains(_GROUPED).all()
    values = numbers(texts.str.replace_all("[.,]", "") if grouped else texts.str.strip_chars(" %")).values
    whole = (values.is_between(0, _MOST_CALLS) & (values == values.round())).fill_null(True)
    return values.round().cast(pl.Int64) if whole.all() and values.null_count() == texts.null_count() else None


def shares(texts: pl.Series, *, column: str) -> pl.Series | None:
    """Return a column of shares as 0 to 1, None if its values are none; percent by its sign, its name or its size."""
    values = numbers(texts.str.strip_chars(" %")).values
    most = scalar(values.max())
    if not values.count() or scalar(values.min()) < 0 or most > 100:
        return None
    percent = most > 1 or texts.str.contains("%", literal=True).any() or re.search("pct|percent|%", column.lower())
    return values / 100 if percent else values
