"""The folder a page works in: policies of customers, and the logs it shows before anything is dropped.

A policy that names a customer belongs to that customer; one without is for everybody else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from techhealth.assess import assess
from techhealth.errors import InputError, TechHealthError, UnreadableError, UsageError
from techhealth.ingest import read
from techhealth.model import Assessment
from techhealth.policy import Policy
from techhealth.server.remedies import for_a_page
from techhealth.usage.events import Usage

#: Names the folder for a server's pages.
VARIABLE = "TECHHEALTH_WORKSPACE"
#: Bytes of one dropped file.
LARGEST = 200_000_000
_LOGS = ("*.json.gz", "*.ndjson.gz", "*.csv.gz", "*.json", "*.ndjson", "*.csv")

Upload = tuple[str, bytes]
Progress = Callable[[str], None]
_Stamp = tuple[str, int, int]  # path, time of change in ns, size


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a page shows: an assessment, or the one sentence that says why there is none.

    `customers` are the names found; `sample` tells that nothing was dropped and the workspace's own log is shown.
    `problem` beside an assessment names the files that were left out of it, and why.
    """

    assessment: Assessment | None
    customers: tuple[str, ...] = ()
    problem: str | None = None
    sample: bool = False


def shipped(name: str) -> Path:
    """Return a folder that comes with the package: beside it in a repository, inside it when installed.

    Raises:
        UsageError: if the package came without it.
    """
    package = Path(__file__).parent.parent
    for folder in (package.parent / name, package / "shipped" / name):
        if folder.is_dir():
            return folder
    raise UsageError(f"this installation lacks its folder {name}; install techhealth again from its repository.")


def folder() -> Path:
    """Return the folder of this server's pages; the shipped data when none was named."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else shipped("data")


def answer(
    dropped: Sequence[Upload], *, within: Path, customer: str | None = None, progress: Progress | None = None
) -> Answer:
    """Return what a page shows for dropped files; for none, the first log of the workspace.

    Args:
        dropped: names and contents.
        within: the workspace.
        customer: which one, where the files hold several; the first when not given.
        progress: told each step, in words.
    """
    try:
        if dropped:
            return _assessed(dropped, _policies(within), customer=customer, progress=progress)
        log = next((path for pattern in _LOGS for path in sorted(within.glob(pattern))), None)
        if log is None:
            return Answer(assessment=None)
        stamps = tuple(_stamp(path) for path in (log, *_policy_files(within)))
        return _of_workspace(stamps, customer)
    except TechHealthError as error:
        return Answer(assessment=None, problem=for_a_page(error))


def _assessed(
    files: Sequence[Upload | Path], policies: Sequence[Policy], *, customer: str | None, progress: Progress | None
) -> Answer:
    """Return the assessment of files under the policy of their customer; files that cannot be used are named."""
    everybody = next((policy for policy in policies if policy.customer is None), Policy())
    usage, used, problem = _usable(files, everybody, customer=customer, progress=progress)
    names = usage.receipt.customers
    chosen = customer or next(iter(names), None)
    own = next((policy for policy in policies if policy.customer is not None and policy.customer == chosen), everybody)
    policy = own if chosen is None else replace(own, customer=chosen)
    again = customer is None and len(names) > 1
    if again or (policy.timezone, policy.rename) != (everybody.timezone, everybody.rename):
        usage = _read(used, policy, customer=chosen, progress=progress)
    if progress is not None:
        progress("Calculating technical health")
    return Answer(assessment=assess(usage, policy=policy), customers=names, problem=problem)


def _usable(
    files: Sequence[Upload | Path], policy: Policy, *, customer: str | None, progress: Progress | None
) -> tuple[Usage, Sequence[Upload | Path], str | None]:
    """Return what the files hold, which of them were used, and in words why the others were not.

    Raises:
        InputError: if none can be used.
    """
    try:
        return _read(files, policy, customer=customer, progress=progress), files, None
    except InputError:
        if len(files) == 1:
            raise
    used: list[Upload | Path] = []
    problems: list[str] = []
    for one in files:
        try:
            _read([one], policy, customer=None, progress=progress)
            used.append(one)
        except InputError as error:
            problems.append(for_a_page(error))
    if not used:
        raise UnreadableError(" ".join(problems))
    return _read(used, policy, customer=customer, progress=progress), used, " ".join(problems) or None


def _read(files: Sequence[Upload | Path], policy: Policy, *, customer: str | None, progress: Progress | None) -> Usage:
    """Return what files hold, read in the zone and with the names of a policy."""
    for one in files:
        if not isinstance(one, Path) and len(one[1]) > LARGEST:
            raise UnreadableError(f"{one[0]} is larger than {LARGEST // 10**6} MB; export fewer days.")
    return read(*files, customer=customer, timezone=policy.timezone, rename=policy.rename, progress=progress)


@lru_cache(maxsize=4)
def _of_workspace(stamps: tuple[_Stamp, ...], customer: str | None) -> Answer:
    """Return the answer of a workspace's own log; kept while neither the log nor a policy changes."""
    log, *policies = (Path(path) for path, _, _ in stamps)
    found = _assessed([log], [Policy.from_toml(path) for path in policies], customer=customer, progress=None)
    return Answer(assessment=found.assessment, customers=found.customers, sample=True)


def _policy_files(within: Path) -> list[Path]:
    return sorted(within.glob("*.toml"))


def _policies(within: Path) -> list[Policy]:
    return [Policy.from_toml(path) for path in _policy_files(within)]


def _stamp(path: Path) -> _Stamp:
    status = path.stat()
    return str(path), status.st_mtime_ns, status.st_size
