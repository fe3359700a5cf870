"""Status, flags and error text → outcome, error class and webhook reason. The rules are tables."""

from __future__ import annotations

import re

import polars as pl

from techhealth.ingest.distinct import per_distinct

_GOOD = [
    "true",
    "t",
    "yes",
    "y",
    "1",
    "success",
    "succeeded",
    "successful",
    "successfully",
    "ok",
    "okay",
    "delivered",
    "completed",
    "complete",
    "passed",
    "pass",
    "accepted",
    "processed",
    "allow",
    "allowed",
    "acknowledged",
    "ack",
    "done",
]
_BAD = [
    "false",
    "f",
    "no",
    "n",
    "0",
    "failure",
    "failed",
    "fail",
    "failing",
    "error",
    "errored",
    "timeout",
    "timedout",
    "rejected",
    "refused",
    "undelivered",
    "dropped",
    "expired",
    "discarded",
    "aborted",
    "exception",
    "denied",
    "deny",
    "invalid",
    "bounced",
    "unsuccessful",
    "cancelled",
    "canceled",
    "blocked",
    "exhausted",
    "fatal",
    "ko",
    "nok",
]
_OPEN = [
    "pending",
    "queued",
    "retrying",
    "inprogress",
    "sending",
    "scheduled",
    "waiting",
    "new",
    "started",
    "running",
    "processing",
    "unknown",
    "challenge",
    "skipped",
]
#: Flag words → outcome; None: not decided yet.
FLAGS: dict[str, bool | None] = {
    **dict.fromkeys(_GOOD, True),
    **dict.fromkeys(_BAD, False),
    **dict.fromkeys(_OPEN, None),
}

#: Error text → class, first match wins (probes after Outpost, Hookdeck and Slack: see the webhook failure categories).
CLASSES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("dns_error", r"no such host|unknown.?host|\bdns|dns_|name or service not known|enotfound|getaddrinfo|nxdomain|resolv"),
        ("tls_error", r"\btls|\bssl|x509|certificate|handshake"),
        ("connection_refused", r"refused"),
        ("connection_reset", r"reset|broken pipe|hang ?up|epipe|connection (was )?closed|premature|connection aborted"),
        ("network_unreachable", r"unreachable|no route|enetunreach"),
        ("timeout", r"time[ds]?[ _-]?out|deadline exceeded"),
        ("redirect_error", r"redirect"),
        ("disabled", r"disabled|deactivated"),
        ("assertion_failed", r"assert"),
        ("rate_limited", r"rate.?limit|throttl|too many requests|quota"),
        ("invalid_response", r"(invalid|bad|malformed|unexpected|unparse?able)[ _-]?(response|answer|body|content|json|eof)|pars(e|ing)|unexpected eof"),
        ("token_rejected", r"invalid_grant|invalid_client|(expired|invalid|revoked)[ _-]?(access |refresh )?(token|grant|credential)|token[ _-]?(expired|invalid|revoked|has expired)|refresh_token_reused"),
        ("auth_failed", r"unauthori[sz]ed|authenticat|login|password|signature"),
        ("forbidden", r"forbidden|permission|access.?denied|scope|not allowed"),
        ("not_found", r"not.?found"),
        ("validation_error", r"validation|invalid|bad.?request|malformed|missing|required"),
        ("connection_error", r"connect|network|socket"),
        ("server_error", r"internal|server.?error|exception|unavailable"),
    )
)  # fmt: skip
#: Classes that are webhook failure reasons of their own; others become "unknown".
REASONS = frozenset(
    ("timeout", "connection_refused", "connection_reset", "dns_error", "network_unreachable", "tls_error",
     "redirect_error", "invalid_response", "disabled")
)  # fmt: skip
_NOTHING = frozenset(
    (
        "ok",
        "success",
        "none",
        "no error",
        "false",
        "0",
        "200",
        "nil",
        "no",
        "succeeded",
        "delivered",
        "created",
        "accepted",
        "true",
        "no_error",
    )
)
_STATUS = re.compile(r"^(?:HTTP/?[\d.]*\s*)?([1-5]\d\d)(?:\.0+)?(?![\d.])", re.IGNORECASE)


def status_of(text: str) -> int | None:
    """Return the HTTP status a text begins with, None if it names none (0 and 000 are none).

    Examples:
        >>> status_of("200 OK"), status_of("404.0"), status_of("0"), status_of("11200")
        (200, 404, None, None)
    """
    found = _STATUS.match(text)
    return int(found.group(1)) if found else None


def flag_of(text: str) -> bool | None:
    """Return the outcome a word names, None if it names none or is not decided yet."""
    word = re.sub(r"[\W_]+", "", text.casefold().removesuffix(".0"))
    return FLAGS.get(word)


def is_flag_word(text: str) -> bool:
    """Return whether a text is one of the known outcome words."""
    return re.sub(r"[\W_]+", "", text.casefold()) in FLAGS


def error_class(text: str) -> str | None:
    """Return the class of an error text, None if the text says that nothing is wrong; never the text itself.

    Examples:
        >>> error_class("java.net.UnknownHostException: x"), error_class("context deadline exceeded"), error_class("OK")
        ('dns_error', 'timeout', None)
    """
    if text.strip().casefold() in _NOTHING:
        return None
    return next((name for name, pattern in CLASSES if pattern.search(text)), "other_error")


def statuses(texts: pl.Series) -> pl.Series:
    """Return HTTP statuses 100-599 of a text column; null for everything else."""
    return per_distinct(texts, status_of, pl.Int64()).alias("status")


def flags(texts: pl.Series, *, inverted: bool = False, words: dict[str, bool | None] | None = None) -> pl.Series:
    """Return outcomes of a flag column; `inverted` for columns that name the failure, `words` for enumerations."""
    made = per_distinct(texts, lambda text: words.get(text) if words else flag_of(text), pl.Boolean())
    return (~made if inverted else made).alias("flag")


def error_classes(texts: pl.Series) -> pl.Series:
    """Return the class of each error text; digits are made equal first so that few texts are looked at."""
    short = texts.str.slice(0, 300).str.replace_all(r"\d+", "0")
    return per_distinct(short, error_class, pl.String()).alias("error_class")


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
    return pl.when(pl.col("ok").eq(False)).then(pl.coalesce(named, redirect, pl.lit("failed"))).alias("error")


def reason() -> pl.Expr:
    """Return the failure category of a webhook: its network class, else the class of its status; null unless failed."""
    status, known = pl.col("status"), pl.col("error_class").is_in(sorted(REASONS))
    by_status = (
        pl.when(status == 429).then(pl.lit("http_429"))
        .when(status >= 500).then(pl.lit("http_5xx"))
        .when(status >= 400).then(pl.lit("http_4xx"))
        .when(status.is_between(300, 399)).then(pl.lit("http_3xx"))
    )  # fmt: skip
    named = pl.coalesce(pl.when(known).then("error_class"), by_status, pl.lit("unknown"))
    failed = (pl.col("kind") == "webhook") & pl.col("ok").eq(False)
    return pl.when(failed).then(named).alias("reason")
