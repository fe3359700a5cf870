"""Who comes to a technical call: the CSM who holds it, the customer's contacts by their roles, and who is still to be found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import getaddresses

from techhealth.policy import Contact

#: Role of whoever holds the call: the customer success manager.
HOST = "CSM"
#: One plain address: nothing that ends a header or a calendar line, or means something in a mailto: URL.
_ADDRESS = re.compile(
    r"[a-z0-9_+'-]+(?:\.[a-z0-9_+'-]+)*@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*",
    re.IGNORECASE | re.ASCII,
)
_LONGEST_ADDRESS = 254  # RFC 5321


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """One seat at a call; without a name somebody is still to be found. `company` is None for our own people."""

    role: str
    name: str | None = None
    email: str | None = None
    company: str | None = None

    @property
    def label(self) -> str:
        """How the CSM reads it.

        Examples:
            >>> Attendee(role="CSM", name="Dana Reyes").label, Attendee(role="Technical Lead").label
            ('You (CSM)', '[Technical Lead TBD]')
            >>> Attendee(role="IT Director", name="Kevin Wu", company="Globex").label
            'Kevin Wu (Globex - IT Director)'
        """
        return f"You ({HOST})" if self.role == HOST else self.shown

    @property
    def shown(self) -> str:
        """How everybody else reads it."""
        if self.name is None:
            return HOST if self.role == HOST else f"[{self.role} TBD]"
        return f"{self.name} ({self.company} - {self.role})" if self.company else f"{self.name} ({self.role})"

    @property
    def address(self) -> str | None:
        """The mail address, None where there is none that can be written to."""
        known = self.email or ""
        return known if len(known) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(known) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role that a call needs: how it is called, words of a contact's role that mean it, whether it is one of ours, and why."""

    name: str
    words: tuple[str, ...]
    ours: bool
    why: str


ROLES = (
    Role(
        name="Technical Lead",
        words=("technical lead", "tech lead", "lead engineer", "lead developer", "engineering", "architect", "cto"),
        ours=False,
        why="knows what their side sends, and can change it",
    ),
    Role(
        name="IT Director",
        words=("it director", "director of it", "head of it", "it manager", "cio"),
        ours=False,
        why="can give people and time to it",
    ),
    Role(
        name="Technical Support Rep",
        words=("technical support", "support rep", "support engineer"),
        ours=True,
        why="takes what is ours to fix to engineering",
    ),
)


def host(address: str | None) -> Contact | None:
    """Return the CSM that the setting `TECHHEALTH_CSM` names, None where it names nobody.

    Examples:
        >>> host("Dana Reyes <dana@example.com>")
        Contact(name='Dana Reyes', role='CSM', email='dana@example.com')
    """
    (name, email), *_ = getaddresses([address or ""]) or [("", "")]
    return Contact(name=name or email, role=HOST, email=email) if email else None


#: What says in which legal form a company does business, at the end of its name.
_FORM = re.compile(
    r",? (?:corp|corporation|inc|incorporated|ltd|limited|llc|plc|gmbh|ag|s\.?a|b\.?v|co|company)\.?$", re.IGNORECASE
)


def brief(company: str) -> str:
    """Return what people call a company: its name without the legal form.

    Examples:
        >>> brief("Hooli Corp"), brief("Globex, Inc."), brief("Corp")
        ('Hooli', 'Globex', 'Corp')
    """
    return _FORM.sub("", company)


def attendees(contacts: Sequence[Contact], *, company: str, host: Contact | None) -> tuple[Attendee, ...]:
    """Return who comes: the host first, then everybody who has one of the roles, or the role that nobody has yet."""
    first = Attendee(role=HOST) if host is None else Attendee(role=HOST, name=host.name, email=host.email)
    return first, *_by_role(contacts, company)


def _by_role(contacts: Sequence[Contact], company: str) -> Iterator[Attendee]:
    seated: set[Contact] = set()
    for role in ROLES:
        mine = [one for one in contacts if one not in seated and _has(one, role)]
        seated |= set(mine)
        for one in mine:
            yield Attendee(role=one.role, name=one.name, email=one.email, company=None if role.ours else brief(company))
        if not mine:
            yield Attendee(role=role.name)


def _has(contact: Contact, role: Role) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", contact.role, re.IGNORECASE) for word in role.words)
