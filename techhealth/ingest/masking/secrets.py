"""What secrets and personal data look like: patterns, each linear, with a test of its digits where one exists."""

from __future__ import annotations

import re
from itertools import pairwise

#: Words for a password or a secret (en, de, fr, es, pt, it, nl, da, sv, no, fi, pl, cs, sk, hu, ro, hr, sl, ru, uk, el, tr).
PASSWORDS = (
    r"pass(?:word|wd|phrase|code|kode|wort|ord)|\bpwd|kennwort|geheimzahl|\bmot.?de.?passe|\bmdp\b|contrase(?:ñ|n)a|\bsenha|palavra.?passe|parola|wachtwoord|toegangscode|pin.?code|zugangscode"
    r"|adgangskode|kodeord|lösenord|salasana|tunnusluku|\bhas[łl]o|\bheslo|jelszó|\blozinka|\bgeslo|парол[ья]|пінкод|пинкод|κωδικός|şifre|secret|geheimnis|\bsegreto|\bsecreto|\bsegredo|tajemství|секрет"
)
_WORDS = rf"{PASSWORDS}|token|\bjeton|токен|\bclave\b|\botp\b|\bpin\b"
#: Verbs between such a word and its value, what may stand before that, and what is said of a password instead of it.
_IS = r"is|was|lautet|lautete|ist|war|est|était|es|era|é|è|är|er|on|jest|je|to"
_NOW = r"now|still|currently|jetzt|nun|maintenant|ahora|agora|ora|adesso|nu|teraz|nyní"
_SAID = (
    r"not|no|invalid|incorrect|inactive|insecure|unknown|unset|undefined|unchanged|unsupported|wrong|bad|expired|revoked|required|missing|mandatory|empty|null|blank|none|too|weak|short|long"
    r"|valid|correct|ok|the|an?|being|been|about|changed|reset|set|sent|updated|rotated|used|stored|checked|nicht|kein|falsch|abgelaufen|ungültig|erforderlich|leer|zu|gesperrt"
    r"|pas|expirée?|erronée?|incorrecte?|invalide|requise?|vide|trop|incorrect[ao]|caducad[ao]|vacía|requerid[ao]|inválid[ao]|não|errad[ao]|obrigatóri[ao]|non|errat[ao]|scadut[ao]|obbligatori[ao]"
    r"|niet|onjuist|ongeldig|verlopen|vereist|leeg|ugyldig|ogiltigt?|fel|feil|forkert|utløpt|väärä|nieprawidłowe|błędne|wygasło|nesprávné|neplatné"
)
#: Names of things whose value is a secret, in texts, headers, forms and column names.
_NAMES = (
    rf"{_WORDS}|api[_-]?key|apikey|access[_-]?key"
    r"|account[_-]?key|private[_-]?key|(?:access|refresh|id|auth|csrf|xsrf|bearer|device)[_-]?token|signature|\bsig\b|hmac|authori[sz]ation|credentials?|jwt"
    r"|j?session[_-]?id|phpsessid|connect\.sid|\bsid\b|\bssn\b"
)
_SCHEME = r"(?:(?:bearer|basic|digest|token|apikey|negotiate|aws4-hmac-sha256)(?:\s|\+|%20)+)"
#: What is masked wherever it stands; the comment names what a pattern catches.
_SECRETS: tuple[str, ...] = (
    r"(?<=://)[^\s/@:]{0,64}:[^\s/@]{1,128}@",  # name and password in an address
    r"(?<![\w/])[\w.+-]{1,64}:[^\s/@:\"']{3,64}@[\w.-]+",  # the same without a scheme
    r"-----BEGIN[A-Z ]*PRIVATE KEY-----[^-]*",  # private keys
    r"eyJ[\w-]{5,}\.[\w-]*\.?[\w-]*",  # JWT
    rf"(?i:[\"']?name[\"']?\s*:\s*[\"'](?:x-)?(?:{_NAMES}|(?:set-)?cookie)[\w-]*[\"']\s*,\s*[\"']?value[\"']?\s*:\s*[\"'][^\"']*[\"'])",  # header lists
    r"(?i:\b(?:set-)?cookie2?[\"']?\s*[:=]\s*[\"']?[^\"'\r\n]+)",  # cookies
    rf"(?i:(?:{_NAMES})[\w-]*[\"']?\s*(?:[=:]|=>)\s*(?:\[[^\[\]\r\n]*\]|[\"'\[]*{_SCHEME}?[^\s\"',;&}}\]]+))",  # name and value
    rf"(?i:(?:{_WORDS})\w*(?: +[^\s.,;:=]{{1,30}}){{0,4}}? +(?:{_IS}):? +(?:(?:{_NOW}) +)?+(?!(?:{_SAID})(?:[\s.,;:!?)]|$))(?:[\"'«„“‘][^\"'»“”’]*|[^\s\"',;]+))",  # said in a sentence
    r"(?i:bearer|basic|digest)(?:\s+|\+|%20)[\w.~+/=-]{6,}",  # authorization headers
    r"\b(?:sk|pk|rk|whsec)_(?:live|test)?_?\w{8,}|\bsk-[\w-]{16,}",  # keys of payment and language services
    r"\b(?:AKIA|ASIA)[0-9A-Z]{12,}",  # AWS access keys
    r"\bgh[pousr]_\w{16,}|\bgithub_pat_\w{16,}|\bnpm_\w{16,}|\bdop_v1_\w{16,}",  # GitHub and others
    r"\bxox[abeposr]-[\w-]{8,}|hooks\.slack\.com/services/[\w/]+",  # Slack tokens and addresses
    r"\bAIza[\w-]{20,}|\bya29\.[\w-]{10,}",  # Google keys
    r"\bglpat-[\w-]{10,}|\bSG\.[\w-]{10,}\.[\w-]{10,}",  # GitLab, SendGrid
    r"[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*\.[A-Za-z]{2,24}\b",  # e-mail addresses
    r"\b(?i:session|sess)=(?:\w{1,20}=)?[^\s\"',;&}]{3,}",  # sessions
    r"\b\d{3}-\d{2}-\d{4}\b",  # social security numbers
    r"(?i:(?<!error )(?<!status )(?<!exit )(?<!return )(?<!response )\b(?:code|tan|c[oó]digo|codice|kode|koodi)(?: (?:is|lautet|ist|est|es|é|è|är|er|jest))?:? )\d{4,8}\b",  # one-time codes
)
#: Addresses of machines and people; `\w/` before a number is a version ("Chrome/1.2.3.4").
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_ADDRESSES: tuple[str, ...] = (
    rf"(?<![\w.-])(?<!\w/){_BYTE}(?:\.{_BYTE}){{3}}(?![\w.-])",  # IPv4
    r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){5,7}[0-9a-fA-F]{1,4}(?![\w:])",  # IPv6, MAC
    r"(?<![\w:])(?=[0-9a-fA-F:]*\d)[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6}::(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6})?(?![\w:])",
    r"(?<!\w)(?:\+|00)\d{1,3}(?:[ ./()-]{0,2}\d){7,12}(?!\d)",  # telephone numbers with their country
    r"(?<![\w.-])\(\d{2,5}\)[ -]?\d{3,4}[ .-]?\d{3,4}(?![\w-])|(?<![\w.-])\d{3}[.-]\d{3}[.-]\d{4}(?![\w-])",  # (555) 010-9999
    r"(?<![\w.:-])0\d(?:[ .-]\d\d){4}(?!\w)|(?<![\w.:-])0[1-9]\d{1,3}[ /-]\d{5,9}(?!\w)|(?<![\w.:/-])0[1-9]\d{8,10}(?![\w.-])",  # 0170 1234567
    r"(?i:(?:phone|telefon|mobile|msisdn|tel)[\w-]*[\"']?\s*[=:]\s*[\"']?)\d{7,15}",  # by their name
)
SECRET = re.compile("|".join(f"(?:{pattern})" for pattern in (*_SECRETS, *_ADDRESSES)))
#: Segments behind words that hand out rights: /reset/Ab3x9K.
GRANT = re.compile(
    r"(?i:(/(?:reset|tokens?|verify|verification|confirm|confirmation|invites?|invitations?|activate|activation|unsubscribe|magic|magic-link"
    r"|login|shared?|secrets?|keys?|api-?keys?|sessions?|otp|access|password)/))([^/?#\s\"',;]{6,})"
)
#: Addresses that whoever knows them may post to: what stands behind the host of a hook, or behind the words for one in a path.
HOOK = re.compile(
    r"(?i:((?<![\w.-])(?:https?://)?(?:[\w-]{1,63}\.){0,6}[\w-]{0,40}hooks?[\w-]{0,40}\.[\w.-]{1,200}/|/hooks?/(?:catch|in|incoming|services)/|/(?:webhookb\d|incomingwebhook)/|/webhooks/(?=\d{6,}/)))([^\s\"',;?#<>|]+)"
)
IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?\b")
LONG = re.compile(r"[A-Za-z0-9_+-]{24,}")
#: Base64 with its slashes; a path has words between them.
SLASHED = re.compile(r"(?<![\w/+.-])[A-Za-z0-9+][A-Za-z0-9+/]{30,}={0,2}(?![\w/+-])")
#: Characters without separator that make a long token random rather than words.
_RUN = 16

#: A cheap test that a text may hold something to mask or clean (no look-around, for polars).
SUSPECT = (
    r"[@?\p{Cc}\p{Cf}]|%[0-9a-fA-F]{2}|eyJ|AKIA|ASIA|AIza|ya29|gh[pousr]_|github_pat_|npm_|dop_v1|xox|slack|glpat|SG\.|BEGIN|sk-"
    rf"|(?:sk|pk|rk|whsec)_|(?i:bearer|basic|digest|cookie|phone|telefon|mobile|msisdn|tel[\w-]*[=:]|{_NAMES})"
    r"|(?i:/(?:reset|token|verif|confirm|invit|activat|unsub|magic|login|share|secret|key|api-?key|session|otp|access|passw))"
    r"|[A-Za-z0-9_+/-]{24,}|\d[\d +-]{9,}\d|(?i:sess)|[A-Za-z]{2}\d{2} ?[A-Za-z0-9]{4}|\d\.\d{1,3}\.\d{1,3}\.\d|\+\d|[0-9a-fA-F]:[0-9a-fA-F]{0,4}:"
    r"|\(\d|\d{3}[.-]\d{3}[.-]|\b0\d[\d ./-]{7}|(?i:hook|\b(?:code|tan|c[oó]digo|codice|kode|koodi)\b.* \d{4})"
)


def is_iban(text: str) -> bool:
    """Return whether the check digits of an account number are right (ISO 13616: remainder 1 by 97)."""
    compact = text.replace(" ", "")
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1


def is_random(token: str) -> bool:
    """Return whether a long token is no word and no plain number."""
    run = max(re.split(r"[_+-]", token), key=len)
    digits = sum(char.isdigit() for char in run)
    return len(run) >= _RUN and (3 <= digits < len(run) or _alternates(run))


def is_slashed_secret(text: str) -> bool:
    """Return whether a text with slashes is random rather than a path."""
    parts = re.split(r"[/+]", text.rstrip("="))
    words = any(re.fullmatch(r"[A-Z]?[a-z]{3,}|[A-Z]{3,}|v\d+", part) for part in parts)
    return len(parts) > 1 and not words and any(char.isdigit() for char in text) and _alternates(text)


def is_grant(segment: str) -> bool:
    """Return whether a path segment is a token rather than a word."""
    return any(char.isdigit() for char in segment) or _alternates(segment)


def is_hook(path: str) -> bool:
    """Return whether the path of a hook holds a token: a segment with digits that is no version, or no word at all."""
    segments = [segment for segment in path.split("/") if not re.fullmatch(r"v\d+", segment)]
    return any(map(is_grant, segments))


def _alternates(token: str) -> bool:
    """Return whether letter case changes so often that this is no word."""
    return sum(a.islower() and b.isupper() for a, b in pairwise(token)) >= 5 or (
        len(token) < _RUN and sum(a.islower() and b.isupper() for a, b in pairwise(token)) >= 2
    )
