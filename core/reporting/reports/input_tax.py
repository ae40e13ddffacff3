"""The GST on what was bought, by rate: what comes back as input tax, what is claimed, what is part of the cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import case, select

from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import Money
from core.purchasing.debit_model import DebitNote, DebitNoteLine, DebitNoteReversal
from core.purchasing.model import SupplierBill, SupplierBillLine
from core.reporting.bought import Group, grouped
from core.reporting.columns import Kind, ReportColumn
from core.reporting.report import PURCHASE_NEEDS, Reading, Report, ReportRow, Section, ToReport
from core.reporting.reports.purchases import DAYS_BOUGHT, PURCHASES_FROM, TAX_COLUMNS
from core.reporting.sold import days_said

_INPUT, _CLAIMED, _DEBITED = "Input tax", "On claims", "Given back by debit notes"
_DEAD, _NONE = "Not recoverable", "Without GST"
_KINDS = (_INPUT, _CLAIMED, _DEBITED, _DEAD, _NONE)
_TAXED = ("taxable_paise", "cgst_paise", "sgst_paise", "igst_paise")
_BY_CHARGE = (SupplierBill.is_recoverable, SupplierBill.charge_gst_bp)
_OF_BILLS = tuple(getattr(SupplierBill, name) for name in _TAXED)
_OF_LINES = tuple(getattr(SupplierBillLine, name) for name in _TAXED)
#: Of a line's claimed GST half, and the odd paisa where its CGST has one more than its SGST.
_CLAIMED_CGST = SupplierBillLine.claim_tax_paise // 2 + case(
    (SupplierBillLine.cgst_paise > SupplierBillLine.sgst_paise, SupplierBillLine.claim_tax_paise % 2), else_=0
)


def _input_tax(reading: Reading) -> Iterator[ReportRow]:
    found: defaultdict[tuple[str, int | None], list[int]] = defaultdict(lambda: [0] * len(_TAXED))

    def add(kind: str, rate: int | None, amounts: Sequence[int], sign: int) -> None:
        kept = found[kind, rate]
        for at, amount in enumerate(amounts):
            kept[at] += sign * amount

    for group in _taxed_lines(reading):
        tax_type, is_recoverable, treatment, rate = group.key
        *amounts, claim, claimed, central = group.amounts
        if tax_type == TaxType.NONE or treatment != GstTreatment.TAXABLE:
            add(_NONE, None, amounts, group.sign)
            continue
        add(_INPUT if is_recoverable else _DEAD, _rate(rate), amounts, group.sign)
        if claimed:
            heads = (0, 0, claimed) if tax_type == TaxType.INTER else (central, claimed - central, 0)
            add(_INPUT, _rate(rate), (claim - claimed, *heads), -group.sign)
            add(_CLAIMED, _rate(rate), (claim - claimed, *heads), group.sign)
    # what charges bear is what bills come to beside their lines
    for lines in (False, True):
        for group in grouped(reading, lambda _: _BY_CHARGE, _OF_LINES if lines else _OF_BILLS, lines=lines):
            is_recoverable, rate = group.key
            add(_INPUT if is_recoverable else _DEAD, _rate(rate), group.amounts, -group.sign if lines else group.sign)
    for sign, (rate, *amounts) in _debited(reading):
        add(_INPUT, rate, amounts, -sign)
        add(_DEBITED, rate, amounts, sign)
    span = days_said(reading.asked.span)
    for (kind, rate), amounts in sorted(found.items(), key=lambda each: (_KINDS.index(each[0][0]), each[0][1] or 0)):
        if any(amounts):
            values = (kind, rate, *map(Money, (*amounts, sum(amounts[1:]))))
            yield ReportRow(values, ToReport("purchase-bills", span))


def _debited(reading: Reading) -> Iterator[tuple[int, Sequence[int]]]:
    """Yield what debit notes gave back of input tax: the rate in basis points, value, CGST, SGST and IGST in paise.

    Before them stands the sign: -1 where a note was taken back, on the day on which it was.
    """
    days = reading.asked.span
    lines = select(DebitNoteLine.gst_bp, *(getattr(DebitNoteLine, name) for name in _TAXED))
    for sign, key, day in (
        (1, DebitNote.id, DebitNote.on_date),
        (-1, DebitNoteReversal.note_id, DebitNoteReversal.on_date),
    ):
        within = (day >= days.first, day <= days.last, DebitNoteLine.is_recoverable)
        for row in reading.session.execute(lines.where(key == DebitNoteLine.note_id, *within)):
            yield sign, row


def _taxed_lines(reading: Reading) -> Iterator[Group]:
    by = (
        SupplierBill.tax_type,
        SupplierBill.is_recoverable,
        SupplierBillLine.treatment,
        SupplierBillLine.gst_bp,
    )
    amounts = (*_OF_LINES, SupplierBillLine.claim_paise, SupplierBillLine.claim_tax_paise, _CLAIMED_CGST)
    return grouped(reading, lambda _: by, amounts, lines=True)


def _rate(value: object) -> int:
    assert isinstance(value, int)
    return value


INPUT_TAX = Report(
    id="input-tax",
    title="GST on purchases",
    about="GST on suppliers' bills by kind and rate: what is input tax, what is on claims, what is part of the cost.",
    section=Section.PURCHASES,
    columns=(
        ReportColumn("kind", "Kind", letters=16, stretches=True, groups=True),
        ReportColumn("rate", "Rate", Kind.PERCENT, 8, groups=True),
        *TAX_COLUMNS,
    ),
    rows=_input_tax,
    parameters=(DAYS_BOUGHT,),
    needs=PURCHASE_NEEDS,
    sources=PURCHASES_FROM,
    note="Input tax is what the books have on the input accounts. On claims: billed on goods that did not come. Given "
    "back: on goods that went back to their supplier, less that of notes that were taken back. Not recoverable: a shop "
    "that is not a regular taxpayer. Without GST: untaxed goods, and suppliers who charge none.",
)
