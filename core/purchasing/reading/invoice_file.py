"""Reads a distributor's invoice file: bytes in, one exact invoice out, or one clear question or refusal.

What a file is, its content says and never its name. Layouts that are known as a whole are read by their places; any
other table by its headers and by what its numbers make.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from core.purchasing.reading import c2code, hdf, marg
from core.purchasing.reading.arithmetic import closes
from core.purchasing.reading.body import find_body
from core.purchasing.reading.inferring import infer
from core.purchasing.reading.invoice import FileInvoice
from core.purchasing.reading.mapping import Certainty, ColumnMapping, InvoiceRead, Reading, key_of
from core.purchasing.reading.tables import Table, read_table

_KNOWN: tuple[tuple[Callable[[Table], bool], Callable[[Table], FileInvoice]], ...] = (
    (marg.is_marg, marg.read_marg),
    (c2code.is_c2code, c2code.read_c2code),
    (hdf.is_hdf, hdf.read_hdf),
)


def read_invoice(
    source: Path | bytes,
    name: str = "",
    *,
    own_gstin: str = "",
    remembered: Mapping[str, ColumnMapping] = MappingProxyType({}),
) -> Reading:
    """Return the invoice of a file, or the question what its columns mean.

    ``name`` is what sentences call the file; ``own_gstin`` the shop's, which is never the supplier's; ``remembered``
    what the columns of layouts mean, by ``layout_key``, as a supplier's files were read before.

    Raises RuleBroken: what ``tables.read_table``, the known layouts and ``inferring.infer`` raise; each says in one
    sentence why the file is no invoice.
    """
    return read_rows(read_table(source, name), own_gstin=own_gstin, remembered=remembered)


def read_rows(
    table: Table, *, own_gstin: str = "", remembered: Mapping[str, ColumnMapping] = MappingProxyType({})
) -> Reading:
    """Return the invoice of the rows of a file. Raises RuleBroken as ``read_invoice`` does, but for the reading."""
    for is_layout, read in _KNOWN:
        if is_layout(table):
            invoice = read(table)
            return InvoiceRead(invoice, closes(invoice), Certainty.LAYOUT)
    key = layout_key(table) if remembered else ""
    return infer(table, own_gstin, remembered.get(key))


def read_with(table: Table, mapping: ColumnMapping, *, own_gstin: str = "") -> Reading:
    """Return the invoice of a table whose columns somebody has named.

    Raises RuleBroken as ``read_invoice`` does, and ``purchase_file.no_such_column``.
    """
    body = find_body(table)
    if body is not None:
        mapping.refuse_strange(body, table.file)
    return infer(table, own_gstin, mapping)


def layout_key(table: Table) -> str:
    """Return what the layout of a table is known by, empty where there is no table in the file."""
    body = find_body(table)
    return key_of(body) if body else ""
