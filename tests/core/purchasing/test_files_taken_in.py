"""A distributor's file from its bytes to the books: only what closes, goods and bill, and learned for next time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.purchasing.bill_dto import SupplierBillView
from core.purchasing.proposing.dto import LineAnswer
from core.purchasing.proposing.posting import Missing, file_command, take_file_in
from core.purchasing.receipt_queries import receipt_view
from tests.core.purchasing.proposing_support import SAMPLES, Sent, makes, proposed, sent
from tests.core.purchasing.support import balances, item_id, supplier
from tests.support.shop import TestShop

LOCAL = "SAMPLE_DISTRIBUTORS_20260905_S_0777_local.csv"
INTER = "SAMPLE_DISTRIBUTORS_20260905_S_0778_interstate.csv"
#: What packs the lines of the samples do not tell are: bottles and tubes of one piece.
BOTTLES: dict[str, dict[int, dict[str, int]]] = {
    "c2code_sample.csv": {5: {"pieces_per_pack": 1}},
    "c2code_sample_biff2.xls": {5: {"pieces_per_pack": 1}},
    "hdf_sample.CSV": {8: {"pieces_per_pack": 1}},
}


def takes_in(shop: TestShop, source: Path | bytes, **more: Any) -> SupplierBillView:
    """Take a file in whose items are known."""
    said = {key: more.pop(key) for key in ("supplier_id", "answers") if key in more}
    command_id, receipt_id = more.pop("command_id", new_id()), more.pop("receipt_id", new_id())
    command = file_command(proposed(shop, source, **said), command_id=command_id, receipt_id=receipt_id, **more)
    with shop.shop.database.write(shop.actor) as uow:
        return take_file_in(uow, command)


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
def test_a_sample_becomes_exact_documents_in_a_fresh_shop(shop: TestShop, name: str) -> None:
    gstin = "29AAHCS9012L1ZW" if name == INTER else "32AAACK9110F1Z2"
    supplier_id = supplier(shop, "Sample Distributors", gstin=gstin)
    first = proposed(shop, SAMPLES / name, supplier_id=supplier_id)
    with pytest.raises(RuleBroken) as refused:  # nothing of it is known yet
        file_command(first, command_id=new_id(), receipt_id=new_id())
    assert (refused.value.code, refused.value.where) == ("proposal.no_item", "lines.0")
    makes(shop, first, supplier_id, said=BOTTLES.get(name, {}))
    typed = {} if first.printed.total is not None else {"total": first.amount.rounded_to_rupee()}
    bill = takes_in(shop, SAMPLES / name, supplier_id=supplier_id, typed=typed, confirmed=True, match_reason="sample")
    again = proposed(shop, SAMPLES / name, supplier_id=supplier_id)
    # the paper, to the paisa
    assert [line.taxable for line in bill.lines] == [line.taxable for line in again.lines]
    for head in ("cgst", "sgst", "igst"):
        assert getattr(bill, head) == Money.total(getattr(line, head) for line in again.lines)
    assert bill.payable == (again.printed.total or again.amount.rounded_to_rupee())
    assert abs(bill.round_off.paise) < 100
    # the shelf: what was billed and free, batch by batch
    with shop.shop.database.read() as session:
        receipt = receipt_view(session, bill.lines[0].receipt_id)
    assert [(line.batch_number, line.accepted_units) for line in receipt.lines] == [
        ("".join(line.batch.split()).upper() or line_batch, (line.billed_units or 0) + (line.free_units or 0))
        for line, line_batch in zip(again.lines, (one.batch_number for one in receipt.lines), strict=True)
    ]
    # the books: what is owed, and what comes back of GST
    books = balances(shop)
    assert books["creditors"] == str(-bill.payable)
    recovered = Money.total((bill.cgst, bill.sgst, bill.igst))
    assert (
        Money.total(Money.parse(books.get(f"tax.input.{head}", "0")) for head in ("cgst", "sgst", "igst")) == recovered
    )
    assert Money.parse(books["stock"]) == Money.total(line.cost for line in bill.lines)
    shop.books_agree()
    assert [note.code for note in again.warnings] == ["proposal.billed_before"]
    with shop.refuses("purchases.duplicate"):
        takes_in(shop, SAMPLES / name, supplier_id=supplier_id, typed=typed, confirmed=True, match_reason="sample")


def known_shop(shop: TestShop, *lines: Sent) -> bytes:
    """Return a file of lines whose items the shop has, under the supplier's names."""
    supplier_id = supplier(shop, gstin="32AAACK9110F1Z2")
    file = sent(*lines)
    makes(shop, proposed(shop, file), supplier_id)
    return file


def test_what_is_short_or_damaged_is_claimed(shop: TestShop) -> None:
    file = known_shop(shop, Sent("DOLO 650 TAB", free="1"), Sent("AZEE 500 TAB"))
    row = proposed(shop, file).lines[0].row
    bill = takes_in(shop, file, missing={row: Missing(short="1", damaged="0:5")}, match_reason="told the driver")
    assert bill.lines[0].missing_units == 15
    assert balances(shop)["claims"] == str(bill.lines[0].claim)
    shop.books_agree()


def test_the_same_command_again_changes_nothing(shop: TestShop) -> None:
    file = known_shop(shop, Sent("DOLO 650 TAB"))
    ids = {"command_id": new_id(), "receipt_id": new_id()}
    first = takes_in(shop, file, **ids)
    assert takes_in(shop, file, **ids) == first
    shop.books_agree()


def test_what_does_not_add_up_is_never_taken_in(shop: TestShop) -> None:
    file = known_shop(shop, Sent("DOLO 650 TAB"), Sent("AZEE 500 TAB"))
    total = str(proposed(shop, file).printed.total)
    wrong = file.replace(total.encode(), str(Money.parse(total) + Money(200)).encode())
    with shop.refuses("purchase_file.total_differs"):
        takes_in(shop, wrong)
    # not even where a person says another total: what the file prints contradicts itself
    with shop.refuses("purchase_file.total_differs"):
        takes_in(shop, wrong, typed={"total": Money.parse(total)})
    assert balances(shop) == {}


def with_taxes(titles: str, *amounts: str) -> bytes:
    """Return a file of thirty packs of DOLO and AZEE at 22.86 with amounts of GST in columns of these titles."""
    rows = [
        "Kerala Pharma",
        "Invoice No: B-77,,Date: 05/11/2026",
        f"Item Name,Pack,Batch,Exp,Qty,MRP,Rate,Amount,{titles}",
    ]
    for name, amount in zip(("DOLO 650 TAB", "AZEE 500 TAB"), amounts, strict=True):
        rows.append(f"{name},10's,A1,12/28,30,31.50,22.86,685.80,{amount}")
    return "\n".join([*rows, "Grand Total,,,,,,,1440.00"]).encode()


def test_an_odd_tax_of_one_column_is_halved_by_turns(shop: TestShop) -> None:
    known_shop(shop, Sent("DOLO 650 TAB"), Sent("AZEE 500 TAB"))
    file = with_taxes("GST %,GST Amt", "5,34.29", "5,34.29")
    assert proposed(shop, file).is_ready
    bill = takes_in(shop, file, confirmed=True)
    halves = [(line.cgst.paise, line.sgst.paise) for line in bill.lines]
    assert halves == [(1715, 1714), (1714, 1715)]
    assert bill.cgst == bill.sgst == Money.parse("34.29")
    shop.books_agree()


def test_halves_that_are_none_are_said_when_the_file_is_read(shop: TestShop) -> None:
    known_shop(shop, Sent("DOLO 650 TAB"), Sent("AZEE 500 TAB"))
    file = with_taxes("GST %,CGST Amt,SGST Amt", "5,17.15,17.14", "5,17.16,17.14")
    found = proposed(shop, file)
    assert [note.words for note in found.differences] == [
        "Line 5, AZEE 500 TAB: CGST is 17.16 and SGST 17.14, but they are the two halves of one tax."
    ]
    with shop.refuses("purchase_file.halves_differ"):
        takes_in(shop, file)


def test_a_total_that_is_not_printed_is_typed_and_must_close(shop: TestShop) -> None:
    file = known_shop(shop, Sent("DOLO 650 TAB"))
    bare = b"\n".join(line for line in file.splitlines() if not line.startswith(b"Grand"))
    with shop.refuses("purchase_file.no_total"):
        takes_in(shop, bare)
    with shop.refuses("purchases.total_differs"):
        takes_in(shop, bare, typed={"total": Money.parse("215.00")})
    assert takes_in(shop, bare, typed={"total": Money.parse("210.00")}).total == Money.parse("210.00")


def test_a_line_that_a_person_answered_is_known_the_next_time(shop: TestShop) -> None:
    shop.adds("D650", name="Dolo 650", manufacturer="Micro Labs", pack_label="15's", pieces_per_pack=15)
    supplier(shop, gstin="32AAACK9110F1Z2")
    line = Sent("MICRODOLO SIX FIFTY", pack="15's")
    row = proposed(shop, sent(line)).lines[0].row
    answer = LineAnswer(row=row, item_id=item_id(shop, "D650"), factor=1)
    takes_in(shop, sent(line), answers=[answer])
    found = proposed(shop, sent(line, number="B-78"))
    assert found.is_ready
    assert found.lines[0].match is not None
    assert found.lines[0].match.code == "D650"


def test_a_line_that_does_not_add_up_is_not_counted_ready(shop: TestShop) -> None:
    lines = (Sent("DOLO 650 TAB"), Sent("AZEE 500 TAB"), Sent("PCM 500 TAB"))
    file = known_shop(shop, *lines)
    rows = [line.row for line in proposed(shop, file).lines]
    assert proposed(shop, file).ready_rows == set(rows)
    wrong = proposed(shop, file.replace(b"20.00,200.00", b"20.00,230.00", 1))
    assert not wrong.is_ready
    assert wrong.ready_rows == set(rows[1:])
