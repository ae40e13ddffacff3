"""dBase III and IV tables, which older programs of distributors export: a header, fields, records of fixed length.

The header of a hostile file may claim anything: what counts is the bytes that are there. Memo fields stand in
another file, which nobody sends, and read as blank.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.kernel.errors import RuleBroken
from core.kernel.text import clean_line

_VERSIONS = frozenset({0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x43, 0x83, 0x8B, 0x8E, 0xCB, 0xF5})
_HEADER = 32
_FIELD = 32
_END_OF_FIELDS = 0x0D
_END_OF_FILE = 0x1A
_DELETED = 0x2A
_MOST_FIELDS = 128
#: Language driver (byte 29) -> code page; an unmarked file is of a DOS program.
_WINDOWS_PAGES = frozenset({0x03, 0x57, 0x58, 0x59})
_TEXT = frozenset(b"CV")
_NUMBERS = frozenset(b"NF")


def is_dbf(data: bytes) -> bool:
    """Say whether a file begins as a dBase table: a version, a day, and a header of whole fields that ends so."""
    if len(data) < _HEADER + _FIELD or data[0] not in _VERSIONS:
        return False
    length = int.from_bytes(data[8:10], "little")
    month, day = data[2], data[3]
    return month <= 12 and day <= 31 and _HEADER + _FIELD < length <= len(data) and _END_OF_FIELDS in data[:length]


def dbf_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the names of the fields as line 1, then each record that is not deleted, numbered from 2.

    Raises RuleBroken ``purchase_file.broken_table`` where fields and records do not fit each other.
    """
    first, width = int.from_bytes(data[8:10], "little"), int.from_bytes(data[10:12], "little")
    fields = _fields(data, first)
    if not 0 < len(fields) <= _MOST_FIELDS or sum(size for _, _, size in fields) + 1 > width:
        raise RuleBroken("purchase_file.broken_table", file=name)
    page = "cp1252" if data[29] in _WINDOWS_PAGES else "cp437"
    yield 1, [field for field, _, _ in fields]
    # the count of records in the header is not believed: the bytes that are there are read
    for line, start in enumerate(range(first, len(data) - width + 1, width), start=2):
        if data[start] == _END_OF_FILE:
            return
        if data[start] == _DELETED:
            continue
        yield line, list(_cells(data[start + 1 : start + width], fields, page))


def _fields(data: bytes, end: int) -> list[tuple[str, int, int]]:
    """Return name, type and length of each field."""
    fields = []
    for start in range(_HEADER, min(end, len(data)) - _FIELD + 1, _FIELD):
        if data[start] == _END_OF_FIELDS:
            break
        name = data[start : start + 11].partition(b"\0")[0].decode("ascii", "replace")
        fields.append((clean_line(name), data[start + 11], data[start + 16]))
    return fields


def _cells(record: bytes, fields: list[tuple[str, int, int]], page: str) -> Iterator[str]:
    place = 0
    for _, kind, size in fields:
        raw = record[place : place + size]
        place += size
        if kind in _NUMBERS:
            yield clean_line(raw.decode("ascii", "replace"))
        elif kind in _TEXT:
            yield clean_line(raw.decode(page, "replace"))
        elif kind == ord("D"):
            day = raw.decode("ascii", "replace").strip()
            yield f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdigit() else ""
        elif kind == ord("I"):
            yield str(int.from_bytes(raw, "little", signed=True))
        else:
            yield ""
