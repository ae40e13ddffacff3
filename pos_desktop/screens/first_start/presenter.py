"""The first-start wizard without Qt: its steps, what is typed, what is wrong with it, and founding the shop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.app.demo_shop import demo_command
from core.app.dto import NO_PRINTER, CreateShop, PrinterChoice
from core.app.recovery import RecoverySheet
from core.boundary.messages import explain
from core.kernel.errors import Problem
from core.kernel.gst import STATES, Registration
from core.spool.dto import PrinterKind
from core.spool.known import Found
from pos_desktop.screens.first_start.form import (
    FIELDS_OF,
    GSTIN_LENGTH,
    Form,
    Step,
    StockSource,
    command_of,
    found_value,
    gstin_problem,
    printer_of,
    problems_of,
    second_folder_of,
)
from pos_desktop.screens.first_start.stock_file import FileSummary
from pos_desktop.screens.recovery_sheet.presenter import ConfirmSheet, PrintSheet, SaveSheet, SheetDesk
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone

Failed = Callable[[Exception], None]
#: What of the devices of a computer can be a printer; a network is not searched at the first start.
_PRINTS = frozenset({PrinterKind.USB, PrinterKind.SERIAL, PrinterKind.CUPS, PrinterKind.WINDOWS})


@dataclass(frozen=True, slots=True)
class Founding:
    """What the wizard asks for: the shop, where its first stock comes from, and how it is kept safe."""

    command: CreateShop
    stock: StockSource = StockSource.EMPTY
    file: Path | None = None
    skip_bad: bool = False
    encrypt: bool = False
    second_folder: Path | None = None


class FoundShop(Protocol):
    """Creates the shop in the background and keeps it for the program."""

    def __call__(
        self,
        founding: Founding,
        progress: Callable[[str], None],
        done: Callable[[RecoverySheet | None], None],
        failed: Failed,
    ) -> None:
        """Call ``progress`` with a sentence while it works, then exactly one of ``done`` and ``failed``.

        ``done`` gets the recovery sheet of an encrypted shop.
        """
        ...


class PrintRuler(Protocol):
    """Prints a test page in the background."""

    def __call__(self, printer: PrinterChoice, done: Callable[[], None], failed: Failed) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class LookAtFile(Protocol):
    """Reads a file of items in the background and says what it understood."""

    def __call__(self, path: Path, done: Callable[[FileSummary], None], failed: Failed) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the whole step."""

    tone: Tone
    text: str


def states() -> list[tuple[str, str]]:
    """Return each state with its code, by name."""
    return sorted(((code, f"{name} ({code})") for code, name in STATES.items()), key=lambda entry: entry[1])


def registrations() -> list[tuple[str, str]]:
    """Return how a shop can be registered."""
    return [
        (Registration.REGULAR.value, tr("Regular: tax invoices")),
        (Registration.COMPOSITION.value, tr("Composition: bills of supply")),
        (Registration.UNREGISTERED.value, tr("Not registered for GST")),
    ]


class FindPrinters(Protocol):
    """Asks the system in the background which printers it sees."""

    def __call__(self, done: Callable[[Sequence[Found]], None], failed: Failed) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class FirstStart:
    """Where the wizard stands. ``listen`` tells the view that something changed; it draws what stands here."""

    def __init__(
        self,
        *,
        found: FoundShop,
        test_print: PrintRuler,
        look_at: LookAtFile,
        finished: Callable[[], None],
        save_sheet: SaveSheet,
        print_sheet: PrintSheet,
        confirm_sheet: ConfirmSheet,
        restore: Callable[[], None],
        find_printers: FindPrinters,
    ) -> None:
        """``restore`` leaves the wizard for a backup that is there already."""
        self._find_printers = find_printers
        self.printers: Sequence[Found] = ()
        self._found = found
        self._test_print = test_print
        self._look_at = look_at
        self._finished = finished
        self._restore = restore
        self.sheet = SheetDesk(save=save_sheet, print_sheet=print_sheet, confirm=confirm_sheet, confirmed=finished)
        self._listener: Callable[[], None] = lambda: None
        self.form = Form()
        self.step = Step.SHOP
        self.problems: dict[str, str] = {}
        self.notice: Notice | None = None
        self.is_busy = False
        self.is_printing = False
        self.progress = ""
        self.summary: FileSummary | None = None
        self.is_reading = False
        self._state_was_chosen = False
        self._wanted: str | None = None
        self._looked_at = ""

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener
        self.sheet.listen(listener)

    # --- typing ----------------------------------------------------------------------------------------------------

    def change(self, name: str, text: str) -> None:
        """A field holds another text. A GSTIN is checked as soon as it is whole, and brings its state along."""
        if self.form.get(name) == text or self.is_busy:
            return
        setattr(self.form, name, text)
        self.problems.pop(name, None)
        if name == "gstin":
            self._gstin_typed()
        elif name == "state":
            self._state_was_chosen = True
            self.problems.pop("gstin", None)
        elif name == "registration":
            self.problems.pop("gstin", None)
        elif name == "username":
            self.form.username = text.strip().lower()
        elif name in {"stock", "stock_file"}:
            self._file_changed()
        if name.startswith("printer_"):
            self.notice = None
        self._listener()

    def _gstin_typed(self) -> None:
        typed = "".join(self.form.gstin.split()).upper()
        self.form.gstin = typed
        self.problems.pop("registration", None)
        if len(typed) < GSTIN_LENGTH:
            return
        wrong = gstin_problem(typed)
        if wrong:
            self.problems["gstin"] = wrong
        elif not self._state_was_chosen:
            self.form.state = typed[:2]
            self.problems.pop("state", None)

    @property
    def gstin_is_good(self) -> bool:
        """Whether a whole GSTIN stands there and is right."""
        return len(self.form.gstin) == GSTIN_LENGTH and not gstin_problem(self.form.gstin)

    # --- steps -----------------------------------------------------------------------------------------------------

    @property
    def can_go_back(self) -> bool:
        """Whether there is a step before this one."""
        if self.step is Step.SHEET:
            return self.sheet.is_asking  # the shop is made: back only to the code
        return self.step is not Step.SHOP and not self.is_busy

    @property
    def is_last(self) -> bool:
        """Whether the next thing is to make the shop."""
        return self.step is Step.STOCK

    def enter(self, name: str) -> None:
        """Enter in a field: to the next one of this step that must be filled, or on if there is none."""
        problems = problems_of(self.form, self.step)
        order = FIELDS_OF[self.step]
        if name in order and name not in problems and not self.is_busy:
            later = order[order.index(name) + 1 :]
            self._wanted = next((each for each in later if each in problems and not self.form.get(each)), None)
            if self._wanted is not None:
                self._listener()
                return
        self.next()

    def take_focus(self) -> str | None:
        """Return the field that the focus shall go to, once."""
        wanted, self._wanted = self._wanted, None
        return wanted

    def next(self) -> None:
        """On to the next step, or make the shop; a step with a problem stays and says it."""
        if self.is_busy or self.is_reading:
            return
        if self.step is Step.SHEET:
            self.sheet.next()
            return
        self.problems = problems_of(self.form, self.step)
        self.notice = None
        if not self.problems and self.is_last and self._file_is_ready():
            self._begin()
            return
        if not self.problems and not self.is_last:
            self.step = Step(self.step + 1)
            if self.step is Step.PRINTER:
                self._find_printers(self._printers_found, self._printers_not_found)
        self._wanted = next((name for name in FIELDS_OF[self.step] if name in self.problems), None)
        self._listener()

    def back(self) -> None:
        """Esc: to the step before, what was typed stays."""
        if self.step is Step.SHEET:
            self.sheet.back()
        elif self.can_go_back:
            self.step = Step(self.step - 1)
            self.notice = None
            self._listener()

    # --- printer ---------------------------------------------------------------------------------------------------

    def _printers_found(self, printers: Sequence[Found]) -> None:
        self.printers = [found for found in printers if found.kind in _PRINTS]
        if not self.form.printer_found and self.printers:
            self.form.printer_found = found_value(self.printers[0])
        self._listener()

    def _printers_not_found(self, error: Exception) -> None:
        """Go on without: whoever has such a printer sets it up in the settings. Raises what is no fault of a system."""
        if not isinstance(error, Problem):
            raise error

    @property
    def can_test_print(self) -> bool:
        """Whether there is a printer to try."""
        return self.step is Step.PRINTER and self.form.printer_kind != NO_PRINTER and not self.is_printing

    def test_print(self) -> None:
        """F9: print a page that shows the width."""
        if not self.can_test_print:
            return
        self.problems = problems_of(self.form, Step.PRINTER)
        if self.problems:
            self._listener()
            return
        self.is_printing = True
        self.notice = Notice(Tone.ACCENT, tr("Printing a test page ..."))
        self._listener()
        self._test_print(printer_of(self.form), self._printed, self._print_failed)

    def _printed(self) -> None:
        self.is_printing = False
        self._say_if_here(
            Notice(
                Tone.GOOD, tr("The page was sent: its ruler must fill the paper in one line, else change the width.")
            )
        )

    def _print_failed(self, error: Exception) -> None:
        self.is_printing = False
        if not isinstance(error, Problem):
            raise error
        self._say_if_here(Notice(Tone.DANGER, explain(error)))

    def _say_if_here(self, notice: Notice) -> None:
        if self.step is Step.PRINTER:
            self.notice = notice
        self._listener()

    # --- stock -----------------------------------------------------------------------------------------------------

    def _file_changed(self) -> None:
        self.notice = None
        self.form.skip_bad = ""
        self.problems.pop("stock_file", None)
        path = self.form.stock_file.strip()
        if self.form.stock != StockSource.FILE or not path or not Path(path).is_file():
            self.summary, self.is_reading, self._looked_at = None, False, ""
            return
        if path == self._looked_at:
            return
        self.summary, self.is_reading, self._looked_at = None, True, path

        def done(summary: FileSummary) -> None:
            if path == self._looked_at:
                self.summary, self.is_reading = summary, False
                self._listener()

        def failed(error: Exception) -> None:
            if not isinstance(error, Problem):
                raise error
            if path == self._looked_at:
                self.is_reading, self._looked_at = False, ""
                self.problems["stock_file"] = explain(error)
                self._listener()

        self._look_at(Path(path), done, failed)

    def _file_is_ready(self) -> bool:
        if self.form.stock != StockSource.FILE or self.summary is None:
            return self.form.stock != StockSource.FILE
        if not self.summary.items:
            self.problems["stock_file"] = tr("Nothing in this file can be brought in: choose another.")
            return False
        if self.summary.bad_lines and not self.form.skip_bad:
            self.problems["skip_bad"] = tr("Correct these lines in the file, or tick that the others are enough.")
            return False
        return True

    # --- founding --------------------------------------------------------------------------------------------------

    def open_demo(self) -> None:
        """F4: no typing at all, a demo shop to look around in."""
        if not self.is_busy and self.step is not Step.SHEET:
            self._start(Founding(demo_command(), StockSource.DEMO))

    def _begin(self) -> None:
        stock = StockSource(self.form.stock)
        file = Path(self.form.stock_file.strip()) if stock is StockSource.FILE else None
        self._start(
            Founding(
                command_of(self.form),
                stock,
                file,
                bool(self.form.skip_bad),
                encrypt=self.makes_sheet,
                second_folder=second_folder_of(self.form),
            )
        )

    @property
    def makes_sheet(self) -> bool:
        """Whether the shop will be encrypted, and so has a recovery sheet; nothing in a demo shop is secret."""
        return self.form.encrypt == "yes" and self.form.stock != StockSource.DEMO

    def restore(self) -> None:
        """F8: a backup of another computer instead of a new shop."""
        if self.can_restore:
            self._restore()

    @property
    def can_restore(self) -> bool:
        """Whether there is no shop yet."""
        return not self.is_busy and self.step is Step.SHOP

    def _start(self, founding: Founding) -> None:
        self.is_busy = True
        self.notice = None
        self.progress = tr("Making the shop ...")
        self._listener()
        self._found(founding, self._progressed, self._done, self._failed)

    def _progressed(self, sentence: str) -> None:
        self.progress = sentence
        self._listener()

    def _done(self, sheet: RecoverySheet | None) -> None:
        self.is_busy = False
        self.progress = ""
        if sheet is None:
            self._finished()
            return
        self.form.password = self.form.password_again = ""
        self.step = Step.SHEET
        self.sheet.open(sheet)

    def _failed(self, error: Exception) -> None:
        self.is_busy = False
        self.progress = ""
        if not isinstance(error, Problem):
            self._listener()
            raise error
        self.notice = Notice(
            Tone.DANGER, tr("{problem} No shop was made; what you typed is still here.", problem=explain(error))
        )
        self._listener()
