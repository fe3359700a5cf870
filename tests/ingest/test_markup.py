"""XML as load tests, event viewers and integration platforms export it."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

import pytest
from polars.testing import assert_frame_equal

from techhealth.errors import InputError
from techhealth.ingest import read
from tests.ingest.logs import as_csv, calls

ROWS = calls(20)
EXPECTED = read(as_csv(ROWS)).events
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _attributes(row: dict[str, object]) -> str:
    return " ".join(f"{name}={quoteattr(str(value))}" for name, value in row.items())


def _elements(row: dict[str, object]) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in row.items())


def _pairs(row: dict[str, object]) -> str:
    return "".join(f'<Data Name="{name}"><![CDATA[{value}]]></Data>' for name, value in row.items())


SHAPES = {
    "attributes": HEAD + "<log>" + "".join(f"<call {_attributes(row)}/>" for row in ROWS) + "</log>",
    "elements": "<log><calls>" + "".join(f"<call>{_elements(row)}</call>" for row in ROWS) + "</calls></log>",
    "two names for a call": "<log>" + "".join(f"<{t} {_attributes(row)}/>" for row, t in zip(ROWS, ["get", "post"] * 10, strict=True)) + "</log>",
    "namespaces": '<x:log xmlns:x="urn:x">' + "".join(f"<x:call {_attributes(row)}/>" for row in ROWS) + "</x:log>",
    "a document a line": "\n".join(f"{HEAD.strip()}<call>{_elements(row)}</call>" for row in ROWS),
    "pairs": "<Events>" + "".join(f"<Event><Data2>1</Data2><EventData>{_pairs(row)}</EventData></Event>" for row in ROWS) + "</Events>",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_every_way_of_writing_calls_in_xml_reads_as_the_same_events(shape: str) -> None:
    """Attributes, elements, pairs, namespaces and one document a line tell what a table tells."""
    events = read(("log.xml", SHAPES[shape].encode())).events.sort("at")

    assert_frame_equal(EXPECTED.sort("at"), events)


def test_load_test_results_are_read_by_their_short_names() -> None:
    """A sample's t is its duration in milliseconds, s its outcome, and a failure with a good status is one."""
    samples = "".join(
        f'<{tag} t="{80 + n}" lt="3" ts="{1767607200000 + n * 1000}" s="{good}" lb="Home" rc="200" rm="OK" by="1"/>'
        for n, (tag, good) in enumerate([("httpSample", "true"), ("sample", "true"), ("httpSample", "false")])
    )
    events = read(("results.jtl", f"{HEAD}<testResults>{samples}</testResults>".encode())).events.sort("at")

    assert events["latency_ms"].to_list() == [80, 81, 82]
    assert events["ok"].to_list() == [True, True, False]
    assert events["at"][0] == datetime(2026, 1, 5, 10, tzinfo=UTC)


def test_the_whole_elements_of_a_cut_document_are_kept() -> None:
    """A document cut in the middle of an element loses that one, which is counted."""
    text = SHAPES["elements"]
    usage = read(("log.xml", text[: text.index("</call>", len(text) // 2) - 9].encode()))
    (receipt,) = usage.receipt.files
    (reject,) = receipt.rejects

    assert 5 < usage.events.height < 15
    assert (receipt.rows, receipt.rejected) == (usage.events.height + 1, 1)
    assert "middle of a record" in reject.reason


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', "declares entities"),
        ("<a>" * 90 + "</a>" * 90, "nested more than"),
        ("<note>Lunch at noon</note>", "no column holds the timestamp"),
        ("<note", "without a list of records"),
        ("<html><body>Sign in</body></html>", "web page"),
    ],
)
def test_what_is_no_log_is_refused_in_a_sentence(text: str, why: str) -> None:
    """Entities, endless nesting, notes and web pages are named, with what to do."""
    with pytest.raises(InputError, match=why):
        read(("odd.xml", text.encode()))
