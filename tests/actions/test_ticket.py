"""Tickets: numbered without a gap, one open for an issue however many ask, edited before, renewed and resolved after."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from techhealth.actions import ticket
from techhealth.errors import UsageError
from techhealth.model import Impact, Severity, Spell
from techhealth.store import forget, tables
from tests.actions.tickets import NOW, made_of, numbered
from tests.builders import REPORTS, assessment, reports_issue, webhook_issue
from tests.store.killed import running

SOAK = bool(os.environ.get("TECHHEALTH_SOAK"))
ASKED = 100 if SOAK else 24


def notes(store):
    """Return the audit log."""
    with store.reading() as connection:
        return list(connection.execute(select(tables.audit.c.what).order_by(tables.audit.c.id)).scalars())


def test_a_draft_is_about_the_integration_of_the_most_pressing_issue():
    """Without a choice the first issue leads, with all others of its integration; the neighbours' are somebody else's."""
    slow = replace(assessment().issues[2], id="slow-reports", integration=REPORTS)
    found = replace(assessment(), issues=(*assessment().issues, slow))

    assert [issue.id for issue in ticket.draft(found).issues] == ["i1", "slow-reports"]


def test_a_draft_says_first_what_fails_right_now():
    """While a failure goes on its own rate comes before that of the window, in which it is hardly to be seen."""
    spell = Spell(first=NOW, last=None, k=9, n=12, k_after=0, n_after=0)
    found = replace(assessment(), issues=(replace(reports_issue(), spell=spell),))
    line = ticket.draft(found).description.splitlines()[2]

    assert line.startswith("1. Error Rate: 75.0 % right now (9 of 12 calls). Over 7 days: 12.7 % (225 of 1,772 calls")


def test_one_error_is_one_line():
    """Two causes of the same error are two sides of the same failures, which are counted once."""
    first, *others = reports_issue().causes
    same = replace(first, statement="429 began on endpoint /x", evidence={"code": "429"})
    begun = replace(first, evidence={"code": "429"})
    found = replace(assessment(), issues=(replace(reports_issue(), causes=(begun, same, *others)),))
    lines = ticket.draft(found).description.splitlines()

    assert ["429 began on endpoint /x" in line for line in lines if "429" in line] == [True]


def test_a_draft_says_what_the_requirement_shows():
    """Priority, subject, evidence with its numbers and causes, impact, and actions, all from the assessment."""
    draft = ticket.draft(assessment())

    assert (draft.customer, draft.priority) == ("Acme Corp", ticket.Priority.HIGH)
    assert draft.subject == "API Performance Degradation - Reports Integration"
    assert draft.description.splitlines() == [
        "Technical health analysis of 1–29 January 2026 identified a critical issue with Acme Corp's Reports integration:",
        "",
        "1. Error Rate: 12.7 % (225 of 1,772 calls, 23–29 January 2026), up from 2.1 % (42 of 2,024) before 9 January",
        "2. Top Issue: 429 began on 15 January, in minutes with more than 100 calls (45 % of all failures)",
        "3. Secondary: 500 concentrates on large requests: 31 % fail above 8 MB, 0.2 % below (30 % of all failures)",
        "4. Secondary: 401 occurs on Sundays only (8 % of all failures)",
        "5. Impact: 521 of 7,340 report calls failed in the period; 12.7 % in the last seven days.",
        "6. Since: about 9 January, gradually; first flagged on 13 January",
        "7. Outlook: About 16 % by 5 February if unchanged (14–19 %).",
    ]
    assert [action.title for action in draft.actions] == [
        one.title for one in assessment().recommendations if "i1" in one.issue_ids
    ]


def test_an_error_that_no_cause_names_stands_in_its_place_among_them():
    """By share, each with that of all failures under its code and that of the cause behind it where they differ."""
    issue = reports_issue()
    limit = replace(issue.causes[0], evidence={"code": "429"})
    large = replace(issue.causes[1], evidence={"code": "500"}, share_of_issue=0.27)
    sundays = replace(issue.causes[2], evidence={"code": "401"}, share_of_issue=0.08)
    told = made_of([replace(issue, causes=(limit, sundays, large))]).description

    assert [line[3:] for line in told.splitlines() if "Secondary" in line] == [
        "Secondary: Internal server error (500) - 30 % of failures. 500 concentrates on large requests: 31 % fail above 8 MB, 0.2 % below (30 % of the rise and 27 % of all failures)",
        "Secondary: Request timeout (408) - 17 % of failures",
        "Secondary: Authentication failed (401) - 8 % of failures. 401 occurs on Sundays only",
    ]


@pytest.mark.parametrize(
    ("severity", "share", "priority"),
    [("critical", 0.9, "urgent"), ("critical", 0.127, "high"), ("warning", 0.9, "normal"), ("info", 0.9, "low")],
)
def test_the_priority_follows_severity_and_reach(severity, share, priority):
    """A critical issue is high, urgent where half of the calls are hit; a warning never is."""
    impact = Impact(failed_calls=1, share_of_calls=share, users=None, hours=None, business_hours_share=None,
                    arr_at_risk=None, sla_credit=None, text="")  # fmt: skip

    assert made_of([replace(reports_issue(), severity=Severity(severity), impact=impact)]).priority == priority


@pytest.mark.parametrize(
    ("issues", "said"),
    [(["i9"], "no issue 'i9'; there are i1, i2, i3, i4"), (["i1", "i2"], "one integration"), ([], "nothing was found")],
)
def test_a_draft_must_be_possible(issues, said):
    """Unknown issues, those of two integrations, and none at all are wrong usage."""
    with pytest.raises(UsageError, match=said):
        ticket.draft(assessment(), issues=issues)


def test_hostile_text_of_a_log_cannot_hurt():
    """Control and direction characters become blanks, a subject is one line, whatever the log and the editor wrote."""
    evil = replace(reports_issue(), integration="Reports\r\nBcc: all@example.com\x1b[31m\u202e")
    written = made_of([evil], subject="Now\r\nX-Evil: 1", description="a\x00\x1b[2Jb\r\n\r\n\r\n\u202ec")
    draft = ticket.cleaned(written, now=NOW)

    assert draft.subject == "Now X-Evil: 1"
    assert draft.description == "a  [2Jb\n\n c"
    assert draft.integration == "Reports Bcc: all@example.com [31m"
    assert all(line.isprintable() for line in ticket.ticket_text(draft).splitlines())


def test_an_issue_has_one_open_ticket(acme):
    """Asking again for the same changes nothing; asking with news renews the open ticket."""
    first = ticket.create(acme, "Acme Corp", made_of([reports_issue()]), now=NOW)
    same = ticket.create(acme, "ACME corp", made_of([reports_issue()]), now=NOW)
    news = ticket.create(acme, "Acme Corp", made_of([reports_issue()], description="Worse."), now=NOW)

    assert (first.name, first.is_new, first.state, first.revision) == ("TECH-2026-0001", True, "open", 1)
    assert (same.name, same.is_new, same.is_changed) == ("TECH-2026-0001", False, False)
    assert (news.name, news.is_new, news.revision, news.draft.description) == ("TECH-2026-0001", False, 2, "Worse.")
    assert notes(acme)[-2:] == ["ticket TECH-2026-0001 opened, revision 1", "ticket TECH-2026-0001 updated, revision 2"]


def test_a_ticket_keeps_every_issue_it_was_opened_for(acme):
    """A draft about another issue of an open ticket is added below; what the ticket said before stays."""
    other = replace(webhook_issue(), id="side", integration=REPORTS)
    ticket.create(acme, "Acme Corp", made_of([reports_issue(), other], description="Both."), now=NOW)
    added = ticket.create(acme, "Acme Corp", made_of([other], description="The side."), now=NOW)
    again = ticket.create(acme, "Acme Corp", made_of([other], description="The side."), now=NOW)

    assert added.draft.description == "Both.\n\nThe side."
    assert [issue.id for issue in added.draft.issues] == ["i1", "side"]
    assert not again.is_changed


def test_customers_do_not_share_tickets(acme):
    """The same issue of two customers is two tickets; an unknown customer has none."""
    names = [ticket.create(acme, name, made_of([reports_issue()]), now=NOW).name for name in ("Acme Corp", "Globex")]

    assert names == ["TECH-2026-0001", "TECH-2026-0002"]
    with pytest.raises(UsageError, match="knows no customer"):
        ticket.create(acme, "Nobody", made_of([reports_issue()]), now=NOW)


def test_each_year_counts_from_one(acme):
    """The first ticket of a year has the number 1, of however many came before."""
    for _ in range(2):
        made = ticket.create(acme, "Acme Corp", numbered(_), now=NOW)
    next_year = ticket.create(acme, "Acme Corp", numbered(9), now=NOW.replace(year=2027))

    assert (made.name, next_year.name) == ("TECH-2026-0002", "TECH-2027-0001")


def test_many_requests_at_once_for_one_issue_open_one_ticket(acme, record_property):
    """However many ask at once for one issue, there is one ticket, and it is new for one of them."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: ticket.create(acme, "Acme Corp", numbered(1), now=NOW), range(ASKED)))

    assert {one.name for one in found} == {"TECH-2026-0001"}
    assert [one.is_new for one in found].count(True) == 1
    record_property(f"tickets of {ASKED} requests for one issue, {acme.engine.dialect.name}", 1)


def test_many_issues_at_once_have_consecutive_numbers(acme, record_property):
    """However many issues ask at once, their numbers have no gap and no twin."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: ticket.create(acme, "Acme Corp", numbered(n), now=NOW).name, range(ASKED)))

    assert sorted(found) == [f"TECH-2026-{n:04d}" for n in range(1, ASKED + 1)]
    record_property(f"consecutive numbers for {ASKED} issues, {acme.engine.dialect.name}", len(found))


def test_processes_at_once_have_consecutive_numbers(acme, url):
    """So it is with processes of their own: four ask for the same issue and each for some of its own."""
    each = ASKED // 4
    with ExitStack() as all_at_once:
        asking = [all_at_once.enter_context(running("tests.actions.asker", acme, url, n, each)) for n in range(4)]
        said = [lines.read().split() for _, lines in asking]

    assert len({names[0] for names in said}) == 1
    assert sorted({name for names in said for name in names}) == [f"TECH-2026-{n:04d}" for n in range(1, 4 * each + 2)]


def test_a_ticket_is_acknowledged_then_resolved(acme):
    """Each step is taken once; a resolved ticket lets go of its issue, so that its return is a new ticket."""
    name = ticket.create(acme, "Acme Corp", numbered(1), now=NOW).name
    steps = [
        ticket.acknowledge(acme, name, now=NOW),
        ticket.acknowledge(acme, name, now=NOW),
        ticket.resolve(acme, name, now=NOW),
        ticket.resolve(acme, name, now=NOW),
        ticket.acknowledge(acme, name, now=NOW),
    ]
    back = ticket.create(acme, "Acme Corp", numbered(1), now=NOW)

    assert [(one.state.value, one.is_changed) for one in steps] == [
        ("acknowledged", True), ("acknowledged", False), ("resolved", True), ("resolved", False), ("resolved", False),
    ]  # fmt: skip
    assert (steps[-1].acknowledged_at, steps[-1].resolved_at, steps[-1].fixed_on) == (NOW, NOW, date(2026, 1, 30))
    assert (back.name, back.is_new) == ("TECH-2026-0002", True)
    assert [one.name for one in ticket.tickets(acme, "acme corp")] == ["TECH-2026-0002", "TECH-2026-0001"]


def test_the_day_of_a_fix_can_be_corrected(acme):
    """Resolving again with another day of the fix changes it."""
    name = ticket.create(acme, "Acme Corp", numbered(1), now=NOW).name
    ticket.resolve(acme, name, now=NOW)

    assert ticket.resolve(acme, name, now=NOW, fixed_on=date(2026, 2, 2)).fixed_on == date(2026, 2, 2)


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ({"fixed_on": date(9999, 1, 1)}, "cannot be the first day of the fix"),
        ({"fixed_on": date(1, 1, 1)}, "cannot be the first day of the fix"),
        ({"reported_on": date(2026, 2, 1)}, "which is yet to come"),
        ({"fixed_on": date(9999, 1, 1), "reported_on": date(2026, 1, 27)}, "cannot be the first day of the fix"),
    ],
)
def test_a_day_that_cannot_be_meant_changes_nothing(acme, days, why):
    """A fix years away, or a report that is yet to come, is refused, and the ticket stays as it was."""
    made = ticket.create(acme, "Acme Corp", numbered(1), now=NOW)
    with pytest.raises(UsageError, match=why):
        ticket.resolve(acme, made.name, now=NOW, **days)
    with pytest.raises(UsageError, match="which is yet to come"):
        ticket.create(acme, "Acme Corp", replace(numbered(2), customer_reported_on=date(9999, 1, 1)), now=NOW)

    assert [one.revision for one in ticket.tickets(acme)] == [made.revision]


def test_a_ticket_can_be_resolved_with_the_customers_report(acme):
    """Both days are one change; the report can be corrected afterwards."""
    name = ticket.create(acme, "Acme Corp", numbered(1), now=NOW).name
    days = [
        ticket.resolve(acme, name, now=NOW, fixed_on=date(2026, 1, 22), reported_on=day)
        for day in (date(2026, 1, 20), date(2026, 1, 21), date(2026, 1, 21))
    ]

    assert [(one.customer_reported_on, one.fixed_on, one.is_changed) for one in days] == [
        (date(2026, 1, 20), date(2026, 1, 22), True),
        (date(2026, 1, 21), date(2026, 1, 22), True),
        (date(2026, 1, 21), date(2026, 1, 22), False),
    ]


def test_a_renewal_keeps_the_day_of_the_customers_report(acme):
    """It is not known while nobody wrote it down, and stays once it is."""
    made = ticket.create(acme, "Acme Corp", made_of([reports_issue()]), now=NOW)
    day = date(2026, 1, 27)
    told = ticket.create(acme, "Acme Corp", replace(made_of([reports_issue()]), customer_reported_on=day), now=NOW)
    renewed = ticket.create(acme, "Acme Corp", made_of([reports_issue()], description="News."), now=NOW)

    assert [one.customer_reported_on for one in (made, told, renewed)] == [None, day, day]


def test_a_report_goes_with_its_ticket(acme):
    """The file of the analysis is kept as it was; a renewal brings its own or leaves it."""
    made = ticket.create(acme, "Acme Corp", numbered(1), now=NOW, report=b"<p>January")

    assert made.has_report
    assert ticket.report_of(acme, made.name) == b"<p>January"


def test_a_forgotten_customers_ticket_keeps_its_number(acme):
    """It is listed by number alone and cannot be changed."""
    name = ticket.create(acme, "Globex", numbered(1), now=NOW, report=b"Globex").name
    forget(acme, "Globex")

    assert [(one.name, one.state, one.draft, one.customer) for one in ticket.tickets(acme)] == [(name, "forgotten", None, None)]  # fmt: skip
    assert ticket.report_of(acme, name) is None
    with pytest.raises(UsageError, match="was forgotten"):
        ticket.resolve(acme, name, now=NOW)
    with pytest.raises(UsageError, match="no ticket 'TECH-2026-0009'"):
        ticket.ticket_of(acme, "TECH-2026-0009")
