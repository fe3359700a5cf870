"""Rollup + Policy → Assessment: windows, scores, issues, causes, risk, what to do. Pure."""

from techhealth.assess.assemble import assess
from techhealth.assess.replay import replay

__all__ = ["assess", "replay"]
