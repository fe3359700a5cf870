"""Every format holds the same records, and the same wish gives the same bytes."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest

from techhealth.errors import UsageError
from techhealth.sample import write_sample

SMALL = {"name": "second", "rows": 3_000, "seed": 9}


def written(path: Path) -> bytes:
    """Return the plain bytes of a small sample written under a name."""
    write_sample(**SMALL, out=path)
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.mark.parametrize("suffix", [".json", ".json.gz", ".ndjson", ".ndjson.gz", ".csv", ".csv.gz"])
def test_the_same_wish_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    """Writing twice gives the same file, compressed or not."""
    one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    written(one)
    written(two)

    assert one.read_bytes() == two.read_bytes()


def test_another_seed_gives_other_bytes(tmp_path: Path) -> None:
    """Another seed gives another file."""
    write_sample("second", rows=3_000, seed=10, out=tmp_path / "other.json")

    assert written(tmp_path / "one.json") != (tmp_path / "other.json").read_bytes()


def test_every_format_holds_the_same_records(tmp_path: Path) -> None:
    """JSON, NDJSON and CSV, plain and packed, agree on every value they hold."""
    records = json.loads(written(tmp_path / "a.json"))["records"]
    lines = [json.loads(line) for line in written(tmp_path / "a.ndjson.gz").splitlines()]
    rows = list(csv.DictReader(io.StringIO(written(tmp_path / "a.csv.gz").decode())))

    assert len(records) == 3_000
    assert [{key: value for key, value in line.items() if key != "customer"} for line in lines] == records
    assert len(rows) == len(records)
    for record, row in zip(records, rows, strict=True):
        assert {key: value for key, value in row.items() if value and key != "customer"} == {
            key: str(value) for key, value in record.items() if value is not None
        }


def test_csv_has_one_flat_header(tmp_path: Path) -> None:
    """Calls and deliveries share one header; what a kind does not have is empty."""
    header = written(tmp_path / "a.csv").decode().splitlines()[0]

    assert header == (
        "timestamp,type,customer,integration,method,endpoint,status,latency_ms,request_bytes,client,request_id,"
        "delivery_id,event_type,url,reason,attempt"
    )


def test_a_stream_takes_json_unless_told_otherwise(tmp_path: Path) -> None:
    """A stream gets the bytes of a JSON file, or those of the format named."""
    plain, table = io.BytesIO(), io.BytesIO()
    write_sample(**SMALL, out=plain)
    write_sample(**SMALL, out=table, format="csv")

    assert plain.getvalue() == written(tmp_path / "a.json")
    assert table.getvalue() == written(tmp_path / "a.csv")


def test_the_truth_is_plain_json(tmp_path: Path) -> None:
    """The truth turns into JSON and keeps its counts."""
    truth = write_sample(**SMALL, out=io.BytesIO())
    document = json.loads(json.dumps(truth.document()))

    assert document["schema"] == "techhealth.sample-truth/1"
    assert document["api_calls"] + document["webhook_deliveries"] == 3_000
    assert document["first"] == "2026-01-01"


@pytest.mark.parametrize(
    ("name", "message"),
    [("a.xlsx", ".json, .ndjson"), ("a.gz", "suffix"), ("missing/a.json", "cannot be written")],
)
def test_an_unknown_suffix_or_place_is_said(tmp_path: Path, name: str, message: str) -> None:
    """A file that cannot be written ends in a sentence that says what can, and leaves nothing behind."""
    with pytest.raises(UsageError, match=message):
        write_sample(**SMALL, out=tmp_path / name)

    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_said() -> None:
    """A format that does not exist ends in a sentence that names those that do."""
    with pytest.raises(UsageError, match="json, ndjson, csv"):
        write_sample(**SMALL, out=io.BytesIO(), format="xml")
