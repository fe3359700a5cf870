"""One outage of several integrations is one piece of news: told once, with all of them named."""

from __future__ import annotations

from collections.abc import Sequence

from techhealth.figures import percent
from techhealth.model import Issue
from techhealth.present import words

#: Issues of the same hours, the first of them in front.
Together = tuple[Issue, ...]


def at_once(issues: Sequence[Issue]) -> list[Together]:
    """Return issues in their order, those together of which the same kind of thing failed from and until the same hour."""
    found: dict[object, list[Issue]] = {}
    for issue in issues:
        hours = (issue.kind, issue.spell.first, issue.spell.last) if issue.spell else issue.id
        found.setdefault(hours, []).append(issue)
    return [tuple(group) for group in found.values()]


def where(group: Sequence[Issue]) -> str:
    """Return the integrations of one piece of news."""
    return f"{words.named([one.integration for one in group])}{' at once' if len(group) > 1 else ''}"


def title(group: Together) -> str:
    """Return what happened, as the first issue says it; of several also how much failed in those hours at all of them."""
    lead = group[0]
    spells = [issue.spell for issue in group if issue.spell]
    if len(spells) < 2:
        return lead.title
    together = percent(sum(one.k for one in spells) / sum(one.n for one in spells))
    return f"{lead.title} ({lead.integration}; {together} at all of them together)"
