"""What is counted and can fail: calls, deliveries, sign-ins, and deliveries by their first try alone."""

from __future__ import annotations

from enum import Enum

from techhealth.model import IssueKind, Kind
from techhealth.usage.rollup import Rollup
from techhealth.usage.tries import by_first_try


class Counted(Enum):
    """Something that can fail.

    Attributes:
        kind: of its rows.
        many: its name.
        failed: what its failures are called where they rise.
        issue: the kind of issue that this makes.
        covers: the components of the score that it costs.
    """

    CALLS = (Kind.API, "calls", "Errors", IssueKind.ERRORS, ("success",))
    DELIVERIES = (Kind.WEBHOOK, "deliveries", "Failed deliveries", IssueKind.WEBHOOK, ("webhook",))
    SIGN_INS = (Kind.AUTH, "sign-ins", "Failed sign-ins", IssueKind.AUTH, ("auth",))
    FIRST_TRIES = (Kind.WEBHOOK, "first tries", "Failed first tries", IssueKind.FIRST_TRIES, ())

    def __init__(self, kind: Kind, many: str, failed: str, issue: IssueKind, covers: tuple[str, ...]) -> None:
        self.kind, self.many, self.failed, self.issue, self.covers = kind, many, failed, issue, covers

    @classmethod
    def of(cls, kind: Kind) -> Counted:
        """Return what rows of a kind are, each by how it ended."""
        return next(one for one in cls if one.kind is kind)

    def told(self, rollup: Rollup) -> Rollup:
        """Return a rollup whose rows of this kind tell of it."""
        return by_first_try(rollup) if self is Counted.FIRST_TRIES else rollup
