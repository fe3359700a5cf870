"""Lines of named values → columns: `key=value` (logfmt), `key:value` between tabs (LTSV), `key: value`, query strings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from techhealth.ingest.fields.signins import are_signins
from techhealth.ingest.fields.vocabulary import words_of
from techhealth.ingest.lines.facts import REQUEST, are_statuses, time_in
from techhealth.ingest.lines.parsed import Parsed, kept
from techhealth.ingest.series import share_of

_LEAST, _MOSTLY = 0.3, 0.6
_MOST_KEYS, _FEWEST_PAIRS = 60, 3
_KEY = r"[A-Za-z_@][\w.@/-]{0,60}"
#: What values such as a=1&b=2 are called.
QUERY = "query strings"
_QUERY = r"^[\w%.+~-]+(?:=[^&\s]*)?(?:&[\w%.+~-]+(?:=[^&\s]*)?){2,}$"
_TARGETS = frozenset({"path", "url", "uri", "endpoint", "route"})
#: Keys of calls: where some lines have one, lines without any tell of something else.
_OF_CALLS = _TARGETS | {"method", "status", "status_code", "verb", "resp"}
#: Keys that say how something ended: what that was is a call or an event if one of the others says so, or its status is one of HTTP.
_ENDS = frozenset(
    {"status", "status_code", "code", "resp", "error", "err", "ok", "failed", "outcome", "result", "success"}
)
_WHAT = frozenset({"service", "integration", "provider", "connector", "webhook", "partner", "api", "operation", "action", "event", "event_type", "topic", "user"})  # fmt: skip
#: Keys that say what happened: signing in, for example.
_HAPPENED = frozenset({"type", "event", "event_type", "eventtype", "event_name", "action", "operation"})


@dataclass(frozen=True, slots=True)
class Style:
    """How pairs are written: what stands before a key and behind it, and the forms of a value."""

    name: str
    before: str
    between: str
    values: tuple[str, ...]

    def value_of(self, key: str) -> pl.Expr:
        """Return the value of a key in a line, named after it."""
        forms = [pl.col("line").str.extract(f"{self.before}{re.escape(key)}{self.between}{form}", 1) for form in self.values]  # fmt: skip
        return pl.coalesce(forms).alias(key)

    def keys_of(self, line: str) -> list[str]:
        """Return the keys in a line, in their order."""
        values = "|".join(form.replace("(", "(?:", 1) for form in self.values)
        return re.findall(f"{self.before}({_KEY}){self.between}(?:{values})", line)


_DOUBLE, _SINGLE = r'"((?:[^"\\]|\\.)*)"', r"'([^']*)'"
LOGFMT = Style("key=value pairs", r"(?:^|[\s,;|({])", "=", (_DOUBLE, r'([^\s",;|]+)'))
OTHER_STYLES = (
    Style("labelled values (LTSV)", r"(?:^|\t)", ":", (r"([^\t]*)",)),
    Style("key: value pairs", r"(?:^|[\s,;|({\[])['\"]?", r"['\"]?:\s?", (_DOUBLE, _SINGLE, r"([^\s\"',;|\]}]+)")),
)


def by_pairs(frame: pl.DataFrame, sample: pl.Series, style: Style, *, whole: bool, sure: bool = False) -> Parsed | None:
    """Return the values of pairs by key, None where the lines hold few, or none that tells of calls or events.

    `sure`: the lines are known to be events, whatever their keys.
    """
    keys: dict[str, int] = {}
    rich = 0
    for line in sample.to_list():
        pairs = style.keys_of(line)
        rich += len(pairs) >= _FEWEST_PAIRS
        for key in dict.fromkeys(pairs):
            keys[key] = keys.get(key, 0) + 1
    if rich < _LEAST * len(sample) or not (sure or _tell_of_calls(keys, sample, style)):
        return None
    named = sorted(keys, key=lambda one: -keys[one])[:_MOST_KEYS]
    found = frame.select(*(style.value_of(key) for key in keys if key in named), *_beside(keys, sample))
    if whole:
        before = frame.select(pl.col("line").str.extract(rf"^(.*?){style.before}[A-Za-z_@][\w.@/-]*{style.between}", 1))
        found = found.with_columns(
            logged_at=pl.coalesce(before.select(time_in(pl.col("line"))).to_series(), frame["logged_at"])
        )
    filled = pl.sum_horizontal(pl.col(key).is_not_null() for key in named) >= _FEWEST_PAIRS
    of_calls = [key for key in named if _last(key) in _OF_CALLS]
    if of_calls and not sure:
        filled &= pl.any_horizontal(pl.col(of_calls).is_not_null())
    return Parsed(frame=kept(found), fits=found.select(filled.alias("fits"))["fits"], form=style.name)


def _tell_of_calls(keys: Iterable[str], sample: pl.Series, style: Style) -> bool:
    """Return whether the keys of pairs are those of calls or of events that ended somehow."""
    last = {_last(key): key for key in keys}
    if last.keys() & (_OF_CALLS - _ENDS) or (last.keys() & _ENDS and last.keys() & _WHAT):
        return True
    ends = [style.value_of(last[name]) for name in sorted(last.keys() & _ENDS)]
    happened = [style.value_of(last[name]) for name in sorted(last.keys() & _HAPPENED)]
    lines = sample.to_frame("line")
    return any(are_statuses(found.to_list()) for found in lines.select(ends)) or any(
        map(are_signins, lines.select(happened))
    )


def _last(key: str) -> str:
    """Return the end of a key, without words that say no more than what all of it is about (http_code, url_effective)."""
    return re.sub(r"^(?:http|request|req|response)_|_effective$", "", key.lower().rsplit(".", 1)[-1])


def says_end(found: pl.DataFrame) -> bool:
    """Return whether one of the keys of pairs says how their call ended."""
    return any(_last(key) in _ENDS or words_of(key)[-1:] in (("status",), ("rc",)) for key in found.columns)


def _beside(keys: dict[str, int], sample: pl.Series) -> list[pl.Expr]:
    """Return method and path of a request that stands beside the pairs, where no pair names one."""
    if any(_last(key) in _TARGETS for key in keys) or share_of(sample.str.contains(REQUEST)) < _MOSTLY:
        return []
    parts = [name for name in ("method", "path") if name not in keys]
    return [pl.col("line").str.extract(REQUEST, 1 + (name == "path")).alias(name) for name in parts]


def by_query(frame: pl.DataFrame, sample: pl.Series) -> Parsed | None:
    """Return the parts of values that are query strings (a=1&b=2), by key."""
    alike = sample.filter(sample.str.contains(_QUERY))
    if len(alike) < _MOSTLY * len(sample):
        return None
    parts = dict.fromkeys(key for text in alike.to_list() for key in re.findall(r"(?:^|&)([\w.-]+)=", text))
    line = pl.col("line")
    found = frame.select(
        line.str.extract(rf"(?:^|&){re.escape(key)}=([^&]*)", 1).str.replace_all("+", " ", literal=True).alias(key)
        for key in list(parts)[:_MOST_KEYS]
    )
    return Parsed(frame=kept(found), fits=frame["line"].str.contains(_QUERY).fill_null(False), form=QUERY)
