"""Text → the same text without secrets, personal data and control characters."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import polars as pl

MASK = "[masked]"
#: Stands for the hidden part of a long token, so that different ones stay different.
CUT = "…"
_NAME_WIDTH = 120
#: Raw text looked at for one example; the rest is never shown.
_LOOKED_AT = 4_000

#: What is masked wherever it stands. Each pattern is linear; the comment names what it catches.
_SECRETS: tuple[str, ...] = (
    r"(?<=://)[^\s/@:]{0,64}:[^\s/@]{1,128}@",  # name and password in an address
    r"-----BEGIN[A-Z ]*PRIVATE KEY-----[^-]*",  # private keys
    r"eyJ[\w-]{5,}\.[\w-]*\.?[\w-]*",  # JWT
    r"(?i:bearer|basic|digest)\s+[\w.~+/=-]{6,}",  # authorization headers
    r"\b(?:sk|pk|rk|whsec)_(?:live|test)?_?\w{8,}",  # Stripe-like keys
    r"\b(?:AKIA|ASIA)[0-9A-Z]{12,}",  # AWS access keys
    r"\bgh[pousr]_\w{16,}|\bgithub_pat_\w{16,}",  # GitHub tokens
    r"\bxox[abposr]-[\w-]{8,}",  # Slack tokens
    r"\bAIza[\w-]{20,}",  # Google keys
    r"\bglpat-[\w-]{10,}|\bSG\.[\w-]{10,}\.[\w-]{10,}",  # GitLab, SendGrid
    r"[\w.%+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63})*\.[A-Za-z]{2,24}\b",  # e-mail addresses
    r"(?i:passw(?:or)?d|secret|api[_-]?key|token|signature|authorization)[\"']?\s*[=:]\s*[\"']?(?:(?i:bearer|basic|digest|token)\s+)?[^\s\"',;&}]+",
    r"\b(?i:cookie|session|sess|sid|pwd|pin|ssn)(?:[_-]?id)?=(?:\w{1,20}=)?[^\s\"',;&}]{3,}",
    r"\b\d{3}-\d{2}-\d{4}\b",  # social security numbers
)
#: Names of columns whose values are secret whatever they look like.
_SECRET_NAME = re.compile(
    r"(?i)passw|passphrase|secret|(?:^|[^a-z])(?:pwd|pin|ssn|cookie|sid|session(?:[ _-]?id)?)$|authorization|api[ _-]?key|(?:access|refresh|id|auth|bearer)[ _-]?token$|card[ _-]?n(?:o|um)"
)
#: Addresses of machines and people; `\w/` before a number is a version ("Chrome/1.2.3.4").
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_ADDRESSES: tuple[str, ...] = (
    rf"(?<![\w.-])(?<!\w/){_BYTE}(?:\.{_BYTE}){{3}}(?![\w.-])",  # IPv4
    r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){5,7}[0-9a-fA-F]{1,4}(?![\w:])",  # IPv6, MAC
    r"(?<![\w:])(?=[0-9a-fA-F:]*\d)[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6}::(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6})?(?![\w:])",
    r"(?<!\w)\+\d{1,3}(?:[ ./()-]{0,2}\d){7,12}(?!\d)",  # telephone numbers with their country
)
_SECRET = re.compile("|".join(f"(?:{pattern})" for pattern in (*_SECRETS, *_ADDRESSES)))
_QUERY = re.compile(r"(?<=[\w/])\?[^\s\"',;|]+")
#: Escape sequences of terminals: colours, cursor moves, titles.
_ANSI = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<!\d)(?<!\d\.)\d(?:[ +-]?\d){12,40}(?!\.?\d)")
#: Characters without separator that make a long token random rather than words.
_RUN = 16
_LONG = re.compile(r"[A-Za-z0-9_+-]{24,}")

#: A cheap test that a text may hold something to mask or clean (no look-around, for polars).
SUSPECT = (
    r"[@?\p{Cc}\p{Cf}]|%40|eyJ|AKIA|ASIA|AIza|gh[pousr]_|github_pat_|xox|glpat|SG\.|BEGIN"
    r"|(?:sk|pk|rk|whsec)_|(?i:bearer|basic|digest|passw|secret|api[_-]?key|token|signature|authorization|cookie|sess|sid=|pwd|pin=|ssn)"
    r"|[A-Za-z0-9_+-]{24,}|\d[\d +-]{9,}\d|[A-Z]{2}\d{2} ?[A-Z0-9]{4}|\d\.\d{1,3}\.\d{1,3}\.\d|\+\d|[0-9a-fA-F]:[0-9a-fA-F]{0,4}:"
)


def masked(text: str) -> str:
    """Return a text with secrets, addresses, card numbers and query strings masked, on one clean line.

    Examples:
        >>> masked("GET /a?token=1 by ann@example.com")
        'GET /a by [masked]'
    """
    clean = "".join(_visible(char) for char in _ANSI.sub("", text[:_LOOKED_AT]))
    clean = _SECRET.sub(MASK, _QUERY.sub("", clean))
    clean = _IBAN.sub(lambda found: MASK if _iban(found.group()) else found.group(), clean)
    clean = _CARD.sub(lambda found: _without_cards(found.group()), clean)
    return _LONG.sub(lambda found: _shortened(found.group()), clean).strip()


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


def mask_column(values: pl.Series, *, apart: bool = False) -> tuple[pl.Series, int]:
    """Return a text column masked and cut, and in how many rows something was masked; null stays null.

    With `apart` values that would become the same are numbered, so that names stay as many as they were.
    """
    distinct = values.unique().sort()
    suspects = distinct.filter(
        distinct.str.contains(SUSPECT).fill_null(False) | (distinct.str.len_chars() > _NAME_WIDTH)
    )
    if suspects.is_empty():
        return values, 0
    old = suspects.to_list()
    new = [masked_name(text) or MASK for text in old]
    if apart:
        new = _numbered(new, taken=set(distinct.drop_nulls()) - set(old))
    hidden = [
        before for before, after in zip(old, new, strict=True) if before != after and (MASK in after or CUT in after)
    ]
    count = int(values.is_in(hidden).sum()) if hidden else 0
    return values.replace(pl.Series(old, dtype=pl.String), pl.Series(new, dtype=pl.String)), count


def _numbered(names: list[str], *, taken: set[str]) -> list[str]:
    """Return names with a number behind those that another one, or a name that needed no mask, has already."""
    seen = dict.fromkeys(taken, 1)
    numbered = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        numbered.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return numbered


def _visible(char: str) -> str:
    """Return the character, a space for white space, nothing for control and direction marks."""
    if char.isascii() and char.isprintable():
        return char
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") else char


def _shortened(token: str) -> str:
    """Return a long random token as its prefix and last four characters ("ep_…Yga2"), words and plain numbers as they are."""
    run = max(re.split(r"[_+-]", token), key=len)
    digits = sum(char.isdigit() for char in run)
    random = len(run) >= _RUN and (3 <= digits < len(run) or _alternates(run))
    prefix = re.match(r"[A-Za-z]{2,6}_", token)
    return f"{prefix.group() if prefix else ''}{CUT}{token[-4:]}" if random else token


def _alternates(token: str) -> bool:
    """Return whether letter case changes so often that this is no word."""
    return sum(a.islower() and b.isupper() for a, b in pairwise(token)) >= 5


def _iban(text: str) -> bool:
    """Return whether the check digits of an account number are right (ISO 13616: remainder 1 by 97)."""
    compact = text.replace(" ", "")
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1


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
    """Return whether digits are as many as a card number's and its check digit is right (ISO/IEC 7812)."""
    digits = [int(char) for char in text]
    doubled = [d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and sum(doubled) % 10 == 0
