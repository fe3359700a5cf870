"""The card says everything the requirement's chat says, in its order, at any width, with or without colour."""

from dataclasses import replace

import msgspec
import pytest
from rich.cells import cell_len

from techhealth.model import Assessment, IssueKind, Rate, Severity, State
from techhealth.present.card import render
from techhealth.present.receipt_card import render_receipt
from techhealth.present.terminal import harmless, harmless_text, printed, table
from tests import builders


def _flat(card):
    return " ".join(card.split())


def test_the_card_keeps_the_order_of_the_requirement():
    """Head, score, breakdown, critical issues, webhooks, latency, risk, actions: in this order."""
    card = _flat(render(builders.assessment(), width=120, color=False))
    order = [
        "Customer Acme Corp", "45,234 API calls", "Webhook deliveries 1,234", "1–29 January 2026",
        "5 (Salesforce Sync, Slack Notifications, Custom API x2, Webhook)", "73 of 100 ■ At risk ▲ 1 critical issue",
        "between 70 and 76; target 90", "▼ Declining: -8 since the end of December (81)", "Integration health breakdown", "Critical issues",
        "Error rate by week", "1–8 Jan 2.1 %", "23–29 Jan 12.7 %", "429 234 45 % Rate limit exceeded", "Root cause analysis",
        "429 began on 15 January", "Warnings", "Delivery success rate: 92.1 % (target 99 %)", "Timeout 67 68 %",
        "between 14:00 and 16:00", "Latency analysis", "890 ms 2.4 s 5.8 s 2 s ■ Breach", "Technical risk assessment",
        "Report API degradation ▲ High", "Overall technical risk: HIGH", "If not addressed", "Recommended actions",
        "Immediate (this week)", "Rate limit: 100 → 250 calls a minute", "Removes 234 failures (45 %), score 73 → 76",
        "Short term (next two weeks)", "Relieve their webhook endpoint",
    ]  # fmt: skip
    places = [card.find(text) for text in order]

    assert -1 not in places, order[places.index(-1)]
    assert sorted(places) == places


def test_a_minor_issue_says_what_it_is_laid_to():
    """Where the details of an issue are left out for being minor, its top cause is still told, as everywhere else."""
    found = builders.assessment()
    minor = replace(found.issues[0], severity=Severity.INFO)
    card = _flat(render(replace(found, issues=(minor,)), width=120, color=False))

    assert f"Cause {minor.causes[0].statement}" in card
    assert "Root cause analysis" not in card


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width):
    """The card wraps inside its width, also for a name that is one long word."""
    found = builders.assessment()
    long = replace(found, integrations=(replace(found.integrations[0], name="x" * 300), *found.integrations[1:]))

    for shown in (found, long):
        lines = render(shown, width=width, color=True).splitlines()
        assert all(cell_len(_without_colour(line)) <= width for line in lines)


@pytest.mark.parametrize("width", range(66, 90))
def test_a_table_breaks_its_cells_and_drops_no_letter(width):
    """Whatever the width, the last words of the last column are whole, on one line or another."""
    rows = [
        ("Billing API (Exports)", "85.1 %", "782 ms", "▲ Errors  ■ High latency"),
        ("Webhook (Tickets)", "92.4 %", "N/A", "■ Delivery issues"),
    ]
    shown = printed(
        [
            table(
                ("Integration", "Success rate", "Avg latency", "Issues"), rows, numbers=("Success rate", "Avg latency")
            )
        ],
        width=width,
        color=False,
    )

    assert [word for word in ("latency", "issues", "Delivery", "High") if word not in shown] == []


def test_what_nobody_acts_on_is_said():
    """A minor issue without an action is named as one to watch; without any action the card says why, and where points went."""
    found = builders.assessment()
    last = found.issues[-1]
    minor = replace(last, id="minor", severity=Severity.INFO)
    one = replace(found, issues=(*found.issues, minor))
    alone = replace(found, issues=(minor,), recommendations=())
    calm = replace(found, issues=(), recommendations=())

    acted = tuple(
        replace(action, issue_ids=tuple(issue.id for issue in found.issues)) for action in one.recommendations
    )
    shown = render(replace(one, recommendations=acted), width=120, color=False)
    assert f"Issue {len(one.issues)}: nothing to do yet" in shown
    assert "1 minor issue, nothing to do yet." in render(alone, width=120, color=False)
    assert "below its target of 90. Look first at API success rate" in _flat(render(calm, width=120, color=False))


def test_missing_traffic_is_not_evidenced_by_failures():
    """The evidence of silence is the traffic that is missing, which stands under impact; no "0 of 0"."""
    found = builders.assessment()
    quiet = replace(found.issues[0], kind=IssueKind.VOLUME, recent=Rate(rate=None, k=0, n=0))

    assert "0 of 0" not in render(replace(found, issues=(quiet,)), width=120, color=False)


def _without_colour(line):
    while "\x1b[" in line:
        start = line.index("\x1b[")
        line = line[:start] + line[line.index("m", start) + 1 :]
    return line


def test_without_colour_there_is_no_escape_code():
    """Piped output is plain text, and the same text as the coloured one."""
    plain = render(builders.assessment(), width=80, color=False)
    coloured = render(builders.assessment(), width=80, color=True)

    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert plain.split() == _without_colour(coloured).split()


HOSTILE = "\x1b[2J\x1b]0;owned\x07[bold red]evil[/bold red]\r\n\u202e:smile:\x9b1m\u200b"


def test_hostile_text_is_shown_and_obeyed_by_nobody():
    """Escape codes, markup, emoji codes and direction marks from a log arrive as harmless characters."""
    plain = msgspec.to_builtins(builders.assessment())
    evil = _everywhere(plain)
    card = render(msgspec.convert(evil, Assessment), width=120, color=False)

    assert not {"\x1b", "\x07", "\x9b", "\r", "\u202e", "\u200b"} & set(card)
    assert "[bold red]evil[/bold red]" in card
    assert ":smile:" in card


def _everywhere(value, key=""):
    """Return the document with a hostile ending on each text that a log or a person may have written."""
    if isinstance(value, dict):
        return {name: _everywhere(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_everywhere(item, key) for item in value]
    free = {"customer", "name", "title", "statement", "text", "meaning", "code", "reason", "why", "steps", "factor",
            "impact", "if_not_addressed", "setting", "unit", "runner_up", "compared_to", "reasons"}  # fmt: skip
    return value + HOSTILE if isinstance(value, str) and key in free else value


def test_harmless_text_is_one_line_and_not_endless():
    """Newlines become spaces, a text of thousands of characters is cut."""
    assert harmless_text("a\nb\tc") == "a b c"
    assert len(harmless_text("x" * 10_000)) < 500
    assert builders.assessment() == harmless(builders.assessment())


def test_no_data_is_not_a_score():
    """An assessment without score, issue, latency or action still reads as one."""
    found = builders.assessment()
    score = replace(found.score, value=None, interval=None, band=None, state=State.NO_DATA, lowest=None, components=())
    risk = replace(found.risk, factors=(), if_not_addressed=())
    empty = replace(found, score=score, integrations=(), issues=(), recommendations=(), risk=risk)
    card = render(empty, width=80, color=False)

    assert "no score (no data)" in card
    assert "None found." not in card
    assert "Export a log with more days or more calls" in card
    assert "Not known: there is too little data." in card


def test_webhooks_without_an_issue_are_still_shown():
    """A healthy webhook has its delivery rate on the card."""
    found = builders.assessment()
    calm = replace(found, issues=tuple(issue for issue in found.issues if issue.id != "i2"))

    assert "Webhook (Events): delivery success rate 92.1 % (target 99 %); 24 of 304" in _flat(
        render(calm, width=120, color=False)
    )


def test_an_assumed_sla_is_marked():
    """An SLA nobody agreed to carries a star and says where to set it."""
    found = builders.assessment()
    first = found.integrations[0]
    assumed = replace(first, latency=replace(first.latency, sla_source="assumed", sla_ms=1_000.0))
    card = render(replace(found, integrations=(assumed,)), width=80, color=False)

    assert "1 s*" in card
    assert "[sla_ms]" in card


def test_the_receipt_says_what_became_what_and_what_was_not_used():
    """Counts, mapping with unit, confidence and reason, rejects with an example, assumptions, notes, grade."""
    card = _flat(render_receipt(builders.receipt(), width=120, color=False))

    for text in (
        "Found: 45,234 API calls and 1,234 webhook deliveries for 5 integrations", "Data grade A",
        "acme_api_logs_jan2026.json", "46,470: 46,468 used, 2 rejected", "latency duration ms likely", "read as ms",
        "2 rows: no timestamp", 'line 812: {"status": 200}', "Times without a zone are read as UTC.", "are folded into",
        "2026-01-01 00:00 to 2026-01-29 23:59 UTC", "First latency 118 ms",
    ):  # fmt: skip
        assert text in card


def test_a_receipt_says_what_a_file_cannot_tell():
    """Unknown failures and times are said to be unknown."""
    file = replace(builders.file_receipt(), failures=None, first=None, last=None, first_latency_ms=None)
    card = _flat(render_receipt(builders.receipt(files=(file,)), width=80, color=False))

    assert "Failures cannot be known from this file" in card
    assert "no time found" in card
