"""Text logs whose lines have one form, one row each: how a line splits into named columns.

Adding a format is adding a row here and a fixture to its test. Names of groups become columns and are understood like
those of any other file; a unit that a name cannot carry belongs into `dialects`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

_QUOTED = r'(?:[^"\\]|\\.)*'
_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
_CELL = r'"(?:[^"]|"")*"|[^,"]*'
_DATED = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"
_SECONDS = r"-?\d+(?:\.\d+)?|-"
#: Who called; behind a virtual host only an address in numbers is one, or a caller's name would be taken for the host.
_ADDRESS = r"(?P<remote_address>\S+)"
_NUMBERED = r"(?P<remote_address>[0-9a-fA-F]*[.:][0-9a-fA-F.:]+)"
_CLF = (
    rf"{_ADDRESS} \S+ (?P<remote_user>[^\[]+?) \[(?P<time>[^\]]+)\] "
    rf'"(?P<request_line>{_QUOTED})" (?P<status>\d{{3}}|-) (?P<response_bytes>\d+|-)?'
)
_AGENT = rf'(?: "(?P<referer>{_QUOTED})" "(?P<user_agent>{_QUOTED})")?'
#: The backend that an ingress controller names behind the length and the time of a request.
_BACKEND = pl.col("rest").str.extract(r'^(?: "[^"]*")* \d+ \d+\.\d+ \[([\w.-]+)\]').alias("service")
#: What was asked of an object store where no request names it: one of many in a batch.
_OF_OPERATION = pl.concat_str(pl.col("s3_operation").str.extract(r"^\w+\.([A-Z]+)\."), pl.lit(" /"), "key")
#: The name of a request in a load test, which is that of a step where groups stand around it.
_IN_ITS_GROUPS = (
    pl.when(pl.col("groups") == "").then("request").otherwise(pl.concat_str("groups", pl.lit(" / "), "request"))
).alias("request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """One form of line: `pattern` with a named group for each column, and columns worked out from those.

    Patterns are of Rust's regex crate: no look-around. `spelled` are the names that the server itself gives to groups, where
    it writes objects as well; `beside` is the form of other lines about the same call.
    """

    name: str
    pattern: str
    derived: tuple[pl.Expr, ...] = ()
    spelled: Mapping[str, str] = field(default_factory=dict)
    beside: str = ""


#: Tried in order on a sample of the lines; the first of those that fit most lines wins.
GRAMMARS: tuple[Grammar, ...] = (
    Grammar(
        name="AWS load balancer log",
        pattern=rf"^(?P<type>https?|h2|wss?|grpcs?) (?P<time>{_ISO}) (?P<elb>\S+) (?P<client_address>\S+) (?P<target_address>\S+) "
        rf"(?P<request_processing_time>{_SECONDS}) (?P<target_processing_time>{_SECONDS}) (?P<response_processing_time>{_SECONDS}) "
        r"(?P<elb_status_code>\d{3}|-) (?P<target_status_code>\S+) (?P<received_bytes>\d+|-) (?P<sent_bytes>\d+|-) "
        rf'"(?P<request_line>{_QUOTED})" "(?P<user_agent>{_QUOTED})" \S+ \S+ (?P<target_group_arn>\S+)',
        derived=(pl.col("target_group_arn").str.extract(r"targetgroup/([^/]+)/").alias("target_group"),),
    ),
    Grammar(
        name="AWS classic load balancer log",
        pattern=rf"^(?P<time>{_ISO}) (?P<elb>\S+) (?P<client_address>\S+:\d+) (?P<backend_address>\S+:\d+|-) "
        rf"(?P<request_processing_time>{_SECONDS}) (?P<backend_processing_time>{_SECONDS}) (?P<response_processing_time>{_SECONDS}) "
        r"(?P<elb_status_code>\d{3}|-) (?P<backend_status_code>\S+) (?P<received_bytes>\d+|-) (?P<sent_bytes>\d+|-) "
        rf'"(?P<request_line>{_QUOTED})"(?: "(?P<user_agent>{_QUOTED})")?',
        derived=(pl.col("elb").alias("service"),),
    ),
    Grammar(
        name="S3 server access log",
        pattern=r"^[0-9a-f]{16,} (?P<service>\S+) \[(?P<time>[^\]]+)\] (?P<remote_address>\S+) (?P<requester>\S+) (?P<request_id>\S+) "
        rf'(?P<s3_operation>\S+) (?P<key>\S+) (?:"(?P<request_line>{_QUOTED})"|-) (?P<status>\d{{3}}|-) (?P<error_code>\S+) '
        r"(?P<bytes_sent>\S+) (?P<object_size>\S+) (?P<total_time_ms>\S+) (?P<turn_around_ms>\S+) "
        rf'(?:"(?P<referer>{_QUOTED})"|-) (?:"(?P<user_agent>{_QUOTED})"|-)',
        derived=(pl.coalesce("request_line", _OF_OPERATION).alias("request_line"),),
    ),
    Grammar(
        name="CouchDB access log",
        pattern=rf"^\[[a-z]+\] (?P<time>{_ISO}) \S+@\S+ <[\d.]+> \S+ (?P<host>\S+) (?P<remote_address>\S+) \S+ "
        r"(?P<method>[A-Z]+) (?P<path>\S+) (?P<status>\d{3}) \S+ (?P<duration_ms>\d+)$",
    ),
    Grammar(
        name="Cloud Foundry router log",
        pattern=rf'(?P<host>\S+) - \[(?P<time>{_ISO})\] "(?P<request_line>{_QUOTED})" (?P<status>\d{{3}}|"-") (?P<request_bytes>\d+) (?P<response_bytes>\d+) '
        rf'"(?P<referer>{_QUOTED})" "(?P<user_agent>{_QUOTED})" .*\bresponse_time:"?(?P<response_time_s>[\d.]+|-)',
    ),
    Grammar(
        name="HAProxy HTTP log",
        pattern=r"(?P<client_address>[0-9a-fA-F.:]+):\d+ \[(?P<time>\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d(?:\.\d+)?)\] (?P<frontend>\S+) "
        r"(?P<backend>[^/\s]+)/(?P<server>\S+) (?:\+?-?\d+/){2,4}\+?(?P<total_time_ms>-?\d+) (?P<status>\d{3}|-1) \+?(?P<bytes_read_back>\d+) "
        rf'\S+ \S+ (?P<termination_state>\S{{2,4}}) [\d/+]+ \d+/\d+ (?:\{{[^}}]*\}} )*"(?P<request_line>{_QUOTED})"',
    ),
    Grammar(
        name="Envoy access log",
        pattern=rf'^\[(?P<start_time>{_ISO})\] "(?:(?P<method>[^"\s]+) (?P<path>[^"\s]+){_QUOTED}|-)" (?P<response_code>\d{{1,3}}) (?P<response_flags>[\w,-]+)'
        rf'(?: \S+ \S+ "{_QUOTED}")? (?P<bytes_received>\d+) (?P<bytes_sent>\d+) (?P<duration>\d+) (?P<upstream_service_ms>\d+|-) '
        rf'"(?P<forwarded_for>{_QUOTED})" "(?P<user_agent>{_QUOTED})" "(?P<request_id>{_QUOTED})" "(?P<host>{_QUOTED})"',
        derived=(pl.col("response_code").str.replace("^0$", "000"),),
        spelled={
            "path": "x-envoy-origin-path",
            "host": ":authority",
            "user_agent": "user-agent",
            "request_id": "x-request-id",
            "forwarded_for": "x-forwarded-for",
        },
    ),
    Grammar(
        name="Zoraxy log",
        pattern=rf"^\S+ \S+ \[(?P<time>{_DATED})\] \[router:(?P<router>[^\]]*)\] \[origin:(?P<host>[^\]]*)\] \[client: ?(?P<remote_address>[^\]]*)\] "
        r"\[useragent: ?(?P<user_agent>[^\]]*)\] (?P<method>[A-Z]+) (?P<path>\S+) (?P<status>\d{3})$",
    ),
    Grammar(
        name="serverless function report",
        pattern=rf"^(?:(?P<time>{_DATED})\s+)?(?:\S+\s+)?REPORT Request ?I[Dd]: (?P<request_id>\S+)\s+Duration: (?P<duration_ms>[\d.]+) ms\b.*?(?:\sStatus: (?P<outcome>\w+))?"
        r"(?:\sError Type: (?P<error>\S+))?\s*$",
        beside=r"\b(?:START|END|INIT_START) (?:Request ?I[Dd]|Runtime Version): |^XRAY TraceId: ",
    ),
    Grammar(
        name="Artifactory request log",
        pattern=rf"^(?P<time>{_DATED})\|(?P<trace_id>[0-9a-f]*)\|(?P<remote_address>[^|]*)\|(?P<remote_user>[^|]*)\|(?P<method>[A-Z]+)\|(?P<path>[^|]*)\|(?P<status>\d{{3}})\|"
        r"(?P<request_bytes>-?\d+)\|(?P<response_bytes>-?\d+)\|(?P<duration_ms>\d+)(?:\|(?P<user_agent>[^|]*))?$",
    ),
    Grammar(
        name="PingFederate audit log",
        pattern=rf"^(?P<time>{_DATED})\| ?tid:[^|]*\|(?: ?(?:txid:[^|]*|)\|)? ?(?P<event>[A-Za-z_]+)\|(?P<subject>[^|]*)\|(?P<ip>[^|]*)\|(?P<app>[^|]*)\|(?P<service>[^|]*)\|(?P<protocol>[^|]*)\|"
        r"(?P<node>[^|]*)\| ?(?P<role>\w*)\| ?(?P<outcome>\w+)\|(?P<adapter>[^|]*)\|(?P<error>[^|]*)\| ?(?P<response_time_ms>\d+)",
    ),
    Grammar(
        name="JMeter results without header",
        pattern=rf"^(?P<timeStamp>\d{{13}}),(?P<elapsed>\d+),(?P<label>{_CELL}),(?P<responseCode>[1-5]\d\d|Non HTTP[^,]*|),(?P<responseMessage>{_CELL}),"
        rf"(?P<threadName>{_CELL}),(?P<dataType>text|bin|),(?P<success>true|false)(?:,|$)",
    ),
    Grammar(
        name="siege, each transaction",
        pattern=r"^\s*(?P<thread>\d+),(?P<protocol>HTTP/[\d.]+),(?P<status>\d{3}),\s*(?P<elapsed_s>[\d.]+),\s*(?P<response_bytes>\d+),(?P<path>[^,]*),\d+,"
        r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)$",
    ),
    Grammar(
        name="vegeta results without header",
        pattern=rf"^(?P<timestamp>\d{{19}}),(?P<code>\d{{1,3}}),(?P<latency_ns>\d+),(?P<bytes_out>\d+),(?P<bytes_in>\d+),(?P<error>{_CELL}),[^,]*,(?P<attack>{_CELL}),(?P<seq>\d+)"
        rf"(?:,(?P<method>[A-Z]*),(?P<url>{_CELL}))?(?:,|$)",
    ),
    Grammar(
        name="Azure storage log",
        pattern=rf"^[12]\.0;(?P<time>{_ISO});(?P<operation>\w+);(?P<error>\w+);(?P<status>\d{{3}});(?P<total_time_ms>\d+);\d+;[^;]*;[^;]*;(?P<account>[^;]*);(?P<service>\w+);"
        r'"(?P<url>[^"]*)"',
        derived=(pl.when(pl.col("status") >= "400").then("error").alias("error"),),
    ),
    Grammar(
        name="Celery worker log",
        pattern=rf"^\[(?P<time>{_DATED}): [A-Z]+/[^\]]+\] Task (?P<operation>[\w.]+)\[(?P<task_id>[^\]]+)\] (?P<outcome>succeeded|raised|retry|rejected|ignored)\b"
        r"(?: in (?P<duration_s>[\d.]+)s)?(?: unexpected)?:? ?(?P<error>.*)$",
        derived=(
            pl.col("outcome").replace({"raised": "failed", "retry": "failed", "rejected": "failed"}),
            pl.when(pl.col("duration_s").is_null()).then("error").alias("error"),
        ),
        beside=r"\] Task \S+ received",
    ),
    Grammar(
        name="Squid access log",
        pattern=r"^(?P<time>\d{9,10}\.\d{3})\s+(?P<elapsed_ms>\d+) (?P<remote_address>\S+) (?P<cache>[A-Z_]+)/(?P<status>\d{3}) "
        r"(?P<response_bytes>\d+) (?P<method>[A-Z]+) (?P<url>\S+)",
    ),
    Grammar(
        name="Gatling simulation log",
        pattern=r"^REQUEST\t(?:[^\t]*\t){0,2}(?P<groups>[^\t]*)\t(?P<request>[^\t]+)\t(?P<start_time>\d{13})\t(?P<end_time>\d{13})\t(?P<status>OK|KO)\t?(?P<error>.*)$",
        derived=(_IN_ITS_GROUPS,),
    ),
    Grammar(
        name="HAProxy HTTP log in common form",
        pattern=rf'^{_CLF} "{_QUOTED}" "{_QUOTED}" \d+ \d{{1,3}} "(?P<frontend>{_QUOTED})" "(?P<backend>{_QUOTED})" "(?P<server>{_QUOTED})" '
        r"(?:-?\d+ ){4}\+?(?P<total_time_ms>-?\d+) (?P<termination_state>\S{2,4}) ",
    ),
    Grammar(
        name="IIS log in its own form",
        pattern=r"^(?P<client_address>[^,]+), (?P<remote_user>[^,]*), (?P<day>\d+/\d+/\d+), (?P<clock>\d+:\d\d:\d\d), (?P<service>[^,]+), (?P<server_name>[^,]*), "
        r"(?P<server_address>[^,]+), (?P<duration_ms>\d+), (?P<request_bytes>\d+), (?P<response_bytes>\d+), (?P<status>\d+), (?P<windows_status>\d+), (?P<method>\w+), (?P<path>[^,]+),",
        derived=(
            pl.concat_str(
                pl.col("day").str.replace(r"^(\d+)/(\d+)/(?:20)?(\d\d)$", "20$3-$1-$2"), pl.lit(" "), "clock"
            ).alias("time"),
        ),
    ),
    Grammar(
        name="CloudFront real-time log",
        pattern=r"^(?P<time>\d{10}\.\d{3})\t(?P<client_address>\S+)\t(?P<time_to_first_byte_s>[\d.]+)\t(?P<status>\d{3})\t(?P<response_bytes>\d+)\t(?P<method>[A-Z]+)\t"
        r"(?P<protocol>https?)\t(?P<distribution>\S+)\t(?P<path>\S+)\t(?P<request_bytes>\d+)\t(?P<edge>\S+)\t(?P<request_id>\S+)\t(?P<host>\S+)\t(?P<time_taken_s>[\d.]+)",
    ),
    Grammar(
        name="Traefik access log",
        pattern=rf'^{_CLF} "(?P<referer>{_QUOTED})" "(?P<user_agent>{_QUOTED})" \d+ "(?P<service>{_QUOTED})" "(?P<server_url>{_QUOTED})" (?P<duration>\d+ms)',
    ),
    Grammar(
        name="web server's access log with virtual hosts",
        pattern=rf"^(?P<host>[\w.-]*[A-Za-z_][\w.-]*(?::\d+)?) {_CLF.replace(_ADDRESS, _NUMBERED)}{_AGENT}(?P<rest>.*)$",
        derived=(_BACKEND,),
    ),
    Grammar(name="web server's access log", pattern=rf"^{_CLF}{_AGENT}(?P<rest>.*)$", derived=(_BACKEND,)),
)
