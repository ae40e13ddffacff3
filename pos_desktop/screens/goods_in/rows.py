"""What the window of goods that come in shows of lines and earlier purchases. Knows no Qt."""

from __future__ import annotations

from typing import NamedTuple

from core.boundary.messages import explain
from core.kernel.dates import show_date
from core.kernel.quantity import show_quantity
from core.purchasing.advising import LineAdvice
from core.purchasing.entering import EntryItem
from pos_desktop.screens.goods_in.draft import Cell, EntryDraft, EntryLine, LineSums, Sums
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone


class EntryRow(NamedTuple):
    """A line. Texts are as typed; ``value`` without GST, ``piece`` what a piece costs, ``margin`` of the MRP."""

    number: str
    item: str
    pack: str
    batch: str
    expiry: str
    mrp: str
    quantity: str
    free: str
    rate: str
    discount: str
    gst: str
    value: str
    piece: str
    margin: str
    marks: tuple[Badge, ...]
    problem: str


class PastRow(NamedTuple):
    """A purchase of the item before."""

    date: str
    supplier: str
    rate: str
    landed: str
    mrp: str
    free: str


def entry_rows(draft: EntryDraft, sums: Sums) -> list[EntryRow]:
    """Return the lines of a draft."""
    return [_row(place, line, of) for place, (line, of) in enumerate(zip(draft.lines, sums.lines, strict=True), 1)]


def past_rows(item: EntryItem) -> list[PastRow]:
    """Return the last purchases of an item, and the last from each supplier that is not among them."""
    shown = [*item.past.last, *(one for one in item.past.others if one not in item.past.last)]
    return [
        PastRow(
            show_date(one.on_date),
            one.supplier_name,
            one.rate.grouped(),
            one.landed.grouped(),
            one.mrp.grouped(),
            show_quantity(one.free_units, item.pieces) if one.free_units else "",
        )
        for one in shown
    ]


def advice_words(item: EntryItem | None, sums: LineSums | None) -> tuple[str, Tone]:
    """Return what is said of a line in one sentence, and how loud."""
    if item is None or sums is None or sums.advice is None:
        return "", Tone.MUTED
    said = sums.advice
    parts = [
        tr("₹{piece} a piece, ₹{pack} a pack", piece=said.piece.grouped(), pack=said.pack.grouped())
        if item.pieces > 1
        else tr("₹{pack} a pack", pack=said.pack.grouped())
    ]
    if said.margin_bp is not None:
        parts.append(tr("margin {percent} %", percent=tenths(said.margin_bp)))
    if said.drift_bp is not None and said.drift_bp:
        words = tr("{percent} % dearer than last") if said.drift_bp > 0 else tr("{percent} % cheaper than last")
        parts.append(words.format(percent=tenths(abs(said.drift_bp))))
    if said.months_tenths is not None:
        months = f"{said.months_tenths // 10}.{said.months_tenths % 10}"
        parts.append(tr("sells in {months} months", months=months))
    if said.outlasts:
        parts.append(tr("expires before it is sold"))
    return "  ·  ".join(parts), Tone.WARNING if is_odd(said) else Tone.MUTED


def is_odd(said: LineAdvice) -> bool:
    """Whether a line is worth a second look."""
    return said.drifts or said.outlasts or (said.margin_bp is not None and said.margin_bp < 0)


def tenths(basis_points: int) -> str:
    """Return basis points as percent with one decimal: ``-3.2``."""
    sign, size = ("-" if basis_points < 0 else ""), (abs(basis_points) + 5) // 10
    return f"{sign}{size // 10}.{size % 10}"


def _row(place: int, line: EntryLine, sums: LineSums | None) -> EntryRow:
    said = sums.advice if sums is not None else None
    return EntryRow(
        number=str(place),
        item=line.item.name if line.item is not None else line.name,
        pack=_pack(line),
        batch=line.text(Cell.BATCH),
        expiry=line.text(Cell.EXPIRY),
        mrp=line.text(Cell.MRP),
        quantity=line.text(Cell.QUANTITY),
        free=line.text(Cell.FREE),
        rate=line.text(Cell.RATE),
        discount=line.text(Cell.DISCOUNT),
        gst=line.text(Cell.GST),
        value=sums.value.grouped() if sums is not None else "",
        piece=said.piece.grouped() if said is not None else "",
        margin=tenths(said.margin_bp) if said is not None and said.margin_bp is not None else "",
        marks=_marks(line, said),
        problem=explain(line.problem) if line.problem is not None else "",
    )


def _pack(line: EntryLine) -> str:
    label = line.item.pack_label if line.item is not None else ""
    return f"{line.factor} × {label}" if line.factor > 1 else label


def _marks(line: EntryLine, said: LineAdvice | None) -> tuple[Badge, ...]:
    marks = []
    if line.item is None:
        marks.append(Badge(tr("NOT KNOWN"), Tone.DANGER))
    if line.problem is not None:
        marks.append(Badge(tr("LOOK"), Tone.DANGER))
    for name, words in (("short", tr("SHORT {quantity}")), ("damaged", tr("DAMAGED {quantity}"))):
        if line.beside.get(name):
            marks.append(Badge(words.format(quantity=line.beside[name]), Tone.WARNING))
    if said is not None:
        if said.margin_bp is not None and said.margin_bp < 0:
            marks.append(Badge(tr("NO MARGIN"), Tone.DANGER))
        if said.drifts:
            marks.append(Badge(tr("PRICE"), Tone.WARNING))
        if said.outlasts:
            marks.append(Badge(tr("SLOW"), Tone.WARNING))
    return tuple(marks)
