"""Settings: read from the environment, refused by the variable's name, and silent about secrets."""

import pytest

from techhealth.actions.settings import Settings
from techhealth.errors import UsageError

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
GOOD = {
    "TECHHEALTH_SMTP": "smtps://me:hunter2@mail.example.com",
    "TECHHEALTH_MAIL_FROM": "Care <care@example.com>",
    "TECHHEALTH_DESK_ADDRESS": "desk@example.com",
    "TECHHEALTH_CALLBACK": "https://desk.example.com/hooks/hunter2",
    "TECHHEALTH_CALLBACK_SECRET": SECRET,
    "TECHHEALTH_CALDAV": "https://me:hunter2@calendar.example.com/",
    "TECHHEALTH_CSM": "Ann Lee <ann@example.com>",
}


def test_settings_come_from_the_environment():
    """Each variable is its setting; one that is empty is not set."""
    found = Settings.from_environment({**GOOD, "TECHHEALTH_CSM": " "})

    assert (found.mail_from, found.csm, found.callback_secret) == ("Care <care@example.com>", None, SECRET)


def test_secrets_do_not_show():
    """What a log of the program may print of the settings holds no user, password, path or secret."""
    shown = repr(Settings.from_environment(GOOD))

    assert not any(word in shown for word in ("hunter2", SECRET, "me:"))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MAIL_FROM", "hunter2"),
        ("MAIL_FROM", "a@example.com, hunter2@example.com"),
        ("DESK_ADDRESS", "desk@example.com\r\nBcc: hunter2@example.com"),
        ("CSM", "@hunter2"),
        ("SMTP", "hunter2"),
        ("SMTP", "smtp://host:hunter2"),
        ("SMTP", ""),
        ("SMTP", "smtp://me:hunter2℀x@host"),
        ("SMTP", "smtp://me:hunter2@[::1"),
        ("SMTP", "smtp://me:hunter2ü@host"),
        ("CALDAV", "https://me:hunter2@[bad]/x"),
        ("CALLBACK", "https://me:hunter2℀x@host"),
        ("CALLBACK", "https://host/ä?hunter2"),
        ("CALLBACK", "https://host/?q=hunter2ü"),
        ("CALLBACK", "https://me:hunter2@a..b/"),
        ("CALLBACK", f"https://me:hunter2@{'a' * 70}.example/"),
        ("CALLBACK_SECRET", "whsec_hunter2ü"),
        ("CALLBACK", "ftp://hunter2"),
        ("CALLBACK", "https://host/a b hunter2"),
        ("CALLBACK_SECRET", "hunter2"),
        ("CALLBACK_SECRET", "whsec_c2hvcnQ="),
        ("CALLBACK_SECRET", ""),
        ("CALDAV", "calendar hunter2"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_without_its_value(variable, value):
    """The message names the variable, never what it holds."""
    with pytest.raises(UsageError) as error:
        Settings.from_environment({**GOOD, f"TECHHEALTH_{variable}": value})

    assert f"TECHHEALTH_{variable}" in str(error.value)
    assert "hunter2" not in str(error.value)
    assert error.value.__suppress_context__ or error.value.__context__ is None
