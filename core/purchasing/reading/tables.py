"""A file as rows of cleaned texts, whatever it is: recognised by its first bytes, never by its name, and bounded.

A bill has some hundred lines at most, so the bounds are far narrower than those of a sheet of stock; each is checked
while the file is read, so that what is beyond it is never held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.kernel.errors import Problem, RuleBroken

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 2_000
MOST_COLUMNS = 100

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_PDF = b"%PDF-"
#: BIFF 2, 3, 4 and 5 as a bare stream: a begin-of-file record and its length.
_BIFF = tuple(bytes([9, version, length, 0]) for version in (0, 2, 4, 8) for length in (4, 6, 8, 16))
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with something in it; ``line`` is its number in the file."""

    line: int
    cells: tuple[str, ...]

    def cell(self, place: int) -> str:
        """Return a cell's text, empty where the row is shorter."""
        return self.cells[place] if place < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """What stands in a file, row by row. ``form`` is ``csv``, ``xlsx``, ``xls``, ``dbf`` or ``pdf``."""

    file: str
    form: str
    rows: tuple[Row, ...]


def read_table(source: Path | bytes, name: str = "") -> Table:
    """Read the rows of a file; ``name`` is only what sentences call it.

    Raises RuleBroken ``input.no_file``, ``input.is_folder``, ``purchase_file.no_plain_file``, ``.empty``, ``.too_big``,
    ``.too_many_rows``, ``.too_many_columns``, ``.unreadable``, ``.protected``, ``.formulas``, ``.encoding``,
    ``.quote_open``, ``.no_text``, ``.picture``, ``.columns_overlap``, ``.broken_table``.
    """
    name, data = _bytes_of(source, name)
    if not data.strip(b"\0 \t\r\n"):
        raise RuleBroken("purchase_file.empty", file=name)
    try:
        form, rows = _rows_of(name, data)
        kept = tuple(bounded(name, rows))
    except Problem:
        raise
    except Exception as error:  # the readers raise whatever a broken file makes them stumble over
        raise RuleBroken("purchase_file.unreadable", file=name) from error
    if not kept:
        raise RuleBroken("purchase_file.empty", file=name)
    return Table(name, form, kept)


def bounded(name: str, rows: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    """Yield the rows with something in them, and stop at the first beyond what a bill can have.

    Raises RuleBroken ``purchase_file.too_many_rows``, ``purchase_file.too_many_columns``.
    """
    for read, (line, cells) in enumerate(rows, start=1):
        if read > MOST_ROWS or line > MOST_ROWS * 10:
            raise RuleBroken("purchase_file.too_many_rows", file=name, rows=f"{MOST_ROWS:,}")
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise RuleBroken("purchase_file.too_many_columns", file=name, columns=MOST_COLUMNS)
        if cells:
            yield Row(line, tuple(cells))


def _bytes_of(source: Path | bytes, name: str) -> tuple[str, bytes]:
    if isinstance(source, bytes):
        name, size = name or "?", len(source)
    else:
        name = name or source.name
        if source.is_dir():
            raise RuleBroken("input.is_folder", file=name)
        if source.exists() and not source.is_file():
            raise RuleBroken("purchase_file.no_plain_file", file=str(source))
        if not source.is_file():
            raise RuleBroken("input.no_file", file=name)
        size = source.stat().st_size
    if size > MOST_BYTES:
        raise RuleBroken("purchase_file.too_big", file=name, megabytes=MOST_BYTES // (1024 * 1024))
    return name, source if isinstance(source, bytes) else source.read_bytes()


def _rows_of(name: str, data: bytes) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    # each reader is loaded only when such a file comes: together they take half a second
    if data.startswith(_ZIP):
        from core.purchasing.reading.excel import xlsx_rows

        return "xlsx", xlsx_rows(name, data)
    if data.startswith((_OLE, *_BIFF)):
        from core.purchasing.reading.excel import xls_rows

        return "xls", xls_rows(name, data)
    if data.lstrip()[:5] == _PDF:
        from core.purchasing.reading.pdf import pdf_rows

        return "pdf", pdf_rows(name, data)
    if data.startswith(_PICTURES):
        raise RuleBroken("purchase_file.picture", file=name)
    from core.purchasing.reading.dbf import dbf_rows, is_dbf

    if is_dbf(data):
        return "dbf", dbf_rows(name, data)
    from core.purchasing.reading.delimited import delimited_rows

    return "csv", delimited_rows(name, data)
