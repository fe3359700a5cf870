"""The overall health of a customer: its general score, with the technical one counted in."""

from __future__ import annotations

from dataclasses import dataclass

from techhealth import policy_actions as policy
from techhealth.figures import share


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """The overall score before and after the technical one counts, each 0 to 100 or None, and why it is what it is.

    `before` is the general score as it is known of the customer, and stays so: counting twice changes nothing. `cap` is
    what a red technical score allows at most, None where it is not red.
    """

    before: float | None
    after: float | None
    cap: float | None
    reason: str


def overall(general: float | None, technical: float | None, rules: policy.Overall) -> Overall:
    """Return the overall health: the weighted mean of what is known, 0 to 100, never above the general score nor above the cap.

    A technical score lifts nobody: that the integrations work is no sign of a good relationship, while those that fail
    do harm it.

    Examples:
        >>> overall(85, 45, policy.Overall()).after
        75.0
        >>> overall(40, 95, policy.Overall()).after
        40
    """
    if technical is None:
        why = "nothing is known" if general is None else "no technical score, so the general one stands"
        return Overall(before=general, after=general, cap=None, reason=why)
    cap = rules.red_cap if technical < rules.red_below else None
    if general is None:
        after = technical if cap is None else min(technical, cap)
        return Overall(before=None, after=after, cap=cap, reason="no general score is known, so the technical one stands alone")  # fmt: skip
    weighted = (1 - rules.technical_weight) * general + rules.technical_weight * technical
    after = min(weighted, general, *(() if cap is None else (cap,)))
    return Overall(before=general, after=after, cap=cap, reason=_why(after, weighted, general, technical, cap, rules))


def _why(
    after: float, weighted: float, general: float, technical: float, cap: float | None, rules: policy.Overall
) -> str:  # fmt: skip
    if cap is not None and after == cap < weighted:
        return f"a technical score of {technical:.0f}, below {rules.red_below:.0f}, allows at most {cap:.0f}"
    counted = f"the technical score of {technical:.0f} counts {share(rules.technical_weight)}"
    return f"{counted}, and lifts nothing" if weighted > general else counted
