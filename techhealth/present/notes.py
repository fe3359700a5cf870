"""Practice notes: what usually helps, short enough to paste into a mail. A recommendation names its note."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A title and a few things to do, in plain words."""

    title: str
    points: tuple[str, ...]


#: Name of a note, as recommendations give it → the note.
NOTES: dict[str, Note] = {
    "rate-limits": Note(
        title="Living with rate limits",
        points=(
            "After a 429 wait as long as the Retry-After header says; without one wait 1 s, then 2 s, 4 s, up to a minute.",
            "Add a random part to every wait, so that many workers do not come back in the same second.",
            "Spread scheduled jobs over the hour instead of starting all of them at :00.",
            "Ask for many things in one call where the API offers it, and cache what rarely changes.",
        ),
    ),
    "large-requests": Note(
        title="Large requests and exports",
        points=(
            "Ask for pages of a few hundred rows, or for one day at a time, instead of everything at once.",
            "Use a background export where there is one: start it, ask for its state, fetch the file.",
            "Compress request bodies, and leave out fields that nobody reads.",
            "Repeat only the part that failed, with the same idempotency key.",
        ),
    ),
    "webhook-receivers": Note(
        title="A webhook receiver that stays up",
        points=(
            "Answer 2xx at once, put the event into a queue, and do the work afterwards.",
            "Scale for the busiest hours of the day, or put a load balancer or a managed queue in front.",
            "Expect an event more than once: remember its id and ignore repeats; a timed-out delivery may have arrived.",
            "Watch the receiver from outside, and renew its certificate before it ends.",
        ),
    ),
    "token-refresh": Note(
        title="Renewing tokens without gaps",
        points=(
            "Renew a token when four fifths of its life are over, not when it has failed.",
            "After a 401 renew once and repeat the call once; a second 401 needs a person.",
            "Let one worker renew, and store the new refresh token before using it.",
            "Run renewal jobs every day: a weekly job fails for a day when its clock or time zone is off.",
        ),
    ),
    "latency": Note(
        title="When calls are slow",
        points=(
            "Look at the slowest twentieth of the calls first: which endpoints, which sizes, which hours.",
            "Measure each step (waiting, database, other services, sending) before changing anything.",
            "Ask for less: fewer rows, fewer fields, filters on indexed columns.",
            "Move long work into the background, and set a time-out that the user can live with.",
        ),
    ),
}
