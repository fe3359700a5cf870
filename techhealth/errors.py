"""The error tree. Every message says what is wrong, where, and what to do next.

TechHealthError
├── InputError            the input cannot be used (exit status 1)
│   ├── UnreadableError   not a log we can read: empty, cut, binary, too large
│   └── MissingFieldError a field that everything needs has no column
├── StoreError            what was stored is damaged or cannot be reached (exit status 1)
├── PolicyError           a policy file says something impossible
├── MissingToolError      a program that is needed is not installed (exit status 1)
└── UsageError            the caller asked for something that does not exist (exit status 2)
"""

#: Characters of a column's name in a message.
_LONGEST_NAME = 60


class TechHealthError(Exception):
    """Base of every error a caller may want to catch."""


class InputError(TechHealthError):
    """The input cannot be used; the message names the file, the reason and the next step."""


class UnreadableError(InputError):
    """The bytes are not a log this tool reads: empty, cut off, binary or too large."""


class MissingFieldError(InputError):
    """A field that the analysis cannot do without has no column."""

    def __init__(self, field: str, *, where: str, columns: list[str], beside: str = "") -> None:
        """Tell that no column holds a field, nor what is named `beside` it."""
        self.field = field
        shown = ", ".join(_short(column) for column in columns[:12]) + (" …" if len(columns) > 12 else "")
        super().__init__(
            f"{where}: no column holds the {field}{beside} (found: {shown or 'no columns'}). "
            f"Name it with --map {field}=COLUMN, or export the log with it."
        )


def _short(name: str) -> str:
    """Return a column's name; of one that is no name but text, its beginning."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


class StoreError(TechHealthError):
    """What was stored is damaged, missing or cannot be reached."""


class PolicyError(TechHealthError):
    """A policy holds an unknown key or an impossible value."""


class MissingToolError(TechHealthError):
    """A program that is needed is not installed, or does not work; the message names one to install."""


class UsageError(TechHealthError):
    """The caller named something that does not exist: a customer, a scenario, a field."""
