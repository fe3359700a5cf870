"""Names of columns that count, average or share out many calls, as one table: what each says of its row."""

from __future__ import annotations

import re
from enum import StrEnum, auto

import polars as pl

from techhealth.ingest.records import without_accents, word_set
from techhealth.ingest.series import sample_of, scalar
from techhealth.ingest.values.decimals import numbers


class Tally(StrEnum):
    """What a column of a table of totals says."""

    CALLS = auto()
    FAILED = auto()
    FAILED_CLASS = auto()  # failures of one class or status: they add up
    CODE = auto()  # calls of one status that is no failure
    SUCCEEDED = auto()
    SHARE_FAILED = auto()
    SHARE_SUCCEEDED = auto()
    P95 = auto()
    AVERAGE = auto()
    OTHER = auto()  # a statistic of many calls that is of no use here


_NOUN = r"(?:https? )?(?:requests?|reqs?|calls?|api calls?|hits?|samples?|invocations?|trans(?:actions?)?|deliver(?:y|ies)|anfragen|aufrufe|requetes|appels|llamadas|chiamate)"
_WEAK_NOUN = r"(?:messages?|events?|attempts?|operations?|traffic|apis?|executions?|tasks?)"
_BEFORE = r"(?:(?:sum|total|num|nb|no|number of|no of|count of|metrics|stats|statistics|usage|aggregate|counters|summary|values|api|all) )*"
_AFTER = r"(?: (?:counts?|total|number|num|volume|sum|values))*"
_FAIL = r"(?:is )?(?:fail(?:s|ure|ures|ed)?|errors?|errs?|errored|ko|unsuccessful|fehler|errores|erreurs|errori)"
_OK = r"(?:ok|okay|succ(?:ess|esses|essful|essfully)?|succeeded|passed|delivered)"
_SHARE = r"(?:pct|percent|percentage|rate|ratio|share)"
#: Name in words → what it says; the first that matches wins, so shares stand before counts.
_NAMES: tuple[tuple[Tally, re.Pattern[str]], ...] = tuple(
    (tally, re.compile(pattern))
    for tally, pattern in (
        (Tally.SHARE_FAILED, rf"^{_BEFORE}(?:http req )?{_FAIL}(?: {_NOUN})? {_SHARE}(?: value| pct)?$|^{_SHARE} (?:of )?{_FAIL}$|^metrics http req failed(?: values)? (?:value|rate)$"),
        (Tally.SHARE_SUCCEEDED, rf"^{_BEFORE}{_OK}(?: {_NOUN})? {_SHARE}(?: pct)?$|^{_SHARE} {_OK}$|^success ratio$|^availability(?: {_SHARE})?$"),
        (Tally.FAILED_CLASS, r"(?:^|(?:codes?|rc|status|counters|http|result|responses?) )(?:req )?[45](?:xx|\d\d)(?: (?:count|total|errors?|responses?|sum))*$|^[45]\d\d$|(?:^| )[45]xx$|^(?:client|server) errors?(?: count)?$|^non2xx$|^(?:num )?(?:timeouts?|throttles?|throttled requests)$"),
        (Tally.FAILED_CLASS, rf"^{_BEFORE}(?:call count |{_NOUN} )?(?:blocked|throttled|rejected|denied|refused|aborted|timed ?out)(?: {_NOUN})?{_AFTER}$"),
        (Tally.CODE, r"^[123]\d\d$|(?:^| )[13]xx$|(?:codes?|rc|status|counters|http) (?:req )?(?:[123]\d\d|[123]xx)(?: (?:count|total|responses?))*$"),
        (Tally.SUCCEEDED, rf"^{_BEFORE}(?:call count |{_NOUN} )?{_OK}(?: {_NOUN})?{_AFTER}$|^(?:codes? |status codes? )?2xx(?: count| responses)?$|(?:^| )2xx$"),
        (Tally.FAILED, rf"^{_BEFORE}(?:call count |{_NOUN} |traffic )?{_FAIL}(?: (?:{_NOUN}|responses?))?{_AFTER}$|^metrics http req failed(?: values)? passes$"),
        (Tally.P95, r"(?:^| )(?:p |p|pct|pctl|percentile |percentiles |q)?(?:0?95|95 0)(?:th|%)?(?: (?:line|percentile|pct|pctl|ms|s|response time|latency|total|value))*$|(?:^| )percentiles3 total$"),
        (Tally.OTHER, r"(?:^| )(?:p |p|pct|percentile |percentiles )?(?:99|98|90|75|66|99 9|99 99|999|100|80|25)(?:th)?(?: (?:line|percentile|pct|ms))*$|(?:^| )(?:min|max|minimum|maximum|std ?dev|stddev|variance|throughput|per sec|per second|per minute|rps|tps|bandwidth)(?: |$)|(?: s| sec| per s)$|(?:^| )(?:kb|bytes|size)(?: |$)"),
        (Tally.AVERAGE, r"(?:^| )(?:avg|average|mean|median|med|p ?50|50(?:th)?|moyenne|mittelwert|durchschnitt|promedio|media)(?: |$)"),
        (Tally.CALLS, rf"^{_BEFORE}(?:{_NOUN}{_AFTER}|{_WEAK_NOUN}(?: (?:counts?|total|sum))+)$|^(?:total )?(?:count|traffic|volume)(?: total)?$|^totals?$|^(?:occurr?ences|times seen)$|^anzahl(?: {_NOUN})?$|^nombre(?: de {_NOUN})?$|^(?:cantidad|quantidade|qtde?|aantal|antal|件数|回数|次数|건수|횟수)$|^numero$|^n$|^metrics http reqs(?: values)? count$|^aggregate counters http requests$|^counters http requests$|(?:^| )requests total$"),
    )
)  # fmt: skip

#: What the words of a name mean in other languages and any order; the plural alone counts, the singular beside a count.
_MEANINGS: dict[str, frozenset[str]] = {
    "count": word_set(
        "number num no nr nb nbre n count counts anzahl zahl anz nombre numero numeros cantidad quantidade qtd qtde quantite quantita aantal antal "
        "liczba total totals totale totaux totales totais totali gesamt gesamtzahl summe somme suma soma somma totaal 数 件数 回数 次数 수 건수 횟수"),
    "call": word_set(
        "request call requete appel anfrage aufruf abruf llamada peticion solicitud chamada requisicao pedido chiamata richiesta "
        "verzoek aanroep anrop zapytanie リクエスト 呼び出し 呼出 コール 请求 調用 调用 요청 호출"),
    "calls": word_set(
        "requests calls requetes appels anfragen aufrufe aufrufen abrufe llamadas peticiones solicitudes chamadas requisicoes pedidos chiamate richieste "
        "verzoeken aanroepen zapytania zapytan"),
    "failed": word_set(
        "fehler fehlern fehlgeschlagen fehlgeschlagene fehlgeschlagenen fehlerhaft fehlerhafte fehlerhaften erreur erreurs echec echecs echoue echoues echouees "
        "error errors failed failure failures errores fallo fallos falla fallas fallida fallidas fallidos falha falhas falhadas falhou erro erros errore errori "
        "fallito falliti fallite fout fouten mislukt mislukte fel misslyckade blad bledy bledow エラー 異常 失敗 失败 错误 오류 실패"),
    "ok": word_set(
        "success successes successful ok erfolg erfolge erfolgreich erfolgreiche erfolgreichen succes reussi reussis reussies reussite exito exitos exitosa "
        "exitosas exitosos sucesso sucessos successo successi riuscite riusciti gelukt geslaagd geslaagde lyckade sukces sukcesy 成功 正常 성공"),
    "share": word_set(
        "pct percent rate ratio share quote rate anteil taux pourcentage tasa porcentaje taxa percentual tasso percentuale percentage aandeel andel 率 율 比率"),
    "mean": word_set(
        "moyen moyenne moyens moyennes mittel mittlere mittlerer mittleres mittelwert durchschnitt durchschnittlich durchschnittliche schnitt media medio medias "
        "promedio gemiddeld gemiddelde genomsnitt genomsnittlig srednia sredni ø 平均 평균"),
}  # fmt: skip
#: Words between the others.
_BETWEEN = word_set("de d des du der die das del della delle degli di do da dos das of the la le les l las los van von par pro per por en em in i o and api http")  # fmt: skip
#: Words that stand in one with others, longest first.
_GLUED = re.compile("|".join((
    *sorted((word for words in _MEANINGS.values() for word in words if not word[0].isascii() and word != "ø"), key=len, reverse=True),
    r"(?<=[a-z])(?:anzahl|quote|rate|anteil)(?![a-z])")))  # fmt: skip


def _by_meaning(column: str) -> Tally | None:
    """Return what the words of a name mean together, whatever their language and order."""
    words = re.findall(r"[^\W_]+", _GLUED.sub(r" \g<0> ", plain_words(without_accents(column))))
    meant = [next((kind for kind, known in _MEANINGS.items() if word in known), word) for word in words]
    said = {kind for kind in meant if kind not in _BETWEEN}
    if "mean" in said:
        return Tally.AVERAGE
    if said - _MEANINGS.keys():
        return None
    outcome = said & {"failed", "ok"}
    if len(outcome) == 1 and "share" in said:
        return Tally.SHARE_FAILED if outcome == {"failed"} else Tally.SHARE_SUCCEEDED
    if "share" in said or not said & {"count", "calls", *outcome}:
        return None
    if outcome:
        return None if len(outcome) > 1 else Tally.FAILED if outcome == {"failed"} else Tally.SUCCEEDED
    return Tally.CALLS if said & {"call", "calls"} else None


def plain_words(column: str) -> str:
    """Return the name of a column as plain lower-case words.

    Examples:
        >>> plain_words("Request Count"), plain_words("numberOfRequests.total"), plain_words("Error %"), plain_words("sum(is_error)")
        ('request count', 'number of requests total', 'error pct', 'sum is error')
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z]+$)", " ", column.replace("%", " pct "))
    apart = re.sub(r"(\dxx)(?=[a-z])", r"\1 ", spaced.lower())
    return " ".join(re.findall(r"[^\W_]+", apart))


def tally_of(column: str) -> Tally | None:
    """Return what the name of a column says of many calls, None if it names nothing of the kind.

    Examples:
        >>> tally_of("# Samples"), tally_of("Failures/s"), tally_of("p(95)"), tally_of("latency_ms")
        (<Tally.CALLS: 'calls'>, <Tally.OTHER: 'other'>, <Tally.P95: 'p95'>, None)
        >>> tally_of("Nombre d'appels"), tally_of("Anzahl Fehler"), tally_of("エラー率")
        (<Tally.CALLS: 'calls'>, <Tally.FAILED: 'failed'>, <Tally.SHARE_FAILED: 'share_failed'>)
    """
    words = plain_words(column)
    if re.fullmatch(r"\d+ pct", words):  # "95%", a percentile
        words = words.removesuffix(" pct")
    return next((tally for tally, pattern in _NAMES if pattern.search(words)), None) or _by_meaning(column)


#: Whole numbers with their thousands divided, some of which are: "1.200" is no count of 1.2 calls.
_GROUPED, _SMALL = r"^\d{1,3}(?:[.,]\d{3})+$", r"^\d{1,3}$"
#: Numbers beyond this count no calls.
_MOST_CALLS = 1e12


def counts(texts: pl.Series) -> pl.Series | None:
    """Return a column of whole numbers from 0 on, None if most of its values are something else."""
    present = sample_of(texts)
    if present.is_empty():
        return None
    divided = present.str.contains(_GROUPED)
    grouped = bool(divided.any()) and bool((divided | present.str.contains(_SMALL)).all())
    values = numbers(texts.str.replace_all("[.,]", "") if grouped else texts.str.strip_chars(" %")).values
    whole = (values.is_between(0, _MOST_CALLS) & (values == values.round())).fill_null(True)
    return values.round().cast(pl.Int64) if whole.all() and values.null_count() == texts.null_count() else None


def shares(texts: pl.Series, *, column: str) -> pl.Series | None:
    """Return a column of shares as 0 to 1, None if its values are none; percent by its sign, its name or its size."""
    values = numbers(texts.str.strip_chars(" %")).values
    most = scalar(values.max())
    if not values.count() or scalar(values.min()) < 0 or most > 100:
        return None
    percent = most > 1 or texts.str.contains("%", literal=True).any() or re.search("pct|percent|%", column.lower())
    return values / 100 if percent else values
