"""Where the points of a score went: to one decimal everywhere, and the parts add up to the whole."""

from __future__ import annotations

from techhealth.figures import apportioned
from techhealth.model import Score

#: What is lost to a cap, whatever the components say.
CAP = "Cap"


def total(score: Score) -> str:
    """Return how many points a score lost."""
    return f"{max(100 - (score.value or 0.0), 0.0):.1f}"


def by_component(score: Score) -> list[tuple[str, float, str]]:
    """Return what each component costs the score with what stands behind it, most first; then a cap."""
    parts = sorted(score.components, key=lambda part: -part.points_lost)
    lost = [(part.name, part.points_lost, part.why) for part in parts]
    lost += [(CAP, score.cap.points, score.cap.reason)] if score.cap else []
    shown = apportioned([points for _, points, _ in lost])
    return [(name, points, why) for (name, _, why), points in zip(lost, shown, strict=True)]
