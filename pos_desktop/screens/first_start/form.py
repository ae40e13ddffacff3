"""What is typed into the first-start wizard, and the command it makes. Knows no Qt."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from core.app.dto import NO_PRINTER, CreateShop, PrinterChoice
from core.auth.dto import NewUser
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.errors import Problem
from core.kernel.gst import Registration, parse_gstin
from core.settings.dto import Licence, Pharmacist, ShopDetails, check_registration
from core.spool.dto import PrinterKind
from core.spool.known import Found
from pos_desktop.shell.texts import tr

GSTIN_LENGTH = 15
_MOST_PORT = 65_535
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)


class Step(enum.IntEnum):
    """The steps in their order."""

    SHOP = 0
    LICENCES = 1
    USER = 2
    PRINTER = 3
    SAFETY = 4
    STOCK = 5
    #: After the shop is made: only where it is encrypted.
    SHEET = 6


class StockSource(enum.StrEnum):
    """Where the first stock comes from."""

    EMPTY = "empty"
    DEMO = "demo"
    FILE = "file"


#: How many drug licences the wizard takes.
LICENCE_ROWS = 3


@dataclass(slots=True)
class Form:
    """The fields as typed; licence fields end in their row's number (``form_0``, ``number_0``, ``valid_to_0``)."""

    name: str = ""
    address: str = ""
    state: str = ""
    gstin: str = ""
    registration: str = Registration.REGULAR.value
    phone: str = ""
    form_0: str = "20"
    number_0: str = ""
    valid_to_0: str = ""
    form_1: str = "21"
    number_1: str = ""
    valid_to_1: str = ""
    form_2: str = "20F"
    number_2: str = ""
    valid_to_2: str = ""
    pharmacist: str = ""
    pharmacist_registration: str = ""
    full_name: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    password_again: str = field(default="", repr=False)
    printer_kind: str = NO_PRINTER
    printer_address: str = ""
    printer_path: str = ""
    printer_found: str = ""
    columns: str = "42"
    encrypt: str = "yes"
    second_folder: str = ""
    stock: str = StockSource.EMPTY.value
    stock_file: str = ""
    skip_bad: str = ""

    def get(self, name: str) -> str:
        """Return a field by name."""
        return str(getattr(self, name))


#: A printer that this computer sees: USB, serial, or set up in the system.
FOUND_HERE = "found"
_BETWEEN = "|"
NAMES = tuple(each.name for each in fields(Form))
_LICENCES = tuple(f"{part}_{row}" for row in range(LICENCE_ROWS) for part in ("form", "number", "valid_to"))
FIELDS_OF = {
    Step.SHOP: ("name", "address", "gstin", "state", "registration", "phone"),
    Step.LICENCES: (*_LICENCES, "pharmacist", "pharmacist_registration"),
    Step.USER: ("full_name", "username", "password", "password_again"),
    Step.PRINTER: ("printer_kind", "printer_address", "printer_path", "printer_found", "columns"),
    Step.SAFETY: ("encrypt", "second_folder"),
    Step.STOCK: ("stock", "stock_file", "skip_bad"),
    Step.SHEET: (),
}
#: Where core names the field otherwise.
_CORE_NAMES = {"shop.pharmacist.name": "pharmacist", "shop.pharmacist.registration": "pharmacist_registration"}


def problems_of(form: Form, step: Step) -> dict[str, str]:
    """Return what is wrong with a step: a sentence by field."""
    return {
        Step.SHOP: _shop_problems,
        Step.LICENCES: _licence_problems,
        Step.USER: _user_problems,
        Step.PRINTER: _printer_problems,
        Step.SAFETY: _safety_problems,
        Step.STOCK: _stock_problems,
        Step.SHEET: _no_problems,
    }[step](form)


def command_of(form: Form) -> CreateShop:
    """Return the command. Every step must be without problems."""
    return CreateShop(
        shop=_shop(form),
        owner=_owner(form),
        printer=printer_of(form),
        demo=form.stock == StockSource.DEMO,
    )


# --- the shop ----------------------------------------------------------------------------------------------------


def _shop_problems(form: Form) -> dict[str, str]:
    problems = {}
    if not form.name.strip():
        problems["name"] = tr("Type the shop's name: it heads every bill.")
    if not form.address.strip():
        problems["address"] = tr("Type the address: the law wants it on every bill.")
    if form.gstin.strip() and (wrong := gstin_problem(form.gstin)):
        problems["gstin"] = wrong
    else:
        problems |= _registration_problem(form)
    if not form.state:
        problems["state"] = tr("Choose the state: GST depends on it.")
    return problems or _refused(lambda: _shop(form), {None: "gstin"})


def _registration_problem(form: Form) -> dict[str, str]:
    try:
        check_registration(form.gstin.strip() or None, Registration(form.registration))
    except Problem as problem:
        return {problem.where or "gstin": explain(problem)}
    return {}


def gstin_problem(text: str) -> str:
    """Return what is wrong with a GSTIN in one sentence, empty for nothing."""
    try:
        parse_gstin(text)
    except Problem as problem:
        return explain(problem)
    return ""


def _shop(form: Form) -> ShopDetails:
    details: dict[str, Any] = {
        "name": form.name,
        "address": form.address,
        "state": form.state,
        "phone": form.phone.strip() or None,
        "gstin": form.gstin.strip() or None,
        "registration": form.registration,
        "licences": [licence for row in range(LICENCE_ROWS) if (licence := _licence(form, row))],
        "pharmacist": _pharmacist(form),
    }
    return load(ShopDetails, details)


# --- licences and pharmacist -------------------------------------------------------------------------------------


def _licence_problems(form: Form) -> dict[str, str]:
    problems = {}
    for row in range(LICENCE_ROWS):
        number, until = form.get(f"number_{row}").strip(), form.get(f"valid_to_{row}").strip()
        if until and not number:
            problems[f"number_{row}"] = tr("Type the number, or clear the date.")
        if until and _read_day(until) is None:
            problems[f"valid_to_{row}"] = tr("Write it as 31-12-2028.")
    name, registration = form.pharmacist.strip(), form.pharmacist_registration.strip()
    if name and not registration:
        problems["pharmacist_registration"] = tr("Type the State Council's number, or clear the name.")
    if registration and not name:
        problems["pharmacist"] = tr("Type the name, or clear the number.")
    return problems


def _licence(form: Form, row: int) -> dict[str, Any] | None:
    number = form.get(f"number_{row}").strip()
    if not number:
        return None
    until = _read_day(form.get(f"valid_to_{row}"))
    licence = Licence.model_validate({"form": form.get(f"form_{row}"), "number": number, "to": until})
    return licence.model_dump(mode="json", by_alias=True)


def _pharmacist(form: Form) -> dict[str, Any] | None:
    name, registration = form.pharmacist.strip(), form.pharmacist_registration.strip()
    if not (name and registration):
        return None
    return Pharmacist(name=name, registration=registration).model_dump(mode="json")


def _read_day(text: str) -> date | None:
    match = _DAY_FIRST.fullmatch(text.strip())
    if match is None:
        return None
    day, month, year = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


# --- user --------------------------------------------------------------------------------------------------------


def _user_problems(form: Form) -> dict[str, str]:
    problems = {}
    if not form.username.strip():
        problems["username"] = tr("Type a short name to log in with, such as owner.")
    if not form.password:
        problems["password"] = tr("Type a password: it guards the books.")
    elif form.password_again != form.password:
        problems["password_again"] = tr("The two passwords differ: type the same one again.")
    return problems or _refused(lambda: _owner(form), {})


def _owner(form: Form) -> NewUser:
    return load(NewUser, {"username": form.username, "password": form.password, "full_name": form.full_name})


# --- printer -----------------------------------------------------------------------------------------------------


def _printer_problems(form: Form) -> dict[str, str]:
    if form.printer_kind == PrinterKind.NETWORK:
        return (
            {}
            if is_address(form.printer_address)
            else {"printer_address": tr("Type the printer's address, such as 192.168.1.50 or 192.168.1.50:9100.")}
        )
    if form.printer_kind == FOUND_HERE and not form.printer_found:
        return {"printer_found": tr("Choose a printer that is seen here, or another way.")}
    if form.printer_kind == PrinterKind.FILE:
        path = form.printer_path.strip()
        if not path or not Path(path).parent.is_dir() or Path(path).is_dir():
            return {"printer_path": tr("Type the path of a file in a folder that is there.")}
    return {}


def is_address(text: str) -> bool:
    """Say whether a text is a host, or a host and a port."""
    host, colon, port = text.strip().rpartition(":")
    if not colon:
        host, port = port, "1"
    is_host = bool(re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", host))
    return is_host and port.isascii() and port.isdigit() and 0 < int(port) <= _MOST_PORT


def printer_of(form: Form) -> PrinterChoice:
    """Return the printer as chosen."""
    address = {PrinterKind.NETWORK: form.printer_address, PrinterKind.FILE: form.printer_path}
    kind, typed = form.printer_kind, ""
    if kind == FOUND_HERE:
        kind, _, typed = form.printer_found.partition(_BETWEEN)
    elif kind != NO_PRINTER:
        typed = address[PrinterKind(kind)]
    return load(PrinterChoice, {"kind": kind, "address": typed.strip(), "columns": int(form.columns)})


def found_value(found: Found) -> str:
    """Return a printer that was found as the form holds it."""
    return f"{found.kind}{_BETWEEN}{found.address}"


def _no_problems(form: Form) -> dict[str, str]:
    return {}


# --- safety ------------------------------------------------------------------------------------------------------


def _safety_problems(form: Form) -> dict[str, str]:
    folder = second_folder_of(form)
    if folder is not None and not folder.is_dir():
        return {"second_folder": tr("There is no such folder: connect the disk, or leave it empty for now.")}
    return {}


def second_folder_of(form: Form) -> Path | None:
    """Return the second backup folder as typed, None for none."""
    typed = form.second_folder.strip()
    return Path(typed) if typed else None


# --- stock -------------------------------------------------------------------------------------------------------


def _stock_problems(form: Form) -> dict[str, str]:
    if form.stock == StockSource.FILE:
        path = form.stock_file.strip()
        if not path:
            return {"stock_file": tr("Choose the file, or begin with an empty stock.")}
        if not Path(path).is_file():
            return {"stock_file": tr("There is no such file: choose it again.")}
    return {}


def _refused(make: Any, names: dict[str | None, str]) -> dict[str, str]:
    """Return what core says about a value, by the wizard's field."""
    try:
        make()
    except Problem as problem:
        where = names.get(problem.where, _CORE_NAMES.get(problem.where or "", problem.where or ""))
        return {where if where in NAMES else NAMES[0]: explain(problem)}
    return {}
