"""What the want book and a counter's drawer ask of a database, asked of both."""

from __future__ import annotations

from core.app.verify import verify
from core.boundary.frozen import load
from core.cash.dto import HandOverCounter, MoveCash, OpenCounter
from core.cash.queries import read_counter
from core.cash.service import hand_over_counter, move_cash, open_counter
from core.kernel.ids import new_id
from core.sales.cancelling import cancel_bill
from core.sales.dto import CancelBill, PostBill
from core.sales.posting import post_bill
from core.storage.database import Database
from core.wants.dto import NoteWant, Outcome, SettleWant
from core.wants.queries import read_wants
from core.wants.service import note_want, settle_want
from tests.core.storage.test_items_on_both import OWNER, TODAY, create
from tests.support.people import cheap_secrets, hire


def test_a_drawer_is_added_up_on_both(database: Database) -> None:
    create(database, "AMX", "100.00")
    with cheap_secrets():
        hire(database)
    with database.write(OWNER) as uow:
        open_counter(uow, load(OpenCounter, {"denominations": [{"face": "500", "pieces": 1}]}))
    numbers = []
    for _ in range(2):
        command = {
            "command_id": str(new_id()),
            "lines": [{"item": "AMX", "quantity": "1"}],
            "payments": [{"mode": "cash", "amount": "500.00"}],
        }
        with database.write(OWNER) as uow:
            numbers.append(post_bill(uow, load(PostBill, command)).number)
    with database.write(OWNER) as uow:
        cancel_bill(uow, CancelBill(number=numbers[-1], reason="a test"))
    with database.write(OWNER) as uow:
        data = {"kind": "expense", "amount": "40.00", "account": "Courier", "reason": "parcel"}
        move_cash(uow, load(MoveCash, data))
    with database.write(OWNER) as uow:
        hand_over_counter(uow, load(HandOverCounter, {"to": "ravi", "cash": "550.00"}))
    with database.read() as session:
        view = read_counter(session, OWNER)
    assert view is not None
    drawer = view.drawer
    assert [str(one) for one in (drawer.taken, drawer.given_back, drawer.moved_out, drawer.should_be)] == [
        "200.00",
        "100.00",
        "40.00",
        "560.00",
    ]
    assert str(view.handovers[0].difference) == "-10.00"
    assert verify(database).findings == ()


def test_a_want_is_noted_and_settled_on_both(database: Database) -> None:
    create(database, "AMX", "100.00")
    with database.write(OWNER) as uow:
        waits = note_want(uow, NoteWant(item="AMX", quantity="2:5", customer_name="Asha"))
    with database.write(OWNER) as uow:
        gone = note_want(uow, NoteWant(name="gauze"))
    for want in (waits, gone):
        with database.write(OWNER) as uow:
            settle_want(uow, SettleWant(want_id=want.want_id, outcome=Outcome.CAME))
    with database.read() as session:
        (open_one,) = read_wants(session, OWNER, TODAY)
        (ended,) = read_wants(session, OWNER, TODAY, ended=True)
    assert (open_one.want_id, open_one.stock_units, open_one.has_come) == (waits.want_id, 100, True)
    assert ended.want_id == gone.want_id
    assert verify(database).findings == ()
