"""Synthetic logs with planted, documented truth. The only room that may know the worked example.

A *story* says what is wrong at a customer, as data; `write_sample` plants it and returns the *truth*, the answer sheet
to hold against what an analysis finds. A *scenario* is drawn from a family of degradations or of clean traffic by its
seed. Same name, seed and options, same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from techhealth.errors import UsageError
from techhealth.sample.families import scenario
from techhealth.sample.planted import truth_of
from techhealth.sample.records import of_scenario, of_story
from techhealth.sample.scenarios import SCENARIOS, STORIES, story_of
from techhealth.sample.truth import Truth
from techhealth.sample.wishes import Wishes
from techhealth.sample.write import FORMATS, write_records

__all__ = ["FORMATS", "SCENARIOS", "Truth", "write_sample"]


def write_sample(
    name: str,
    *,
    out: Path | BinaryIO,
    format: str | None = None,
    seed: int | None = None,
    rows: int | None = None,
    month: str | None = None,
    customer: str | None = None,
    limit: int | None = None,
    weekday: str | None = None,
    hours: tuple[int, int] | None = None,
    onset_days_before_end: int | None = None,
    integrations: int | Sequence[str] | None = None,
) -> Truth:
    """Write a sample and return what was planted in it.

    Args:
        name: one of `SCENARIOS`.
        out: a path (.json, .ndjson, .jsonl or .csv, each also with .gz) or a binary stream.
        format: json, ndjson or csv; by default the suffix of the path, json for a stream.
        seed: of all chance; for acme alone it moves the calls, not what is planted.
        rows: calls and deliveries in all; rates stay, under some tens of thousands rare troubles are left out.
        month: YYYY-MM; another month of acme than January 2026 is a quiet one.
        customer: a name; this and the options below make another customer, the rest of it drawn from the seed.
        limit: accepted calls a minute.
        weekday: of authentication failures, an English name.
        hours: of most failed deliveries, first included, last excluded, UTC: `(9, 11)`.
        onset_days_before_end: days from the first rejected call to the last day.
        integrations: how many, or their names ("webhook" in a name makes a webhook).

    Raises:
        UsageError: if there is no such sample or format, or an option cannot be planted.
    """
    wishes = Wishes(
        seed=seed, rows=rows, month=month, customer=customer, limit=limit, weekday=weekday, hours=hours,
        onset_days_before_end=onset_days_before_end, integrations=integrations,
    )  # fmt: skip
    if name not in SCENARIOS:
        raise UsageError(f"there is no sample {name!r}; use one of {', '.join(SCENARIOS)}.")
    if name in STORIES:
        story = story_of(name, wishes)
        write_records(of_story(story), out, format=format)
        return truth_of(story)
    if wishes != Wishes(seed=seed, customer=customer):
        raise UsageError(f"the sample {name!r} takes a seed and a customer; for more use second.")
    planted = scenario(name, seed=1 if seed is None else seed, customer=customer)
    write_records(of_scenario(planted), out, format=format)
    return planted.truth
