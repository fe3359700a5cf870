"""Sentences that tell of attempts to sign in → how each ended."""

from __future__ import annotations

import polars as pl

from techhealth.ingest.lines.parsed import Parsed, sampled

#: The column that says how an attempt ended; records that have it are events of signing in.
OUTCOME = "sign_in_outcome"
_FORM = "sentences about signing in"
_BAD = r"unsuccessful|failed|failure|rejected|denied|invalid"
_ENDED = rf"({_BAD}|successful(?:ly)?|succeeded|accepted|granted)"
_ATTEMPT = r"(?:authenticat(?:ion|ed?)|log[ -]?(?:in|on)|logged[ -](?:in|on)|sign[ -]?(?:in|on)|signed[ -](?:in|on))"
#: Plain words: what stands in quotes is somebody's name, and says nothing.
_WORDS = r"(?:[\w/-]+ )"
#: "Unsuccessful password authentication attempt by …", "Login of … failed".
_FORMS = (
    rf"(?i)^{_WORDS}{{0,2}}?{_ENDED} {_WORDS}{{0,4}}?{_ATTEMPT}\b",
    rf"(?i)^{_WORDS}{{0,3}}?{_ATTEMPT}(?: attempt)?(?: (?:was|has|is|been))* {_ENDED}\b",
)
#: Share of the texts that must tell of attempts.
_MOSTLY = 0.5


def attempts(texts: pl.Series) -> Parsed | None:
    """Return success or failure for each text that tells of an attempt to sign in; None unless most texts do."""
    sample = sampled(texts)
    if sample.is_empty() or _ended(sample).null_count() > (1 - _MOSTLY) * len(sample):
        return None
    ended = _ended(texts)
    return Parsed(frame=ended.to_frame(), fits=ended.is_not_null(), form=_FORM)


def _ended(texts: pl.Series) -> pl.Series:
    word = pl.coalesce(pl.col("text").str.extract(form, 1) for form in _FORMS)
    failed = word.str.contains(rf"(?i)^(?:{_BAD})$")
    ended = pl.when(failed).then(pl.lit("failure")).when(~failed).then(pl.lit("success"))
    return texts.to_frame("text").select(ended.alias(OUTCOME))[OUTCOME]
