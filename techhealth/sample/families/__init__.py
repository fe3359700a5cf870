"""Families of degradations and of clean traffic: a name and a seed → records and the truth about them.

What the detection benchmark replays. Everything is arrays; chance comes from the seed alone.
"""

from __future__ import annotations

from techhealth.sample.families.clean import CLEAN
from techhealth.sample.families.degradations import DEGRADATIONS
from techhealth.sample.families.scenario import Scenario, scenario

__all__ = ["CLEAN", "DEGRADATIONS", "Scenario", "scenario"]
