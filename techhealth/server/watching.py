"""A folder that is watched: complete new files are stored and judged, and what changed is told, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

from techhealth.actions.settings import Settings
from techhealth.errors import InputError, UsageError
from techhealth.server.uploaded import SeveralCustomersError, Uploaded, signalled, uploaded
from techhealth.store import Store, portfolio
from techhealth.store.watched import saw, seen, upload_ids

#: Path → size and time of change, of a file as it lies.
Stamps = Mapping[Path, str]


def lying(folder: Path) -> dict[Path, str]:
    """Return the files of a folder with their stamps; hidden and empty ones, and what lies deeper, are left out."""
    found = {}
    for path in sorted(folder.iterdir()):
        try:
            status = path.stat()
        except OSError:  # gone since the folder was listed, or not for us
            continue
        if path.is_file() and not path.name.startswith(".") and status.st_size:
            found[path] = f"{status.st_size} {status.st_mtime_ns}"
    return found


def complete(before: Stamps, now: Stamps) -> tuple[Path, ...]:
    """Return the files that nobody wrote to between two looks; one that is still growing waits.

    Examples:
        >>> done, growing = Path("done.csv"), Path("growing.csv")
        >>> complete({done: "70 1", growing: "20 1"}, {done: "70 1", growing: "30 2", Path("new.csv"): "5 2"})
        (PosixPath('done.csv'),)
    """
    return tuple(path for path, stamp in now.items() if before.get(path) == stamp)


class Watch:
    """Looks at a folder and at the store, and tells in one line each what was stored, refused and changed."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        say: Callable[[str], None],
        now: Callable[[], datetime],
        settings: Settings,
        customer: str | None = None,
    ) -> None:
        self.store, self.folder, self.say, self.now, self.settings = store, folder, say, now, settings
        self.customer = customer
        self._lying: dict[Path, str] = {}
        self._uploads = upload_ids(store)
        self._silent: set[str] = set()
        self._looked_on: date | None = None

    def look(self) -> None:
        """Take the files that are complete and were not seen as they are, then judge every customer of whom something is new or missed.

        Raises:
            UsageError: if the folder is gone.
            SQLAlchemyError: if the store cannot be used now; what was not taken is looked at again.
        """
        try:
            before, self._lying = self._lying, lying(self.folder)
        except OSError as error:
            raise UsageError(f"cannot look into {self.folder} ({error.strerror}); name a folder that exists.") from None
        for path in complete(before, self._lying):
            if seen(self.store, path) != self._lying[path]:
                self._take(path)
                saw(self.store, path, self._lying[path])
        self._judge()

    def _newly_silent(self) -> set[str]:
        """Return the customers whose newer data were not missed yet when that was last looked at; once a day."""
        before, today = self._silent, self.now().date()
        if today != self._looked_on:
            rows = portfolio(self.store, today=today).rows
            self._looked_on, self._silent = today, {row.account.name for row in rows if row.days_without}
        return self._silent - before

    def _take(self, path: Path) -> None:
        """Store a file for each of its customers, or say why it cannot be used; it stays where it lies."""
        try:
            for found in self._stored(path):
                score = found.assessment.score.value
                told = "no score" if score is None else f"score {score:.0f}"
                self.say(f"{path.name}: stored for {found.upload.customer}, {found.upload.events:,} events, {told}")
        except (InputError, UsageError) as error:
            self.say(f"{path.name}: not used: {error}")

    def _stored(self, path: Path) -> list[Uploaded]:
        try:
            return [uploaded(self.store, [path], customer=self.customer)]
        except SeveralCustomersError as several:
            return [uploaded(self.store, [path], customer=one) for one in several.customers]

    def _judge(self) -> None:
        """Raise the signal of each customer of whom something was stored since the last look, whoever stored it, or newer data
        are missed since today."""
        before, self._uploads = self._uploads, upload_ids(self.store)
        fresh = {name for name, ids in self._uploads.items() if before.get(name) != ids}
        for customer in sorted(fresh | self._newly_silent()):
            raised = signalled(self.store, customer, now=self.now(), settings=self.settings)
            for change in raised.changes if raised is not None and raised.is_new else ():
                self.say(f"{customer}: {change}")
