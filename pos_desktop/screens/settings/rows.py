"""Every setting as a row: where it belongs, what it is called, what holds, and words to find it by. Knows no Qt."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from core.app.choices import ChoiceView
from core.app.display_dto import CustomerDisplay, DisplayKind
from core.app.papers import Papers
from core.app.scanner_dto import Scanners
from core.auth.dto import RightView
from core.auth.permissions import Scope
from core.kernel.gst import Registration
from core.numbering.dto import NumberedKind, SeriesView
from core.printing.languages import Language
from core.printing.templates import Part
from core.settings.choices import Choice
from core.settings.dto import ShopView
from core.spool.dto import PaperMode, PrinterKind, Printers, PrinterSetup
from pos_desktop.screens.registers.rows import licence_row
from pos_desktop.shell.texts import role_words, tr
from pos_desktop.shell.tone import Badge, Tone


class Group(enum.StrEnum):
    """What a setting belongs to, in the order of the list."""

    SHOP = "shop"
    LICENCES = "licences"
    PRINTERS = "printers"
    PAPERS = "papers"
    DEVICES = "devices"
    GST = "gst"
    NUMBERS = "numbers"
    COUNTER = "counter"
    PURCHASES = "purchases"
    SAFETY = "safety"
    LOOK = "look"
    RIGHTS = "rights"


def group_words(group: Group) -> str:
    """Return what a group is called."""
    return {
        Group.SHOP: tr("Shop"),
        Group.LICENCES: tr("Drug licences"),
        Group.PRINTERS: tr("Printers"),
        Group.PAPERS: tr("Papers"),
        Group.DEVICES: tr("Scanners, display"),
        Group.GST: tr("GST and totals"),
        Group.NUMBERS: tr("Numbers"),
        Group.COUNTER: tr("Counter"),
        Group.PURCHASES: tr("Purchases"),
        Group.SAFETY: tr("Backup and safety"),
        Group.LOOK: tr("Look"),
        Group.RIGHTS: tr("Rights"),
    }[group]


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting. ``key`` is its own (``printer:Counter``); ``about`` explains it and is searched too."""

    key: str
    group: Group
    title: str
    value: str
    about: str = ""
    badges: tuple[Badge, ...] = ()

    def answers_to(self, words: Sequence[str]) -> bool:
        """Say whether each of the words stands somewhere in it, small and capital letters alike."""
        text = " ".join((group_words(self.group), self.title, self.value, self.about)).casefold()
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class ChoiceWords:
    """How a choice is said: its place, its name, what it does, and its values where they are words."""

    group: Group
    title: str
    about: str
    values: dict[str, str]


def choice_words(name: str) -> ChoiceWords:
    """Return how a choice is said."""
    return {
        Choice.ROUND_OFF: ChoiceWords(
            Group.GST,
            tr("Totals are rounded"),
            tr("Round-off is a line of its own and no tax."),
            {"nearest": tr("to the nearest rupee"), "down": tr("down to the rupee"), "none": tr("not at all")},
        ),
        Choice.MIXED_TO_REGISTERED: ChoiceWords(
            Group.GST,
            tr("Mixed goods to a registered buyer"),
            tr("Taxable and untaxed ones on one bill: rule 46A lets one paper carry both for others only."),
            {"one_invoice": tr("one tax invoice"), "two_documents": tr("refused: two bills are made")},
        ),
        Choice.UPI_ID: ChoiceWords(
            Group.COUNTER, tr("UPI id"), tr("Customers pay to it; QR codes on screen and receipt name it."), {}
        ),
        Choice.IDLE_LOCK_MINUTES: ChoiceWords(
            Group.SAFETY,
            tr("Lock after minutes without a key"),
            tr("0 never locks. Whoever was at work comes back by password or PIN."),
            {},
        ),
        Choice.PRESCRIPTION_VALID_DAYS: ChoiceWords(
            Group.COUNTER,
            tr("Days a prescription is supplied"),
            tr("0 is any age, as the Drugs Rules have it."),
            {},
        ),
        Choice.BELOW_COST: ChoiceWords(
            Group.COUNTER,
            tr("A line that brings less than it cost"),
            tr("Said at the counter, allowed by a supervisor, or refused."),
            {"warn": tr("is said"), "supervisor": tr("asks a supervisor"), "refuse": tr("is refused")},
        ),
        Choice.QUOTATION_VALID_DAYS: ChoiceWords(
            Group.COUNTER, tr("Days for which a quotation holds"), tr("Where it does not say."), {}
        ),
        Choice.COUNTER_KEYS: ChoiceWords(
            Group.COUNTER,
            tr("Keys at the counter"),
            tr("Our own, or those that hands know from Marg."),
            {"nuskha": tr("Nuskha's own"), "marg": tr("Marg's")},
        ),
        Choice.MATCH_RATE_BP: ChoiceWords(
            Group.PURCHASES,
            tr("How far a bill's rate may pass the expected one"),
            tr("In hundredths of a percent: 100 is 1 %."),
            {},
        ),
        Choice.MATCH_RUPEES: ChoiceWords(
            Group.PURCHASES,
            tr("Rupees a line of a bill may be off"),
            tr("What differs by more needs a reason and stays listed."),
            {},
        ),
    }[Choice(name)]


def kind_words(kind: PrinterKind) -> str:
    """Return how a printer is reached."""
    return {
        PrinterKind.NETWORK: tr("Network"),
        PrinterKind.USB: tr("USB"),
        PrinterKind.SERIAL: tr("Serial port"),
        PrinterKind.WINDOWS: tr("Printer of Windows"),
        PrinterKind.CUPS: tr("Queue of the system (CUPS)"),
        PrinterKind.FILE: tr("File"),
    }[kind]


def mode_words(mode: PaperMode) -> str:
    """Return what a printer is given."""
    return {
        PaperMode.TEXT: tr("roll, as text: fast"),
        PaperMode.RASTER: tr("roll, as a picture: Hindi, logo, ₹"),
        PaperMode.A4: tr("A4 sheets"),
        PaperMode.A5: tr("A5 sheets"),
        PaperMode.A5_LANDSCAPE: tr("A5 sheets, lying"),
        PaperMode.HALF_PAGE: tr("endless paper, half pages"),
        PaperMode.WHOLE_PAGE: tr("endless paper, whole pages"),
        PaperMode.ZPL: tr("labels in ZPL (Zebra)"),
        PaperMode.TSPL: tr("labels in TSPL (TSC)"),
    }[mode]


def registration_words(registration: Registration) -> str:
    """Return how a shop is registered for GST."""
    return {
        Registration.REGULAR: tr("Regular"),
        Registration.COMPOSITION: tr("Composition"),
        Registration.UNREGISTERED: tr("Not registered"),
    }[registration]


def numbered_words(kind: NumberedKind) -> str:
    """Return what is numbered."""
    return {
        NumberedKind.BILL: tr("Bills"),
        NumberedKind.MANUAL_MEMO: tr("Memos written by hand"),
        NumberedKind.H1_ENTRY: tr("Schedule H1 register"),
        NumberedKind.SUPPLY: tr("Supplies on prescription"),
        NumberedKind.QUOTATION: tr("Quotations"),
        NumberedKind.ORDER: tr("Orders to suppliers"),
        NumberedKind.RECEIPT: tr("Goods receipts"),
        NumberedKind.DEBIT_NOTE: tr("Debit notes to suppliers"),
    }[kind]


def scope_words(scope: Scope) -> str:
    """Return how far a right reaches."""
    return {
        Scope.ALL: tr("everywhere"),
        Scope.OWN_COUNTER: tr("at their own counter"),
        Scope.WITH_PHARMACIST: tr("with a pharmacist on duty"),
        Scope.WITH_SUPERVISOR: tr("with a supervisor"),
        Scope.STOCK_AND_REGISTERS: tr("stock and registers"),
        Scope.OWN_DAY: tr("their own day"),
        Scope.PURCHASES: tr("purchases"),
    }[scope]


def shop_rows(shop: ShopView, state: str) -> Iterator[SettingRow]:
    """Yield the shop's own details."""
    address = ", ".join(shop.address.splitlines())
    about = tr("It stands at the head of every paper, from the next one on.")
    yield SettingRow("shop:name", Group.SHOP, tr("Name and address"), f"{shop.name}, {address}", about)
    yield SettingRow("shop:phone", Group.SHOP, tr("Telephone"), shop.phone or "–", about)
    gst = " ".join(filter(None, (registration_words(shop.registration), shop.gstin)))
    decides = tr("Decides which papers the shop gives. GSTIN.")
    yield SettingRow("shop:gst", Group.SHOP, tr("GST registration"), gst, decides)
    fixed = tr("Another state is another registration, with a shop of its own.")
    yield SettingRow("state", Group.SHOP, tr("State"), state, fixed)


def licence_rows(shop: ShopView, today: date) -> Iterator[SettingRow]:
    """Yield the drug licences with what is wrong with their days."""
    about = tr("Entered, renewed and ended in Registers. Expiry, validity, form 20, 21, 20F.")
    for licence in shop.licences:
        row = licence_row(licence, today)
        value = " ".join(filter(None, (licence.number, tr("until {day}", day=row.valid_to) if row.valid_to else "")))
        title = tr("Form {form}", form=licence.form)
        yield SettingRow(f"licences:{licence.form}:{licence.number}", Group.LICENCES, title, value, about, row.state)
    if not shop.licences:
        nothing = Badge(tr("NONE"), Tone.DANGER)
        yield SettingRow("licences:", Group.LICENCES, tr("Drug licences"), "", about, (nothing,))


def printer_rows(printers: Printers) -> Iterator[SettingRow]:
    """Yield the printers, and which of them receipts go to."""
    about = tr("ESC/POS receipt printer; cash drawer, cutter, stand-in, test print.")
    receipts = printers.receipts or tr("none yet: F2 sets one up")
    yield SettingRow("receipts", Group.PRINTERS, tr("Receipts go to"), receipts, tr("The printer for receipts."))
    labels = printers.labels or tr("none yet")
    says = tr("The printer for labels: one that speaks ZPL or TSPL, or one of A4 sheets.")
    yield SettingRow("labels", Group.PRINTERS, tr("Labels go to"), labels, says)
    for printer in printers.printers:
        yield SettingRow(f"printer:{printer.name}", Group.PRINTERS, printer.name, _printer_value(printer), about)


def _printer_value(printer: PrinterSetup) -> str:
    parts = [
        f"{kind_words(printer.kind)} {printer.address}",
        mode_words(printer.mode),
        *([tr("{columns} letters a line", columns=printer.columns)] if printer.mode.is_roll else []),
        *([tr("opens the drawer")] if printer.has_drawer else []),
        *([tr("stood in for by {name}", name=printer.stand_in)] if printer.stand_in else []),
    ]
    return " · ".join(parts)


def paper_rows(papers: Papers) -> Iterator[SettingRow]:
    """Yield what papers look like."""
    template = tr("What stands on a receipt, in which language. Hindi needs a printer that is sent pictures.")
    yield SettingRow("receipt", Group.PAPERS, tr("Receipts look like"), papers.receipt, template)
    own = tr("A template of your own: which parts, in which language, your own lines at head and foot.")
    for one in papers.receipts:
        used = (Badge(tr("IN USE"), Tone.ACCENT),) if one == papers.receipt_template else ()
        value = tr("{language}, {count} parts", language=language_words(one.language), count=len(one.parts))
        yield SettingRow(f"template:{one.name}", Group.PAPERS, one.name, value, own, used)
    yield SettingRow("template:", Group.PAPERS, tr("A template of your own"), tr("Enter makes one"), own)
    logo = tr("{width} by {height} dots", width=papers.logo.width, height=papers.logo.height) if papers.logo else ""
    about = tr("A PNG or BMP file, black on white. It stands at the head of bills and drawn receipts.")
    yield SettingRow("logo", Group.PAPERS, tr("Logo"), logo or tr("none"), about)


def language_words(language: Language) -> str:
    """Return in which language a receipt is."""
    return {
        Language.ENGLISH: tr("English"),
        Language.HINDI: tr("Hindi"),
        Language.BOTH: tr("Hindi and English"),
    }[language]


def part_words(part: Part) -> str:
    """Return what a part of a receipt is called."""
    return {
        Part.LOGO: tr("Logo"),
        Part.MAKER: tr("Maker"),
        Part.HSN: tr("HSN"),
        Part.PACK: tr("Pack"),
        Part.SAVINGS: tr("You saved"),
        Part.WORDS: tr("Amount in words"),
        Part.UPI_QR: tr("UPI QR code"),
        Part.GST_SUMMARY: tr("GST summary"),
        Part.PHARMACIST: tr("Pharmacist"),
        Part.SIGNATURE: tr("Place to sign"),
    }[part]


def device_rows(scanners: Scanners, display: CustomerDisplay) -> Iterator[SettingRow]:
    """Yield the scanners and what the customer sees."""
    wedge = scanners.wedge
    about = tr("Enter lets the program learn it: scan a code three times. Prefix, suffix, separator, speed.")
    value = tr(
        "keys at most {gap} ms apart, from {least} characters on", gap=wedge.gap_ms, least=wedge.least_characters
    )
    yield SettingRow("learn", Group.DEVICES, tr("Scanner that types"), value, about)
    for scanner in scanners.serial:
        line = tr("{port}, {baud} baud", port=scanner.port, baud=scanner.baud)
        yield SettingRow(
            f"scanner:{scanner.name}", Group.DEVICES, scanner.name, line, tr("Serial scanner. F8 ends it.")
        )
    if not scanners.serial:
        yield SettingRow("learn:serial", Group.DEVICES, tr("Serial scanner"), tr("none: Enter learns one"), about)
    shown = display_words(display.kind)
    where = f"{shown}, {display.port}" if display.kind is DisplayKind.POLE else shown
    sees = tr("What the customer sees: lines, total, UPI code. A pole of two rows, or a second window.")
    yield SettingRow("display", Group.DEVICES, tr("Customer display"), where, sees)


def display_words(kind: DisplayKind) -> str:
    """Return what the customer sees."""
    return {
        DisplayKind.NONE: tr("none"),
        DisplayKind.POLE: tr("a pole of two rows"),
        DisplayKind.WINDOW: tr("a second window"),
    }[kind]


def choice_rows(choices: Sequence[ChoiceView]) -> Iterator[SettingRow]:
    """Yield the shop's choices."""
    for choice in choices:
        words = choice_words(choice.name)
        value = words.values.get(choice.value, choice.value) or tr("none")
        yield SettingRow(f"choice:{choice.name}", words.group, words.title, value, words.about)


def series_rows(series: Sequence[SeriesView]) -> Iterator[SettingRow]:
    """Yield how documents are numbered."""
    about = tr("Series, prefix and first number of this financial year: a shop that moves over goes on where it was.")
    for one in series:
        value = tr("next {number}", number=one.next_number) if one.next_number else tr("the series is full")
        yield SettingRow(f"series:{one.kind}", Group.NUMBERS, numbered_words(one.kind), value, about)


def look_rows(theme: str, scale: int) -> Iterator[SettingRow]:
    """Yield the looks of this machine."""
    dark = tr("dark") if theme == "dark" else tr("light")
    yield SettingRow("theme", Group.LOOK, tr("Light or dark"), dark, tr("Of this machine. Ctrl+T turns it any time."))
    about = tr("Of this machine. Ctrl++ and Ctrl+- change it any time. Scale, font, letters.")
    yield SettingRow("scale", Group.LOOK, tr("Size"), f"{scale} %", about)


def safety_rows() -> Iterator[SettingRow]:
    """Yield what stands on a screen of its own."""
    about = tr("Backups, second folder, recovery sheet, restore, check of the books.")
    yield SettingRow("health", Group.SAFETY, tr("Backup and health"), tr("a screen of its own"), about)
    people = tr("Who works here: passwords, PINs, roles.")
    yield SettingRow("users", Group.SAFETY, tr("Users"), tr("a screen of its own"), people)


def right_rows(rights: Sequence[RightView]) -> Iterator[SettingRow]:
    """Yield what each role may do."""
    for right in rights:
        badges = () if right.is_delivered else (Badge(tr("CHANGED"), Tone.ACCENT),)
        title = f"{role_words(right.user_role)}: {right.permission.words}"
        key = f"right:{right.user_role}:{right.permission}"
        yield SettingRow(key, Group.RIGHTS, title, right_words(right), tr("What roles may do."), badges)


def right_words(right: RightView) -> str:
    """Return how far a right reaches, in words."""
    if not right.granted:
        return tr("no")
    up_to = tr("up to {limit}", limit=right.limit_shown) if right.limit_shown else ""
    within = "" if right.scope is Scope.ALL else scope_words(right.scope)
    return ", ".join(filter(None, (tr("yes"), up_to, within)))
