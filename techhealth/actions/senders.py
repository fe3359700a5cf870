"""Which ways out are open: one sender for each channel that the environment names."""

from __future__ import annotations

from techhealth.actions.calendar import by_caldav
from techhealth.actions.callback import by_http
from techhealth.actions.outbox import Channel, Sender
from techhealth.actions.settings import Settings
from techhealth.actions.smtp import by_smtp


def senders(settings: Settings) -> dict[Channel, Sender]:
    """Return the sender of each channel that is set; what goes another way waits until it is."""
    found: dict[Channel, Sender] = {}
    if settings.smtp:
        found[Channel.MAIL] = by_smtp(settings.smtp)
    if settings.callback and settings.callback_secret:
        found[Channel.CALLBACK] = by_http(settings.callback, settings.callback_secret)
    if settings.caldav:
        found[Channel.CALENDAR] = by_caldav(settings.caldav)
    return found
