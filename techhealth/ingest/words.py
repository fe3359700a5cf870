"""Single words and texts of a log: which status, which outcome, which class of error. The rules are tables."""

from __future__ import annotations

import re

from techhealth.ingest.records import names_of

_GOOD = names_of(
    "true t yes y 1 success succeeded successful successfully ok okay delivered completed complete passed pass accepted "
    "processed allow allowed acknowledged ack done "
    "ja oui si sim erfolg erfolgreich exito exitoso succes reussi sucesso"
)
_BAD = names_of(
    "false f no n 0 failure failed fail failing error errored timeout timedout rejected refused undelivered dropped expired "
    "discarded aborted exception denied deny invalid bounced unsuccessful cancelled canceled blocked exhausted fatal ko nok "
    "nein non nao fehler fehlgeschlagen echec echoue fallo fallido errore erro fallito falha"
)
_OPEN = names_of(
    "pending queued retrying inprogress sending scheduled waiting new started running processing unknown challenge skipped"
)
#: Flag words → outcome; None: not decided yet.
FLAGS: dict[str, bool | None] = {
    **dict.fromkeys(_GOOD, True),
    **dict.fromkeys(_BAD, False),
    **dict.fromkeys(_OPEN, None),
}

#: Error text → class, first match wins (probes after Outpost, Hookdeck and Slack: see the webhook failure categories).
CLASSES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("dns_error", r"no such host|unknown.?host|\bdns|dns_|name or service not known|enotfound|getaddrinfo|nxdomain|resolv"),
        ("tls_error", r"\btls|\bssl|x509|certificate|handshake"),
        ("connection_refused", r"refused"),
        ("connection_reset", r"reset|broken pipe|hang ?up|epipe|connection (was )?closed|premature|connection aborted"),
        ("network_unreachable", r"unreachable|no route|enetunreach"),
        ("timeout", r"time[ds]?[ _-]?out|deadline exceeded"),
        ("redirect_error", r"redirect"),
        ("disabled", r"disabled|deactivated"),
        ("assertion_failed", r"assert"),
        ("rate_limited", r"rate.?limit|throttl|too many requests|quota"),
        ("invalid_response", r"(invalid|bad|malformed|unexpected|unparse?able)[ _-]?(response|answer|body|content|json|eof)|pars(e|ing)|unexpected eof"),
        ("token_rejected", r"invalid_grant|invalid_client|(expired|invalid|revoked)[ _-]?(access |refresh )?(token|grant|credential)|token[ _-]?(expired|invalid|revoked|has expired)|refresh_token_reused"),
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
#: Class of a failure of which the log says no more than that it failed.
UNSAID = "unknown"
_NOTHING = frozenset(
    ("no error", *names_of("ok success none false 0 200 nil no succeeded delivered created accepted true no_error"))
)
_STATUS = re.compile(r"^(?:HTTP/?[\d.]*\s*)?([1-5]\d\d)(?:\.0+)?(?![\d.])", re.IGNORECASE)


def status_of(text: str) -> int | None:
    """Return the HTTP status a text begins with, None if it names none (0 and 000 are none).

    Examples:
        >>> status_of("200 OK"), status_of("404.0"), status_of("0"), status_of("11200")
        (200, 404, None, None)
    """
    found = _STATUS.match(text)
    return int(found.group(1)) if found else None


def flag_of(text: str) -> bool | None:
    """Return the outcome a word names, None if it names none or is not decided yet."""
    word = re.sub(r"[\W_]+", "", text.casefold().removesuffix(".0"))
    return FLAGS.get(word)


def is_flag_word(text: str) -> bool:
    """Return whether a text is one of the known outcome words."""
    return re.sub(r"[\W_]+", "", text.casefold()) in FLAGS


def error_class(text: str) -> str | None:
    """Return the class of an error text, None if the text says that nothing is wrong; never the text itself.

    Examples:
        >>> error_class("java.net.UnknownHostException: x"), error_class("Failed"), error_class("OK")
        ('dns_error', 'unknown', None)
    """
    if text.strip().casefold() in _NOTHING:
        return None
    found = next((name for name, pattern in CLASSES if pattern.search(text)), None)
    return found or (UNSAID if flag_of(text) is False else "other_error")
