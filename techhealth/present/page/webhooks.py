"""Deliveries: their rate against the target, and the cards of webhooks that are well."""

from __future__ import annotations

from techhealth.model import Assessment, IntegrationHealth, IssueKind, Webhooks
from techhealth.present import charts, words
from techhealth.present.page.markup import Draw, Html, card, chip, el, join


def delivery_rate(health: IntegrationHealth, measured: Webhooks) -> Html:
    """Return the delivery success rate with its target, counts and days: those of the current window.

    Where too little is known for a score, no target is called reached.
    """
    days = words.week(health.window.first, health.window.last)
    missed = measured.target is not None and measured.final_rate is not None and measured.final_rate < measured.target
    target = f" Target {words.target(measured.target)}." if measured.target is not None else ""
    retried = measured.first_try_rate is not None and measured.first_try_rate != measured.final_rate
    first = f" First tries: {words.percent(measured.first_try_rate)}." if retried else ""
    counts = f"{words.count(measured.failed)} of {words.count(measured.delivered + measured.failed)}"
    return join(
        el("strong", f"Delivery success rate: {words.percent(measured.final_rate)}. "),
        chip("■ Below target")
        if missed
        else chip("● On target")
        if measured.target is not None and health.score is not None
        else None,
        f"{target} {counts} failed in the current window, {days}.{first}",
        *(el("span.th-muted", f" {one.text}.") for one in measured.countdowns),
    )


def webhooks_card(assessment: Assessment, *, draw: Draw) -> Html:
    """Return a card for each integration whose deliveries have no issue; those with one are told there."""
    told = {issue.integration for issue in assessment.issues if issue.kind is IssueKind.WEBHOOK}
    return join(*(_quiet(one, draw=draw) for one in assessment.integrations if one.webhooks and one.name not in told))


def _quiet(health: IntegrationHealth, *, draw: Draw) -> Html:
    measured = health.webhooks
    if measured is None:
        return join()
    why = el("div.th-pair", draw(charts.reasons(health))) if measured.reasons else None
    return card(
        f"Webhook deliveries: {health.name}",
        el("p", delivery_rate(health, measured)),
        why,
        kind=".th-wide",
    )
