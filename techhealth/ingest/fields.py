"""The fields of an event: the names columns have for them in the wild, and what their values must look like."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from techhealth.ingest.latency import durations, unit_of_name
from techhealth.ingest.outcomes import is_flag_word, status_of
from techhealth.ingest.times import share_of_instants

Fits = Callable[[pl.Series], bool]
VERBS = frozenset(
    ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE", "PROPFIND", "REPORT", "PURGE")
)
_USUAL_STATUSES = frozenset(
    [
        "200",
        "201",
        "202",
        "204",
        "206",
        "301",
        "302",
        "303",
        "304",
        "307",
        "308",
        "400",
        "401",
        "402",
        "403",
        "404",
        "405",
        "406",
        "408",
        "409",
        "410",
        "412",
        "413",
        "415",
        "422",
        "423",
        "429",
        "499",
        "500",
        "501",
        "502",
        "503",
        "504",
    ]
)
_IP = re.compile(r"^(\d{1,3}\.){3}\d{1,3}(:\d+)?$|^[0-9a-fA-F]*:[0-9a-fA-F:]+$")
_KIND = (
    ("webhook", re.compile(r"^(web)?_?hooks?([ _-].*)?$|.*deliver(y|ies).*|^callbacks?$|^notifications?$")),
    ("auth", re.compile(r"^(o?auth(entication|orization)?|login|sign_?in|token|sso|session|oidc|saml)([ _.-].*)?$")),
    (
        "api",
        re.compile(
            r"^(api|rest|http|https|graphql|rpc|calls?|requests?|access)([ _-]?(calls?|requests?|events?|logs?))?$"
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its names (folded, best first), what values must be, and whether a name's last part is enough."""

    name: str
    names: tuple[str, ...]
    fits: Fits
    by_last_part: bool = True


def kind_of(text: str) -> str | None:
    """Return api, webhook or auth for a word that names a kind of record, None for other words."""
    word = text.strip().lower()
    return next((kind for kind, pattern in _KIND if pattern.match(word)), None)


def _share(sample: pl.Series, test: Callable[[str], object]) -> float:
    texts = sample.drop_nulls().to_list()
    return sum(bool(test(text)) for text in texts) / len(texts) if texts else 0.0


def is_time(sample: pl.Series) -> bool:
    """Return whether most values are instants."""
    return share_of_instants(sample) >= 0.5


def is_status(sample: pl.Series) -> bool:
    """Return whether most values name an HTTP status, or say that there was none (0, an error text)."""
    named = _share(sample, status_of)
    return (
        named >= 0.5
        or (named > 0 and named + _share(sample, lambda t: t.strip("0.") == "") >= 0.8)
        or _share(sample, lambda t: t in ("0", "000")) == 1
    )


def is_status_column(sample: pl.Series) -> bool:
    """Return whether the values alone give a column away as HTTP statuses: few different ones, all of them usual."""
    return sample.n_unique() <= 20 and _share(sample, lambda t: t in _USUAL_STATUSES) == 1


def is_date(sample: pl.Series) -> bool:
    """Return whether the values alone give a column away as instants: nearly all can be read."""
    return share_of_instants(sample) >= 0.9


def is_flag(sample: pl.Series) -> bool:
    """Return whether most values are outcome words."""
    return _share(sample, is_flag_word) >= 0.6 and sample.n_unique() <= 30


def is_yes_no(sample: pl.Series) -> bool:
    """Return whether most values are plain yes or no, not words for an outcome."""
    return _share(sample, lambda t: t.casefold() in ("true", "false", "yes", "no", "t", "f", "y", "n", "0", "1")) >= 0.9


def is_duration(sample: pl.Series) -> bool:
    """Return whether most values are numbers or durations, and not clock times or epochs."""
    if _share(sample, lambda t: re.match(r"^\d{1,2}:\d\d", t)) >= 0.5:
        return False
    found = durations(sample.drop_nulls())
    readable = (found.numbers.is_not_null() | found.written_ms.is_not_null()).mean()
    epochs = (found.numbers.fill_null(0) > 1e12).mean()
    return float(readable or 0) >= 0.5 and float(epochs or 0) < 0.5  # type: ignore[arg-type]


def is_path(sample: pl.Series) -> bool:
    """Return whether values can name an endpoint: text that is neither number, outcome nor instant."""
    return _share(sample, lambda t: re.search(r"[A-Za-z/]", t)) >= 0.5 and share_of_instants(sample.head(20)) < 0.5


def is_route(sample: pl.Series) -> bool:
    """Return whether most values look like paths, URLs or request lines."""
    return _share(sample, lambda t: re.match(r"^/|^https?://|^[A-Z]{3,7} /", t)) >= 0.8


def is_verb(sample: pl.Series) -> bool:
    """Return whether most values are HTTP methods."""
    return _share(sample, lambda t: t.upper() in VERBS) >= 0.6


def is_name(sample: pl.Series) -> bool:
    """Return whether values can be names of services or customers: not numbers alone, few enough, no addresses."""
    few = sample.n_unique() <= max(30, len(sample) * 0.5)
    return few and _share(sample, lambda t: re.search(r"[^\W\d_]", t) and not _IP.match(t)) >= 0.6


def is_identity(sample: pl.Series) -> bool:
    """Return whether values can name customers, numbers allowed."""
    return sample.n_unique() <= max(30, len(sample) * 0.5) and _share(sample, _IP.match) < 0.5


def is_kind(sample: pl.Series) -> bool:
    """Return whether most values name a kind of record."""
    return _share(sample, kind_of) >= 0.8


def is_number(sample: pl.Series) -> bool:
    """Return whether most values are numbers."""
    return _share(sample, lambda t: re.match(r"^-?[\d,]+(\.\d+)?$", t)) >= 0.6


def is_text(sample: pl.Series) -> bool:
    """Return whether values are text, not numbers alone or yes/no."""
    return _share(sample, lambda t: re.search(r"[A-Za-z]{2}", t) and t.lower() not in ("true", "false")) > 0


def is_client(sample: pl.Series) -> bool:
    """Return whether values can be a client or a version, not an address."""
    return _share(sample, lambda t: not _IP.match(t) and re.search(r"[\w]", t)) >= 0.6


def is_key(sample: pl.Series) -> bool:
    """Return whether values can tell intents apart: many different ones."""
    return len(sample) < 10 or sample.n_unique() >= len(sample) * 0.15


def is_limit(sample: pl.Series) -> bool:
    """Return whether values are limits: numbers, or the header's form "100;w=60"."""
    return _share(sample, lambda t: re.match(r'^("[^"]*";q=)?\d+', t)) >= 0.6


def any_value(sample: pl.Series) -> bool:
    """Return whether there is any value at all."""
    return len(sample) > 0


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIELDS: tuple[Field, ...] = (
    Field(name="timestamp", fits=is_time, names=_names(
        "timestamp timestamputc datetime time ts starteddatetime starttime startutc startedat requesttimestamp requesttime requestedat "
        "eventtime eventtimestamp occurredat loggedat logtime timegenerated receivedat sentat attemptedat deliveredat createdat created "
        "published dategenerated datecreated datetimeutc timeutc utctime eventdate requestdate date at when recordedat timelocal "
        "timeiso8601 startlocal starttimestamp unixtime epoch completedat finishedat updatedat calledat callat executedat callstarttime zeit zeitstempel fecha horodatage")),
    Field(name="endpoint", fits=is_path, names=_names(
        "endpoint endpointpath apiendpoint path requestpath requesturi requesturl httprequesturl uri url urlpath pathname httppath httptarget "
        "httproute httpurl route resourcepath requestline csuristem fullurl destinationurl targeturl callbackurl webhookurl deliveryurl endpointurl "
        "resource request target operation operationname apimethod apicall action label eventtype event topic webhookevent eventname page")),
    Field(name="method", fits=is_verb, names=_names("method httpmethod requestmethod httprequestmethod verb httpverb csmethod type")),
    Field(name="status", fits=is_status, names=_names(
        "statuscode httpstatuscode httpstatus responsestatuscode responsestatus responsecode httpresponsecode httpcode status respstatus "
        "scstatus elbstatuscode returncode resultcode statuscodereturned responsehttpstatus lastresponsecode code result response outcome")),
    Field(name="success", fits=is_flag, names=_names(
        "success succeeded issuccess successful issuccessful ok isok requestsuccess deliverystatus deliverystate outcomeresult outcome result "
        "status state callstatus requeststatus eventstatus passed delivered isdelivered completed")),
    Field(name="failure", fits=is_yes_no, names=_names("failed isfailed iserror haserror isfailure failure error errored")),
    Field(name="latency", fits=is_duration, names=_names(
        "latency duration responsetime elapsed elapsedtime timetaken requestduration responseduration requesttime processingtime totaltime "
        "responselatency requestlatency totallatency totalduration roundtriptime rtt took executiontime exectime calltime callduration "
        "turnaroundtime latencytotal time servicetime resptime deliverytime deliveryduration deliverylatency runtime upstreamresponsetime tookms ms "
        "dauer antwortzeit")),
    Field(name="error", fits=is_text, names=_names(
        "error errormessage errormsg errortext errortype errorcode errorclass errorname errorreason errordescription errordetail errordetails "
        "exception exceptiontype exceptionclass failurereason failuremessage failurecode responsemessage faultstring fault reason statusreason statusmessage "
        "statustext responsereason message msg lasterror lasterrormessage responsebody errmsg err cause")),
    Field(name="integration", fits=is_name, names=_names(
        "integration integrationname integrationsname integrationsintegration connector connectorname connectorsname integrationid service servicename servicesname application appname applicationname app apps "
        "connection connectionname api apiname product productname system subsystem partner partnername vendor provider source sourcesystem "
        "channel component backendservicename routername webhookname webhook subscription subscriptionname destinationname destination destinationid endpointid endpointname targetservice backend upstream module")),
    Field(name="customer", fits=is_identity, names=_names(
        "customer customername customersname clientname tenant tenantname tenantsname account accountname accountsname organization organizationname organisation organisationname "
        "org orgname company companyname workspace workspacename merchant merchantname customerid tenantid accountid organizationid "
        "organisationid orgid companyid workspaceid merchantid consumer consumername consumerusername consumerid subscriber team kunde")),
    Field(name="kind", fits=is_kind, names=_names("kind recordtype recordkind type eventkind logtype category calltype eventcategory requesttype entrytype list source"), by_last_part=False),
    Field(name="reason", fits=is_text, names=_names("failurereason failurecategory reason errorreason webhookreason deliveryerror webhookerror deliveryfailurereason"), by_last_part=False),
    Field(name="request_bytes", fits=is_number, names=_names(
        "requestbytes requestsize requestlength requestcontentlength requestbodysize requestbodybytes requestcontentsize requestpayloadsize payloadbytes payloadsize "
        "bytesreceived receivedbytes bytesin csbytes bytesread requestkb requestmb sizebytes contentlength bodysize inputbytes inbytes")),
    Field(name="client", fits=is_client, names=_names(
        "useragent httpuseragent requestuseragent requestheadersuseragent headersuseragent ua clientversion sdkversion sdk clientsdk sdkname appversion client clientapp agent "
        "libraryversion library apiversion rawuseragent")),
    Field(name="region", fits=is_name, names=_names("region awsregion cloudregion datacenter datacentre dc location pop edgelocation availabilityzone regionname geo")),
    Field(name="rate_limit", fits=is_limit, names=_names(
        "xratelimitlimit ratelimitlimit ratelimit ratelimitpolicy limit xratelimitlimitminute ratelimitlimitminute ratelimitperminute limitperminute "
        "xratelimitlimitsecond xratelimitlimithour xrateLimitlimit headersxratelimitlimit responseheadersxratelimitlimit")),
    Field(name="event_key", fits=is_key, names=_names(
        "idempotencykey eventid messageid msgid webhookid deliveryid webhookdeliveryid deliveryuuid notificationid requestid xrequestid httprequestid "
        "correlationid xcorrelationid transactionid callid traceid insertid guid uuid id")),
    Field(name="attempt", fits=is_number, names=_names(
        "attempt attemptnumber attemptno attemptcount attempts deliveryattempt deliveryattempts trynumber tries try retrycount retries retry retryattempts numretries")),
    Field(name="host", fits=is_path, names=_names("host hostname httphost requesthost domainname domain authority xhostheader cshost vhost virtualhost servername serverhost")),
    Field(name="end", fits=is_time, names=_names("endtime endedat finishedat completedat finishtime endtimestamp responsetimestamp respondedat responseat end finish enddatetime")),
    Field(name="event_type", fits=is_path, names=_names("eventtype eventname webhookevent eventtopic topic event webhooktopic webhooktype")),
    Field(name="destination", fits=is_path, names=_names("destinationurl targeturl callbackurl webhookurl deliveryurl endpointurl destination destinationid")),
    Field(name="delivery", fits=any_value, names=_names("deliveryid webhookid webhookdeliveryid deliveryuuid deliverystatus deliverystate webhookstatus deliveryattempt deliveryattempts webhookevent webhooktopic"), by_last_part=False),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}
#: What `--map` may name; look-alike spellings of the same field.
ALIASES = {
    "at": "timestamp", "time": "timestamp", "latency_ms": "latency", "duration": "latency", "service": "integration",
    "tenant": "customer", "path": "endpoint", "url": "endpoint", "ok": "success", "status_code": "status", "type": "kind",
    "size": "request_bytes", "user_agent": "client", "attempts": "attempt",
}  # fmt: skip
#: Fields a column can be found for by its values alone.
BY_VALUE: dict[str, Fits] = {"timestamp": is_date, "endpoint": is_route, "method": is_verb, "status": is_status_column}


def latency_base(column: str) -> str:
    """Return a column's folded last part without its unit, as latency names are compared."""
    last = re.sub(r"[\W_]+", "", column.rsplit(".", 1)[-1].casefold())
    unit = unit_of_name(column)
    return (
        re.sub(
            r"(milliseconds|millisecond|millis|msecs?|ms|microseconds|micros|usecs?|us|nanoseconds|nanos|ns|seconds|secs?|s)$",
            "",
            last,
        )
        if unit
        else last
    )
