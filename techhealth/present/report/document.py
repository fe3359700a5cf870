"""The report: the page's own fragments in the order of the requirement, an appendix of evidence, and nothing from elsewhere."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

from techhealth.model import Assessment
from techhealth.policy import Policy
from techhealth.portfolio import Link
from techhealth.present import charts, page, words
from techhealth.present.audience import Audience
from techhealth.present.page.changes import changes_card
from techhealth.present.page.first_actions import first_actions
from techhealth.present.page.markup import Html, el, join
from techhealth.present.page.receipt import receipt_line
from techhealth.present.page.summary import head, points_card, score_card
from techhealth.present.report.appendix import appendix
from techhealth.present.report.figures import NARROW, drawn
from techhealth.present.report.withhold import Withheld, customer_safe

#: How every report begins.
BEGINNING = b'<!doctype html>\n<html lang="en" data-techhealth="report">'
#: Parts in their order: anchor → name.
_PARTS = {"score": "Score", "integrations": "Integrations", "issues": "Issues", "latency": "Latency", "risk": "Risk",
          "actions": "Actions", "evidence": "Evidence"}  # fmt: skip
_OURS_ALONE = "Internal: not for the customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a document needs beside words: the style sheet of the pages, and the chart library (None: charts stay still)."""

    style: str
    charts: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A document, and what was withheld from its reader."""

    html: str
    withheld: tuple[Withheld, ...]


def report(
    assessment: Assessment, policy: Policy, *, look: Look, audience: Audience = Audience.INTERNAL,
    shared: Mapping[str, Link] | None = None,
) -> Report:  # fmt: skip
    """Return the report on an assessment as one document that loads nothing.

    Args:
        assessment: what is told.
        policy: the one it was made with.
        look: style and chart library.
        shared: by their ids, what issues share with those of other customers; for ourselves alone.
        audience: the customer is told who takes the next step, and neither whose fault it is, nor names from inside, money,
            promises, the risk to the relationship, or of other customers.
    """
    shown, withheld = (assessment, ()) if audience is Audience.INTERNAL else customer_safe(assessment, policy)
    others = page.elsewhere(assessment, shared or {}, linked=False) if audience is Audience.INTERNAL else {}
    body = _body(shown, policy, audience=audience, live=look.charts is not None, elsewhere=others)
    return Report(html=_document(_title(shown), body, look), withheld=withheld)


def _title(assessment: Assessment) -> str:
    days = words.date_range(assessment.window.first, assessment.window.last)
    return f"{assessment.generated_for.customer}: technical health, {days}"


def _body(assessment: Assessment, policy: Policy, *, audience: Audience, live: bool, elsewhere: Mapping[str, Html]) -> Html:  # fmt: skip
    """Return what the document shows."""
    draw, narrow = partial(drawn, live=live), partial(drawn, live=live, wide=NARROW)
    known, ours = assessment.score.value is not None, audience is Audience.INTERNAL
    parts = {
        "score": join(
            receipt_line(assessment),
            el(
                "div.th-first" if known else "div.th-first.th-of-two",
                score_card(assessment, draw=narrow),
                changes_card(assessment, audience=audience),
                points_card(assessment, draw=narrow) if known else None,
            ),
            first_actions(assessment, audience=audience),
        ),
        "integrations": page.breakdown_card(assessment),
        "issues": join(
            page.issues_card(assessment, draw=draw, audience=audience, elsewhere=elsewhere),
            page.webhooks_card(assessment, draw=draw),
        ),
        "latency": page.latency_card(assessment, draw=draw),
        "risk": page.risk_card(assessment) if ours else None,
        "actions": page.recommendations_card(assessment, audience=audience),
        "evidence": join(
            el("h2.th-section", "Where these figures come from"), appendix(assessment, policy, audience=audience)
        ),
    }
    sections = (el("div.th-part", part, id=anchor) for anchor, part in parts.items() if part is not None)
    links = (el("li", el("a", name, href=f"#{anchor}")) for anchor, name in _PARTS.items() if parts[anchor] is not None)
    alone = el("p.th-chip.th-none", _OURS_ALONE) if ours else None
    top = join(head(assessment), el("nav", el("ul", *links), alone, aria_label="Parts of this report"))
    return el("div.th-report", top, el("main", *sections), id="App")  # the style of the pages speaks of #App


def _document(title: str, body: Html, look: Look) -> str:
    """Return the whole file; only scripts whose hash stands in its own policy run."""
    style = look.style + _own("report.css")
    scripts = [] if look.charts is None else [f"(()=>{{{look.charts}}})()", _own("report.js") + charts.script()]
    allowed = " ".join(map(_hashed, scripts)) or "'none'"
    rules = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        f'{BEGINNING.decode()}\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{rules}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"{el('title', title)}\n<style>{style}</style>\n</head>\n<body>\n{body}\n"
        + "".join(f"<script>{script}</script>\n" for script in scripts)
        + "</body>\n</html>\n"
    )


def _hashed(script: str) -> str:
    """Return the hash of a script as a policy names it."""
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _own(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
