"""The portfolio: what stands out among all customers, a row each, and their weeks; the riskiest first, or as chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from techhealth.figures import count, date_range, day
from techhealth.model import Failing, Owner, RiskLevel, State, band_of
from techhealth.portfolio import Board, Finding, Link, Median, Row
from techhealth.portfolio.order import Order, ordered
from techhealth.present import words
from techhealth.present.page.elsewhere import OURS, by_chance
from techhealth.present.page.markup import Child, Html, card, chip, el, facts, join, table, tone
from techhealth.present.page.navigation import link

#: Renewals nearer than this are told where the risk is not low, in days.
_SOON = 60
_MOST_NAMES = 4
#: Letters of a customer's name that are shown; the rest stands in its title and on its own page.
_LONGEST = 60
_HEAD = ["Customer", "Score", "Risk", "Worst issue", "Trend", "Renewal", "Revenue a year", "Last data"]


def portfolio_page(board: Board, *, order: Order = Order.RISK, choice: Html | None = None) -> Html:
    """Return the whole page: head, what stands out, the customers in an `order`, which is a `choice`, and their weeks."""
    if not board.rows:
        return join(
            _head(board),
            card("No customers yet", el("p", "Drop a log on the page Health, or import customers: techhealth customers import FILE.csv.")),
        )  # fmt: skip
    return join(
        _head(board),
        el("div.th-first.th-of-two", _stands_out(board), _standing(board)),
        _tables(board, order, choice),
        _examples(board.examples, order) if board.examples else None,
    )


def _tables(board: Board, order: Order, choice: Html | None = None) -> Html:
    """Return the customers of a board in an order, and their weeks."""
    whose = "Sample customers" if board.is_example else "Customers"
    rows, caption = ordered(board.rows, order), f"{whose}, by {order}"
    each = table(caption, _HEAD, [_row(row, board.links) for row in rows], numbers=frozenset({6}))
    return join(
        card(caption, el("div.th-order", choice) if choice else None, each, kind=".th-wide.th-customers"),
        card("Score by week", _heat_map(rows), kind=".th-wide"),
    )


def _head(board: Board) -> Html:
    said = f"{count(len(board.rows), 'customer')}{_as_of(board)}"
    return el(
        "header.th-head", el("h1", "All customers"), el("span.th-muted", said),
        el("span.th-chip.th-none", "Sample data") if board.is_example else None,
    )  # fmt: skip


def _as_of(board: Board) -> str:
    return f", as of {date_range(board.as_of, board.as_of)}" if board.as_of else ""


def _examples(board: Board, order: Order) -> Html:
    """Return the sample customers beside others: folded, judged by their own day, and counted nowhere else."""
    said = f"{count(len(board.rows), 'sample customer')}{_as_of(board)}, not counted above"
    return el("details.th-examples", el("summary", said), _tables(board, order))


# --- what stands out -----------------------------------------------------------------------------


def _stands_out(board: Board) -> Html:
    """Return the few sentences to know before reading the table, the worst first."""
    lines = [
        *_failing(board.rows),
        *map(_linked, board.links),
        *_soon(board.rows),
        *_without_data(board.rows),
        *_moved(board.rows, up=False),
        *_waiting(board.rows),
        *_moved(board.rows, up=True),
        *_well(board.rows),
    ]
    why = (
        "No customer fails now, fell far, or renews soon at risk"
        if any(row.summary for row in board.rows)
        else "No customer has a log that was assessed"
    )
    nothing = _line("○", "Nothing stands out", why)
    return card("What stands out", el("ul.th-changes", *(lines or [nothing])))


def _failing(rows: Sequence[Row]) -> list[Html]:
    """Return the customers at whom something critical fails right now, with the hour it began."""
    down = [f"{_called(row.account.name)} {_since(now)}" for row in rows if (now := _failing_now(row))]
    return [_line("▲", f"{count(len(down), 'customer')} with failures going on", _listed(down))] if down else []


def _failing_now(row: Row) -> Failing | None:
    """Return since when something critical fails that has not ended, as far as newer data are not missed."""
    return None if row.days_without or row.summary is None else row.summary.failing


def _since(now: Failing) -> str:
    """Return since when something fails, the hour in a zone that all customers share."""
    return f"since {now.at.day} {now.at:%b, %H:%M} UTC" if now.at else f"since {now.on.day} {now.on:%b}"


def _linked(one: Link) -> Html:
    """Return a group of customers with the same failure, told as the coincidence it is."""
    hour = f"{day(one.first.date())}, {one.first:%H:%M} UTC"
    where: dict[str, list[str]] = {}
    for name, finding in one.members:
        where.setdefault(name, []).append(finding.integration)
    names = ", ".join(f"{_called(name)} ({', '.join(dict.fromkeys(found))})" for name, found in where.items())
    return _line(
        "▲" if one.owner is Owner.US else "■",
        f"{count(len(one.customers), 'customer')}, same {one.code} since {hour}: {OURS[one.owner]}",
        f"{names}; {by_chance(one)}",
    )


def _soon(rows: Sequence[Row]) -> list[Html]:
    """Return the renewals that come soon where the risk is more than low, or not known."""
    near = [
        row for row in rows
        if row.risk is not RiskLevel.LOW and row.days_to_renewal is not None and 0 <= row.days_to_renewal <= _SOON
    ]  # fmt: skip
    near.sort(key=lambda row: row.days_to_renewal or 0)
    told = [
        f"{_called(row.account.name)} in {count(row.days_to_renewal or 0, 'day')} (risk {words.RISK[row.risk][2:].lower()})"
        for row in near
    ]
    shape = "▲" if any(row.risk is RiskLevel.HIGH for row in near) else "■"
    return [_line(shape, f"{count(len(near), 'renewal')} at risk within {_SOON} days", _listed(told))] if near else []


def _without_data(rows: Sequence[Row]) -> list[Html]:
    silent = [row for row in rows if row.days_without]
    told = [f"{_called(row.account.name)}: no data for {count(row.days_without or 0, 'day')}" for row in silent]
    title = f"{count(len(silent), 'customer')} without new data, and silence is not health"
    return [_line("■", title, _listed(told))] if silent else []


def _moved(rows: Sequence[Row], *, up: bool) -> list[Html]:
    """Return the customer that fell, or rose, most since its earlier period, beyond the usual variation."""
    moved = [(row, row.summary.trend) for row in rows if row.summary and row.summary.trend.significant]
    right = [(row, trend) for row, trend in moved if not row.days_without and ((trend.change or 0) > 0) is up]
    if not right:
        return []
    row, trend = max(right, key=lambda pair: abs(pair[1].change or 0))
    verb = "rose" if up else "fell"
    return [_line("●" if up else "■", f"{_called(row.account.name)} {verb} most", words.trend(trend, spoken=True)[2:])]


def _waiting(rows: Sequence[Row]) -> list[Html]:
    waiting = [_called(row.account.name) for row in rows if row.summary is None]
    return [_line("○", f"{count(len(waiting), 'customer')} without a log yet", _listed(waiting))] if waiting else []


def _well(rows: Sequence[Row]) -> list[Html]:
    """Return the customers of whom enough is known, today, and nothing is wrong."""
    well = [_called(row.account.name) for row in rows if row.is_well]
    return (
        [_line("●", f"{count(len(well), 'customer')} with new data, a sure score and no issue", _listed(well))]
        if well
        else []
    )


def _listed(names: Sequence[str]) -> str:
    more = [f"{len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else []
    return ", ".join([*names[:_MOST_NAMES], *more])


def _line(shape: str, text: str, small: str) -> Html:
    return el("li", el(f"span.th-{tone(shape)}", shape), el("span", text, el("small", small)))


# --- how we stand --------------------------------------------------------------------------------


_MEDIANS = "Lead: from the first flag of an issue to the customer's own report. Resolved: from a ticket to its end. Both are medians of tickets, told once there are enough."


def _standing(board: Board) -> Html:
    """Return how many customers are at high risk, the revenue with them, and how early and how fast we are."""
    high = [row for row in board.rows if row.risk is RiskLevel.HIGH]
    paid = [row.account.annual_revenue for row in board.rows if row.account.annual_revenue is not None]
    lost = sum(row.account.annual_revenue or 0 for row in high)
    lead, resolve = board.practice.lead, board.practice.resolve
    return card(
        "High technical risk",
        el("p.th-score", el("b", str(len(high))), el("span", f"of {count(len(board.rows), 'customer')}")),
        el("p", f"{lost:,.0f} of {sum(paid):,.0f} revenue a year, in the currency of your list") if paid else None,
        facts(
            [("Lead", _median(lead, "before the customer told us")), ("Resolved", _median(resolve, "after the ticket"))]
        ),
        el("small", _MEDIANS),
    )  # fmt: skip


def _median(one: Median, what: str) -> str:
    if one.days is None:
        return f"not enough data ({one.tickets} of {count(one.needed, 'ticket')})"
    return f"{one.days:.1f} days {what} (median of {count(one.tickets, 'ticket')})"


# --- the table -----------------------------------------------------------------------------------


def _row(row: Row, links: Sequence[Link]) -> list[Child]:
    account = row.account
    renewal = account.renewal_on
    kind = ", ".join(filter(None, (account.segment, "sample" if row.is_example else None)))
    return [
        el("span", _to(row), el("small", kind) if kind else None),
        _score(row),
        el("span", chip(words.RISK[row.risk])),
        _worst(row, links),
        _trend(row),
        el("span.th-one-line", _short(renewal), el("small", _when(row.days_to_renewal))) if renewal else "–",
        "–" if account.annual_revenue is None else f"{account.annual_revenue:,.0f}",
        _last(row),
    ]


def _to(row: Row) -> Html:
    """Return the way to a customer's own page; one without a log has none."""
    name, called = row.account.name, _called(row.account.name)
    whole = None if name == called else name
    if row.summary is None:
        return el("span", called, title=whole)
    return el("a", called, title=whole, href=link("health", customer=name))


def _called(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _score(row: Row) -> Child:
    if row.summary is None:
        return el("span.th-muted", "no log yet")
    if row.summary.score is None or row.summary.band is None:
        return el("span.th-muted", words.STATE[row.summary.state])
    unsure = row.summary.state is State.LOW_CONFIDENCE
    failing = _failing_now(row)
    stands = chip("▲ Failing" if failing else words.BAND[row.summary.band])
    return el(
        "span.th-one-line", el("strong", words.points(row.summary.score)), " ",
        el("span.th-chip.th-none", "■ Stale") if row.days_without else stands,
        el("small", _since(failing)) if failing else None,
        el("small", words.STATE[row.summary.state]) if unsure else None,
    )  # fmt: skip


def _issues(row: Row) -> tuple[Finding, ...]:
    return row.summary.findings if row.summary else ()


def _worst(row: Row, links: Sequence[Link]) -> Child:
    """Return the most pressing issue with who has to act, and how many others have the same since the same hour."""
    every = _issues(row)
    if not every:
        return el("span.th-muted", "none found" if row.summary and row.summary.score is not None else "–")
    others = max((len(one.customers) - 1 for one in links if (row.account.name, every[0]) in one.members), default=0)
    same = f"; same at {count(others, 'other customer')}" if others else ""
    more = f"; {count(len(every) - 1, 'more issue')}" if len(every) > 1 else ""
    shape = words.SEVERITY[every[0].severity]
    return el(
        "span", el(f"span.th-{tone(shape)}", shape[:1], title=shape[2:]), f" {every[0].integration}: {every[0].title}",
        el("small", f"Who: {words.OWNER[every[0].owner]}{same}{more}"),
    )  # fmt: skip


def _trend(row: Row) -> Child:
    """Return the change since the earlier period, or that there is none to compare with."""
    trend = row.summary.trend if row.summary else None
    if trend is None or trend.change is None:
        return el("span.th-muted.th-one-line", "none yet" if trend else "–")
    arrow = "►" if trend.direction == "flat" else "▲" if trend.change > 0 else "▼"
    return el(
        "span",
        f"{arrow} {trend.change:+d}" if trend.change else f"{arrow} 0",
        el("small", f"since the end of {trend.compared_to}"),
    )


def _when(days: int | None) -> str | None:
    if days is None:
        return None
    return f"in {count(days, 'day')}" if days >= 0 else f"{count(-days, 'day')} ago"


def _last(row: Row) -> Child:
    if row.last is None:
        return "–"
    stale = f"no data for {count(row.days_without, 'day')}" if row.days_without else None
    return el("span.th-one-line", _short(row.last), el("small.th-warn", f"■ {stale}") if stale else None)


def _short(on: date) -> str:
    return f"{on.day} {on:%b} {on.year}"


# --- the weeks -----------------------------------------------------------------------------------


def _heat_map(rows: Sequence[Row]) -> Html:
    """Return the score at the end of each week; a number stands in every cell, its colour only repeats its band."""
    known = [row for row in rows if any(row.weeks)]
    if not known:
        return el("p.th-muted", "No week has a score yet.")
    weeks = known[0].mondays
    caption = "Score at the end of each week, which is named by its Monday; – where there is none"
    heads = [el("th", "Customer", scope="col"), *(el("th", f"{one.day} {one:%b}", scope="col") for one in weeks)]
    body = [el("tr", el("th", _to(row), scope="row"), *map(_cell, row.weeks, weeks)) for row in known]
    grid = el("table", el("caption", caption), el("thead", el("tr", *heads)), el("tbody", *body))
    return el("div.th-heat", grid, style=f"--weeks:{len(weeks)}")


def _cell(score: float | None, monday: date) -> Html:
    """Return one week of a customer in the colour of its band."""
    said = "none" if score is None else tone(words.BAND[band_of(score)])
    return el(f"td.th-{said}", words.points(score), data_head=f"{monday.day} {monday:%b}")
