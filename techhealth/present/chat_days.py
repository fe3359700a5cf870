"""The answers of the chat about days that a sentence names, and about two things beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from techhealth.model import Assessment, Days, IntegrationHealth, Issue, Kind
from techhealth.present import page, words
from techhealth.present.page.changes import changes_card
from techhealth.present.page.markup import Child, Html, card, el, facts, join, table
from techhealth.present.wishes import Against, Wish

#: What is counted of each kind of traffic.
_COUNTED = {Kind.API: "calls", Kind.WEBHOOK: "deliveries", Kind.AUTH: "sign-ins"}
#: What can be put beside what.
_COMPARED = (
    "Compared are integrations with each other (“compare {pair}”), the weeks of this log, this customer with the end of the month "
    "before, and another customer by its name."
)


def happened(assessment: Assessment, days: Days) -> Html:
    """Return what failed, began or was over in some days, by integration; of days beyond the log that nothing is known."""
    period = assessment.period
    first, last = max(days.first, period.first), min(days.last, period.last)
    title = f"What happened, {words.date_range(days.first, days.last)}"
    covered = f"The newest log covers {words.date_range(period.first, period.last)}"
    if first > last:
        return card(title, el("p", f"{covered}; these days lie outside it, and nothing is told of them."))
    head = ["Integration", "Failed", "Rate", "Whole period", "P95" if first == last else "Highest P95 of a day"]
    rows = [_failed(assessment, one, first, last) for one in assessment.integrations]
    begun = [el("li", line) for line in dict.fromkeys(_events(assessment, first, last))]
    beyond = (first, last) != (days.first, days.last)
    return card(
        title,
        el("ul", *begun) if begun else el("p", "No issue began, and none was flagged first, in these days."),
        table("By integration", head, rows, numbers=frozenset({2, 3, 4})),
        _score(assessment, last),
        el("p.th-muted", f"{covered}{'; of the other days nothing is told' if beyond else ''}."),
    )


def _failed(assessment: Assessment, one: IntegrationHealth, first: date, last: date) -> list[Child]:
    """Return what failed of an integration in some days, beside the whole period, and the P95 of the slowest of them."""
    lines, name = assessment.timeline, one.name
    mine = [day for day in lines.daily_failures if day.integration == name and first <= day.on <= last]
    slow = [day.p95_ms for day in lines.daily_latency if day.integration == name and first <= day.on <= last and day.p95_ms]  # fmt: skip
    k, n = sum(day.k for day in mine), sum(day.n for day in mine)
    known = one.whole_period.success.rate
    return [
        name,
        f"{words.out_of(k, n)} {_COUNTED[one.kind]}" if n else "nothing logged",
        words.percent(k / n if n else None),
        words.percent(None if known is None else 1 - known),
        words.milliseconds(max(slow, default=None)),
    ]


def _events(assessment: Assessment, first: date, last: date) -> Iterator[str]:
    """Yield what began, was flagged first, was down or was seen as a cause from then on, in some days."""
    zone = assessment.generated_for.timezone
    for issue in assessment.issues:
        told = [*_of_issue(issue, first, last), *_of_spell(issue, first, last, zone)]
        if told:
            yield f"{issue.integration}: {issue.title} ({'; '.join(told)})"
        for cause in issue.causes:
            if cause.onset and first <= cause.onset.on <= last:
                yield f"{issue.integration}: {words.first_clause(cause.statement)}"


def _of_issue(issue: Issue, first: date, last: date) -> Iterator[str]:
    if issue.onset and first <= issue.onset.on <= last:
        yield f"since {words.since(issue.onset, flagged=issue.first_flagged_on)}"
    if issue.first_flagged_on and first <= issue.first_flagged_on <= last:
        yield f"first flagged on {words.day(issue.first_flagged_on)}"


def _of_spell(issue: Issue, first: date, last: date, zone: str) -> Iterator[str]:
    """Yield the hours in which far more failed, where they touch the days."""
    spell = issue.spell
    local: list[datetime] = [] if spell is None else [one.astimezone(ZoneInfo(zone)) for one in (spell.first, spell.last) if one]  # fmt: skip
    if spell is None or local[0].date() > last or (spell.last and (local[1] - timedelta(minutes=1)).date() < first):
        return
    until = "the end of the log," if spell.last is None else words.moment(spell.last, zone)
    until = f"{local[-1]:%H:%M}" if spell.last and local[0].date() == local[1].date() else until
    yield f"{words.out_of(spell.k, spell.n)} failed, {words.moment(spell.first, zone)} to {until} {zone}"


def _score(assessment: Assessment, on: date) -> Html | None:
    """Return the score as it was at the end of a day, None where there was none."""
    found = next((one.value for one in assessment.timeline.daily_score if one.on == on), None)
    if found is None:
        return None
    return el("p", f"Score at the end of {words.day(on)}: {words.points(found)}.")


def compared(assessment: Assessment, wish: Wish) -> Html:
    """Return what a wish puts beside each other: integrations, weeks, or now and the month before; else what can be."""
    match wish.against:
        case Against.INTEGRATIONS:
            return page.breakdown_card(assessment, of=wish.integrations if len(wish.integrations) > 1 else ())
        case Against.WEEKS:
            weeks = assessment.timeline.weekly_error_rate
            rates: list[tuple[str, Child]] = [(words.week(one.first, one.last), f"{words.percent(one.rate)} ({words.out_of(one.k, one.n)})") for one in weeks]  # fmt: skip
            return card("Failures by week, all integrations", facts(rates))
        case Against.EARLIER:
            period = words.date_range(assessment.period.first, assessment.period.last)
            told = f"{words.trend(assessment.score.trend, spoken=True)}. The log covers {period}."
            return join(card("Against the end of the month before", el("p", told)), changes_card(assessment))
    names = [one.name for one in assessment.integrations]
    pair = words.named(names[:2]) if len(names) > 1 else "Orders API and Billing API"
    return card("Not compared", el("p", _COMPARED.format(pair=pair)))
