"""A restore puts back what was proven, sets aside what was there, and never gives a number twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.app.backups.container import age_identity, export_container
from core.app.backups.creating import back_up
from core.app.backups.exchange import exchange_is_pending
from core.app.backups.folder import Backup, list_backups, manifest_path
from core.app.backups.lacking import NAMED
from core.app.backups.manifest import Reason
from core.app.backups.restoring import Restored, restore
from core.app.printers import change_printers
from core.app.shop import has_shop, open_shop, shop_file
from core.app.verify import verify
from core.audit.history import search_log
from core.audit.log import write_event
from core.boundary.messages import explain
from core.kernel.actor import Role
from core.kernel.errors import EnvironmentFault, RuleBroken
from core.kernel.ids import new_id
from core.numbering.dto import NumberedKind
from core.numbering.restored import RESTORE_LETTERS, code_after_restore
from core.sales.cancelling import cancel_bill
from core.sales.dto import CancelBill
from core.settings.service import set_setting
from core.spool.dto import Paper, PaperKind, PaperMode, PrinterKind, Printers, PrinterSetup
from core.spool.jobs import add_job, list_jobs
from core.storage.keys import RawKey
from tests.core.storage.test_unit_of_work import SOMEBODY
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


@pytest.fixture(params=["plain", "encrypted"])
def billing(request: pytest.FixtureRequest, tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop with stock and two bills, the file's name telling nothing."""
    shop = TestShop.create(tmp_path / "shop", clock, encrypt=request.param == "encrypted")
    shop.receives("PCM500", packs=1000)
    shop.bills(("PCM500", "2"))
    shop.bills(("PCM500", "1"))
    yield shop
    shop.close()


def make(shop: TestShop, clock: TurnedClock) -> Backup:
    """Make a backup."""
    return back_up(shop.shop.database, shop.shop.folder, Reason.BY_HAND, clock)


def put_back(shop: TestShop, source: Path, clock: TurnedClock, counter: str | None = None) -> Restored:
    """Close the shop, restore and open what is there then."""
    shop.close()
    done = restore(shop.shop.folder, source, SOMEBODY, clock, counter=counter)
    shop.shop = open_shop(shop.shop.folder, clock)
    return done


def test_the_shop_is_as_it_was_and_numbers_go_on_in_a_series_of_their_own(
    billing: TestShop, clock: TurnedClock
) -> None:
    made = make(billing, clock)
    lost = billing.bills(("PCM500", "3"))
    assert lost.number == "C1/26-27/000003"
    clock.turn(hours=1)
    done = put_back(billing, made.path, clock)
    assert (done.node_code, done.events) == ("C1A", 4)
    assert billing.units("PCM500") == 10_000 - 30
    assert billing.bills(("PCM500", "1")).number == "C1A/26-27/000001"
    assert billing.bills(("PCM500", "1")).number == "C1A/26-27/000002"
    billing.books_agree()


def test_what_was_there_is_set_aside_whole_and_backed_up(billing: TestShop, clock: TurnedClock) -> None:
    made = make(billing, clock)
    lost = billing.bills(("PCM500", "3"))
    done = put_back(billing, made.path, clock)
    assert done.backup is not None
    assert done.backup.manifest.reason is Reason.BEFORE_RESTORE
    assert done.backup.manifest.contents.tables["bill"] == 3
    assert done.set_aside == billing.shop.folder / "set-aside" / "shop-C1-2026-11-20-153000.db"
    put_back(billing, done.set_aside, clock)
    with billing.shop.database.read() as session:
        numbers = session.connection().exec_driver_sql("SELECT number FROM bill ORDER BY number").scalars().all()
    assert lost.number in numbers
    billing.books_agree()


def test_the_restored_file_begins_an_epoch_that_names_the_end_of_the_last(
    billing: TestShop, clock: TurnedClock
) -> None:
    head = make(billing, clock).manifest.contents.head
    clock.turn(minutes=1)
    done = put_back(billing, list_backups(billing.shop.folder / "backups")[0].path, clock)
    assert done.epoch == int(clock.now().timestamp())
    with billing.shop.database.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT epoch, seq, kind, hlc FROM audit_event ORDER BY epoch DESC, seq DESC LIMIT 2"
        )
        (epoch, seq, kind, hlc), (_, last_seq, _, last_hlc) = rows.all()
    assert (epoch, seq, kind) == (done.epoch, 1, "shop.restored")
    assert last_seq == head.seq
    assert hlc > last_hlc


def test_cutting_the_end_off_an_epoch_is_noticed_by_the_next(shop: TestShop, clock: TurnedClock) -> None:
    """The last command of the epoch before, its rows and its event removed as if it never was."""
    with shop.shop.database.write(SOMEBODY) as uow:
        set_setting(uow, "odd", 1)
        write_event(uow, "setting.set", new_id())
    put_back(shop, make(shop, clock).path, clock)
    shop.books_agree()
    with shop.shop.database.writer.begin() as connection:
        guard = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'guard_audit_event_delete'")
        statement = str(guard.scalar())
        connection.exec_driver_sql("DROP TRIGGER guard_audit_event_delete")
        connection.exec_driver_sql("DELETE FROM audit_event WHERE epoch = 1 AND seq = 2")
        connection.exec_driver_sql("DELETE FROM setting WHERE name = 'odd'")
        connection.exec_driver_sql("DELETE FROM audit_touch WHERE row_key = 'odd'")
        connection.exec_driver_sql(statement)
    findings = verify(shop.shop.database).findings
    assert [(finding.code, finding.key) for finding in findings] == [("verify.event_missing", "1/2")]


def test_each_restore_of_the_same_file_gets_another_series(billing: TestShop, clock: TurnedClock) -> None:
    made = make(billing, clock)
    given = []
    for _ in range(4):
        clock.turn(hours=1)
        given.append(put_back(billing, made.path, clock).node_code)
        billing.bills(("PCM500", "1"))
    assert given == ["C1A", "C1B", "C1E", "C1F"], "no letter of a document kind among them"


def test_a_restored_shop_that_is_restored_keeps_a_short_code(billing: TestShop, clock: TurnedClock) -> None:
    put_back(billing, make(billing, clock).path, clock)
    billing.bills(("PCM500", "1"))
    clock.turn(hours=1)
    assert put_back(billing, make(billing, clock).path, clock).node_code == "C1B"
    assert billing.bills(("PCM500", "1")).number == "C1B/26-27/000001"


def test_on_an_empty_machine_the_recovery_code_opens_it_to_the_next_bill(
    billing: TestShop, clock: TurnedClock, tmp_path: Path
) -> None:
    made = make(billing, clock)
    stick, new = tmp_path / "stick", tmp_path / "new machine" / "data"
    stick.mkdir()
    shutil.copy(made.path, stick)
    shutil.copy(manifest_path(made.path), stick)
    key = billing.shop.database.key
    source = stick / made.name
    if key is not None:
        with pytest.raises(EnvironmentFault) as refused:
            restore(new, source, SOMEBODY, clock)
        assert refused.value.code == "key.of_sheet"
        assert key.id in explain(refused.value)
        assert not has_shop(new)
        key = RawKey.of_recovery_code(key.recovery_code)
    done = restore(new, source, SOMEBODY, clock, key=key)
    assert (done.set_aside, done.backup) == (None, None)
    there = TestShop(open_shop(new, clock), clock)
    assert there.bills(("PCM500", "1")).number == "C1A/26-27/000001"
    there.books_agree()
    there.reopen()
    there.close()


def test_without_its_manifest_a_backup_is_restored_by_its_own_content(
    billing: TestShop, clock: TurnedClock, tmp_path: Path
) -> None:
    made = make(billing, clock)
    alone = tmp_path / "alone.bin"
    shutil.copy(made.path, alone)
    assert put_back(billing, alone, clock).events == 4


def test_the_manifest_of_another_machine_names_the_code_that_is_used_there(
    billing: TestShop, clock: TurnedClock, tmp_path: Path
) -> None:
    """The stick holds an old backup and one made after a restore: C1A is known to be in use."""
    old = make(billing, clock)
    clock.turn(hours=1)
    put_back(billing, old.path, clock)
    clock.turn(hours=1)
    newer = make(billing, clock)
    stick = tmp_path / "stick"
    stick.mkdir()
    for backup in (old, newer):
        shutil.copy(backup.path, stick)
        shutil.copy(manifest_path(backup.path), stick)
    done = restore(tmp_path / "new", stick / old.name, SOMEBODY, clock, key=billing.shop.database.key)
    assert done.node_code == "C1B"
    assert done.epoch > newer.manifest.contents.head.epoch


def test_a_counter_can_be_named_unless_it_was_used(billing: TestShop, clock: TurnedClock) -> None:
    made = make(billing, clock)
    for counter, code in (
        ("C1", "backup.counter_used"),
        ("c9", "backup.counter_form"),
        ("../x", "backup.counter_form"),
    ):
        with pytest.raises(RuleBroken) as refused:
            put_back(billing, made.path, clock, counter)
        assert refused.value.code == code
        assert explain(refused.value)
    assert put_back(billing, made.path, clock, "C9").node_code == "C9"
    assert billing.bills(("PCM500", "1")).number == "C9/26-27/000001"


@pytest.mark.parametrize("damage", ["gone", "empty", "garbage", "truncated", "guard gone"])
def test_a_shop_that_cannot_be_read_is_set_aside_as_it_is(billing: TestShop, clock: TurnedClock, damage: str) -> None:
    made = make(billing, clock)
    path = shop_file(billing.shop.folder)
    if damage == "guard gone":
        with billing.shop.database.writer.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER guard_bill_update")
    billing.close()
    damages = {"empty": b"", "garbage": b"\xa5" * 50_000, "truncated": path.read_bytes()[: 4096 * 5]}
    if damage == "gone":
        path.unlink()
    elif damage in damages:
        path.write_bytes(damages[damage])
    log = path.with_name("shop.db-wal")
    if damage == "garbage":
        log.write_bytes(b"what a killed program has left")
    done = put_back(billing, made.path, clock)
    assert done.backup is None
    assert (done.set_aside is None) == (damage == "gone")
    if damage in damages:
        assert done.set_aside is not None
        assert done.set_aside.read_bytes() == damages[damage]
    if damage == "garbage":
        assert done.set_aside is not None
        aside = done.set_aside.with_name(f"{done.set_aside.name}-wal")
        assert aside.read_bytes() == b"what a killed program has left", "else it would be played into the new file"
    if damage != "gone":
        with billing.shop.database.read() as session:
            (restored,) = search_log(session, kind="shop.restored")
        assert restored.note["replaced"], "what was found is not forgotten"
    billing.bills(("PCM500", "1"))
    billing.books_agree()


def test_the_bills_that_the_backup_lacks_are_named(billing: TestShop, clock: TurnedClock) -> None:
    made = make(billing, clock)
    clock.turn(hours=24)
    first, second = billing.bills(("PCM500", "3")), billing.bills(("PCM500", "1"))
    billing.receives("PCM500", packs=1)
    lacking = put_back(billing, made.path, clock).lacking
    assert lacking is not None
    assert (lacking.events, lacking.bills, lacking.other_events, lacking.broke_off) == (3, 2, 1, False)
    assert [(bill.number, bill.on_date, bill.total, bill.is_cancelled) for bill in lacking.named] == [
        (bill.number, bill.date, bill.total, False) for bill in (first, second)
    ]
    assert lacking.total == first.total + second.total
    assert lacking.ranges == ((first.number, second.number),)
    assert lacking.span == "C1/26-27/000003 to C1/26-27/000004"


def test_the_newest_backup_lacks_nothing(billing: TestShop, clock: TurnedClock) -> None:
    lacking = put_back(billing, make(billing, clock).path, clock).lacking
    assert lacking is not None
    assert (lacking.events, lacking.bills, lacking.named, lacking.span, lacking.broke_off) == (0, 0, (), "", False)


def test_what_a_cancelled_bill_came_to_is_not_missed(billing: TestShop, clock: TurnedClock) -> None:
    made = make(billing, clock)
    stands, taken_back = billing.bills(("PCM500", "3")), billing.bills(("PCM500", "1"))
    with billing.shop.database.write(billing.actor) as uow:
        cancel_bill(uow, CancelBill(number=taken_back.number, reason="wrong patient"))
    lacking = put_back(billing, made.path, clock).lacking
    assert lacking is not None
    assert (lacking.events, lacking.bills, lacking.cancelled, lacking.total) == (3, 2, 1, stands.total)
    assert [bill.is_cancelled for bill in lacking.named] == [False, True]


def test_a_backup_from_before_a_restore_lacks_the_bills_of_each_series(billing: TestShop, clock: TurnedClock) -> None:
    old = make(billing, clock)
    billing.bills(("PCM500", "1"))
    clock.turn(minutes=5)
    put_back(billing, make(billing, clock).path, clock)
    for _ in range(NAMED):
        billing.bills(("PCM500", "1"))
    clock.turn(minutes=5)
    lacking = put_back(billing, old.path, clock).lacking
    assert lacking is not None
    assert (lacking.bills, len(lacking.named)) == (NAMED + 1, NAMED)
    assert lacking.span == "C1/26-27/000003, C1A/26-27/000001 to C1A/26-27/000020"


def test_nothing_is_said_where_the_shop_does_not_go_on_from_the_backup(
    billing: TestShop, clock: TurnedClock, tmp_path: Path
) -> None:
    """The backup of another shop, and one of a past that this shop's own log parted from before."""
    old = make(billing, clock)
    billing.bills(("PCM500", "1"))
    clock.turn(minutes=5)
    parted = make(billing, clock)
    assert put_back(billing, old.path, clock).lacking is not None
    billing.bills(("PCM500", "1"))
    clock.turn(minutes=5)
    assert put_back(billing, parted.path, clock).lacking is None
    other = TestShop.create(tmp_path / "other", clock)
    theirs = make(other, clock)
    other.close()
    clock.turn(minutes=5)
    assert put_back(billing, theirs.path, clock).lacking is None


def test_what_could_be_read_of_a_damaged_shop_is_named(shop: TestShop, clock: TurnedClock) -> None:
    """The page that holds the newest bill is overwritten: those before it are told, and that it broke off."""
    shop.receives("PCM500", packs=1000)
    shop.bills(("PCM500", "1"))
    made = make(shop, clock)
    bills = [shop.bills(("PCM500", "1")) for _ in range(60)]
    shop.close()
    path = shop_file(shop.shop.folder)
    content = bytearray(path.read_bytes())
    newest = bills[-1].bill_id.bytes
    damaged = 0
    for page in range(0, len(content), 4096):
        if newest in content[page : page + 4096] and bills[-1].number.encode() in content[page : page + 4096]:
            content[page : page + 4096] = b"\xa5" * 4096
            damaged += 1
    assert damaged, "nothing was damaged: the test proves nothing"
    path.write_bytes(content)
    done = put_back(shop, made.path, clock)
    assert done.backup is None
    lacking = done.lacking
    assert lacking is not None
    assert lacking.broke_off
    assert 0 < lacking.bills < 60
    assert [bill.number for bill in lacking.named] == [bill.number for bill in bills[: len(lacking.named)]]
    shop.books_agree()


def test_a_refused_restore_changes_nothing(billing: TestShop, clock: TurnedClock, tmp_path: Path) -> None:
    billing.close()
    folder = billing.shop.folder
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    wrong = tmp_path / "letter.db"
    wrong.write_bytes(b"to the tax office " * 1000)
    with pytest.raises(EnvironmentFault, match="backup.not_a_backup"):
        restore(folder, wrong, SOMEBODY, clock)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_nobody_restores_while_the_shop_is_open(billing: TestShop, clock: TurnedClock) -> None:
    made = make(billing, clock)
    with pytest.raises(EnvironmentFault, match="instance.in_use"):
        restore(billing.shop.folder, made.path, SOMEBODY, clock)
    billing.bills(("PCM500", "1"))
    billing.books_agree()


def test_a_restore_needs_the_right(billing: TestShop, clock: TurnedClock) -> None:
    billing.acts(Role.CASHIER)
    with pytest.raises(RuleBroken, match="auth.not_allowed"):
        restore(billing.shop.folder, billing.shop.folder / "x.db", billing.actor, clock)


def test_an_interrupted_exchange_is_finished_by_the_next_start(
    billing: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after each step of it in turn."""
    made = make(billing, clock)
    billing.close()
    folder = billing.shop.folder
    stopped = 0
    for stop_at in range(5):
        steps = iter(range(stop_at))

        def stops(*_: object, steps: Iterator[int] = steps) -> None:
            if next(steps, None) is None:
                raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr("core.app.backups.exchange.sync_folder", stops)
            try:
                restore(folder, made.path, SOMEBODY, clock)
            except KeyboardInterrupt:
                stopped += exchange_is_pending(folder)
        assert has_shop(folder)
        shop = TestShop(open_shop(folder, clock), clock)
        assert not exchange_is_pending(folder)
        shop.books_agree()
        shop.bills(("PCM500", "1"))
        shop.close()
        clock.turn(hours=1)
    assert stopped == 2, "nothing was interrupted: the test proves nothing"
    billing.shop = open_shop(folder, clock)


def test_a_receipt_file_of_a_restored_shop_is_not_written_to(
    shop: TestShop, clock: TurnedClock, tmp_path: Path
) -> None:
    """A path from inside a backup; on the machine where it was chosen it stays."""
    receipts = PrinterSetup(name="Receipts", kind=PrinterKind.FILE, address=str(tmp_path / "receipts.bin"))
    desk = PrinterSetup(name="Desk", kind=PrinterKind.NETWORK, address="10.0.0.7", stand_in="Receipts")
    labels = PrinterSetup(name="Labels", kind=PrinterKind.NETWORK, address="10.0.0.8", mode=PaperMode.ZPL)
    printers = Printers(printers=(receipts, desk, labels), receipts="Receipts", labels="Labels")
    with shop.shop.database.write(SOMEBODY) as uow:
        change_printers(uow, printers)
        add_job(uow, "Desk", Paper(kind=PaperKind.TEST), "Test page")
    made = make(shop, clock)
    put_back(shop, made.path, clock)
    assert shop.shop.printers() == printers
    with shop.shop.database.read() as session:
        assert list_jobs(session) == []
    restore(tmp_path / "elsewhere", made.path, SOMEBODY, clock)
    there = open_shop(tmp_path / "elsewhere", clock)
    assert there.printers() == Printers(printers=(desk.model_copy(update={"stand_in": None}), labels), labels="Labels")
    assert verify(there.database).holds
    there.close()


def test_printers_that_cannot_be_read_are_forgotten(shop: TestShop, clock: TurnedClock, tmp_path: Path) -> None:
    with shop.shop.database.write(SOMEBODY) as uow:
        set_setting(uow, "printer", {"kind": "file", "address": ["/etc/passwd"]})
        write_event(uow, "setting.set", new_id())
    made = make(shop, clock)
    restore(tmp_path / "elsewhere", made.path, SOMEBODY, clock)
    there = open_shop(tmp_path / "elsewhere", clock)
    assert there.printers() == Printers()
    there.close()


def test_an_exported_file_opens_with_the_recovery_code_alone(
    billing: TestShop, clock: TurnedClock, tmp_path: Path
) -> None:
    made = make(billing, clock)
    key = billing.shop.database.key or RawKey.new()
    target = tmp_path / "shop.age"
    export_container(made, target, key, billing.shop.folder)
    assert b"Test Medicals" not in target.read_bytes()
    with pytest.raises(EnvironmentFault, match="backup.file_exists"):
        export_container(made, target, key, billing.shop.folder)
    for wrong, code in ((None, "key.missing"), (RawKey.new(), "key.wrong")):
        with pytest.raises(EnvironmentFault) as refused:
            restore(tmp_path / "new", target, SOMEBODY, clock, key=wrong)
        assert refused.value.code == code
        assert "shop.age" in explain(refused.value)
    done = restore(tmp_path / "new", target, SOMEBODY, clock, key=RawKey.of_recovery_code(key.recovery_code))
    assert (done.events, done.node_code) == (4, "C1A")


def test_an_exported_file_that_was_touched_is_refused(shop: TestShop, clock: TurnedClock, tmp_path: Path) -> None:
    key = RawKey.new()
    target = tmp_path / "shop.age"
    export_container(make(shop, clock), target, key, shop.shop.folder)
    sound = target.read_bytes()
    # age fills its header with chance, so that it ends elsewhere each time; its last line is its own hash
    seal = sound.index(b"\n--- ") + 10
    wrong, damaged = "key.wrong", "backup.damaged"
    for place, code in ((30, wrong), (seal, wrong), (len(sound) // 2, damaged), (len(sound) - 1, damaged)):
        touched = bytearray(sound)
        touched[place] ^= 1
        target.write_bytes(touched)
        with pytest.raises(EnvironmentFault) as refused:
            restore(tmp_path / "new", target, SOMEBODY, clock, key=key)
        assert refused.value.code == code
        assert not has_shop(tmp_path / "new")
    target.write_bytes(sound[:-1000])
    with pytest.raises(EnvironmentFault, match="backup.damaged"):
        restore(tmp_path / "new", target, SOMEBODY, clock, key=key)


@given(st.binary(min_size=32, max_size=32))
def test_an_identity_is_written_as_age_writes_it(key: bytes) -> None:
    """``age`` itself reads it (its checksum holds) and writes it the same."""
    identity = age_identity(RawKey(key))
    assert str(pyrage.x25519.Identity.from_str(identity)) == identity


KINDS = [kind.value for kind in NumberedKind if kind.value]


@given(
    st.from_regex(r"[A-Z][A-Z0-9]{0,2}", fullmatch=True),
    st.integers(1, 12),
)
def test_no_code_after_a_restore_was_ever_used(code: str, restores: int) -> None:
    """Nor is any of its series one that another code could have: C1 + C is the series of C1's credit notes."""
    taken = {code}
    now = code
    for number in range(restores):
        now = code_after_restore(now, taken, was_restored=number > 0)
        assert now not in taken
        series = {now + letter for letter in ("", *KINDS)}
        assert not series & {old + letter for old in taken for letter in ("", *KINDS)}
        assert len(now) <= 4
        taken.add(now)


def test_no_restore_letter_is_the_letter_of_a_kind() -> None:
    assert not set(RESTORE_LETTERS) & (set("CDTRPOGLMQ") | set(KINDS) | set("IO"))


def test_when_every_letter_was_used_a_code_must_be_named() -> None:
    taken = {f"C12{letter}" for letter in RESTORE_LETTERS}
    with pytest.raises(RuleBroken, match="numbering.no_code_left") as refused:
        code_after_restore("C12", taken, was_restored=False)
    assert explain(refused.value)
