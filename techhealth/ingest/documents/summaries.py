"""Documents of load tools, metric services and tracers → rows, where these stand in no list of objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from techhealth.ingest.documents.spans import jaeger_rows, otlp_rows

Row = dict[str, Any]


def as_rows(document: object) -> object:
    """Return the rows of a document whose numbers stand in no list of objects; any other document as it is."""
    if not isinstance(document, dict):
        return document
    found = (list(reader(document)) for reader in _READERS)
    return next((rows for rows in found if rows), document)


def _k6(document: Row) -> Iterator[Row]:
    """One row: `metrics` of the summary, where `http_reqs` counts the requests."""
    metrics = document.get("metrics")
    if isinstance(metrics, dict) and isinstance(metrics.get("http_reqs"), dict):
        yield {"metrics": metrics}


def _artillery(document: Row) -> Iterator[Row]:
    """One row a period, or the whole where the periods are not all of it: counters by name, or codes, and latencies."""
    whole, parts = document.get("aggregate"), _objects(document.get("intermediate"))
    if not isinstance(whole, dict):
        return
    if "counters" in whole:
        for part in parts or [whole]:
            yield {"timestamp": part.get("period", part.get("firstCounterAt")), "counters": part.get("counters"), "summaries": part.get("summaries")}  # fmt: skip
    elif "requestsCompleted" in whole:
        every = sum(part.get("requestsCompleted", 0) for part in parts) == whole["requestsCompleted"]
        for part in parts if every else [whole]:
            yield {"timestamp": part.get("timestamp"), "requests": part.get("requestsCompleted"), "codes": part.get("codes"), "errors": part.get("errors"), "latency": part.get("latency")}  # fmt: skip


def _fortio(document: Row) -> Iterator[Row]:
    """One row, the run: `RetCodes` counts its answers by status, or by gRPC's name of it."""
    times, codes = document.get("DurationHistogram"), document.get("RetCodes")
    if isinstance(times, dict) and isinstance(codes, dict) and "Count" in times:
        told = {key: document.get(key) for key in ("StartTime", "URL", "Destination")}
        yield {**told, "requests": times["Count"], "RetCodes": codes, "DurationHistogram": {"Avg": times.get("Avg")}}


def _azure(document: Row) -> Iterator[Row]:
    """One row a sample: the metric's name stands above its time series."""
    for metric in _objects(document.get("value")):
        name = metric.get("name")
        for series in _objects(metric.get("timeseries")):
            about = {_word(label.get("name")): label.get("value") for label in _objects(series.get("metadatavalues"))}
            for sample in _objects(series.get("data")):
                value = next((sample[key] for key in ("total", "average", "count", "maximum") if key in sample), None)
                yield {"timestamp": sample.get("timeStamp"), "metric": _word(name), "value": value, **about}


def _cloudwatch(document: Row) -> Iterator[Row]:
    """One row a sample: times and values in parallel lists."""
    for metric in _objects(document.get("MetricDataResults")):
        for at, value in zip(_list(metric.get("Timestamps")), _list(metric.get("Values")), strict=False):
            yield {"timestamp": at, "metric": metric.get("Label"), "value": value}


def _prometheus(document: Row) -> Iterator[Row]:
    """One row a sample: pairs of time and value beside the labels of their series."""
    found = document.get("data")
    for series in _objects(found.get("result") if isinstance(found, dict) else None):
        labels = series.get("metric")
        if not isinstance(labels, dict):
            continue
        about = {key: text for key, text in labels.items() if key != "__name__"}
        for pair in _list(series.get("values")) or [series.get("value")]:
            if isinstance(pair, list) and len(pair) == 2:
                yield {"timestamp": pair[0], "metric": labels.get("__name__", "value"), "value": pair[1], **about}


def _objects(value: object) -> list[Row]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _word(name: object) -> str:
    """Return a name that may be wrapped as {"value": name}."""
    return str(name.get("value") if isinstance(name, dict) else name)


_READERS: tuple[Callable[[Row], Iterator[Row]], ...] = (
    otlp_rows, jaeger_rows, _k6, _artillery, _fortio, _azure, _cloudwatch, _prometheus,
)  # fmt: skip
