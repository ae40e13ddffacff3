"""The settings without Qt: all that can be set in one list that is searched, and the form of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from core.app.choices import ChoiceView, choice_views, find_choice, set_choice
from core.app.display_dto import CustomerDisplay
from core.app.displays import change_display, display_of
from core.app.papers import ChangePapers, Logo, Papers, change_papers, papers_of
from core.app.printers import change_printers, printers_of
from core.app.rendering import form_text, render_pages
from core.app.scanner_dto import Scanners
from core.app.scanners import change_scanners, scanners_of
from core.app.series import SetNumberSeries, set_number_series
from core.app.settings_file import differences, settings_in, settings_text, take_settings
from core.app.shop_details import ChangeShop, change_shop
from core.auth.dto import RightView, SetRoleRight
from core.auth.roles import role_rights, set_role_right
from core.boundary.files import make_folder, write_whole
from core.boundary.frozen import load
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.gst import STATES
from core.numbering.dto import SeriesView
from core.numbering.queries import series_views
from core.printing.codes import Bitmap
from core.printing.dto import PrinterProfile
from core.printing.page import Page
from core.printing.paper import PaperLine, Picture
from core.printing.receipt import receipt
from core.printing.templates import FULL, ReceiptTemplate
from core.sales.queries import bill_view, newest_bill
from core.settings.dto import ShopView
from core.settings.queries import shop_view
from core.spool.dto import Paper, PaperKind, Printers, PrinterSetup
from core.spool.known import Found, known_models
from core.spool.talking import Outcome
from core.spool.trying import sheet_of
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.settings import forms, rows
from pos_desktop.screens.settings.rows import SettingRow
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone

Failed = Callable[[Exception], None]
_FILE_NAME = "nuskha-settings.json"
#: What a printer is chosen for.
_USES = ("receipts", "labels")
_SAID = 3


@dataclass(frozen=True, slots=True)
class Preview:
    """A paper to be looked at: pieces of a roll, pages of a size in points, or the text of endless paper."""

    rolls: Sequence[Bitmap] = ()
    pages: Sequence[Page] = ()
    size: tuple[float, float] = (0.0, 0.0)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks of this machine as they are."""

    theme: str
    scale: int


@dataclass(frozen=True, slots=True)
class SettingsWays:
    """The ways out: to printers, files, the looks of this machine and other screens.

    ``try_printer`` prints a test page, ``find_printers`` asks the system which it sees, both in the background.
    ``read_logo`` reads a picture, ``draw`` draws a receipt. ``dress`` sets a look of this machine by its name, ``go``
    opens another screen by its name and says whether there is one.
    """

    try_printer: Callable[[PrinterSetup, Callable[[Outcome], None], Failed], None]
    find_printers: Callable[[Callable[[Sequence[Found]], None], Failed], None]
    read_logo: Callable[[Path], Bitmap]
    draw: Callable[[Sequence[PaperLine], PrinterProfile], Sequence[PaperLine]]
    looks: Callable[[], Looks]
    dress: Callable[[str, str], None]
    go: Callable[[str], bool]
    folder: Path


class _Read(NamedTuple):
    shop: ShopView
    choices: Sequence[ChoiceView]
    printers: Printers
    papers: Papers
    scanners: Scanners
    display: CustomerDisplay
    series: Sequence[SeriesView]
    rights: Sequence[RightView]


class SettingsPresenter:
    """The list of settings. ``listen`` tells the view that something changed."""

    def __init__(
        self,
        lanes: Lanes,
        board: TopicBoard,
        ways: SettingsWays,
        *,
        today: Callable[[], date],
        report_bug: Failed,
    ) -> None:
        """Start with nothing read."""
        self._lanes = lanes
        self._board = board
        self._ways = ways
        self._today = today
        self._listener: Callable[[], None] = lambda: None
        self._found: Sequence[Found] = ()
        self._read: _Read | None = None
        self._rows: Sequence[SettingRow] = ()
        self.desk = FormDesk(lanes, self._tell, report_bug)
        self.text = ""
        self.chosen_key = ""
        self.preview: Preview | None = None
        #: Whether anything was changed that a bill in the making goes by.
        self.has_changed = False

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def is_read(self) -> bool:
        """Whether the settings are known."""
        return self._read is not None

    @property
    def rows(self) -> Sequence[SettingRow]:
        """The settings that have all the words that are searched."""
        words = self.text.casefold().split()
        return [row for row in self._rows if row.answers_to(words)]

    @property
    def chosen_at(self) -> int:
        """The number of the chosen row, the first where the chosen one is not among them, -1 for none."""
        keys = [row.key for row in self.rows]
        return keys.index(self.chosen_key) if self.chosen_key in keys else (0 if keys else -1)

    @property
    def chosen(self) -> SettingRow | None:
        """The setting whose row is chosen."""
        found = self.rows
        return found[self.chosen_at] if found else None

    @property
    def printer(self) -> PrinterSetup | None:
        """The printer whose row is chosen."""
        kind, _, name = self.chosen.key.partition(":") if self.chosen is not None else ("", "", "")
        read = self._read
        if read is None or kind not in {"printer", *_USES}:
            return None
        return read.printers.named(name if kind == "printer" else getattr(read.printers, kind))

    def refresh(self) -> None:
        """Read the settings again."""
        today = self._today()

        def read(session: Session) -> _Read:
            return _Read(
                shop_view(session),
                choice_views(session),
                printers_of(session),
                papers_of(session),
                scanners_of(session),
                display_of(session),
                series_views(session, today),
                [right for role in Role for right in role_rights(session, role)],
            )

        def show(found: _Read) -> None:
            self._read = found
            self._make_rows()
            self._tell()

        self._lanes.read(read, show, self.desk.failed)

    def search(self, text: str) -> None:
        """Something is typed: only the settings that have all its words stay."""
        if text != self.text:
            self.text = text
            self._tell()

    def choose(self, number: int) -> None:
        """Choose a row."""
        found = self.rows
        if 0 <= number < len(found) and found[number].key != self.chosen_key:
            self.chosen_key = found[number].key
            self.desk.say("")

    def move(self, steps: int) -> None:
        """Choose the row so many below, from the search field."""
        self.choose(max(0, min(self.chosen_at + steps, len(self.rows) - 1)))

    def escape(self) -> None:
        """Esc: close what is open, else empty the search."""
        if self.preview is not None:
            self.preview = None
            self._tell()
        elif self.desk.form is not None:
            self.desk.escape()
        else:
            self.search("")

    # --- forms ---------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Enter: change the chosen setting, or go where it is changed."""
        row, read = self.chosen, self._read
        if row is None or read is None or self.desk.form is not None:
            return
        self.chosen_key = row.key
        kind, _, rest = row.key.partition(":")
        match kind:
            case "shop":
                self._open_shop(read)
            case "choice":
                self._open_choice(next(choice for choice in read.choices if choice.name == rest))
            case "series":
                self._open_series(next(series for series in read.series if series.kind == rest))
            case "printer":
                self._open_printer(read, read.printers.named(rest))
            case "receipts":
                self._open_receipts(read)
            case "labels":
                self._open_labels(read)
            case "receipt":
                self._open_template(read)
            case "template":
                self._open_own_template(read, rest)
            case "logo":
                self._open_logo(read)
            case "right":
                role, _, permission = rest.partition(":")
                rights = (r for r in read.rights if (r.user_role, r.permission) == (role, permission))
                self._open_right(next(rights))
            case "theme" | "scale":
                self._open_look(kind)
            case "display":
                self._open_display(read)
            case "licences" | "health" | "users" | "learn":
                if not self._ways.go(kind):
                    self.desk.say(tr("You may not open that screen."), Tone.WARNING)
            case _:
                self.desk.say(row.about, Tone.WARNING)

    def new_printer(self) -> None:
        """F2: set up a printer."""
        if self._read is not None and self.desk.form is None:
            self._open_printer(self._read, None)

    @property
    def can_remove(self) -> bool:
        """Whether what is chosen can be taken away: a printer, a serial scanner, a template of the shop's own."""
        kind, _, name = self.chosen.key.partition(":") if self.chosen is not None else ("", "", "")
        return kind in {"printer", "template", "scanner"} and bool(name)

    def remove(self) -> None:
        """F8: take the chosen printer, scanner or template away, once it is asked for."""
        read, row = self._read, self.chosen
        if read is None or row is None or not self.can_remove or self.desk.form is not None:
            return
        self.chosen_key = row.key
        kind, _, name = row.key.partition(":")
        if kind == "template":
            self._remove_template(read, name)
        elif kind == "scanner":
            self._remove_scanner(read, name)
        else:
            self._remove_printer(read)

    def _remove_printer(self, read: _Read) -> None:
        printer = self.printer
        assert printer is not None, "the row of a printer is chosen"
        form = SentForm(
            title=tr("Take {name} off the list?", name=printer.name),
            about=tr("Papers that wait for it stay and can be printed elsewhere (Ctrl+P)."),
            fields=[],
            submit=tr("Take it off"),
        )

        def send(_: Mapping[str, str]) -> None:
            rest = read.printers.without({printer.name})
            said = tr("{name} is off the list.", name=printer.name)
            self._write(form, lambda uow: change_printers(uow, rest), said)

        form.send = send
        self.desk.open(form)

    def try_printer(self) -> None:
        """F9: print a test page on the chosen printer."""
        printer = self.printer
        if printer is None:
            self.desk.say(tr("Choose a printer first, or set one up with F2."), Tone.WARNING)
            return

        def done(outcome: Outcome) -> None:
            low = tr("Its paper is nearly out.") if outcome.paper_is_low else ""
            said = tr("The page was sent to {name}: its ruler must fill the paper in one line.", name=printer.name)
            self.desk.say(f"{said} {low}".strip(), Tone.WARNING if low else Tone.GOOD)

        self.desk.say(tr("Printing a test page …"), Tone.ACCENT)
        self._ways.try_printer(printer, done, self.desk.failed)

    def show_receipt(self) -> None:
        """F3: show the last bill as the printer for receipts would print it, by the template in use."""
        read = self._read
        if read is None or self.desk.form is not None:
            return
        printer = read.printers.for_receipts
        if printer is not None and not printer.mode.is_roll:
            self._show_sheets(printer)
            return
        profile = printer.profile if printer is not None else PrinterProfile()
        papers, shop = read.papers, read.shop

        def lines(session: Session) -> Sequence[PaperLine] | None:
            bill_id = newest_bill(session)
            if bill_id is None:
                return None
            return receipt(
                bill_view(session, bill_id),
                shop,
                profile.columns,
                template=papers.receipt_template,
                raster=True,
                logo=papers.logo.bitmap if papers.logo else None,
            )

        def show(found: Sequence[PaperLine] | None) -> None:
            if found is None:
                self._say_no_bill()
                return
            drawn = self._ways.draw(found, profile)
            self.preview = Preview(rolls=tuple(line.bitmap for line in drawn if isinstance(line, Picture)))
            self._tell()

        self._lanes.read(lines, show, self.desk.failed)

    def _show_sheets(self, printer: PrinterSetup) -> None:
        """Show the last bill as the printer of sheets, or of endless paper, would print it."""

        def pages(session: Session) -> Preview | None:
            bill_id = newest_bill(session)
            if bill_id is None:
                return None
            paper = Paper(kind=PaperKind.BILL, of=bill_id)
            if printer.mode.is_sheet:
                return Preview(pages=tuple(render_pages(session, paper, printer)), size=sheet_of(printer).size)
            return Preview(text=form_text(session, paper, printer))

        def show(found: Preview | None) -> None:
            if found is None:
                self._say_no_bill()
                return
            self.preview = found
            self._tell()

        self._lanes.read(pages, show, self.desk.failed)

    def _say_no_bill(self) -> None:
        self.desk.say(tr("There is no bill yet whose receipt could be shown."), Tone.WARNING)

    def save_file(self) -> None:
        """F6: put all settings into a file."""
        if self._read is None or self.desk.form is not None:
            return
        form = forms.file_form(is_out=True, path=str(self._ways.folder / _FILE_NAME))

        def send(typed: Mapping[str, str]) -> None:
            path = _path(typed)

            def write(session: Session) -> None:
                make_folder(path.parent)
                write_whole(path, settings_text(session).encode(), shared=True)

            def done(_: None) -> None:
                self.desk.open(None)
                self.desk.say(tr("The settings are in {path}.", path=path))

            self._lanes.read(write, done, self._failed_at(form))

        form.send = send
        self.desk.open(form)

    def read_file(self) -> None:
        """F7: take settings from a file, once it was said what would change."""
        if self._read is None or self.desk.form is not None:
            return
        form = forms.file_form(is_out=False, path=str(self._ways.folder / _FILE_NAME))

        def send(typed: Mapping[str, str]) -> None:
            parts = settings_in(_path(typed))
            if form.confirmed:
                self._write(form, lambda uow: take_settings(uow, parts), tr("The settings are taken in."))
                return

            def said(found: Sequence[Any]) -> None:
                form.is_busy = False
                if found:
                    some = "; ".join(f"{one.where}: {one.here or '–'} → {one.there or '–'}" for one in found[:_SAID])
                    more = tr(" and {count} more", count=len(found) - _SAID) if len(found) > _SAID else ""
                    form.sentence = tr("Enter once more takes in {some}{more}.", some=some, more=more)
                    form.confirmed = True
                else:
                    form.sentence = tr("All settings are as the file has them.")
                self._tell()

            self._lanes.read(lambda session: differences(session, parts), said, self._failed_at(form))

        form.send = send
        self.desk.open(form)

    def typed(self, name: str, values: Mapping[str, str]) -> None:
        """Something was typed into a form: addresses that are seen are offered."""
        self.desk.typed(name)
        form = self.desk.form
        if form is not None and name in {"address", "port", "kind"}:
            self._offer(form, values)
            self._tell()

    # --- inside --------------------------------------------------------------------------------------------------

    def _open_shop(self, read: _Read) -> None:
        form = forms.shop_form(read.shop)

        def send(typed: Mapping[str, str]) -> None:
            command = load(ChangeShop, forms.typed_shop(typed))
            self._write(form, lambda uow: change_shop(uow, command), tr("The next paper shows it."))

        form.send = send
        self.desk.open(form)

    def _open_choice(self, choice: ChoiceView) -> None:
        form = forms.choice_form(choice)

        def send(typed: Mapping[str, str]) -> None:
            said = tr("{title}: changed.", title=form.title)
            self._write(form, lambda uow: set_choice(uow, find_choice(choice.name), typed["value"].strip()), said)

        form.send = send
        self.desk.open(form)

    def _open_series(self, series: SeriesView) -> None:
        form = forms.series_form(series)

        def send(typed: Mapping[str, str]) -> None:
            command = load(SetNumberSeries, forms.typed_series(series, typed))
            self.desk.write(
                form,
                lambda uow: set_number_series(uow, command),
                lambda number: self._changed(tr("The next number is {number}.", number=number)),
            )

        form.send = send
        self.desk.open(form)

    def _open_printer(self, read: _Read, printer: PrinterSetup | None) -> None:
        models = known_models()
        form = forms.printer_form(read.printers, printer, models)

        def send(typed: Mapping[str, str]) -> None:
            new = load(PrinterSetup, forms.typed_printer(typed, models))
            standing = read.printers.printers
            if printer is None:
                changed = [*standing, new]
            else:
                renamed = [
                    one.model_copy(update={"stand_in": new.name}) if one.stand_in == printer.name else one
                    for one in standing
                ]
                changed = [new if one.name == printer.name else one for one in renamed]
            uses = {use: new.name for use in _USES if printer and getattr(read.printers, use) == printer.name}
            if new.mode.is_label and read.printers.labels is None:
                uses["labels"] = new.name
            elif not new.mode.is_label and read.printers.receipts is None and printer is None:
                uses["receipts"] = new.name
            said = tr("{name} is set up: F9 prints a test page.", name=new.name)
            self._put_printers(form, read.printers, said, f"printer:{new.name}", to=changed, uses=uses)

        form.send = send
        self.desk.open(form)
        self._find_devices(form)

    def _find_devices(self, form: SentForm) -> None:
        """Have offered what the system sees, once it has said so."""

        def found(devices: Sequence[Found]) -> None:
            self._found = devices
            if self.desk.form is form:
                self._offer(form, {field.name: field.value for field in form.fields})
                self._tell()

        self._ways.find_printers(found, self.desk.failed)

    def _offer(self, form: SentForm, values: Mapping[str, str]) -> None:
        if "address" in values:
            form.offers["address"] = forms.address_offers(self._found, values)
        if "port" in values:
            form.offers["port"] = forms.port_offers(self._found, values)

    def _open_receipts(self, read: _Read) -> None:
        form = forms.receipts_form(read.printers)

        def send(typed: Mapping[str, str]) -> None:
            name = typed["name"] or None
            said = tr("Receipts go to {name}.", name=name) if name else tr("Receipts are not printed.")
            self._put_printers(form, read.printers, said, uses={"receipts": name})

        form.send = send
        self.desk.open(form)

    def _open_labels(self, read: _Read) -> None:
        form = forms.labels_form(read.printers)

        def send(typed: Mapping[str, str]) -> None:
            name = typed["name"] or None
            said = tr("Labels go to {name}.", name=name) if name else tr("Labels are not printed from here.")
            self._put_printers(form, read.printers, said, uses={"labels": name})

        form.send = send
        self.desk.open(form)

    def _put_printers(
        self,
        form: SentForm,
        standing: Printers,
        said: str,
        key: str = "",
        *,
        to: Sequence[PrinterSetup] | None = None,
        uses: Mapping[str, str | None],
    ) -> None:
        """Have other printers, or others used for receipts or labels."""
        printers = standing.printers if to is None else to
        data = {
            **standing.model_dump(mode="json"),
            **uses,
            "printers": [one.model_dump(mode="json") for one in printers],
        }
        command = load(Printers, data)
        self._write(form, lambda uow: change_printers(uow, command), said, key)

    def _open_template(self, read: _Read) -> None:
        form = forms.template_form(read.papers)

        def send(typed: Mapping[str, str]) -> None:
            self._put_papers(form, read.papers, receipt=typed["receipt"], said=tr("F3 shows how receipts look now."))

        form.send = send
        self.desk.open(form)

    def _open_own_template(self, read: _Read, name: str) -> None:
        papers = read.papers
        standing = papers.template(name) if name else papers.receipt_template
        form = forms.own_template_form(standing, is_new=not name)

        def send(typed: Mapping[str, str]) -> None:
            new = load(ReceiptTemplate, forms.typed_template(standing, typed))
            own = [new if one.name == name else one for one in papers.receipts] if name else [*papers.receipts, new]
            used = new.name if name and papers.receipt_template == standing else papers.receipt
            said = tr("{name} is kept: choose it where receipts look like something.", name=new.name)
            self._put_papers(form, papers, key=f"template:{new.name}", receipts=tuple(own), receipt=used, said=said)

        form.send = send
        self.desk.open(form)

    def _remove_template(self, read: _Read, name: str) -> None:
        papers = read.papers
        form = SentForm(
            title=tr("Take {name} away?", name=name),
            about=tr("Receipts that were printed by it stay."),
            fields=[],
            submit=tr("Take it away"),
        )

        def send(_: Mapping[str, str]) -> None:
            own = tuple(one for one in papers.receipts if one.name != name)
            used = FULL.name if papers.receipt_template.name == name else papers.receipt
            self._put_papers(form, papers, receipts=own, receipt=used, said=tr("{name} is taken away.", name=name))

        form.send = send
        self.desk.open(form)

    def _open_logo(self, read: _Read) -> None:
        form = forms.logo_form(read.papers)

        def send(typed: Mapping[str, str]) -> None:
            text = typed["path"].strip()
            logo = Logo.of(self._ways.read_logo(Path(text).expanduser())) if text else None
            said = tr("The logo stands on the next paper.") if logo is not None else tr("The logo is taken away.")
            self._put_papers(form, read.papers, logo=logo, said=said)

        form.send = send
        self.desk.open(form)

    def _put_papers(self, form: SentForm, papers: Papers, *, said: str, key: str = "", **changed: Any) -> None:
        command = ChangePapers.model_construct(**{**dict(papers), **changed})
        self._write(form, lambda uow: change_papers(uow, command), said, key)

    def _open_right(self, right: RightView) -> None:
        form = forms.right_form(right)

        def send(typed: Mapping[str, str]) -> None:
            command = load(SetRoleRight, forms.typed_right(right, typed))
            self._write(form, lambda uow: set_role_right(uow, command), tr("{title}: changed.", title=form.title))

        form.send = send
        self.desk.open(form)

    def _remove_scanner(self, read: _Read, name: str) -> None:
        form = SentForm(title=tr("Take {name} away?", name=name), about="", fields=[], submit=tr("Take it away"))

        def send(_: Mapping[str, str]) -> None:
            rest = tuple(one for one in read.scanners.serial if one.name != name)
            command = read.scanners.model_copy(update={"serial": rest})
            self._write(form, lambda uow: change_scanners(uow, command), tr("{name} is taken away.", name=name))

        form.send = send
        self.desk.open(form)

    def _open_display(self, read: _Read) -> None:
        form = forms.display_form(read.display)

        def send(typed: Mapping[str, str]) -> None:
            command = load(CustomerDisplay, forms.typed_display(typed))
            said = tr("The display follows the counter as soon as you go there.")
            self._write(form, lambda uow: change_display(uow, command), said)

        form.send = send
        self.desk.open(form)
        self._find_devices(form)

    def _open_look(self, name: str) -> None:
        looks = self._ways.looks()
        form = forms.look_form(name, looks.theme if name == "theme" else str(looks.scale))

        def send(typed: Mapping[str, str]) -> None:
            self.desk.open(None)
            self._ways.dress(name, typed["value"])
            self._make_rows()
            self._tell()

        form.send = send
        self.desk.open(form)

    def _write(self, form: SentForm, command: Callable[[UnitOfWork], object], said: str, key: str = "") -> None:
        """Run a form's command; once it is done the row of that key is chosen."""

        def done(_: object) -> str:
            self.chosen_key = key or self.chosen_key
            return self._changed(said)

        self.desk.write(form, command, done)

    def _changed(self, said: str) -> str:
        self.has_changed = True
        self._board.announce({Topic.SETTINGS})
        self.refresh()
        return said

    def _failed_at(self, form: SentForm) -> Failed:
        return lambda error: self.desk.refused(form, error, "path")

    def _make_rows(self) -> None:
        read, looks = self._read, self._ways.looks()
        if read is None:
            return
        choices = list(rows.choice_rows(read.choices))
        made = [
            *rows.shop_rows(read.shop, f"{STATES[read.shop.state]} ({read.shop.state})"),
            *rows.licence_rows(read.shop, self._today()),
            *rows.printer_rows(read.printers),
            *rows.paper_rows(read.papers),
            *rows.device_rows(read.scanners, read.display),
            *choices,
            *rows.series_rows(read.series),
            *rows.safety_rows(),
            *rows.look_rows(looks.theme, looks.scale),
            *rows.right_rows(read.rights),
        ]
        order = list(rows.Group)
        self._rows = sorted(made, key=lambda row: order.index(row.group))

    def _tell(self) -> None:
        self._listener()


def _path(typed: Mapping[str, str]) -> Path:
    text = typed["path"].strip()
    if not text:
        raise RuleBroken("files.no_path", where="path")
    return Path(text).expanduser()
