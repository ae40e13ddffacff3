"""The import screen without a window, over a real shop and real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from core.app.backups.folder import backups_folder, list_backups
from core.app.backups.manifest import Reason
from core.app.backups.precautions import import_after_backup
from core.boundary.sheets import Sheet, read_sheet
from core.inventory.import_dto import ImportItems, ImportReport
from core.kernel.clock import business_date
from core.kernel.errors import EnvironmentFault
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.imports.presenter import ImportsPresenter
from tests.support.lanes import TestLanes
from tests.support.shop import TestShop

T = TypeVar("T")

HEADER = "Item,Packing,GST %,Batch No,Exp,M.R.P.,Rate A,Qty,Remarks\n"
DOLO = "Dolo 650,15's,5,B1,03/2029,33.10,20.00,3,old\n"
ASKED = "Glycomet 500 SR 20s,,5,G1,03/2029,40.00,20.00,2,\n"
EXPIRED = "Crocin 650,15's,5,C1,03/2024,30.00,20.00,4,\n"


class Desk:
    """Somebody at the import screen; files are read and brought in at once."""

    def __init__(self, shop: TestShop, folder: Path) -> None:
        self.shop = shop
        self.folder = folder
        self.board = TopicBoard()
        self.told: list[frozenset[Topic]] = []
        self.board.listen(self.told.append)
        self.bugs: list[Exception] = []
        self.screen = ImportsPresenter(
            TestLanes(shop.shop.database),
            self.board,
            today=lambda: business_date(shop.clock.now()),
            read_file=self._read,
            bring_in=self._bring_in,
            report_bug=self.bugs.append,
        )
        self.screen.refresh()

    def looks_at(self, *lines: str, header: str = HEADER) -> Path:
        """Choose a file of these lines."""
        path = self.folder / "stock.csv"
        path.write_text(header + "".join(lines), encoding="utf-8")
        self.screen.open_file()
        self.screen.submit({"file": f'"{path}"'})
        return path

    def means(self, header: str, meant: str) -> None:
        """Say what a column is."""
        self.screen.choose_column([row.header for row in self.screen.columns].index(header))
        self.screen.open_column()
        self.screen.submit({"meant": meant})

    @property
    def is_looking(self) -> bool:
        return self.screen.file is not None

    @property
    def has_form(self) -> bool:
        return self.screen.form is not None

    @property
    def problems(self) -> list[tuple[int, str, str]]:
        return [(row.line, row.column, row.text) for row in self.screen.problems]

    def _read(self, path: Path, done: Callable[[Sheet], None], failed: Callable[[Exception], None]) -> None:
        self._tell(lambda: read_sheet(path), done, failed)

    def _bring_in(
        self,
        command: ImportItems,
        done: Callable[[ImportReport], None],
        failed: Callable[[Exception], None],
        *,
        without_backup: bool,
    ) -> None:
        shop = self.shop
        self._tell(
            lambda: import_after_backup(shop.shop, shop.actor, command, without_backup=without_backup), done, failed
        )

    @staticmethod
    def _tell(work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - as the background does
            failed(error)
        else:
            done(result)


@pytest.fixture
def desk(shop: TestShop, tmp_path: Path) -> Desk:
    return Desk(shop, tmp_path)


def test_a_file_is_looked_at_mended_and_comes_in_after_a_backup(desk: Desk) -> None:
    path = desk.looks_at(DOLO, ASKED, EXPIRED)
    screen = desk.screen
    assert [(row.header, row.meant) for row in screen.columns] == [
        ("Item", "name"), ("Packing", "pack"), ("GST %", "gst_percent"), ("Batch No", "batch"), ("Exp", "expiry"),
        ("M.R.P.", "mrp"), ("Rate A", ""), ("Qty", "quantity"), ("Remarks", ""),
    ]  # fmt: skip
    rate = "Cost of a sale pack"
    assert desk.problems == [(2, rate, ""), (3, "Packing", ""), (4, rate, "")]
    assert not screen.can_import

    desk.means("Rate A", "purchase_rate")
    assert desk.problems == [(3, "Packing", ""), (4, "Exp", "03/2024")]
    assert [row.is_question for row in screen.problems] == [True, True]
    screen.toggle_expired()
    assert desk.problems == [(3, "Packing", "")]

    path.write_text(HEADER + DOLO + ASKED.replace("20s,,", "20s,20's,") + EXPIRED)
    screen.read_again()
    assert (desk.problems, screen.can_import) == ([], True)
    assert screen.report is not None
    assert (screen.report.items_added, screen.report.lots) == (3, 3)
    screen.bring_in()

    assert not desk.is_looking
    assert screen.notice.text == "Imported: 3 new items, 0 that were there, 3 batches worth ₹180.00 at cost."
    assert [(row.added, row.worth, row.is_undone) for row in screen.done] == [("3", "180.00", False)]
    assert desk.shop.units("DOLO650") == 45
    made = list_backups(backups_folder(desk.shop.shop.folder))
    assert [backup.manifest.reason for backup in made] == [Reason.BEFORE_IMPORT]
    assert desk.told == [frozenset({Topic.ITEMS, Topic.STOCK, Topic.BACKUPS})]
    desk.shop.books_agree()


def test_bad_lines_are_left_out_only_when_somebody_says_so(desk: Desk) -> None:
    desk.looks_at(DOLO.replace("Dolo 650", "Dolo 650").replace(",20.00,", ",20.00,"), ASKED)
    desk.means("Rate A", "purchase_rate")
    desk.screen.bring_in()
    assert desk.is_looking
    desk.screen.toggle_bad()
    desk.screen.bring_in()
    assert [row.added for row in desk.screen.done] == ["1"]


def test_the_same_file_twice_is_asked_and_taken_back_whole(desk: Desk) -> None:
    for _ in range(2):
        desk.looks_at(DOLO)
        desk.means("Rate A", "purchase_rate")
        desk.screen.bring_in()
    assert desk.is_looking
    assert desk.problems == [(2, "Qty", "3")]
    desk.screen.toggle_again()
    assert desk.problems == []
    desk.screen.bring_in()
    assert desk.shop.units("DOLO650") == 90

    desk.screen.open_undo()
    desk.screen.submit({"reason": ""})
    assert desk.screen.form is not None
    assert list(desk.screen.form.problems) == ["reason"]
    desk.screen.submit({"reason": "twice"})
    assert desk.screen.notice.text == "The import is taken back; the corrected file may come in now."
    assert [row.is_undone for row in desk.screen.done] == [True, False]
    assert desk.shop.units("DOLO650") == 45
    desk.screen.open_undo()
    assert not desk.has_form
    desk.shop.books_agree()


def test_without_a_backup_it_comes_in_only_when_somebody_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise EnvironmentFault("storage.disk_full", path="/backups")

    monkeypatch.setattr("core.app.backups.precautions._back_up_changes", full)
    desk.looks_at(DOLO)
    desk.means("Rate A", "purchase_rate")
    desk.screen.bring_in()
    assert desk.is_looking
    assert "no backup could be made first" in desk.screen.notice.text
    desk.screen.bring_in()
    assert desk.shop.units("DOLO650") == 45


def test_a_file_whose_name_column_is_unknown_can_be_explained(desk: Desk) -> None:
    desk.looks_at("Dolo 650,15's,5\n", header="Medicine,Packing,GST %\n")
    assert not desk.screen.can_import
    assert "has no column" in desk.screen.notice.text
    desk.means("Medicine", "name")
    assert desk.screen.notice.text == ""
    desk.means("Medicine", "-")
    assert "has no column" in desk.screen.notice.text
    desk.screen.escape()
    assert not desk.is_looking


@pytest.mark.parametrize("file", ["", "nowhere.csv", "."])
def test_what_is_no_file_stands_at_its_field(desk: Desk, file: str) -> None:
    desk.screen.open_file()
    desk.screen.submit({"file": file})
    assert desk.screen.form is not None
    assert list(desk.screen.form.problems) == ["file"]
    assert desk.bugs == []


def test_halves_of_gst_are_shown_as_read_only_where_no_rate_stands(desk: Desk) -> None:
    header = HEADER.replace("GST %", "CGST,SGST").replace("Rate A", "PTR")
    desk.looks_at(DOLO.replace(",5,", ",2.5,9,"), header=header)
    assert [row.meant for row in desk.screen.columns][2:4] == ["cgst_percent", "sgst_percent"]
    assert desk.problems == [(2, "SGST", "9")]

    desk.screen.escape()
    desk.looks_at(DOLO.replace(",5,", ",5,9,"), header=header.replace("CGST", "GST"))
    assert [row.meant for row in desk.screen.columns][2:4] == ["gst_percent", ""]
    assert desk.problems == []


def test_an_item_keeps_its_maker_only_when_somebody_says_so(desk: Desk) -> None:
    header = HEADER.replace("Remarks", "Company").replace("Rate A", "PTR")
    desk.looks_at(DOLO.replace(",old", ",Micro Labs"), header=header)
    desk.screen.bring_in()
    desk.looks_at(DOLO.replace(",old", ",Cipla").replace("B1", "B2"), header=header)
    assert desk.problems == [(2, "Company", "Cipla")]
    assert not desk.screen.can_import

    desk.screen.toggle_details()
    assert desk.problems == []
    desk.screen.bring_in()
    assert desk.shop.units("DOLO650") == 90
    desk.looks_at(DOLO.replace(",old", ",Cipla").replace("B1", "B3"), header=header)
    assert desk.problems == [(2, "Company", "Cipla")]


def test_who_takes_an_import_back_is_told_which_items_stay(desk: Desk) -> None:
    for batch in ("B1", "B2"):
        desk.looks_at(DOLO.replace("B1", batch), header=HEADER.replace("Rate A", "PTR"))
        desk.screen.bring_in()
    desk.screen.choose(1)
    desk.screen.open_undo()
    desk.screen.submit({"reason": "wrong file"})
    assert desk.screen.notice.text.endswith("1 of its items stay, for stock of them came in otherwise too: Dolo 650.")
    assert desk.shop.units("DOLO650") == 45
