"""What to do about an error, for somebody who has a page or sends requests, and no terminal."""

from __future__ import annotations

import re

from techhealth.errors import MissingFieldError, TechHealthError

#: A sentence, up to the stop before the next capital.
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z])")
#: An option or a command of the terminal.
_TERMINAL = re.compile(r"--[a-z]|`techhealth")
_FIELD = {"timestamp": "time"}
_ANY = "Ask for an export with one row per call that names the time, the endpoint and the status."


def for_a_page(error: TechHealthError) -> str:
    """Return the message of an error with advice that can be followed on a page instead of advice for the terminal."""
    return _told(error, "Choose the {} column below, or ask for an export that names it.")


def for_a_caller(error: TechHealthError) -> str:
    """Return the message of an error with advice that can be followed by whoever sends requests."""
    return _told(
        error, "Send a log that names the {}, or drop it on the page and choose its column there, which is remembered."
    )


def _told(error: TechHealthError, choose: str) -> str:
    sentences = _SENTENCE.split(str(error))
    kept = [sentence for sentence in sentences if not _TERMINAL.search(sentence)]
    if len(kept) == len(sentences):
        return str(error)
    return " ".join([*kept, _advice(error, choose)])


def first_sentence(text: str) -> str:
    """Return what is wrong without the advice that follows."""
    return _SENTENCE.split(text)[0]


def _advice(error: TechHealthError, choose: str) -> str:
    if isinstance(error, MissingFieldError):
        return choose.format(_FIELD.get(error.field, error.field))
    return _ANY
