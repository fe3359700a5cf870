"""A report as a file: what it is made of (the pages' style, the chart library), and its forms, HTML and PDF."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from techhealth.model import Assessment
from techhealth.policy import Policy
from techhealth.present.audience import Audience
from techhealth.present.report import Look, Report, report
from techhealth.server.workspace import shipped

#: Folder of a workspace that holds the chart library.
FOLDER = "charts"


def written(
    assessment: Assessment, policy: Policy, *, audience: Audience, within: Path | None, on_paper: bool = False
) -> Report:
    """Return the report on an assessment.

    Args:
        assessment: what is told.
        policy: the one it was made with.
        audience: who reads it.
        within: the workspace that keeps the chart library; the user's own cache when None.
        on_paper: charts that stay still, for a printer.
    """
    style = (shipped("notebooks") / "style.css").read_text(encoding="utf-8")
    charts = None if on_paper else chart_library((within or _cache()) / FOLDER)
    return report(assessment, policy, look=Look(style=style, charts=charts), audience=audience)


def chart_library(folder: Path) -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script, built once and kept in a folder where that can be written."""
    import vl_convert

    kept = folder / f"vega-{vl_convert.get_vega_version()}-{version('vl-convert-python')}.js"
    with suppress(OSError):
        return kept.read_text(encoding="utf-8")
    built = str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f"{kept.name}.{secrets.token_hex(4)}.partial"
        partial.write_text(built, encoding="utf-8")
        partial.replace(kept)
    return built


def _cache() -> Path:
    """Return the user's folder for what can be built again."""
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(named) if named else Path.home() / ".cache") / "techhealth"
