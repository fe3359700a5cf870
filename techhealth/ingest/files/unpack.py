"""Packed bytes → unpacked bytes: gzip, bzip2, xz and zstd, piece by piece and never beyond what a source may unpack to."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from techhealth.errors import UnreadableError

_CHUNK = 1 << 20
#: Packed bytes handed over at once.
_PIECE = 1 << 16
_XZ = b"\xfd7zXZ\x00"
#: Memory that unpacking xz may take, as much as `xz -9` needs.
_XZ_MEMORY = 100_000_000
#: Packed bytes of zstd handed over at once: a block of four bytes can hold 128 KiB.
_ZSTD_PIECE = 256
#: Window of zstd that is accepted, as `zstd --long` makes it at most without being told otherwise.
_ZSTD_WINDOW = 1 << 27


@dataclass(slots=True)
class Budget:
    """Bytes that one source may still unpack to, over all its layers and members."""

    name: str
    limit: int
    spent: int = 0

    def spend(self, count: int) -> None:
        """Count unpacked bytes.

        Raises:
            UnreadableError: if they are more than the limit.
        """
        self.spent += count
        if self.spent > self.limit:
            raise too_large(self.name, self.limit)


@dataclass(frozen=True, slots=True)
class Packing:
    """A way of packing one stream: its first bytes, its name, and how its content is read in pieces."""

    magic: bytes
    name: str
    pieces: Callable[[bytes], Iterator[bytes]]


def packing_of(content: bytes) -> Packing | None:
    """Return how bytes are packed, None if they are not."""
    return next((packing for packing in PACKINGS if content.startswith(packing.magic)), None)


def unpacked(name: str, packing: Packing, stored: bytes, budget: Budget) -> bytes:
    """Return the content of a packed stream, of all its parts if it has several.

    Raises:
        UnreadableError: if it is cut, damaged or unpacks to more than the budget.
    """
    return gathered(name, packing.name, packing.pieces(stored), budget)


def gathered(name: str, kind: str, pieces: Iterator[bytes], budget: Budget) -> bytes:
    """Return pieces as one, within the budget; what goes wrong on the way is told of a `kind` file.

    Raises:
        UnreadableError: if the pieces break off, are damaged or are more than the budget.
    """
    content = io.BytesIO()
    try:
        for piece in pieces:
            budget.spend(len(piece))
            content.write(piece)
    except EOFError:
        raise UnreadableError(f"{name} ends in the middle of its {kind} data. Download or export it again.") from None
    except DAMAGE:
        raise UnreadableError(f"{name} is a damaged {kind} file. Download or export it again.") from None
    return content.getvalue()


def too_large(name: str, limit: int) -> UnreadableError:
    """Return the error for a source over the limit."""
    size = f"{limit / 1e6:,.0f} MB" if limit >= 1e6 else f"{limit:,} bytes"
    return UnreadableError(
        f"{name} is larger than the limit of {size} (unpacked). Export a shorter period, or split it."
    )


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes, none at the end."""


def pieces_of(stream: Readable) -> Iterator[bytes]:
    """Yield what a stream holds, a bounded piece at a time."""
    while piece := stream.read(_CHUNK):
        yield piece


def _gzip(stored: bytes) -> Iterator[bytes]:
    """Yield the content of all gzip members; what follows them and is none is left."""
    at = 0
    while stored.startswith(b"\x1f\x8b", at):
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            packed = member.unconsumed_tail or stored[at : at + _PIECE]
            at += 0 if member.unconsumed_tail else len(packed)
            piece = member.decompress(packed, _CHUNK)
            if not piece and not packed and not member.eof:
                raise EOFError
            yield piece
        at -= len(member.unused_data)


def _streams(
    stored: bytes, magic: bytes, make: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]
) -> Iterator[bytes]:
    """Yield the content of all streams that follow each other; what follows them and is none is left."""
    at = 0
    while stored.startswith(magic, at):
        stream = make()
        while not stream.eof:
            packed = stored[at : at + _PIECE] if stream.needs_input else b""
            if stream.needs_input and not packed:
                raise EOFError
            at += len(packed)
            yield stream.decompress(packed, _CHUNK)
        at -= len(stream.unused_data)


def _zstd(stored: bytes) -> Iterator[bytes]:
    """Yield the content of all zstd frames."""
    import zstandard

    at = 0
    try:
        while at < len(stored):
            frame = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
            while not frame.eof:
                piece = stored[at : at + _ZSTD_PIECE]
                if not piece:
                    raise EOFError
                at += len(piece)
                yield frame.decompress(piece)
            at -= len(frame.unused_data)
    except zstandard.ZstdError as problem:
        raise zlib.error(str(problem)) from None


PACKINGS = (
    Packing(b"\x1f\x8b", "gzip", _gzip),
    Packing(b"BZh", "bzip2", lambda stored: _streams(stored, b"BZh", bz2.BZ2Decompressor)),
    Packing(_XZ, "xz", lambda stored: _streams(stored, _XZ, lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY))),
    Packing(b"\x28\xb5\x2f\xfd", "zstd", _zstd),
)
#: What the standard library raises for packed bytes that make no sense.
DAMAGE = (zlib.error, lzma.LZMAError, OSError, ValueError, NotImplementedError)
