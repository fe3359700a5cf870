"""Every rejected row as CSV: which file, which line, why, and its text, masked; safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from techhealth.figures import cell
from techhealth.ingest.masking.redact import masked
from techhealth.ingest.rejects import telling
from techhealth.model import OTHER_CUSTOMER

HEADER = ("file", "line", "reason", "text")
#: How the file begins; a spreadsheet takes it for UTF-8 by its first character.
BEGINNING = b"\xef\xbb\xbf" + ",".join(HEADER).encode()


@contextmanager
def rejects_to(out: BinaryIO) -> Iterator[None]:
    """Write every rejected row of what is read inside to `out`, file by file.

    Of each file first the lines that could not be parsed, then the rows that could but are no event, by reason. `line` is
    the line or record number (0: not known). The text of another customer's row is left out.
    """
    words = io.TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
    rows = csv.writer(words)
    rows.writerow(HEADER)

    def every(file: str, line: int, reason: str, text: str) -> None:
        rows.writerow((cell(file), line, cell(reason), "" if reason == OTHER_CUSTOMER else cell(masked(text))))

    try:
        with telling(every):
            yield
    finally:
        words.detach()
