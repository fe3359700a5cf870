"""Words of column names: what a name speaks of, in seven languages, and what only resembles it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import cache

from techhealth.ingest.records import without_accents, word_set
from techhealth.ingest.values.latency import unit_of_name


class Part(IntEnum):
    """How near a column comes to what is sought: the thing itself, a part or the far side of it, something else."""

    WHOLE = 0
    PART = 1
    OTHER = 2


#: Field → nouns at the end of a name that speak of it (en, de, fr, es, pt, it, nl).
HEADS: dict[str, frozenset[str]] = {
    "timestamp": word_set(
        "timestamp stamp datetime date time ts instant moment when zeitstempel zeitpunkt datum uhrzeit horodatage date heure fecha hora data ora "
        "dataora tijdstip tijd created started occurred logged sent requested called begin start beginn debut inicio inizio"),
    "endpoint": word_set(
        "endpoint path uri url route resource operation action link address procedure function rpc target page pfad adresse ressource vorgang "
        "chemin lien operacion ruta recurso caminho rota operacao percorso indirizzo risorsa operazione pad bewerking"),
    "method": word_set("method verb methode metodo verbe verbo werkwoord"),
    "status": word_set("status code statuscode statut estado stato codigo codice antwortcode http rc result response resp answer httpstatus returncode"),
    "success": word_set(
        "success successful succeeded lyckades ok outcome result state status passed accepted erfolg erfolgreich ergebnis resultat reussi reussite succes action decision "
        "exito exitoso resultado sucesso successo esito risultato gelukt geslaagd disposition verdict conclusion"),
    "failure": word_set("failed failure error errors errored iserror fehlgeschlagen fehler echec fallo fallido falha fallito mislukt broken"),
    "end": word_set("end ended finish finished stop stopped completed ende fin"),
    "error": word_set(
        "error exception fault errormessage fehler fehlermeldung fehlertext erreur mensaje errore erro foutmelding fout err failure message reason cause "
        "ursache grund raison motivo causa reden detail details description beschreibung"),
    "integration": word_set(
        "integration interface iface intf connector connecteur konnektor conector connettore service svc application app api provider partner vendor system subsystem product module component connection channel dienst flow iflow workflow monitor "
        "anwendung schnittstelle anbieter systeme servicio aplicacion proveedor sistema integracion servico aplicacao fornecedor integracao servizio "
        "applicazione fornitore integrazione koppeling dienst toepassing leverancier usluga integracja aplikacja consumer producer microservice upstream"),
    "customer": word_set(
        "customer cust tenant merchant company organization organisation kunde mandant firma unternehmen entreprise societe empresa azienda klant klient bedrijf "
        "organizacion organizacao organizzazione"),
}  # fmt: skip
#: Nouns that mean how long something took.
_DURATIONS = word_set(
    "duration durations latency latencies latenz latence latencia latenza elapsed lapse took taken rtt runtime turnaround roundtrip dauer laufzeit "
    "duree delai duracion lapso duracao durata duur doorlooptijd responsetime antwortzeit reactietijd")  # fmt: skip
_TIMES = ("time", "timing", "timings", "zeit", "temps", "tiempo", "tempo", "tijd")
#: What a time is of, where it is how long a call took.
_SPANS = word_set(
    "response resp respond elapsed processing proc process execution exec service serve total round trip roundtrip request req call handle handling run "
    "wall completion complete delivery transaction reply answer taken spent api http antwort bearbeitung bearbeitungs verarbeitung verarbeitungs ausfuhrung "
    "reponse traitement execution respuesta proceso procesamiento resposta processamento risposta elaborazione reactie verwerking server duration")  # fmt: skip
#: Words that make a duration or number something else than the call's own time.
_NO_LATENCY = word_set(
    "timeout timeouts limit max maximum min minimum threshold sla slo interval ttl expires expiry expiration retention keepalive window budget retry "
    "backoff delay wait waiting dwell sleep age uptime offset skew drift zone timezone cache session idle connect connection connecting dns tls ssl handshake "
    "queue queued queueing blocked send sending receive receiving overhead lookup resolve render db database sql query auth authorizer authorize "
    "plugin plugins schedule scheduled grace billed billable billing charged rounded quota avg average mean median percentile count etcd "
    "days jours tage tagen dias giorni dagen dni")  # fmt: skip
_PERCENTILE = re.compile(r"(?i)(?:^|[^a-z])(?:p|pct|perc|percentile|quantile|q)[ _(.-]*(?:50|75|80|9\d)")
#: Words for a mean.
MEANS = word_set(
    "avg average mean median percentile quantile durchschnitt mittelwert mittlere moyenne moyen promedio medio gemiddelde"
)
_PART_LATENCY = word_set(
    "upstream origin backend target integration proxy ttfb first client middleware worker edge frontend transfer download upload check health healthcheck probe"
)
_FAR_STATUS = word_set(
    "upstream origin backend target integration proxy expected previous old cache check health healthcheck probe"
)
_NO_CALL_TIME = word_set(
    "expiry expires expiration expire updated update modified modification changed ingest ingested ingestion index indexed export exported exportado "
    "import imported inserted insert loaded valid until renewal renewed deploy deployed build release birth signup registered due scheduled "
    "config configured activated onboarded contract archived synced signed created creation erstellt cree creado criado creato")  # fmt: skip
_END_TIME = word_set(
    "end ended finish finished complete completed closed stop stopped response responded receive received fin ende arrival stage resolved solved acknowledged acked"
)
_ASKED = word_set("request requests anfrage requete")
_NO_ENDPOINT = word_set(
    "referer referrer avatar image icon logo redirect previous location next callback ip email remote"
)
_NO_END = _NO_CALL_TIME | word_set(
    "window period billing contract trial subscription quota reset limit token session maintenance"
)
#: What has an id of its own, which names no integration.
_OF_ONE_CALL = word_set(
    "connection session trace span request correlation transaction message event thread process run job"
)
#: Whose id it is where it is no call's.
_WHOSE = word_set("user customer tenant account actor principal device organization organisation merchant")
#: What has a state of its own, which is no outcome of a call.
_NO_SUCCESS = word_set(
    "cache account user order subscription license deploy deployment build release breaker circuit host node pod cluster agent"
)
_ANSWERS = word_set("response responses resp answer reply antwort reponse respuesta resposta risposta")
_FAR: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "latency": (_PART_LATENCY, _NO_LATENCY),
    "status": (_FAR_STATUS, frozenset()),
    "success": (_FAR_STATUS - {"cache"}, _NO_SUCCESS),
    "timestamp": (_NO_CALL_TIME | _END_TIME, frozenset()),
    "endpoint": (_NO_ENDPOINT, frozenset()),
    "end": (frozenset(), _NO_END),
}
#: A unit of days behind a name: no call takes as long.
_DAYS = re.compile(r"(?i)[(\[]\s*[djt]\.?\s*[)\]]\s*$")
#: Words by which the names of a file are French: a "client" is a customer there, and elsewhere a program.
_FRENCH = word_set("heure horodatage duree delai erreur reponse appel requete statut retour methode chemin")
#: Words between a noun and what it is of.
_OF = word_set("of de del della di do da du des von van der")
#: Last words that add nothing to a name.
_EMPTY = word_set(
    "name nm value label string text txt cd field id template pattern bezeichnung nom nombre nome naam utc gmt local iso"
)

#: Words that say how a time is written.
_INSTANT_UNITS = word_set("in ms millis milliseconds s sec seconds us micros ns nanos epoch unix")


#: Letters that are no other letter with a mark.
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O"})


@cache
def words_of(column: str) -> tuple[str, ...]:
    """Return the words of a column's name in lower case, without accents.

    Examples:
        >>> words_of("http.responseTime_Ms"), words_of("Durée (ms)"), words_of("HTTPStatus")
        (('http', 'response', 'time', 'ms'), ('duree', 'ms'), ('http', 'status'))
    """
    plain = without_accents(column.translate(_LETTERS))
    return tuple(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-zμ]+", plain))


#: Members that hold what was sent, and those that may hold the whole call instead; fields that neither tells, and the first not either.
_SENT = re.compile(r"(?i)(?:^|\.)(?:request[_.]?(?:data|body|payload)|data\.object)\.")
_ANSWERED = re.compile(r"(?i)(?:^|\.)response[_.]?(?:data|body|payload)\.")
_MAY_BE_SENT = re.compile(r"(?i)^(?:payload|body|resource|event[_.]?(?:data|payload))\.")
_NOT_OF_SENT = ("success", "failure", "error", "end", "latency")
_NOT_OF_BODIES = (*_NOT_OF_SENT, "timestamp", "status", "integration", "endpoint", "method", "kind", "customer")
#: Last words of what only a call has.
_OF_CALLS = frozenset(("method", "verb", "path", "uri", "url", "route", "endpoint"))


def sent_in(columns: Iterable[str]) -> dict[str, set[str]]:
    """Return field → columns below what was sent or answered, which tell it of something else: the payment's status is not the
    delivery's. What went wrong an answer may say."""
    names = list(columns)
    bodies = {name for name in names if _SENT.search(name)}
    others = {name for name in names if _MAY_BE_SENT.search(name)} - bodies
    if len(bodies | others) == len(names) or any(set(words_of(name)[-1:]) & _OF_CALLS for name in others):
        others = set()
    answers = {name for name in names if _ANSWERED.search(name)}
    told = {field: bodies | (others if field in _NOT_OF_SENT else set()) for field in _NOT_OF_BODIES}
    return {field: found if field == "error" else found | answers for field, found in told.items()}


def is_french(columns: Iterable[str]) -> bool:
    """Return whether the names of columns are French.

    Examples:
        >>> is_french(["Date et heure", "Client"]), is_french(["date", "client", "duration"])
        (True, False)
    """
    return any(_FRENCH & set(words_of(column)) for column in columns)


def is_statistic(column: str) -> bool:
    """Return whether a name speaks of a percentile or a mean, which is of many calls.

    Examples:
        >>> is_statistic("service_p95_ms"), is_statistic("avgDuration"), is_statistic("duration_ms")
        (True, True, False)
    """
    return bool(_PERCENTILE.search(column) or MEANS & set(words_of(column)))


def part_of(field: str, column: str) -> Part:
    """Return whether a column can be the field itself, by the other words of its name."""
    words = set(words_of(column.rsplit(".", 1)[-1]))
    part, other = _FAR.get(field, (frozenset(), frozenset()))
    glued = "".join(words_of(column.rsplit(".", 1)[-1]))
    no_latency = re.search(r"timeout|ttl$|retryafter|keepalive", glued) or is_statistic(column) or _DAYS.search(column)
    if field in ("integration", "endpoint") and glued.endswith("id") and words & _OF_ONE_CALL:
        return Part.OTHER
    if field == "event_key" and _WHOSE & set(words_of(column)):
        return Part.OTHER
    if field == "request_bytes" and _ANSWERS & set(words_of(column)):
        return Part.OTHER
    if words & other or (field == "latency" and no_latency):
        return Part.OTHER
    if field == "timestamp" and words & _ASKED:  # a request that is received begins
        return Part.WHOLE
    return Part.PART if words & part else Part.WHOLE


def speaks_of(field: str, column: str) -> bool:
    """Return whether a noun at the end of a column's name speaks of the field, whatever stands before it."""
    words = list(words_of(column))
    if field == "latency":
        return _is_span(words) or (len(words) > 1 and unit_of_name(column) in ("ms", "us", "ns"))
    if field == "timestamp":
        words = [word for word in words if word not in _INSTANT_UNITS] or words
        if len(words) > 1 and words[-1] == "at":  # delivered at, ReceivedAt
            return True
    of = next((n for n, word in enumerate(words) if n and word in _OF), len(words))
    words = words[:of]  # código de respuesta
    while len(words) > 1 and words[-1] in _EMPTY and not (field == "error" and words[-1] == "id"):
        words.pop()
    return bool(words) and _ends(words[-1], HEADS.get(field, frozenset()))


def _is_span(words: list[str]) -> bool:
    """Return whether words name how long a call took: a duration, or the time of a response, a request, a run."""
    if any(_ends(word, _DURATIONS) for word in words):
        return True
    times = [word for word in words if _ends(word, frozenset(_TIMES))]
    return any(word not in _TIMES for word in times) or bool(times and set(words) & _SPANS)


def _ends(word: str, heads: frozenset[str]) -> bool:
    """Return whether a word is one of the nouns or a compound that ends in one ("Antwortzeit", "statuscode")."""
    return word in heads or any(len(head) >= 4 and word.endswith(head) for head in heads)
