"""Events of signing in, told by their names: login, token, session, second factor; and whether they failed."""

from __future__ import annotations

import re

import polars as pl

from techhealth.ingest.records import folded
from techhealth.ingest.series import per_distinct
from techhealth.ingest.values.words import FLAGS, flag_of, words_in

#: Words for signing in that stand for themselves, in names of events as in words for kinds of records.
_NOUNS = r"o?authn?|oauth2|sso|mfa|otp|2fa|oidc|saml|idp"
#: Kinds of records about signing in ("login", "token refresh", "auth_logs").
KIND = re.compile(
    rf"(?:{_NOUNS}|authentication|authorization|logins?|sign_?ins?|tokens?|sessions?)(?:[ _.-].*)?|auth_?logs?"
)
_AUTH = re.compile(
    rf"log[ _.-]?(?:in|on|out|off)|sign[ _.-]?(?:in|on|out|up|off)|(?:^|[^a-z])(?:{_NOUNS})(?:[^a-z]|$)|authenticat"
    r"|authoriz|initiateauth|respondtoauth|(?:access|refresh|id|api|security|exchange)[ _.-]?token|token[ _.-]?(?:exchange|refresh|grant|revo|issu|introspect)"
    r"|code[ _.-]to[ _.-]token|introspect|password|passkey|credential|session[ _.-]?(?:start|end|creat|revo|expir)|factor|account[ _.-]?lock|privilege|membership|user[ _.-]account"
    r"|anmeld|abmeld|inicio de sesi|access[ _.-](?:allowed|granted|denied)",
    re.IGNORECASE,
)
#: A name without blanks or slashes at its beginning: no path, no sentence.
_NAME = re.compile(r"^[A-Za-z][\w .:-]{1,80}$")
#: Columns that say how a call proves who makes it.
_SCHEME = re.compile(r"(?i)auth\w*[ _.-]*(?:type|method|scheme|mode|kind|protocol|strategy)")
#: A sign-in by the whole of its name, also among events of other kinds.
_PLAIN = re.compile(
    r"(?:console|user|admin|federated|account)?(?:login|logon|signin|authentication)(?:succe\w*|fail\w*|error)?"
)
#: Paths of token endpoints.
_TOKENS = re.compile(
    r"(?i)/(?:oauth2?|oidc|connect|openid-connect)(?:/[\w.{}-]+)*/(?:token|access_token|refresh|refresh[_-]token|token/refresh)/?$"
)
#: Share of the names that must be about signing in for the file to be about it.
_MOST = 0.5


def are_signins(names: pl.Series, *, share: float = _MOST) -> bool:
    """Return whether most names of events are about signing in: at least a `share` of them."""
    found = per_distinct(names, is_signin, pl.Boolean()).mean()
    return isinstance(found, float) and found >= share


def is_about_signins(column: str) -> bool:
    """Return whether the name of a column is about signing in, and not only about how calls prove who they are.

    Examples:
        >>> is_about_signins("Sign-in error code"), is_about_signins("auth_type")
        (True, False)
    """
    return is_signin(column) and not is_scheme(column)


def is_scheme(column: str) -> bool:
    """Return whether a column says how calls prove who makes them ("auth_type"), which makes them no sign-ins."""
    return _SCHEME.search(column) is not None


def is_signin(name: str) -> bool:
    """Return whether the name of an event is about signing in.

    Examples:
        >>> is_signin("REFRESH_TOKEN_ERROR"), is_signin("/v1/login"), is_signin("order.paid")
        (True, False, False)
    """
    return bool(_NAME.match(name) and _AUTH.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)))


def is_plain_signin(name: str) -> bool:
    """Return whether the name of an event says that somebody signed in, and no more than that.

    Examples:
        >>> is_plain_signin("ConsoleLogin"), is_plain_signin("user_login_failed"), is_plain_signin("CreateLoginProfile")
        (True, True, False)
    """
    return "/" not in name and _PLAIN.fullmatch(folded(name)) is not None


def is_token_path(path: str) -> bool:
    """Return whether a path is one where tokens are granted, renewed or revoked (OAuth 2.0, OpenID Connect).

    Examples:
        >>> is_token_path("/oauth/token"), is_token_path("/common/oauth2/v2.0/token"), is_token_path("/v1/tokens")
        (True, True, False)
    """
    return _TOKENS.search(path) is not None


def signed_in(rows: pl.DataFrame, names: pl.Series) -> pl.DataFrame:
    """Return the rows where sign-ins without any outcome have the one their name tells.

    A name that says neither is a success where the file has the same name with a failure (LOGIN beside LOGIN_ERROR).
    """
    open_ = pl.all_horizontal(pl.col(name).is_null() for name in ("status", "flag", "error_class"))
    if rows.filter((pl.col("kind") == "auth") & open_).is_empty():
        return rows
    stems = {_stem(name) for name in names.drop_nulls().unique().to_list() if flag_of(name) is False}
    told = per_distinct(names, lambda name: _told(name, stems), pl.Boolean())
    return rows.with_columns(flag=pl.when((pl.col("kind") == "auth") & open_).then(pl.lit(told)).otherwise("flag"))


def _told(name: str, stems: set[str]) -> bool | None:
    outcome = flag_of(name)
    return True if outcome is None and _stem(name) in stems else outcome


def _stem(name: str) -> str:
    return "".join(word for word in words_in(name) if FLAGS.get(word) is not False)
