"""From an exported log file to a technical health score.

    import techhealth as th

    usage = th.read("acme_api_logs_jan2026.json.gz")
    assessment = th.assess(usage, policy=th.Policy())

What is listed in `__all__` is the whole public interface; each name is imported when it is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from techhealth.assess import assess, replay
    from techhealth.assess.change_points import change_points
    from techhealth.errors import InputError, PolicyError, TechHealthError, UsageError
    from techhealth.ingest import read
    from techhealth.model import Assessment, Receipt, Replay
    from techhealth.policy import Policy
    from techhealth.present.document import assessment_from_json, to_json
    from techhealth.usage.events import Usage
    from techhealth.usage.rollup import Rollup, merge, roll_up

__all__ = [
    "Assessment",
    "InputError",
    "Policy",
    "PolicyError",
    "Receipt",
    "Replay",
    "Rollup",
    "TechHealthError",
    "Usage",
    "UsageError",
    "assess",
    "assessment_from_json",
    "change_points",
    "merge",
    "read",
    "replay",
    "roll_up",
    "to_json",
]

#: Public name → the module that holds it.
_HOMES = {
    **dict.fromkeys(("assess", "replay"), "assess"),
    "change_points": "assess.change_points",
    "read": "ingest",
    **dict.fromkeys(("InputError", "PolicyError", "TechHealthError", "UsageError"), "errors"),
    **dict.fromkeys(("Assessment", "Receipt", "Replay"), "model"),
    "Policy": "policy",
    **dict.fromkeys(("assessment_from_json", "to_json"), "present.document"),
    "Usage": "usage.events",
    **dict.fromkeys(("Rollup", "merge", "roll_up"), "usage.rollup"),
}


def __getattr__(name: str) -> object:
    """Return a public name, importing its module now."""
    if name not in _HOMES:
        raise AttributeError(f"module 'techhealth' has no attribute {name!r}")
    found: object = getattr(import_module(f"techhealth.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names."""
    return list(__all__)


class _Package(ModuleType):
    """Keeps `techhealth.assess` the function: importing the room of that name would otherwise replace it."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
