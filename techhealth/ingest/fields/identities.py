"""Known exports of identity providers, one row each: their records are sign-ins."""

from __future__ import annotations

from techhealth.ingest.fields.dialect import Dialect, export

#: Auth0 writes what happened as a code: s… succeeded, f… failed.
_ACTS = (
    "", "s", "sa", "api", "apit", "coa", "ens", "eacft", "eccft", "epft", "ertft", "edcft", "ede", "ercft", "eoobft", "epotpft", "lo", "v", "ce", "cp", "cpr", "cu",
    "du", "d", "n", "ui", "vr",
)  # fmt: skip
_AUTH0 = {
    **{f"s{act}": True for act in _ACTS}, **{f"f{act}": False for act in _ACTS}, "gd_auth_succeed": True,
    **dict.fromkeys(("fp", "fu", "limit_wc", "limit_mu", "limit_sul", "gd_auth_failed", "gd_auth_rejected"), False),
}  # fmt: skip

IDENTITIES: tuple[Dialect, ...] = (
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
