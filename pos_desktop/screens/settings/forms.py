"""The forms of the settings: which fields, and what was typed as commands take it. Knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from core.app.choices import ChoiceView
from core.app.display_dto import CustomerDisplay, DisplayKind
from core.app.papers import Papers
from core.app.scanner_dto import SerialBaud
from core.auth.dto import RightView
from core.auth.permissions import LIMITED, SCOPED, LimitUnit, Scope
from core.kernel.errors import RuleBroken
from core.kernel.gst import Registration
from core.numbering.dto import SeriesView
from core.printing.label_sizes import ROLLS, SHEETS
from core.printing.languages import Language
from core.printing.pole import PoleProtocol
from core.printing.templates import Part, ReceiptTemplate
from core.settings.dto import ShopView
from core.spool.dto import PaperMode, PrinterKind, Printers, PrinterSetup
from core.spool.known import Found, Model
from pos_desktop.runtime.form_desk import SentForm
from pos_desktop.screens.settings.rows import (
    choice_words,
    display_words,
    kind_words,
    language_words,
    mode_words,
    numbered_words,
    part_words,
    registration_words,
    right_words,
    scope_words,
)
from pos_desktop.shell.form import FieldKind, FormField, Offer
from pos_desktop.shell.texts import role_words, tr

_ADDRESS_LINES = 3
_NAME, _LINE, _PHONE, _GSTIN, _ADDRESS, _PREFIX, _NUMBER = 100, 100, 20, 15, 300, 10, 10
_YES, _NO = "yes", "no"
_MOST_OFFERS = 8
_OWN_LINES = 2
_NONE = ""


def shop_form(shop: ShopView) -> SentForm:
    """Return the form of the head of the shop's papers."""
    lines = [*shop.address.splitlines(), *[""] * _ADDRESS_LINES]
    rest = ", ".join(lines[_ADDRESS_LINES - 1 :]).strip(", ")
    address = [*lines[: _ADDRESS_LINES - 1], rest]
    kinds = [(kind.value, registration_words(kind)) for kind in Registration]
    return SentForm(
        title=tr("The shop"),
        about=tr("What stands at the head of every paper, from the next one on. Papers that are given stay."),
        fields=[
            FormField("name", tr("Name"), value=shop.name, most=_NAME),
            FormField("phone", tr("Telephone"), value=shop.phone or "", most=_PHONE),
            *(
                FormField(f"address.{n}", tr("Address"), value=line, most=_LINE, begins_row=not n)
                for n, line in enumerate(address)
            ),
            FormField("registration", tr("GST"), FieldKind.CHOICE, shop.registration.value, choices=kinds),
            FormField("gstin", tr("GSTIN"), value=shop.gstin or "", most=_GSTIN),
        ],
        columns=2,
    )


def typed_shop(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the shop of a form as the command takes it."""
    lines = [typed[f"address.{n}"].strip() for n in range(_ADDRESS_LINES)]
    return {
        "name": typed["name"],
        "address": "\n".join(filter(None, lines)),
        "phone": typed["phone"].strip() or None,
        "gstin": typed["gstin"].strip() or None,
        "registration": typed["registration"],
    }


def choice_form(choice: ChoiceView) -> SentForm:
    """Return the form of one choice: a list where its values are words, else a field."""
    words = choice_words(choice.name)
    if words.values:
        known = [(value, words.values[value]) for value in choice.values]
        value = FormField("value", words.title, FieldKind.CHOICE, choice.value, choices=known)
    else:
        value = FormField("value", words.title, value=choice.value, hint=", ".join(choice.values), most=_LINE)
    return SentForm(title=words.title, about=words.about, fields=[value])


def series_form(series: SeriesView) -> SentForm:
    """Return the form of how a kind of document is numbered."""
    return SentForm(
        title=numbered_words(series.kind),
        about=tr("Holds for the financial year {year}. Numbers that were given stay.", year=series.financial_year),
        fields=[
            FormField("prefix", tr("Begins with"), value=series.prefix, hint=tr("PH for PH/26-27/00341"), most=_PREFIX),
            FormField("first_serial", tr("First number"), value="1", most=_NUMBER),
            FormField("width", tr("Digits"), value=str(series.width), most=2),
        ],
    )


def typed_series(series: SeriesView, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the series of a form as the command takes it. Raises RuleBroken ``input.not_whole``."""
    return {
        "kind": series.kind,
        "prefix": typed["prefix"],
        "first_serial": _whole(typed, "first_serial"),
        "width": _whole(typed, "width"),
    }


def receipts_form(printers: Printers) -> SentForm:
    """Return the form that says which printer receipts go to."""
    able = [printer.name for printer in printers.printers if not printer.mode.is_label]
    names = [(_NONE, tr("none: bills are saved, nothing is printed")), *((name, name) for name in able)]
    field = FormField("name", tr("Receipts go to"), FieldKind.CHOICE, printers.receipts or _NONE, choices=names)
    return SentForm(title=tr("Receipts go to"), about=tr("Each counter has a printer of its own."), fields=[field])


def labels_form(printers: Printers) -> SentForm:
    """Return the form that says which printer labels go to."""
    able = [printer.name for printer in printers.printers if printer.mode.is_label or printer.mode.is_sheet]
    names = [(_NONE, tr("none")), *((name, name) for name in able)]
    field = FormField("name", tr("Labels go to"), FieldKind.CHOICE, printers.labels or _NONE, choices=names)
    about = tr("Of shelves, packs and loose pieces: Ctrl+B among the items.")
    return SentForm(title=tr("Labels go to"), about=about, fields=[field])


def printer_form(printers: Printers, printer: PrinterSetup | None, models: Sequence[Model]) -> SentForm:
    """Return the form of a printer, or of a new one."""
    kinds = [(kind.value, kind_words(kind)) for kind in PrinterKind]
    others = [one.name for one in printers.printers if printer is None or one.name != printer.name]
    stand_ins = [(_NONE, tr("nobody: its papers wait")), *((name, name) for name in others)]
    modes = [(mode.value, mode_words(mode)) for mode in PaperMode]
    widths = [("32", tr("58 mm, 32 letters")), ("42", tr("80 mm, 42 letters")), ("48", tr("80 mm, 48 letters"))]
    seen = printer.model_dump(mode="json") if printer is not None else {}

    def yes_no(name: str, label: str, *, usual: bool) -> FormField:
        value = _YES if seen.get(name, usual) else _NO
        return FormField(name, label, FieldKind.CHOICE, value, choices=[(_YES, tr("yes")), (_NO, tr("no"))])

    pins = [("2", tr("pin 2: nearly all")), ("5", tr("pin 5"))]
    bauds = [(str(baud), str(baud)) for baud in (2400, 4800, 9600, 19200, 38400, 57600, 115200)]
    stand_in = seen.get("stand_in") or _NONE
    copies, counts = str(seen.get("copies", 1)), [(str(count), str(count)) for count in (1, 2, 3)]
    named = [size.name for size in ROLLS] + [sheet.label.name for sheet in SHEETS]
    sizes = [("", tr("the usual one")), *((name, name) for name in named)]
    dpis = [("203", "203"), ("300", "300")]
    known = [("", tr("as said below")), *((model.name, model.name) for model in models)]
    return SentForm(
        title=tr("Printer {name}", name=printer.name) if printer is not None else tr("New printer"),
        about=tr("Address: 192.168.1.50 (port 9100), /dev/usb/lp0, COM3, the name of a queue, or a file."),
        fields=[
            FormField("name", tr("Name"), value=seen.get("name", ""), hint=tr("Counter, Back room ..."), most=40),
            FormField("kind", tr("Reached by"), FieldKind.CHOICE, seen.get("kind", "network"), choices=kinds),
            FormField("address", tr("Address"), FieldKind.OFFERED, seen.get("address", ""), most=_ADDRESS, span=2),
            *(
                [FormField("model", tr("Model"), FieldKind.CHOICE, "", choices=known, span=2)]
                if printer is None
                else []
            ),
            FormField("columns", tr("Paper"), FieldKind.CHOICE, str(seen.get("columns", 42)), choices=widths),
            FormField("mode", tr("Prints"), FieldKind.CHOICE, seen.get("mode", "text"), choices=modes),
            yes_no("has_cutter", tr("Cuts the paper"), usual=True),
            yes_no("draws_qr", tr("Draws QR codes by itself"), usual=False),
            yes_no("opens_drawer", tr("A cash drawer hangs on it"), usual=False),
            FormField("drawer_pin", tr("Drawer"), FieldKind.CHOICE, str(seen.get("drawer_pin", 2)), choices=pins),
            yes_no("tells_status", tr("Is asked for paper and cover"), usual=True),
            FormField("baud", tr("Serial speed"), FieldKind.CHOICE, str(seen.get("baud", 9600)), choices=bauds),
            FormField("stand_in", tr("Stood in for by"), FieldKind.CHOICE, stand_in, choices=stand_ins),
            FormField("copies", tr("Copies (sheets, endless paper)"), FieldKind.CHOICE, copies, choices=counts),
            FormField("label_size", tr("Labels: size"), FieldKind.CHOICE, seen.get("label_size", ""), choices=sizes),
            FormField("dpi", tr("Labels: dots an inch"), FieldKind.CHOICE, str(seen.get("dpi", 203)), choices=dpis),
        ],
        columns=2,
    )


def typed_printer(typed: Mapping[str, str], models: Sequence[Model]) -> dict[str, Any]:
    """Return the printer of a form as the command takes it: a model's own paper, cutter and QR where one is named."""
    said: dict[str, Any] = {
        "name": typed["name"].strip(),
        "kind": typed["kind"],
        "address": typed["address"].strip(),
        "columns": int(typed["columns"]),
        "mode": typed["mode"],
        "drawer_pin": int(typed["drawer_pin"]),
        "baud": int(typed["baud"]),
        "copies": int(typed["copies"]),
        "dpi": int(typed["dpi"]),
        "label_size": typed["label_size"],
        "stand_in": typed["stand_in"] or None,
        **{name: typed[name] == _YES for name in ("has_cutter", "draws_qr", "opens_drawer", "tells_status")},
    }
    model = next((model for model in models if model.name == typed.get("model")), None)
    return {**said, **(model.model_dump(exclude={"name"}) if model is not None else {})}


def address_offers(found: Sequence[Found], typed: Mapping[str, str]) -> Sequence[Offer]:
    """Return the addresses that are seen of the kind chosen."""
    text = typed["address"].strip().casefold()
    fitting = [one for one in found if one.kind == typed["kind"] and text in one.address.casefold()]
    return [Offer(one.address, one.words) for one in fitting if one.address != typed["address"]][:_MOST_OFFERS]


def template_form(papers: Papers) -> SentForm:
    """Return the form that says by which template receipts are printed."""
    names = [(template.name, template.name) for template in papers.all_receipts]
    field = FormField("receipt", tr("Receipts look like"), FieldKind.CHOICE, papers.receipt, choices=names)
    return SentForm(
        title=tr("Receipts"),
        about=tr("What the law wants on a bill stands on each of them. F3 shows a receipt of the last bill."),
        fields=[field],
    )


def own_template_form(standing: ReceiptTemplate, *, is_new: bool) -> SentForm:
    """Return the form of a template of the shop's own; a new one begins as the one in use."""
    languages = [(language.value, language_words(language)) for language in Language]
    answers = [(_YES, tr("yes")), (_NO, tr("no"))]

    def own_line(where: str, lines: Sequence[str], number: int) -> FormField:
        label = tr("Line at the head") if where == "head" else tr("Line at the foot")
        value = lines[number] if number < len(lines) else ""
        return FormField(f"{where}.{number}", label, value=value, most=_LINE, begins_row=not number)

    return SentForm(
        title=tr("A template of your own") if is_new else standing.name,
        about=tr("What the law wants on a bill stands on it all the same. Hindi needs a printer of pictures."),
        fields=[
            FormField("name", tr("Name"), value="" if is_new else standing.name, most=40),
            FormField("language", tr("Language"), FieldKind.CHOICE, standing.language.value, choices=languages),
            *(
                FormField(
                    f"part.{part}",
                    part_words(part),
                    FieldKind.CHOICE,
                    _YES if part in standing.parts else _NO,
                    choices=answers,
                )
                for part in Part
            ),
            *(own_line("head", standing.head, number) for number in range(_OWN_LINES)),
            *(own_line("foot", standing.foot, number) for number in range(_OWN_LINES)),
        ],
        columns=2,
    )


def typed_template(standing: ReceiptTemplate, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the template of a form; lines beyond those that the form shows stay."""

    def own(where: str, lines: Sequence[str]) -> list[str]:
        shown = [typed[f"{where}.{number}"].strip() for number in range(_OWN_LINES)]
        return [*filter(None, shown), *lines[_OWN_LINES:]]

    return {
        "name": typed["name"],
        "language": typed["language"],
        "parts": [part.value for part in Part if typed[f"part.{part}"] == _YES],
        "head": own("head", standing.head),
        "foot": own("foot", standing.foot),
    }


def logo_form(papers: Papers) -> SentForm:
    """Return the form of the logo."""
    return SentForm(
        title=tr("Logo"),
        about=tr("The path of a PNG or BMP file. Empty takes the logo away."),
        fields=[FormField("path", tr("File"), most=_ADDRESS)],
        submit=tr("Take it") if papers.logo is None else tr("Take this one"),
    )


def display_form(display: CustomerDisplay) -> SentForm:
    """Return the form of what the customer sees."""
    kinds = [(kind.value, display_words(kind)) for kind in DisplayKind]
    bauds = [(str(baud), str(baud)) for baud in get_args(SerialBaud)]
    protocols = [
        (PoleProtocol.ESC_POS.value, tr("ESC/POS: nearly all")),
        (PoleProtocol.CD5220.value, "CD5220"),
        (PoleProtocol.PLAIN.value, tr("none: forty characters")),
    ]
    return SentForm(
        title=tr("Customer display"),
        about=tr("Port, speed and commands are those of a pole; a window fills the second screen where there is one."),
        fields=[
            FormField("kind", tr("What there is"), FieldKind.CHOICE, display.kind.value, choices=kinds),
            FormField(
                "port", tr("Port"), FieldKind.OFFERED, display.port, hint=tr("COM4, /dev/ttyUSB1"), most=_ADDRESS
            ),
            FormField("baud", tr("Speed"), FieldKind.CHOICE, str(display.baud), choices=bauds),
            FormField("protocol", tr("Commands"), FieldKind.CHOICE, display.protocol.value, choices=protocols),
        ],
    )


def typed_display(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the display of a form as the command takes it."""
    return {**typed, "port": typed["port"].strip(), "baud": int(typed["baud"])}


def port_offers(found: Sequence[Found], typed: Mapping[str, str]) -> Sequence[Offer]:
    """Return the serial ports that are seen."""
    text = typed["port"].strip().casefold()
    fitting = [one for one in found if one.kind is PrinterKind.SERIAL and text in one.address.casefold()]
    return [Offer(one.address, one.words) for one in fitting if one.address != typed["port"]][:_MOST_OFFERS]


def look_form(name: str, value: str) -> SentForm:
    """Return the form of the looks of this machine."""
    if name == "theme":
        choices = [("light", tr("light")), ("dark", tr("dark"))]
        label = tr("Light or dark")
    else:
        choices = [(str(scale), f"{scale} %") for scale in range(90, 161, 10)]
        label = tr("Size")
    field = FormField("value", label, FieldKind.CHOICE, value, choices=choices)
    return SentForm(title=label, about=tr("Of this machine; it is no part of the books."), fields=[field])


def right_form(right: RightView) -> SentForm:
    """Return the form of what a role may do."""
    scopes = [Scope.ALL, *sorted(SCOPED.get(right.permission, ()))]
    granted = [(_YES, tr("yes")), (_NO, tr("no"))]
    fields = [FormField("granted", tr("May"), FieldKind.CHOICE, _YES if right.granted else _NO, choices=granted)]
    if len(scopes) > 1:
        reach = [(scope.value, scope_words(scope)) for scope in scopes]
        fields.append(FormField("scope", tr("How far"), FieldKind.CHOICE, right.scope.value, choices=reach))
    if right.permission in LIMITED:
        unit = tr("Percent") if LIMITED[right.permission] is LimitUnit.BASIS_POINTS else tr("Rupees")
        value = (right.limit_shown or "").removesuffix("%").strip()
        fields.append(FormField("limit", tr("Up to"), value=value, hint=tr("{unit}; empty is any", unit=unit), most=20))
    return SentForm(
        title=f"{role_words(right.user_role)}: {right.permission.words}",
        about=tr("Now: {words}. It holds from their next command on.", words=right_words(right)),
        fields=fields,
    )


def typed_right(right: RightView, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the right of a form as the command takes it."""
    return {
        "user_role": right.user_role,
        "permission": right.permission,
        "granted": typed["granted"] == _YES,
        "scope": typed.get("scope", Scope.ALL.value),
        "limit": typed.get("limit", "").strip() or None,
    }


def file_form(*, is_out: bool, path: str) -> SentForm:
    """Return the form that names the file settings go into, or come from."""
    return SentForm(
        title=tr("Settings into a file") if is_out else tr("Settings from a file"),
        about=tr("Shop, licences, choices, papers, printers and rights; no users, no secrets, no books.")
        if is_out
        else tr("It is read first: what would change is said, and Enter once more takes it in."),
        fields=[FormField("path", tr("File"), value=path, most=_ADDRESS)],
        submit=tr("Save it") if is_out else tr("Read it"),
    )


def _whole(typed: Mapping[str, str], name: str) -> int:
    text = typed[name].strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _NUMBER):
        raise RuleBroken("input.not_whole", where=name, field=name)
    return int(text)
