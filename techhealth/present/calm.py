"""What is said where nothing is recommended: points may be lost, and issues be there, all the same."""

from __future__ import annotations

from techhealth.model import Assessment, Issue
from techhealth.present import lost, words
from techhealth.present.unknown import unknown, unscored


def is_acted_on(issue: Issue, found: Assessment) -> bool:
    """Return whether a recommendation is about an issue."""
    return any(issue.id in one.issue_ids for one in found.recommendations)


def no_action(found: Assessment) -> str:
    """Return why nothing is recommended, and where the points went that are lost nevertheless, as sentences."""
    score = found.score
    if score.value is None:
        return f"Export {unknown(found).export}, then look again."
    if found.issues:
        return f"{words.count(len(found.issues), 'minor issue')}, nothing to do yet. Look again with the next log."
    worst = max(score.components, key=lambda part: part.points_lost)
    where = f"{words.sentence(worst.name)}, {worst.why}"
    if round(score.value) < score.target:
        return f"No issue stands out, but the score is below its target of {score.target}. Look first at {where}."
    if missing := unscored(found):
        return f"No issue was found in what is scored. {missing}: ask for a log that tells of it."
    went = f" Most of the {lost.total(score)} points lost went to {where}." if worst.points_lost >= _SHOWN else ""
    return f"No issue was found, so there is nothing to do.{went} Look again with the next log."


#: Points that show in a figure with one decimal.
_SHOWN = 1.0
