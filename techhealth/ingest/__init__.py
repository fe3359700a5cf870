"""Bytes → events: sniffed, mapped, cleaned, masked, with a receipt that says what was read and what was not."""

from techhealth.ingest.receive import inspect, read
from techhealth.ingest.sources import MAX_BYTES, Source

__all__ = ["MAX_BYTES", "Source", "inspect", "read"]
