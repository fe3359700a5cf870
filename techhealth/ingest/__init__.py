"""Bytes → Usage: sniff, map, work units out, mask, reject with a reason."""
