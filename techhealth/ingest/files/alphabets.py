"""Western or Central European: which of two encodings of the same bytes makes words of a language."""

from __future__ import annotations

import re
from collections.abc import Sequence

WESTERN, CENTRAL = "cp1252", "cp1250"
#: Encoding → the letters beyond ASCII of its languages, and signs that stand at their words; letters in hardly any word are
#: left out. Western: German, French, Spanish, Portuguese, Italian, Dutch, Danish and Norwegian, Swedish and Finnish, Catalan,
#: Icelandic. Central: Polish, Czech, Slovak, Hungarian, Romanian, Croatian and Slovene.
_ALPHABETS: dict[str, tuple[frozenset[str], ...]] = {
    WESTERN: tuple(map(frozenset, (
        "äöüßé", "àâæçèéêëîïôœùûü", "áéíñóúüªº¿¡", "àáâãçéêíóôõúªº", "àèéìòù", "áèéëíïóöúü", "æøåäöé", "åäöé", "àçèéíïòóúü", "áðéíóúýþæö",
    ))),
    CENTRAL: tuple(map(frozenset, (
        "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíľňóôšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž",
    ))),
}  # fmt: skip
#: Words with all that stands at them; blanks and ASCII marks divide them.
_WORD = re.compile(rb"[^\s\x00-/:-@\[-`{-\x7f\xa0]+")


def european(sample: bytes) -> tuple[str, bool]:
    """Return the encoding whose languages have the letters of more words, and whether that is sure; Western where none does.

    Words that read alike in both tell too, where it comes to one language that has all of them.

    Examples:
        >>> european("Płatności".encode("cp1250")), european("Accès à".encode("cp1252")), european("Señal".encode("cp1252"))
        (('cp1250', True), ('cp1252', True), ('cp1252', False))
    """
    words = [word for word in dict.fromkeys(_WORD.findall(sample)) if not word.isascii() and _is_spelled(word)]
    differing = [word for word in words if _read(word, WESTERN) != _read(word, CENTRAL)]
    western, central = (
        (sum(map(any, _spelled(differing, encoding))), max(map(sum, zip(*_spelled(words, encoding), strict=True)), default=0))
        for encoding in (WESTERN, CENTRAL)
    )  # fmt: skip
    return (CENTRAL if central > western else WESTERN), central != western or not differing


def _spelled(words: Sequence[bytes], encoding: str) -> list[list[bool]]:
    """Return for each word which languages have all of its letters; signs that both encodings have say nothing."""
    made = []
    for word in words:
        signs = {char for char in _read(word, WESTERN) if not char.isalpha()} & set(_read(word, CENTRAL))
        letters = {char for char in _read(word, encoding) if not char.isascii()} - signs
        made.append([letters <= alphabet for alphabet in _ALPHABETS[encoding]])
    return made


def _is_spelled(word: bytes) -> bool:
    """Return whether a word has letters: of ASCII, or nothing but letters in both encodings ("à")."""
    return re.search(rb"[A-Za-z]", word) is not None or (_read(word, WESTERN) + _read(word, CENTRAL)).isalpha()


def _read(word: bytes, encoding: str) -> str:
    return word.decode(encoding, errors="replace").lower()
