"""Every number a person may argue with, in the words of the page that turns it: name, value, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from techhealth.model import Assessment
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.page.knobs import Keys, Knob, groups, together
from techhealth.present.page.markup import Child, Html, el, join, table

#: What the score itself rests on, and what decides what is an issue and what its cause.
_OF_THE_SCORE = ("weights", "rules", "targets", "windows", "evidence")
_OF_ISSUES = ("detection", "causes", "owners")
_SET_HERE = "set in this policy"


def policy_tables(policy: Policy, assessment: Assessment) -> Html:
    """Return the values of a policy, with where each comes from: what the score rests on, then, folded, what finds issues and
    causes."""
    limits = list(_limits(assessment))
    return join(
        el("p.th-muted", "SHA-256 of the policy: ", el("code", assessment.generated_for.policy_sha256)),
        el(
            "div.th-settings",
            _table("Targets of latency (P95)", limits) if limits else None,
            *_tables(policy, _OF_THE_SCORE),
        ),
        el("details.th-more", el("summary", "What finds issues and causes"), *_tables(policy, _OF_ISSUES)),
    )


def _tables(policy: Policy, sections: Sequence[str]) -> Iterator[Html]:
    """Yield the settings of some sections, one table for each question that they answer; what differs from the default says so."""
    default = {knob.key: knob.value for group in groups(Policy(), Keys()) for knob in group.knobs}
    for group in groups(policy, Keys()):
        if group.knobs[0].path[0] in sections:
            rows = [_row(name, knobs, default) for name, knobs in together(group.knobs).items()]
            yield _table(group.question, rows)


def _row(name: str, knobs: Sequence[Knob], default: Mapping[str, object]) -> list[Child]:
    changed = any(knob.value != default.get(knob.key) for knob in knobs)
    return [name, _written(knobs), _SET_HERE if changed else knobs[0].meaning.source]


def _table(caption: str, rows: list[list[Child]]) -> Html:
    return table(caption, ["Setting", "Value", "Source"], rows)


def _limits(assessment: Assessment) -> Iterator[list[Child]]:
    """Yield the SLA of each integration that has one; those of a policy for others are not shown."""
    for one in assessment.integrations:
        if one.latency and one.latency.sla_ms is not None:
            agreed = one.latency.sla_source == "policy"
            yield [one.name, words.milliseconds(one.latency.sla_ms), _SET_HERE if agreed else "assumed"]


def _written(knobs: Sequence[Knob]) -> str:
    """Return a setting in words: one value, several, or the points of a rule as measured → score."""
    if not knobs[0].of_a_rule:
        return ", ".join(knob.told for knob in knobs)
    pairs = zip(knobs[::2], knobs[1::2], strict=True)
    points = ", ".join(f"{measured.reading} → {score.reading}" for measured, score in pairs)
    return points if knobs[0].percent else f"{points} ({knobs[0].unit})"
