"""The printers of a counter, and papers on their way to them."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from core.boundary.frozen import Frozen, Line, checked
from core.kernel.errors import RuleBroken
from core.printing.dto import PrinterProfile
from core.printing.label_sizes import paper_named
from core.spool.addresses import check_host

#: What a printer is called here, by people and by other printers.
PrinterName = Annotated[Line, StringConstraints(min_length=1, max_length=40)]
Baud = Literal[2400, 4800, 9600, 19200, 38400, 57600, 115200]

MOST_PRINTERS = 20


class PrinterKind(enum.StrEnum):
    """How bytes reach a printer."""

    #: ``host`` or ``host:port``; 9100 where none is said.
    NETWORK = "network"
    #: The device file that the system makes of it: ``/dev/usb/lp0``.
    USB = "usb"
    #: ``COM3`` or ``/dev/ttyUSB0``.
    SERIAL = "serial"
    #: A printer of Windows by its name there, given raw bytes.
    WINDOWS = "windows"
    #: A queue of CUPS by its name, given raw bytes.
    CUPS = "cups"
    #: A file that each paper replaces.
    FILE = "file"


#: How sheets reach paper: the system knows the printer. A file is given the PDF.
_PRINTS_SHEETS = frozenset({PrinterKind.WINDOWS, PrinterKind.CUPS, PrinterKind.FILE})


class PaperMode(enum.StrEnum):
    """What a printer is given: a roll as letters that it has, or as a picture that shows every letter there is; sheets
    that the system prints; pages of endless paper in ESC/P; labels."""

    TEXT = "text"
    RASTER = "raster"
    A4 = "a4"
    A5 = "a5"
    A5_LANDSCAPE = "a5_landscape"
    HALF_PAGE = "half_page"
    WHOLE_PAGE = "whole_page"
    #: Labels, in the language of the printer.
    ZPL = "zpl"
    TSPL = "tspl"

    @property
    def is_label(self) -> bool:
        """Whether it is a label printer, which prints labels and nothing else."""
        return self in {PaperMode.ZPL, PaperMode.TSPL}

    @property
    def is_roll(self) -> bool:
        """Whether it is a receipt printer, which has a drawer, tells its status and cuts."""
        return self in {PaperMode.TEXT, PaperMode.RASTER}

    @property
    def is_sheet(self) -> bool:
        """Whether it is sheets, which the system prints."""
        return self in {PaperMode.A4, PaperMode.A5, PaperMode.A5_LANDSCAPE}


class PrinterSetup(Frozen):
    """A printer as the shop has set it up.

    ``copies`` of a bill are printed on sheets and endless paper, two or three of them each marked for whom (rule 48).
    ``label_size`` and ``dpi`` are of labels: the name of a size, empty for the usual one. ``baud`` is for serial ones.
    ``tells_status`` where it answers when asked for paper and cover; one that keeps silent is found out by itself, one
    that answers nonsense is not to be asked. ``stand_in`` is the printer that takes its papers while it cannot be
    reached.
    """

    name: PrinterName
    kind: PrinterKind = Field(strict=False)
    address: Annotated[Line, StringConstraints(min_length=1, max_length=300)]
    baud: Baud = 9600
    mode: PaperMode = Field(default=PaperMode.TEXT, strict=False)
    columns: Literal[32, 42, 48] = 42
    has_cutter: bool = True
    opens_drawer: bool = False
    drawer_pin: Literal[2, 5] = 2
    draws_qr: bool = False
    tells_status: bool = True
    copies: Literal[1, 2, 3] = 1
    label_size: Annotated[Line, StringConstraints(max_length=20)] = ""
    dpi: Literal[203, 300] = 203
    stand_in: PrinterName | None = None

    @model_validator(mode="after")
    def _address_can_be(self) -> Self:
        if self.kind is PrinterKind.NETWORK:
            checked(check_host)(self.address)
        if self.label_size:
            checked(paper_named)(self.label_size)
        if self.mode.is_sheet and self.kind not in _PRINTS_SHEETS:
            checked(_refuse_sheets)(self.name)
        return self

    @property
    def has_drawer(self) -> bool:
        """Whether a cash drawer can be opened by it."""
        return self.opens_drawer and self.mode.is_roll

    @property
    def profile(self) -> PrinterProfile:
        """What the encoder must know of it."""
        return PrinterProfile(
            columns=self.columns,
            has_cutter=self.has_cutter,
            opens_drawer=self.opens_drawer,
            drawer_pin=self.drawer_pin,
            draws_qr=self.draws_qr,
        )


def _refuse_sheets(name: str) -> None:
    raise RuleBroken("printer.sheets_by_system", name=name)


def _once_each(printers: tuple[PrinterSetup, ...]) -> tuple[PrinterSetup, ...]:
    """Refuse two of one name, a stand-in that is not there, and stand-ins in a circle."""
    count = Counter(printer.name.casefold() for printer in printers)
    for printer in printers:
        if count[printer.name.casefold()] > 1:
            raise RuleBroken("printer.name_twice", name=printer.name)
    by_name = {printer.name: printer for printer in printers}
    for printer in printers:
        passed: list[str] = []
        at: PrinterSetup | None = printer
        while at is not None:
            if at.name in passed:
                raise RuleBroken("printer.stand_in_circle", names=" > ".join([*passed, at.name]))
            passed.append(at.name)
            if at.stand_in is not None and at.stand_in not in by_name:
                raise RuleBroken("printer.no_stand_in", name=at.name, stand_in=at.stand_in)
            at = by_name[at.stand_in] if at.stand_in is not None else None
    return printers


class Printers(Frozen):
    """The printers of this counter. ``receipts`` names the one that bills go to, ``labels`` that of labels."""

    printers: Annotated[
        tuple[PrinterSetup, ...], Field(max_length=MOST_PRINTERS), AfterValidator(checked(_once_each))
    ] = ()
    receipts: PrinterName | None = None
    labels: PrinterName | None = None

    @model_validator(mode="after")
    def _papers_go_where_they_can(self) -> Self:
        checked(self._refuse_others)(None)
        return self

    def _refuse_others(self, _: None) -> None:
        receipts, labels = self.named(self.receipts), self.named(self.labels)
        if receipts is not None and receipts.mode.is_label:
            raise RuleBroken("printer.labels_alone", name=receipts.name)
        if labels is not None and not (labels.mode.is_label or labels.mode.is_sheet):
            raise RuleBroken("printer.no_labels", name=labels.name)

    def named(self, name: str | None) -> PrinterSetup | None:
        """Return the printer of that name, None for no name. Raises RuleBroken ``printer.no_such_name``."""
        if name is None:
            return None
        for printer in self.printers:
            if printer.name == name:
                return printer
        raise RuleBroken("printer.no_such_name", name=name, names=", ".join(p.name for p in self.printers) or "-")

    def without(self, names: AbstractSet[str]) -> Printers:
        """Return them without those: nothing goes to one of them, and it stands in for none."""
        return Printers(
            printers=tuple(
                printer.model_copy(update={"stand_in": None}) if printer.stand_in in names else printer
                for printer in self.printers
                if printer.name not in names
            ),
            receipts=None if self.receipts in names else self.receipts,
            labels=None if self.labels in names else self.labels,
        )

    @property
    def for_labels(self) -> PrinterSetup | None:
        """The printer that labels go to, None where none was chosen."""
        return self.named(self.labels)

    @property
    def for_receipts(self) -> PrinterSetup | None:
        """The printer that receipts go to, None where none was chosen."""
        return self.named(self.receipts)


class PaperKind(enum.StrEnum):
    """What is printed."""

    BILL = "bill"
    QUOTATION = "quotation"
    #: A ruler, a QR code and what the printer can.
    TEST = "test"
    #: Labels of an item or a batch.
    LABELS = "labels"
    #: Nothing is printed: the cash drawer is opened.
    DRAWER = "drawer"


class LabelsAsked(Frozen):
    """Which labels: of an item by its code, of a batch of it, how many, or for so many loose pieces.

    ``start`` is the first free label of a sheet that has been used.
    """

    item: Annotated[Line, StringConstraints(min_length=1, max_length=48)]
    batch: Annotated[Line, StringConstraints(max_length=40)] | None = None
    copies: Annotated[int, Field(ge=1, le=5_000)] | None = None
    loose: Annotated[Line, StringConstraints(min_length=1, max_length=40)] | None = None
    start: Annotated[int, Field(ge=1, le=200)] = 1


class Paper(Frozen):
    """What shall be printed: ``of`` is the document's id. A ``duplicate`` is marked so and opens no drawer.

    What stands on it is read when the printer takes it, so that a bill that was cancelled meanwhile says so, and no
    patient's name lies in a queue.
    """

    kind: PaperKind = Field(strict=False)
    of: UUID | None = Field(default=None, strict=False)
    duplicate: bool = False
    labels: LabelsAsked | None = None


class JobState(enum.StrEnum):
    """How far a paper is."""

    #: It will be sent as soon as its printer takes it.
    WAITING = "waiting"
    #: It is being sent just now; what stands so when the program starts was cut off.
    SENDING = "sending"
    #: Nobody knows whether it came out whole: people look, and print it again or let it go.
    UNSURE = "unsure"


class JobView(Frozen):
    """A paper that waits: ``title`` is what people call it, ``tries`` how often its printer did not take it."""

    job_id: UUID
    printer: str
    paper: Paper
    title: str
    username: str
    at: datetime
    state: JobState
    tries: int
    fault_code: str | None = None
    fault_values: dict[str, str] = Field(default_factory=dict)

    @property
    def code(self) -> str:
        """What it is named by at a terminal; it stays the same while papers before it come out."""
        return self.job_id.hex[-6:]
