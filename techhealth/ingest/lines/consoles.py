"""What tools print of many calls → records: totals of load tools when they are done, and what is exposed for Prometheus."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from techhealth.ingest.lines.parsed import COLOUR
from techhealth.ingest.records import Records, numbered, tidy
from techhealth.ingest.rejects import Rejects
from techhealth.ingest.series import share_of
from techhealth.ingest.values.latency import durations, milliseconds

#: No tool prints more than this when it is done.
_LONGEST = 200_000
_THOUSANDS = {"": 1, "k": 1_000, "M": 1_000_000}
#: What `<n>` stands for in the patterns; nothing in them looks at a line twice, whatever stands in it.
_NUMBER = r"(\d{1,12}(?:\.\d{1,9})?[kM]?)"
_NO_ANSWER = r"^[ \t]+\[<n>\][ \t]+(?!\d+ responses?\b)\S"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tool:
    """How a tool prints its totals, as patterns with `<n>` for a number: those of all that match are added up.

    Attributes:
        name: as shown in the receipt.
        mark: what only this tool prints.
        calls: numbers of calls.
        failed: numbers of those that failed; a line that is not printed counts none.
        mean: mean latency and its unit.
        target: what was called.
        latency: name of the mean, as it is printed where it has one.
    """

    name: str
    mark: str
    calls: tuple[str, ...]
    failed: tuple[str, ...]
    mean: str
    target: str = r"\btest @ (\S+)"
    latency: str = "average_latency_ms"


_TOOLS = (
    _Tool(  # requests that were cut off are not among its requests, late ones are
        name="wrk", mark=r"^[ \t]+\d+ threads? and \d+ connections?$", mean=r"^[ \t]+Latency[ \t]+<n>([a-z]+)",
        calls=(r"^[ \t]+<n> requests in ", r"^[ \t]+Socket errors: connect <n>", r"^[ \t]+Socket errors: .*\bread <n>", r"^[ \t]+Socket errors: .*\bwrite <n>"),
        failed=(
            r"^[ \t]+Non-2xx or 3xx responses: <n>", r"^[ \t]+Socket errors: connect <n>", r"^[ \t]+Socket errors: .*\bread <n>",
            r"^[ \t]+Socket errors: .*\bwrite <n>", r"^[ \t]+Socket errors: .*\btimeout <n>",
        ),
    ),
    _Tool(  # its failed requests are mostly answers whose length differs, which is no failure
        name="ApacheBench", mark=r"^Complete requests:[ \t]+\d+$", calls=(r"^Complete requests:[ \t]+<n>",), mean=r"^Time per request:[ \t]+<n> \[(ms)\] \(mean\)$",
        failed=(r"^Non-2xx responses:[ \t]+<n>", r"^[ \t]+\(Connect: <n>", r"^[ \t]+\(Connect: .*\bReceive: <n>", r"^[ \t]+\(Connect: .*\bExceptions: <n>"),
        target=r"^Document Path:[ \t]+(\S+)",
    ),
    _Tool(
        name="hey", mark=r"^(?:Status code|Error) distribution:$", calls=(r"^[ \t]+\[\d{3}\][ \t]+<n> responses?", _NO_ANSWER),
        failed=(r"^[ \t]+\[[45]\d\d\][ \t]+<n> responses?", _NO_ANSWER), mean=r"^[ \t]+Average:[ \t]+<n> ([a-z]+)",
    ),
    _Tool(
        name="siege", mark=r"^Transactions:[ \t]+\d+ hits$", calls=(r"^Transactions:[ \t]+<n> hits", r"^Failed transactions:[ \t]+<n>"),
        failed=(r"^Failed transactions:[ \t]+<n>",), mean=r"^Response time:[ \t]+<n> ([a-z]+)",
    ),
    _Tool(  # newer ones print "132 out of 4812", older ones the answers for which "failed" is true and is not
        name="k6", mark=r"^[ \t]+http_reqs\.{2,}:", calls=(r"^[ \t]+http_reqs\.+:[ \t]+<n>",), mean=r"^[ \t]+http_req_duration\.+:[ \t]+avg=<n>([a-zµ]+)", latency="http_req_duration_avg_ms",
        failed=(r"^[ \t]+http_req_failed\.+:[ \t]+[\d.]+%[ \t]+<n> out of ", r"^[ \t]+http_req_failed\.+:[ \t]+[\d.]+%[ \t]+✓ <n>"),
    ),
    _Tool(
        name="autocannon", mark=r"^\d[\d.]*[kM]? requests in \d", calls=(r"^<n> requests in ",), mean=r"Latency(?:[ \t]+│ [\d.]+ ms){4}[ \t]+│ <n> (ms)",
        failed=(r"\b<n> non 2xx responses", r"^<n> errors"),
    ),
)  # fmt: skip


def read_console(content: bytes) -> Records | None:
    """Return the totals that a load tool printed as one row, None for any other text."""
    if len(content) > _LONGEST:
        return None
    text = re.sub(COLOUR, "", content.decode("utf-8", errors="replace")).replace("\r", "")
    tool = next((one for one in _TOOLS if re.search(one.mark, text, re.MULTILINE)), None)
    if tool is None or not _found(tool.calls, text):
        return None
    calls, targets = _sum(tool.calls, text), set(_found((tool.target,), text))
    row = {"requests": str(calls), "failed_requests": str(min(calls, _sum(tool.failed, text))), tool.latency: _mean(tool, text)}  # fmt: skip
    frame = pl.DataFrame({**row, "url": targets.pop() if len(targets) == 1 else None}, schema_overrides={tool.latency: pl.String, "url": pl.String})  # fmt: skip
    rounded = any(number[-1] in "kM" for number in _found((*tool.calls, *tool.failed), text))
    said = f"{tool.name} rounds the numbers it prints; calls and failures are known to about a thousand"
    return Records(
        frame=frame, lines=numbered(frame, first=1), format=f"text ({tool.name}, totals)", rejects=Rejects(), doubts=(said,) if rounded else (),
    )  # fmt: skip


def _found(patterns: tuple[str, ...], text: str) -> list[str]:
    return [found for pattern in patterns for found in re.findall(pattern.replace("<n>", _NUMBER), text, re.MULTILINE)]


def _sum(patterns: tuple[str, ...], text: str) -> int:
    """Return the sum of the numbers that are printed; "11k" are 11,000."""
    numbers = _found(patterns, text)
    return sum(round(float(number.rstrip("kM")) * _THOUSANDS[number.lstrip("0123456789.")]) for number in numbers)


def _mean(tool: _Tool, text: str) -> str | None:
    """Return the mean latency in milliseconds, None where there is not one, or several runs have each their own."""
    found = re.findall(tool.mean.replace("<n>", _NUMBER), text, re.MULTILINE)
    written = durations(pl.Series(["".join(parts) for parts in found], dtype=pl.String))
    means = milliseconds(written, None).to_list()
    return str(means[0]) if len(means) == 1 and written.numbers.null_count() == 1 and means[0] is not None else None


_LINE = r"^([A-Za-z_:][\w:]*)(?:\{(.*)\})?[ \t]+([+-]?(?:\d[\d.]*(?:[eE][+-]?\d+)?|NaN|Inf))(?:[ \t]+(-?\d{10,}(?:\.\d+)?))?(?: # .*)?$"
_LABEL = re.compile(r'([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"')
_COMMENT = "#"
#: Bytes looked at, and the share of the lines there that must be of the form.
_EXCERPT, _MOSTLY = 20_000, 0.95
_SAID = (
    "counts of a service since it was started: they are those of one moment, and histograms count the same calls again"
)


def read_exposition(content: bytes) -> Records | None:
    """Return the measurements of a scrape, None for any other text."""
    head = [line for line in content[:_EXCERPT].decode("utf-8", errors="replace").split("\n")[:-1] if line.strip()]
    measured = pl.Series([line for line in head if not line.startswith(_COMMENT)], dtype=pl.String)
    sure = any(line.startswith("# TYPE ") for line in head) or share_of(measured.str.contains(r'\{\w+="')) > 1 / 2
    if not sure or int(measured.str.contains(_LINE).sum()) < max(1, _MOSTLY * len(measured)):
        return None
    lines = pl.DataFrame({"text": content.decode("utf-8", errors="replace").split("\n")}).with_row_index(
        "line", offset=1
    )
    rows = lines.with_columns(pl.col("text").str.extract_groups(_LINE).struct.rename_fields(["metric", "labels", "value", "timestamp"])).unnest("text").drop_nulls("metric")  # fmt: skip
    labels = pl.DataFrame([dict(_LABEL.findall(text or "")) for text in rows["labels"]], infer_schema_length=None)
    own = [name for name in ("metric", "value", "timestamp") if rows[name].count()]
    frame = rows.select(own).hstack(labels.select(pl.exclude("metric", "value", "timestamp")))
    return Records(
        frame=tidy(frame), lines=rows["line"].cast(pl.Int64), format="Prometheus text", rejects=Rejects(), notes=(_SAID,),
    )  # fmt: skip
