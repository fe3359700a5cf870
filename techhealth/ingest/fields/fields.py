"""The fields of an event and the names that columns have for them in the wild, as one table."""

from __future__ import annotations

from dataclasses import dataclass

from techhealth.ingest.fields import fits
from techhealth.ingest.fields.fits import Fits
from techhealth.ingest.records import folded, names_of
from techhealth.ingest.values.latency import unit_of_name, without_unit
from techhealth.ingest.values.statuses import is_grpc


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its names (folded, best first), what values must be, and whether a name's last part or words are enough."""

    name: str
    names: tuple[str, ...]
    fits: Fits
    by_last_part: bool = True
    by_last_words: bool = True


FIELDS: tuple[Field, ...] = (
    Field(name="timestamp", fits=fits.is_time, names=names_of(
        "timestamp timestamputc datetime time ts starteddatetime starttime startutc startedat requesttimestamp requesttime requestedat "
        "eventtime eventtimestamp occurredat loggedat logtime timegenerated receivedat sentat attemptedat deliveredat createdat created "
        "published dategenerated datecreated datetimeutc timeutc utctime eventdate requestdate date at when recordedat timelocal "
        "timeiso8601 startlocal starttimestamp unixtime epoch completedat finishedat updatedat calledat callat executedat callstarttime zeit zeitstempel fecha horodatage zeitpunkt datum erstelltam fechahora dateheure datahora dataora tijdstip jour giorno dag tag dia day data")),
    Field(name="endpoint", fits=fits.is_procedure, names=names_of(
        "endpoint endpointpath apiendpoint path requestpath requesturi uripath requesturl httprequesturl uri url urlpath pathname httppath httptarget "
        "httproute httpurl route resourcepath requestline csuristem fullurl destinationurl targeturl callbackurl webhookurl deliveryurl endpointurl "
        "resource request target operation operationname apimethod apicall action label eventtype event topic webhookevent eventname triggername activity page 処理 処理名 エンドポイント 接口 操作 endpunkt pfad chemin ruta caminho percorso pad method methodname")),
    Field(name="method", fits=fits.is_verb, names=names_of("method httpmethod requestmethod httprequestmethod verb httpverb csmethod type methode metodo")),
    Field(name="status", fits=fits.is_status, names=names_of(
        "statuscode httpstatuscode httpstatus responsestatuscode responsestatus responsecode httpresponsecode httpcode status respstatus "
        "scstatus elbstatuscode httpresponse returncode resultcode statuscodereturned responsehttpstatus lastresponsecode code result response outcome antwortcode antwortstatus statutcode codestatut codereponse codigo codigoestado codigorespuesta codicestato statut estado stato")),
    Field(name="grpc", fits=is_grpc, by_last_words=False, names=names_of(
        "grpcstatus grpccode grpcstatuscode grpcresponsestatus rpcgrpcstatuscode rpcstatuscode")),
    Field(name="success", fits=fits.is_state, names=names_of(
        "success deliverysuccess succeeded issuccess successful issuccessful ok isok requestsuccess deliverystatus deliverystate outcomeresult outcome result "
        "status state callstatus requeststatus eventstatus passed delivered isdelivered completed erfolg erfolgreich ergebnis exito exitoso resultado resultat risultato succes reussi sucesso statut estado stato verdict decision action 結果 処理結果 成否 判定 结果 결과")),
    Field(name="failure", fits=fits.is_failure_mark, names=names_of("exitcode exitstatus returncode resultcode retcode retval errno failed isfailed hasfailed hasfailures iserror haserror isfailure failure error errored")),
    Field(name="latency", fits=fits.is_duration, names=names_of(
        "latency duration dur responsetime elapsed elapsedtime timetaken requestduration responseduration requesttime processingtime totaltime "
        "responselatency requestlatency totallatency totalduration roundtriptime rtt rt took executiontime exectime calltime callduration "
        "turnaroundtime latencytotal time servicetime resptime deliverytime deliveryduration deliverylatency runtime upstreamresponsetime tookms ms millis ping "
        "dauer antwortzeit laufzeit latenz bearbeitungszeit duree tempsreponse tempsdereponse latence duracion tiemporespuesta tiempoderespuesta latencia durata tempodirisposta latenza duracao temporesposta tempoderesposta duur responstijd 応答時間 処理時間 所要時間 длительность времяответа 响应时间 耗时 응답시간 소요시간 처리시간 지연시간")),
    Field(name="error", fits=fits.is_text, names=names_of(
        "error errormessage errormsg errortext errortype errorcode errorclass errorname errorreason errordescription errordetail errordetails "
        "exception exceptiontype exceptionclass failurereason failuremessage failurecode responsemessage faultstring fault reason statusreason statusmessage "
        "statustext responsereason errors message msg lasterror lasterrormessage responsebody errmsg err cause fehler fehlermeldung fehlertext erreur messageerreur messagederreur mensajeerror errore erro mensagemerro foutmelding")),
    Field(name="integration", fits=fits.is_name, names=names_of(
        "integration integrationname integrationsname integrationsintegration connector connectorname connectorsname integrationid service svc servicename servicesname svcname api apiname cloudrolename approlename application appname applicationname app apps "
        "connection connectionname product productname system subsystem partner partnername vendor provider source sourcesystem "
        "channel component targetgroup backendservicename routername webhookname webhook subscription subscriptionname destinationname destination destinationid endpointid endpointname targetservice backend upstream module schnittstelle anwendung dienst integracion integracao integrazione aplicacion applicazione aplicacao servicio servizio servico sistema systeme koppeling interface サービス 連携 連携先 接続先 сервис интеграция 服务 flow workflow pipelinename pipeline processname scenario job list usługa usluga")),
    Field(name="customer", fits=fits.is_identity, by_last_words=False, names=names_of(
        "customer customername customersname clientname tenant tenantname tenantsname account accountname accountsname organization organizationname organisation organisationname "
        "org orgname company companyname workspace workspacename merchant merchantname customerid tenantid accountid organizationid "
        "organisationid orgid companyid workspaceid merchantid consumer consumername consumerusername consumerid subscriber team customercode custcode tenantcode companycode clientcode kunde kundenname mandant cliente nombrecliente nomecliente nomclient klant klient empresa entreprise azienda unternehmen firma")),
    Field(name="kind", fits=fits.is_kind, names=names_of("kind recordtype recordkind type eventkind logtype category calltype eventcategory requesttype entrytype list source"), by_last_part=False),
    Field(name="reason", fits=fits.is_text, names=names_of("failurereason failurecategory reason errorreason webhookreason deliveryerror webhookerror deliveryfailurereason"), by_last_part=False),
    Field(name="request_bytes", fits=fits.is_number, names=names_of(
        "requestbytes requestsize requestlength requestcontentlength requestbodysize requestbodybytes requestcontentsize requestpayloadsize payloadbytes payloadsize "
        "bytesreceived receivedbytes bytesin csbytes bytesread requestkb requestmb sizebytes contentlength bodysize inputbytes inbytes anfragegrosse taille tamano dimensione")),
    Field(name="client", fits=fits.is_client, names=names_of(
        "useragent httpuseragent requestuseragent requestheadersuseragent headersuseragent ua clientversion sdkversion sdk clientsdk sdkname appversion client clientapp agent "
        "libraryversion library apiversion rawuseragent")),
    Field(name="region", fits=fits.is_name, names=names_of("region awsregion cloudregion datacenter datacentre dc location pop edgelocation availabilityzone regionname geo")),
    Field(name="rate_limit", fits=fits.is_limit, names=names_of(
        "xratelimitlimit ratelimitlimit ratelimit ratelimitpolicy limit xratelimitlimitminute ratelimitlimitminute ratelimitperminute limitperminute "
        "xratelimitlimitsecond xratelimitlimithour xrateLimitlimit headersxratelimitlimit responseheadersxratelimitlimit")),
    Field(name="event_key", fits=fits.is_key, names=names_of(
        "idempotencykey eventid messageid msgid webhookid deliveryid webhookdeliveryid deliveryuuid notificationid requestid xrequestid httprequestid "
        "correlationid auditid xcorrelationid transactionid callid traceid insertid guid uuid id rayid")),
    Field(name="attempt", fits=fits.is_number, names=names_of(
        "attempt numtrials trials attemptnumber attemptno attemptcount attempts deliveryattempt deliveryattempts trynumber tries try retrycount retries retry retryattempts retryattempt attemptnum numretries versuch versuche zustellversuch essai essais tentative tentatives intento intentos tentativa tentativas tentativo tentativi poging pogingen")),
    Field(name="host", fits=fits.is_path, names=names_of("host hostname urlhostname httphost requesthost domainname domain authority xhostheader cshost vhost virtualhost servername serverhost")),
    Field(name="end", fits=fits.is_time, names=names_of("stagetimestamp endtime endedat finishedat completedat finishtime endtimestamp responsetimestamp respondedat responsetime responseat end finish enddatetime")),
    Field(name="event_type", fits=fits.is_path, names=names_of(
        "eventtype eventname webhookevent eventtopic topic event webhooktopic webhooktype trigger "
        "ereignis ereignistyp ereignisart evenement typeevenement typedevenement evento tipoevento tipodeevento tipodievento gebeurtenis")),
    Field(name="destination", fits=fits.is_path, names=names_of(
        "destinationurl targeturl callback callbackurl webhookurl deliveryurl endpointurl destination destinationid "
        "zielurl urldecible urlcible urldestino urldedestino urldidestinazione urldestinazione doelurl")),
    Field(name="delivery", fits=fits.any_value, names=names_of("deliveryid webhookid webhookdeliveryid deliveryuuid deliverystatus deliverystate webhookstatus deliveryattempt deliveryattempts webhookevent webhooktopic webhookname webhooktitle hookname"), by_last_part=False),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}
#: What `--map` may name; look-alike spellings of the same field.
ALIASES = {
    "at": "timestamp", "time": "timestamp", "latency_ms": "latency", "duration": "latency", "service": "integration",
    "tenant": "customer", "path": "endpoint", "url": "endpoint", "ok": "success", "status_code": "status", "type": "kind",
    "size": "request_bytes", "user_agent": "client", "attempts": "attempt",
}  # fmt: skip
#: What values a column named by the caller must have, and what they are called; other fields take any.
MUST_FIT: dict[str, tuple[Fits, str]] = {
    "timestamp": (fits.is_time, "times"),
    "status": (fits.is_status, "HTTP statuses"),
    "success": (fits.is_flag, "outcomes (true, false, ok, failed)"),
    "failure": (fits.is_flag, "outcomes (true, false, ok, failed)"),
    "latency": (fits.is_latency, "durations"),
    "request_bytes": (fits.is_number, "numbers"),
    "attempt": (fits.is_number, "numbers"),
    "rate_limit": (fits.is_limit, "limits"),
}
#: Fields a column can be found for by its values alone.
BY_VALUE: dict[str, Fits] = {
    "timestamp": fits.is_date,
    "endpoint": fits.is_target,
    "method": fits.is_verb,
    "status": fits.is_status_column,
    "success": fits.is_outcome,
    "latency": fits.is_written_duration,
}


def latency_base(column: str) -> str:
    """Return a column's folded last part without its unit, as latency names are compared."""
    last = folded(column.rsplit(".", 1)[-1])
    return without_unit(last) if unit_of_name(column) else last
