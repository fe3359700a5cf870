"""Single words and texts of a log: which status, which outcome, which class of error. The rules are tables."""

from __future__ import annotations

import re

from techhealth.ingest.records import names_of, without_accents, word_set

#: Answers to a question that only the name of the column asks.
_YES = names_of(
    "true t yes y 1 ja j oui si sim s wahr vrai verdadero verdadeiro vero waar sant tak da да 是 はい ✓ ✔ ✅"
)
_NO = names_of("false f no n 0 nein non nao nee falsch faux falso falsk falskt nej onwaar nie нет 否 いいえ ✗ ✘ ❌ ✖")
_GOOD = names_of(
    "success succeeded successful successfully ok okay delivered completed complete passed pass accepted "
    "processed allow allowed granted permitted acknowledged ack done 1xx 2xx 3xx http1xx http2xx http3xx "
    "good normal healthy up green noerror noerrors noexception resolved finished sent answered fulfilled "
    "erfolg erfolgreich erledigt zugestellt exito exitoso correcto completado entregado succes reussi reussie termine livre "
    "sucesso concluido entregue successo riuscito completato consegnato gelukt geslaagd voltooid bezorgd ok200 "
    "lyckades lyckad sukces powodzenie zakonczone успех успешно 成功 正常 正常終了 完了 良好 合格 正确 完成 성공 완료 정상 io ○ ◯ 〇"
)
_BAD = names_of(
    "failure failures failed fail failing error errors errored 4xx 5xx http4xx http5xx timeout timedout rejected refused undelivered drop dropped bounce bounced fraud expired "
    "discarded aborted exception denied deny invalid bounced unsuccessful blocked exhausted fatal ko nok "
    "ng err bad red block locked lockout down unconfirmeddown escalated abandoned crashed killed unreachable unavailable deadlettered reject abort aborting badrequest noresponse noreply "
    "deadletter dlq fehler fehlerhaft fehlgeschlagen gescheitert abgelehnt abgebrochen zeituberschreitung echec echoue echouee refuse rejete "
    "expire fallo fallido fallida rechazado caducado errore erro fallito rifiutato scaduto falha falhou rejeitado mislukt fout geweigerd verlopen "
    "misslyckades bład blad niepowodzenie odrzucone ошибка неудача 失败 失敗 異常 異常終了 エラー 不良 不合格 错误 异常 실패 오류 nio × ✕"
)
_OPEN = names_of(
    "pending queued retrying retry inprogress inprocess sending scheduled waiting new started running processing unknown challenge skipped throttling deferred interrupted held filtered captcha "
    "ausstehend wartend laufend offen enattente encours pendiente enproceso enproceso attesa inattesa pendente emandamento wachtend"
)
#: Words for what was called off: neither success nor failure, unless an error is named beside them.
_CALLED_OFF = word_set(
    "cancelled canceled cancel halted cancelado cancelada annulla annullato annule annulee geannuleerd storniert anulowano avbruten"
)
#: Words that answer a question the log does not tell.
_BARE = frozenset((*_YES, *_NO, *names_of("on off new open started running normal up down good bad green red io nio")))
#: Words that turn the next one into its opposite.
_NOT = word_set("no not non without never kein keine nicht ohne pas sans sin senza sem geen niet")
_LONGEST_PHRASE = 60
#: Flag words → outcome; None: not decided yet.
FLAGS: dict[str, bool | None] = {
    **dict.fromkeys((*_YES, *_GOOD), True),
    **dict.fromkeys((*_NO, *_BAD), False),
    **dict.fromkeys((*_OPEN, *_CALLED_OFF), None),
}

#: Error text → class, first match wins (probes after Outpost, Hookdeck and Slack: see the webhook failure categories).
CLASSES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("dns_error", r"no such host|unknown.?host|\bdns|dns_|name or service not known|enotfound|getaddrinfo|nxdomain|resolv"),
        ("tls_error", r"\btls|\bssl|x509|certificat|zertifikat|handshake"),
        ("connection_refused", r"refused|abgelehnt.*verbindung|verbindung.*(abgelehnt|verweigert)|connexion refus|conexi[oó]n r(e|)chaza|connessione rifiutata"),
        ("connection_reset", r"reset|broken pipe|hang ?up|epipe|connection[ _](was )?(closed|dropped)|closed[ _]connection|premature|connection aborted"),
        ("network_unreachable", r"unreachable|no route|enetunreach"),
        ("timeout", r"time[ds]?[ _-]?out|deadline.?exceeded|zeit[uü]berschreitung|d[eé]lai (d.attente )?d[eé]pass|tiempo de espera|tempo (limite|esgotado|scaduto)|\baborted.*timeout"),
        ("redirect_error", r"redirect"),
        ("disabled", r"disabled|deactivated"),
        ("assertion_failed", r"assert"),
        ("rate_limited", r"rate.?limit|throttl|too many requests|quota"),
        ("invalid_response", r"(invalid|bad|malformed|unexpected|unparse?able)[ _-]?(response|answer|body|content|json|eof)|pars(e|ing)|unexpected eof"),
        ("secret_expired", r"aadsts7000222|\bsecret\b.{0,80}\bexpired|expired.{0,20}\bsecret"),
        ("token_rejected", r"invalid_grant|invalid_client|aadsts(?:700082|700084|70008|70043|50173)\b|(expired|invalid|revoked)[ _-]?(access |refresh )?(token|grant|credential)|token[ _-]?(expired|invalid|revoked|has expired)|refresh_token_reused"),
        ("auth_failed", r"unauthori[sz]ed|authenticat|login|password|signature"),
        ("forbidden", r"forbidden|permission|access.?denied|scope|not allowed"),
        ("not_found", r"not.?found"),
        ("validation_error", r"validation|invalid|bad.?request|malformed|missing|required"),
        ("connection_error", r"connect|network|socket"),
        ("server_error", r"internal|server.?error|exception|unavailable"),
    )
)  # fmt: skip
#: Classes that are webhook failure reasons of their own; others become "unknown".
REASONS = frozenset(
    ("timeout", "connection_refused", "connection_reset", "dns_error", "network_unreachable", "tls_error",
     "redirect_error", "invalid_response", "disabled")
)  # fmt: skip
#: Classes that a word for an outcome may name as well, beside success or failure.
_NAMED = REASONS | {"rate_limited", "token_rejected", "secret_expired", "forbidden", "not_found"}
#: Class of a failure of which the log says no more than that it failed.
UNSAID = "unknown"
_NOTHING = frozenset((
    "no error", "no errors", "kein fehler", "aucune erreur", "sin error", "sin errores", "nessun errore", "sem erro", "geen fout", "not applicable",
    *names_of(
        "ok success none false 0 200 nil no succeeded delivered created accepted true no_error noerror noerrors successful erfolgreich keine "
        "aucun aucune ninguno nessuno nenhum geen 000 0x0 s_ok no_err noerr [] {}"
    ),
))  # fmt: skip
_STATUS = re.compile(r"^(?:HTTP/?[\d.]*\s*)?([1-5]\d\d)(?:\.0+)?(?![\d.])", re.IGNORECASE)


def status_of(text: str) -> int | None:
    """Return the HTTP status a text begins with, None if it names none (0 and 000 are none).

    Examples:
        >>> status_of("200 OK"), status_of("404.0"), status_of("0"), status_of("11200")
        (200, 404, None, None)
    """
    found = _STATUS.match(text)
    return int(found.group(1)) if found else None


def _bare(text: str) -> str:
    """Return a word without case, accents and punctuation, as the tables have it; a sign alone stays."""
    plain = without_accents(text.casefold())
    return re.sub(r"[\W_]+", "", plain) or plain.strip()


def flag_of(text: str) -> bool | None:
    """Return the outcome a word or a few words name, None if they name none or it is not decided yet.

    Examples:
        >>> flag_of("Succeeded"), flag_of("completed_with_errors"), flag_of("LOGIN_NO_ERROR"), flag_of("retrying")
        (True, False, True, None)
    """
    word = _bare(text.removesuffix(".0"))
    return FLAGS[word] if word in FLAGS else _outcome_of_phrase(text)


def _outcome_of_phrase(text: str) -> bool | None:
    """Return the outcome that words of a short text name: one that speaks of failure decides, "not" before it turns it."""
    if len(text) > _LONGEST_PHRASE:
        return None
    words = words_in(text)
    said = [
        FLAGS[word] != (before in _NOT)
        for before, word in zip(("", *words), words, strict=False)
        if word not in _BARE and FLAGS.get(word) is not None
    ]
    return all(said) if said else None


def words_in(text: str) -> list[str]:
    """Return the words of a name or a short text, as the tables have them.

    Examples:
        >>> words_in("LOGIN_ERROR"), words_in("loginFailed")
        (['login', 'error'], ['login', 'failed'])
    """
    return [_bare(word) for word in re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text))]


def is_yes_or_no(text: str) -> bool:
    """Return whether a text answers yes or no, in one of the languages known."""
    word = _bare(text.removesuffix(".0"))
    return word in _YES or word in _NO


def tells_outcome(text: str) -> bool:
    """Return whether a text says how a call ended: an outcome word, a few words with one, or a reason of failure."""
    return is_flag_word(text) or _outcome_of_phrase(text) is not None or names_reason(text) or is_called_off(text)


def names_reason(text: str) -> bool:
    """Return whether a text names why a call failed ("ETIMEDOUT", "rate_limited")."""
    return error_class(text) in _NAMED


def is_flag_word(text: str) -> bool:
    """Return whether a text is one of the known outcome words."""
    return _bare(text) in FLAGS


def is_open(text: str) -> bool:
    """Return whether a text is a word for an outcome that is not decided yet."""
    word = _bare(text)
    return word in FLAGS and FLAGS[word] is None and word not in _CALLED_OFF


def is_called_off(text: str) -> bool:
    """Return whether a text says that a call was cancelled, and not that it failed.

    Examples:
        >>> is_called_off("Cancelled"), is_called_off("canceled_by_user"), is_called_off("cancel failed")
        (True, True, False)
    """
    words = {_bare(text), *words_in(text)} if len(text) <= _LONGEST_PHRASE else set()
    return bool(words & _CALLED_OFF) and flag_of(text) is None


def is_outcome_word(text: str) -> bool:
    """Return whether a text is an outcome word that says what happened, not just yes or no."""
    word = _bare(text)
    return word in FLAGS and len(word) > 1 and word not in _BARE


def error_class(text: str) -> str | None:
    """Return the class of an error text, None if the text says that nothing is wrong; never the text itself.

    Examples:
        >>> error_class("java.net.UnknownHostException: x"), error_class("Failed"), error_class("OK")
        ('dns_error', 'unknown', None)
    """
    if text.strip().casefold() in _NOTHING:
        return None
    found = next((name for name, pattern in CLASSES if pattern.search(text)), None)
    return found or (UNSAID if FLAGS.get(_bare(text)) is False else "other_error")
