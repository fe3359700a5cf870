"""Bytes that are no log → a sentence that says what they are."""

from __future__ import annotations

from techhealth.errors import UnreadableError

_EXPORT = "Export the log as CSV or JSON."
#: First bytes → what it is and what to do instead.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "is a PNG image, not a log. " + _EXPORT),
    (b"\xff\xd8\xff", "is a JPEG image, not a log. " + _EXPORT),
    (b"GIF8", "is a GIF image, not a log. " + _EXPORT),
    (b"%PDF", "is a PDF document, not a log. " + _EXPORT),
    (b"7z\xbc\xaf", "is a 7z archive. Unpack it and use the files inside."),
    (b"Rar!", "is a rar archive. Unpack it and use the files inside."),
    (b"\x04\x22\x4d\x18", "is packed with lz4. Unpack it, or pack it with gzip or zstd."),
    (b"SQLite format 3", "is a SQLite database, not a log. " + _EXPORT),
    (b"ARROW1", "is an Arrow file, which is not read. Write it as Parquet or CSV."),
    (b"\x7fELF", "is a program, not a log. " + _EXPORT),
)
_PROBE = 65_536
#: Control characters that text does not have; those that divide fields and records in some exports are none of them.
_CONTROLS = bytes(set(range(32)) - {1, 9, 10, 13, 27, 30, 31})


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


def refuse_binary(name: str, content: bytes) -> None:
    """Raise a sentence for bytes that are no text.

    Raises:
        UnreadableError: if many of them are control characters.
    """
    head = content[:_PROBE]
    controls = len(head) - len(head.translate(None, delete=_CONTROLS))
    if controls > len(head) * 0.05:
        raise UnreadableError(f"{name} is binary, not text. {_EXPORT}")
