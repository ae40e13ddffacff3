"""Orders and debit notes leave the window: printed, as a PDF, as text for a message. Knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from sqlalchemy.orm import Session

from core.boundary.files import write_whole
from core.kernel.actor import Actor
from core.kernel.errors import Problem
from core.printing.page import Page as Sheet
from core.purchasing.debit_queries import read_debit_note
from core.purchasing.order_queries import read_order
from core.settings.dto import ShopView
from core.settings.queries import shop_view
from pos_desktop.runtime.form_desk import FormDesk
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.purchases.pages import Page, Ways
from pos_desktop.shell.texts import tr

T = TypeVar("T")


class _Kind(NamedTuple):
    """A kind of document that has a paper: how it is read and laid out, and how its files are called."""

    file: str
    read: Callable[[Session, Actor, str], Any]
    pages: Callable[[Any, ShopView], list[Sheet]]
    pdf: Callable[[Any, ShopView], bytes]


def _order_pages(order: Any, shop: ShopView) -> list[Sheet]:
    from core.printing.order_pdf import order_pages  # lazy, as the others: ReportLab takes 0.1 s to load

    return order_pages(order, shop)


def _order_pdf(order: Any, shop: ShopView) -> bytes:
    from core.printing.order_pdf import order_pdf

    return order_pdf(order, shop)


def _note_pages(note: Any, shop: ShopView) -> list[Sheet]:
    from core.printing.debit_note_pdf import debit_note_pages

    return debit_note_pages(note, shop)


def _note_pdf(note: Any, shop: ShopView) -> bytes:
    from core.printing.debit_note_pdf import debit_note_pdf

    return debit_note_pdf(note, shop)


_KINDS: Mapping[Page, _Kind] = MappingProxyType(
    {
        Page.ORDERS: _Kind("order", read_order, _order_pages, _order_pdf),
        Page.DEBIT_NOTES: _Kind("debit-note", read_debit_note, _note_pages, _note_pdf),
    }
)


class Papers:
    """Lays documents out off the window's thread, and says where they went."""

    def __init__(self, lanes: Lanes, actor: Actor, ways: Ways, desk: FormDesk) -> None:
        """Documents are read as ``actor`` may; ``desk`` says what came of it."""
        self._lanes = lanes
        self._actor = actor
        self._ways = ways
        self._desk = desk

    def print(self, page: Page, number: str) -> None:
        """Print the document of a list; the system asks for a printer."""
        kind = _KINDS[page]

        def out(sheets: list[Sheet]) -> None:
            try:
                if self._ways.print_pages(sheets, number, lying=False):
                    self._desk.say(tr("{number} is printed.", number=number))
            except Problem as problem:
                self._desk.failed(problem)

        self._with(kind, number, kind.pages, out)

    def save(self, page: Page, number: str) -> None:
        """Write the document of a list as a PDF into the folder of papers."""
        kind = _KINDS[page]
        path = self._ways.folder / f"{kind.file}-{number.replace('/', '-')}.pdf"

        def write(document: Any, shop: ShopView) -> None:
            with suppress(OSError):  # what is in the way, the file tells
                path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, kind.pdf(document, shop), shared=True)

        said = tr("{number} is in {path}.", number=number, path=path)
        self._with(kind, number, write, lambda _: self._desk.say(said))

    def copy_order(self, number: str) -> None:
        """Put an order on the clipboard as text for a message."""
        from core.printing.order_text import order_text

        def out(text: str) -> None:
            self._ways.copy_text(text)
            self._desk.say(tr("The order {number} is on the clipboard: paste it into a message.", number=number))

        self._with(_KINDS[Page.ORDERS], number, order_text, out)

    def _with(self, kind: _Kind, number: str, work: Callable[[Any, ShopView], T], done: Callable[[T], None]) -> None:
        actor = self._actor
        self._lanes.read(
            lambda session: work(kind.read(session, actor, number), shop_view(session)), done, self._desk.failed
        )
