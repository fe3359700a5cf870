"""What an issue shares with other customers: told to ourselves with its hour and as a coincidence, to a customer never."""

from dataclasses import replace

from techhealth.policy import Policy
from techhealth.present import page
from techhealth.present.audience import Audience
from techhealth.present.page.markup import place
from techhealth.present.report import Look, report
from tests import builders
from tests.portfolio.boards import LAST, NINE, board, finding, known, summary
from tests.present.fragments import Parsed

FOUND = builders.assessment()
LEAD = FOUND.issues[0]
CUSTOMER = FOUND.generated_for.customer


def shared():
    """Return what the first issue of the example shares with two other customers."""
    mine = replace(finding(), id=LEAD.id, integration=LEAD.integration)
    others = [known(name, summary(findings=[finding()])) for name in ("Globex", "Hooli")]
    every = board([known(CUSTOMER, summary(findings=[mine])), *others]).shared_by(CUSTOMER)
    return {id: one for (id, _), one in every.items()}


def test_an_issue_says_who_else_has_it_since_when_by_its_own_clock():
    """Others alone are named, with the zone of the hour, as no proof, and with the way to each of them."""
    there = replace(FOUND, generated_for=replace(FOUND.generated_for, timezone="Europe/Madrid"))
    html = page.issues_card(there, draw=place, elsewhere=page.elsewhere(there, shared()))
    text = Parsed(html).text

    assert "Elsewhere2 other customers have the same 503 since 28 January, 10:00 Europe/Madrid: Globex (Orders API), Hooli (Orders API). It looks like ours; they coincide, which is no proof:" in text  # fmt: skip
    assert '<a href="../health/?customer=Globex">Globex</a>' in html
    assert '<a href="../portfolio/">' in html


def test_a_customer_never_reads_of_another_one():
    """The report for ourselves names them without a link, the one for the customer says nothing of it."""
    internal, theirs = (
        report(FOUND, Policy(), look=Look(style="", charts=None), audience=one, shared=shared()).html
        for one in Audience
    )

    assert ("Hooli (Orders API)" in internal, "../health/" in internal) == (True, False)
    assert [word for word in ("Hooli", "Globex", "Elsewhere") if word in theirs] == []


def test_only_what_began_then_is_shared():
    """An issue is known on a board by its id and its hour, of examples on their own board as well."""
    made = board(
        [known(name, summary(findings=[finding()]), example_on=LAST) for name in "abc"] + [known("d", summary())]
    )

    assert list(made.shared_by("a")) == [("orders-api-errors", NINE)]
    assert (made.shared_by("d"), made.shared_by("nobody")) == ({}, {})
