"""What comes with the package beside its modules: its pages and sample data."""

from __future__ import annotations

from pathlib import Path

from techhealth.errors import UsageError


def shipped(name: str) -> Path:
    """Return a folder that comes with the package: beside it in a repository, inside it when installed.

    Raises:
        UsageError: if the package came without it.
    """
    package = Path(__file__).parent.parent
    for folder in (package.parent / name, package / "shipped" / name):
        if folder.is_dir():
            return folder
    raise UsageError(f"this installation lacks its folder {name}; install techhealth again from its repository.")
