"""Secrets in the forms they have in logs, plain and encoded for an address, and what only resembles them."""

from __future__ import annotations

from urllib.parse import quote

import polars as pl
import pytest

from techhealth.ingest.masking.redact import mask_column, masked

#: A text that holds a secret → the part that must not be seen again.
SECRETS = {'authorization: Basic dXNlcjpwYXNzd29yZA==': 'dXNlcjpwYXNzd29yZA', 'Bearer abcdef0123456789': 'abcdef0123456789', 'Cookie: sid=abc123; theme=dark': 'abc123', 'Set-Cookie: session=Zx81; Path=/': 'Zx81', '{"name":"x-api-key","value":"k-12345"}': 'k-12345', 'x-api-key: k-98765': 'k-98765', 'api_key=zzz99': 'zzz99', 'ann@example.com': 'ann@', '4111 1111 1111 1111': '1111 1111', 'DE89370400440532013000': '0440532013', '0170 1234567': '1234567', '(555) 010-9999': '010-9999', '06 12 34 56 78': '34 56', '0049 170 1234567': '1234567', '01701234567': '01701234567', '555-010-9999': '010-9999', 'bob:s3cret@db': 's3cret', 'postgres://u:pa55@db/x': 'pa55', '/reset/aB3dE5fG7h': 'aB3dE5fG7h', 'https://hooks.slack.com/services/T0/B1/abcXYZ123': 'abcXYZ123', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY': 'K7MDENG', 'sk-proj-abcdef1234567890': 'abcdef1234567890', 'sk_live_4eC39HqLyjWDarjtT1zdp7dc': '4eC39HqLyj', 'eyJhbGciOi.eyJzdWIi.c2lnbmF0': 'eyJzdWIi', '192.168.1.7': '192.168.1.7', 'password=hunter2': 'hunter2', '"password": "hunter2"': 'hunter2', 'AKIAIOSFODNN7EXAMPLE': 'AKIAIOSFODNN7', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a': '16C7e42F', 'xoxb-123456789-abcdefgh': 'abcdefgh', 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4': 'a1b2c3d4e5', 'tel: 15551234567': '15551234567', 'JSESSIONID=ABC99': 'ABC99', 'token=abc': 'abc', "client_secret: 'xyz77'": 'xyz77', 'glpat-abcdefghij12345': 'abcdefghij', 'Passwort lautet Winter77': 'Winter77', 'password for ann is now swordfish': 'swordfish', 'pwd: x9': 'x9', 'mot de passe est Soleil9': 'Soleil9', 'contraseña es "azul claro"': 'claro', 'senha é Praia24': 'Praia24', 'password è Mare99': 'Mare99', 'wachtwoord is fiets': 'fiets', 'lösenordet är Sommar1': 'Sommar1', 'hasło to Zima24': 'Zima24', 'heslo je Jaro21': 'Jaro21', 'пароль: Весна33': 'Весна33', 'PIN is 4711': '4711', 'password is valid-77': 'valid-77', 'Your code is 951627': '951627', 'code: 48291': '48291', 'https://hooks.zapier.com/hooks/catch/123456/abcdefg/': 'abcdefg', 'https://hooks.partner.example/in/T0K3N9xYz': 'T0K3N9xYz', 'hook.eu1.make.com/k3jd9sl2mfn4': 'k3jd9sl2', 'https://x.webhook.office.com/webhookb2/8f2e@aaaa/IncomingWebhook/9d8c7b/77': '9d8c7b', 'https://discord.com/api/webhooks/1234567890/AbCdEf-GhIj': 'AbCdEf'}  # fmt: skip


@pytest.mark.parametrize("text", SECRETS)
def test_no_secret_survives_in_any_form(text: str) -> None:
    """A secret is hidden in a sentence and in a column, as it stands and encoded for an address."""
    hidden = SECRETS[text]

    for form in (text, quote(text, safe=""), quote(text, safe="/:"), quote(quote(text, safe=""), safe="")):
        said = masked(f"call {form} failed")
        assert hidden not in said
        assert quote(hidden, safe="") not in said
        assert hidden not in mask_column(pl.Series([f"call {form} failed"]))[0][0]


@pytest.mark.parametrize(
    "text",
    ["/api/v2/orders/status/list/something/else", "Custom API (Reports)", "1769342400000", "/Apps/MyService/V2/GetOrderStatusForCustomer/Details",
     "com.example.service.OrderServiceImpl", "2026-01-05 to 2026-02-01 (12,345 rows)", "/auth/callback", "/login/index.html", "/keys/public", "50%25 done",
     "SalesforceCRMIntegrationServiceProd", "GET /sessions/active", "password is required", "Passwort ist abgelaufen", "token is still valid", "contraseña es incorrecta", "is the log in local time? --timezone ZONE", "/v1/webhooks/orders", "https://hooks.acme.example/v1/orders/created", "error code 40001", "1772440000000009", "1773154559146129"],
)  # fmt: skip
def test_words_paths_and_times_stay(text: str) -> None:
    """What is no secret is shown as it was written."""
    assert masked(text) == text


def test_a_secret_in_brackets_takes_them_along() -> None:
    """No half of a pair of brackets is left beside what is masked."""
    assert masked("auth token=[abc123def456] failed") == "auth [masked] failed"
