"""Text of any encoding → UTF-8: marks first, then UTF-8 itself, then what the bytes above ASCII look like."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from techhealth.ingest.files.sniff import refuse_binary

#: Bytes at the beginning → encoding.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
#: Encodings without a mark: (width of a character, which of its bytes are zero in Latin text, name).
_WIDE = ((4, (1, 2, 3), "utf-32-le"), (4, (0, 1, 2), "utf-32-be"), (2, (1,), "utf-16-le"), (2, (0,), "utf-16-be"))
_ZEROS = 0.4
_CHUNK = 1 << 20
#: Accented letters stand alone among others; a run of so many bytes above ASCII is another script.
_RUN = re.compile(rb"[\x80-\xff]{4}")
_LATIN = ("cp1252", "cp1250", "cp1254")
_OTHER = ("cp1251", "koi8_r", "cp1253", "cp932", "euc_jp", "gb18030", "big5", "euc_kr", "cp1255", "cp1256")
#: Cells that are not ASCII, looked at: each once, so many bytes of them in all.
_CELL = re.compile(rb"[^,;\t\"\r\n]*[\x80-\xff][^,;\t\"\r\n]*")
_SAMPLE = 20_000
#: A guess whose disorder (0-1) is this near to the least is as good.
_NEAR = 0.01


def to_utf8(name: str, content: bytes) -> tuple[bytes, str]:
    """Return the content as UTF-8 without byte order mark, and the name of its encoding.

    Raises:
        UnreadableError: if it is binary.
    """
    encoding = _marked(content) or "utf-8"
    if encoding in ("utf-8", "utf-8-sig"):
        content = content.removeprefix(codecs.BOM_UTF8)
        refuse_binary(name, content)
        if not _is_utf8(content):
            content, encoding = _recoded(content)
    else:
        content = content.decode(encoding, errors="replace").lstrip("\ufeff").encode()
        refuse_binary(name, content)
    return (content if b"\n" in content else content.replace(b"\r", b"\n")), encoding


def _marked(content: bytes) -> str | None:
    """Return the encoding that a mark or the zeros among the first bytes give away."""
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    head = content[:4096]
    zeros = (
        encoding for width, places, encoding in _WIDE
        if all(head[place::width].count(0) > _ZEROS * len(head) / width for place in places)
    )  # fmt: skip
    return marked or next(zeros, None)


def _is_utf8(content: bytes) -> bool:
    """Return whether all of the content is UTF-8, looked at piece by piece."""
    if content.isascii():
        return True
    decoder, view = codecs.getincrementaldecoder("utf-8")(), memoryview(content)
    try:
        for at in range(0, len(content), _CHUNK):
            decoder.decode(view[at : at + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _recoded(content: bytes) -> tuple[bytes, str]:
    """Return text that is not valid UTF-8 as UTF-8: mostly valid is repaired, else its encoding is guessed."""
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if len(text) - len(text.encode("ascii", errors="ignore")) > 3 * broken:
        return text.encode(), "utf-8 (damaged)"
    encoding, sure = _guessed(content)
    other = "" if sure else f" (or {CENTRAL})"
    return content.decode(encoding, errors="replace").encode(), f"{encoding}{other}"


def _guessed(content: bytes) -> tuple[str, bool]:
    """Return the encoding whose letters make most sense, and whether that is sure; Western European where several do."""
    from charset_normalizer import from_bytes

    cells: dict[bytes, None] = {}
    size = 0
    for found in _CELL.finditer(content):
        if found[0] not in cells:
            cells[found[0]] = None
            size += len(found[0])
        if size > _SAMPLE:
            break
    sample = b"\n".join(cells)[: 2 * _SAMPLE]
    matches = from_bytes(sample, cp_isolation=[*(_OTHER if _RUN.search(sample) else _LATIN)])
    ranked = sorted(matches, key=lambda match: (round(match.chaos, 2), -match.coherence))
    near = [match for match in ranked if match.chaos <= ranked[0].chaos + _NEAR]
    turkish = any(match.encoding == "cp1254" and match.language == "Turkish" for match in near)
    alike = {encoding for match in near for encoding in (match.encoding, *match.could_be_from_charset)}
    encoding = "cp1254" if turkish else WESTERN if WESTERN in alike or not ranked else ranked[0].encoding
    encoding, sure = european(sample) if encoding in (WESTERN, CENTRAL) else (encoding, True)
    return ("latin-1" if encoding == WESTERN and not re.search(rb"[\x80-\x9f]", content) else encoding), sure


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
