"""What the values of a column must look like to be a field; each test sees a sample of the column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import polars as pl

from techhealth.ingest.fields.signins import KIND, are_signins
from techhealth.ingest.records import word_set
from techhealth.ingest.series import share_of
from techhealth.ingest.values.latency import durations
from techhealth.ingest.values.statuses import in_phrases, named_grpc
from techhealth.ingest.values.times import share_of_instants
from techhealth.ingest.values.words import (
    flag_of,
    is_flag_word,
    is_outcome_word,
    is_yes_or_no,
    status_of,
    tells_outcome,
)

Fits = Callable[[pl.Series], bool]
VERBS = word_set(
    "GET POST PUT PATCH DELETE HEAD OPTIONS CONNECT TRACE PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT MKCALENDAR SEARCH PURGE QUERY"
)  # fmt: skip
_USUAL_STATUSES = word_set(
    "200 201 202 204 206 301 302 303 304 307 308 400 401 402 403 404 405 406 408 409 410 412 413 415 422 423 429 499 500 501 502 503 504"
)  # fmt: skip
#: What a firewall or gateway decides of a request.
_DECISION = r"(?:^|[^a-z])(?:allow|permit|pass|accept|bypass|cached|block|den(?:y|ied)|drop|reject|refuse|challenge|captcha|count|bad)(?:ed|d|s)?(?:[^a-z]|$)"
#: No service answers with more different statuses than this.
_MOST_STATUSES = 40
#: Nor are its outcomes numbered further than this.
_MOST_STATES = 8
_IP = re.compile(r"^(\d{1,3}\.){3}\d{1,3}(:\d+)?$|^[0-9a-fA-F]*:[0-9a-fA-F:]+$")
#: Kind of record → words for it; the first that matches wins.
_KIND = (
    ("webhook", re.compile(r"(web)?_?hooks?([ _-].*)?|.*deliver(y|ies).*|callbacks?|notifications?|(.*[ _])?attempts")),
    ("auth", KIND),
    (
        "api",
        re.compile(
            r"(api|rest|http|https|graphql|rpc|calls?|requests?|access)([ _-]?(calls?|requests?|events?|logs?))?"
        ),
    ),
)


def kind_of(text: str) -> str | None:
    """Return api, webhook or auth for a word that names a kind of record, None for other words."""
    word = text.strip().lower()
    return next((kind for kind, pattern in _KIND if pattern.fullmatch(word)), None)


def _share(sample: pl.Series, test: Callable[[str], object]) -> float:
    counts = Counter(sample.drop_nulls().to_list())
    return sum(n for text, n in counts.items() if test(text)) / counts.total() if counts else 0.0


def is_time(sample: pl.Series) -> bool:
    """Return whether most values are instants."""
    return share_of_instants(sample) >= 0.5


def is_status(sample: pl.Series) -> bool:
    """Return whether most values name an HTTP status, or say that there was none (0, an error text).

    Hundreds of different numbers are something else (latencies, say), even if all lie between 100 and 599.
    """
    texts = sample.unique().to_list()
    if in_phrases(texts):
        return True
    if len({status_of(text) for text in texts}) > _MOST_STATUSES:
        return False
    named = _share(sample, status_of)
    return (
        named >= 0.5
        or (named > 0 and named + _share(sample, lambda t: t.strip("0.") == "") >= 0.8)
        or _share(sample, lambda t: t in ("0", "000", "-1")) == 1
    )


def is_status_column(sample: pl.Series) -> bool:
    """Return whether the values alone give a column away as HTTP statuses: few different ones, nearly all usual.

    "200 OK" is one; a few rows without an answer (0, 000, an error text) are no objection. A single value is the
    status only if it is 200: other constants are settings.
    """
    texts = sample.unique().to_list()
    if len(texts) > 20 or not {status_of(text) for text in texts} & {200, 201, 202, 204}:
        return False
    said = sample.filter(~sample.str.contains(r"^0+(\.0)?$"))
    usual = _share(said, lambda t: str(status_of(t)) in _USUAL_STATUSES)
    wordy = _share(said, lambda t: not re.match(r"^[1-9]\d*$", t) or status_of(t))
    return usual == 1 or (usual >= 0.8 and wordy == 1)


def is_outcome(sample: pl.Series) -> bool:
    """Return whether the values alone give a column away as outcomes: words for success or failure and nothing else."""
    texts = sample.unique().to_list()
    return 1 < len(texts) <= 8 and all(is_outcome_word(text) for text in texts)


def is_date(sample: pl.Series) -> bool:
    """Return whether the values alone give a column away as instants: nearly all can be read."""
    return share_of_instants(sample, named=False) >= 0.9


def is_flag(sample: pl.Series) -> bool:
    """Return whether most values say how a call ended, one of them at least in words for success or failure."""
    texts = sample.unique().to_list()
    said = len(texts) <= 30 and any(flag_of(text) is not None or is_flag_word(text) for text in texts)
    return said and _share(sample, lambda t: tells_outcome(t) or named_grpc(t) is not None) >= 0.6


def is_numbered(sample: pl.Series) -> bool:
    """Return whether values number a few states, more than yes and no."""
    states = sample.unique()
    few = 1 < len(states) <= _MOST_STATES and bool(states.str.contains(r"^\d{1,2}$").all())
    return few and not states.is_in(["0", "1"]).all()


def is_state(sample: pl.Series) -> bool:
    """Return whether values can say how a call ended, in words or as the number of a state (its name must say so)."""
    return is_flag(sample) or is_numbered(sample)


def is_decision(sample: pl.Series) -> bool:
    """Return whether all values say what a gate decided: passed or blocked, whatever words stand around that."""
    return bool(sample.str.to_lowercase().str.contains(_DECISION).all())


def is_status_class(sample: pl.Series) -> bool:
    """Return whether all values are classes of HTTP statuses ("HTTP 5xx")."""
    return not sample.is_empty() and bool(sample.str.contains(r"(?i)^(?:http[ _/-]?)?[1-5]xx$").all())


def is_yes_no(sample: pl.Series) -> bool:
    """Return whether most values are plain yes or no, not words for an outcome."""
    return _share(sample, is_yes_or_no) >= 0.9


def is_failure_mark(sample: pl.Series) -> bool:
    """Return whether values say of each row whether it failed: yes or no, or a number that is 0 where it did not."""
    return is_yes_no(sample) or bool(sample.str.contains(r"^\d{1,6}$").all() and sample.is_in(["0"]).any())


def is_duration(sample: pl.Series) -> bool:
    """Return whether most values are numbers or durations, and not clock times or epochs."""
    clocks = _share(sample, lambda t: re.match(r"^\d{1,2}:\d\d", t))
    if clocks >= 0.5 and _share(sample, lambda t: re.match(r"^0{1,2}:\d\d", t)) < 0.9 * clocks:
        return False  # times of day; durations begin with no hours
    found = durations(sample.drop_nulls())
    readable = share_of(found.numbers.is_not_null() | found.written_ms.is_not_null())
    return readable >= 0.5 and share_of(found.numbers.fill_null(0) > 1e12) < 0.5


def is_latency(sample: pl.Series) -> bool:
    """Return whether values can be latencies even though their name is not known: durations, and no HTTP statuses."""
    return is_duration(sample) and not (is_status_column(sample) and sample.n_unique() > 1)


def is_written_duration(sample: pl.Series) -> bool:
    """Return whether the values alone give a column away as durations: different ones, with their unit written behind each."""
    written = sample.str.contains(r"^\d+(?:[.,]\d+)? ?(?:ns|us|[µμ]s|ms|msec|s|secs?)$")
    return sample.n_unique() > 1 and share_of(written) >= 0.9


def is_path(sample: pl.Series) -> bool:
    """Return whether values can name an endpoint: text that is neither number, outcome nor instant."""
    if is_route(sample):
        return True
    lettered = _share(sample, lambda t: re.search(r"[^\W\d_]|/", t)) >= 0.5
    return lettered and share_of_instants(sample.head(20), named=False) < 0.5


def is_route(sample: pl.Series) -> bool:
    """Return whether most values look like paths, URLs or request lines."""
    return _share(sample, lambda t: re.match(r"^/|^https?://|^[A-Z]{3,7} /", t)) >= 0.8


def is_topic(sample: pl.Series) -> bool:
    """Return whether values name events by what they are about and what became of it ("charge.failed")."""
    return not sample.is_empty() and bool(sample.str.contains(r"^[a-z]\w*(?:\.[a-z]\w*){1,3}$").all())


def is_target(sample: pl.Series) -> bool:
    """Return whether the values alone give a column away as what was asked for: routes, or events of signing in."""
    return is_route(sample) or are_signins(sample)


def is_procedure(sample: pl.Series) -> bool:
    """Return whether values can name what was asked for: text that is no HTTP method ("chat.postMessage")."""
    return is_path(sample) and not is_verb(sample)


def is_verb(sample: pl.Series) -> bool:
    """Return whether most values are HTTP methods."""
    return _share(sample, lambda t: t.upper() in VERBS) >= 0.6


def is_name(sample: pl.Series) -> bool:
    """Return whether values can be names of services: not numbers alone, addresses allowed, few enough."""
    few = sample.n_unique() <= max(30, len(sample) * 0.5)
    return few and _share(sample, lambda t: re.search(r"[^\W\d_]", t) or _IP.match(t)) >= 0.6


def is_identity(sample: pl.Series) -> bool:
    """Return whether values can name customers, numbers allowed."""
    return sample.n_unique() <= max(30, len(sample) * 0.5) and _share(sample, _IP.match) < 0.5


def is_kind(sample: pl.Series) -> bool:
    """Return whether most values name a kind of record."""
    return _share(sample, kind_of) >= 0.8


def is_number(sample: pl.Series) -> bool:
    """Return whether most values are numbers."""
    return _share(sample, lambda t: re.match(r"^-?\d[\d.,]*$", t)) >= 0.6


def is_text(sample: pl.Series) -> bool:
    """Return whether values are text, not numbers alone or yes/no."""
    return _share(sample, lambda t: re.search(r"[A-Za-z]{2}", t) and t.lower() not in ("true", "false")) > 0


def is_client(sample: pl.Series) -> bool:
    """Return whether values can be a client or a version, not an address."""
    return _share(sample, lambda t: not _IP.match(t) and re.search(r"[\w]", t)) >= 0.6


def is_key(sample: pl.Series) -> bool:
    """Return whether values can tell intents apart: many different ones."""
    return len(sample) < 10 or sample.n_unique() >= len(sample) * 0.15


def is_limit(sample: pl.Series) -> bool:
    """Return whether values are limits: numbers, or the header's form "100;w=60"."""
    return _share(sample, lambda t: re.match(r'^("[^"]*";q=)?\d+', t)) >= 0.6


def any_value(sample: pl.Series) -> bool:
    """Return whether there is any value at all."""
    return len(sample) > 0
