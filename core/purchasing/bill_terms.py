"""What a supplier's bill is to the shop: which taxes it may bear, whether they come back, what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.catalog.dto import GST_RATES
from core.kernel.dates import FinancialYear, input_tax_ends, show_date
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment, Registration, TaxType
from core.kernel.money import ZERO, Money, Percent
from core.parties.model import Supplier
from core.parties.queries import all_ids, resolved
from core.purchasing.bill_dto import BillHead, PrintedLine
from core.purchasing.billing_domain import A_RUPEE, Asked, Below, value_of
from core.purchasing.model import SupplierBill, SupplierBillReversal
from core.settings.queries import shop_view
from core.tax.domain import are_halves

#: The scheme of suppliers who pay GST by their turnover and may charge none.
COMPOSITION: Final = "composition"
#: Sellers collected tax at source on goods from the one day to the other (Income-tax Act 206C(1H)).
_TCS_FROM: Final = date(2020, 10, 1)
_TCS_UNTIL: Final = date(2025, 3, 31)


@dataclass(frozen=True, slots=True)
class BillTerms:
    """What taxes a bill bears, and whether the shop has them back as input tax; ``is_late`` where the time for that is
    over and nothing else stands against it."""

    tax_type: TaxType
    is_recoverable: bool
    is_late: bool = False


def terms_of_bill(session: Session, supplier: Supplier, head: BillHead, today: date) -> BillTerms:
    """Return the terms of a bill (facts A3).

    None but a registered supplier charges GST, and a composition dealer's bill of supply bears none. What a regular
    shop pays of it is input tax, of any other it is part of the cost; so is the tax of a bill that is entered
    ``today``, after the time for its credit (``input_tax_ends``). Raises RuleBroken ``purchases.own_gstin``.
    """
    shop = shop_view(session)
    if not supplier.gstin or supplier.gst_scheme == COMPOSITION or head.is_bill_of_supply:
        return BillTerms(TaxType.NONE, is_recoverable=False)
    if supplier.gstin == shop.gstin:
        raise RuleBroken("purchases.own_gstin", where="supplier", supplier=supplier.name)
    tax_type = TaxType.INTRA if supplier.gstin[:2] == shop.state else TaxType.INTER
    in_time = today <= input_tax_ends(head.billed_on)
    recovers = shop.registration is Registration.REGULAR
    return BillTerms(tax_type, in_time and recovers, is_late=recovers and not in_time)


def check_head(head: BillHead, today: date) -> None:
    """Refuse what no bill can say of itself.

    Raises RuleBroken ``purchases.billed_in_future``, ``purchases.due_before``, ``purchases.negative``,
    ``items.no_gst_rate``, ``purchases.no_tcs``, ``purchases.set_off_too_big``.
    """
    if head.billed_on > today:
        raise RuleBroken("purchases.billed_in_future", where="billed_on", date=head.billed_on)
    if head.due_date is not None and head.due_date < head.billed_on:
        raise RuleBroken("purchases.due_before", where="due_date", date=head.due_date)
    amounts = ("trade_discount", "scheme_discount", "cash_discount", "freight", "other_charges", "tcs", "total")
    for name in amounts:
        amount: Money = getattr(head, name)
        if amount < ZERO:
            raise RuleBroken("purchases.negative", where=name, amount=amount)
    if head.charge_gst not in GST_RATES:
        raise RuleBroken("items.no_gst_rate", where="charge_gst", rate=str(head.charge_gst))
    if head.tcs and not _TCS_FROM <= head.billed_on <= _TCS_UNTIL:
        raise RuleBroken("purchases.no_tcs", where="tcs", date=show_date(head.billed_on))
    for index, set_off in enumerate(head.set_offs):
        if set_off.amount <= ZERO:
            raise RuleBroken("purchases.negative", where=f"set_offs.{index}.amount", amount=set_off.amount)
    taken = Money.total(set_off.amount for set_off in head.set_offs)
    if taken > head.total:
        raise RuleBroken("purchases.set_off_too_big", where="set_offs", amount=taken, total=head.total)


def check_line(line: PrintedLine, asked: Asked, terms: BillTerms, supplier: Supplier) -> None:
    """Refuse taxes that a line cannot bear, and a printed value that is not what rate and discounts come to.

    Raises RuleBroken ``purchases.tax_without_gstin``, ``purchases.tax_on_bill_of_supply``,
    ``purchases.tax_of_composition``, ``purchases.wrong_head``, ``purchases.halves_differ``,
    ``purchases.tax_on_untaxed``, ``purchases.negative``, ``purchases.value_differs``.
    """
    printed = {head: amount for head in ("cgst", "sgst", "igst") if (amount := getattr(line, head)) is not None}
    for head, amount in printed.items():
        if amount < ZERO:
            raise RuleBroken("purchases.negative", where=head, amount=amount)
        if amount and terms.tax_type is TaxType.NONE:
            if supplier.gst_scheme == COMPOSITION:
                raise RuleBroken("purchases.tax_of_composition", where=head, supplier=supplier.name)
            if supplier.gstin:
                raise RuleBroken("purchases.tax_on_bill_of_supply", where=head)
            raise RuleBroken("purchases.tax_without_gstin", where=head, supplier=supplier.name)
        if amount and (head == "igst") is not (terms.tax_type is TaxType.INTER):
            raise RuleBroken("purchases.wrong_head", where=head, supplier=supplier.name, gstin=supplier.gstin)
        if amount and asked.treatment is not GstTreatment.TAXABLE:
            words = asked.treatment.replace("_", "-")
            raise RuleBroken("purchases.tax_on_untaxed", where=head, treatment=words)
    if "cgst" in printed and not are_halves(printed["cgst"], printed["sgst"]):
        raise RuleBroken("purchases.halves_differ", where="sgst", cgst=printed["cgst"], sgst=printed["sgst"])
    value = value_of(asked)
    if value < ZERO:
        raise RuleBroken("purchases.discount_too_big", where="discount", value=asked.gross)


def check_printed_value(line: PrintedLine, ours: Money) -> None:
    """Refuse a printed value that is more than a rupee off ours. Raises RuleBroken ``purchases.value_differs``."""
    if line.taxable is not None and abs((line.taxable - ours).paise) > A_RUPEE.paise:
        raise RuleBroken("purchases.value_differs", where="taxable", printed=line.taxable, ours=ours)


def below_of(head: BillHead) -> Below:
    """Return what stands below the lines."""
    return Below(
        discount=head.trade_discount + head.scheme_discount + head.cash_discount,
        before_tax=head.discounts_before_tax,
        charges=head.freight + head.other_charges,
        charge_gst=head.charge_gst,
        tcs=head.tcs,
    )


def printed_rate(line: PrintedLine, own: Percent, terms: BillTerms, treatment: GstTreatment) -> Percent:
    """Return the GST that a line is billed at: as printed, or else the item's own."""
    if terms.tax_type is TaxType.NONE or treatment is not GstTreatment.TAXABLE:
        return Percent(0)
    return own if line.gst is None else line.gst


def number_key(number: str) -> str:
    """Return by which a supplier's number is known again: capitals without blanks."""
    return "".join(number.split()).upper()


def revision_of(session: Session, supplier: Supplier, head: BillHead, content: bytes) -> int:
    """Return how many bills of this number were taken back before.

    Raises RuleBroken ``purchases.duplicate`` where the same paper stands, ``purchases.conflict`` where one over another
    total does, ``purchases.other_content`` where one over the same.
    """
    year = FinancialYear.of(head.billed_on)
    rows = session.execute(
        select(SupplierBill.content_sha, SupplierBill.on_date, SupplierBill.username, SupplierBill.total_paise)
        .add_columns(SupplierBillReversal.bill_id.label("taken_back"))
        .outerjoin(SupplierBillReversal, SupplierBillReversal.bill_id == SupplierBill.id)
        .where(
            SupplierBill.supplier_id.in_(all_ids(session, resolved(session, supplier.id))),
            SupplierBill.financial_year == year.starts_in,
            SupplierBill.number_key == number_key(head.number),
        )
    ).all()
    for row in rows:
        if row.taken_back is None:
            if bytes(row.content_sha) == content:
                code = "purchases.duplicate"
            else:
                code = "purchases.other_content" if row.total_paise == head.total.paise else "purchases.conflict"
            raise RuleBroken(
                code,
                where="number",
                number=head.number,
                supplier=supplier.name,
                date=show_date(row.on_date),
                username=row.username,
                total=Money(row.total_paise),
                asked=head.total,
            )
    return len(rows)
