"""Forms of text logs that servers, frameworks and clients write: a dozen calls in each, told as they were made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from techhealth.errors import InputError
from techhealth.ingest import inspect, read

#: Statuses, sizes and durations of the calls; sizes that look like statuses are among them.
_STATUSES = (200, 200, 404, 201, 500, 200, 204, 504, 200, 429, 200, 304)
_SIZES = (512, 206, 565, 404, 33, 200, 71025, 500, 301, 90, 1200, 7)
_SECONDS = (0.288, 0.158, 0.04, 0.016, 1.2, 0.052, 0.009, 3.5, 0.101, 0.003, 0.077, 0.24)
_PHRASES = {200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error", 504: "Gateway Timeout"}  # fmt: skip
_AGENT = '"-" "Mozilla/5.0 (X11; Linux) x/1.0"'
_CLF = '198.51.100.7 - - [{clf}] "{m} {path} HTTP/1.1" {status} {size}'
_COMBINED = f"{_CLF} {_AGENT}"


def _line(form: str, n: int) -> str:
    at, seconds = datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(seconds=41 * n), _SECONDS[n]
    behind = "-" if n in (9, 11) else f"{seconds - 0.002:.3f}"
    return form.format(
        m=("GET", "POST")[n % 2], path=("/v1/orders", "/v1/users?status=500&took=9ms")[n % 3 == 0], status=_STATUSES[n], size=_SIZES[n],
        phrase=_PHRASES[_STATUSES[n]], s=f"{seconds:.3f}", up=behind, ms=f"{1000 * seconds:.0f}", us=f"{1e6 * seconds:.0f}", whole=int(seconds), n=n,
        clf=f"{at:%d/%b/%Y:%H:%M:%S +0000}", iso=f"{at:%Y-%m-%dT%H:%M:%SZ}", stamp=f"{at:%Y-%m-%d %H:%M:%S}", clock=f"{at:%H:%M:%S}",
        nano=f"{at:%Y-%m-%dT%H:%M:%S}.000000000Z", slashes=f"{at:%Y/%m/%d %H:%M:%S}", dots=f"{at:%d.%m.%Y %H:%M:%S}", short=f"{at:%y%m%d %H:%M:%S}",
        epoch=f"{at.timestamp():.3f}", ctime=f"{at:%a %b %d %H:%M:%S %Y}", day=f"{at:%m/%d/%Y}", id=f"{n:08x}-0000-4000-8000-{n:012x}",
    )  # fmt: skip


def _log(form: str) -> bytes:
    return "\n".join(_line(form, n) for n in range(len(_STATUSES))).encode()


#: Lines that say how long each call took.
TIMED = {
    "Apache, seconds and microseconds": _COMBINED + " {whole}/{us}",
    "Apache, microseconds before the referrer": _CLF + " {us} " + _AGENT,
    "Apache, named microseconds": _COMBINED + " D={us}",
    "Tomcat in brackets": _CLF + " ({ms} ms)",
    "Tomcat with thread": _CLF + " {ms} {s} http-nio-8080-exec-1",
    "HAProxy in common form": _CLF + ' "" "" 5123 123 "front" "back" "s1" 1 0 2 3 {ms} ---- 5 5 1 1 0 0 0 "" ""',
    "nginx, upstream first": _COMBINED + ' "-" 10.0.0.9:8080 {up} {s} MISS',
    "nginx, named upstream first": _COMBINED + " urt={up} rt={s}",
    "nginx, times before the status": '198.51.100.7 - [{clf}] "{m} {path} HTTP/1.1" {s} {up} {status} {size} ' + _AGENT,
    "nginx, all before the request": "[{clf}] {status} shop.example 10.0.0.9:80 {up} {s} 198.51.100.7 - {m} {path} HTTP/1.1 {size} "
    + _AGENT,
    "nginx, times before the address": '{s} {up} 198.51.100.7 - 10.0.0.9:80 [{clf}] shop.example "{m} {path} HTTP/1.1" {status} {size} '
    + _AGENT,
    "nginx, quoted status": '10.9.9.9 - 198.51.100.7 [{clf}] "TLSv1.3/AES" "{m} {path} HTTP/1.1" "{status}" {size} '
    + _AGENT
    + ' "-"10.0.0.9:80 {up} {s}',
    "nginx between pipes": "{iso}|198.51.100.7|{m}|{path}|{status}|{size}|{s}|{up}|curl",
    "nginx in milliseconds since 1970": '{epoch} 198.51.100.7 "{m} {path} HTTP/1.1" {status} {size} {s} {up}',
    "labelled": "time:{clf}\thost:198.51.100.7\tmethod:{m}\turi:{path}\tstatus:{status}\tsize:{size}\treqtime:{s}\tapptime:{up}",
    "IIS in its own form": "198.51.100.7, -, {day}, {clock}, W3SVC1, SRV1, 10.0.0.1, {ms}, 163, {size}, {status}, 0, {m}, {path}, -,",
    "container and colours": "{nano} \x1b[0m{m} {path} \x1b[32m{status}\x1b[0m {ms} ms - {size}\x1b[0m",
    "gin": '[GIN] {slashes} | {status} | {ms}ms | 198.51.100.7 | {m:<7} "{path}"',
    "fiber": "{stamp} | {status} | {ms}ms | 198.51.100.7 | {m:<7} | {path} | -",
    "chi": '{slashes} [host/x-{n:06}] "{m} http://shop.example{path} HTTP/1.1" from 198.51.100.7:51 - {status} {size}B in {ms}ms',
    "tornado": "[I {short} web:2239] {status} {m} {path} (198.51.100.7) {ms}.00ms",
    "ktor": "{stamp}.123 [eventLoop] INFO  ktor - {status} {phrase}: {m} - {path} in {ms}ms",
    "play": "{stamp},123 [info] access - {m} {path} took {ms}ms and returned {status}",
    "uwsgi": "[pid: 33|req: {n}/{n}] 198.51.100.7 () {{42 vars}} [{ctime}] {m} {path} => generated {size} bytes in {ms} msecs (HTTP/1.1 {status}) 4 headers",
    "PHP": '198.51.100.7 -  {clf} "{m} {path}" {status} /var/www/index.php {ms}.000 2048 95.24%',
    "another language": "{dots} INFO Anfrage {m} {path} Status {status} Dauer {ms} ms",
    "named by colons": "{iso} INFO method: {m}, path: {path}, status: {status}, duration: {ms}ms",
    "a trace's span": "{iso} DEBUG request{{method={m} uri={path} version=HTTP/1.1}}: finished latency={ms} ms status={status}",
    "method and address apart": "{iso} {m} {status} {size} B {ms} ms curl https://shop.example{path}",
    "a time in the referrer": '198.51.100.7 [{clf}] "{m} {path} HTTP/1.1" {status} {size} "https://shop.example/?since=2025-12-01 00:00:00" {s}',
    "pairs between pipes": "{iso}|method={m}|path={path}|status={status}|time_ms={ms}",
    "a security event": "Jan 05 2026 {clock} gw1 CEF:0|Shop|Gateway|1|200|Request served|3|src=198.51.100.7 requestMethod={m} request=https://shop.example{path} cn1Label=Response Code cn1={status} cs1Label=Rule name cs1=allow all cn2Label=ResponseTimeMs cn2={ms} out={size}",
    "a security event between tabs": "LEEF:2.0|Shop|Gateway|1|REQ||devTime=Jan 05 2026 {clock}\tsrc=198.51.100.7\tmethod={m}\turl={path}\tresponseCode={status}\tresponseTimeMs={ms}\tmsg=served in time",
    "a call to a partner": "{iso} INFO c.shop.Gateway - [id={n}] Outbound {m} https://shop.example{path} returned {status} after {ms} ms",
    "what curl was told to write": "{iso} http_code={status} method={m} time_connect=0.02 time_total={s} url_effective=https://shop.example{path}",
    "pairs for the request alone": "{iso} | INFO | method={m}, url={path}, | returned {status} | rows=200 v=2 took {s}s",
    "a code between semicolons": "{iso}; INFO 7; {m} {path}; rc={status}; took {s}s",
    "a program's dictionary": "{iso} INFO {{'method': '{m}', 'path': '{path}', 'status': {status}, 'duration_ms': {ms}}}",
    "a phrase before its status": "{iso} {m} {path} => {phrase} ({status}) took {ms} ms",
    "another server's status": "{iso} {m} {path} upstream 502 client {status} took {ms}ms",
    "a size that never changes": "{iso} {m} {path} 200 {status} {ms}ms",
    "a status in a quoted name": '{iso} {m} {path} {status} "bot (status: 404)" {ms}ms',
    "pod's name in brackets": "[pod/web-1/nginx] " + _COMBINED + " {s}",
    "a service's journal": "{iso} web1 nginx[12]: " + _COMBINED + " {s}",
    "answers by id": '[{id}] Started {m} "{path}" for 198.51.100.7 at {stamp} +0000\n[{id}]   Parameters: {{}}\n'
    "[{id}] Completed {status} {phrase} in {ms}ms (Views: 0.2ms | ActiveRecord: 0.1ms)",
    "answers by turns": "{iso} --> {m} {path}\n{iso} Host: x\n{iso} <-- HTTP/1.1 {status} {phrase} ({ms}ms)",
    "begun and finished": "{iso} Request starting HTTP/1.1 {m} http://shop.example{path}\n{iso} Request finished HTTP/1.1 {m} http://shop.example{path} - {status} - {ms}.0ms",
    "app's lines between": "{iso} INFO {m} {path} {status} {ms}ms\n{iso} DEBUG query took 5ms\n{iso} INFO worker idle\nTraceback (most recent call last):",
}
#: Lines that hold times of something else, numbers that nothing tells, or none.
UNTIMED = {
    "sizes in and out": _COMBINED + " 812 {size}",
    "a process and a time": _COMBINED + " 1200{n} {us}",
    "whole seconds": _COMBINED + " {whole}",
    "a connection's number": _COMBINED + " 10{n:02}",
    "a pause": "{iso} {m} {path} {status} rate limited, wait {ms}ms",
    "a setting": "{iso} [30000ms] {m} {path} -> {status}",
    "since the line before": "{iso} {m} {path} {status} {size} - 198.51.100.7 +{ms}ms",
    "database alone": "{iso} {m} {path} {status} db={ms}ms",
    "first byte alone": "{iso} {m} {path} {status} ttfb {ms}ms",
    "a client's log": '{stamp},123 - httpx - INFO - HTTP Request: {m} https://shop.example{path} "HTTP/1.1 {status} {phrase}"',
    "PHP's own server": "[{ctime}] 198.51.100.7:51 [{status}]: {m} {path}",
}
#: Text that is declined, and what the sentence says.
DECLINED = {
    "no time": ("{m} {path} {status} {size} - {ms} ms", "no date"),
    "a time of day": ("[{clock} INF] HTTP {m} {path} responded {status} in {ms} ms", "no date"),
    "no year": ('Jan 05 {clock} web1 uvicorn[9]: INFO: 198.51.100.7:51 - "{m} {path} HTTP/1.1" {status} {phrase}', "year"),
    "sizes alone": ('[{clf}] 198.51.100.7 TLSv1.2 "{m} {path} HTTP/1.1" {size}', "no status"),
    "answers that nothing assigns": ("{iso} Started {m} {path}\n{iso} Started {m} /b\n{iso} Completed {status} in {ms}ms\n{iso} Completed 200 in 7ms", "no status"),
    "connections": ("{iso} lb 198.51.100.7:2817 10.0.0.1:80 0.001 {s} 0.0001 - - 812 {size} \"- - - \" \"-\" - -", "no requests"),
    "an app's pairs": ("time={iso} level=info msg=refreshed component=cache took={ms}ms items={size}", "no requests"),
    "mail": ("{iso} mx1 postfix/smtp[12]: {n}: to=<a@shop.example>, delay=0.2, dsn=2.0.0, status=sent (250 OK)", r"."),
    "an app's lines": ("{stamp},123 INFO [main] Service - Processed order {n} in {ms} ms", "no requests"),
}  # fmt: skip


@pytest.mark.parametrize("name", [*TIMED, *UNTIMED])
def test_a_line_says_the_same_whatever_its_form(name: str) -> None:
    """Each call keeps its method, status and instant; its latency is the whole call's, and unknown where none is told."""
    usage = read(("export.log", _log((TIMED | UNTIMED)[name])))
    file, events = usage.receipt.files[0], usage.events

    assert list(_STATUSES) == events["status"].to_list()
    assert events["method"].to_list() == ["GET", "POST"] * 6
    assert {"/v1/orders", "/v1/users"} == set(events["endpoint"])
    assert f"{usage.receipt.first:%Y-%m-%d %H:%M}" == "2026-01-05 09:00"
    assert file.rows == file.events + file.rejected
    assert all(reject.reason.startswith(("another line", "line of another kind")) for reject in file.rejects)
    expected = [1000 * seconds for seconds in _SECONDS] if name in TIMED else [None] * len(_SECONDS)
    assert expected == [None if ms is None else pytest.approx(ms) for ms in events["latency_ms"]]


@pytest.mark.parametrize("name", DECLINED)
def test_text_that_lacks_what_a_call_needs_is_declined_by_name(name: str) -> None:
    """What is missing is said, in one sentence with what to do; nothing is guessed."""
    form, said = DECLINED[name]
    with pytest.raises(InputError, match=said) as refused:
        read(("export.log", _log(form)))

    assert str(refused.value).startswith("export.log")
    assert "xport" in str(refused.value).removeprefix("export.log")


def test_calls_in_lines_without_a_time_are_counted() -> None:
    """Inspecting counts calls and failures of lines that hold no date, and says that nothing tells when they were made."""
    form = 'INFO:     198.51.100.7:51 - "{m} {path} HTTP/1.1" {status} {phrase}'
    file = inspect(("export.log", _log(form))).files[0]

    assert (file.records, file.failures, file.first, file.last) == (12, 4, None, None)
    assert {"method", "endpoint", "status"} <= {item.field for item in file.mapping}
    assert any("no column holds a time" in note for note in file.notes)
    with pytest.raises(InputError, match=r"no date.*--timestamps"):
        read(("export.log", _log(form)))


def test_what_cannot_be_told_can_be_named() -> None:
    """Of several numbers behind each line none is guessed to be the latency; the note says how to name the right one."""
    log = ("export.log", _log(_COMBINED + " 812 {us} {size}"))
    unsure, named = inspect(log).files[0], inspect(log, mapping={"latency": "number_2:us"}).files[0]

    assert any("--map latency=number_1:us" in note for note in unsure.notes)
    assert (unsure.first_latency_ms, named.first_latency_ms) == (None, 288.0)


def test_times_without_a_year_are_declined_by_name() -> None:
    """Lines of an old syslog are counted; that their times name no year is said, with what to do."""
    log = "\n".join(f"Jan  5 10:00:0{n} web1 app[8]: method=GET path=/o status=200 duration=12ms user=[ann@shop.example]" for n in range(4))  # fmt: skip

    file = inspect(log.encode()).files[0]

    assert any("name no year" in note for note in file.notes)
    assert [(reject.reason, reject.count) for reject in file.rejects] == [("the time of the row names no year", 4)]
    with pytest.raises(InputError, match="name no year"):
        read(log.encode())
