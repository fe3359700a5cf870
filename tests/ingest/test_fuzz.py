"""Bytes nobody meant as a log, and logs that were damaged on their way: always a receipt that adds up, or one sentence."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import random
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from techhealth.errors import TechHealthError
from techhealth.ingest import inspect
from tests.hostile import PROBES
from tests.ingest.logs import zipped
from tests.ingest.shapes import SAMPLES

#: The bar: 5,000 cases; a tenth of them in every run.
CASES = 5_000 if os.environ.get("TECHHEALTH_SOAK") else 500
LIMIT_BYTES = 2_000_000
_SECONDS = 30
_GROWTH_MIB = 600
_HOSTILE = (
    *PROBES,
    "\0",
    "\ufeff",
    "﷽" * 50,
    "9" * 400,
    "-1",
    "NaN",
    "1e999",
    "",
    '"',
    "'",
    "\\",
    "{",
    "[",
    "}]",
    "\r",
    "0000-00-00",
    "9999999999999999999",
)


@contextmanager
def _bounded() -> Iterator[None]:
    """Stop a case that hangs, and one that takes far more memory than its input."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"a case took more than {_SECONDS} s")

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    signal.signal(signal.SIGALRM, ring)
    signal.alarm(_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < _GROWTH_MIB


def _holds(name: str, content: bytes) -> None:
    """Check the law: a receipt in which every row is an event or a reject, or one clear sentence."""
    with _bounded():
        try:
            receipt = inspect((name, content), max_bytes=LIMIT_BYTES)
        except TechHealthError as refused:
            said = str(refused)
            assert "\n" not in said
            assert 10 < len(said) < 2_000
            assert "Traceback" not in said
            return
    for file in receipt.files:
        if file.kind != "metrics":  # a row of totals stands for many calls
            assert file.events + file.rejected == file.rows
        assert file.rejected == sum(reject.count for reject in file.rejects)


# --- ways a file is damaged -------------------------------------------------------------------------


def _cut(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:end] if chance.random() < 0.7 else content[start:end]


def _flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 1 + len(content) // 50)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _patched(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.randbytes(chance.randint(0, 5)) + content[at + chance.randint(0, 6) :]


def _with_nulls(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + b"\0" * chance.randint(1, 200) + content[at:]


def _doubled_header(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    lines.insert(chance.randrange(len(lines) + 1), lines[0])
    return b"\n".join(lines)


def _shuffled_lines(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _shuffled_cells(content: bytes, chance: random.Random) -> bytes:
    separator = chance.choice([b",", b";", b"\t", b" "])
    order = list(range(content.split(b"\n")[0].count(separator) + 1))
    chance.shuffle(order)
    rows = [line.split(separator) for line in content.split(b"\n")]
    return b"\n".join(separator.join(row[n] for n in order if n < len(row)) for row in rows)


def _hostile_text(content: bytes, chance: random.Random) -> bytes:
    parts = content.split(chance.choice([b",", b'"', b" ", b":"]))
    for _ in range(chance.randint(1, 5)):
        parts[chance.randrange(len(parts))] = chance.choice(_HOSTILE).encode()
    return chance.choice([b",", b'"', b" ", b":"]).join(parts)


def _huge_numbers(content: bytes, chance: random.Random) -> bytes:
    for digit in chance.sample(b"0123456789", 2):
        content = content.replace(bytes([digit]), bytes([digit]) * chance.randint(2, 40), chance.randint(1, 20))
    return content


def _repeated(content: bytes, chance: random.Random) -> bytes:
    return (content + chance.choice([b"", b"\n", b"\0", b"\xff"])) * chance.randint(2, 20)


def _recoded(content: bytes, chance: random.Random) -> bytes:
    text = content.decode("utf-8", errors="replace")
    return text.encode(
        chance.choice(["utf-16", "utf-16-le", "utf-32", "cp1252", "cp1251", "shift_jis"]), errors="replace"
    )


def _packed(content: bytes, chance: random.Random) -> bytes:
    return chance.choice([gzip.compress, bz2.compress, lzma.compress, lambda one: zipped({"log.txt": one})])(content)


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut, _flipped, _patched, _with_nulls, _doubled_header, _shuffled_lines, _shuffled_cells, _hostile_text, _huge_numbers, _repeated, _recoded, _packed,
)  # fmt: skip


@settings(max_examples=CASES * 9 // 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sample=st.sampled_from(sorted(SAMPLES)),
    damages=st.lists(st.sampled_from(DAMAGES), max_size=4),
    seed=st.integers(0, 2**32),
)
def test_a_damaged_log_gives_a_receipt_that_adds_up_or_one_sentence(
    sample: str, damages: list[Callable[[bytes, random.Random], bytes]], seed: int
) -> None:
    """However a log of any known shape is cut, shuffled, flipped, packed or recoded, kept and rejected rows add up."""
    content = SAMPLES[sample]
    chance = random.Random(seed)
    for damage in damages:
        content = damage(content, chance) if content else content

    _holds(sample, content[:LIMIT_BYTES])


@settings(max_examples=CASES // 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=3_000) | st.text(max_size=2_000).map(lambda text: text.encode(errors="replace")))
def test_bytes_of_any_kind_are_read_or_refused(content: bytes) -> None:
    """Bytes and text that were never a log are refused in a sentence, or read with every row accounted for."""
    _holds("export.dat", content)


def test_each_sample_is_read_when_it_is_whole() -> None:
    """The samples that are damaged above are logs: undamaged, each is read without a reject of its rows."""
    for name, content in SAMPLES.items():
        receipt = inspect((name, content)).files[0]

        assert receipt.events, name
