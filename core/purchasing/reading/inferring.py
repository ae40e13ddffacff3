"""Reads a table in any layout: every way to understand it that adds up, and the invoice if they all tell the same.

What is compared are the invoices, not the columns: where PTR and rate are the same on each line it does not matter
which is which. Two invoices that differ are a question, unless one of them leaves numbers unexplained that the other
explains, or has the words of the headers against it.
"""

from __future__ import annotations

from dataclasses import replace

from core.purchasing.reading.invoice import FileInvoice, FileLine
from core.purchasing.reading.mapping import ColumnMapping, NeedsMapping, Reading
from core.purchasing.reading.misprints import but_for_misprints, odd_cell
from core.purchasing.reading.named import by_names
from core.purchasing.reading.roles import Role
from core.purchasing.reading.table_reader import Candidate, TableReader
from core.purchasing.reading.tables import Table

_CLEAR_LEANING = 2


def infer(table: Table, own_gstin: str = "", given: ColumnMapping | None = None) -> Reading:
    """Read a table in any layout; ``given`` says what its columns mean, ``own_gstin`` which GSTIN is the shop's.

    Raises RuleBroken ``purchase_file.no_table``, ``.row_unclear``, ``.two_invoices``.
    """
    reader = TableReader(table, own_gstin, given)
    candidates = reader.candidates()
    if not candidates:
        return _contradicted(reader)
    best, *others = candidates
    doubts = [role for other in others if not _is_clearer(best, other) for role in _differing(best, other)]
    if Role.NAME not in best.filled.roles.values():
        doubts.append(Role.NAME)
    if best.invoice.sums.total is None and not best.is_named:
        return reader.question("purchase_file.no_proof", best)
    if doubts or best.filled.doubts:
        return reader.question("purchase_file.ambiguous", best, doubts)
    # one cell that is no number would else take the whole column with it, MRP for instance, which is in no sum
    return _with_odd_cell(reader) or reader.read(best)


def _contradicted(reader: TableReader) -> Reading:
    """Return the invoice with what contradicts what, so far as known headers say its columns; else the question."""
    alone = reader.lines_alone()
    if alone is not None and alone.is_named:
        return reader.read(alone)
    told = _with_odd_cell(reader) or but_for_misprints(reader) or by_names(reader)
    return told or reader.question("purchase_file.nothing_closes", alone)


def _with_odd_cell(reader: TableReader) -> NeedsMapping | None:
    odd = odd_cell(reader.columns)
    if odd is None:
        return None
    asked = reader.question("purchase_file.cell_odd", None)
    return replace(asked, values={"line": str(reader.body.lines[odd.at].line), "column": odd.title, "text": odd.text})


def _is_clearer(best: Candidate, other: Candidate) -> bool:
    """Say whether another invoice is no alternative: the same, more left unexplained, or against the headers."""
    if _essence(best.invoice) == _essence(other.invoice):
        return True
    if other.explained.misfit < best.explained.misfit and other.leaning > best.leaning - _CLEAR_LEANING:
        return False
    if best.left != other.left:
        return best.left < other.left
    return best.leaning - other.leaning >= _CLEAR_LEANING


def _essence(invoice: FileInvoice) -> tuple[object, ...]:
    """Return what a purchase is made of; what only repeats it (gross, amounts) makes no other invoice."""
    return tuple(_of_line(line) for line in invoice.lines), invoice.rate_after_discount, invoice.sums.total


def _of_line(line: FileLine) -> FileLine:
    return replace(
        line, gross=None, amount=None, gst=None, cgst=None, sgst=None, igst=None, discount=None, scheme_discount=None
    )


def _differing(one: Candidate, other: Candidate) -> list[Role]:
    """Return the roles that two understandings give to different columns."""
    mine, its = ({role: place for place, role in c.filled.roles.items()} for c in (one, other))
    return [role for role in Role if role is not Role.IGNORED and mine.get(role) != its.get(role)]
