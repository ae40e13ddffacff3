"""dBase III files, written as old programs write them: nothing of the reader is used here."""

from __future__ import annotations

from collections.abc import Sequence


def dbf(
    fields: Sequence[tuple[str, str, int]],
    records: Sequence[Sequence[str]],
    *,
    claimed: int | None = None,
    page: int = 0x03,
    encoding: str = "cp1252",
    deleted: frozenset[int] = frozenset(),
) -> bytes:
    """Return a table; ``claimed`` is how many records its header says it has, ``deleted`` which are marked so."""
    header_length = 32 + 32 * len(fields) + 1
    record_length = 1 + sum(size for _, _, size in fields)
    count = len(records) if claimed is None else claimed
    header = bytes([0x03, 126, 9, 12]) + count.to_bytes(4, "little")
    header += header_length.to_bytes(2, "little") + record_length.to_bytes(2, "little")
    header += bytes(17) + bytes([page]) + bytes(2)
    for name, kind, size in fields:
        header += name.encode("ascii").ljust(11, b"\0") + kind.encode("ascii") + bytes(4) + bytes([size, 0]) + bytes(14)
    body = b""
    for number, record in enumerate(records):
        body += b"*" if number in deleted else b" "
        for (_, kind, size), text in zip(fields, record, strict=True):
            written = text.encode(encoding)[:size]
            body += written.rjust(size) if kind == "N" else written.ljust(size)
    return header + b"\r" + body + b"\x1a"
