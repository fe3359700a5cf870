"""Sources → bytes: paths, standard input, uploads and frames, unpacked within a size limit and fingerprinted."""

from __future__ import annotations

import hashlib
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from techhealth.errors import UnreadableError

Source = str | Path | bytes | BinaryIO | pl.DataFrame | tuple[str, bytes]

#: Bytes read from one source, and bytes it may unpack to.
MAX_BYTES = 1_000_000_000
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """One source in memory: its name, unpacked bytes, the fingerprint of the stored bytes, and whether it was packed.

    `frame` is set instead of `content` when the source was a frame.
    """

    name: str
    content: bytes
    sha256: str
    gzipped: bool
    frame: pl.DataFrame | None = None


def load(source: Source, *, max_bytes: int = MAX_BYTES) -> Blob:
    """Return the unpacked bytes of one source.

    Raises:
        UnreadableError: if it is missing, a folder, empty, cut off, or larger than `max_bytes` (also unpacked).
    """
    if isinstance(source, pl.DataFrame):
        stored = source.write_ipc(None).getvalue()
        return Blob(name="frame", content=b"", sha256=_sha256(stored), gzipped=False, frame=source)
    name, stored = _stored(source, max_bytes)
    if not stored.strip():
        raise UnreadableError(f"{name} is empty. Export the log again and check that it has rows.")
    gzipped = stored.startswith(b"\x1f\x8b")
    content = _unpacked(name, stored, max_bytes) if gzipped else stored
    if not content.strip():
        raise UnreadableError(f"{name} is empty once unpacked. Export the log again and check that it has rows.")
    return Blob(name=name, content=content, sha256=_sha256(stored), gzipped=gzipped)


def _stored(source: str | Path | bytes | BinaryIO | tuple[str, bytes], max_bytes: int) -> tuple[str, bytes]:
    """Return the name and the bytes as stored."""
    if isinstance(source, tuple):
        name, stored = source
    elif isinstance(source, bytes):
        name, stored = "upload", source
    elif isinstance(source, str | Path):
        name, stored = (
            ("standard input", _limited(sys.stdin.buffer, max_bytes)) if source == "-" else _file(source, max_bytes)
        )
    else:
        name, stored = str(getattr(source, "name", "stream")), _limited(source, max_bytes)
    if len(stored) > max_bytes:
        raise _too_large(name, max_bytes)
    return name, stored


def _file(path: str | Path, max_bytes: int) -> tuple[str, bytes]:
    try:
        if Path(path).is_dir():
            raise UnreadableError(f"{path} is a folder. Name the log files in it, for example {path}/*.json.")
        if Path(path).stat().st_size > max_bytes:
            raise _too_large(str(path), max_bytes)
        return Path(path).name, Path(path).read_bytes()
    except FileNotFoundError:
        raise UnreadableError(f"{path} does not exist. Check the name and the folder.") from None
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or "not a usable name"
        raise UnreadableError(f"{str(path)[:200]!r} cannot be opened ({why}). Check its name and rights.") from None


def _limited(stream: BinaryIO, max_bytes: int) -> bytes:
    return stream.read(max_bytes + 1)


def _unpacked(name: str, stored: bytes, max_bytes: int) -> bytes:
    """Return the content of all gzip members, never more than the limit."""
    parts: list[bytes] = []
    size = 0
    rest = stored
    while rest.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(wbits=31)
        try:
            while not member.eof:
                part = member.decompress(rest, _CHUNK)
                rest = member.unconsumed_tail
                size += len(part)
                if size > max_bytes:
                    raise _too_large(name, max_bytes)
                parts.append(part)
                if not part and not rest and not member.eof:
                    raise UnreadableError(f"{name} ends in the middle of its gzip data. Download or export it again.")
        except zlib.error:
            raise UnreadableError(f"{name} is a damaged gzip file. Download or export it again.") from None
        rest = member.unused_data
    return b"".join(parts)


def _too_large(name: str, max_bytes: int) -> UnreadableError:
    return UnreadableError(
        f"{name} is larger than the limit of {_size(max_bytes)} (unpacked). Export a shorter period, or split it."
    )


def _size(count: int) -> str:
    return f"{count / 1e6:,.0f} MB" if count >= 1e6 else f"{count:,} bytes"


def _sha256(stored: bytes) -> str:
    return hashlib.sha256(stored).hexdigest()
