"""Files opened for a page: what can be read of them, what cannot and why, and what may be asked about each."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from techhealth.errors import InputError, MissingFieldError, TechHealthError, UnreadableError
from techhealth.ingest import columns_of, inspect, read, rejects_to
from techhealth.model import Column, FileReceipt
from techhealth.policy import Policy
from techhealth.present.page import Sheet
from techhealth.server.corrections import Known, fingerprint
from techhealth.server.remedies import for_a_page
from techhealth.usage.events import Usage

#: Bytes of one dropped file.
LARGEST = 200_000_000

Upload = tuple[str, bytes]
Progress = Callable[[str], None]
Told = Callable[[TechHealthError], str]


class Opened:
    """Files of one analysis, read with what is known about their headers; those that cannot be used are left out.

    `told` says in words what is wrong with one, to whom it concerns.
    """

    def __init__(
        self, files: Sequence[Upload | Path], known: Known, progress: Progress | None = None, *, told: Told = for_a_page
    ) -> None:
        self.files, self.known, self.progress, self.told = files, known, progress, told
        self._bad: dict[int, InputError] = {}
        self._told: list[int] = []  # places of unread files that have a receipt
        self._policy = Policy()

    @property
    def unread(self) -> dict[int, str]:
        """The places of the files that cannot be used, and why, in words."""
        return {n: self.told(error) for n, error in self._bad.items()}

    @property
    def used(self) -> list[Upload | Path]:
        """The files that can be used."""
        return [file for n, file in enumerate(self.files) if n not in self._bad]

    def usable(self, policy: Policy, *, customer: str | None) -> Usage | None:
        """Return what the files hold, the others left out; None if none can be used."""
        self._policy = policy
        try:
            return self.read(policy, customer=customer)
        except InputError as error:
            if len(self.files) == 1:
                self._bad[0] = error
                return None
        for n, one in enumerate(self.files):
            try:
                self._read([one], policy, customer=None)
            except InputError as error:
                self._bad[n] = error
        return self.read(policy, customer=customer) if self.used else None

    def read(self, policy: Policy, *, customer: str | None) -> Usage:
        """Return what the usable files hold, read in the zone and with the names of a policy."""
        return self._read(self.used, policy, customer=customer)

    def _read(self, files: Sequence[Upload | Path], policy: Policy, *, customer: str | None) -> Usage:
        for one in files:
            _check_size(one)
        return read(
            *files, customer=customer, timezone=policy.timezone, rename=policy.rename, recall=self.known.recall,
            progress=self.progress,
        )  # fmt: skip

    def sheets(self, receipts: Sequence[FileReceipt]) -> tuple[Sheet, ...]:
        """Return the files by header: those of the receipts, then the unread ones whose columns can be told."""
        found: dict[tuple[str, bool], list[tuple[str, FileReceipt | None, tuple[Column, ...]]]] = {}
        looked = [self._looked(n) for n in sorted(self._bad)]
        for unread, rows in ((False, [(one.name, one, one.columns) for one in receipts]), (True, looked)):
            for row in filter(None, rows):
                header = fingerprint([column.name for column in row[2]])
                found.setdefault((header, unread), []).append(row)
        return tuple(self._sheet(header, unread, rows) for (header, unread), rows in found.items())

    def _sheet(
        self, header: str, unread: bool, rows: Sequence[tuple[str, FileReceipt | None, tuple[Column, ...]]]
    ) -> Sheet:
        return Sheet(
            header=header,
            names=tuple(name for name, _, _ in rows),
            columns=rows[0][2],
            files=tuple(receipt for _, receipt, _ in rows if receipt),
            corrected={name: one.value for name, one in self.known.of(header).items()},
            unread=unread,
        )

    def _looked(self, n: int) -> tuple[str, FileReceipt | None, tuple[Column, ...]] | None:
        """Return name, receipt and columns of a file that cannot be used; None if it is no log at all."""
        file = self.files[n]
        name = file.name if isinstance(file, Path) else file[0]
        try:
            receipt = self._inspect(file)
        except MissingFieldError:
            return name, None, columns_of(file, recall=self.known.recall)
        except InputError:
            return None
        self._told.append(n)
        return receipt.name, receipt, receipt.columns

    def _inspect(self, file: Upload | Path) -> FileReceipt:
        _check_size(file)
        return inspect(file, timezone=self._policy.timezone, recall=self.known.recall).files[0]

    def rejects(self, policy: Policy, *, customer: str | None) -> bytes:
        """Return the rejected rows of the files of `sheets` as CSV; they are read once more for it."""
        self.progress = None  # whoever watched has seen the answer
        out = io.BytesIO()
        with rejects_to(out):
            if self.used:
                self.read(policy, customer=customer)
            for n in self._told:
                self._inspect(self.files[n])
        return out.getvalue()


def _check_size(file: Upload | Path) -> None:
    if not isinstance(file, Path) and len(file[1]) > LARGEST:
        raise UnreadableError(f"{file[0]} is larger than {LARGEST // 10**6} MB; export fewer days.")
