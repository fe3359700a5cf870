"""Bytes → readable text: names what is not a log, and finds the encoding."""

from __future__ import annotations

import re

from techhealth.errors import UnreadableError

_EXPORT = "Export the log as CSV or JSON."
#: First bytes → what it is and what to do instead.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "is a PNG image, not a log. " + _EXPORT),
    (b"\xff\xd8\xff", "is a JPEG image, not a log. " + _EXPORT),
    (b"GIF8", "is a GIF image, not a log. " + _EXPORT),
    (b"%PDF", "is a PDF document, not a log. " + _EXPORT),
    (b"PAR1", "is a Parquet file, which is not read yet. " + _EXPORT),
    (b"7z\xbc\xaf", "is a 7z archive. Unpack it and use the files inside."),
    (b"Rar!", "is a rar archive. Unpack it and use the files inside."),
    (b"\x04\x22\x4d\x18", "is packed with lz4. Unpack it, or pack it with gzip or zstd."),
    (b"\xd0\xcf\x11\xe0", "is an old Excel or Word file. Save it as CSV."),
    (b"SQLite format 3", "is a SQLite database, not a log. " + _EXPORT),
    (b"ARROW1", "is an Arrow file, which is not read yet. " + _EXPORT),
    (b"\x7fELF", "is a program, not a log. " + _EXPORT),
)
_BOMS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_PROBE = 65_536
_CONTROLS = bytes(set(range(32)) - {9, 10, 13, 27})


def refuse_foreign(name: str, content: bytes) -> None:
    """Raise a sentence for a file that is something else than text.

    Raises:
        UnreadableError: naming what the file is and what to use instead.
    """
    if not content or content.isspace():
        raise UnreadableError(f"{name} is empty. Export the log again and check that it has rows.")
    for magic, what in _MAGIC:
        if content.startswith(magic):
            raise UnreadableError(f"{name} {what}")
    head = content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise UnreadableError(f"{name} is a web page (a login page, perhaps), not a log. {_EXPORT}")
    if re.match(rb"<[?!a-z]", head):
        raise UnreadableError(f"{name} is XML or markup, which is not read. {_EXPORT}")


def to_utf8(name: str, content: bytes) -> tuple[bytes, str]:
    """Return the content as UTF-8 without byte order mark, and the name of its encoding.

    Raises:
        UnreadableError: if it is binary.
    """
    encoding = _encoding(content)
    if encoding in ("utf-8", "utf-8-sig"):
        content = content.removeprefix(b"\xef\xbb\xbf")
        _refuse_binary(name, content)
        try:
            content.decode()
        except UnicodeDecodeError:
            return _repaired(name, content)
        return _lines(content), encoding
    text = content.decode(encoding, errors="replace").lstrip("\ufeff")
    _refuse_binary(name, text.encode("utf-8"))
    return _lines(text.encode("utf-8")), encoding


def _lines(content: bytes) -> bytes:
    """Return the content with line feeds where it has carriage returns only."""
    return content.replace(b"\r", b"\n") if b"\n" not in content else content


def _encoding(content: bytes) -> str:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return encoding
    head = content[:4096]
    if head[1::2].count(0) > len(head) * 0.4:
        return "utf-16-le"
    if head[::2].count(0) > len(head) * 0.4:
        return "utf-16-be"
    return "utf-8"


def _repaired(name: str, content: bytes) -> tuple[bytes, str]:
    """Return text that is not valid UTF-8: mostly valid is repaired, else it is read as Western European."""
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    foreign = sum(not char.isascii() for char in text[:_PROBE])
    if broken > len(text) * 0.1:
        raise _binary(name)
    if foreign > 2 * text[:_PROBE].count("\ufffd"):
        return text.encode("utf-8"), "utf-8 (damaged)"
    return content.decode("latin-1").encode("utf-8"), "latin-1"


def _refuse_binary(name: str, content: bytes) -> None:
    head = content[:_PROBE]
    controls = len(head) - len(head.translate(None, delete=_CONTROLS))
    if controls > len(head) * 0.05:
        raise _binary(name)


def _binary(name: str) -> UnreadableError:
    return UnreadableError(f"{name} is binary, not text. {_EXPORT}")
