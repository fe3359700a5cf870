"""Small exports in the shapes of tools that the mapper was not told of, with what a careful person says of each."""

from __future__ import annotations

import json
from typing import Any

#: What is said of an export: kind, calls, failures, first latency in ms.
Said = tuple[str, int, int | None, float | None]
_STATUSES = (200, 500, 200)
_NS = 1_767_607_200 * 10**9  # 2026-01-05 10:00 UTC


def _at(n: int, rest: str = "00.100Z") -> str:
    return f"2026-01-05T10:{n:02d}:{rest}"


def _lines(rows: list[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(row) for row in rows)


def _table(head: str, *rows: str) -> str:
    return "\n".join((head, *rows))


def _audited(n: int, stage: str, code: int | None, **notes: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": "Event", "auditID": f"a{n}", "stage": stage, "requestURI": "/api/v1/pods?limit=5", "verb": "list", "annotations": notes,
        "requestReceivedTimestamp": _at(n), "stageTimestamp": _at(n, "00.100Z" if code is None else "00.300Z"),
    }  # fmt: skip
    return row if code is None else {**row, "responseStatus": {"code": code}}


def _cloudflare(n: int, start: object, end: object) -> dict[str, Any]:
    return {"EdgeStartTimestamp": start, "EdgeEndTimestamp": end, "EdgeResponseStatus": (200, 522, 200)[n], "OriginResponseStatus": 0,
            "ClientRequestMethod": "GET", "ClientRequestPath": "/v1/orders", "RayID": f"r{n}", "OriginResponseDurationMs": 120}  # fmt: skip


def _trail(n: int, name: str, **rest: object) -> dict[str, Any]:
    return {"eventTime": f"2026-01-05T10:0{n}:00Z", "eventSource": "x.example", "eventName": name, "awsRegion": "eu-1", "eventID": f"e{n}", **rest}  # fmt: skip


SIGN_INS: dict[str, tuple[str, Said]] = {
    "Kubernetes audit, both stages": (_lines([_audited(n, stage, code if stage[-1] == "e" else None) for n, code in enumerate((200, 403, 500)) for stage in ("RequestReceived", "ResponseComplete")]), ("api", 3, 2, 200.0)),
    "Kubernetes audit, storage times": (_lines([_audited(n, "ResponseComplete", 200, **{"apiserver.latency.k8s.io/etcd": "12.5ms"}) for n in range(3)]), ("api", 3, 0, 200.0)),
    "Keycloak, outcome in the type": (json.dumps([{"time": 1767607200000 + n, "type": kind, "realmName": "r", "client": "shop"} for n, kind in enumerate(("LOGIN", "LOGIN_ERROR", "LOGIN"))]), ("auth", 3, 1, None)),
    "Keycloak table": (_table("time,type,realm,client,error", f"{_at(0)},LOGIN,r,shop,", f"{_at(1)},LOGIN_ERROR,r,shop,user_not_found", f"{_at(2)},LOGOUT,r,shop,"), ("auth", 3, 1, None)),
    "Entra table": (_table("Date (UTC),Request ID,Application,Resource,Status,Sign-in error code,Failure reason,Multifactor authentication result,Latency", f"{_at(0)},r1,Shop,Graph,Success,0,Other.,,95", f"{_at(1)},r2,Shop,Graph,Failure,50126,Invalid username or password,,140", f"{_at(2)},r3,Shop,Graph,Interrupted,50140,Keep me signed in,,99"), ("auth", 3, 1, 95.0)),
    "Auth0, codes of other acts": (_lines([{"date": _at(n), "type": kind, "client_name": "Shop", "log_id": str(n), "connection": "db"} for n, kind in enumerate(("sapi", "fapi", "sv", "fcp", "limit_wc"))]), ("auth", 5, 3, None)),
    "PingOne": (json.dumps({"_embedded": {"activities": [{"recordedAt": _at(n), "action": {"type": kind}, "result": {"status": word}} for n, (kind, word) in enumerate((("USER.ACCESS_ALLOWED", "SUCCESS"), ("AUTHENTICATION.FAILED", "FAILED"), ("USER.ACCESS_DENIED", "FAILED")))]}}), ("auth", 3, 2, None)),
    "OneLogin": (json.dumps({"status": {"error": False, "code": 200}, "data": [{"id": n, "created_at": _at(n), "account_id": 1, "event_type_id": kind, "user_name": "u", "app_name": "Shop", "error_description": None} for n, kind in enumerate((5, 6, 8))]}), ("auth", 3, 1, None)),
    "Workspace activities": (json.dumps({"items": [{"id": {"time": _at(n), "applicationName": "login"}, "ipAddress": "1.2.3.4", "events": [{"type": "login", "name": name, "parameters": [{"name": "t", "value": "x"}]}]} for n, name in enumerate(("login_success", "login_failure", "login_success"))]}), ("auth", 3, 1, None)),
    "CloudTrail sign-ins among calls": (json.dumps({"Records": [_trail(0, "ConsoleLogin", responseElements={"ConsoleLogin": "Failure"}), _trail(1, "GetObject", errorCode="AccessDenied"), _trail(2, "PutObject")]}), ("mixed", 3, 2, None)),
    "login history": (_table("Login Time,Login Type,Status,Application,API Type", "1/25/2026 10:00:00 UTC,Application,Success,Browser,N/A", "1/25/2026 10:01:00 UTC,Remote Access,Invalid Password,Sync,REST", "1/26/2026 10:01:00 UTC,Remote Access,Failed: token required,Sync,REST"), ("auth", 3, 2, None)),
    "event log file of logins": (_table("EVENT_TYPE,TIMESTAMP,REQUEST_ID,RUN_TIME,URI,LOGIN_STATUS", "Login,20260105100000.123,r1,110,/index.jsp,LOGIN_NO_ERROR", "Login,20260105100100.123,r2,90,/index.jsp,LOGIN_ERROR_INVALID_PASSWORD"), ("auth", 2, 1, 110.0)),
}  # fmt: skip

CALLS: dict[str, tuple[str, Said]] = {
    "CDN, nanoseconds": (_lines([_cloudflare(n, _NS + n * 10**10, _NS + n * 10**10 + 150_000_000) for n in range(3)]), ("api", 3, 1, 150.0)),
    "CDN, whole seconds": (_lines([_cloudflare(n, _at(n, "00Z"), _at(n, "00Z")) for n in range(3)]), ("api", 3, 1, 120.0)),
    "CDN, units in camel case": (_lines([{"reqTimeSec": f"176760720{n}.123", "statusCode": str(s), "reqMethod": "GET", "reqPath": "/v1", "turnAroundTimeMSec": "11", "transferTimeMSec": "125", "dnsLookupTimeMSec": "50"} for n, s in enumerate(_STATUSES)]), ("api", 3, 1, 11.0)),
    "gateway with four stamps": (_lines([{"apiproxy": "orders", "request_uri": "/o", "request_verb": "GET", "response_status_code": s, "client_received_start_timestamp": 1767607200000 + n, "target_sent_start_timestamp": 1767607200010 + n, "client_sent_start_timestamp": 1767607200100 + n, "client_sent_end_timestamp": 1767607200110 + n} for n, s in enumerate(_STATUSES)]), ("api", 3, 1, 110.0)),
    "balancer, phases in columns": (_table("time,elb,request_processing_time,target_processing_time,response_processing_time,elb_status_code,request_url", f"{_at(0)},a,0.001,0.080,0.001,200,https://h.example/o", f"{_at(1)},a,-1,-1,-1,502,https://h.example/o"), ("api", 2, 1, 82.0)),
    "transactions with their parts": (_lines([{"timestamp": 1767607200000 + n, "appName": "orders", "name": "WebTransaction/o", "duration": 0.134, "databaseDuration": 0.02, "totalTime": 0.2, "httpResponseCode": s} for n, s in enumerate(_STATUSES)]), ("api", 3, 1, 134.0)),
    "spans under dotted names": (_table("Timestamp,trace.trace_id,trace.span_id,trace.parent_id,name,service.name,span.kind,duration_ms,http.status_code,http.route", f"{_at(0)},t1,a,,GET,orders,server,134.2,200,/o", f"{_at(0)},t1,b,a,SELECT,orders,client,20.1,,", f"{_at(1)},t2,c,,GET,orders,server,30,503,/o"), ("api", 2, 1, 134.2)),
    "segments in texts": (json.dumps({"Traces": [{"Id": f"1-{n}", "Duration": 0.2, "Segments": [{"Id": f"s{n}", "Document": json.dumps({"name": "orders", "start_time": 1767607200.1 + n, "end_time": 1767607200.3 + n, "http": {"request": {"url": "https://h.example/o", "method": "GET"}, "response": {"status": s}}})}]} for n, s in enumerate(_STATUSES)]}), ("api", 3, 1, 200.0)),
    "GraphQL": (_lines([{"time": _at(n), "path": "/graphql", "method": "POST", "status": 200, "duration_ms": 12, "errors": errors} for n, errors in enumerate(([], [{"message": "no", "extensions": {"code": "UNAUTHENTICATED"}}], []))]), ("api", 3, 1, 12.0)),
    "GraphQL, errors counted": (_lines([{"time": _at(n), "operationName": "Get", "duration_ms": 12, "statusCode": 200, "errors": errors} for n, errors in enumerate((0, 2, 0))]), ("api", 3, 1, 12.0)),
    "calls inside batches, timed by them": (json.dumps([{"batch_id": f"b{n}", "timestamp": _at(n), "calls": [{"method": "GET", "path": "/o", "status": s, "duration_ms": 10} for s in some]} for n, some in enumerate(((200, 200), (500,)))]), ("api", 3, 1, 10.0)),
    "calls inside lines": (_lines([{"batch_id": f"b{n}", "sent": _at(n), "requests": [{"at": _at(n), "method": "GET", "url": "/o", "status": s, "ms": 10} for s in some]} for n, some in enumerate(((200, 200), (500,)))]), ("api", 3, 1, 10.0)),
    "a run with one time": (json.dumps({"name": "Shop", "timestamp": _at(0), "status": "finished", "results": [{"name": "Get", "url": "https://h.example/o", "time": 120, "responseCode": {"code": s, "name": "x"}} for s in _STATUSES]}), ("api", 3, 1, 120.0)),
    "lists named after their integration": (json.dumps({name: [{"time": _at(n), "path": "/o", "status": s, "ms": 13} for n, s in enumerate(_STATUSES)] for name in ("crm", "shop")}), ("api", 6, 2, 13.0)),
    "rows of cells of values": (json.dumps({"schema": {"fields": [{"name": name} for name in ("time", "path", "status", "ms")]}, "rows": [{"f": [{"v": _at(n)}, {"v": "/o"}, {"v": str(s)}, {"v": "12"}]} for n, s in enumerate(_STATUSES)]}), ("api", 3, 1, 12.0)),
    "values under their type": (json.dumps({"Items": [{"time": {"S": _at(n)}, "path": {"S": "/o"}, "status": {"N": str(s)}, "ms": {"N": "12"}} for n, s in enumerate(_STATUSES)]}), ("api", 3, 1, 12.0)),
    "texts as formulas": (_table("time,path,status,ms", *(f'="{_at(n)}",="/o",="{s}",="13"' for n, s in enumerate(_STATUSES))), ("api", 3, 1, 13.0)),
    "a run and its conclusion": (json.dumps({"runs": [{"id": n, "name": "CI", "status": "completed", "conclusion": word, "created_at": _at(n)} for n, word in enumerate(("success", "failure", "success"))]}), ("api", 3, 1, None)),
    "exit codes": (_table("started_at,job,exit_code,duration_s", *(f"{_at(n)},sync,{code},12" for n, code in enumerate((0, 2, 0)))), ("api", 3, 1, 12_000.0)),
    "status 0 among others": (_table("time,method,path,status,ms", *(f"{_at(n)},GET,/o,{s},13" for n, s in enumerate((200, 0, 200)))), ("api", 3, 1, 13.0)),
    "procedures as methods": (_table("Timestamp,Method,Response,Error,Latency (ms)", f"{_at(0)},chat.postMessage,ok,,134", f"{_at(1)},chat.postMessage,error,ratelimited,34"), ("api", 2, 1, 134.0)),
    "errors in a column of their own": (_table("time,path,duration_ms,error", f"{_at(0)},/o,12,", f"{_at(1)},/o,13,timeout", f"{_at(2)},/o,13,"), ("api", 3, 1, 12.0)),
    "parts beside the whole": (_table("time,path,status,timeout_ms,retry_after,upstream_ms,db_ms,ttfb,service_p95_ms,took_ms", f"{_at(0)},/o,200,30000,,80,20,70,800,120", f"{_at(1)},/o,429,30000,60,0,0,3,800,4"), ("api", 2, 1, 120.0)),
    "a percentile alone": (_table("time,service,path,status,p95_latency_ms", f"{_at(0)},s,/o,200,800", f"{_at(1)},s,/o,500,810"), ("api", 2, 1, None)),
    "audit log of a cloud": (_lines([{"protoPayload": {"serviceName": "storage.example", "methodName": "objects.get", "status": {"code": 7, "message": "no"} if n == 1 else {}}, "timestamp": _at(n), "insertId": f"i{n}"} for n in range(3)]), ("api", 3, 1, None)),
    "request and response in lists of one": (json.dumps([{"id": f"x{n}", "timestamp": 1767607200000000 + n, "request": [{"method": "GET", "path": "/o"}], "response": [{"status_code": s}]} for n, s in enumerate(_STATUSES)]), ("api", 3, 1, None)),
    "codes of which 0 is good": (_table("time,api,code,cost_ms", *(f"{_at(n)},orders.get,{code},12" for n, code in enumerate((0, 500, 0, 0)))), ("api", 4, 1, 12.0)),
    "items of a bulk call": (_table("time,path,status,succeeded,failed", *(f"{_at(n)},/bulk,{s},95,5" for n, s in enumerate(_STATUSES))), ("api", 3, 1, None)),
    "a window that ends": (_table("time,path,status,window_end", *(f"{_at(n)},/o,{s},{_at(n + 1, '00Z')}" for n, s in enumerate(_STATUSES))), ("api", 3, 1, None)),
    "how calls sign in": (_table("time,integration,auth_type,result,duration_ms", *(f"{_at(n)},crm,oauth2,{word},12" for n, word in enumerate(("ok", "failed", "ok")))), ("api", 3, 1, 12.0)),
    "a zone of delivery": (_table("time,method,path,status,ms,delivery_zone", *(f"{_at(n)},GET,/rates,{s},12,north" for n, s in enumerate(_STATUSES))), ("api", 3, 1, 12.0)),
    "users beside calls": (json.dumps({"calls": [{"time": _at(n), "path": "/o", "status": s, "ms": 12} for n, s in enumerate(_STATUSES)], "users": [{"id": n, "created_at": _at(n), "status": "active"} for n in range(5)]}), ("api", 3, 1, 12.0)),
    "phases and their sum": (_lines([{"@timestamp": _at(n), "backend": "orders", "method": "GET", "uri": "/o", "status_code": s, "time_request": 1, "time_queue": 0, "time_response": 120, "time_total": 140} for n, s in enumerate(_STATUSES)]), ("api", 3, 1, 140.0)),
    "Japanese": (_table("日時,メソッド,パス,ステータス,応答時間(ms)", *(f"2026-01-05 10:0{n}:00,GET,/o,{s},134" for n, s in enumerate(_STATUSES))), ("api", 3, 1, 134.0)),
}  # fmt: skip

DELIVERIES: dict[str, tuple[str, Said]] = {
    "attempts with latencies of delivery": (json.dumps({"models": [{"id": f"a{n}", "event_id": f"e{n}", "response_status": code, "attempt_number": 1, "http_method": "POST", "requested_url": "https://h.example/in", "status": word, "error_code": error, "delivery_latency": 105, "response_latency": 1200, "created_at": _at(n)} for n, (code, error, word) in enumerate(((None, "TIMEOUT", "FAILED"), (200, None, "SUCCESSFUL")))]}), ("webhook", 2, 1, 1200.0)),
    "a list named attempts": (json.dumps({"attempts": [{"id": f"a{n}", "invocation_id": "i", "status": word, "completed_at": _at(n), "response": {"status": code}} for n, (word, code) in enumerate((("failed", 500), ("success", 200)))]}), ("webhook", 2, 1, None)),
    "trials": (json.dumps({"content": [{"uid": f"u{n}", "event_id": f"e{n}", "endpoint_id": "p", "status": word, "created_at": _at(n), "latency": "133ms", "metadata": {"num_trials": 3}} for n, word in enumerate(("Success", "Failure", "Discarded"))]}), ("webhook", 3, 2, 133.0)),
    "states of deliveries": (_table("delivery_id,event,url,state,attempts,last_attempt_at", *(f"d{n},order.paid,https://h.example/in,{word},1,{_at(n)}" for n, word in enumerate(("succeeded", "dead_letter", "discarded", "retrying")))), ("webhook", 4, 2, None)),
    "transmissions inside events": (json.dumps({"events": [{"id": f"w{n}", "create_time": _at(n), "event_type": "SALE", "transmissions": [{"webhook_url": "https://h.example/in", "http_status": s}]} for n, s in enumerate(_STATUSES)]}), ("webhook", 3, 1, None)),
}  # fmt: skip

TOTALS: dict[str, tuple[str, Said]] = {
    "rates in a European table": (_table("Date;API;Requests;Error rate (%);P95 (ms)", "05.01.2026;Shop;1.200;1,5;340", "06.01.2026;Shop;1.000;2,0;350"), ("metrics", 2200, 38, None)),
    "volume and errors": (_table("hour,endpoint,volume,errors,p95", "2026-01-05T10:00Z,/o,500,10,120", "2026-01-05T11:00Z,/o,600,0,120"), ("metrics", 1100, 10, None)),
    "one call a row": (_table("minute,integration,request_count,error_rate,avg_latency_ms", "2026-01-05T10:00Z,Shop,1,0,120", "2026-01-05T10:01Z,Shop,1,1,130"), ("metrics", 2, 1, 120.0)),
    "successes and failures apart": (_table("day,integration,successful_calls,failed_calls", "2026-01-05,CRM,990,10", "2026-01-06,CRM,995,5"), ("metrics", 2000, 15, None)),
    "classes without a sum": (_table("hour,service,2xx,3xx,4xx,5xx", "2026-01-05T10:00:00Z,Shop,900,10,50,40", "2026-01-05T11:00:00Z,Shop,950,0,30,20"), ("metrics", 2000, 140, None)),
    "by the status of an edge": (_table("datetime,edgeResponseStatus,count", *(f"2026-01-05T1{hour}:00:00Z,{code},{n}" for hour in (0, 1) for code, n in ((200, 90), (503, 10)))), ("metrics", 200, 20, None)),
    "counters under a prefix": (_table("time,metric,service,code,value", *(f"2026-01-05T1{hour}:00:00Z,gateway_http_requests_total,crm,{code},{n}" for hour in (0, 1) for code, n in ((200, 90), (500, 10)))), ("metrics", 200, 20, None)),
    "by status under a plain name": (_table("bucket,integration,status_code,n", *(f"2026-01-0{day} 00:00,CRM,{code},{n}" for day in (5, 6) for code, n in ((200, 900), (429, 20), (500, 5)))), ("metrics", 1850, 50, None)),
}  # fmt: skip
