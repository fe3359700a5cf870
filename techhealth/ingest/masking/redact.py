"""Text → the same text without secrets, personal data and control characters."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import unquote

import polars as pl

from techhealth.ingest.masking import secrets

MASK = "[masked]"
#: Stands for the hidden part of a long token, so that different ones stay different.
CUT = "…"
_NAME_WIDTH = 120
#: Hexadecimal digits that tell hidden names apart: among a thousand two are taken for one in one of 8,000 stores.
_TAG_WIDTH = 8
#: Raw text looked at for one example; the rest is never shown.
_LOOKED_AT = 4_000

#: Names of columns whose values are secret whatever they look like.
_SECRET_NAME = re.compile(
    rf"(?i){secrets.PASSWORDS}|(?:^|[^a-z])(?:pwd|pin|ssn|cookie|sid|session(?:[ _-]?id)?)$|authorization|api[ _-]?key|(?:access|refresh|id|auth|bearer)[ _-]?token$|card[ _-]?n(?:o|um)"
)
_QUERY = re.compile(r"(?<=[\w/])\?[^\s\"',;|)\]][^\s\"',;|]*")
#: Escape sequences of terminals: colours, cursor moves, titles.
_ANSI = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]")
_CARD = re.compile(r"(?<!\d)(?<!\d\.)\d(?:[ +-]?\d){12,40}(?!\.?\d)")
#: Digits of a card of an airline.
_AIRLINE = 15
#: Times a text may have been encoded for an address.
_ENCODED = 2


def masked(text: str) -> str:
    """Return a text with secrets, addresses, card numbers and query strings masked, on one clean line.

    Text encoded for an address is looked at decoded as well; it stays encoded if nothing is hidden in it.

    Examples:
        >>> masked("GET /a?token=1 by ann@example.com")
        'GET /a by [masked]'
    """
    text = text[:_LOOKED_AT]
    shown, plain = _masked(text), text
    for _ in range(_ENCODED if "%" in text else 0):
        plain = unquote(plain)
        hidden = _masked(plain)
        if hidden != _clean(plain):
            return hidden
    return shown


def _clean(text: str) -> str:
    return "".join(_visible(char) for char in _ANSI.sub("", text)).strip()


def _masked(text: str) -> str:
    clean = secrets.SECRET.sub(MASK, _QUERY.sub("", _clean(text)))
    clean = secrets.GRANT.sub(
        lambda found: found.group(1) + (MASK if secrets.is_grant(found.group(2)) else found.group(2)), clean
    )
    clean = secrets.HOOK.sub(
        lambda found: found.group(1) + (MASK if secrets.is_hook(found.group(2)) else found.group(2)), clean
    )
    clean = secrets.IBAN.sub(lambda found: MASK if secrets.is_iban(found.group()) else found.group(), clean)
    clean = _CARD.sub(lambda found: _without_cards(found.group()), clean)
    clean = secrets.SLASHED.sub(
        lambda found: MASK if secrets.is_slashed_secret(found.group()) else found.group(), clean
    )
    return secrets.LONG.sub(lambda found: _shortened(found.group()), clean).strip()


def is_secret_name(column: str) -> bool:
    """Return whether a column's name says that its values are secret.

    Examples:
        >>> is_secret_name("headers.X-Api-Key"), is_secret_name("password"), is_secret_name("session_length")
        (True, True, False)
    """
    return _SECRET_NAME.search(column) is not None


def masked_name(text: str) -> str:
    """Return a name (integration, customer, region) masked, on one line, at most 120 characters."""
    return masked(text)[:_NAME_WIDTH]


def name_apart(name: str) -> str:
    """Return a name masked as `mask_column` masks it apart; a masked name is its own.

    Examples:
        >>> name_apart("Globex"), name_apart("ann@example.com")
        ('Globex', '[masked] 71d4f55f')
        >>> name_apart(name_apart("ann@example.com")) == name_apart(" Ann@Example.com")
        True
    """
    text = name.encode("utf-8", "replace").decode()  # what a terminal sent may be no Unicode
    return str(mask_column(pl.Series([text], dtype=pl.String), apart=True)[0][0])


def mask_column(values: pl.Series, *, apart: bool = False) -> tuple[pl.Series, int]:
    """Return a text column masked and cut, and in how many rows something was masked; null stays null.

    With `apart` what was hidden is told by a tag, so that different names stay different, and each the same in every file.
    """
    distinct = values.unique()
    suspects = distinct.filter(
        distinct.str.contains(secrets.SUSPECT).fill_null(False) | (distinct.str.len_chars() > _NAME_WIDTH)
    )
    if suspects.is_empty():
        return values, 0
    shown = {text: _tagged(text) if apart else masked_name(text) or MASK for text in suspects}
    changed = {text: after for text, after in shown.items() if text != after}
    if not changed:
        return values, 0
    hidden = [text for text, after in changed.items() if MASK in after or CUT in after]
    count = int(values.is_in(hidden).sum()) if hidden else 0
    return values.replace(changed), count


def _tagged(text: str) -> str:
    """Return a masked name; where that hides or cuts something, with a tag of the whole name in small letters behind it."""
    shown = masked_name(text)
    if shown and shown == _clean(text):
        return shown
    tag = hashlib.sha256(text.strip().casefold().encode("utf-8", "replace")).hexdigest()[:_TAG_WIDTH]
    told = f"{shown[: _NAME_WIDTH - _TAG_WIDTH - 1].rstrip() or MASK} {tag}"
    return told if masked_name(told) == told else f"{MASK} {tag}"


def _visible(char: str) -> str:
    """Return the character, a space for white space, nothing for control and direction marks."""
    if char.isascii() and char.isprintable():
        return char
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") else char


def _shortened(token: str) -> str:
    """Return a long random token as its prefix and last four characters ("ep_…Yga2"), words and plain numbers as they are."""
    prefix = re.match(r"[A-Za-z]{2,6}_", token)
    return f"{prefix.group() if prefix else ''}{CUT}{token[-4:]}" if secrets.is_random(token) else token


def _without_cards(text: str) -> str:
    """Return groups of digits with those masked that together are a card number, whatever stands beside them."""
    groups = re.findall(r"\d+", text)
    for first in range(len(groups)):
        for last in range(len(groups), first, -1):
            if _luhn("".join(groups[first:last])):
                rest = [" ".join(groups[:first]), MASK, _without_cards(" ".join(groups[last:]))]
                return " ".join(part for part in rest if part)
    return text


def _luhn(text: str) -> bool:
    """Return whether digits are as many as a card number's and its check digit is right (ISO/IEC 7812).

    Those that begin with 1 are no cards but of airlines (15 digits): they are times since 1970 in milli-, micro- or nanoseconds.
    """
    digits = [int(char) for char in text]
    doubled = [d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and sum(doubled) % 10 == 0 and (text[0] != "1" or len(text) == _AIRLINE)
