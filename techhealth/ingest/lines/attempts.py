"""Sentences that tell of attempts to sign in → how each ended."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from techhealth.ingest.lines.facts import time_in
from techhealth.ingest.lines.parsed import Parsed, kept, sampled

#: The column that says how an attempt ended; records that have it are events of signing in.
OUTCOME = "sign_in_outcome"
_FORM = "sentences about signing in"
_BAD = r"unsuccessful|failed|failure|rejected|denied|invalid"
_ENDED = rf"({_BAD}|successful(?:ly)?|succeeded|accepted|granted)"
_ATTEMPT = r"(?:authenticat(?:ion|ed?)|log[ -]?(?:in|on)|logged[ -](?:in|on)|sign[ -]?(?:in|on)|signed[ -](?:in|on))"
_PROOF = r"(?:password|publickey|keyboard-interactive|credentials?)"
#: Plain words: what stands in quotes is somebody's name, and says nothing.
_WORDS = r"(?:[\w/-]+ )"
#: "Unsuccessful password authentication attempt by …", "Login of … failed", "Login attempt with invalid authentication".
_FORMS = (
    rf"(?i)^{_WORDS}{{0,2}}?{_ENDED} {_WORDS}{{0,4}}?(?:{_ATTEMPT}|{_PROOF})\b",
    rf"(?i)^{_WORDS}{{0,3}}?{_ATTEMPT}(?: attempt)?(?: (?:was|has|is|been))* {_ENDED}\b",
    rf"(?i)^{_WORDS}{{0,2}}?{_ATTEMPT}(?: attempt)? {_WORDS}{{0,3}}?(?:with|using) {_ENDED}\b",
)
#: What stands before the sentence of a line: its time, its level, names in brackets or with a colon.
_AHEAD = r"^(?:\W*(?:\d[\d:.,TZ/+-]*|[A-Z]{3,8}|\([^)]*\)|\[[^\]]*\]|[\w.-]+(?:\[\d+\])?:)\s+)+"
#: Share of the texts that must tell of attempts.
_MOSTLY = 0.5


def attempts(texts: pl.Series) -> Parsed | None:
    """Return success or failure for each text that tells of an attempt to sign in; None unless most texts do."""
    sample = sampled(texts)
    if sample.is_empty() or _ended(sample).null_count() > (1 - _MOSTLY) * len(sample):
        return None
    ended = _ended(texts)
    return Parsed(frame=ended.to_frame(), fits=ended.is_not_null(), form=_FORM)


def by_attempts(frame: pl.DataFrame) -> Parsed | None:
    """Return time and outcome of lines (`line`, `logged_at`) that tell of attempts to sign in; None unless most lines do."""
    found = attempts(frame.select(pl.col("line").str.replace(_AHEAD, "")).to_series())
    if found is None:
        return None
    times = frame.select(time=pl.coalesce(time_in(pl.col("line")), "logged_at"))
    dated = times["time"].null_count() < frame.height
    return replace(found, frame=kept(times.hstack(found.frame)), dated=dated)


def _ended(texts: pl.Series) -> pl.Series:
    word = pl.coalesce(pl.col("text").str.extract(form, 1) for form in _FORMS)
    failed = word.str.contains(rf"(?i)^(?:{_BAD})$")
    ended = pl.when(failed).then(pl.lit("failure")).when(~failed).then(pl.lit("success"))
    return texts.to_frame("text").select(ended.alias(OUTCOME))[OUTCOME]
