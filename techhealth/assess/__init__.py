"""Rollup + Policy → Assessment: windows, scores, issues, causes, risk, what to do. Pure."""

from techhealth.assess.assemble import Ground, assess, lay_out
from techhealth.assess.replay import replay

__all__ = ["Ground", "assess", "lay_out", "replay"]
