"""What the counter shows while typing: batches by first expiry, prices and tax to the paisa."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.inventory.dto import BatchStock, SaleItem
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.gst import DocumentKind, GstTreatment, Registration, TaxType
from core.kernel.ids import new_id
from core.kernel.money import Money, Percent
from core.sales.drafting import Discount, Portion, document_kind, fill_line, price_bill

TODAY = date(2026, 11, 20)


def batch(number: str, expiry: str | None, units: int, mrp: str = "25.65") -> BatchStock:
    expires = Expiry.parse(expiry) if expiry else None
    return BatchStock(
        batch_id=new_id(),
        number=number,
        expiry=expires.last_day if expires else None,
        expiry_precision=expires.precision if expires else None,
        mrp=Money.parse(mrp),
        units=units,
    )


def item(
    *batches: BatchStock, pieces: int = 10, gst: str = "5", treatment: GstTreatment = GstTreatment.TAXABLE
) -> SaleItem:
    return SaleItem(
        item_id=new_id(),
        code="PCM500",
        name="Paracetamol 500",
        manufacturer=None,
        hsn="3004",
        pack_label=f"{pieces}'s",
        pieces_per_pack=pieces,
        rack=None,
        treatment=treatment,
        gst=Percent.parse(gst),
        schedules=None,
        batches=batches,
    )


def parts(portions: list[Portion]) -> list[tuple[str, int]]:
    return [(portion.batch.number, portion.units) for portion in portions]


def test_the_example_of_the_command_line() -> None:
    """2 strips and 5 tablets of a ten at MRP 25.65: 64.12, of which 61.06 is taxable."""
    portions = fill_line(item(batch("A1", "03/2027", 200)), 25, TODAY)
    bill = price_bill(portions, TaxType.INTRA)
    line = bill.lines[0]
    assert str(line.amount) == "64.12"
    assert [str(line.split.taxable), str(line.split.cgst), str(line.split.sgst)] == ["61.06", "1.53", "1.53"]
    assert [str(bill.total), str(bill.round_off)] == ["64.00", "-0.12"]


def test_first_expiry_goes_first_and_tops_up_from_the_next() -> None:
    stock = item(batch("LATE", "12/2028", 50), batch("SOON", "01/2027", 12), batch("NEVER", None, 50))
    assert parts(fill_line(stock, 12, TODAY)) == [("SOON", 12)]
    # two whole strips are two whole ones: the two pieces left of a strip wait for who wants them
    assert parts(fill_line(stock, 20, TODAY)) == [("SOON", 10), ("LATE", 10)]
    assert parts(fill_line(stock, 70, TODAY)) == [("SOON", 10), ("LATE", 50), ("NEVER", 10)]
    assert parts(fill_line(stock, 112, TODAY)) == [("SOON", 12), ("LATE", 50), ("NEVER", 50)]


def test_the_batch_in_hand_goes_first_then_first_expiry() -> None:
    stock = item(batch("SOON", "01/2027", 12), batch("LATE", "12/2028", 5))
    assert parts(fill_line(stock, 8, TODAY, batch_number="late")) == [("LATE", 5), ("SOON", 3)]


def test_expired_stock_is_never_sold() -> None:
    stock = item(batch("GONE", "10/2026", 100), batch("LAST", "11/2026", 10))
    assert parts(fill_line(stock, 10, TODAY)) == [("LAST", 10)]
    with pytest.raises(RuleBroken) as short:
        fill_line(stock, 11, TODAY)
    assert (short.value.code, short.value.values["short"]) == ("stock.rest_expired", "0:1")
    with pytest.raises(RuleBroken) as expired:
        fill_line(stock, 1, TODAY, batch_number="GONE")
    assert expired.value.code == "stock.expired"


def test_an_unknown_batch_is_named() -> None:
    with pytest.raises(RuleBroken) as refused:
        fill_line(item(batch("A1", None, 10)), 1, TODAY, batch_number="B9")
    assert refused.value.code == "stock.no_such_batch"


def test_each_batch_has_its_own_price() -> None:
    stock = item(batch("OLD", "01/2027", 10, "20.00"), batch("NEW", "12/2028", 10, "30.00"))
    assert [str(p.gross) for p in fill_line(stock, 20, TODAY)] == ["20.00", "30.00"]


def test_discounts_in_percent_and_rupees() -> None:
    stock = item(batch("OLD", "01/2027", 10, "20.00"), batch("NEW", "12/2028", 10, "30.00"))
    percent = fill_line(stock, 20, TODAY, discount=Discount(percent=Percent.parse("10")))
    assert [str(p.discount) for p in percent] == ["2.00", "3.00"]
    rupees = fill_line(stock, 20, TODAY, discount=Discount(amount=Money.parse("0.01")))
    assert [str(p.discount) for p in rupees] == ["0.00", "0.01"]


@pytest.mark.parametrize("off", ["25.66", "-0.01"])
def test_a_discount_beyond_the_price_is_refused(off: str) -> None:
    with pytest.raises(RuleBroken, match="discount_too_big"):
        fill_line(item(batch("A1", None, 10)), 10, TODAY, discount=Discount(amount=Money.parse(off)))


def test_a_249_rupee_item_less_ten_percent_at_18() -> None:
    portions = fill_line(item(batch("A1", None, 1, "249.00"), pieces=1, gst="18"), 1, TODAY)
    line = price_bill(portions, TaxType.INTRA, Discount(percent=Percent.parse("10"))).lines[0]
    assert [str(line.amount), str(line.split.taxable), str(line.split.cgst)] == ["224.10", "189.92", "17.09"]


def test_the_name_of_the_paper() -> None:
    taxable, nil = GstTreatment.TAXABLE, GstTreatment.NIL
    regular = Registration.REGULAR
    assert document_kind(regular, {taxable}) is DocumentKind.TAX_INVOICE
    assert document_kind(regular, {nil}) is DocumentKind.BILL_OF_SUPPLY
    assert document_kind(regular, {nil, taxable}) is DocumentKind.INVOICE_CUM_BILL_OF_SUPPLY
    assert document_kind(regular, {nil, taxable}, to_registered=True) is DocumentKind.TAX_INVOICE
    assert document_kind(Registration.COMPOSITION, {taxable}) is DocumentKind.BILL_OF_SUPPLY
    assert document_kind(Registration.UNREGISTERED, {taxable}) is DocumentKind.CASH_MEMO
    assert document_kind(Registration.UNREGISTERED, {nil}) is DocumentKind.CASH_MEMO


batches = st.builds(
    BatchStock,
    batch_id=st.builds(new_id),
    number=st.text("ABC123", min_size=1, max_size=6),
    expiry=st.dates(date(2026, 1, 1), date(2029, 12, 31)),
    expiry_precision=st.just(ExpiryPrecision.DAY),
    mrp=st.builds(Money, st.integers(0, 500_000)),
    units=st.integers(0, 60),
)
items = st.builds(
    lambda stock, pieces, gst, treatment: item(*stock, pieces=pieces, gst=gst, treatment=treatment),
    st.lists(batches, min_size=1, max_size=5),
    st.sampled_from([1, 4, 10, 15]),
    st.sampled_from(["0", "5", "12", "18", "40"]),
    st.sampled_from(GstTreatment),
)


@given(items, st.integers(1, 200))
def test_filling_a_line_takes_exactly_what_is_asked_in_order_or_says_what_is_short(stock: SaleItem, units: int) -> None:
    sellable = sum(b.units for b in stock.batches if b.expires is None or not b.expires.has_passed(TODAY))
    if units > sellable:
        with pytest.raises(RuleBroken, match="not_enough|rest_expired"):
            fill_line(stock, units, TODAY)
        return
    portions = fill_line(stock, units, TODAY)
    assert sum(p.units for p in portions) == units
    expiries = [p.batch.expiry for p in portions if p.batch.expiry is not None]
    assert expiries == sorted(expiries)
    assert all(expiry >= TODAY for expiry in expiries)
    left_sooner = {b.batch_id: b.units for b in stock.batches}
    for portion in portions:
        assert portion.units <= left_sooner[portion.batch.batch_id]


@given(
    st.lists(st.tuples(items, st.integers(1, 40), st.integers(0, 10_000)), min_size=1, max_size=8),
    st.sampled_from(TaxType),
    st.integers(0, 10_000),
)
def test_every_bill_closes_to_the_paisa(
    lines: list[tuple[SaleItem, int, int]], tax_type: TaxType, bill_points: int
) -> None:
    portions: list[Portion] = []
    for stock, units, points in lines:
        sellable = sum(b.units for b in stock.batches if b.expires is None or not b.expires.has_passed(TODAY))
        if sellable:
            portions += fill_line(stock, min(units, sellable), TODAY, discount=Discount(percent=Percent(points)))
    assume(portions)
    bill = price_bill(portions, tax_type, Discount(percent=Percent(bill_points)))
    assert bill.gross - bill.discount == bill.payable == Money.total(line.amount for line in bill.lines)
    assert bill.payable + bill.round_off == bill.total
    assert bill.total.paise % 100 == 0
    assert abs(bill.round_off.paise) <= 50
    for line in bill.lines:
        assert line.amount == line.portion.gross - line.discount
        assert line.split.taxable + line.split.tax == line.amount
        assert line.split.cgst == line.split.sgst
        assert Money(0) <= line.amount <= line.portion.gross
        # never above the pro-rata MRP
        mrp = line.portion.batch.mrp.paise * line.portion.units
        assert line.portion.gross.paise * line.portion.item.pieces_per_pack <= mrp


@given(
    st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=6),
    st.integers(0, 10_000),
    st.booleans(),
)
def test_a_bill_discount_leaves_items_without_discount_alone(
    lines: list[tuple[int, bool]], size: int, in_rupees: bool
) -> None:
    portions = [
        portion
        for units, is_fixed in lines
        for portion in fill_line(item(batch("A", None, 50)).model_copy(update={"no_discount": is_fixed}), units, TODAY)
    ]
    allowed = Money.total(portion.net for portion in portions if not portion.item.no_discount)
    discount = Discount(amount=Money(size)) if in_rupees else Discount(percent=Percent(size))
    if in_rupees and size > allowed.paise:
        with pytest.raises(RuleBroken, match="discount_too_big"):
            price_bill(portions, TaxType.INTRA, discount)
        return
    bill = price_bill(portions, TaxType.INTRA, discount)
    assert bill.discount == (Money(size) if in_rupees else allowed.percent(Percent(size)))
    for line in bill.lines:
        if line.portion.item.no_discount:
            assert (line.discount, line.amount) == (Money(0), line.portion.gross)


@pytest.mark.parametrize("discount", [Discount(percent=Percent(1)), Discount(amount=Money(1))])
def test_an_item_without_discount_refuses_one_on_its_line(discount: Discount) -> None:
    fixed = item(batch("A", None, 50)).model_copy(update={"no_discount": True})
    with pytest.raises(RuleBroken, match="no_discount"):
        fill_line(fixed, 1, TODAY, discount=discount)
