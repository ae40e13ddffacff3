"""The first-start wizard without a window: what it refuses, what it asks for, what it makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from core.app.dto import PrinterChoice
from core.app.recovery import RecoverySheet
from core.kernel.errors import EnvironmentFault, RuleBroken
from core.kernel.gst import Registration
from core.spool.dto import PrinterKind
from core.spool.known import Found
from pos_desktop.screens.first_start.form import Step, is_address
from pos_desktop.screens.first_start.presenter import FirstStart, Founding, registrations, states
from pos_desktop.screens.first_start.stock_file import FileSummary
from pos_desktop.shell.tone import Tone
from tests.support.sheets import SheetDrawer, sheet_of

GSTIN = "32AABCT1332L1ZN"


class Wizard:
    """A wizard whose slow work a test answers by hand."""

    def __init__(self) -> None:
        self.founded: list[Founding] = []
        self.printed: list[PrinterChoice] = []
        self.looked_at: list[Path] = []
        self.finished = 0
        self.drawn = 0
        self.restores = 0
        self.drawer = SheetDrawer()
        self.start = FirstStart(
            found=self._found,
            test_print=self._print,
            look_at=self._look,
            finished=self._count_finished,
            save_sheet=self.drawer.save,
            print_sheet=self.drawer.print,
            confirm_sheet=self.drawer.confirm,
            restore=self._count_restores,
            find_printers=self._find,
        )
        self.start.listen(self._count_drawn)

    def _found(
        self,
        founding: Founding,
        progress: Callable[[str], None],
        done: Callable[[RecoverySheet | None], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.founded.append(founding)
        self.tell_progress, self.found_done, self.found_failed = progress, done, failed

    def _print(self, printer: PrinterChoice, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        self.printed.append(printer)
        self.print_done, self.print_failed = done, failed

    def _look(self, path: Path, done: Callable[[FileSummary], None], failed: Callable[[Exception], None]) -> None:
        self.looked_at.append(path)
        self.look_done, self.look_failed = done, failed

    def _find(self, done: Callable[[Sequence[Found]], None], failed: Callable[[Exception], None]) -> None:
        self.found, self.not_found = done, failed

    def _count_finished(self) -> None:
        self.finished += 1

    def _count_restores(self) -> None:
        self.restores += 1

    def _count_drawn(self) -> None:
        self.drawn += 1

    def types(self, **fields: str) -> Wizard:
        """Fill fields in."""
        for name, text in fields.items():
            self.start.change(name, text)
        return self

    def goes_to(self, step: Step) -> Wizard:
        """Fill in what is needed up to a step."""
        needed: dict[Step, dict[str, str]] = {
            Step.SHOP: {"name": "Test Medicals", "address": "MG Road, Kochi", "gstin": GSTIN},
            Step.USER: {"username": "owner", "password": "correct horse 7", "password_again": "correct horse 7"},
        }
        while self.start.step < step:
            self.types(**needed.get(self.start.step, {}))
            here = self.start.step
            self.start.next()
            assert self.start.step == here + 1, self.start.problems
        return self


@pytest.fixture
def wizard() -> Wizard:
    return Wizard()


# --- the shop ------------------------------------------------------------------------------------------------------


def test_an_empty_step_says_what_is_missing_and_stays(wizard: Wizard) -> None:
    wizard.start.next()

    assert wizard.start.step is Step.SHOP
    assert set(wizard.start.problems) == {"name", "address", "gstin", "state"}
    assert wizard.start.take_focus() == "name"
    assert wizard.start.take_focus() is None


def test_a_mended_field_is_no_longer_wrong(wizard: Wizard) -> None:
    wizard.start.next()
    wizard.types(name="Test Medicals")

    assert set(wizard.start.problems) == {"address", "gstin", "state"}


def test_enter_goes_to_the_next_field_that_is_needed_without_scolding(wizard: Wizard) -> None:
    wizard.types(name="Test Medicals")
    wizard.start.enter("name")
    assert (wizard.start.take_focus(), wizard.start.problems) == ("address", {})

    wizard.types(address="MG Road")
    wizard.start.enter("address")
    assert wizard.start.take_focus() == "gstin"

    wizard.types(gstin=GSTIN)  # brings the state with it
    wizard.start.enter("gstin")
    assert wizard.start.step is Step.LICENCES


def test_a_shop_without_a_gstin_says_that_it_is_unregistered(wizard: Wizard) -> None:
    wizard.types(name="a", address="b", state="32").start.next()
    assert "choose unregistered" in wizard.start.problems["gstin"]
    wizard.types(registration=Registration.UNREGISTERED).start.next()
    assert wizard.start.step is Step.LICENCES


def test_enter_in_a_field_that_is_wrong_says_so(wizard: Wizard) -> None:
    wizard.start.enter("name")

    assert "name" in wizard.start.problems
    assert wizard.start.take_focus() == "name"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("32AABCT1332L1ZN", ""),
        ("32aabct 1332l1zn", ""),
        ("32AABCT1332L1ZX", "wrong character"),
        ("32AABCT1332L1", ""),
        ("certainly not a gstin", "not a GSTIN"),
    ],
)
def test_a_gstin_is_checked_once_it_is_whole(wizard: Wizard, typed: str, says: str) -> None:
    wizard.types(gstin=typed)

    assert says in wizard.start.problems.get("gstin", "")
    assert ("gstin" in wizard.start.problems) == bool(says)


def test_a_gstin_half_typed_is_refused_on_the_way_on(wizard: Wizard) -> None:
    wizard.types(name="a", address="b", state="32", gstin="32AABCT").start.next()

    assert "not a GSTIN" in wizard.start.problems["gstin"]


def test_a_gstin_brings_its_state_unless_one_was_chosen(wizard: Wizard) -> None:
    wizard.types(gstin=GSTIN)
    assert wizard.start.form.state == "32"
    assert wizard.start.gstin_is_good

    other = Wizard().types(state="33", gstin=GSTIN, name="a", address="b")
    other.start.next()
    assert other.start.form.state == "33"
    assert "another state" in other.start.problems["gstin"]


def test_a_gstin_contradicts_no_registration(wizard: Wizard) -> None:
    wizard.types(name="a", address="b", gstin=GSTIN, registration=Registration.UNREGISTERED).start.next()

    assert set(wizard.start.problems) == {"registration"}


def test_lists_hold_every_state_and_registration() -> None:
    assert ("32", "Kerala (32)") in states()
    assert [name for _, name in states()] == sorted(name for _, name in states())
    assert {value for value, _ in registrations()} == set(Registration)


# --- licences, user ------------------------------------------------------------------------------------------------


def test_licences_may_be_left_empty(wizard: Wizard) -> None:
    wizard.goes_to(Step.LICENCES).start.next()

    assert wizard.start.step is Step.USER


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"valid_to_0": "31-12-2028"}, "number_0"),
        ({"number_1": "KL-1", "valid_to_1": "31-02-2028"}, "valid_to_1"),
        ({"number_1": "KL-1", "valid_to_1": "soon"}, "valid_to_1"),
        ({"pharmacist": "A Menon"}, "pharmacist_registration"),
        ({"pharmacist_registration": "KSPC 1"}, "pharmacist"),
    ],
)
def test_half_a_licence_is_refused(wizard: Wizard, typed: dict[str, str], wrong: str) -> None:
    wizard.goes_to(Step.LICENCES).types(**typed).start.next()

    assert set(wizard.start.problems) == {wrong}


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {"username", "password"}),
        ({"username": "owner", "password": "short", "password_again": "short"}, {"password"}),
        ({"username": "owner", "password": "correct horse 7", "password_again": "correct horse"}, {"password_again"}),
    ],
)
def test_the_first_user_needs_a_name_and_a_password_twice(
    wizard: Wizard, typed: dict[str, str], wrong: set[str]
) -> None:
    wizard.goes_to(Step.USER).types(**typed).start.next()

    assert set(wizard.start.problems) == wrong


def test_a_user_name_is_kept_in_small_letters(wizard: Wizard) -> None:
    assert wizard.types(username=" Anitha").start.form.username == "anitha"


def test_the_form_never_shows_a_password(wizard: Wizard) -> None:
    wizard.types(password="correct horse 7", password_again="correct horse 7")

    assert "correct horse" not in repr(wizard.start.form)


def test_back_keeps_what_was_typed(wizard: Wizard) -> None:
    wizard.goes_to(Step.USER)
    wizard.start.back()
    wizard.start.back()
    wizard.start.back()

    assert wizard.start.step is Step.SHOP
    assert not wizard.start.can_go_back
    assert wizard.start.form.name == "Test Medicals"


# --- printer -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("192.168.1.50", True),
        ("192.168.1.50:9100", True),
        ("printer.local", True),
        ("", False),
        (":9100", False),
        ("192.168.1.50:", False),
        ("192.168.1.50:0", False),
        ("192.168.1.50:70000", False),
        ("two words", False),
        ("a:b:9100", False),
    ],
)
def test_an_address_is_a_host_and_perhaps_a_port(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one


def test_a_printer_needs_its_address_or_its_file(wizard: Wizard, tmp_path: Path) -> None:
    wizard.goes_to(Step.PRINTER).types(printer_kind="network").start.next()
    assert set(wizard.start.problems) == {"printer_address"}

    wizard.types(printer_kind="file", printer_path=str(tmp_path / "none" / "out.bin")).start.next()
    assert set(wizard.start.problems) == {"printer_path"}

    wizard.types(printer_path=str(tmp_path / "out.bin")).start.next()
    assert wizard.start.step is Step.SAFETY


def test_a_test_print_says_how_it_went(wizard: Wizard) -> None:
    wizard.goes_to(Step.PRINTER)
    wizard.start.test_print()
    assert not wizard.printed  # there is none to print on

    wizard.types(printer_kind="network", printer_address="10.0.0.7", columns="32").start.test_print()
    assert not wizard.start.can_test_print
    wizard.start.test_print()
    assert [(p.kind, p.address, p.columns) for p in wizard.printed] == [(PrinterKind.NETWORK, "10.0.0.7", 32)]

    wizard.print_failed(EnvironmentFault("printer.unreachable", address="10.0.0.7:9100"))
    assert wizard.start.notice is not None
    assert (wizard.start.notice.tone, "10.0.0.7:9100" in wizard.start.notice.text) == (Tone.DANGER, True)

    wizard.start.test_print()
    wizard.print_done()
    assert wizard.start.notice.tone is Tone.GOOD


def test_a_printer_that_this_computer_sees_is_chosen(wizard: Wizard) -> None:
    wizard.goes_to(Step.PRINTER)
    wizard.types(printer_kind="found").start.next()
    assert set(wizard.start.problems) == {"printer_found"}
    wizard.found(
        [
            Found(kind=PrinterKind.USB, address="/dev/usb/lp0", words="TM-T20"),
            Found(kind=PrinterKind.CUPS, address="counter", words="counter"),
        ]
    )
    assert wizard.start.form.printer_found == "usb|/dev/usb/lp0"
    wizard.types(printer_found="cups|counter", columns="32").start.test_print()
    (setup,) = wizard.printed[0].printers().printers
    assert (setup.kind, setup.address, setup.columns) == (PrinterKind.CUPS, "counter", 32)


def test_a_system_that_cannot_say_what_it_sees_holds_nobody_up(wizard: Wizard) -> None:
    wizard.goes_to(Step.PRINTER)
    wizard.not_found(EnvironmentFault("printer.not_this_system", name="x"))
    wizard.start.next()
    assert wizard.start.step is Step.SAFETY
    with pytest.raises(ZeroDivisionError):
        wizard.not_found(ZeroDivisionError())


def test_a_print_that_ends_on_another_step_says_nothing_there(wizard: Wizard) -> None:
    wizard.goes_to(Step.PRINTER).types(printer_kind="network", printer_address="10.0.0.7")
    wizard.start.test_print()
    wizard.start.next()
    wizard.print_failed(EnvironmentFault("printer.unreachable", address="10.0.0.7:9100"))

    assert wizard.start.notice is None


# --- stock ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "stock.csv"
    made.write_text("code,name\n")
    return made


def test_a_file_must_be_chosen_and_be_there(wizard: Wizard, tmp_path: Path) -> None:
    wizard.goes_to(Step.STOCK).types(stock="file").start.next()
    assert "Choose the file" in wizard.start.problems["stock_file"]

    wizard.types(stock_file=str(tmp_path / "gone.csv")).start.next()
    assert "no such file" in wizard.start.problems["stock_file"]
    assert not wizard.founded


def test_a_file_is_looked_at_before_anything_is_made(wizard: Wizard, file: Path) -> None:
    wizard.goes_to(Step.STOCK).types(stock="file", stock_file=str(file))
    wizard.start.next()
    assert (wizard.looked_at, wizard.founded) == ([file], [])  # still reading

    wizard.look_done(FileSummary(items=412, batches=980))
    wizard.start.next()
    assert [(each.file, each.skip_bad) for each in wizard.founded] == [(file, False)]


def test_bad_lines_are_left_out_only_when_one_says_so(wizard: Wizard, file: Path) -> None:
    wizard.goes_to(Step.STOCK).types(stock="file", stock_file=str(file))
    wizard.look_done(FileSummary(412, 980, bad_lines=7, problems=("3: no GST",)))
    wizard.start.next()
    assert set(wizard.start.problems) == {"skip_bad"}
    assert wizard.start.take_focus() == "skip_bad"

    wizard.types(skip_bad="yes").start.next()
    assert wizard.founded[0].skip_bad


def test_a_file_without_an_item_is_refused(wizard: Wizard, file: Path) -> None:
    wizard.goes_to(Step.STOCK).types(stock="file", stock_file=str(file))
    wizard.look_done(FileSummary(0, 0, bad_lines=3))
    wizard.start.next()

    assert set(wizard.start.problems) == {"stock_file"}


def test_a_file_that_is_no_table_says_so(wizard: Wizard, file: Path) -> None:
    wizard.goes_to(Step.STOCK).types(stock="file", stock_file=str(file))
    wizard.look_failed(RuleBroken("sheet.empty", file="stock.csv"))
    assert "stock.csv" in wizard.start.problems["stock_file"]

    wizard.start.next()
    assert not wizard.founded


def test_an_answer_about_another_file_is_dropped(wizard: Wizard, file: Path, tmp_path: Path) -> None:
    wizard.goes_to(Step.STOCK).types(stock="file", stock_file=str(file))
    late = wizard.look_done
    other = tmp_path / "other.csv"
    other.write_text("code,name\n")
    wizard.types(stock_file=str(other))
    late(FileSummary(1, 1))
    assert wizard.start.summary is None

    wizard.look_done(FileSummary(2, 2))
    assert wizard.start.summary == FileSummary(2, 2)


# --- founding ------------------------------------------------------------------------------------------------------


def test_the_command_holds_what_was_typed(wizard: Wizard) -> None:
    wizard.types(
        name=" Sri  Medicals ", address="MG Road\nKochi", gstin=GSTIN, phone="0484 1", registration="composition"
    )
    wizard.start.next()
    wizard.types(number_0="KL-1001", valid_to_0="31-12-2028", pharmacist="A Menon", pharmacist_registration="KSPC 1")
    wizard.goes_to(Step.PRINTER).types(printer_kind="network", printer_address="10.0.0.7:9100", columns="48")
    wizard.goes_to(Step.STOCK).start.next()

    command = wizard.founded[0].command
    shop = command.shop
    assert (shop.name, shop.address, shop.state, shop.gstin) == ("Sri Medicals", "MG Road\nKochi", "32", GSTIN)
    assert shop.registration is Registration.COMPOSITION
    assert [(each.form, each.number, str(each.valid_to)) for each in shop.licences] == [("20", "KL-1001", "2028-12-31")]
    assert shop.pharmacist is not None
    assert shop.pharmacist.registration == "KSPC 1"
    assert (command.owner.username, command.owner.password) == ("owner", "correct horse 7")
    assert command.printer == PrinterChoice(kind=PrinterKind.NETWORK, address="10.0.0.7:9100", columns=48)
    assert (command.counter, command.demo) == ("C1", False)


def test_while_the_shop_is_made_nothing_else_happens(wizard: Wizard) -> None:
    wizard.goes_to(Step.STOCK).start.next()
    wizard.start.next()
    wizard.start.back()
    wizard.types(name="Another")
    wizard.tell_progress("Making the books ...")

    assert (len(wizard.founded), wizard.start.step, wizard.start.form.name) == (1, Step.STOCK, "Test Medicals")
    assert wizard.start.progress == "Making the books ..."
    wizard.found_done(None)
    assert (wizard.finished, wizard.start.is_busy) == (1, False)


def test_a_failure_says_what_is_safe_and_one_can_try_again(wizard: Wizard) -> None:
    wizard.goes_to(Step.STOCK).start.next()
    wizard.found_failed(EnvironmentFault("storage.disk_full"))

    assert wizard.start.notice is not None
    assert "disk is full" in wizard.start.notice.text
    assert "what you typed is still here" in wizard.start.notice.text
    assert wizard.start.form.name == "Test Medicals"
    wizard.start.next()
    assert len(wizard.founded) == 2


def test_a_bug_is_not_made_a_notice(wizard: Wizard) -> None:
    wizard.goes_to(Step.STOCK).start.next()
    with pytest.raises(ZeroDivisionError):
        wizard.found_failed(ZeroDivisionError())

    assert not wizard.start.is_busy


def test_a_demo_shop_needs_no_typing(wizard: Wizard) -> None:
    wizard.start.open_demo()
    wizard.start.open_demo()

    assert [(each.stock, each.command.demo) for each in wizard.founded] == [("demo", True)]


def test_own_details_with_demo_stock_are_marked_as_demo(wizard: Wizard) -> None:
    wizard.goes_to(Step.STOCK).types(stock="demo").start.next()

    assert wizard.founded[0].command.demo
    assert wizard.founded[0].command.shop.name == "Test Medicals"


# --- safety ----------------------------------------------------------------------------------------------------------


def test_a_shop_is_encrypted_unless_one_says_no(wizard: Wizard) -> None:
    wizard.goes_to(Step.STOCK).start.next()
    assert (wizard.founded[0].encrypt, wizard.founded[0].second_folder) == (True, None)

    wizard.found_failed(EnvironmentFault("storage.disk_full"))
    wizard.types(encrypt="no").start.next()
    assert not wizard.founded[1].encrypt


def test_a_demo_shop_is_never_encrypted(wizard: Wizard) -> None:
    wizard.goes_to(Step.STOCK).types(stock="demo").start.next()

    assert not wizard.founded[0].encrypt


def test_the_second_folder_must_be_there(wizard: Wizard, tmp_path: Path) -> None:
    wizard.goes_to(Step.SAFETY).types(second_folder=str(tmp_path / "unplugged")).start.next()
    assert "no such folder" in wizard.start.problems["second_folder"]

    wizard.types(second_folder=str(tmp_path)).goes_to(Step.STOCK).start.next()
    assert wizard.founded[0].second_folder == tmp_path


def test_the_recovery_sheet_comes_before_the_log_in_and_is_typed_back(wizard: Wizard) -> None:
    sheet = sheet_of()
    wizard.goes_to(Step.STOCK).start.next()
    wizard.found_done(sheet)
    desk = wizard.start.sheet
    assert (wizard.start.step, desk.groups, wizard.finished) == (Step.SHEET, tuple(sheet.recovery_code.split("-")), 0)
    assert wizard.start.form.password == ""

    wizard.start.next()
    assert desk.is_asking
    desk.type("AAAAA")
    wizard.start.next()
    assert f"not group {desk.asked_group}" in desk.problem

    wizard.start.back()  # Esc shows the code again, and does not leave the step
    assert (wizard.start.step, desk.is_asking, wizard.start.can_go_back) == (Step.SHEET, False, False)
    wizard.start.next()
    desk.type(desk.groups[desk.asked_group - 1].lower())
    wizard.start.next()
    assert (wizard.drawer.confirmed, wizard.finished) == ([sheet.key_id], 1)


def test_no_demo_shop_and_no_restore_once_the_shop_is_made(wizard: Wizard) -> None:
    wizard.goes_to(Step.STOCK).start.next()
    wizard.found_done(sheet_of())
    wizard.start.open_demo()
    wizard.start.restore()
    wizard.start.test_print()

    assert (len(wizard.founded), wizard.restores, wizard.printed) == (1, 0, [])


def test_a_backup_can_be_restored_instead(wizard: Wizard) -> None:
    wizard.start.restore()
    assert wizard.restores == 1
