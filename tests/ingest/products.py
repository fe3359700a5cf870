"""Small exports in the shapes that products document, written for these tests, with what a careful person says of each."""

from __future__ import annotations

import json
from typing import Any

from tests.ingest.exports import Said


def _at(n: int, rest: str = "00.100Z") -> str:
    return f"2026-01-05T10:{n:02d}:{rest}"


def _lines(rows: list[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(row) for row in rows)


def _mail(**rest: object) -> dict[str, Any]:
    return {"timestamp": 1767607200, **rest}


_WAF = [{"timestamp": 1767607200000 + n, "action": word, "httpSourceId": "app/web", "httpRequest": {"uri": "/", "httpMethod": "GET", "httpVersion": "HTTP/2.0"}} for n, word in enumerate(("ALLOW", "BLOCK", "ALLOW"))]  # fmt: skip
_GATEWAY = [{"time": _at(n), "category": kind, "resourceId": "/a/b/c/d/gw", "properties": part} for n, (kind, part) in enumerate((
    ("AccessLog", {"httpMethod": "GET", "requestUri": "/a", "httpStatus": 404, "timeTaken": 205}),
    ("AccessLog", {"httpMethod": "GET", "requestUri": "/b", "httpStatus": 200, "timeTaken": 90}),
    ("FirewallLog", {"requestUri": "/.env", "ruleId": "1", "message": "Restricted File", "action": "Matched"}),
))]  # fmt: skip
_FORTIO = {"RunType": "HTTP", "StartTime": _at(0), "ActualDuration": 104035637, "DurationHistogram": {"Count": 6, "Avg": 0.0005}, "RetCodes": {"200": 4, "503": 2}, "URL": "http://h.example/a", "LogErrors": False}  # fmt: skip
_TAURUS = "<FinalStatus><TestDuration>3.1</TestDuration>" + "".join(
    f'<Group label="{label}">' + "".join(f'<{tag} value="{value}"><name>{tag}</name><value>{value}</value></{tag}>' for tag, value in (("fail", bad), ("succ", good), ("avg_rt", 0.002)))
    + f'<rc value="{bad}" param="403"><name>rc/403</name><value>{bad}</value></rc></Group>'
    for label, bad, good in (("", 9, 21), ("http://h.example/a", 9, 1), ("http://h.example/b", 0, 20))
) + "</FinalStatus>"  # fmt: skip

#: Events of mail services: what became of a message, and codes of SMTP that are no statuses.
MAILS: dict[str, tuple[str, Said]] = {
    "SendGrid": (json.dumps([_mail(email="a@shop.example", sg_event_id=str(n), event=word, **rest) for n, (word, rest) in enumerate((("processed", {}), ("delivered", {"response": "250 OK"}), ("bounce", {"status": "5.1.1", "reason": "550 unknown"}), ("open", {})))]), ("webhook", 4, 1, None)),
    "Postmark": (_lines([{"RecordType": "Bounce", "TypeCode": 512, "Email": "a@shop.example", "BouncedAt": _at(0)}, {"RecordType": "Delivery", "Recipient": "a@shop.example", "DeliveredAt": _at(1)}]), ("webhook", 2, 1, None)),
    "Mailgun": (json.dumps([{"event-data": _mail(event=word, recipient="a@shop.example", **{"delivery-status": {"code": code, "session-seconds": 2.9}})} for word, code in (("delivered", 250), ("failed", 550))]), ("webhook", 2, 1, None)),
    "SparkPost": (json.dumps([{"msys": {name: _mail(type=word, rcpt_to="a@shop.example", error_code="554")}} for name, word in (("message_event", "delivery"), ("gen_event", "generation_rejection"))]), ("webhook", 2, 1, None)),
    "SES by SNS": (_lines([{"Type": "Notification", "Timestamp": _at(n), "Message": json.dumps({name: word, "mail": {"messageId": str(n)}, word.lower(): {"recipients": ["a"], "smtpResponse": "250 ok", "processingTimeMillis": 546, "emailAddress": "a@shop.example"}})} for n, (name, word) in enumerate((("notificationType", "Delivery"), ("eventType", "Bounce")))]), ("webhook", 2, 1, None)),
    "Brevo": ("st_text,ts,sub,frm,email\n" + "\n".join(f"{word},05-01-2026 10:0{n}:00,Hi,b@shop.example,a@shop.example" for n, word in enumerate(("Sent", "Delivered", "Hard bounce", "Opened"))), ("webhook", 4, 1, None)),
    "Resend": (_lines([{"type": f"email.{word}", "created_at": _at(n), "data": {"email_id": str(n), "to": ["a@shop.example"]}} for n, word in enumerate(("sent", "delivered", "bounced"))]), ("webhook", 3, 1, None)),
}  # fmt: skip

PRODUCTS: dict[str, tuple[str, Said]] = {
    "AWS WAF, passed and blocked": (_lines(_WAF), ("api", 3, 1, None)),
    "application gateway, with its firewall": (_lines(_GATEWAY), ("api", 2, 1, 205.0)),
    "Imperva, hosts before paths": ('#Fields: date time cs-uri cs-method sc-status sc-action s-ip\n"2026-01-05" "10:00:00" "h.example/a" "GET" "200" "REQ_PASSED" "1.2.3.4"\n"2026-01-05" "10:00:01" "h.example/b" "GET" "" "REQ_BAD_SERVER_CLOSED_CONNECTION" "1.2.3.4"', ("api", 2, 1, None)),
    "authentik": (_lines([{"action": word, "client_ip": "1.2.3.4", "context": {"auth_method": "password"}, "event": "Created Event", "timestamp": f"2026-01-05T10:0{n}:00"} for n, word in enumerate(("login", "login_failed", "invalid_identifier"))]), ("auth", 3, 2, None)),
    "audit of a cloud, ends in few answers": (_lines([{"timestamp": _at(n), "protoPayload": {"methodName": "v1.a", "serviceName": "s.example", **({"response": {"endTime": _at(n, "00.500Z")}} if n == 0 else {})}} for n in range(12)]), ("api", 12, 0, None)),
    "Fortio": (json.dumps(_FORTIO), ("metrics", 6, 2, 0.5)),
    "Taurus, the total unnamed": (_TAURUS, ("metrics", 30, 9, 2.0)),
    "vegeta without header": (f'{1767607200 * 10**9},200,307506000,0,6625,,,attack,0,GET,https://h.example/,SGk=\n{1767607201 * 10**9},0,0,0,0,"Get ""https://h.example/"": read: connection reset",,attack,1,GET,https://h.example/,SGk=', ("api", 2, 1, 307.506)),
    "siege, each transaction": ("\n".join(f"\x1b[0;34m   {n},HTTP/1.1,{code},  0.36,   3372,/,0,2026-01-05 10:00:0{n}\x1b[0m" for n, code in enumerate((200, 503))), ("api", 2, 1, 360.0)),
    "JMeter without header": ("\n".join(f'176760720000{n},120,"a, b",{code},OK,Group 1-1,text,{good}' for n, (code, good) in enumerate(((200, "true"), (500, "false")))), ("api", 2, 1, 120.0)),
    "Zoraxy": ("\n".join(f"2026/01/05 10:00:0{n} [2026-01-05 10:00:0{n}.150624] [router:host-http] [origin:a.example] [client: 1.2.3.4] [useragent: x y] GET /login {code}" for n, code in enumerate((200, 444))), ("api", 2, 1, None)),
    "a handshake among requests": ("\n".join(f"[05/Jan/2026:10:00:0{n} +0100] h.example 1.2.3.4 0.227 {asked} {code} 125 440 - x/1" for n, (asked, code) in enumerate((('"GET /a HTTP/2.0"', 200), ('"\\x16\\x03\\x01\\x02o"', 400), ('"GET /b HTTP/2.0"', 200)))), ("api", 3, 1, 227.0)),
    "function reports": ("\n".join(f"2026-01-05T10:00:0{n}.000Z {line}" for n, (line) in enumerate(("START RequestId: a1 Version: $LATEST", "END RequestId: a1", "REPORT RequestId: a1\tDuration: 538.61 ms\tBilled Duration: 539 ms\tMemory Size: 128 MB\tMax Memory Used: 13 MB\t", "REPORT RequestId: a2\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 13 MB\tStatus: timeout"))), ("api", 2, 1, 538.61)),
    "sign-ins in sentences": ("\n".join(f"2026-01-05 10:00:0{n} WARNING (MainThread) [http.ban] Login attempt or request with invalid authentication from h (1.2.3.4)." for n in range(3)), ("auth", 3, 3, None)),
    "sign-ins of a shell": ("\n".join(f"2026-01-05T10:00:0{n}+00:00 web1 sshd[12]: {word} for root from 1.2.3.4 port 51 ssh2" for n, word in enumerate(("Failed password", "Accepted publickey", "Failed password"))), ("auth", 3, 2, None)),
    "a listener without HTTP beside others": ("\n".join(f'2026-01-05T10:00:0{n}.000000Z lb 1.2.3.4:28 10.0.0.1:80 0.001 0.020 0.001 {part} -' for n, part in enumerate(('200 200 0 612 "GET http://h.example:80/ HTTP/1.1" "x"', '503 503 0 61 "GET http://h.example:80/ HTTP/1.1" "x"', '200 200 0 612 "GET http://h.example:80/ HTTP/1.1" "x"', '200 200 0 612 "GET http://h.example:80/ HTTP/1.1" "x"', '- - 82 305 "- - - " "-"'))), ("api", 4, 1, 22.0)),
    "Hasura": (_lines([{"type": "http-log", "timestamp": f"2026-01-05T10:00:0{n}.456+0000", "detail": {"operation": {"query_execution_time": 0.0121}, "http_info": {"status": code, "url": "/v1/graphql", "method": "POST"}}} for n, code in enumerate((200, 500))]), ("api", 2, 1, 12.1)),
    "callouts of an org": ("EVENT_TYPE,TIMESTAMP,RUN_TIME,URI,METHOD,SUCCESS,TIME,URL,TIMESTAMP_DERIVED\n" + "\n".join(f"ApexCallout,2026010510000{n}.123,,/apexremote,GET,{good},187,https://p.example/api/a,2026-01-05T10:00:0{n}.123Z" for n, good in enumerate((1, 0))), ("api", 2, 1, 187.0)),
    "Artifactory": ("\n".join(f"2026-01-05T10:00:0{n}.902Z|d5d75b3c41242768|1.2.3.4|anonymous|GET|/api/cert|{code}|-1|6|4|Client/4" for n, code in enumerate((200, 500))), ("api", 2, 1, 4.0)),
    "PingFederate": ("\n".join(f"2026-01-05 10:00:0{n},654| tid:ae14b5ce8| txid:{n}| AUTHN_ATTEMPT| joe| 1.2.3.4 | | crm| SAML20| sso.example:9031| IdP| {word}| Adapter| | 133" for n, word in enumerate(("success", "failure"))), ("auth", 2, 1, 133.0)),
    "heartbeats": (json.dumps({"heartbeatList": {"1": [{"status": good, "time": f"2026-01-05 10:0{n}:00.000", "msg": word, "ping": ping} for n, (good, word, ping) in enumerate(((1, "200 - OK", 120), (0, "timeout exceeded", None), (1, "200 - OK", 98)))]}}), ("api", 3, 1, 120.0)),
    "status of a cache": (_lines([{"reqTimeSec": f"176760720{n}.5", "statusCode": str(code), "reqPath": "/a", "cacheStatus": "0", "turnAroundTimeMSec": "125"} for n, code in enumerate((200, 0, 304))]), ("api", 3, 1, 125.0)),
    "decimals beside semicolons": ("#date;method;URL;HTTP status;size;duration\n" + "\n".join(f"176760720{n}.702195;get;/a;200;3566;36{n}.747" for n in range(6)), ("api", 6, 0, 360.747)),
    "token refreshes among calls": (_lines([{"time": _at(n), "method": "POST", "path": path, "status": code, "error": error} for n, (path, code, error) in enumerate((("/v1/orders", 200, None), ("/oauth2/v2.0/token", 400, "invalid_grant"), ("/v1/refresh", 400, "invalid_grant: expired")))]), ("mixed", 3, 2, None)),
    "a program's return code": (_lines([{"time": _at(n), "event": name, "return_code": 0 if n else None, "success": good} for n, (name, good) in enumerate((("user.login", True), ("session.command", None), ("user.login", False)))]), ("auth", 3, 1, None)),
}  # fmt: skip
