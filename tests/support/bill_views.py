"""Bills and shops as printing is given them, without a database; their arithmetic is that of a posted bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import strategies as st

from core.dispensing.dto import DispensingView
from core.kernel.dates import ExpiryPrecision
from core.kernel.gst import GstTreatment, Registration, TaxType
from core.kernel.money import ZERO, Money, Percent, Rate
from core.sales.drafting import document_kind
from core.sales.dto import BillLineView, BillView, CancelledView, PriceBasis, TenderMode, TenderView
from core.settings.dto import Licence, Pharmacist, ShopView
from core.tax.domain import split_exclusive, split_inclusive

POSTED = datetime(2026, 11, 20, 5, 42, tzinfo=UTC)  # 11:12 in India


@dataclass(frozen=True)
class Sold:
    """A line as a test writes it."""

    name: str
    mrp: str
    units: int = 10
    pieces: int = 10
    batch: str = "A1"
    expiry: date | None = date(2027, 3, 31)
    manufacturer: str | None = "Cipla Ltd"
    hsn: str | None = "30049099"
    pack: str = "10 TAB"
    treatment: GstTreatment = GstTreatment.TAXABLE
    gst: str = "5"
    discount: str = "0"
    rate: str | None = None
    free: int = 0


def shop_view(
    *,
    name: str = "Sanjeevani Medicals",
    address: str = "12/345, MG Road\nKochi 682016",
    registration: Registration = Registration.REGULAR,
    gstin: str | None = "32AAAAA0000A1Z9",
    licences: Sequence[tuple[str, str]] = (("20", "KL-KCH-1001"), ("21", "KL-KCH-1002")),
    pharmacist: tuple[str, str] | None = ("Anitha Menon", "KSPC 12345"),
    is_demo: bool = False,
) -> ShopView:
    """Return a shop in Kerala. It is built unchecked, so that hostile text reaches printing as it stands."""
    return ShopView.model_construct(
        name=name,
        address=address,
        state="32",
        phone="0484 2345678",
        gstin=gstin,
        registration=registration,
        licences=tuple(
            Licence.model_construct(form=form, number=number, valid_from=None, valid_to=None)
            for form, number in licences
        ),
        pharmacist=Pharmacist.model_construct(name=pharmacist[0], registration=pharmacist[1]) if pharmacist else None,
        counter="C1",
        is_demo=is_demo,
    )


def bill_view(
    sold: Sequence[Sold],
    *,
    tax_type: TaxType = TaxType.INTRA,
    place_of_supply: str = "32",
    customer: tuple[str | None, str | None, str | None] = (None, None, None),
    number: str = "C1/26-27/000001",
    username: str = "anitha",
    paid: str | None = None,
    reference: str | None = None,
    posted_at: datetime = POSTED,
    registration: Registration | None = None,
    gstin: str | None = None,
    state: str | None = None,
    to_sez: bool = False,
    memo: str | None = None,
    cancelled: str | None = None,
    entry: DispensingView | None = None,
) -> BillView:
    """Return a posted bill of these lines, at rates without GST where they have one.

    ``cancelled`` is the reason. It is built unchecked, so that hostile text reaches printing.
    """
    shop = registration or (Registration.COMPOSITION if tax_type is TaxType.NONE else Registration.REGULAR)
    lines = tuple(line_view(index, line, tax_type) for index, line in enumerate(sold, 1))
    payable = Money.total(line.amount for line in lines)
    total = payable.rounded_to_rupee()
    tender = Money.parse(paid) if paid else total
    name, phone, address = customer
    return BillView.model_construct(
        bill_id=UUID("0198c1d2-7a3e-7c44-9f00-6d5f1f0a2b11"),
        number=number,
        document_kind=document_kind(shop, {line.treatment for line in lines}, to_registered=gstin is not None),
        date=date(2026, 11, 20),
        posted_at=posted_at,
        username=username,
        customer_name=name,
        customer_phone=phone,
        customer_address=address,
        place_of_supply=place_of_supply,
        tax_type=tax_type,
        lines=lines,
        tenders=(TenderView.model_construct(mode=TenderMode.CASH, amount=tender, reference=reference),),
        gross=Money.total(line.gross for line in lines),
        discount=Money.total(line.discount for line in lines),
        taxable=Money.total(line.taxable for line in lines),
        cgst=Money.total(line.cgst for line in lines),
        sgst=Money.total(line.sgst for line in lines),
        igst=Money.total(line.igst for line in lines),
        round_off=total - payable,
        total=total,
        change=tender - total,
        check_code="7K2M9QXD",
        customer_gstin=gstin,
        customer_state=gstin[:2] if gstin else state,
        to_sez=to_sez,
        price_basis=PriceBasis.EXCLUSIVE if lines[0].rate else PriceBasis.MRP,
        memo_number=memo,
        cancelled=(
            CancelledView.model_construct(date=date(2026, 11, 20), username=username, reason=cancelled)
            if cancelled
            else None
        ),
        dispensing=entry,
    )


def entry_view(
    patient: tuple[str | None, str | None, str | None] = ("Asha", "9847012345", "12 Hill Road\nKochi"),
    prescriber: tuple[str | None, str | None, str | None] = ("Dr K Rao", "TCMC 4711", "City Hospital\nKochi"),
    pharmacist: tuple[str, str] = ("Biju K", "KSPC 77"),
) -> DispensingView:
    """Return an entry for a patient by a prescriber; each is a name, a telephone or registration, and an address."""
    return DispensingView.model_construct(
        number="C1S/26-27/000007",
        prescription_id=None,
        written_on=date(2026, 11, 18) if prescriber[0] else None,
        patient_name=patient[0],
        patient_phone=patient[1],
        patient_address=patient[2],
        prescriber_name=prescriber[0],
        prescriber_registration=prescriber[1],
        prescriber_address=prescriber[2],
        pharmacist=Pharmacist.model_construct(name=pharmacist[0], registration=pharmacist[1]),
        lines=(),
    )


def line_view(index: int, sold: Sold, tax_type: TaxType) -> BillLineView:
    """Return a posted line of what was sold, its tax worked out as a bill's is."""
    mrp = Money.parse(sold.mrp)
    rate = Rate.parse(sold.rate) if sold.rate else None
    gross = rate.times_per_pack(sold.units, sold.pieces) if rate else mrp.pro_rata_down(sold.units, sold.pieces)
    discount = Money.parse(sold.discount)
    gst = Percent.parse(sold.gst) if sold.treatment is GstTreatment.TAXABLE else Percent(0)
    split = (split_exclusive if rate else split_inclusive)(gross - discount, sold.treatment, gst, tax_type)
    return BillLineView.model_construct(
        line=index,
        item_code=f"I{index}",
        item_name=sold.name,
        manufacturer=sold.manufacturer,
        hsn=sold.hsn,
        pack_label=sold.pack,
        pieces_per_pack=sold.pieces,
        batch=sold.batch,
        expiry=sold.expiry,
        expiry_precision=ExpiryPrecision.MONTH if sold.expiry else None,
        mrp=mrp,
        units=sold.units,
        treatment=sold.treatment,
        gst=gst,
        gross=gross,
        discount=discount,
        taxable=split.taxable,
        cgst=split.cgst,
        sgst=split.sgst,
        igst=split.igst,
        amount=split.amount,
        free_units=sold.free,
        rate=rate,
    )


THREE_LINES = (
    Sold("Paracetamol 500 mg Tablet (Calpol)", "25.65", units=25, manufacturer="GlaxoSmithKline Pharmaceuticals Ltd"),
    Sold("Amoxycillin 500 mg + Clavulanic Acid 125 mg Tablet (Augmentin 625 Duo)", "223.42", units=10, batch="AUG24071",
         expiry=date(2027, 11, 30), discount="22.34", manufacturer="GSK"),
    Sold("Surgical Spirit 100 ml", "58.00", units=1, pieces=1, batch="SS-9", expiry=date(2028, 1, 31), gst="12",
         hsn="2207", pack="100 ML", manufacturer="Kerala Chemicals & Drugs"),
)  # fmt: skip


def letters(longest: int, alphabet: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[str]:
    """Text of any script and kind, control characters included, at least one letter that shows."""
    characters = alphabet or st.characters(exclude_categories=["Cs"])
    return st.text(characters, max_size=longest - 1).map(lambda text: f"{text}z")


def _paise(most: int) -> st.SearchStrategy[str]:
    return st.integers(0, most).map(lambda paise: str(Money(paise)))


def _rates() -> st.SearchStrategy[str]:
    return st.integers(1, 10_000_000_0000).map(lambda parts: str(Rate(parts)))


@st.composite
def solds(draw: st.DrawFn, text: st.SearchStrategy[str] | None = None, *, at_rates: bool = False) -> Sold:
    """A line within the limits that commands set."""
    pieces = draw(st.sampled_from([1, 10, 15, 9999]))
    units = draw(st.integers(1, 9_999_999))
    mrp = draw(_paise(10_000_000_00))
    rate = draw(_rates()) if at_rates else None
    gross = Money.parse(mrp).pro_rata_down(units, pieces)
    if rate:
        gross = Rate.parse(rate).times_per_pack(units, pieces)
    treatment = draw(st.sampled_from(GstTreatment))
    return Sold(
        name=draw(text or letters(200)),
        mrp=mrp,
        units=units,
        pieces=pieces,
        batch=draw(letters(40)),
        expiry=draw(st.none() | st.just(date(2027, 3, 31))),
        manufacturer=draw(st.none() | letters(100)),
        hsn=draw(st.none() | st.sampled_from(["3004", "30049099"])),
        pack=draw(letters(40)),
        treatment=treatment,
        gst=draw(st.sampled_from(["0", "0.25", "5", "12", "18", "28", "40"])),
        discount=str(Money(draw(st.one_of(st.just(0), st.integers(0, max(0, gross.paise)))))),
        rate=rate,
        free=draw(st.sampled_from([0, 0, 1, 9_999_999])) if at_rates else 0,
    )


@st.composite
def bills(draw: st.DrawFn) -> BillView:
    """Any bill within the limits that commands set, its parts adding up."""
    tax_type = draw(st.sampled_from(TaxType))
    return bill_view(
        draw(st.lists(solds(at_rates=draw(st.booleans())), min_size=1, max_size=6)),
        tax_type=tax_type,
        place_of_supply="26" if tax_type is TaxType.INTER else "32",
        customer=draw(st.tuples(st.none() | letters(100), st.none() | letters(20), st.none() | letters(300))),
        number=draw(st.sampled_from(["C1/26-27/000001", "HO12/26-27/12345"])),
        username=draw(letters(40)),
        reference=draw(st.none() | letters(50)),
        registration=draw(st.sampled_from([Registration.COMPOSITION, Registration.UNREGISTERED]))
        if tax_type is TaxType.NONE
        else None,
        gstin=draw(st.sampled_from([None, "26AAHCS9012L1ZC", "32AAHCS9012L1ZP"])),
        state=draw(st.sampled_from([None, "26"])),
        to_sez=draw(st.booleans()),
        memo=draw(st.none() | letters(20)),
        cancelled=draw(st.none() | letters(200)),
        entry=draw(st.none() | st.builds(entry_view, _people(), _people(), st.tuples(letters(100), letters(100)))),
    )


def _people() -> st.SearchStrategy[tuple[str | None, str | None, str | None]]:
    return st.tuples(st.none() | letters(200), st.none() | letters(60), st.none() | letters(300))


@st.composite
def shops(draw: st.DrawFn) -> ShopView:
    """Any shop within the limits that commands set."""
    return shop_view(
        name=draw(letters(100)),
        address=draw(letters(300)),
        registration=draw(st.sampled_from(Registration)),
        licences=draw(st.lists(st.tuples(st.sampled_from(["20", "21", "20F"]), letters(40)), max_size=4)),
        pharmacist=draw(st.none() | st.tuples(letters(100), letters(100))),
        is_demo=draw(st.booleans()),
    )


def is_without_tax(bill: BillView) -> bool:
    """Say whether the bill's paper may show no tax."""
    return not bill.document_kind.shows_tax or bill.cgst + bill.igst == ZERO
