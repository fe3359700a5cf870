"""Folders of uploads in a workspace: each is there as a whole or not at all, and nothing is left behind for long."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

FOLDER = "uploads"
#: Ends the name of a folder that is being made, or thrown away.
_PARTIAL = ".partial"


def place(folder: Path, upload: str) -> Path:
    """Return where an upload lies."""
    return folder / FOLDER / upload


def make(folder: Path, upload: str, fill: Callable[[Path], None]) -> None:
    """Make the folder of an upload: filled aside, written through to the disk, then renamed.

    Raises:
        OSError: if the workspace cannot be written.
    """
    target = place(folder, upload)
    partial = target.with_name(upload + _PARTIAL)
    partial.mkdir(mode=0o700, parents=True)
    fill(partial)
    for path in (*partial.rglob("*"), partial):
        _through(path)
    partial.rename(target)
    _through(target.parent)


def remove(folder: Path, uploads: Iterable[str]) -> None:
    """Remove folders of uploads; those that are gone already are no matter."""
    for upload in uploads:
        shutil.rmtree(place(folder, upload), ignore_errors=True)


def present(folder: Path) -> set[str]:
    """Return the names of all folders of uploads, whole or partial."""
    where = folder / FOLDER
    return {path.name for path in where.iterdir()} if where.is_dir() else set()


def _through(path: Path) -> None:
    """Write a file, or where the system can a folder, through to the disk."""
    if os.name != "posix" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
