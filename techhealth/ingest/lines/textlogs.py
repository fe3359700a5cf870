"""Text logs → records: access logs of servers and balancers, W3C logs, key=value lines."""

from __future__ import annotations

import polars as pl

from techhealth.errors import UnreadableError
from techhealth.ingest.lines.facts import holds_request, holds_time
from techhealth.ingest.lines.parsed import COLOUR
from techhealth.ingest.lines.refusals import NO_TIME, refusal, undated
from techhealth.ingest.lines.textlines import parsed
from techhealth.ingest.records import Records, tidy
from techhealth.ingest.rejects import NOT_OF_FORM, OTHER_LINE, PART, SURPLUS, Rejects, wanted
from techhealth.ingest.series import share_of
from techhealth.ingest.tables.header import is_table

#: A cell of a W3C log: a quote inside a quoted text is doubled.
_CELL = r'"(?:[^"]|"")*"|\S+'
#: Lines in which the header of a table must stand, and rows below it that tell.
_HEAD = 50
#: Lines that tell whether entries stand on several, shares of them that begin one, and lines of an entry that are read.
_ENTRIES, _LEAST, _MOST, _LINES = 400, 0.2, 0.6, 3


def read_text_log(name: str, content: bytes) -> Records | None:
    """Return the records of a text log, None where its lines have no form that is known and may be rows of a table.

    Raises:
        UnreadableError: if its lines are no calls, or lack what calls need: naming what.
    """
    lines = pl.DataFrame({"text": content.decode("utf-8", errors="replace").split("\n")}).with_row_index(
        "line", offset=1
    )
    if b"\x1b[" in content:
        lines = lines.with_columns(pl.col("text").str.replace_all(COLOUR, ""))
    rows = lines["text"].str.strip_chars("\r\n\0 \ufeff")  # of a table: its last cells may be empty
    lines = lines.with_columns(rows.str.strip_chars("\t ")).filter(pl.col("text") != "")
    if lines.is_empty():
        return None
    lines = lines.with_columns(pl.col("text").str.replace(r"^#fields\s", "#Fields: "))
    if lines["text"].head(20).str.starts_with("#Fields:").any():
        return _w3c(lines)
    lines = _entries(lines)
    if is_table(rows.filter(rows.str.contains(r"\S")).head(_HEAD).to_list()):
        return None
    found = parsed(lines["text"], whole=True)
    why = None if found and found.dated else refusal(lines["text"], asked=found is not None)
    if why and not (found and why == NO_TIME):
        raise UnreadableError(f"{name}: {why}")
    if found is None or not (found.dated or why):
        return None
    rejects = Rejects()
    part = ~found.fits if found.part is None else found.part
    if found.part is not None:
        _reject(rejects, PART, lines.filter(part))
    others = lines.filter(~found.fits & ~part) if found.part is not None else lines.filter(part)
    asks = holds_request(others["text"])
    _reject(rejects, NOT_OF_FORM, others.filter(asks))
    _reject(rejects, OTHER_LINE, others.filter(~asks))
    kept = found.frame.filter(found.fits)
    return Records(
        frame=tidy(kept), lines=lines["line"].filter(found.fits).cast(pl.Int64), format=f"text ({found.form})", rejects=rejects, notes=found.notes,
        doubts=(found.doubt,) if found.doubt else (), undated=why or undated(lines["text"]),
    )  # fmt: skip


def _entries(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of entries that stand on two or more, each as one: a time and a name first, the request below."""
    sample = lines.head(_ENTRIES)["text"]
    heads, asks = holds_time(sample), holds_request(sample)
    if not _LEAST <= share_of(heads) <= _MOST or (heads & asks).any() or int(asks.sum()) < _LEAST * int(heads.sum()):
        return lines
    entry = holds_time(lines["text"]).cum_sum()
    return lines.group_by(entry.alias("entry"), maintain_order=True).agg(
        pl.col("line").first(), pl.col("text").head(_LINES).str.join(" ")
    ).select("line", "text")  # fmt: skip


def _reject(rejects: Rejects, reason: str, lines: pl.DataFrame) -> None:
    rejects.add(reason, lines.height, lines.select("line", "text").head(wanted(lines.height)).iter_rows())


def _w3c(lines: pl.DataFrame) -> Records:
    """Return the records of a W3C extended log; each `#Fields:` line names the columns of the rows below it."""
    directive = pl.col("text").str.starts_with("#")
    fields = pl.when(pl.col("text").str.starts_with("#Fields:")).then("text").forward_fill()
    date = pl.col("text").str.extract(r"^#Date:\s*(\d{4}-\d\d-\d\d)", 1).forward_fill()
    rows = lines.with_columns(fields=fields, day=date).filter(~directive)
    rejects = Rejects()
    parts: list[pl.DataFrame] = []
    for (header,), section in rows.group_by("fields", maintain_order=True):
        names = str(header or "#Fields:").removeprefix("#Fields:").split()
        tabs = share_of(section["text"].str.contains("\t"))
        cells = pl.col("text").str.split("\t") if tabs > 0.5 else pl.col("text").str.extract_all(_CELL)
        split = section.with_columns(cells=cells)
        surplus = pl.col("cells").list.len() > len(names)
        _reject(rejects, SURPLUS, split.filter(surplus))
        whole = split.filter(~surplus)
        columns = [
            pl.col("cells").list.get(n, null_on_oob=True).alias(field) for n, field in enumerate(dict.fromkeys(names))
        ]
        dated = [pl.col("day").alias("date")] if "date" not in names and "time" in names else []
        parts.append(whole.select(pl.col("line").alias("\0line"), *dated, *columns))
    frame = pl.concat(parts, how="diagonal") if parts else pl.DataFrame({"\0line": []}, schema={"\0line": pl.UInt32})
    frame = frame.sort("\0line")
    return Records(
        frame=tidy(frame.drop("\0line")), lines=frame["\0line"].cast(pl.Int64).alias("line"), format="W3C extended log", rejects=rejects
    )  # fmt: skip
