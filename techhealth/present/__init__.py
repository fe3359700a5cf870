"""Assessment → charts, text card, JSON document. No computing."""
