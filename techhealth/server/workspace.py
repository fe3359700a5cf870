"""The folder a page works in: policies of customers, and the logs it shows before anything is dropped.

A policy that names a customer belongs to that customer; one without is for everybody else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path

from techhealth.assess import assess
from techhealth.errors import TechHealthError, UsageError
from techhealth.model import Assessment, FileReceipt
from techhealth.policy import Policy
from techhealth.portfolio import Link
from techhealth.present.page import Sheet
from techhealth.server.corrections import Known
from techhealth.server.corrections import known as corrections_of
from techhealth.server.opened import LARGEST, Opened, Progress, Upload
from techhealth.server.policies import Named, for_customer, in_use, policies_in, policy_files
from techhealth.server.remedies import for_a_page
from techhealth.server.shipped import shipped
from techhealth.store import Store, listed, policies_of
from techhealth.usage.events import Usage

__all__ = ["LARGEST", "VARIABLE", "Answer", "Upload", "answer", "folder", "understood"]

#: Names the folder for a server's pages.
VARIABLE = "TECHHEALTH_WORKSPACE"
_LOGS = ("*.json.gz", "*.ndjson.gz", "*.csv.gz", "*.json", "*.ndjson", "*.csv")

_Stamp = tuple[str, int, int]  # path, time of change in ns, size


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a page shows: an assessment, or the one sentence that says why there is none.

    `customers` are the names found; `read` is what was read and under which policy, to be stored; `sample` tells that it is an example: the workspace's own log, or a customer who is one.
    `problem` beside an assessment names the files that were left out of it, and why; `unread` tells why by their
    places among the files. `missing` is a customer or log that was asked for and is not known. `sheets` are the files by header;
    `rejects` makes their rejected rows as CSV. `shared` tells by their ids which issues other customers have as well. `policy` is the one of the assessment, `judged_by` its name.
    """

    assessment: Assessment | None
    policy: Policy = field(default_factory=Policy)
    judged_by: str | None = None
    customers: tuple[str, ...] = ()
    problem: str | None = None
    missing: str | None = None
    sample: bool = False
    sheets: tuple[Sheet, ...] = ()
    unread: Mapping[int, str] = field(default_factory=dict)
    rejects: Callable[[], bytes] = bytes
    read: tuple[Usage, Policy] | None = None
    shared: Mapping[str, Link] = field(default_factory=dict)

    @property
    def rejected(self) -> int:
        """The rejected rows of all files."""
        return sum(file.rejected for sheet in self.sheets for file in sheet.files)


def folder() -> Path:
    """Return the folder of this server's pages; the shipped data when none was named."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else shipped("data")


def answer(
    dropped: Sequence[Upload],
    *,
    within: Path,
    customer: str | None = None,
    known: Known | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Return what a page shows for dropped files; for none, the first log of the workspace.

    Args:
        dropped: names and contents.
        within: the workspace.
        customer: which one, where the files hold several; the first when not given.
        known: corrections to read the files with; those of the workspace when not given.
        store: what is known of customers beside policies; nothing is stored in it.
        progress: told each step, in words.

    Raises:
        UsageError: if a correction that was just asked for does not fit.
    """
    known = corrections_of(within) if known is None else known
    try:
        if dropped:
            policies = policies_in(policy_files(within), store)
            return _assessed(Opened(dropped, known, progress), policies, customer=customer, store=store)
        log = next((path for pattern in _LOGS for path in sorted(within.glob(pattern))), None)
        if log is None:
            return Answer(assessment=None)
        stamps = tuple(_stamp(path) for path in (log, *policy_files(within)))
        told = repr(([one.customer for one in listed(store)], policies_of(store))) if store else ""
        return _of_workspace(stamps, customer, known, store, told)
    except UsageError as error:
        if known.asks:
            raise
        return Answer(assessment=None, problem=for_a_page(error))
    except TechHealthError as error:
        return Answer(assessment=None, problem=for_a_page(error))


def understood(files: Opened, policies: Sequence[Named], *, customer: str | None, store: Store | None) -> Answer:
    """Return what was read of files under the policy of their customer; files that cannot be used are named."""
    everybody = in_use(policies, None).policy
    usage = files.usable(everybody, customer=customer)
    if usage is None:
        return _shown(files, everybody)
    names = usage.receipt.customers
    chosen = customer or next(iter(names), None)
    policy = for_customer(policies, chosen, store)
    again = customer is None and len(names) > 1
    if again or (policy.timezone, policy.rename) != (everybody.timezone, everybody.rename):
        usage = files.read(policy, customer=chosen)
    shown = _shown(files, policy, usage.receipt.files, customer=chosen if again else customer)
    return replace(shown, policy=policy, judged_by=in_use(policies, chosen).name, customers=names, read=(usage, policy))


def _assessed(files: Opened, policies: Sequence[Named], *, customer: str | None, store: Store | None) -> Answer:
    """Return what was read of files, and its assessment."""
    found = understood(files, policies, customer=customer, store=store)
    if found.read is None:
        return found
    if files.progress is not None:
        files.progress("Calculating technical health")
    usage, policy = found.read
    return replace(found, assessment=assess(usage, policy=policy))


def _shown(
    files: Opened, policy: Policy, receipts: Sequence[FileReceipt] = (), *, customer: str | None = None
) -> Answer:
    """Return what is said of the files beside their assessment."""
    return Answer(
        assessment=None,
        problem=" ".join(files.unread.values()) or None,
        sheets=files.sheets(receipts),
        unread=files.unread,
        rejects=partial(files.rejects, policy, customer=customer),
    )


@lru_cache(maxsize=4)
def _of_workspace(
    stamps: tuple[_Stamp, ...], customer: str | None, known: Known, store: Store | None, _told: str
) -> Answer:
    """Return the answer of a workspace's own log; kept while the log, policies, corrections and customers stay."""
    log, *policies = (Path(path) for path, _, _ in stamps)
    found = _assessed(Opened([log], known), policies_in(policies, store), customer=customer, store=store)
    return replace(found, sample=True)


def _stamp(path: Path) -> _Stamp:
    status = path.stat()
    return str(path), status.st_mtime_ns, status.st_size
