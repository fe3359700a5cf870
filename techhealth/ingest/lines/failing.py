"""Lines that name a request and say that it failed, without a status: calls without an answer, and logs of errors alone."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from techhealth.figures import count
from techhealth.ingest.lines.facts import REQUESTS, bare, time_in
from techhealth.ingest.lines.parsed import Parsed, kept
from techhealth.ingest.series import share_of

#: What a line says of a call that got no answer.
_FAILED = r"(?i)\b(?:fail(?:ed|ure|s)?|errors?|exception|refused|timed? ?out|unreachable|reset by peer|no such host|could not|unable to)\b"
#: The first level that a line names near its beginning: what is worse than a warning went wrong.
_LEVEL = r"(?i)^.{0,80}?(?:^|[\s\[<|(\"=:])(trace|debug|info|information|notice|warn|warning|error|err|crit|critical|alert|emerg|fatal|severe|panic)(?:$|[\s\]>|)\":,])"
_BAD = ["error", "err", "crit", "critical", "alert", "emerg", "fatal", "severe", "panic"]
#: A host that a line names beside its request.
_HOST = r"\b(?:host|server|vhost|authority)[:=] ?\"?([\w.-]+\.[\w.-]+)"
#: How much is kept of what a line says of a failure.
_SAID = 300
#: Lines before and behind in which the status of the same call may stand.
_NEAR = (-4, -3, -2, -1, 1, 2, 3, 4)
#: Shares of the lines that must hold a request of a bad level, of those that hold any request, and of those with a time.
_LEAST, _ALL, _TIMED = 0.2, 0.95, 0.6


def failure_in(line: pl.Expr) -> pl.Expr:
    """Return what a line says beside its level and addresses, if it says that something failed; else null."""
    said = bare(line).str.replace(_LEVEL, "").str.strip_chars().str.slice(0, _SAID)
    return pl.when(bare(line).str.contains(_FAILED)).then(said)


def with_unanswered(found: Parsed, lines: pl.Series) -> Parsed:
    """Return lines of calls with their status, and those without one that name a request and its failure, which the line below
    may say; where a line beside tells the status of that call, it is no call of its own."""
    if found.fits.all() or "path" not in found.frame.columns:
        return found
    asked = _asked(lines)
    own = pl.col("path").str.replace(r"^https?://[^/?#]+", "")
    rows = asked.with_columns(
        found.frame["status"], own=own, failing=found.frame.select(own).to_series(), fits=found.fits
    )
    rows = rows.with_columns(pl.when(pl.col("status") >= "400").then("failing"))
    beside = pl.any_horizontal(pl.col("failing").shift(n).eq_missing(pl.col("own")) for n in _NEAR)
    below = pl.when(~pl.col("fits") & pl.col("path").is_null()).then("error").shift(-1)
    answered = pl.col("failing").shift(-2).eq_missing(pl.col("own"))
    error = pl.coalesce(pl.when(~beside).then("error"), pl.when(~answered & pl.col("error").is_null()).then(below))
    lost = ~pl.col("fits") & pl.col("path").is_not_null() & pl.col("error").is_not_null()
    new = rows.with_columns(error=error).select(pl.when(lost).then(pl.col("method", "path", "time", "error")))
    unanswered = new["error"].is_not_null()
    if not unanswered.any():
        return found
    frame = found.frame.hstack([new["error"]]).with_columns(
        pl.coalesce(name, new[name]) if name in found.frame.columns else new[name]
        for name in ("method", "path", "time")
    )
    said = f"{count(int(unanswered.sum()), 'line')} that name a request and its failure, and no status, count as calls without an answer"
    return replace(
        found, frame=frame, fits=found.fits | unanswered, notes=(*found.notes, said), part=None if found.part is None else found.part & ~unanswered
    )  # fmt: skip


def by_errors(lines: pl.Series) -> Parsed | None:
    """Return the calls of a log of errors alone: lines of a bad level that name a request; None where milder ones name requests too."""
    asked = _asked(lines).with_columns(
        level=lines.str.extract(_LEVEL, 1).str.to_lowercase(), host=lines.str.extract(_HOST, 1)
    )
    requests = asked["path"].is_not_null()
    fits = requests & asked["level"].is_in(_BAD).fill_null(False)
    mild = requests & ~fits & (asked["level"] != "warn").fill_null(True) & (asked["level"] != "warning").fill_null(True)
    if int(fits.sum()) < max(2, _LEAST * len(lines)) or int(mild.sum()) > (1 - _ALL) * int(requests.sum()):
        return None
    dated = share_of(asked["time"].filter(fits).is_not_null()) >= _TIMED
    frame = asked.select(pl.when(pl.lit(fits)).then(pl.all()))
    return Parsed(frame=kept(frame), fits=fits, form="errors of requests", dated=dated)


def _asked(lines: pl.Series) -> pl.DataFrame:
    """Return request, time and failure of lines, wherever they stand."""
    line = pl.col("line")
    return lines.to_frame("line").select(
        time=time_in(bare(line)),
        method=pl.coalesce(line.str.extract(form.pattern, 1) for form in REQUESTS[:-1]),
        path=pl.coalesce(line.str.extract(form.pattern, form.target) for form in REQUESTS[:-1]),
        error=failure_in(line),
    )  # fmt: skip
