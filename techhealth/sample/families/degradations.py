"""The families of degradations, a row each: what goes wrong, how fast, how far, and what an analysis should say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from techhealth.model import CauseKind, IssueKind, Kind, Owner, Shape
from techhealth.sample.families import mechanisms as plant
from techhealth.sample.families.mechanisms import Mechanism

Range = tuple[float, float]


class Measure(StrEnum):
    """What gets worse, and so what its critical day is measured by."""

    FAILING = "failing"
    TRIES = "tries"
    SLOW = "slow"
    VOLUME = "volume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One way to degrade; ranges are drawn from by the seed.

    Attributes:
        told: what is planted, in a sentence.
        days_to_peak: of a climb; (0, 0) for a sudden change.
        peak: what is added in the end: a share of the calls (for `TRIES` of the first tries), for `SLOW` a factor of the latency or a share of the calls,
            for `VOLUME` the share that is gone.
        issues: kinds of issue that name it.
        causes: kinds of cause that are right as the top one, the planted one first; none: no cause is asked for.
        early: further kinds that are right at the first alarm, when a pattern cannot be known yet.
        abrupt: whether it is at its worst within a day and has to be seen that day.
        recurring: whether it comes and goes, so that a day of onset is not asked for.
        traffic: what the integration is like where that matters.
    """

    told: str
    mechanism: Mechanism
    peak: Range
    owner: Owner
    days_to_peak: Range = (0, 0)
    causes: tuple[CauseKind, ...] = ()
    early: tuple[CauseKind, ...] = ()
    issues: tuple[IssueKind, ...] = (IssueKind.ERRORS, IssueKind.AUTH)
    measure: Measure = Measure.FAILING
    kind: Kind = Kind.API
    abrupt: bool = False
    recurring: bool = False
    traffic: Mapping[str, float] = field(default_factory=dict)

    @property
    def shape(self) -> Shape:
        """A step, a ramp, or something that comes and goes."""
        if self.recurring:
            return Shape.RECURRING
        return Shape.RAMP if self.days_to_peak[1] else Shape.STEP


_SLOWLY, _HIGH = (16, 30), (0.16, 0.30)
_DELIVERED, _TIMED, _COUNTED = (IssueKind.WEBHOOK,), (IssueKind.LATENCY,), (IssueKind.VOLUME,)
_TRIED = (IssueKind.FIRST_TRIES,)
_US, _THEM, _BOTH = Owner.US, Owner.CUSTOMER, Owner.SHARED
_GENERAL = (CauseKind.ERROR_CODE, CauseKind.UNDETERMINED)

DEGRADATIONS: Mapping[str, Family] = {
    "limit": Family(told="more and more minutes with more calls than the rate limit accepts", mechanism=plant.rate_limit,
        days_to_peak=_SLOWLY, peak=_HIGH, owner=_BOTH, causes=(CauseKind.RATE_LIMIT,)),
    "size": Family(told="large requests fail more and more often", mechanism=plant.large_requests,
        days_to_peak=_SLOWLY, peak=(0.15, 0.22), owner=_US, causes=(CauseKind.REQUEST_SIZE,), traffic={"large": 0.25}),
    "endpoint": Family(told="one endpoint fails more and more often", mechanism=plant.one_endpoint,
        days_to_peak=_SLOWLY, peak=(0.13, 0.18), owner=_US, causes=(CauseKind.ENDPOINT,)),
    "client": Family(told="a new client version spreads, many of whose calls are refused", mechanism=plant.new_client,
        days_to_peak=_SLOWLY, peak=_HIGH, owner=_THEM, causes=(CauseKind.CLIENT_VERSION,)),
    "credential": Family(told="a credential stops working in one hour", mechanism=plant.dead_credential,
        peak=(1, 1), owner=_THEM, causes=(CauseKind.EXPIRED_CREDENTIAL,), abrupt=True),
    "weekly-credential": Family(told="a credential is refused for some hours of one weekday, every week",
        mechanism=plant.weekly_credential, peak=(0, 0), owner=_THEM, causes=(CauseKind.WEEKDAY,),
        early=(CauseKind.ERROR_CODE, CauseKind.BURSTS), recurring=True),
    "retry-storm": Family(told="failures are repeated at once and fail again, more and more", mechanism=plant.retry_storm,
        days_to_peak=_SLOWLY, peak=_HIGH, owner=_THEM, causes=(CauseKind.RETRIES,)),
    "receiver-hours": Family(told="a receiver takes fewer and fewer deliveries in two hours of the day",
        mechanism=plant.receiver_hours, kind=Kind.WEBHOOK, days_to_peak=_SLOWLY, peak=(0.13, 0.18), owner=_THEM,
        causes=(CauseKind.HOURS,), issues=_DELIVERED),
    "receiver-timeouts": Family(told="a receiver answers too late more and more often", mechanism=plant.everywhere(1),
        kind=Kind.WEBHOOK, days_to_peak=_SLOWLY, peak=_HIGH, owner=_THEM, causes=(CauseKind.DELIVERY_REASON,),
        issues=_DELIVERED),
    "first-tries": Family(told="a receiver is too slow for the first try more and more often; retries deliver all the same",
        mechanism=plant.first_tries, measure=Measure.TRIES, kind=Kind.WEBHOOK, days_to_peak=_SLOWLY, peak=_HIGH, owner=_THEM,
        causes=(CauseKind.DELIVERY_REASON,), issues=_TRIED),
    "first-tries-step": Family(told="from one day on more first tries time out; retries deliver all the same",
        mechanism=plant.first_tries, measure=Measure.TRIES, kind=Kind.WEBHOOK, peak=(0.05, 0.15), owner=_THEM,
        causes=(CauseKind.DELIVERY_REASON,), issues=_TRIED),
    "upstream": Family(told="the endpoints that need one upstream time out more and more often, in waves",
        mechanism=plant.upstream, days_to_peak=_SLOWLY, peak=_HIGH, owner=_US, causes=_GENERAL),
    "slower": Family(told="every call takes longer and longer", mechanism=plant.slower, days_to_peak=_SLOWLY,
        peak=(2.0, 4.0), owner=_US, measure=Measure.SLOW, issues=_TIMED),
    "slow-tail": Family(told="more and more calls of one endpoint wait for seconds", mechanism=plant.slow_tail,
        days_to_peak=_SLOWLY, peak=(0.10, 0.16), owner=_US, causes=(CauseKind.ENDPOINT,), measure=Measure.SLOW, issues=_TIMED),
    "silence": Family(told="the traffic stops", mechanism=plant.fewer, peak=(1, 1), owner=Owner.UNKNOWN,
        measure=Measure.VOLUME, issues=_COUNTED),
    "decline": Family(told="most of the traffic stays away from one day on", mechanism=plant.fewer, peak=(0.6, 0.95),
        owner=Owner.UNKNOWN, measure=Measure.VOLUME, issues=_COUNTED),
    "ramp": Family(told="calls fail more and more often, all alike", mechanism=plant.everywhere(500),
        days_to_peak=_SLOWLY, peak=_HIGH, owner=_US, causes=_GENERAL),
    "step": Family(told="from one day on more calls fail, all alike", mechanism=plant.everywhere(500), peak=(0.03, 0.08),
        owner=_US, causes=_GENERAL),
    "breakage": Family(told="from one hour on most calls fail", mechanism=plant.everywhere(500), peak=(0.4, 0.9),
        owner=_US, causes=(CauseKind.ERROR_CODE, CauseKind.BURSTS), abrupt=True),
    "burst": Family(told="short outages come back, more and more often", mechanism=plant.outages, days_to_peak=(14, 21),
        peak=(1, 1), owner=_US, causes=(CauseKind.BURSTS,), recurring=True),
    "mixed": Family(told="a rate limit, large requests and a weekly credential together", mechanism=plant.mixed,
        days_to_peak=_SLOWLY, peak=_HIGH, owner=_BOTH, causes=(CauseKind.RATE_LIMIT, CauseKind.REQUEST_SIZE),
        traffic={"large": 0.25}),
}  # fmt: skip
