"""Every number a person may argue with, as a table: name, value, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from techhealth.model import Assessment
from techhealth.policy import Policy
from techhealth.present import words
from techhealth.present.audience import Audience
from techhealth.present.page.markup import Child, Html, el, join, table

#: What the score itself rests on; the rest decides what is an issue and what its cause.
_OF_THE_SCORE = ("weights", "rules", "targets", "windows", "evidence")
_SET_HERE = "set in this policy"


def policy_tables(policy: Policy, assessment: Assessment, *, audience: Audience) -> Html:
    """Return the values of a policy: what the score rests on, then, folded, what finds issues and causes.

    Our own readers are told where each comes from; the customer is told what he is judged by.
    """
    if audience is Audience.CUSTOMER:
        limits = [row[:2] for row in _limits(assessment)]
        score = [row[:2] for name in _OF_THE_SCORE for row in _rows(policy, name)]
        return join(
            table("Targets of latency (P95)", ["Setting", "Value"], limits) if limits else None,
            table("What the score rests on", ["Setting", "Value"], score),
        )
    score = [row for name in _OF_THE_SCORE for row in _rows(policy, name)]
    finding = [row for name in ("detection", "causes") for row in _rows(policy, name)]
    finding += _owners(policy)
    head = ["Setting", "Value", "Source"]
    return join(
        el("p.th-muted", "SHA-256 of the policy: ", el("code", assessment.generated_for.policy_sha256)),
        table("Targets of latency (P95)", head, list(_limits(assessment))) if any(_limits(assessment)) else None,
        table("What the score rests on", head, score),
        el(
            "details.th-more",
            el("summary", "What finds issues and causes"),
            table("What finds issues and causes", head, finding),
        ),
    )


def _limits(assessment: Assessment) -> Iterator[list[Child]]:
    """Yield the SLA of each integration that has one; those of a policy for others are not shown."""
    for one in assessment.integrations:
        if one.latency and one.latency.sla_ms is not None:
            agreed = one.latency.sla_source == "policy"
            yield [one.name, f"{one.latency.sla_ms:,.10g} ms", _SET_HERE if agreed else "assumed"]


def _rows(policy: Policy, section: str) -> Iterator[list[Child]]:
    """Yield the values of one section; what differs from the default says so."""
    ours, default = getattr(policy, section), getattr(Policy(), section)
    assert is_dataclass(ours)
    for item in fields(ours):
        value = getattr(ours, item.name)
        changed = value != getattr(default, item.name)
        yield [f"{section}.{item.name}", _written(value), _SET_HERE if changed else item.metadata["source"]]


def _owners(policy: Policy) -> Iterator[list[Child]]:
    """Yield who acts on a code, where the policy says so."""
    for name, named in (("calls", policy.owners.calls), ("deliveries", policy.owners.deliveries)):
        for code, owner in named.items():
            yield [f"owners.{name}.{code}", words.OWNER[owner], _SET_HERE]


def _written(value: object) -> str:
    """Return a value as a person writes it: numbers plainly, the points of a rule as measured → score."""
    if not isinstance(value, tuple):
        return f"{value:,.10g}" if isinstance(value, float | int) else str(value)
    pairs = all(isinstance(item, tuple) for item in value)
    return ", ".join(f"{item[0]:g} → {item[1]:g}" if pairs else f"{item:g}" for item in value)
