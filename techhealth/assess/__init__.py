"""Rollup + Policy → Assessment: windows, scores, issues, causes, risk, what to do. Pure."""

from techhealth.assess.assemble import assess

__all__ = ["assess"]
