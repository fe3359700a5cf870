"""A report as a file: what it is made of (the pages' style, the chart library), and its forms, HTML and PDF."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from techhealth.actions import cover
from techhealth.actions.attendees import host
from techhealth.actions.cover import Cover
from techhealth.actions.mail import Attachment
from techhealth.actions.settings import Settings
from techhealth.errors import MissingToolError, UsageError
from techhealth.model import Assessment
from techhealth.policy import Contact, Policy
from techhealth.portfolio import Link
from techhealth.present.audience import Audience
from techhealth.present.report import Look, Report, Withheld, report
from techhealth.server.browser import browser, pdf
from techhealth.server.once import Once
from techhealth.server.shipped import shipped

if TYPE_CHECKING:
    from techhealth.server.opened import Upload
    from techhealth.server.workspace import Answer

#: Folder of a workspace that holds the chart library.
FOLDER = "charts"
FORMS = {"html": "text/html", "pdf": "application/pdf"}
#: Reports of tickets by what they depend on; one takes seconds to draw, and has some 400 kB.
_OF_TICKETS: Once[bytes] = Once(most=16)
_FOR = {Audience.INTERNAL: "for ourselves", Audience.CUSTOMER: "for the customer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A file that a page hands out; it is made when it is asked for."""

    label: str
    name: str
    mimetype: str
    content: Callable[[], bytes]


def offers(answer: Answer, *, within: Path | None, audiences: Sequence[Audience] = tuple(Audience)) -> Iterator[Offer]:
    """Yield the report of an answer in each form that can be made here, for each audience, and the mail to the customer."""
    if answer.assessment is None:
        return
    for form, mimetype in FORMS.items():
        if form == "pdf" and not can_print():
            continue
        for audience in audiences:
            yield Offer(
                label=f"Report {_FOR[audience]} ({form.upper()})",
                name=file_name(answer.assessment, audience, form),
                mimetype=mimetype,
                content=partial(content, answer.assessment, answer.policy, form, audience, within, answer.shared),
            )
    if Audience.CUSTOMER in audiences:
        yield Offer(
            label="Mail with the report to the customer (EML)",
            name=file_name(answer.assessment, Audience.CUSTOMER, "eml"),
            mimetype="message/rfc822",
            content=partial(_mail, answer.assessment, answer.policy, within),
        )


def can_print() -> bool:
    """Return whether a browser that makes PDFs is installed."""
    try:
        return bool(browser())
    except MissingToolError:
        return False


def content(assessment: Assessment, policy: Policy, form: str, audience: Audience, within: Path | None, shared: Mapping[str, Link] | None = None) -> bytes:  # fmt: skip
    """Return the report in a form of `FORMS`; arguments and errors are those of `made`."""
    return made(assessment, policy, form, audience, within, shared)[0]


def made(assessment: Assessment, policy: Policy, form: str, audience: Audience, within: Path | None, shared: Mapping[str, Link] | None = None) -> tuple[bytes, Sequence[Withheld]]:  # fmt: skip
    """Return the report in a form of `FORMS`, and what its reader is not told.

    Raises:
        MissingToolError: if it is to be printed and no browser is here.
    """
    by = browser() if form == "pdf" else None
    found = written(assessment, policy, audience=audience, within=within, on_paper=by is not None, shared=shared)
    return pdf(found.html, by=by) if by else encoded(found), found.withheld


def _mail(assessment: Assessment, policy: Policy, within: Path | None) -> bytes:
    csm, now = host(Settings.from_environment().csm), datetime.now(UTC)
    return cover_mail(assessment, policy, audience=Audience.CUSTOMER, within=within, host=csm, now=now)[1]


def cover_mail(assessment: Assessment, policy: Policy, *, audience: Audience, within: Path | None, host: Contact | None, now: datetime) -> tuple[Cover, bytes]:  # fmt: skip
    """Return the mail that a report goes with, and the same as a file for a mail program: the report in it, as PDF where one can be made.

    `within` is that of `written`; `host` is the CSM who writes, None leaves it to the mail program.
    """
    made, form = cover.draft(assessment, policy, audience=audience, host=host), "pdf" if can_print() else "html"
    attached = content(assessment, policy, form, audience, within)
    report = Attachment(name=file_name(assessment, audience, form), media=FORMS[form], content=attached)
    return made, cover.mail(made, report, host=host, now=now)


def of_ticket(assessment: Assessment, policy: Policy) -> bytes:
    """Return the report that belongs to a ticket: for ourselves, on paper; drawn once for all tickets of one assessment."""
    said = hashlib.sha256(msgspec.json.encode(assessment)).digest()
    return _OF_TICKETS((said, policy.sha256), lambda: encoded(written(assessment, policy, audience=Audience.INTERNAL, within=None, on_paper=True)))  # fmt: skip


def encoded(made: Report) -> bytes:
    """Return a report as UTF-8; what a file name holds that is no text becomes a question mark."""
    return made.html.encode("utf-8", "replace")


def file_name(assessment: Assessment, audience: Audience, form: str) -> str:
    """Return what a report is called: customer, last day, and whether it is ours alone."""
    customer = re.sub(r"[^a-z0-9]+", "-", assessment.generated_for.customer.lower()).strip("-")[:60] or "customer"
    ours = "-internal" if audience is Audience.INTERNAL else ""
    return f"{customer}-technical-health-{assessment.generated_for.as_of}{ours}.{form}"


def files_named(path: str | None) -> list[Upload]:
    """Return the file that a command line names, as if it had been dropped on a page; none where it names none.

    Raises:
        UsageError: if it cannot be read.
    """
    if not path:
        return []
    try:
        return [(Path(path).name, Path(path).read_bytes())]
    except OSError as error:
        raise UsageError(f"cannot read {path} ({error.strerror}); name a log file.") from None


def written(
    assessment: Assessment, policy: Policy, *, audience: Audience, within: Path | None, on_paper: bool = False,
    shared: Mapping[str, Link] | None = None,
) -> Report:  # fmt: skip
    """Return the report on an assessment.

    `within` is the workspace that keeps the chart library, None the user's own cache; `on_paper` charts stay still, for a printer;
    `shared` is that of `report`.
    """
    style = (shipped("notebooks") / "style.css").read_text(encoding="utf-8")
    charts = None if on_paper else chart_library((within or _cache()) / FOLDER)
    return report(assessment, policy, look=Look(style=style, charts=charts), audience=audience, shared=shared)


def chart_library(folder: Path) -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script, built once and kept in a folder where that can be written."""
    kept = folder / library_name()
    with suppress(OSError):
        return kept.read_text(encoding="utf-8")
    built = _built_library()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f"{kept.name}.{secrets.token_hex(4)}.partial"
        partial.write_text(built, encoding="utf-8")
        partial.replace(kept)
    return built


@cache  # takes two seconds
def _built_library() -> str:
    """Return the chart library, built once a process."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


def library_name() -> str:
    """Return what the kept chart library is called; another version is another file."""
    return f"vega-of-vl-convert-{version('vl-convert-python')}.js"


def _cache() -> Path:
    """Return the user's folder for what can be built again."""
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(named) if named else Path.home() / ".cache") / "techhealth"
