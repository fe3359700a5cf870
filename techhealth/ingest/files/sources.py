"""Sources → bytes: paths, standard input, uploads and frames, unpacked within a size limit and fingerprinted."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import polars as pl

from techhealth.errors import UnreadableError, UsageError
from techhealth.ingest.files.archives import archive_of
from techhealth.ingest.files.unpack import Budget, packing_of, too_large, unpacked
from techhealth.ingest.masking.redact import masked_name

Source = str | Path | bytes | BinaryIO | pl.DataFrame | tuple[str, bytes]

#: Bytes read from one source, and bytes it may unpack to.
MAX_BYTES = 1_000_000_000
#: Layers that are taken off one source: an archive in an archive, each packed.
_LAYERS = 4


@dataclass(slots=True, kw_only=True)
class Blob:
    """One file in memory.

    Attributes:
        name: of the file; a member of an archive is named after it ("logs.zip/january.csv").
        content: unpacked bytes, as long as nobody took them.
        sha256: fingerprint of the stored bytes.
        packing: how it was packed, the innermost first.
        member: whether it came out of an archive.
        limit: bytes it may become when it is read.
        left_out: folders and hidden files of the source, complete after its last file.
        frame: set instead of the content when the source was a frame.
    """

    name: str
    content: bytes
    sha256: str
    packing: tuple[str, ...] = ()
    member: bool = False
    limit: int = MAX_BYTES
    left_out: list[str] = field(default_factory=list)
    frame: pl.DataFrame | None = None

    def take(self) -> bytes:
        """Return the content and let go of it, so that its memory is free once it is read."""
        content, self.content = self.content, b""
        return content


def load(source: Source, *, max_bytes: int = MAX_BYTES) -> Iterator[Blob]:
    """Yield the files of one source with their unpacked bytes: one, or each member of an archive.

    Raises:
        UnreadableError: if it is missing, a folder, empty, cut off, or larger than `max_bytes` (also unpacked).
        UsageError: if it is of another type.
    """
    if isinstance(source, pl.DataFrame):
        stored = source.write_ipc(None).getvalue()
        yield Blob(name="frame", content=b"", sha256=_sha256(stored), frame=source)
        return
    blob = _stored(source, max_bytes)
    yield from _files(blob, Budget(blob.name, max_bytes), _LAYERS)


def _files(blob: Blob, budget: Budget, layers: int) -> Iterator[Blob]:
    """Yield the file, or the members of the archive, that is inside all packings of a blob."""
    while packing := packing_of(blob.content):
        layers = _one_less(blob.name, layers)
        blob.content = unpacked(blob.name, packing, blob.take(), budget)
        blob.packing = (packing.name, *blob.packing)
    archive = archive_of(blob.name, blob.content, budget)
    if archive is None:
        yield blob
        return
    layers, blob.content, empty = _one_less(blob.name, layers), b"", True
    for name, content in archive.files:
        member = Blob(
            name=masked_name(f"{blob.name}/{name}"), content=content, sha256=_sha256(content), member=True,
            packing=(archive.kind, *blob.packing), left_out=blob.left_out, limit=blob.limit,
        )  # fmt: skip
        del content
        empty = False
        yield from _files(member, budget, layers)
    blob.left_out += archive.left_out
    if empty:
        raise UnreadableError(f"{blob.name} is an archive without a file. Export the log again.")


def _one_less(name: str, layers: int) -> int:
    if not layers:
        raise UnreadableError(f"{name} is packed too often. Take the log out of its archives and use it.")
    return layers - 1


def _stored(source: str | Path | bytes | BinaryIO | tuple[str, bytes], max_bytes: int) -> Blob:
    """Return the name and the bytes as stored."""
    name, stored = "", None
    if isinstance(source, tuple):
        name, stored = source
    elif isinstance(source, bytes):
        name, stored = "upload", source
    elif isinstance(source, str | Path):
        name, stored = (
            ("standard input", _limited(sys.stdin.buffer, max_bytes)) if source == "-" else _file(source, max_bytes)
        )
    elif hasattr(source, "read"):
        name, stored = str(getattr(source, "name", "stream")), _limited(source, max_bytes)
    if not isinstance(stored, bytes):
        raise UsageError(
            f"{type(source).__name__} is no log. Pass a path, bytes, a file opened as binary, or a polars frame."
        )
    name = masked_name(name)
    if len(stored) > max_bytes:
        raise too_large(name, max_bytes)
    return Blob(name=name, content=stored, sha256=_sha256(stored), limit=max_bytes)


def _file(path: str | Path, max_bytes: int) -> tuple[str, bytes]:
    try:
        if Path(path).is_dir():
            raise UnreadableError(f"{path} is a folder. Name the log files in it, for example {path}/*.json.")
        if Path(path).stat().st_size > max_bytes:
            raise too_large(str(path), max_bytes)
        return Path(path).name, Path(path).read_bytes()
    except FileNotFoundError:
        raise UnreadableError(f"{path} does not exist. Check the name and the folder.") from None
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or "not a usable name"
        raise UnreadableError(f"{str(path)[:200]!r} cannot be opened ({why}). Check its name and rights.") from None


def _limited(stream: BinaryIO, max_bytes: int) -> bytes:
    return stream.read(max_bytes + 1)


def _sha256(stored: bytes) -> str:
    return hashlib.sha256(stored).hexdigest()
