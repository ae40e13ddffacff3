"""Every command by every role, at the service layer: done, or refused for want of exactly this right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from core.app.choices import set_choice
from core.app.display_dto import CustomerDisplay, DisplayKind
from core.app.displays import change_display
from core.app.health import confirm_clock
from core.app.licences import ChangeLicences, change_licences
from core.app.papers import ChangePapers, change_papers
from core.app.paperwork import note_paper, open_drawer, print_bill
from core.app.printers import change_printers
from core.app.scanner_dto import EndKey, Scanners, WedgeSetup
from core.app.scanners import change_scanners
from core.app.series import SetNumberSeries, set_number_series
from core.app.settings_file import take_settings
from core.app.shop_details import ChangeShop, change_shop
from core.auth.dto import (
    AddUser,
    ChangePassword,
    ChangePin,
    DeactivateUser,
    EditUser,
    LogIn,
    SetPassword,
    SetPin,
    SetRoleRight,
    UnlockUser,
)
from core.auth.login import Door, change_password, change_pin, log_in, log_out
from core.auth.permissions import Permission
from core.auth.registry import BY_KIND, COMMANDS
from core.auth.roles import set_role_right
from core.auth.service import add_user, deactivate_user, edit_user, set_password, set_pin, unlock_user
from core.boundary.frozen import load
from core.cash.dto import HandOverCounter, MoveCash, OpenCounter
from core.cash.kinds import MovementKind
from core.cash.service import hand_over_counter, move_cash, open_counter
from core.catalog.change_dto import (
    ActivateItem,
    ChangeRates,
    DeactivateItem,
    EditItem,
    ItemChanges,
    SetSchedules,
    SetStateListing,
    SetTax,
)
from core.catalog.dto import DrugSchedule, NewItem, StateListing, TeachBarcode
from core.catalog.scheduling import set_schedules, set_state_listing
from core.catalog.taxing import change_rates, set_tax
from core.catalog.teaching import teach_barcode
from core.catalog.viewing import item_view
from core.dispensing.dto import AddPharmacist, BeginDuty, EndPharmacist
from core.dispensing.pharmacists import add_pharmacist, begin_duty, end_duty, end_pharmacist
from core.inventory.batch_dto import CorrectBatch, HoldBatch, ReleaseBatch, ReviseMrp
from core.inventory.correcting import correct_batch
from core.inventory.holding import hold_batch, release_batch
from core.inventory.import_dto import ImportedItem, ImportItems
from core.inventory.items import CreateItem, activate_item, create_item, deactivate_item, edit_item
from core.inventory.opening import import_items
from core.inventory.repricing import revise_mrp
from core.inventory.salt_reading import read_item_salts
from core.inventory.undoing import UndoImport, undo_import
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.ids import new_id
from core.kernel.money import Money, Percent, Rate
from core.ledger.closing import close_books, reopen_books
from core.ledger.dto import CloseBooks, ReopenBooks
from core.opening.balances import EnterOpeningBalance, Holding, enter_opening_balance
from core.opening.comparing import map_accounts
from core.opening.dues import enter_opening_dues
from core.opening.parties import import_parties
from core.opening.party_dto import ImportedParty, ImportParties
from core.opening.trial_reading import MapAccounts
from core.opening.undoing import UndoOpeningDues, undo_opening_dues
from core.parties.codes import end_supplier_item, teach_supplier_item
from core.parties.dto import (
    AddParty,
    CustomerDetails,
    Details,
    EditParty,
    EndParty,
    EndSupplierItem,
    MergeParties,
    PartyKind,
    PatientDetails,
    PrescriberDetails,
    SupplierDetails,
    TeachSupplierItem,
)
from core.parties.queries import find_party, party_view, read_party
from core.parties.service import add_party, edit_party, end_party, merge_parties
from core.purchasing.bill_dto import EnterBill, ReceiveBilledGoods, SettleMatch, TakeBackBill
from core.purchasing.billing import enter_bill, receive_billed_goods
from core.purchasing.debit_dto import DebitWhy, IssueDebitNote, ReturnInput, TakeBackDebitNote
from core.purchasing.debiting import issue_debit_note
from core.purchasing.matching import settle_match
from core.purchasing.order_dto import CloseOrder, OrderLineInput, PlaceOrder
from core.purchasing.ordering import close_order, place_order
from core.purchasing.proposing.dto import LearnedLine, LearnSupplierItems, RememberLayout
from core.purchasing.proposing.learning import learn_supplier_items, remember_layout
from core.purchasing.proposing.new_items import AddLineItems, LineItem, add_line_items
from core.purchasing.proposing.posting import TakeFileIn, take_file_in
from core.purchasing.receipt_dto import ReceiveGoods, TakeBackReceipt
from core.purchasing.receiving import receive_goods
from core.purchasing.taking_back import take_back_bill, take_back_debit_note, take_back_receipt
from core.sales.cancelling import cancel_bill
from core.sales.correcting import correct_bill
from core.sales.dto import CancelBill, ChangePayment, ConfirmPayment, CorrectBill, TenderInput, TenderMode
from core.sales.payments import change_payment, confirm_payment
from core.sales.posting import post_bill
from core.sales.quotation_dto import MakeQuotation, QuotationLineInput
from core.sales.quoting import make_quotation
from core.settings.choices import Choice
from core.spool.dto import PrinterKind, Printers, PrinterSetup
from core.storage.unit_of_work import UnitOfWork
from core.wants.dto import NoteWant, Outcome, SettleWant
from core.wants.service import note_want, settle_want
from tests.conftest import NOON
from tests.core.opening.support import read as read_dues
from tests.support.clock import TurnedClock
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, comes_in, hire
from tests.support.shop import TestShop
from tests.support.uptime import TurnedUptime


class _UndoneError(Exception):
    """Rolls back what was only tried."""


@dataclass
class World:
    """A shop with stock and somebody of each role; what is tried in it is undone."""

    shop: TestShop
    people: dict[Role, Actor]
    door: Door

    def tries(self, actor: Actor, command: Callable[[UnitOfWork], object]) -> None:
        with pytest.raises(_UndoneError), self.door.database.write(actor) as uow:
            command(uow)
            raise _UndoneError

    def password(self, actor: Actor) -> str:
        return OWNERS_PASSWORD if actor.role is Role.OWNER else PEOPLE[actor.role][1]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with cheap_secrets():
        clock = TurnedClock(NOON)
        folder: Path = tmp_path_factory.mktemp("rights")
        shop = TestShop.create(folder / "shop", clock)
        shop.receives("PCM500", packs=10, manufacturer="Cipla")
        shop.receives("PCM500", batch="BAD", packs=10)
        for code in ("OLD", "EMPTY"):
            with shop.shop.database.write(CONSOLE) as uow:
                create_item(uow, CreateItem(command_id=new_id(), item=_new(code)))
        with shop.shop.database.write(CONSOLE) as uow:
            deactivate_item(uow, DeactivateItem(item="OLD"))
        with shop.shop.database.write(CONSOLE) as uow:
            hold_batch(uow, HoldBatch(item="PCM500", batch="BAD", reason="recalled"))
        for details in (one for twins in _TWINS.values() for one in twins):
            with shop.shop.database.write(CONSOLE) as uow:
                add_party(uow, AddParty(command_id=new_id(), details=details))
        with shop.shop.database.write(CONSOLE) as uow:
            supplier_id = find_party(uow.session, PartyKind.SUPPLIER, "kerala pharma")
            item_id = item_view(uow.session, "PCM500", uow.today).item_id
            teach_supplier_item(uow, TeachSupplierItem(supplier_id=supplier_id, code="K-99", item_id=item_id))
        with shop.shop.database.write(CONSOLE) as uow:
            change_printers(uow, _PRINTERS)
        shop.on_duty()
        with shop.shop.database.write(CONSOLE) as uow:
            open_counter(uow, _OPENED)
        door = Door(shop.shop.database, TurnedUptime())
        people = hire(door.database)
        owner = comes_in(door, Role.OWNER)
        with door.database.write(CONSOLE) as uow:
            add_user(uow, AddUser(username="somebody", password="somebodys own 1", role=Role.PURCHASE_CLERK))
        with door.database.write(CONSOLE) as uow:
            close_books(uow, CloseBooks(through=date(2026, 11, 1)))
        yield World(shop, {Role.OWNER: owner.actor, **people}, door)
        shop.close()


def _new(code: str) -> NewItem:
    details = {"code": code, "name": f"New {code}", "pack_label": "10's", "pieces_per_pack": 10, "treatment": "taxable"}
    return NewItem.model_validate({**details, "gst": "5", "hsn": "3004"})


def _import(uow: UnitOfWork) -> object:
    entry = ImportedItem(line=2, item=_new("NEW1"), stock=())
    return import_items(uow, ImportItems(command_id=new_id(), items=(entry,)))


def _undo_import(world: World, actor: Actor) -> None:
    import_id = new_id()
    with world.shop.shop.database.write(world.shop.actor) as uow:
        entry = ImportedItem(line=2, item=_new(f"NEW{import_id.hex[-6:]}"), stock=())
        import_items(uow, ImportItems(command_id=import_id, items=(entry,)))
    world.tries(actor, lambda uow: undo_import(uow, UndoImport(import_id=import_id, reason="a test")))


def _edit(uow: UnitOfWork) -> object:
    version = item_view(uow.session, "PCM500", uow.today).version
    return edit_item(uow, EditItem(item="PCM500", version=version, changes=ItemChanges(rack="B-7")))


#: Two of each kind: of the second nothing is known but that it is the first by another name.
_TWINS: dict[PartyKind, tuple[Details, Details]] = {
    PartyKind.CUSTOMER: (CustomerDetails(name="Anil"), CustomerDetails(name="Anil Kumar")),
    PartyKind.SUPPLIER: (SupplierDetails(name="Kerala Pharma"), SupplierDetails(name="Kerala Pharma Ltd")),
    PartyKind.PATIENT: (PatientDetails(name="Asha"), PatientDetails(name="Asha Menon")),
    PartyKind.PRESCRIBER: (PrescriberDetails(name="Dr Rao"), PrescriberDetails(name="Dr K Rao")),
}


def _twins(uow: UnitOfWork, kind: PartyKind) -> list[UUID]:
    return [find_party(uow.session, kind, details.name) for details in _TWINS[kind]]


def _add_party(uow: UnitOfWork, kind: PartyKind) -> object:
    details = _TWINS[kind][0].model_copy(update={"name": "New"})
    return add_party(uow, AddParty(command_id=new_id(), details=details))


def _edit_party(uow: UnitOfWork, kind: PartyKind) -> object:
    seen = party_view(uow.session, kind, _twins(uow, kind)[0])
    details = seen.details.model_copy(update={"phone": "9847012345"})
    return edit_party(uow, EditParty(party_id=seen.party_id, version=seen.version, details=details))


def _end_party(uow: UnitOfWork, kind: PartyKind) -> object:
    return end_party(uow, EndParty(kind=kind, party_id=_twins(uow, kind)[0]))


def _merge(uow: UnitOfWork, kind: PartyKind) -> object:
    first, second = _twins(uow, kind)
    return merge_parties(uow, MergeParties(kind=kind, merged_id=first, kept_id=second))


def _of_kind(command: Callable[[UnitOfWork, PartyKind], object], kind: PartyKind) -> Callable[[World, Actor], None]:
    return _uow(lambda uow: command(uow, kind))


def _teach(uow: UnitOfWork) -> None:
    supplier = find_party(uow.session, PartyKind.SUPPLIER, "kerala pharma")
    item = item_view(uow.session, "PCM500", uow.today).item_id
    teach_supplier_item(uow, TeachSupplierItem(supplier_id=supplier, code="K-17", item_id=item, factor=10))


def _learn(uow: UnitOfWork) -> None:
    supplier = find_party(uow.session, PartyKind.SUPPLIER, "kerala pharma")
    line = LearnedLine(name="PARACIP 500", item_id=item_view(uow.session, "PCM500", uow.today).item_id)
    learn_supplier_items(uow, LearnSupplierItems(supplier_id=supplier, lines=(line,)))


def _remember_layout(uow: UnitOfWork) -> None:
    supplier = find_party(uow.session, PartyKind.SUPPLIER, "kerala pharma")
    command = RememberLayout(supplier_id=supplier, layout_key="0" * 24, columns={"QTY": "quantity"})
    remember_layout(uow, command)


def _add_line_items(uow: UnitOfWork) -> None:
    supplier = find_party(uow.session, PartyKind.SUPPLIER, "kerala pharma")
    line = LineItem(row=5, item=_new("OFLINE"), name="OF A LINE", pack="10's", maker="", code="K-5")
    add_line_items(uow, AddLineItems(command_id=new_id(), supplier_id=supplier, lines=(line,)))


def _end_code(uow: UnitOfWork) -> None:
    supplier = find_party(uow.session, PartyKind.SUPPLIER, "kerala pharma")
    end_supplier_item(uow, EndSupplierItem(supplier_id=supplier, code="K-99"))


def _dues(uow: UnitOfWork) -> object:
    return enter_opening_dues(
        uow, read_dues({"party": "Anil", "number": "S-1", "date": "01-10-2026", "open": "5"}, kind=PartyKind.CUSTOMER)
    )


def _parties(uow: UnitOfWork, kind: PartyKind) -> object:
    party = ImportedParty(line=2, details=_TWINS[kind][0].model_copy(update={"name": "New"}))
    return import_parties(uow, ImportParties(command_id=new_id(), kind=kind, parties=(party,), another=True))


_EIGHTEEN: dict[str, Any] = {"treatment": GstTreatment.TAXABLE, "gst": Percent(1800)}
_DECEMBER = date(2026, 12, 1)


def _log_out(world: World, actor: Actor) -> None:
    username = "owner" if actor.role is Role.OWNER else PEOPLE[actor.role][0]
    session = log_in(world.door, _login(username, world.password(actor)))
    world.tries(actor, lambda uow: log_out(uow, session.session_id))


def _login(username: str, password: str) -> LogIn:
    return LogIn(username=username, password=password)


def _change_password(world: World, actor: Actor) -> None:
    old = world.password(actor)
    change_password(world.door, actor, ChangePassword(password=old, new_password="for a moment 9"))
    change_password(world.door, actor, ChangePassword(password="for a moment 9", new_password=old))


def _cancel(world: World, actor: Actor) -> None:
    bill = world.shop.bills(("PCM500", "1t"))
    world.tries(actor, lambda uow: cancel_bill(uow, CancelBill(number=bill.number, reason="a test")))


def _change_payment(world: World, actor: Actor) -> None:
    bill = world.shop.bills(("PCM500", "1t"), payments=[{"mode": "card", "amount": "3.00"}])
    command = ChangePayment(number=bill.number, payments=_BY_UPI, reason="a test")
    world.tries(actor, lambda uow: change_payment(uow, command))


def _confirm_payment(world: World, actor: Actor) -> None:
    bill = world.shop.bills(("PCM500", "1t"), payments=[{"mode": "upi", "amount": "3.00"}])
    world.tries(actor, lambda uow: confirm_payment(uow, ConfirmPayment(number=bill.number, reference="612345678901")))


_BY_UPI = (TenderInput(mode=TenderMode.UPI, amount=Money(300), reference="612345678901"),)


def _reprint(world: World, actor: Actor) -> None:
    bill = world.shop.bills(("PCM500", "1t"))
    world.tries(actor, lambda uow: print_bill(uow, bill.bill_id, duplicate=True))


def _note_paper(world: World, actor: Actor) -> None:
    bill = world.shop.bills(("PCM500", "1t"))
    world.tries(actor, lambda uow: note_paper(uow, bill.bill_id, duplicate=True))


def _correct(world: World, actor: Actor) -> None:
    bill = world.shop.bills(("PCM500", "1t"))
    world.tries(actor, lambda uow: correct_bill(uow, CorrectBill(number=bill.number, reason="a test")))


def _quotation() -> MakeQuotation:
    return MakeQuotation(command_id=new_id(), lines=(QuotationLineInput(item="PCM500", quantity="2"),))


def _order() -> PlaceOrder:
    lines = (OrderLineInput(item="PCM500", quantity="2"),)
    return PlaceOrder(command_id=new_id(), supplier="kerala pharma", lines=lines)


def _correction() -> CorrectBatch:
    return CorrectBatch(command_id=new_id(), item="PCM500", batch="A1", number="A11", reason="mistyped")


def _debit() -> IssueDebitNote:
    back = ReturnInput(
        item="PCM500", batch="A1", quantity="1", why=DebitWhy.DAMAGED, rate=Rate(140_000), gst=Percent(500)
    )
    return IssueDebitNote(command_id=new_id(), supplier="kerala pharma", reason="broken", returns=(back,))


def _close_order(world: World, actor: Actor) -> None:
    with world.shop.shop.database.write(world.shop.actor) as uow:
        order = place_order(uow, _order())
    world.tries(actor, lambda uow: close_order(uow, CloseOrder(number=order.number, reason="a test")))


def _goods(**more: Any) -> dict[str, Any]:
    number = str(new_id())
    line = {"item": "PCM500", "quantity": "10", "batch": number[:20], "expiry": "12/2028", "mrp": "25.65", **more}
    return {"command_id": number, "supplier": "kerala pharma", "lines": [line]}


def _bill_of_goods(**more: Any) -> ReceiveBilledGoods:
    number = str(new_id())
    head = {"supplier": "kerala pharma", "number": number, "billed_on": "2026-11-20", "total": "150"}
    line = {"goods": _goods(**more)["lines"][0], "printed": {"rate": "15"}}
    said = {"command_id": number, "receipt_id": str(new_id()), "head": head, "lines": [line], "match_reason": "a test"}
    return load(ReceiveBilledGoods, said)


def _enter_bill(world: World, actor: Actor) -> None:
    with world.shop.shop.database.write(world.shop.actor) as uow:
        receipt = receive_goods(uow, load(ReceiveGoods, _goods()))
    number = str(new_id())
    head = {"supplier": "kerala pharma", "number": number, "billed_on": "2026-11-20", "total": "150"}
    line = {"receipt": receipt.number, "line": 1, "rate": "15"}
    command = load(EnterBill, {"command_id": number, "head": head, "lines": [line]})
    world.tries(actor, lambda uow: enter_bill(uow, command))


def _settle_match(world: World, actor: Actor) -> None:
    """Settle what costs nothing: a clerk takes no difference that does."""
    with world.shop.shop.database.write(world.shop.actor) as uow:
        receipt = receive_goods(uow, load(ReceiveGoods, _goods()))
    number = str(new_id())
    head = {"supplier": "kerala pharma", "number": number, "billed_on": "2026-11-20", "total": "150"}
    line = {"receipt": receipt.number, "line": 1, "rate": "15", "mrp": "26.00"}
    bill = {"command_id": number, "head": head, "lines": [line], "match_reason": "a test"}
    with world.shop.shop.database.write(world.shop.actor) as uow:
        enter_bill(uow, load(EnterBill, bill))
    said = {"supplier": "kerala pharma", "number": number, "line": 1, "kind": "mrp", "reason": "a test"}
    command = load(SettleMatch, {"command_id": str(new_id()), **said})
    world.tries(actor, lambda uow: settle_match(uow, command))


def _take_back_bill(world: World, actor: Actor) -> None:
    with world.shop.shop.database.write(world.shop.actor) as uow:
        bill = receive_billed_goods(uow, _bill_of_goods())
    command = TakeBackBill(supplier="kerala pharma", number=bill.number, reason="a test")
    world.tries(actor, lambda uow: take_back_bill(uow, command))


def _take_back_debit_note(world: World, actor: Actor) -> None:
    with world.shop.shop.database.write(world.shop.actor) as uow:
        note = issue_debit_note(uow, _debit())
    command = TakeBackDebitNote(number=note.number, reason="a test")
    world.tries(actor, lambda uow: take_back_debit_note(uow, command))


def _take_back_receipt(world: World, actor: Actor) -> None:
    with world.shop.shop.database.write(world.shop.actor) as uow:
        receipt = receive_goods(uow, load(ReceiveGoods, _goods()))
    command = TakeBackReceipt(number=receipt.number, reason="a test")
    world.tries(actor, lambda uow: take_back_receipt(uow, command))


def _uow(command: Callable[[UnitOfWork], object]) -> Callable[[World, Actor], None]:
    return lambda world, actor: world.tries(actor, command)


_REVISION = ReviseMrp(
    item="PCM500", batch="A1", mrp=Money(2500), from_date=date(2026, 12, 1), reason="lower rate of GST"
)


def _undo_dues(world: World, actor: Actor) -> None:
    bill = {"party": "Anil", "number": f"S-{new_id()}", "date": "01-10-2026", "open": "5"}
    command = read_dues(bill, kind=PartyKind.CUSTOMER)
    with world.shop.shop.database.write(world.shop.actor) as uow:
        enter_opening_dues(uow, command)
    undo = UndoOpeningDues(import_id=command.command_id, reason="a test")
    world.tries(actor, lambda uow: undo_opening_dues(uow, undo))


def _settle_want(world: World, actor: Actor) -> None:
    with world.shop.shop.database.write(world.shop.actor) as uow:
        want = note_want(uow, NoteWant(name="Something"))
    world.tries(actor, lambda uow: settle_want(uow, SettleWant(want_id=want.want_id, outcome=Outcome.DONE)))


_SHOP = {"name": "Renamed", "address": "MG Road", "phone": None, "gstin": None, "registration": "unregistered"}
_PRINTERS = Printers(
    printers=(PrinterSetup(name="Receipts", kind=PrinterKind.NETWORK, address="10.0.0.7", opens_drawer=True),),
    receipts="Receipts",
)
#: The counter is open: it is asked for once more.
_OPENED = OpenCounter(command_id=new_id(), cash=Money(50_000))
_CASH = EnterOpeningBalance(command_id=new_id(), holding=Holding.CASH, amount=Money(5000))

EVERYBODY = set(Role)
OWNER = {Role.OWNER}
SUPERVISORS = {Role.OWNER, Role.PHARMACIST}
_REGISTRATION = "KSPC 12345"
GOODS = {Role.OWNER, Role.PHARMACIST, Role.PURCHASE_CLERK}
BILLS = {Role.OWNER, Role.PHARMACIST, Role.CASHIER}
CASES: dict[str, tuple[Callable[[World, Actor], None], set[Role]]] = {
    "core.app.choices.set_choice": (_uow(lambda uow: set_choice(uow, Choice.ROUND_OFF, "down")), OWNER),
    "core.app.health.confirm_clock": (_uow(confirm_clock), OWNER),
    "core.app.paperwork.note_paper": (_note_paper, BILLS),
    "core.app.paperwork.open_drawer": (_uow(open_drawer), BILLS),
    "core.app.paperwork.print_bill": (_reprint, BILLS),
    "core.app.settings_file.take_settings": (_uow(lambda uow: take_settings(uow, {"shop": _SHOP})), OWNER),
    "core.app.shop_details.change_shop": (_uow(lambda uow: change_shop(uow, load(ChangeShop, _SHOP))), OWNER),
    "core.app.printers.change_printers": (_uow(lambda uow: change_printers(uow, _PRINTERS)), OWNER),
    "core.app.scanners.change_scanners": (
        _uow(lambda uow: change_scanners(uow, Scanners(wedge=WedgeSetup(end=EndKey.TAB)))),
        OWNER,
    ),
    "core.app.displays.change_display": (
        _uow(lambda uow: change_display(uow, CustomerDisplay(kind=DisplayKind.WINDOW))),
        OWNER,
    ),
    "core.app.licences.change_licences": (
        _uow(lambda uow: change_licences(uow, ChangeLicences(licences=()))),
        OWNER,
    ),
    "core.app.papers.change_papers": (
        _uow(lambda uow: change_papers(uow, ChangePapers(receipt="Short"))),
        OWNER,
    ),
    "core.dispensing.pharmacists.add_pharmacist": (
        _uow(lambda uow: add_pharmacist(uow, AddPharmacist(name="New", registration="KSPC 9"))),
        OWNER,
    ),
    "core.dispensing.pharmacists.begin_duty": (
        _uow(lambda uow: begin_duty(uow, BeginDuty(registration=_REGISTRATION))),
        SUPERVISORS,
    ),
    "core.dispensing.pharmacists.end_duty": (_uow(end_duty), SUPERVISORS),
    "core.dispensing.pharmacists.end_pharmacist": (
        _uow(lambda uow: end_pharmacist(uow, EndPharmacist(registration=_REGISTRATION))),
        OWNER,
    ),
    "core.app.series.set_number_series": (
        _uow(lambda uow: set_number_series(uow, SetNumberSeries(prefix="PH"))),
        OWNER,
    ),
    "core.catalog.teaching.teach_barcode": (
        _uow(lambda uow: teach_barcode(uow, TeachBarcode(item="PCM500", barcode="SHOP-17"))),
        GOODS,
    ),
    "core.cash.service.hand_over_counter": (
        _uow(lambda uow: hand_over_counter(uow, HandOverCounter(to="asha", cash=Money(0)))),
        BILLS,
    ),
    "core.cash.service.move_cash": (
        _uow(lambda uow: move_cash(uow, MoveCash(kind=MovementKind.CAPITAL, amount=Money(100), reason="a test"))),
        {Role.OWNER, Role.PHARMACIST, Role.ACCOUNTANT},
    ),
    "core.cash.service.open_counter": (_uow(lambda uow: open_counter(uow, _OPENED)), BILLS),
    "core.catalog.scheduling.set_schedules": (
        _uow(
            lambda uow: set_schedules(
                uow, SetSchedules(item="PCM500", from_date=_DECEMBER, schedules=frozenset({DrugSchedule.H}))
            )
        ),
        GOODS,
    ),
    "core.catalog.scheduling.set_state_listing": (
        _uow(
            lambda uow: set_state_listing(
                uow,
                SetStateListing(
                    item="PCM500", listing=StateListing(state="03", measure="permission", from_date=_DECEMBER)
                ),
            )
        ),
        GOODS,
    ),
    "core.catalog.taxing.change_rates": (
        _uow(lambda uow: change_rates(uow, ChangeRates(from_date=_DECEMBER, hsn_prefix="3004", **_EIGHTEEN))),
        GOODS,
    ),
    "core.catalog.taxing.set_tax": (
        _uow(lambda uow: set_tax(uow, SetTax(item="PCM500", from_date=_DECEMBER, **_EIGHTEEN))),
        GOODS,
    ),
    "core.inventory.items.activate_item": (_uow(lambda uow: activate_item(uow, ActivateItem(item="OLD"))), GOODS),
    "core.inventory.items.create_item": (
        _uow(lambda uow: create_item(uow, CreateItem(command_id=new_id(), item=_new("NEW2")))),
        GOODS,
    ),
    "core.inventory.items.deactivate_item": (
        _uow(lambda uow: deactivate_item(uow, DeactivateItem(item="EMPTY"))),
        GOODS,
    ),
    "core.inventory.items.edit_item": (_uow(_edit), GOODS),
    "core.inventory.salt_reading.read_item_salts": (_uow(read_item_salts), GOODS),
    "core.sales.correcting.correct_bill": (_correct, {Role.OWNER, Role.PHARMACIST}),
    "core.sales.cancelling.cancel_bill": (_cancel, {Role.OWNER, Role.PHARMACIST}),
    "core.sales.payments.change_payment": (_change_payment, {Role.OWNER, Role.PHARMACIST, Role.ACCOUNTANT}),
    "core.sales.payments.confirm_payment": (_confirm_payment, {Role.OWNER, Role.PHARMACIST, Role.CASHIER}),
    "core.auth.login.change_password": (_change_password, EVERYBODY),
    "core.auth.login.change_pin": (
        lambda w, a: change_pin(w.door, a, ChangePin(password=w.password(a), pin="739158")),
        EVERYBODY,
    ),
    "core.auth.login.log_out": (_log_out, EVERYBODY),
    "core.auth.roles.set_role_right": (
        _uow(
            lambda uow: set_role_right(
                uow, SetRoleRight(user_role=Role.CASHIER, permission=Permission.SEE_COST, granted=True)
            )
        ),
        OWNER,
    ),
    "core.auth.service.add_user": (
        _uow(lambda uow: add_user(uow, AddUser(username="new", password="long enough", role=Role.CASHIER))),
        OWNER,
    ),
    "core.auth.service.deactivate_user": (
        _uow(lambda uow: deactivate_user(uow, DeactivateUser(username="somebody"))),
        OWNER,
    ),
    "core.auth.service.edit_user": (
        _uow(lambda uow: edit_user(uow, EditUser(username="somebody", full_name="Some Body"))),
        OWNER,
    ),
    "core.auth.service.set_password": (
        _uow(lambda uow: set_password(uow, SetPassword(username="somebody", password="a new long one"))),
        OWNER,
    ),
    "core.auth.service.set_pin": (
        _uow(lambda uow: set_pin(uow, SetPin(username="somebody", pin="739158"))),
        OWNER,
    ),
    "core.auth.service.unlock_user": (
        _uow(lambda uow: unlock_user(uow, UnlockUser(username="somebody"))),
        OWNER,
    ),
    "core.inventory.holding.hold_batch": (
        _uow(lambda uow: hold_batch(uow, HoldBatch(item="PCM500", batch="A1", reason="recalled"))),
        GOODS,
    ),
    "core.inventory.holding.release_batch": (
        _uow(lambda uow: release_batch(uow, ReleaseBatch(item="PCM500", batch="BAD", reason="tested, good"))),
        GOODS,
    ),
    "core.inventory.opening.import_items": (_uow(_import), GOODS),
    "core.inventory.repricing.revise_mrp": (_uow(lambda uow: revise_mrp(uow, _REVISION)), GOODS),
    "core.inventory.undoing.undo_import": (_undo_import, GOODS),
    "core.ledger.closing.close_books": (
        _uow(lambda uow: close_books(uow, CloseBooks(through=date(2026, 11, 10)))),
        {Role.OWNER, Role.ACCOUNTANT},
    ),
    "core.ledger.closing.reopen_books": (
        _uow(lambda uow: reopen_books(uow, ReopenBooks(through=None, reason="a test"))),
        OWNER,
    ),
    "core.parties.codes.end_supplier_item": (_uow(_end_code), GOODS),
    "core.parties.codes.teach_supplier_item": (_uow(_teach), GOODS),
    "core.opening.balances.enter_opening_balance": (
        _uow(lambda uow: enter_opening_balance(uow, _CASH.model_copy(update={"command_id": new_id()}))),
        {Role.OWNER, Role.ACCOUNTANT},
    ),
    "core.opening.comparing.map_accounts": (
        _uow(lambda uow: map_accounts(uow, MapAccounts(accounts={"Petty cash": "Cash in hand"}))),
        {Role.OWNER, Role.ACCOUNTANT},
    ),
    "core.opening.dues.enter_opening_dues": (_uow(_dues), {Role.OWNER, Role.ACCOUNTANT}),
    "core.opening.undoing.undo_opening_dues": (_undo_dues, {Role.OWNER, Role.ACCOUNTANT}),
    "core.sales.posting.post_bill": (
        lambda world, actor: world.tries(actor, lambda uow: post_bill(uow, world.shop.bill_command(("PCM500", "1")))),
        BILLS,
    ),
    "core.inventory.correcting.correct_batch": (_uow(lambda uow: correct_batch(uow, _correction())), GOODS),
    "core.purchasing.debiting.issue_debit_note": (_uow(lambda uow: issue_debit_note(uow, _debit())), GOODS),
    "core.purchasing.billing.enter_bill": (_enter_bill, GOODS),
    "core.purchasing.billing.receive_billed_goods": (
        _uow(lambda uow: receive_billed_goods(uow, _bill_of_goods())),
        GOODS,
    ),
    "core.purchasing.matching.settle_match": (_settle_match, GOODS),
    "core.purchasing.proposing.posting.take_file_in": (
        _uow(lambda uow: take_file_in(uow, TakeFileIn(bill=_bill_of_goods()))),
        GOODS,
    ),
    "core.purchasing.receiving.receive_goods": (
        _uow(lambda uow: receive_goods(uow, load(ReceiveGoods, _goods()))),
        GOODS,
    ),
    "core.purchasing.taking_back.take_back_bill": (_take_back_bill, GOODS),
    "core.purchasing.taking_back.take_back_debit_note": (_take_back_debit_note, GOODS),
    "core.purchasing.taking_back.take_back_receipt": (_take_back_receipt, GOODS),
    "core.purchasing.ordering.close_order": (_close_order, GOODS),
    "core.purchasing.ordering.place_order": (_uow(lambda uow: place_order(uow, _order())), GOODS),
    "core.purchasing.proposing.learning.learn_supplier_items": (_uow(_learn), GOODS),
    "core.purchasing.proposing.learning.remember_layout": (_uow(_remember_layout), GOODS),
    "core.purchasing.proposing.new_items.add_line_items": (_uow(_add_line_items), GOODS),
    "core.sales.quoting.make_quotation": (_uow(lambda uow: make_quotation(uow, _quotation())), BILLS),
    "core.wants.service.note_want": (_uow(lambda uow: note_want(uow, NoteWant(item="PCM500", quantity="2"))), BILLS),
    "core.wants.service.settle_want": (_settle_want, BILLS),
}


#: By the kind of party: who adds and edits, and who ends and merges.
_COUNTER = {Role.OWNER, Role.PHARMACIST, Role.CASHIER, Role.ACCOUNTANT}
_PEOPLE: dict[PartyKind, tuple[set[Role], set[Role]]] = {
    PartyKind.CUSTOMER: (_COUNTER, {Role.OWNER, Role.ACCOUNTANT}),
    PartyKind.SUPPLIER: (GOODS, GOODS),
    PartyKind.PATIENT: (_COUNTER, {Role.OWNER, Role.PHARMACIST}),
    PartyKind.PRESCRIBER: (_COUNTER, {Role.OWNER, Role.PHARMACIST}),
}
for _kind, (_editors, _enders) in _PEOPLE.items():
    CASES |= {
        f"core.opening.parties.import_parties {_kind}": (_of_kind(_parties, _kind), _enders),
        f"core.parties.service.add_party {_kind}": (_of_kind(_add_party, _kind), _editors),
        f"core.parties.service.edit_party {_kind}": (_of_kind(_edit_party, _kind), _editors),
        f"core.parties.service.end_party {_kind}": (_of_kind(_end_party, _kind), _enders),
        f"core.parties.service.merge_parties {_kind}": (_of_kind(_merge, _kind), _enders),
    }
_RIGHTS = {**COMMANDS, **{f"{name} {kind}": right for name, table in BY_KIND.items() for kind, right in table.items()}}


#: What a cashier may do with a supervisor or a pharmacist beside -> the refusal without.
_IN_PART = {
    "core.sales.cancelling.cancel_bill": "auth.needs_supervisor",
    "core.sales.payments.change_payment": "auth.needs_supervisor",
    "core.sales.correcting.correct_bill": "auth.needs_supervisor",
    "core.dispensing.pharmacists.begin_duty": "auth.out_of_scope",
    "core.dispensing.pharmacists.end_duty": "auth.out_of_scope",
}


def test_every_command_is_tried() -> None:
    assert CASES.keys() == _RIGHTS.keys()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("terms", [{"credit_limit": Money(100)}, {"credit_days": 7}, {"discount": Percent(500)}])
def test_the_terms_of_a_customer_ask_for_a_right_of_their_own(world: World, terms: dict[str, Any], role: Role) -> None:
    def add(uow: UnitOfWork) -> None:
        add_party(uow, AddParty(command_id=new_id(), details=CustomerDetails(name="New", **terms)))

    def edit(uow: UnitOfWork) -> None:
        seen = party_view(uow.session, PartyKind.CUSTOMER, _twins(uow, PartyKind.CUSTOMER)[0])
        details = seen.details.model_copy(update=terms)
        edit_party(uow, EditParty(party_id=seen.party_id, version=seen.version, details=details))

    for attempt in (add, edit):
        if role in {Role.OWNER, Role.ACCOUNTANT}:
            world.tries(world.people[role], attempt)
        else:
            with pytest.raises(RuleBroken, check=lambda broken: broken.code == "auth.not_allowed"):
                world.tries(world.people[role], attempt)


@pytest.mark.parametrize("role", Role)
def test_what_a_supplier_gives_is_read_by_who_may_see_cost(world: World, role: Role) -> None:
    actor = world.people[role]
    with world.shop.shop.database.read() as session:
        for kind, (details, _) in _TWINS.items():
            party_id = find_party(session, kind, details.name)
            if (kind, role) == (PartyKind.SUPPLIER, Role.CASHIER):
                with pytest.raises(RuleBroken, check=lambda broken: broken.code == "auth.not_allowed"):
                    read_party(session, actor, kind, party_id)
            else:
                assert read_party(session, actor, kind, party_id).details == details


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("command", CASES)
def test_every_command_by_every_role(world: World, command: str, role: Role) -> None:
    attempt, allowed = CASES[command]
    actor = world.people[role]
    if role in allowed:
        attempt(world, actor)
        return
    with pytest.raises(RuleBroken) as refused:
        attempt(world, actor)
    # a cashier has some rights in part only (product, table of roles)
    in_part = _IN_PART.get(command) if role is Role.CASHIER else None
    assert refused.value.code == (in_part or "auth.not_allowed")
    assert refused.value.values["right"] == _RIGHTS[command].words
