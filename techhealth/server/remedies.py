"""What to do about an error, for somebody who has a page and no terminal."""

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
    """Return the message of an error with advice that can be followed here instead of advice for the terminal."""
    sentences = _SENTENCE.split(str(error))
    kept = [sentence for sentence in sentences if not _TERMINAL.search(sentence)]
    if len(kept) == len(sentences):
        return str(error)
    return " ".join([*kept, _advice(error)])


def first_sentence(text: str) -> str:
    """Return what is wrong without the advice that follows."""
    return _SENTENCE.split(text)[0]


def _advice(error: TechHealthError) -> str:
    if isinstance(error, MissingFieldError):
        return f"Choose the {_FIELD.get(error.field, error.field)} column below, or ask for an export that names it."
    return _ANY
