"""What was packed once can be read for ever, and packing is safe beside other threads."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import zstandard

from core.audit.canonical import CODEC_ZSTD, CODEC_ZSTD_DICTIONARY_1, compress, decompress

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
