"""Text logs are read by the form of their lines: made-up lines of documented shapes, and what a careful person says of them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from techhealth.errors import InputError
from techhealth.ingest import inspect, read
from tests.ingest.logs import as_csv, as_lines, call, column_of

_AGENT = '"https://shop.example/" "curl/8.1.2"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Two lines of a text log, the first of them a success, and what is to be found in them."""

    good: str
    bad: str
    first_ms: float | None
    endpoint: str | None = "/v1/orders"
    integration: str | None = None
    failures: int = 1


SHAPES: dict[str, Shape] = {
    "combined": Shape(
        good=f'198.51.100.7 - ann [05/Jan/2026:10:00:00 +0100] "GET /v1/orders?token=x HTTP/1.1" 200 512 {_AGENT}',
        bad=f'198.51.100.7 - - [05/Jan/2026:10:00:01 +0100] "GET /v1/orders \\"q\\" HTTP/1.1" 503 0 {_AGENT}',
        first_ms=None,
    ),
    "common": Shape(
        good='::1 - - [05/Jan/2026:09:00:00 +0000] "GET /v1/orders HTTP/1.0" 200 512',
        bad='::1 - - [05/Jan/2026:09:00:01 +0000] "GET /v1/orders HTTP/1.0" 500 -',
        first_ms=None,
    ),
    "combined with seconds behind": Shape(
        good=f'198.51.100.7 - - [05/Jan/2026:09:00:00 +0000] "GET /v1/orders HTTP/1.1" 200 512 {_AGENT} "-" 0.123',
        bad=f'198.51.100.7 - - [05/Jan/2026:09:00:01 +0000] "GET /v1/orders HTTP/1.1" 502 0 {_AGENT} "-" 10.001',
        first_ms=123.0,
    ),
    "combined with rt=": Shape(
        good=f'198.51.100.7 - - [05/Jan/2026:09:00:00 +0000] "GET /v1/orders HTTP/1.1" 200 512 {_AGENT} rt=0.045 uct="0.001" urt="0.040"',
        bad=f'198.51.100.7 - - [05/Jan/2026:09:00:01 +0000] "GET /v1/orders HTTP/1.1" 504 0 {_AGENT} rt=60.000 uct="-" urt="-"',
        first_ms=45.0,
    ),
    "virtual hosts": Shape(
        good=f'shop.example:443 198.51.100.7 - - [05/Jan/2026:09:00:00 +0000] "GET /v1/orders HTTP/1.1" 200 512 {_AGENT}',
        bad=f'shop.example:443 198.51.100.7 - - [05/Jan/2026:09:00:01 +0000] "GET /v1/orders HTTP/1.1" 404 0 {_AGENT}',
        first_ms=None, integration="shop.example:443",
    ),
    "a caller's name with a user of two words": Shape(
        good=f'pc7.client.example - Ann Lee [05/Jan/2026:09:00:00 +0000] "GET /v1/orders HTTP/1.1" 200 512 {_AGENT}',
        bad=f'pc7.client.example - Ann Lee [05/Jan/2026:09:00:01 +0000] "GET /v1/orders HTTP/1.1" 404 0 {_AGENT}',
        first_ms=None, integration="/v1/orders",
    ),
    "the upstream's time before the request's": Shape(
        good=f'198.51.100.7 - - [05/Jan/2026:09:00:00 +0000] "GET /v1/orders HTTP/1.1" 200 512 {_AGENT} 0.100, 0.120 0.245',
        bad=f'198.51.100.7 - - [05/Jan/2026:09:00:01 +0000] "GET /v1/orders HTTP/1.1" 502 0 {_AGENT} 0.110 0.250',
        first_ms=245.0,
    ),
    "a ratio, an address and an epoch behind": Shape(
        good=f'198.51.100.7 - - [05/Jan/2026:09:00:00 +0000] "GET /v1/orders HTTP/1.1" 200 512 {_AGENT} "3.15" 10.244.1.5:8080 1767603600.123',
        bad=f'198.51.100.7 - - [05/Jan/2026:09:00:01 +0000] "GET /v1/orders HTTP/1.1" 502 0 {_AGENT} "3.15" 10.244.1.5:8080 1767603601.123',
        first_ms=None,
    ),
    "Traefik": Shape(
        good=f'198.51.100.7 - - [05/Jan/2026:09:00:00 +0000] "GET /v1/orders HTTP/1.1" 200 5 {_AGENT} 1 "shop@docker" "http://10.0.0.2:80" 12ms',
        bad=f'198.51.100.7 - - [05/Jan/2026:09:00:01 +0000] "GET /v1/orders HTTP/1.1" 502 5 {_AGENT} 2 "shop@docker" "http://10.0.0.2:80" 7ms',
        first_ms=12.0, integration="shop@docker",
    ),
    "load balancer": Shape(
        good='https 2026-01-05T09:00:00.186641Z app/shop/50d 198.51.100.7:44740 10.0.0.1:80 0.001 0.020 0.003 200 200 34 366 "GET https://shop.example:443/v1/orders HTTP/1.1" "curl/8" - - arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/orders/73e "Root=1" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-"',
        bad='https 2026-01-05T09:00:01.186641Z app/shop/50d 198.51.100.7:44740 - -1 -1 -1 502 - 34 366 "GET https://shop.example:443/v1/orders HTTP/1.1" "curl/8" - - arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/orders/73e "Root=1" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-"',
        first_ms=24.0, integration="orders",
    ),
    "classic load balancer": Shape(
        good='2026-01-05T09:00:00.945958Z shop-elb 198.51.100.7:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://shop.example:80/v1/orders HTTP/1.1" "curl/7.38.0" - -',
        bad='2026-01-05T09:00:01.945958Z shop-elb 198.51.100.7:2817 - -1 -1 -1 503 0 0 0 "GET http://shop.example:80/v1/orders HTTP/1.1" "curl/7.38.0" - -',
        first_ms=1.178, integration="shop-elb",
    ),
    "object store": Shape(
        good='79a59df900b949e55d96a1e698fbaced shop-files [05/Jan/2026:09:00:00 +0000] 192.0.2.3 arn:x 3E57427F REST.GET.OBJECT a.csv "GET /v1/orders HTTP/1.1" 200 - 113 - 7 6 "-" "S3Console/0.4" -',
        bad='79a59df900b949e55d96a1e698fbaced shop-files [05/Jan/2026:09:00:01 +0000] 192.0.2.3 arn:x 3E57427F REST.GET.OBJECT a.csv "GET /v1/orders HTTP/1.1" 403 AccessDenied 113 - 9 - "-" "S3Console/0.4" -',
        first_ms=7.0, integration="shop-files",
    ),
    "HAProxy": Shape(
        good='Jan  5 09:00:00 lb haproxy[14389]: 198.51.100.7:33317 [05/Jan/2026:09:00:00.655] http-in orders/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {shop} {} "GET /v1/orders HTTP/1.1"',
        bad='Jan  5 09:00:01 lb haproxy[14389]: 198.51.100.7:33317 [05/Jan/2026:09:00:01.655] http-in orders/<NOSRV> 0/-1/-1/-1/7 503 212 - - SC-- 1/1/1/1/0 0/0 {shop} {} "GET /v1/orders HTTP/1.1"',
        first_ms=109.0, integration="orders",
    ),
    "Envoy": Shape(
        good='[2026-01-05T09:00:00.310Z] "GET /v1/orders HTTP/2" 200 - 0 154 226 100 "198.51.100.7" "grpc-go/1.9" "cc21d9b0-cf5c" "orders.example" "10.0.35.28:80"',
        bad='[2026-01-05T09:00:01.310Z] "GET /v1/orders HTTP/2" 503 UF - - "-" 0 91 12 - "198.51.100.7" "grpc-go/1.9" "cc21d9b0-cf5c" "orders.example" "-"',
        first_ms=226.0, integration="orders.example",
    ),
    "Envoy, whose client left": Shape(
        good='[2026-01-05T09:00:00.310Z] "GET /v1/orders HTTP/2" 200 - 0 154 226 100 "198.51.100.7" "grpc-go/1.9" "cc21d9b0-cf5c" "orders.example" "10.0.35.28:80"',
        bad='[2026-01-05T09:00:01.310Z] "GET /v1/orders HTTP/2" 0 DC 0 0 91 - "198.51.100.7" "grpc-go/1.9" "cc21d9b0-cf5c" "orders.example" "10.0.35.28:80"',
        first_ms=226.0,
    ),
    "Squid": Shape(
        good="1767603600.186     75 198.51.100.7 TCP_MISS/200 3901 GET http://shop.example/v1/orders - DIRECT/192.0.2.3 text/html",
        bad="1767603601.186    175 198.51.100.7 TCP_MISS/503 391 GET http://shop.example/v1/orders - NONE/- text/html",
        first_ms=75.0,
    ),
    "Heroku router": Shape(
        good='2026-01-05T09:00:00.585643+00:00 heroku[router]: at=info method=GET path="/v1/orders?a=b c" host=shop.example request_id=1f fwd="198.51.100.7" dyno=web.1 connect=1ms service=30ms status=200 bytes=5',
        bad='2026-01-05T09:00:01.585643+00:00 heroku[router]: at=error code=H12 desc="Request timeout" method=GET path="/v1/orders" host=shop.example request_id=2f fwd="198.51.100.7" dyno=web.1 connect=1ms service=30000ms status=503 bytes=0',
        first_ms=30.0, integration="shop.example",
    ),
    "logfmt": Shape(
        good='time=2026-01-05T09:00:00Z level=info msg="request handled" method=GET path=/v1/orders status=200 duration=12.5ms',
        bad='time=2026-01-05T09:00:01Z level=error msg="request handled" method=GET path=/v1/orders status=500 duration=1.5s',
        first_ms=12.5,
    ),
    "Rails behind its logger": Shape(
        good="I, [2026-01-05T09:00:00.123456 #71]  INFO -- : method=GET path=/v1/orders format=json controller=OrdersController action=index status=200 duration=12.70 view=1.20 db=4.33",
        bad="I, [2026-01-05T09:00:01.123456 #71]  INFO -- : method=GET path=/v1/orders format=json controller=OrdersController action=index status=500 duration=22.70 view=1.20 db=4.33",
        first_ms=12.7,
    ),
    "container runtime's prefix": Shape(
        good=f'2026-01-05T09:00:00.1Z stdout F 10.0.0.1 - - [05/Jan/2026:09:00:00 +0000] "GET /v1/orders HTTP/1.1" 200 5 {_AGENT}',
        bad=f'2026-01-05T09:00:01.1Z stdout F 10.0.0.1 - - [05/Jan/2026:09:00:01 +0000] "GET /v1/orders HTTP/1.1" 500 5 {_AGENT}',
        first_ms=None,
    ),
    "any line with a request": Shape(
        good="2026-01-05 09:00:00,123 INFO [worker-1] handled GET /v1/orders -> 200 in 35 ms",
        bad="2026-01-05 09:00:01,123 WARN [worker-2] handled GET /v1/orders -> 504 in 3000 ms",
        first_ms=35.0,
    ),
    "parts of a call beside the whole": Shape(
        good="2026-01-05T09:00:00Z GET /v1/orders -> 200, upstream took 8 ms, db=2ms, responded in 40 ms",
        bad="2026-01-05T09:00:01Z GET /v1/orders -> 503, upstream took 9 ms, db=2ms, responded in 41 ms",
        first_ms=40.0,
    ),
    "two durations that nothing tells apart": Shape(
        good="2026-01-05T09:00:00Z GET /v1/orders -> 200 8ms 40ms", bad="2026-01-05T09:00:01Z GET /v1/orders -> 503 8ms 40ms", first_ms=None,
    ),
    "a pause, no latency": Shape(
        good="2026-01-05T09:00:00Z GET /v1/orders -> 200, retry in 500ms", bad="2026-01-05T09:00:01Z GET /v1/orders -> 503, retry in 500ms",
        first_ms=None,
    ),
    "a size before the status": Shape(
        good="2026-01-05T09:00:00Z GET /v1/orders 512 200 12ms", bad="2026-01-05T09:00:01Z GET /v1/orders 512 503 12ms", first_ms=12.0,
    ),
    "a size behind the status": Shape(
        good="2026-01-05T09:00:00Z GET /v1/orders 200 512 - 12 ms", bad="2026-01-05T09:00:01Z GET /v1/orders 503 512 - 12 ms", first_ms=12.0,
    ),
    "load test": Shape(
        good="REQUEST\t1\t\torders\t1767603600000\t1767603600080\tOK\t ",
        bad="REQUEST\t1\t\torders\t1767603601000\t1767603602000\tKO\tstatus.find.is(200), but actually found 500",
        first_ms=80.0, endpoint="orders",
    ),
    "load test in groups": Shape(
        good="REQUEST\tSign in,Basket\tPOST\t1767603600000\t1767603600080\tOK",
        bad="REQUEST\tSign in,Basket\tPOST\t1767603601000\t1767603602000\tKO\tfound nothing",
        first_ms=80.0, endpoint="Sign in,Basket / POST",
    ),
    "object store, one of a batch": Shape(
        good='79a59df900b949e55d96a1e698fbaced shop-files [05/Jan/2026:09:00:00 +0000] 192.0.2.3 arn:x 3E57427F REST.GET.OBJECT a.csv "GET /v1/orders HTTP/1.1" 200 - 113 - 7 6 "-" "S3Console/0.4" -',
        bad="79a59df900b949e55d96a1e698fbaced shop-files [05/Jan/2026:09:00:01 +0000] 192.0.2.3 arn:x 3E57427F BATCH.DELETE.OBJECT v1/orders - 403 AccessDenied - 113 - - - - - Ux7=",
        first_ms=7.0, integration="shop-files",
    ),
    "CouchDB": Shape(
        good="[notice] 2026-01-05T09:00:00.579985Z nonode@nohost <0.176.12> e1fed412f8 db.example 198.51.100.7 undefined GET /v1/orders 200 ok 4",
        bad="[notice] 2026-01-05T09:00:01.579985Z nonode@nohost <0.177.12> 7ec677126a db.example 198.51.100.7 undefined GET /v1/orders 404 ok 4",
        first_ms=4.0, integration="db.example",
    ),
    "Cloud Foundry router": Shape(
        good=f'2026-01-05T10:00:00.73+0100 [RTR/2]      OUT orders.example - [2026-01-05T09:00:00.717+0000] "GET /v1/orders HTTP/1.1" 200 0 32 {_AGENT} "10.0.0.2:58469" "10.0.0.3:60015" vcap_request_id:"ffcb" response_time:0.25 gorouter_time:0.1 app_index:"0"',
        bad=f'2026-01-05T10:00:01.73+0100 [RTR/2] OUT orders.example - [2026-01-05T09:00:01.717039627Z] "GET /v1/orders HTTP/1.1" 404 0 32 {_AGENT} "10.0.0.2:58469" "10.0.0.3:60015" vcap_request_id:"ffcc" response_time:0.5 gorouter_time:0.1 app_index:"0"',
        first_ms=250.0, integration="orders.example",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_text_log_is_read_as_a_careful_person_would(name: str) -> None:
    """Time, endpoint, outcome, latency and service are found in each line; nothing is rejected."""
    shape = SHAPES[name]
    usage = read(("export.log", f"{shape.good}\n{shape.bad}".encode()))
    file = usage.receipt.files[0]

    assert (file.rows, file.events, file.rejected, file.failures) == (2, 2, 0, shape.failures)
    assert f"{usage.receipt.first:%Y-%m-%d %H:%M:%S}" == "2026-01-05 09:00:00"
    assert file.first_latency_ms == (pytest.approx(shape.first_ms) if shape.first_ms is not None else None)
    assert usage.events["endpoint"].unique().to_list() == [shape.endpoint]
    if shape.integration:
        assert usage.receipt.integration_names == (shape.integration,)


def test_lines_of_another_kind_are_told_from_damaged_ones() -> None:
    """Output of an app between requests is harmless; a request in another form counts as lost."""
    lines = [SHAPES["Heroku router"].good.replace("=1f", f"=1f{n}") for n in range(3)] + [
        "2026-01-05T09:00:03+00:00 app[web.1]: booting",
        "GET /v1/orders and nothing else",
    ]
    file = inspect(("router.log", "\n".join(lines).encode())).files[0]

    assert {reject.reason.split(" ")[1]: reject.count for reject in file.rejects} == {"of": 1, "holds": 1}
    assert file.rows == file.events + file.rejected == 5


def test_text_inside_a_column_is_opened_where_no_column_says_how_a_call_ended() -> None:
    """An access line in a message column becomes method, path, status; rows without a request are no calls."""
    rows = [{"@timestamp": "2026-01-05T09:00:00Z", "message": SHAPES["combined"].good}] * 3 + [
        {"@timestamp": "2026-01-05T09:00:01Z", "message": SHAPES["combined"].bad}
    ]
    free = [{"Date": "2026-01-05", "Time": f"09:00:0{n}.5", "Content": f'10.0.0.1 "GET /v2/servers HTTP/1.1" status: {s} len: 9 time: 0.2477'} for n, s in enumerate((200, 404, 200))]  # fmt: skip
    opened = inspect(("kibana.ndjson", as_lines(rows))).files[0]
    found = inspect(
        ("nova.csv", as_csv([*free, {"Date": "2026-01-05", "Time": "09:00:09.5", "Content": "Instance spawned"}]))
    ).files[0]

    assert (opened.events, opened.failures, column_of(opened, "status").column) == (4, 1, "message.status")
    assert (found.events, found.rejected, found.failures, found.first_latency_ms) == (3, 1, 1, pytest.approx(247.7))


def test_a_column_that_says_it_itself_is_not_opened() -> None:
    """Where a status column exists, texts beside it stay closed."""
    file = inspect(("log.ndjson", as_lines([call(n, message=SHAPES["combined"].bad) for n in range(3)]))).files[0]

    assert (file.failures, column_of(file, "status").column) == (0, "status")


@pytest.mark.parametrize(
    "text",
    [
        "Dear customer,\nthank you for your order of 5 January.\n" * 3,
        'INFO:     127.0.0.1:54320 - "GET /x HTTP/1.1" 200 OK\n' * 5,
        "2026-01-05 09:00:00 ERROR could not open file\n" * 5,
    ],
)
def test_text_without_requests_or_times_is_declined(text: str) -> None:
    """Prose, lines without a time and lines without a request are refused in one sentence, never guessed at."""
    with pytest.raises(InputError, match=r"notes\.log"):
        read(("notes.log", text.encode()))


def _behind(*numbers: int) -> bytes:
    line = f'198.51.100.7 - - [05/Jan/2026:09:00:00 +0000] "GET /v1/orders HTTP/1.1" 200 512 {_AGENT}'
    return "\n".join(f"{line} {number}" for number in numbers).encode()


def test_a_whole_number_behind_a_line_is_a_time_only_where_its_size_says_so() -> None:
    """What would be many seconds a call are microseconds, with a doubt; mostly zeros are nothing that can be told."""
    fast = read(("a.log", _behind(9_000, 12_000, 31_000))).receipt
    slow = read(("b.log", _behind(9_000, 12_000, 31_000)), mapping={"latency": "duration_us:ms"}).receipt
    zeros = read(("c.log", _behind(0, 0, 0, 1))).receipt

    assert (fast.files[0].first_latency_ms, fast.trust.grade) == (9.0, "C")
    assert slow.files[0].first_latency_ms == 9000.0
    assert zeros.files[0].first_latency_ms is None
    assert any("last_number" in note for note in zeros.files[0].notes)


def test_numbers_that_may_be_microseconds_are_a_doubt() -> None:
    """Milliseconds are sure where some are fewer than a server's fastest microseconds; else the other unit is named."""
    usual = [300 + 371 * n % 600 for n in range(60)]
    doubted, sure = (read(("a.log", _behind(*numbers))).receipt for numbers in (usual, [3, 4, 5, 6, *usual]))

    assert [one.files[0].first_latency_ms for one in (doubted, sure)] == [300.0, 3.0]
    assert any("--map latency=duration_ms:us" in reason for reason in doubted.trust.reasons)
    assert not any("--map latency" in reason for reason in sure.trust.reasons)


def test_lines_of_unknown_form_lower_the_grade() -> None:
    """Facts that were looked for anywhere in a line are a doubt, however good they look."""
    shape = SHAPES["any line with a request"]
    receipt = read(("a.log", f"{shape.good}\n{shape.bad}".encode())).receipt

    assert receipt.trust.grade == "C"
    assert any("no form that is known" in reason for reason in receipt.trust.reasons)


def test_pairs_of_another_kind_are_no_calls() -> None:
    """Where lines name methods and paths, the lines between them that name none are rejected, their durations too."""
    other = 'time=2026-01-05T09:00:02Z level=info msg="cache refreshed" took=120s items=7'
    lines = f"{SHAPES['logfmt'].good}\n{other}\n{SHAPES['logfmt'].bad}"
    file = inspect(("app.log", lines.encode())).files[0]

    assert (file.rows, file.events, file.rejected, file.first_latency_ms) == (3, 2, 1, 12.5)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "text", ["GET /upstream/7 HTTP/1.1 503 in 900ms", "level=info method=GET path=/b status=503 duration=900ms"]
)
def test_a_table_is_read_by_its_header_whatever_its_texts_hold(separator: str, text: str) -> None:
    """Requests and pairs in a cell make no text log of a table: its own columns count."""
    file = inspect(("log.csv", as_csv([call(n, note=text) for n in range(9)], separator))).files[0]

    assert (file.events, file.failures, file.first_latency_ms) == (9, 0, 80.0)
    assert column_of(file, "status").column == "status"


def test_what_was_sent_says_nothing_of_the_outcome() -> None:
    """A column of request parameters stays closed: a status among them is the caller's filter, not the answer."""
    rows = [
        {"timestamp": f"2026-01-05T09:00:0{n}Z", "path": "/v1/orders", "query": f"status=404&time=3&page={n}"}
        for n in range(9)
    ]
    file = inspect(("log.csv", as_csv(rows))).files[0]

    assert file.failures is None
    assert not {"status", "latency"} & {item.field for item in file.mapping}
