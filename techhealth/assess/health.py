"""Facts and score → the part of the document that describes one integration."""

from __future__ import annotations

import polars as pl

from techhealth.assess.disabling import countdowns
from techhealth.assess.facts import Facts, local_days
from techhealth.assess.latency import latency_of
from techhealth.assess.outcomes import meaning, owner_of
from techhealth.assess.rates import dispersion, jeffreys
from techhealth.assess.score import Scored
from techhealth.model import (
    AuthHealth,
    ComponentScore,
    Days,
    IntegrationHealth,
    Kind,
    ReasonShare,
    SuccessRate,
    Webhooks,
    WholePeriod,
)
from techhealth.policy import Policy
from techhealth.usage.rollup import Rollup


def health_of(
    facts: Facts,
    scored: Scored,
    *,
    window: Days,
    components: tuple[ComponentScore, ...],
    issue_ids: tuple[str, ...],
    auth_pattern: str | None,
    rollup: Rollup,
    policy: Policy,
) -> IntegrationHealth:
    """Return everything a reader sees of one integration; figures of the current window unless named otherwise."""
    part = facts.between(window)
    undated = _undated(facts, rollup)
    return IntegrationHealth(
        name=facts.name,
        kind=facts.kind,
        state=scored.state,
        score=scored.value,
        interval=scored.interval,
        window=window,
        calls=int(facts.calls[part].sum()),
        success=success_of(facts, window),
        whole_period=WholePeriod(
            calls=int(facts.calls[facts.between(facts.period)].sum()) + int(undated["calls"].sum()),
            undated=int(undated["calls"].sum()),
            success=success_of(facts, facts.period, undated=undated),
            latency=latency_of(facts, facts.period, policy),
        ),
        errors_by_owner=_errors_by_owner(facts, window, rollup, policy),
        latency=latency_of(facts, window, policy),
        webhooks=_webhooks(facts, window, rollup, policy),
        auth=_auth(facts, window, auth_pattern),
        components=components,
        issues=issue_ids,
    )


def _undated(facts: Facts, rollup: Rollup) -> pl.DataFrame:
    """Return what an integration is judged by of which no day is known: rows of `ok` and `error` with their `calls`."""
    mine = (pl.col("integration") == facts.name) & (pl.col("kind") == facts.kind.value)
    return rollup.undated.filter(mine)


def success_of(facts: Facts, days: Days, *, undated: pl.DataFrame | None = None) -> SuccessRate:
    """Return the success rate over some days with its interval; rows of unknown outcome are left out.

    `undated` rows, of which no day is known, count as well where given.
    """
    part = facts.between(days)
    n = int(facts.known[part].sum())
    k = n - int(facts.failures[part].sum())
    if undated is not None:
        k += int(undated.filter("ok")["calls"].sum())
        n += int(undated.filter(pl.col("ok").is_not_null())["calls"].sum())
    if n == 0:
        return SuccessRate(rate=None, interval=None, k=0, n=0)
    phi = dispersion(facts.failures, facts.known)
    return SuccessRate(rate=k / n, interval=jeffreys(k, n, phi=phi), k=k, n=n)


def _failed(rollup: Rollup, facts: Facts, kind: Kind) -> pl.DataFrame:
    """Return the failed rows of one integration with their local day."""
    rows = rollup.hourly.filter((pl.col("integration") == facts.name) & (pl.col("kind") == kind.value))
    return rows.filter(pl.col("ok").eq_missing(False)).with_columns(day=local_days(rollup))


def _errors_by_owner(facts: Facts, window: Days, rollup: Rollup, policy: Policy) -> dict[str, int]:
    """Return the failures of the window by who has to act, most first."""
    rows = _failed(rollup, facts, facts.kind).filter(pl.col("day").is_between(window.first, window.last))
    counts: dict[str, int] = {}
    for code, calls in rows.group_by("error").agg(pl.col("calls").sum()).sort("error", nulls_last=True).rows():
        owner = owner_of(code or "unknown", kind=facts.kind, owners=policy.owners).value
        counts[owner] = counts.get(owner, 0) + calls
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _webhooks(facts: Facts, window: Days, rollup: Rollup, policy: Policy) -> Webhooks | None:
    """Return the delivery figures, None for an integration without deliveries."""
    part, stream = facts.between(window), facts.stream(Kind.WEBHOOK)
    if not stream.calls.any():
        return None
    n, k = int(stream.known[part].sum()), int(stream.failures[part].sum())
    failed = _failed(rollup, facts, Kind.WEBHOOK).filter(pl.col("day") >= facts.period.first)
    dated = failed.select("error", "calls")
    mine = (pl.col("integration") == facts.name) & (pl.col("kind") == Kind.WEBHOOK.value) & pl.col("ok").eq(False)
    rest = rollup.undated.filter(mine).select("error", "calls")
    reasons = pl.concat([dated, rest]).group_by(pl.col("error").fill_null("unknown")).agg(pl.col("calls").sum())
    total = int(reasons["calls"].sum())
    return Webhooks(
        delivered=n - k,
        failed=k,
        first_try_rate=success_of(facts.first_tries, window).rate if facts.first_tries else None,
        final_rate=(n - k) / n if n else None,
        reasons=tuple(
            ReasonShare(reason=reason, count=calls, share=calls / total, meaning=meaning(reason, kind=Kind.WEBHOOK))
            for reason, calls in reasons.sort("calls", "error", descending=[True, False]).rows()
        ),
        target=policy.targets.delivery,
        countdowns=countdowns(rollup, facts.name, sender=policy.webhook_sender.get(facts.name)),
    )


def _auth(facts: Facts, window: Days, pattern: str | None) -> AuthHealth | None:
    """Return the authentication failures of the window, None when no row has an outcome."""
    part = facts.between(window)
    n, k = int(facts.auth_known[part].sum()), int(facts.auth_failures[part].sum())
    return AuthHealth(failures=k, rate=k / n, pattern=pattern) if n else None
