"""Events that mail services tell by webhook → deliveries: one word says what became of a message; SMTP codes are no statuses."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import polars as pl

from techhealth.ingest.fields.dialect import Dialect
from techhealth.ingest.masking.redact import masked
from techhealth.ingest.records import folded, names_of, word_set
from techhealth.ingest.series import sample_of

#: Last parts of names under which the word stands; under which records of mail have a value; and under which no others have.
_EVENTS = word_set("event type recordtype eventtype notificationtype messageevent")
_SURE = word_set("rcptto rawrcptto emailid smtpid smtpresponse bouncetype bounceclass sgeventid sgmessageid mailfrom sessionseconds mxhost")  # fmt: skip
_OF_MAIL = _SURE | word_set("recipient recipients recipientemail email emailaddress")
_WHY = word_set("reason description details diagnosticcode bouncesubtype")
#: What became of a message → whether it was delivered; None: it is on its way, or something was done with it later.
_OUTCOMES: dict[str, bool | None] = {
    **dict.fromkeys(names_of("delivered delivery"), True),
    **dict.fromkeys(names_of(
        "bounce bounced hardbounce softbounce hardbounced softbounced dropped reject rejected blocked failed failure permanentfail invalid invalidemail error "
        "renderingfailure outofband policyrejection generationfailure generationrejection"), False),
    **dict.fromkeys(names_of(
        "processed send sent injection request queued accepted scheduled delay delayed deferred deferral deliverydelay deliverydelayed temporaryfail open opened uniqueopened "
        "initialopen firstopening proxyopen ampopen ampclick ampinitialopen click clicked unsubscribe unsubscribed unsub listunsubscribe linkunsubscribe groupunsubscribe "
        "groupresubscribe spam spamreport spamcomplaint complaint complained subscription subscriptionchange stored"), None),
}  # fmt: skip
#: What one word has and another has not, and the words without it.
_INFLECTION = re.compile(r"(?:(?<=p)ped|ing|ed|e?s|d|e)$")
_INFLECTED = {_INFLECTION.sub("", word): word for word in _OUTCOMES}
#: Words that nothing but a mail is told of by.
_ONLY_MAIL = r"(?i)bounce|^unsub|^spam|^(?:unique[ _])?opened$|^clicked$"
#: What services put before the word: "email.delivered".
_PREFIX = re.compile(r"(?i)^(?:email|activity|message|mail|transactional)[._ -]")
#: Share of the records that must name such a word.
_MOST = 0.9
#: Share of the words that must be known.
_KNOWN = 0.6
_MAILS = Dialect(
    name="mail events", marks=(), kind="webhook", fields={"event_key": "sgeventid|eventid|eventdataid"},
    absent=(
        "endpoint", "success", "error", "event_key", "method", "status", "latency", "end", "customer", "integration", "client", "region", "host", "path", "failure",
        "kind", "reason", "delivery", "rate_limit", "request_bytes",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mails:
    """Records of mail events: the columns of fields that are told by them, how the words are read, and which are `unknown`."""

    frame: pl.DataFrame
    told: dict[str, str]
    dialect: Dialect
    unknown: str


def mails(frame: pl.DataFrame) -> Mails | None:
    """Return the events of a mail service, None for other records."""
    last = {name: folded(name.rsplit(".", 1)[-1]) for name in frame.columns}
    if not any(part in _OF_MAIL for part in last.values()):
        return None
    sure = any(part in _SURE for part in last.values())
    events = [name for name, part in last.items() if _are_events(frame[name], named=sure and part in _EVENTS)]
    events = _beside_each_other(frame, sorted(events, key=lambda name: frame[name].null_count()))
    if not events:
        return None
    why = _beside_each_other(frame, [name for name, part in last.items() if part in _WHY])
    told = {field: " or ".join(names) for field, names in (("success", events), ("error", why)) if names}
    made = frame.with_columns(pl.coalesce(names).alias(" or ".join(names)) for names in (events, why) if names)
    if made[told["success"]].count() < _MOST * frame.height:
        return None
    seen = made[told["success"]].drop_nulls().value_counts(sort=True).rows()
    words = {text: _OUTCOMES.get(_word(text)) for text, _ in seen}
    unknown = ", ".join(f'"{masked(text)[:30]}" ({n:,})' for text, n in seen if _word(text) not in _OUTCOMES)
    return Mails(
        frame=made, told={"endpoint": told["success"], **told}, dialect=replace(_MAILS, words=words), unknown=unknown
    )


def _are_events(texts: pl.Series, *, named: bool) -> bool:
    """Return whether a column holds words for what became of messages; where its name and those beside it do not tell, one that only mail has."""
    some = sample_of(texts)
    if some.is_empty() or not (named or some.str.contains(_ONLY_MAIL).any()):
        return False
    return _are_known(some) and texts.n_unique() <= len(_OUTCOMES)


def _are_known(words: pl.Series) -> bool:
    """Return whether most words are known, and of the different ones, too."""
    every, different = ([_word(text) in _OUTCOMES for text in some.to_list()] for some in (words, words.unique()))
    return min(sum(every) / len(every), sum(different) / len(different)) >= _KNOWN


def _word(text: str) -> str:
    """Return the word for what became of a message as the table has it, "dropped" for "drop"."""
    word = folded(_PREFIX.sub("", text))
    return word if word in _OUTCOMES else _INFLECTED.get(_INFLECTION.sub("", word), word)


def _beside_each_other(frame: pl.DataFrame, names: list[str]) -> list[str]:
    """Return the columns that fill each other's gaps, the first of those that do not."""
    kept: list[str] = []
    for name in names:
        if not frame.select((pl.col(name).is_not_null() & pl.any_horizontal(pl.lit(False), pl.col(kept).is_not_null())).any()).item():  # fmt: skip
            kept.append(name)
    return kept
