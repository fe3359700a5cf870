"""Traces: spans → calls. A call is one span of kind server or client with HTTP in it; its other side is not a second one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from techhealth.ingest.fields.dialect import Dialect
from techhealth.ingest.records import folded
from techhealth.ingest.rejects import OTHER_SPAN
from techhealth.ingest.series import constant

#: What a span says of itself → last parts of the names under which it stands.
IDS = {
    "trace": ("traceid", "contexttraceid"),
    "span": ("spanid", "contextspanid", "id"),
    "parent": ("parentspanid", "parentid", "parentspan"),
    "kind": ("spankind", "kind", "attributesspankind", "tagsspankind"),
    "service": ("service", "servicename", "localendpointservicename", "resourceservicename", "resourceattributesservicename"),
}  # fmt: skip
#: What is made of a span → ends of the names under which it stands, best first (OpenTelemetry now and before, Zipkin, Jaeger).
_ENDS = {
    "endpoint": ("httproute", "urlpath", "httptarget", "httppath", "urlfull", "httpurl"),
    "method": ("httprequestmethod", "httpmethod"),
    "status": ("httpresponsestatuscode", "httpstatuscode"),
    "error": ("errortype", "exceptiontype", "exceptionmessage"),
    "peer": ("peerservice", "serveraddress", "netpeername", "peerhostname", "remoteendpointservicename"),
}
_HTTP = ("endpoint", "method", "status")
_KINDS = {"2": "server", "3": "client"}
#: The columns that are made here.
SPANS = Dialect(
    name="trace spans",
    marks=(),
    fields={
        "integration": "spanintegration", "success": "spanoutcome", "timestamp": "starttime|starttimeunixnano|timestamp|start", "end": "endtime|endtimeunixnano|end",
    },
    absent=("event_key", "kind", "customer", "attempt", "failure", "reason", "host", "path", "endpoint", "method", "status", "success", "error"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Spans with the columns of fields that their attributes tell; `unit` is that of their durations, if their times tell."""

    frame: pl.DataFrame
    aside: pl.Series
    told: dict[str, str]
    duration: str | None
    unit: str | None


def spans(frame: pl.DataFrame) -> Spans | None:
    """Return the spans of a trace with those set aside that are no call of their own, None for other records.

    A client span and the server span it caused are one call, told by the client: it knows what went wrong on the way.
    It is named after the service that answered.
    """
    found = {
        role: next((c for part in (_whole, _last) for n in names for c in frame.columns if folded(part(c)) == n), None)
        for role, names in IDS.items()
    }
    trace, span, kind = found["trace"], found["span"], found["kind"]
    if trace is None or span is None or kind is None:
        return None
    sides = frame[kind].str.to_lowercase().str.replace("span_kind_", "").replace(_KINDS)
    if not sides.is_in(["server", "client"]).any():
        return None
    made = {name: _first(frame, ends) for name, ends in _ENDS.items()}
    told = {name: made[name].name for name in (*_HTTP, "error") if made[name].name}
    service = frame[found["service"]] if found["service"] else _nothing(frame)
    parent = frame[found["parent"]] if found["parent"] else _nothing(frame)
    rows = pl.DataFrame(
        {"trace": frame[trace], "span": frame[span], "parent": parent, "side": sides, "service": service}
        | {name: values.alias(name) for name, values in made.items()}
    )
    rows = rows.with_columns(http=pl.any_horizontal(pl.col(name).is_not_null() for name in _HTTP))
    rows = _answered(rows)
    calls = rows["side"].is_in(["server", "client"]) & (rows["http"] | (not rows["http"].any())) & ~rows["answers"]
    aside = rows.select(pl.when(~calls.fill_null(False)).then(pl.lit(OTHER_SPAN)).alias("aside"))["aside"]
    duration = next((c for c in frame.columns if folded(c).startswith("duration")), None)
    frame = frame.with_columns(
        *(made[name] for name in told), span_integration=rows["called"], span_outcome=_outcome(frame)
    )
    return Spans(frame=frame, aside=aside, told=told, duration=duration, unit=_unit(frame) if duration else None)


def _whole(column: str) -> str:
    return column


def _last(column: str) -> str:
    return column.rsplit(".", 1)[-1]


def _answered(rows: pl.DataFrame) -> pl.DataFrame:
    """Return spans with `answers` (a server span caused by a client span of the file) and `called`, the service asked."""
    clients = rows.filter((pl.col("side") == "client") & pl.col("http")).select("trace", caused="span", by_client=True).unique(["trace", "caused"])  # fmt: skip
    servers = rows.filter((pl.col("side") == "server") & pl.col("http"))
    shared = pl.coalesce(
        pl.when(pl.col("span").is_in(clients["caused"].implode())).then("span"), "parent"
    )  # Zipkin: one id
    rows = rows.with_columns(caused=pl.when(pl.col("side") == "server").then(shared))
    answering = servers.with_columns(span=shared).select("trace", "span", answered_by="service").drop_nulls("span").unique(["trace", "span"], keep="first")  # fmt: skip
    rows = rows.join(clients, on=["trace", "caused"], how="left", maintain_order="left")
    rows = rows.join(answering, on=["trace", "span"], how="left", maintain_order="left")
    client = pl.col("side") == "client"
    asked = pl.coalesce("answered_by", "peer")
    return rows.with_columns(
        answers=pl.col("by_client").fill_null(False), called=pl.coalesce(pl.when(client).then(asked), "service")
    )


def _first(frame: pl.DataFrame, ends: tuple[str, ...]) -> pl.Series:
    """Return the first value of each row among the columns whose names end so, called after them; nameless without any."""
    columns = [name for end in ends for name in frame.columns if folded(name).endswith(end)]
    return frame.select(pl.coalesce(columns).alias(" or ".join(columns))).to_series() if columns else _nothing(frame)


def _nothing(frame: pl.DataFrame) -> pl.Series:
    return constant(None, frame.height, pl.String())


def _outcome(frame: pl.DataFrame) -> pl.Series:
    """Return "error" for spans that say so themselves."""
    flags = [c for c in frame.columns if re.search(r"(^|\.)error$", c.lower())]
    codes = [c for c in frame.columns if folded(c) in ("statuscode", "otelstatuscode", "tagsotelstatuscode", "attributesotelstatuscode")]  # fmt: skip
    wrong = [pl.col(c).str.to_lowercase() == "true" for c in flags]
    wrong += [pl.col(c).str.to_lowercase().str.replace("status_code_", "").is_in(["2", "error"]) for c in codes]
    if not wrong:
        return _nothing(frame)
    return frame.select(pl.when(pl.any_horizontal(wrong)).then(pl.lit("error")).alias("outcome")).to_series()


def _unit(frame: pl.DataFrame) -> str | None:
    """Return the unit of epoch times, which is that of the durations beside them."""
    starts = next(
        (frame[c] for c in frame.columns if folded(c) in ("timestamp", "starttime", "starttimeunixnano")), None
    )
    digits = starts.drop_nulls().str.len_chars().max() if starts is not None else None
    return {16: "us", 19: "ns"}.get(digits) if isinstance(digits, int) and _all_digits(starts) else None


def _all_digits(texts: pl.Series | None) -> bool:
    return texts is not None and bool(texts.drop_nulls().str.contains(r"^\d+$").all())


def otlp_rows(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One row a span of an OpenTelemetry export, which names the service above its spans."""
    for resource in _objects(document.get("resourceSpans")):
        service = _attributes(_object(resource.get("resource")).get("attributes")).get("service.name")
        for scope in _objects(resource.get("scopeSpans") or resource.get("instrumentationLibrarySpans")):
            for span in _objects(scope.get("spans")):
                rest = {key: span.get(key) for key in ("traceId", "spanId", "parentSpanId", "kind", "name")}
                times = {key: span.get(key) for key in ("startTimeUnixNano", "endTimeUnixNano")}
                code = _object(span.get("status")).get("code")
                yield {**rest, **times, "service": service, "status.code": code, "attributes": _attributes(span.get("attributes"))}  # fmt: skip


def jaeger_rows(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One row a span of a Jaeger export, which names the services beside the spans of a trace."""
    for trace in _objects(document.get("data")):
        processes = trace.get("processes")
        if not isinstance(processes, dict):
            continue
        for span in _objects(trace.get("spans")):
            tags = _attributes(span.get("tags"))
            parent = next((one.get("spanID") for one in _objects(span.get("references")) if one.get("refType") == "CHILD_OF"), None)  # fmt: skip
            process = _object(processes.get(str(span.get("processID"))))
            yield {
                "traceId": span.get("traceID"), "spanId": span.get("spanID"), "parentSpanId": parent, "kind": tags.get("span.kind"),
                "name": span.get("operationName"), "start_time": span.get("startTime"), "duration": span.get("duration"),
                "service": process.get("serviceName"), "tags": tags,
            }  # fmt: skip


def _attributes(pairs: object) -> dict[str, Any]:
    """Return a list of {key, value} as an object; a value may be wrapped with its type."""
    return {str(pair.get("key")): _plain(pair.get("value")) for pair in _objects(pairs)}


def _plain(value: object) -> object:
    return next(iter(value.values()), None) if isinstance(value, dict) else value


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
