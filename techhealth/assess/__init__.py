"""Rollup + Policy → Assessment: windows, scores, issues, causes, risk, what to do. Pure."""
