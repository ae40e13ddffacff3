"""The one form in which an event is hashed: the same bytes on every machine, for ever."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import zstandard

#: What precedes the first event of a chain.
GENESIS = bytes(32)

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK_CODE_BITS = 40
_MAX_BODY_BYTES = 256 * 1024 * 1024

#: How a body is stored. A number is never given a second meaning, nor a dictionary's file changed.
CODEC_ZSTD = 1
CODEC_ZSTD_DICTIONARY_1 = 2
_DICTIONARY_1 = "dictionary-1.zstd"
_LEVEL = 9


@dataclass(frozen=True, slots=True)
class Header:
    """What an event says of itself beside its body; every field is hashed."""

    node_id: UUID
    epoch: int
    seq: int
    hlc: int
    at: int
    user_id: UUID | None
    username: str
    os_account: str | None
    kind: str
    subject_id: UUID
    program: str

    def to_bytes(self) -> bytes:
        """Return the canonical JSON."""
        return header_bytes(
            node_id=self.node_id.hex,
            epoch=self.epoch,
            seq=self.seq,
            hlc=self.hlc,
            at=self.at,
            user_id=self.user_id.hex if self.user_id else None,
            username=self.username,
            os_account=self.os_account,
            kind=self.kind,
            subject_id=self.subject_id.hex,
            program=self.program,
        )


def header_bytes(
    *,
    node_id: str,
    epoch: int,
    seq: int,
    hlc: int,
    at: int,
    user_id: str | None,
    username: str,
    os_account: str | None,
    kind: str,
    subject_id: str,
    program: str,
) -> bytes:
    """Return a header's canonical JSON from canonical values: ids as hex, instants as microseconds.

    Written by hand: proving the books makes one for every event, and the encoder takes longer than all hashing.
    """
    user = "null" if user_id is None else f'"{user_id}"'
    account = "null" if os_account is None else _quoted(os_account)
    return (
        f'{{"at":{at},"epoch":{epoch},"hlc":{hlc},"kind":{_quoted(kind)},"node":"{node_id}","os":{account},'
        f'"program":{_quoted(program)},"seq":{seq},"subject":"{subject_id}","user":{user},'
        f'"username":{_quoted(username)}}}'
    ).encode()


_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@lru_cache(maxsize=1024)
def _quoted(text: str) -> str:
    return _JSON.encode(text)


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """Return sorted, compact UTF-8 JSON. The values hold no float: capture refuses one."""
    return _JSON.encode(value).encode()


def event_sha(previous: bytes, header: bytes, body: bytes) -> bytes:
    """Return the event's hash, 32 bytes, from the one before it."""
    return hashlib.sha256(previous + header + b"\n" + body).digest()


def check_code(sha: bytes) -> str:
    """Return the 8 characters printed on a document: the first 40 bits of its event's hash, Crockford base 32."""
    number = int.from_bytes(sha[: _CHECK_CODE_BITS // 8])
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(_CHECK_CODE_BITS - 5, -1, -5))


class _Codec(threading.local):
    """Compressors for each thread, dictionary included: zstandard's objects corrupt data when threads share one."""

    def __init__(self) -> None:
        trained = importlib.resources.files("resources").joinpath("audit", _DICTIONARY_1).read_bytes()
        dictionary = zstandard.ZstdCompressionDict(trained)
        dictionary.precompute_compress(level=_LEVEL)
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL, dict_data=dictionary)
        self.decompressors = {
            CODEC_ZSTD: zstandard.ZstdDecompressor(),
            CODEC_ZSTD_DICTIONARY_1: zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(trained)),
        }


_codec = _Codec()


def compress(body: bytes) -> tuple[int, bytes]:
    """Return the codec's number and the compressed body."""
    return CODEC_ZSTD_DICTIONARY_1, _codec.compressor.compress(body)


def decompress(codec: int, data: bytes) -> bytes:
    """Return a stored body.

    Raises ValueError for data that no codec of ours has written, or that would unpack to more than 256 MB.
    """
    decompressor = _codec.decompressors.get(codec)
    if decompressor is None:
        raise ValueError(f"unknown codec {codec}")
    try:
        return decompressor.decompress(data, max_output_size=_MAX_BODY_BYTES)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
