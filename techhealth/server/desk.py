"""One visitor's desk: his files, and the corrections he makes; one that does not fit is refused, and nothing moves."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from techhealth.errors import PolicyError, UsageError
from techhealth.ingest import Correction
from techhealth.model import Assessment
from techhealth.portfolio import Link
from techhealth.present.page import NAME_FIRST, NOT_KEPT, Address, Html, address
from techhealth.server.acts import Acts
from techhealth.server.corrections import Known, forget, known, remember
from techhealth.server.kept import UNNAMED, as_it_stands, found_again, kept, owner
from techhealth.server.names import named
from techhealth.server.opened import Progress, Upload
from techhealth.server.policies import for_customer, in_use, policies_in, policy_files
from techhealth.server.remedies import first_sentence
from techhealth.server.workspace import VARIABLE, Answer, answer, folder
from techhealth.store import Store, assessment_of, connect, customer_of, listed, portfolio, sweep, uploads_of, withdraw
from techhealth.today import as_of_today

_LASTING = "It is remembered in this workspace for files with the same columns."
_PASSING = "This workspace cannot be written, so it holds until you leave or reload this page."
#: Header and field, as the questions of a page are called: "header.field".
Key = str


class Desk:
    """What one visitor opened and corrected.

    Attributes:
        shown: what the files gave, with the corrections that fit.
        refused: question → the sentence why the last answer to it was not taken.
        upload: the id of what he looks at in the store of the workspace, None while it is not there.
        busy: whether he is correcting these files, so that the place to do it stays open.
        lasting: whether corrections are written into the workspace, or hold for this visit only.
    """

    def __init__(self, within: Path, *, lasting: bool = True, today: Callable[[], date] = date.today) -> None:
        self.within, self.lasting, self.today = within, lasting, today
        self.shown = Answer(assessment=None)
        self.customer: str | None = None
        self.upload: str | None = None
        self.busy = False
        self._known = Known()
        self._dropped: Sequence[Upload] = ()
        self._store = store_of(within) if lasting else None
        self._found: Answer | None = None
        self._asked: dict[str, str] = {}
        self._missing: str | None = None
        self._refused: dict[Key, tuple[str, str]] = {}

    @classmethod
    def here(cls) -> Desk:
        """Return a desk in the workspace of this server; what ships with the package is never written to."""
        return cls(folder(), lasting=bool(os.environ.get(VARIABLE)))

    @property
    def workspace(self) -> Path | None:
        """The folder that may be written to, None where only what ships with the package is shown."""
        return self.within if self.lasting else None

    @property
    def store(self) -> Store | None:
        """The store of the workspace, None where there is none or it cannot be written."""
        return self._store

    @property
    def nameless(self) -> bool:
        """Whether the files name no customer and are not stored, so that somebody has to say whose they are."""
        read = self.shown.read
        return bool(self._dropped and self.upload is None and read and owner(*read) == UNNAMED)

    @property
    def about(self) -> Mapping[str, str]:
        """What an address names to lead back here: an upload, else a customer; as it was asked for where nothing is there."""
        if self.upload:
            return {"upload": self.upload}
        if self._dropped and self.shown.assessment:
            return {}
        return self._asked or ({"customer": self.customer} if self.customer else {})

    @property
    def held(self) -> Html | None:
        """Why no other page can tell of the files; None where one can."""
        if self.nameless:
            return NAME_FIRST
        return None if self.about or not self._dropped else NOT_KEPT

    @property
    def customers(self) -> tuple[str, ...]:
        """The customers that the store knows by name."""
        return tuple(one.customer.name for one in listed(self._store)) if self._store else ()

    @property
    def kept(self) -> str:
        """How long a correction lasts, in words."""
        return _LASTING if self.lasting else _PASSING

    @property
    def refused(self) -> dict[Key, str]:
        """Return question → why the answer to it was not taken."""
        return {key: why for key, (_, why) in self._refused.items()}

    def open(self, dropped: Sequence[Upload], *, put_back: bool = False, progress: Progress | None = None) -> Answer:
        """Return what files give with all that is remembered; `put_back` forgets what was corrected about the last ones."""
        if self.lasting:
            self._known = known(self.within)
        if put_back:
            corrected = [f"{sheet.header}.{name}" for sheet in self.shown.sheets for name in sheet.corrected]
            self._keep(dict.fromkeys(corrected, ""))
        stored = self._found if not dropped else None
        self.upload = self.upload if put_back or stored else None
        self._dropped, self._refused, self.busy = dropped, {}, put_back
        if stored:
            self.shown = stored
        elif self._missing and not self._found and not dropped:
            self.shown = Answer(assessment=None, missing=self._missing)
        else:
            self.shown = self._answer(self._known, progress=progress)
        return self.shown

    def corrected(self, asked: Mapping[Key, str], *, progress: Progress | None = None) -> Answer:
        """Return what the files give once answers to questions are taken; "" puts back what was found."""
        self._refused = {key: one for key, one in self._refused.items() if asked.get(key) == one[0]}
        fresh = {key: value for key, value in asked.items() if value != self._value(key) and key not in self._refused}
        self.busy = self.busy or bool(fresh)
        if fresh and self._try(fresh, progress):
            for key, (value, _) in [*self._refused.items()]:  # one that did not fit before may fit now
                self._try({key: value}, progress)
        return self.shown

    def of(self, customer: str | None, *, progress: Progress | None = None) -> Answer:
        """Return what the files give for one of their customers, who stays chosen while the files are corrected.

        With that they are stored, and compared with what the customer's earlier uploads hold. Files that name nobody wait for a name.
        """
        found = self.shown if self.nameless and not customer else self._of(customer, progress=progress)
        if found.assessment is None:
            return found
        return replace(found, assessment=self._today(found.assessment), shared=self._shared(found.assessment))

    def _of(self, customer: str | None, *, progress: Progress | None) -> Answer:
        self.customer = customer
        first = customer is None or customer == next(iter(self.shown.customers), None)
        return self._kept(self.shown if first else self._answer(self._known, customer=customer, progress=progress))

    def back(self, upload: str | None, *, customer: str | None = None) -> None:
        """Go on with what was found about an upload, else last about a customer, until other files come.

        The files themselves are not kept. A customer is named in full or by a beginning that no other has; where nothing
        is stored of what is asked for, that is said.
        """
        if upload:
            self._asked, self._missing = {"upload": upload}, f"the log {upload}"
            self._found = self._found_again(self._store, upload) if self._store else None
            self.upload = upload if self._found else None
        elif customer:
            self._asked, self._missing = {"customer": customer}, customer
            own = () if self._store else self._answer(self._known).customers[:1]
            with suppress(UsageError):
                name = named(customer, self.customers or own)
                self._found = self._newest(name) if name else None
                if name and (self._found or own):
                    self._asked, self._missing = {"customer": name}, None

    def stored(self, customer: str) -> Answer | None:
        """Return what was last found about a customer of the store, as it reads today; None where nothing was."""
        found = self._newest(customer)
        if found is None or found.assessment is None:
            return None
        return replace(found, assessment=self._today(found.assessment))

    def at(self, integration: str | None) -> str:
        """Return the address of an integration's own view, of all of them for None."""
        return address(**self.about, integration=integration)

    def views(self, found: Answer) -> Address | None:
        """Return what gives the addresses of the integrations of an answer; None where they would not lead back to it."""
        return self.at if found.sample or self.about else None

    def acts(self, found: Answer) -> Acts | None:
        """Return what can be done about an answer; None without an assessment."""
        if found.assessment is None:
            return None
        return Acts(store=self._store, assessment=found.assessment, policy=found.policy)

    def _newest(self, customer: str) -> Answer | None:
        uploads = uploads_of(self._store, customer) if self._store else ()
        newest = max(uploads, key=lambda one: (one.last, one.added_at), default=None)
        return self._found_again(self._store, newest.id) if newest and self._store else None

    def _shared(self, found: Assessment) -> dict[str, Link]:
        """Return issue → the customers of the store who have the same since the same hour."""
        hours = {(one.id, one.began.at) for one in found.issues if one.began}
        if self._store is None or not hours:
            return {}
        every = portfolio(self._store, today=self.today()).shared_by(found.generated_for.customer)
        return {id: one for (id, began), one in every.items() if (id, began) in hours}

    def _today(self, found: Assessment) -> Assessment:
        """Return an assessment as it reads today; what ships with the package is an example of its own time."""
        if self._store is not None:
            return as_it_stands(self._store, found, today=self.today())
        return as_of_today(found, self.today()) if self._dropped else found

    def _found_again(self, store: Store, upload: str) -> Answer | None:
        """Return what is found about an upload by the policies there are now."""
        try:
            policies = policies_in(policy_files(self.within), store)
        except PolicyError:  # then what was found stands as it is
            before = assessment_of(store, upload)
            return Answer(assessment=before) if before else None
        found = found_again(store, upload, lambda customer: for_customer(policies, customer, store))
        if found is None:
            return None
        customer = found.generated_for.customer
        policy = for_customer(policies, customer, store)
        known_of = customer_of(store, customer)
        sample = known_of is not None and known_of.example_on is not None and found.period.last <= known_of.example_on
        return Answer(assessment=found, policy=policy, judged_by=in_use(policies, customer).name, sample=sample)

    def _kept(self, found: Answer) -> Answer:
        """Return an answer with its place in the store."""
        if self._store is None or found.read is None:
            return found
        alone = self._dropped and len(self.shown.customers) <= 1
        instead_of = self.upload if alone else None  # a correction may say that it was another customer's
        try:
            upload, assessment = kept(self._store, *found.read, instead_of=instead_of)
            if upload is None and instead_of:
                withdraw(self._store, instead_of)
        except (OSError, SQLAlchemyError):
            self._store = None  # a workspace that cannot be written shows all the same
            return found
        self.upload = upload.id if upload and self._dropped else None
        return replace(found, assessment=assessment)

    def _try(self, fresh: Mapping[Key, str], progress: Progress | None) -> bool:
        """Take new answers if the files can still be read with them, and return whether they were taken."""
        said = (
            f"as corrected on {self.today():%Y-%m-%d} in this workspace"
            if self.lasting
            else "as corrected on this page"
        )
        try:
            found = self._answer(_changed(self._known, fresh, said=said, asked=True), progress=progress)
        except UsageError as error:
            why = str(error)
            return self._refuse(fresh, f"{why[:1].upper()}{why[1:]}")
        lost = [why for n, why in found.unread.items() if n not in self.shown.unread]
        if lost or (found.assessment is None and self.shown.assessment is not None):
            return self._refuse(
                fresh, f"Then {first_sentence(lost[0] if lost else found.problem or 'nothing is left.')}"
            )
        self._keep(fresh, said=said)
        self.shown = found
        return True

    def _refuse(self, fresh: Mapping[Key, str], why: str) -> bool:
        self._refused |= {key: (value, f"{why} It is read as before.") for key, value in fresh.items()}
        return False

    def _keep(self, fresh: Mapping[Key, str], *, said: str = "") -> None:
        """Remember answers, in the workspace as long as it can be written."""
        names = {sheet.header: [column.name for column in sheet.columns] for sheet in self.shown.sheets}
        self._known = _changed(self._known, fresh, said=said)
        self._refused = {key: one for key, one in self._refused.items() if key not in fresh}
        for key, value in fresh.items():
            header, _, field = key.partition(".")
            try:
                if self.lasting and value:
                    remember(self.within, header, field, value, on=self.today(), names=names.get(header, []))
                elif self.lasting:
                    forget(self.within, header, field)
            except OSError:
                self.lasting = False

    def _value(self, key: Key) -> str:
        header, _, field = key.partition(".")
        one = self._known.of(header).get(field)
        return one.value if one else ""

    def _answer(self, corrections: Known, *, customer: str | None = None, progress: Progress | None = None) -> Answer:
        return answer(
            self._dropped,
            within=self.within,
            customer=customer,
            known=corrections,
            store=self._store,
            progress=progress,
        )


@lru_cache(maxsize=8)
def store_of(within: Path) -> Store | None:
    """Return the store of a workspace, swept of what a crash left; None where none can be made."""
    try:
        store = connect(within, who="page")
        sweep(store)
    except (UsageError, OSError, SQLAlchemyError):
        return None
    return store


def _changed(corrections: Known, fresh: Mapping[Key, str], *, said: str, asked: bool = False) -> Known:
    """Return corrections with new answers laid over them."""
    for key, value in fresh.items():
        header, _, field = key.partition(".")
        one = Correction(value=value, said=said, asked=asked) if value else None
        corrections = corrections.changed(header, {field: one})
    return corrections
