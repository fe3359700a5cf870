"""Synthetic logs with planted, documented truth. The only room that may know the worked example."""
