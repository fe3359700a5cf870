"""The answers of the chat about several customers: who is at risk, how two stand, and who of several was meant."""

from __future__ import annotations

from collections.abc import Sequence

from techhealth.model import Assessment, RiskLevel
from techhealth.portfolio import Board, Row
from techhealth.present import words
from techhealth.present.page.markup import Child, Html, card, el, table
from techhealth.present.page.navigation import link

#: Customers that are named one by one.
_NAMED = 10


def customers(board: Board) -> Html:
    """Return the customers at risk, the worst first, each with its score and its most pressing issue, and those of unknown risk."""
    risky = [row for row in board.rows if row.risk in (RiskLevel.HIGH, RiskLevel.MEDIUM)]
    unknown = [row.account.name for row in board.rows if row.risk is RiskLevel.UNKNOWN]
    more = len(risky) - _NAMED
    return card(
        "Customers at risk",
        el("ul", *(el("li", _at_risk(row)) for row in risky[:_NAMED]))
        if risky
        else el("p", "None whose risk is known."),
        el("p", f"And {words.count(more, 'more customer')}.") if more > 0 else None,
        el("p.th-muted", f"Risk not known: {words.grouped(unknown)}.") if unknown else None,
        el("p", el("a", "Every customer by risk, and who has the same failure", href=link("portfolio")), "."),
    )


def _at_risk(row: Row) -> Html:
    found = row.summary
    score = f", score {words.points(found.score)}" if found and found.score is not None else ""
    worst = f": {found.findings[0].integration}: {found.findings[0].title}" if found and found.findings else ""
    name = el("a", row.account.name, href=link("health", customer=row.account.name))
    return el("span", name, f" ({words.RISK[row.risk]}{score}){worst}")


def side_by_side(every: Sequence[Assessment]) -> Html:
    """Return how customers stand, each by the days of its own log."""
    head = ["Customer", "Score", "Standing", "Risk", "Most pressing", "Measured over"]
    rows: list[list[Child]] = [
        [
            one.generated_for.customer,
            words.points(one.score.value),
            words.stands(one) or words.sentence(words.STATE[one.score.state]),
            words.RISK[one.risk.level],
            f"{one.issues[0].integration}: {one.issues[0].title}" if one.issues else "–",
            words.date_range(one.window.first, one.window.last),
        ]
        for one in every
    ]
    return card("Customers beside each other", table("By customer", head, rows, numbers=frozenset({1})))


def which(names: Sequence[str]) -> Html:
    """Return the question which of several customers is meant."""
    *others, last = names
    shown = f"{', '.join(names[:_NAMED])} or another one" if len(names) > _NAMED else f"{', '.join(others)} or {last}"
    return card(f"{shown}?", el("p", "Several customers are called so: say the whole name."))
