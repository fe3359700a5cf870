"""Bytes → events: sniffed, mapped, cleaned, masked, with a receipt that says what was read and what was not."""

from techhealth.ingest.files.sources import MAX_BYTES, Source
from techhealth.ingest.receive import columns_of, inspect, read
from techhealth.ingest.rejects import BEGINNING, rejects_to
from techhealth.ingest.remembered import Correction, Recall, Recalled
from techhealth.ingest.sent import Refused, SentEvent, checked, receipt_of_sent, sent

__all__ = [
    "BEGINNING",
    "MAX_BYTES",
    "Correction",
    "Recall",
    "Recalled",
    "Refused",
    "SentEvent",
    "Source",
    "checked",
    "columns_of",
    "inspect",
    "read",
    "receipt_of_sent",
    "rejects_to",
    "sent",
]
