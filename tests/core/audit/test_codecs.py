"""What was packed once can be read for ever, and packing is safe beside other threads."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from core.audit.canonical import (
    CODEC_ZSTD,
    CODEC_ZSTD_DICTIONARY_1,
    Header,
    canonical_json,
    compress,
    decompress,
)

DICTIONARY_1 = "d66e6c27f849974212d1392e3b2680f327194557cc3f7f5c82cb46e92e5972b0"


def body(number: int) -> bytes:
    row = {"amount_paise": number, "document_kind": "bill", "account": "tax.output.cgst", "on_date": "2026-11-20"}
    return json.dumps({"rows": {"ledger_entry": [row] * 5}}).encode()


def test_a_released_dictionary_is_never_changed() -> None:
    trained = importlib.resources.files("resources").joinpath("audit", "dictionary-1.zstd").read_bytes()
    assert hashlib.sha256(trained).hexdigest() == DICTIONARY_1


def test_what_is_packed_comes_back() -> None:
    codec, packed = compress(body(1))
    assert codec == CODEC_ZSTD_DICTIONARY_1
    assert decompress(codec, packed) == body(1)


def test_the_dictionary_is_worth_it() -> None:
    assert len(compress(body(1))[1]) < 0.7 * len(zstandard.ZstdCompressor(level=19).compress(body(1)))


def test_events_of_the_first_release_are_still_read() -> None:
    assert decompress(CODEC_ZSTD, zstandard.ZstdCompressor(level=6).compress(body(2))) == body(2)


@pytest.mark.parametrize(("codec", "packed"), [(9, b""), (CODEC_ZSTD, b"none"), (CODEC_ZSTD_DICTIONARY_1, b"none")])
def test_what_no_codec_wrote_is_refused(codec: int, packed: bytes) -> None:
    with pytest.raises(ValueError, match=r"codec|zstd|frame|decompress"):
        decompress(codec, packed)


def test_threads_do_not_disturb_each_other() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda n: decompress(*compress(body(n))) == body(n), range(2_000)))


#: Lone surrogates are no text: no command and no database lets them in.
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    numbers=st.tuples(*[st.integers(-(2**63), 2**63 - 1)] * 4),
    texts=st.tuples(*[_TEXTS] * 3),
    account=st.none() | _TEXTS,
    user=st.none() | st.uuids(),
)
def test_a_header_written_by_hand_is_the_encoders(
    numbers: tuple[int, ...], texts: tuple[str, ...], account: str | None, user: UUID | None
) -> None:
    epoch, seq, hlc, at = numbers
    username, kind, program = texts
    node, subject = uuid4(), uuid4()
    header = Header(node, epoch, seq, hlc, at, user, username, account, kind, subject, program)
    assert header.to_bytes() == canonical_json(
        {
            "node": node.hex,
            "epoch": epoch,
            "seq": seq,
            "hlc": hlc,
            "at": at,
            "user": user.hex if user else None,
            "username": username,
            "os": account,
            "kind": kind,
            "subject": subject.hex,
            "program": program,
        }
    )
