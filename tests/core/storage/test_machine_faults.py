"""What the machine does to a shop: each fault is really made, and answered with one sentence and no lost bill."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

from core.app.instance import share_use
from core.app.shop import create_shop, open_shop, shop_file
from core.app.verify import verify
from core.boundary.messages import explain
from core.kernel.errors import EnvironmentFault
from core.storage.placement import refuse_network_share, remote_kind_by_mounts
from core.storage.reserve import RESERVE_BYTES, DiskReserve, ReserveState
from tests.core.storage.test_unit_of_work import SOMEBODY
from tests.support.clock import TurnedClock
from tests.support.machines import fill, make_read_only, may_mount, public_folder, small_disk, without_rights
from tests.support.shop import TestShop

PAGE = 4096


def on_own_disk(test: Callable[..., None]) -> Callable[..., None]:
    """A test that mounts a small disk; where nobody may, the page-limit tests beside it show the same faults."""
    test.__test__ = may_mount()  # type: ignore[attr-defined]
    return test


def fault_of(act: Callable[[], object]) -> str:
    """Return the code of the fault that something raises; its sentence must be one that can be said."""
    with pytest.raises(EnvironmentFault) as raised:
        act()
    assert explain(raised.value).endswith((".", ")"))
    return raised.value.code


@pytest.fixture(params=["plain", "encrypted"])
def closed_shop(request: pytest.FixtureRequest, tmp_path: Path, clock: TurnedClock) -> Path:
    """The folder of a shop with bills that nobody has open."""
    shop = TestShop.create(tmp_path / "shop", clock, encrypt=request.param == "encrypted")
    shop.receives("PCM500", packs=100)
    for _ in range(5):
        shop.bills(("PCM500", "2"))
    shop.close()
    return tmp_path / "shop"


def use(folder: Path, clock: TurnedClock) -> None:
    """Open a shop, prove it and close it."""
    shop = open_shop(folder, clock)
    try:
        report = verify(shop.database)
        if not report.holds:
            raise EnvironmentFault("storage.damaged")
    finally:
        shop.close()


def test_a_sound_shop_shows_no_fault(closed_shop: Path, clock: TurnedClock) -> None:
    use(closed_shop, clock)


def test_an_empty_file_is_not_made_into_a_new_shop(closed_shop: Path, clock: TurnedClock) -> None:
    shop_file(closed_shop).write_bytes(b"")
    assert fault_of(lambda: use(closed_shop, clock)) == "storage.empty"
    assert shop_file(closed_shop).read_bytes() == b""


@pytest.mark.parametrize("kept", ["a page", "half", "all but a page", "half a page"])
def test_a_truncated_file_is_refused(closed_shop: Path, clock: TurnedClock, kept: str) -> None:
    path = shop_file(closed_shop)
    size = path.stat().st_size
    lengths = {"a page": PAGE, "half": size // 2 // PAGE * PAGE, "all but a page": size - PAGE, "half a page": 2000}
    os.truncate(path, lengths[kept])
    assert fault_of(lambda: use(closed_shop, clock)) in {"storage.damaged", "key.wrong", "storage.not_a_shop_file"}


def test_a_page_of_nothing_is_noticed(closed_shop: Path, clock: TurnedClock) -> None:
    """Every page in its turn is what a failed disk gives back: zeros."""
    path = shop_file(closed_shop)
    sound = path.read_bytes()
    said: list[EnvironmentFault] = []
    pages = len(sound) // PAGE
    for page in range(pages):
        path.write_bytes(sound[: page * PAGE] + bytes(PAGE) + sound[(page + 1) * PAGE :])
        try:
            use(closed_shop, clock)
        except EnvironmentFault as fault:
            said.append(fault)
    codes = {fault.code for fault in said}
    assert codes <= {"storage.damaged", "key.wrong", "storage.not_a_shop_file", "storage.schema_changed"}
    assert all(map(explain, said))
    assert len(said) > pages // 2, "pages that nothing reads (search index, free ones) are few"
    path.write_bytes(sound)
    use(closed_shop, clock)


def test_a_network_share_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: TurnedClock) -> None:
    mounts = tmp_path / "mounts"
    share = tmp_path / "on the server"
    share.mkdir()
    escaped = str(share).replace(" ", "\\040")
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\n//server/shop {escaped} cifs rw 0 0\n")
    monkeypatch.setattr("core.storage.placement._MOUNTS", mounts)
    assert fault_of(lambda: refuse_network_share(share / "deeper")) == "storage.network_share"
    assert fault_of(lambda: TestShop.create(share, clock)) == "storage.network_share"
    refuse_network_share(tmp_path)


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/shop", None),
        ("/srv/nfs/shop", "nfs4"),
        ("/srv/nfsother/shop", None),
        ("/srv/nfs/local/shop", None),
        ("/media/over", "fuse.sshfs"),
    ],
)
def test_the_nearest_mount_decides(folder: str, kind: str | None) -> None:
    mounts = (
        "/dev/sda1 / ext4 rw 0 0\nserver:/ /srv/nfs nfs4 rw 0 0\n/dev/sdb1 /srv/nfs/local ext4 rw 0 0\n"
        "/dev/sdc1 /media/over vfat rw 0 0\nme@there: /media/over fuse.sshfs rw 0 0\nbroken\n"
    )
    assert remote_kind_by_mounts(PurePosixPath(folder), mounts) == kind


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
def test_a_folder_that_may_not_be_written_is_named(clock: TurnedClock) -> None:
    with public_folder() as place:
        shop = TestShop.create(place / "shop", clock)
        shop.reopen()
        shop.close()
        with without_rights(place):
            assert fault_of(lambda: open_shop(place / "shop", clock)) == "storage.folder_read_only"
            assert fault_of(lambda: TestShop.create(place / "other", clock)) == "storage.folder_read_only"
        use(place / "shop", clock)


@on_own_disk
def test_a_write_protected_disk_is_named(clock: TurnedClock) -> None:
    with small_disk(32) as disk:
        TestShop.create(disk / "shop", clock).close()
        make_read_only(disk)
        assert fault_of(lambda: open_shop(disk / "shop", clock)) == "storage.folder_read_only"


@pytest.fixture
def stocked(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop with plenty to sell."""
    shop = TestShop.create(tmp_path / "shop", clock)
    shop.receives("PCM500", packs=100_000)
    yield shop
    shop.close()


def bill_until_full(shop: TestShop) -> tuple[int, EnvironmentFault]:
    """Post bills until the disk is full; return how many were saved and the fault."""
    for saved in range(10_000):
        try:
            shop.bills(("PCM500", "1"))
        except EnvironmentFault as fault:
            return saved, fault
    raise AssertionError("the disk never was full")


def test_a_full_file_is_explained_and_nothing_half_saved(stocked: TestShop) -> None:
    """SQLite's own limit of pages gives the very error of a full disk, on every machine."""
    with stocked.shop.database.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 3}")
    saved, fault = bill_until_full(stocked)
    assert fault.code == "storage.disk_full_once"
    assert not (stocked.shop.folder / "disk-reserve").exists(), "the room that was kept is given back"
    stocked.books_agree()
    with stocked.shop.database.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert stocked.bills(("PCM500", "1")).number == f"C1/26-27/{saved + 1:06d}"
    stocked.books_agree()


class PagedReserve(DiskReserve):
    """A reserve on a disk that is as big as SQLite's limit of pages: releasing it gives twenty pages."""

    def __init__(self, shop: TestShop) -> None:
        super().__init__(shop.shop.folder)
        self.keep()
        self._shop = shop
        self.full = False

    def limit(self, more: int) -> None:
        """Let the file grow by so many pages and no further; nobody may make a reserve then."""
        self.full = more < 1_000_000
        with self._shop.shop.database.writer.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + more}")

    def release(self) -> bool:
        """Give the room back."""
        released = super().release()
        if released:
            self.limit(20)
        return released

    def _make(self) -> bool:
        return not self.full and super()._make()


def test_the_open_bill_is_saved_and_then_it_stops(stocked: TestShop) -> None:
    reserve = PagedReserve(stocked)
    stocked.shop.database.reserve = reserve
    reserve.limit(3)
    saved, fault = bill_until_full(stocked)
    assert fault.code == "storage.disk_full_once"
    assert stocked.bills(("PCM500", "1")).number == f"C1/26-27/{saved + 1:06d}", "the open bill is saved"
    with stocked.refuses("storage.disk_full_stop"):
        stocked.bills(("PCM500", "1"))
    with stocked.shop.database.write(SOMEBODY):
        pass  # what writes no event, such as a draft, is not stopped
    reserve.limit(2_000_000)
    assert stocked.bills(("PCM500", "1")).number == f"C1/26-27/{saved + 2:06d}"
    assert reserve.state is ReserveState.KEPT
    stocked.books_agree()


@on_own_disk
def test_on_a_full_disk_the_open_bill_is_saved_and_then_it_stops(clock: TurnedClock) -> None:
    with small_disk(40) as disk:
        shop = TestShop.create(disk / "shop", clock)
        shop.receives("PCM500", packs=100_000)
        ballast = fill(disk)
        saved, fault = bill_until_full(shop)
        assert fault.code == "storage.disk_full_once"
        assert shop.bills(("PCM500", "1")).number == f"C1/26-27/{saved + 1:06d}", "the open bill is saved"
        with shop.refuses("storage.disk_full_stop"):
            shop.bills(("PCM500", "1"))
        with shop.shop.database.write(SOMEBODY):
            pass  # what writes no event, such as a draft, is not stopped
        reserve = shop.shop.database.reserve
        assert reserve is not None
        assert reserve.state is ReserveState.SPENT
        ballast.unlink()
        assert shop.bills(("PCM500", "1")).number == f"C1/26-27/{saved + 2:06d}"
        assert reserve.state.value == ReserveState.KEPT
        shop.books_agree()
        shop.close()


@on_own_disk
def test_a_start_on_a_full_disk_still_saves_the_bill_that_came_back(clock: TurnedClock) -> None:
    with small_disk(40) as disk:
        shop = TestShop.create(disk / "shop", clock)
        shop.receives("PCM500", packs=100_000)
        ballast = fill(disk)
        _, fault = bill_until_full(shop)
        assert fault.code == "storage.disk_full_once"
        shop.reopen()  # the person started the program anew instead of saving again
        shop.bills(("PCM500", "1"))
        with shop.refuses("storage.disk_full_stop"):
            shop.bills(("PCM500", "1"))
        ballast.unlink()
        shop.books_agree()
        shop.close()


def test_the_reserve_is_real_and_leaves_as_much_again(tmp_path: Path) -> None:
    reserve = DiskReserve(tmp_path)
    assert reserve.keep()
    file = tmp_path / "disk-reserve"
    assert file.stat().st_size == RESERVE_BYTES
    if os.name == "posix":
        assert file.stat().st_blocks * 512 >= RESERVE_BYTES, "a hole in a file keeps no room"
    assert reserve.release()
    assert not reserve.release()


@on_own_disk
def test_no_reserve_takes_the_last_room(clock: TurnedClock) -> None:
    with small_disk(12) as disk:
        shop = create_shop(disk / "shop", TestShop.command(), clock)
        assert shop.database.reserve is not None
        assert shop.database.reserve.state is ReserveState.RELEASED
        shop.close()
    assert RESERVE_BYTES < 12_000_000 < 2 * RESERVE_BYTES


def test_a_shop_that_is_open_can_be_shared(closed_shop: Path) -> None:
    with share_use(closed_shop), share_use(closed_shop):
        pass
