"""Archives → their members: zip and tar, within the budget of their source; what is no file of a person is left out."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from techhealth.errors import UnreadableError
from techhealth.ingest.files.unpack import Budget, gathered, pieces_of

#: Members one archive may have.
MAX_MEMBERS = 1_000
_ENTRY = b"PK\x01\x02"
#: Ways of packing a member that are unpacked within bounds; the library takes all others in pieces of any size.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CLUTTER = ("__macosx", "thumbs.db", "desktop.ini")
#: Names inside a zip file that make it a document of an office program.
_OFFICE = ("[Content_Types].xml", "mimetype")


@dataclass(slots=True)
class Archive:
    """The files of an archive by name, read one at a time; `left_out` counts folders and hidden files."""

    kind: str
    files: Iterator[tuple[str, bytes]]
    left_out: list[str] = field(default_factory=list)


def archive_of(name: str, stored: bytes, budget: Budget) -> Archive | None:
    """Return the archive that bytes are, None if they are none; a workbook is packed as zip, but is no archive.

    Raises:
        UnreadableError: if it is damaged, encrypted or has too many members.
    """
    if stored.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(name, stored, budget)
    return _tar(name, stored, budget) if stored[257:262] == b"ustar" else None


def zip_directory(name: str, stored: bytes) -> zipfile.ZipFile:
    """Return the zip file of bytes, its directory read.

    Raises:
        UnreadableError: if it is damaged or has too many members.
    """
    if stored.count(_ENTRY) > MAX_MEMBERS:
        raise _too_many(name)
    try:
        return zipfile.ZipFile(io.BytesIO(stored))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        what = "Excel workbook" if b"xl/" in stored[:65_536] else "zip archive"
        raise UnreadableError(f"{name} is a damaged {what}. Download or export it again.") from None


def _zip(name: str, stored: bytes, budget: Budget) -> Archive | None:
    directory = zip_directory(name, stored)
    infos = directory.infolist()
    if any(info.filename in _OFFICE for info in infos):
        return None
    kept = [info for info in infos if not (info.is_dir() or _hidden(info.filename))]
    if any(info.flag_bits & 0x1 for info in kept):
        raise UnreadableError(f"{name} is an encrypted zip archive. Unpack it and use the files in it.")
    if any(info.compress_type not in _METHODS for info in kept):
        raise UnreadableError(f"{name} is a zip archive of a rare kind. Unpack it and use the files in it.")
    files = ((info.filename, _content(f"{name}/{info.filename}", directory, info, budget)) for info in kept)
    return Archive("zip", files, [info.filename for info in infos if info not in kept])


def _content(name: str, directory: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> bytes:
    def pieces() -> Iterator[bytes]:
        try:
            with directory.open(info) as stream:
                yield from pieces_of(stream)
        except (zipfile.BadZipFile, RuntimeError) as problem:
            raise ValueError(str(problem)) from None

    return gathered(name, "zip", pieces(), budget)


def _tar(name: str, stored: bytes, budget: Budget) -> Archive:
    archive = Archive("tar", iter(()))

    def files() -> Iterator[tuple[str, bytes]]:
        try:
            with tarfile.open(fileobj=io.BytesIO(stored), mode="r:") as directory:
                for n, info in enumerate(directory):
                    if n >= MAX_MEMBERS:
                        raise _too_many(name)
                    stream = directory.extractfile(info) if info.isfile() and not _hidden(info.name) else None
                    if stream:
                        yield info.name, gathered(f"{name}/{info.name}", "tar", pieces_of(stream), budget)
                    else:
                        archive.left_out.append(info.name)
        except (tarfile.TarError, EOFError, OSError, ValueError):
            raise UnreadableError(f"{name} is a damaged tar archive. Download or export it again.") from None

    archive.files = files()
    return archive


def _hidden(path: str) -> bool:
    parts = path.replace("\\", "/").strip("/").split("/")
    return any((part.startswith(".") and part not in (".", "..")) or part.lower() in _CLUTTER for part in parts)


def _too_many(name: str) -> UnreadableError:
    return UnreadableError(f"{name} holds more than {MAX_MEMBERS:,} files. Take the logs out of it and use those.")
