"""Packed logs and archives: every member that is a log is a file of its own, and no limit can be passed by packing."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from functools import partial

import pytest
import zstandard
from polars.testing import assert_frame_equal

from techhealth.errors import InputError
from techhealth.ingest import read
from techhealth.ingest.files import archives
from tests.ingest.logs import as_csv, as_lines, calls, zipped

GOOD = as_csv(calls(20))
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": partial(lzma.compress, preset=0),
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}
#: Unpacks to a hundred megabytes, from a few kilobytes.
ZEROS = bytes(100_000_000)


def tarred(members: Mapping[str, bytes]) -> bytes:
    """Return a tar archive."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


@pytest.mark.parametrize("packing", PACKERS)
def test_each_packing_gives_the_same_events_and_is_named(packing: str) -> None:
    """A packed log is read as if it were plain, also in two parts after each other; the receipt names the packing."""
    half = GOOD.index(b"\n", len(GOOD) // 2) + 1

    usage = read(("log", PACKERS[packing](GOOD[:half]) + PACKERS[packing](GOOD[half:])))

    assert_frame_equal(read(GOOD).events, usage.events)
    assert usage.receipt.files[0].format == f"CSV (comma), {packing}"


@pytest.mark.parametrize("packing", PACKERS)
def test_a_cut_or_damaged_stream_is_refused(packing: str) -> None:
    """Half a packed log is no log, and neither is one with a changed byte: one sentence says which."""
    packed = bytearray(PACKERS[packing](GOOD))

    with pytest.raises(InputError, match=f"middle of its {packing} data"):
        read(("log", bytes(packed[: len(packed) // 2])))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(InputError, match=f"damaged {packing} file"):
        read(("log", bytes(packed)))


@pytest.mark.parametrize("pack", [*PACKERS.values(), lambda log: zipped({"a.csv": log})], ids=[*PACKERS, "zip"])
def test_what_unpacks_to_more_than_the_limit_is_refused_without_unpacking_it(pack: Callable[[bytes], bytes]) -> None:
    """A bomb is given up at the limit: no more than a few pieces above it are ever held."""
    import tracemalloc

    bomb = pack(ZEROS)
    tracemalloc.start()
    with pytest.raises(InputError, match="larger than the limit of 2 MB"):
        read(bomb, max_bytes=2_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 20_000_000


@pytest.mark.parametrize("pack", [zipped, tarred, lambda members: gzip.compress(tarred(members))])
def test_each_log_in_an_archive_is_a_file_of_its_own(pack: Callable[[Mapping[str, bytes]], bytes]) -> None:
    """Members are named after the archive; folders and hidden files are left out and counted, other files named."""
    members = {
        "__MACOSX/._a.csv": b"\0\5\26\7",
        "january/.DS_Store": b"x",
        "readme.txt": b"How to read these files.\nThank you.\n",
        "january/a.csv": GOOD,
        "b.ndjson": as_lines(calls(25)[20:]),
    }

    usage = read(("export.zip", pack(members)))

    assert [file.name for file in usage.receipt.files] == ["export.zip/january/a.csv", "export.zip/b.ndjson"]
    assert usage.events.height == 25
    notes = " ".join(usage.receipt.files[0].notes)
    assert "left out (2: " in notes
    assert "not read: export.zip/readme.txt is text" in notes


def test_an_archive_in_an_archive_and_a_packed_member_are_opened() -> None:
    """What is packed once more inside an archive is read under the names of both."""
    inner = zipped({"a.csv": GOOD})

    usage = read(("logs.zip", zipped({"inner.zip": inner, "b.csv.gz": gzip.compress(as_csv(calls(25)[20:]))})))

    assert [file.name for file in usage.receipt.files] == ["logs.zip/inner.zip/a.csv", "logs.zip/b.csv.gz"]
    assert [file.format for file in usage.receipt.files] == ["CSV (comma), zip, zip", "CSV (comma), gzip, zip"]
    assert usage.events.height == 25


def test_the_same_member_twice_counts_once() -> None:
    """Copies of a member, in the archive or beside it, are counted once like copies of a file."""
    usage = read(("logs.zip", zipped({"a.csv": GOOD, "copy of a.csv": GOOD})), ("a.csv", GOOD))

    assert usage.events.height == 20
    assert [file.events for file in usage.receipt.files] == [20, 0, 0]


def _encrypted() -> bytes:
    content = bytearray(zipped({"a.csv": GOOD}))
    for at in (content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8):
        content[at] |= 1
    return bytes(content)


def _bent() -> bytes:
    content = bytearray(zipped({"a.csv": GOOD}, zipfile.ZIP_STORED))
    content[content.index(b"timestamp")] ^= 1
    return bytes(content)


def _often(times: int) -> bytes:
    content = GOOD
    for _ in range(times):
        content = gzip.compress(content)
    return content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped({"a.csv": GOOD})[:-30], "damaged zip archive"),
        (_bent(), "damaged zip"),
        (_encrypted(), "encrypted zip archive"),
        (zipped({"a.csv": GOOD}, zipfile.ZIP_BZIP2), "rare kind"),
        (zipped({}), "archive without a file"),
        (zipped({".hidden": b"x"}), "archive without a file"),
        (zipped({"a.txt": b"Hello.\n", "b.txt": b"You.\n"}), "a.txt is text"),
        (zipped({"a.csv": b""}), "a.csv is empty"),
        (tarred({"a.csv": GOOD})[:700], "tar"),
        (_often(6), "packed too often"),
        (gzip.compress(b" \n", mtime=0), "is empty"),
    ],
)  # fmt: skip
def test_an_archive_that_cannot_be_used_is_refused_in_one_sentence(content: bytes, words: str) -> None:
    """Damaged, encrypted, empty or logless archives get one sentence that names the file."""
    with pytest.raises(InputError, match=words) as caught:
        read(("export.dat", content))

    assert "export.dat" in str(caught.value)


def test_an_archive_of_many_members_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of members is limited, before any of them is read."""
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    members = {f"{n}.csv": GOOD for n in range(4)}

    for pack in (zipped, tarred):
        with pytest.raises(InputError, match="more than 3 files"):
            read(("logs.zip", pack(members)))


def test_the_members_of_one_archive_share_the_limit() -> None:
    """Many small members that together pass the limit are refused like one large file."""
    members = {f"{n}.csv": as_csv(calls(100 + n)) for n in range(5)}

    with pytest.raises(InputError, match="larger than the limit"):
        read(("logs.zip", zipped(members)), max_bytes=3 * len(as_csv(calls(100))))
