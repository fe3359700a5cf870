"""Corrections of a workspace: which column is which field, for files with the same header.

`corrections/<fingerprint of the header>/<field>.toml` holds one correction. Each is written as a whole, in a file of its
own, so that two processes never overwrite each other's; removing a file forgets it. Only names of columns are stored.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from techhealth.ingest import Correction, Recalled
from techhealth.ingest.records import folded

#: Folder of a workspace that holds the corrections.
FOLDER = "corrections"
#: Names of a header that are written down for whoever opens the file.
_NAMES = 60
_FIELD = re.compile(r"[a-z_]{1,40}")


def fingerprint(names: Sequence[str]) -> str:
    """Return what headers with the same columns share, in any order, case and punctuation.

    Examples:
        >>> fingerprint(["Status", "took_ms"]) == fingerprint(["tookMs", "status"])
        True
    """
    same = sorted({folded(name) or name for name in names})
    return hashlib.sha256("\n".join(same).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The corrections of a workspace as they were when it was looked at; the same ones are equal.

    `entries` maps (header, field) to a correction, `broken` a header to what is wrong with one of its files.
    """

    entries: tuple[tuple[tuple[str, str], Correction], ...] = ()
    broken: tuple[tuple[str, str], ...] = ()

    @property
    def asks(self) -> bool:
        """Whether one of them was asked for just now, so that it is refused if it does not fit."""
        return any(one.asked for _, one in self.entries)

    def of(self, header: str) -> dict[str, Correction]:
        """Return the corrections of a header by field."""
        return {field: one for (own, field), one in self.entries if own == header}

    def recall(self, names: Sequence[str]) -> Recalled:
        """Return what is known about files with these columns."""
        header = fingerprint(names)
        return Recalled(corrections=self.of(header), problems=tuple(why for own, why in self.broken if own == header))

    def changed(self, header: str, corrections: Mapping[str, Correction | None]) -> Known:
        """Return the corrections with some of a header changed; None forgets one."""
        kept = {key: one for key, one in self.entries if key[0] != header or key[1] not in corrections}
        new = {(header, field): one for field, one in corrections.items() if one is not None}
        return replace(self, entries=tuple(sorted((kept | new).items())))


def known(workspace: Path) -> Known:
    """Return the corrections of a workspace; a file that cannot be read is told, not fatal."""
    entries, broken = {}, []
    for path in sorted((workspace / FOLDER).glob("*/*.toml")):
        header = path.parent.name
        try:
            entries[header, path.stem] = _read(path)
        except (OSError, ValueError, KeyError, TypeError, TOMLKitError):
            shown = f"{FOLDER}/{header}/{path.name}"
            broken.append(
                (header, f"the correction {shown} cannot be read and is not used; delete it, or correct it again")
            )
    return Known(entries=tuple(sorted(entries.items())), broken=tuple(broken))


def remember(workspace: Path, header: str, field: str, value: str, *, on: date, names: Sequence[str]) -> None:
    """Write one correction down; the file is there as a whole or not at all.

    Raises:
        OSError: if the workspace cannot be written.
    """
    folder = workspace / FOLDER / header
    folder.mkdir(parents=True, exist_ok=True)
    entry = tomlkit.document()
    entry.add(
        tomlkit.comment(f"Files with this header: what {field} is read from (- is nothing). Delete to forget it.")
    )
    entry |= {"value": value, "corrected": on, "header": list(names[:_NAMES])}
    partial = folder / f"{field}.{secrets.token_hex(4)}.partial"
    try:
        partial.write_text(tomlkit.dumps(entry), encoding="utf-8")
        partial.replace(folder / f"{field}.toml")
    finally:
        partial.unlink(missing_ok=True)


def forget(workspace: Path, header: str, field: str) -> None:
    """Remove one correction, if it is there.

    Raises:
        OSError: if the workspace cannot be written.
    """
    (workspace / FOLDER / header / f"{field}.toml").unlink(missing_ok=True)


def _read(path: Path) -> Correction:
    if not _FIELD.fullmatch(path.stem):
        raise ValueError(path.stem)
    entry = tomlkit.parse(path.read_text(encoding="utf-8")).unwrap()
    value, on = entry["value"], entry["corrected"]
    if not isinstance(value, str) or not value or not isinstance(on, date):
        raise TypeError(path.name)
    return Correction(value=value, said=f"as corrected on {on:%Y-%m-%d} in this workspace")
