"""Synthetic logs with planted, documented truth. The only room that may know the worked example.

A *story* says what is wrong at a customer, as data; `write_sample` plants it and returns the *truth*, the answer sheet
to hold against what an analysis finds. A *scenario* is drawn from a family of degradations or of clean traffic by its
seed. Same name, seed and options, same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from techhealth.errors import UsageError
from techhealth.sample.families import scenario
from techhealth.sample.planted import truth_of
from techhealth.sample.records import of_events, of_story
from techhealth.sample.scenarios import SCENARIOS, STORIES, story_of
from techhealth.sample.truth import Truth
from techhealth.sample.wishes import Wishes
from techhealth.sample.write import write_records

__all__ = ["SCENARIOS", "Truth", "write_sample"]


def write_sample(name: str, *, out: Path | BinaryIO, format: str | None = None, **wished: Any) -> Truth:
    """Write a sample and return what was planted in it.

    Args:
        name: one of `SCENARIOS`.
        out: a path (.json, .ndjson, .jsonl or .csv, each also with .gz) or a binary stream.
        format: json, ndjson or csv; by default the suffix of the path, json for a stream.
        wished: what `Wishes` holds: seed, rows, month, customer, ...

    Raises:
        UsageError: if there is no such sample or format, or an option cannot be planted.
    """
    wishes = Wishes(**wished)
    if name not in SCENARIOS:
        raise UsageError(f"there is no sample {name!r}; use one of {', '.join(SCENARIOS)}.")
    if name in STORIES:
        story = story_of(name, wishes)
        write_records(of_story(story), out, format=format)
        return truth_of(story)
    if wishes != Wishes(seed=wishes.seed, customer=wishes.customer):
        raise UsageError(f"the sample {name!r} takes a seed and a customer; for more use second.")
    events, truth = scenario(name, seed=1 if wishes.seed is None else wishes.seed, customer=wishes.customer)
    write_records(of_events(events, customer=truth.customer, first=truth.first, last=truth.last), out, format=format)
    return truth
