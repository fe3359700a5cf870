"""Known exports that names alone would misread: one row each. Everything else goes through the general mapper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import polars as pl

from techhealth.ingest.fields.dialect import UNKNOWN, Dialect, export
from techhealth.ingest.records import folded

#: Auth0 writes what happened as a code: s… succeeded, f… failed.
_ACTS = (
    "", "s", "sa", "api", "apit", "coa", "ens", "eacft", "eccft", "epft", "ertft", "edcft", "ede", "ercft", "eoobft", "epotpft", "lo", "v", "ce", "cp", "cpr", "cu",
    "du", "d", "n", "ui", "vr",
)  # fmt: skip
_AUTH0 = {
    **{f"s{act}": True for act in _ACTS}, **{f"f{act}": False for act in _ACTS}, "gd_auth_succeed": True,
    **dict.fromkeys(("fp", "fu", "limit_wc", "limit_mu", "limit_sul", "gd_auth_failed", "gd_auth_rejected"), False),
}  # fmt: skip

#: Exports of identity providers: their records are sign-ins.
_IDENTITIES: tuple[Dialect, ...] = (
    export("Okta system log", "published eventtype outcomeresult", kind="auth", utc=True,
        fields="timestamp=published endpoint=eventtype success=outcomeresult error=outcomereason event_key=uuid client=clientuseragentrawuseragent",
        absent="method status latency integration host path customer region attempt kind reason"),
    export("Auth0 log", "logid type date connection|clientid|clientname|strategy", kind="auth", words=_AUTH0,
        fields="timestamp=date endpoint=type success=type error=description event_key=logid integration=clientname|connection|clientid",
        absent="method status latency error customer client attempt reason"),
    export("Entra sign-ins", "createddatetime statuserrorcode appdisplayname|resourcedisplayname", kind="auth", words={"0": True},
        fields="timestamp=createddatetime endpoint=appdisplayname success=statuserrorcode error=statusfailurereason integration=appdisplayname|resourcedisplayname event_key=id",
        absent="method status latency customer client attempt reason"),
    export("Keycloak events", "realmid clientid type time|loggedat", kind="auth", unsaid_ok=True,
        fields="timestamp=time|loggedat endpoint=type success=type error=error integration=clientid",
        absent="method status latency customer client attempt reason event_key"),
    export("authentik events", "action clientip context|contexthttprequestpath|contextstage|contextauthmethod", kind="auth", unsaid_ok=True, words={"login_failed": False, "invalid_identifier": False, "invalid_login": False, "policy_exception": False, "property_mapping_exception": False},
        fields="timestamp=timestamp|created endpoint=contexthttprequestpath|action success=action integration=contextauthorizedapplicationname|host|app event_key=requestid|pk",
        absent="method status latency error customer client attempt reason"),
    export("Cognito sign-ins", "eventtype eventresponse creationdate", kind="auth",
        fields="timestamp=creationdate endpoint=eventtype success=eventresponse event_key=eventid",
        absent="method status latency customer client attempt reason"),
    export("OneLogin events", "eventtypeid accountid ipaddr|username", kind="auth", words={"5": True, "8": True, "6": False},
        fields="timestamp=createdat success=eventtypeid error=errordescription integration=appname event_key=id",
        absent="method status latency customer client attempt reason endpoint"),
)  # fmt: skip


#: Svix writes the outcome of an attempt as a number.
_SVIX = {"0": True, "1": None, "2": False, "3": None}

DIALECTS: tuple[Dialect, ...] = (
    *_IDENTITIES,
    export("Make scenario log", "imtid operations transfer status timestamp", unit="ms", words={"1": True, "2": True, "3": False},
        fields="timestamp=timestamp success=status latency=duration"),
    export("Traefik access log", "downstreamstatus duration requestmethod|routername|servicename", unit="ns",
        fields="timestamp=startutc|startlocal|time status=downstreamstatus latency=duration endpoint=requestpath method=requestmethod integration=servicename|routername "
        "request_bytes=requestcontentsize client=requestuseragent host=requesthost",
        absent="success error event_key attempt customer region"),
    export("Caddy access log", "ts requesturi duration status", unit="s", zero_open=True,
        fields="timestamp=ts status=status latency=duration endpoint=requesturi method=requestmethod host=requesthost request_bytes=bytesread client=requestheadersuseragent",
        absent="success error customer integration event_key region"),
    export("nginx JSON access log", "time|timelocal|timeiso8601|msec uri|requesturi|request responsetime|requesttime|upstreamresponsetime bodybytes|bodybytessent|bytessent|remoteaddr", unit="s",
        fields="latency=responsetime|requesttime|upstreamresponsetime endpoint=uri|requesturi|request status=status client=ua|httpuseragent|useragent"),
    export("JMeter results", "timestamp elapsed label success|responsecode", unit="ms", failed_class="assertion_failed",
        fields="timestamp=timestamp latency=elapsed endpoint=label status=responsecode success=success error=responsemessage request_bytes=sentbytes",
        absent="integration host path customer client region event_key attempt kind"),
    export("JMeter results (XML)", "ts t lb rc s", unit="ms", failed_class="assertion_failed",
        fields="timestamp=ts latency=t endpoint=lb status=rc success=s error=rm request_bytes=sby",
        absent="integration host path customer client region event_key attempt kind"),
    export("Vegeta report", "latenciesmean latencies95th throughput wait", unit="ns"),
    export("Fortio result", "durationhistogramavg requests starttime", unit="s",
        fields="timestamp=starttime endpoint=url|destination"),
    export("Hasura log", "detailhttpinfostatus detailoperationqueryexecutiontime", unit="s",
        fields="endpoint=detailhttpinfourl method=detailhttpinfomethod status=detailhttpinfostatus latency=detailoperationqueryexecutiontime "
        "error=detailoperationerrorcode|detailoperationerrorerror event_key=detailoperationrequestid",
        absent="kind success customer region"),
    export("Salesforce callouts", "timestampderived runtime time url success", unit="ms", utc=True,
        fields="timestamp=timestampderived endpoint=url latency=time success=success method=method event_key=requestid request_bytes=requestsize",
        absent="kind status integration customer client"),
    export("Google Cloud load balancer log", "httprequeststatus httprequestrequestmethod|httprequestrequesturl", utc=True,
        fields="timestamp=timestamp|receivetimestamp latency=httprequestlatency endpoint=httprequestrequesturl method=httprequestrequestmethod status=httprequeststatus "
        "event_key=insertid integration=resourcelabelsbackendservicename|resourcelabelsservicename|resourcelabelsurlmapname request_bytes=httprequestrequestsize "
        "client=httprequestuseragent region=resourcelabelszone|resourcelabelslocation",
        absent="error success customer kind attempt"),
    export("AWS API Gateway access log", "requesttime|requesttimeepoch resourcepath|routekey|path requestid status httpmethod|routekey|protocol", unit="ms", utc=True,
        fields="timestamp=requesttimeepoch|requesttime endpoint=resourcepath|routekey|path method=httpmethod status=status latency=responselatency|integrationlatency "
        "integration=apiid|domainname event_key=requestid client=useragent",
        absent="request_bytes customer"),
    export("Azure App Service HTTP log", "propertiesscstatus propertiescsuristem", unit="ms", utc=True,
        fields="timestamp=time|eventtime endpoint=propertiescsuristem method=propertiescsmethod status=propertiesscstatus latency=propertiestimetaken integration=resourceid "
        "request_bytes=propertiescsbytes success=propertiesresult client=propertiesuseragent",
        absent="customer error kind event_key region"),
    export("Azure API Management gateway log", "propertiesresponsecode propertiesapiid|propertiesoperationid", unit="ms", utc=True,
        fields="timestamp=time endpoint=propertiesurl|propertiesoperationid method=propertiesmethod status=propertiesresponsecode latency=durationms|propertiestotaltime "
        "integration=propertiesapiid customer=propertiesapimsubscriptionid success=isrequestsuccess request_bytes=propertiesrequestsize "
        "error=propertieslasterrorreason|propertieslasterrormessage region=location event_key=correlationid",
        absent="kind"),
    export("Kong log", "startedat latenciesrequest|latenciesproxy responsestatus", unit="ms",
        fields="timestamp=startedat endpoint=requesturi|requesturl method=requestmethod status=responsestatus latency=latenciesrequest integration=servicename|servicehost|routename "
        "request_bytes=requestsize customer=consumerusername|consumercustomid|authenticatedentityconsumeriduuid client=requestheadersuseragent event_key=requestid",
        absent="success error kind attempt region"),
    export("Svix message attempts", "endpointid msgid responsestatuscode", unit="ms", kind="webhook", words=_SVIX,
        fields="timestamp=timestamp endpoint=url status=responsestatuscode success=status latency=responsedurationms integration=endpointid event_key=msgid error=response",
        absent="attempt customer client kind method region reason"),
    export("Outpost attempts", "destinationid attemptnumber eventid code", kind="webhook",
        fields="timestamp=time endpoint=destinationid status=code success=status integration=destinationid event_key=eventid attempt=attemptnumber customer=tenantid",
        absent="method client error kind region reason"),
    export("CloudTrail", "eventsource eventname eventtime awsregion", unsaid_ok=True,
        fields="timestamp=eventtime endpoint=eventname error=errorcode|errormessage success=responseelementsconsolelogin integration=eventsource event_key=eventid region=awsregion "
        "client=useragent",
        absent="method status latency customer kind attempt reason"),
    export("GitHub webhook deliveries", "deliveredat redelivery statuscode", unit="s", kind="webhook",
        fields="timestamp=deliveredat endpoint=url|event status=statuscode latency=duration event_key=guid error=status integration=url|event",
        absent="success customer method kind attempt reason client"),
    export("automation runs", "workflowid|workflowname|recipeid|recipename|zapid|zaptitle|flowid|flowname startedat|starttime|createdat|timestamp|date status|state|finished",
        fields="timestamp=startedat|starttime|createdat|timestamp|date end=stoppedat|completedat|endedat|endtime|finishedat success=status|state|finished "
        "endpoint=workflowname|recipename|zaptitle|flowname|workflowid|recipeid|zapid|flowid "
        "integration=workflowname|recipename|zaptitle|flowname|workflowid|recipeid|zapid|flowid",
        absent="method status kind customer delivery"),
    export("HAR capture", "starteddatetime time requesturl responsestatus", unit="ms",
        fields="timestamp=starteddatetime latency=time endpoint=requesturl method=requestmethod status=responsestatus error=responseerror request_bytes=requestbodysize",
        absent="integration customer success event_key kind client region attempt"),
    export("AWS load balancer log", "elbstatuscode requestprocessingtime targetprocessingtime|backendprocessingtime", unit="s", utc=True,
        fields="timestamp=time status=elbstatuscode endpoint=requestline integration=targetgroup|service|elb "
        "latency=requestprocessingtimetargetprocessingtimeresponseprocessingtime|requestprocessingtimebackendprocessingtimeresponseprocessingtime request_bytes=receivedbytes "
        "client=useragent",
        absent="success error customer kind event_key region"),
    export("CloudFront log", "xedgelocation timetaken csuristem", unit="s", utc=True,
        fields="status=scstatus endpoint=csuristem method=csmethod latency=timetaken integration=xhostheader|cshost request_bytes=csbytes client=csuseragent "
        "error=xedgedetailedresulttype",
        absent="success customer kind event_key attempt"),
    export("Envoy", "starttime responsecode responseflags duration", unit="ms",
        fields="timestamp=starttime status=responsecode latency=duration endpoint=xenvoyoriginpath|xenvoyoriginalpath|path method=method "
        "integration=authority|routename|upstreamcluster client=useragent request_bytes=bytesreceived event_key=xrequestid|requestid",
        absent="success error customer kind attempt"),
    export("IIS Advanced Logging", "csuristem scstatus timelocal", unit="ms",
        fields="status=scstatus endpoint=csuristem method=csmethod latency=timetakenms|timetaken integration=ssitename|cshost request_bytes=csbytes client=csuseragent",
        absent="success error customer kind event_key attempt"),
    export("IIS log", "csuristem scstatus scwin32status|scsubstatus|ssitename|sport", unit="ms", utc=True,
        fields="status=scstatus endpoint=csuristem method=csmethod latency=timetaken integration=ssitename|cshost request_bytes=csbytes client=csuseragent",
        absent="success error customer kind event_key attempt"),
    export("Heroku router log", "dyno service path fwd|connect", unit="ms", utc=True,
        fields="timestamp=loggedat status=status endpoint=path method=method latency=service integration=host error=desc|code event_key=requestid",
        absent="success customer kind client request_bytes attempt"),
    export("New Relic transactions", "appname duration totaltime|databaseduration|externalduration|apdexperfzone", unit="s",
        fields="latency=duration endpoint=requesturi|name integration=appname",
        absent="kind"),
    export("Apigee messages", "clientreceivedstarttimestamp clientsentendtimestamp", unit="ms",
        fields="timestamp=clientreceivedstarttimestamp end=clientsentendtimestamp latency=totalresponsetime integration=apiproxy",
        absent="kind latency"),
    export("Google Cloud audit log", "protopayloadmethodname protopayloadservicename", unsaid_ok=True, utc=True,
        fields="timestamp=timestamp endpoint=protopayloadmethodname integration=protopayloadservicename grpc=protopayloadstatuscode error=protopayloadstatusmessage "
        "event_key=insertid",
        absent="method status success latency end kind customer"),
    export("Rails request log", "controller action status duration|view|db", unit="ms",
        fields="latency=duration endpoint=path method=method status=status",
        absent="kind success"),
    export("k6 samples", "metricname|metric metricvalue|datavalue timestamp|datatime", unit="ms",
        fields="timestamp=timestamp|datatime endpoint=name|url|datatagsname|datatagsurl method=method|datatagsmethod status=status|datatagsstatus integration=service|datatagsservice "
        "error=error|datatagserror|errorcode|datatagserrorcode",
        absent="success latency host path kind customer"),
    export("newman run", "itemname requesturl|requestmethod responseresponsetime", unit="ms",
        fields="timestamp=responseheaderdate endpoint=requesturl method=requestmethod status=responsecode latency=responseresponsetime error=requesterrorcode|requesterrormessage",
        absent="integration error success customer event_key kind attempt client region"),
    export("Twilio alerts", "dategenerated errorcode loglevel",
        fields="timestamp=dategenerated endpoint=requesturl method=requestmethod status=alerttexthttpresponse error=alerttextmsg|alerttexterrorcode|errorcode",
        absent="event_key success latency kind customer attempt reason"),
    export("Locust statistics", "requestcount|totalrequestcount failurecount|totalfailurecount name", unit="ms",
        fields="endpoint=name method=type",
        absent="integration customer kind"),
)  # fmt: skip


def recognise(columns: Iterable[str]) -> Dialect:
    """Return the first dialect all of whose marks are among the names of columns, `UNKNOWN` where none is."""
    names = frozenset(map(folded, columns))
    return next((d for d in DIALECTS if all(_has(names, mark) for mark in d.marks)), UNKNOWN)


def _has(names: frozenset[str], mark: str) -> bool:
    return any(name in names for name in mark.split("|"))


def unwrapped(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns without the name of the member they stand in, where only then a known format shows.

    A column whose short name is taken already keeps its long one.
    """
    if recognise(frame.columns) is not UNKNOWN:
        return frame
    members = Counter(column.split(".", 1)[0] + "." for column in frame.columns if "." in column)
    for member, _ in members.most_common(3):
        short = {column: column.removeprefix(member) for column in frame.columns if column.startswith(member)}
        fits = {column: name for column, name in short.items() if name not in frame.columns}
        if recognise(short.values()) is not UNKNOWN:
            return frame.rename(fits)
    return frame
