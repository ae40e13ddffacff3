"""Labels in TSPL, the language of TSC's label printers and of most cheap ones.

The printer draws codes by itself. Texts are printable ASCII in its scalable font 0, whose size is whole points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.printing.label_codes import Symbology, code_128_parts, elements_of
from core.printing.label_layout import POINTS, PlacedCode, PlacedText, lay_out
from core.printing.label_sizes import GAP, LabelSize
from core.printing.labels import Copies
from core.printing.zpl import DOTS_PER_MM

_STARTS = {"B": "!104", "C": "!105"}
_CHANGES = {"B": "!100", "C": "!099"}


def to_tspl(labels: Iterable[Copies], size: LabelSize, dpi: int) -> bytes:
    """Return the labels for a roll of that size on a printer of 203 or 300 dots an inch; copies are the printer's.

    Raises what ``lay_out`` does.
    """
    lines = [f"SIZE {size.width:g} mm,{size.height:g} mm", f"GAP {GAP:g} mm,0 mm", "DIRECTION 1"]
    for copies in labels:
        lines += _label(copies, size, DOTS_PER_MM[dpi])
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _label(copies: Copies, size: LabelSize, dots_per_mm: float) -> Iterator[str]:
    layout = lay_out(copies.label, size, dots_per_mm, for_page=False)
    yield "CLS"
    for text in layout.texts:
        yield _text(text, dots_per_mm)
    if layout.code is not None:
        yield _code(layout.code, dots_per_mm)
    yield f"PRINT 1,{copies.count}"


def _text(text: PlacedText, dots_per_mm: float) -> str:
    points = int(text.size * POINTS)
    return (
        f'TEXT {_dots(text.x, dots_per_mm)},{_dots(text.y, dots_per_mm)},"0",0,{points},{points},{_quoted(text.text)}'
    )


def _code(placed: PlacedCode, dots_per_mm: float) -> str:
    code, dots = placed.code, placed.dots
    x, y, height = (_dots(value, dots_per_mm) for value in (placed.x, placed.y, placed.height))
    match code.symbology:
        case Symbology.GS1_DATA_MATRIX:  # ~1 is FNC1
            side = code.modules
            form = f"DMATRIX {x},{y},{side * dots},{side * dots},c126,x{dots},r0,a0,{side},{side}"
            return f"{form},{_quoted('~1' + elements_of(code.data, '~1'))}"
        case Symbology.CODE_128:
            kind, data = "128M", _code_128(code.data)
            if "!" in code.data:  # it cannot be said beside changes of the set, which the printer then makes by itself
                kind, data = "128", code.data
        case _:  # without the check digit: the printer reckons it
            kind, data = code.symbology.replace("-", ""), code.data[:-1]
    return f'BARCODE {x},{y},"{kind}",{height},0,0,{dots},{dots},{_quoted(data)}'


def _code_128(data: str) -> str:
    return "".join(
        (_CHANGES if place else _STARTS)[part.code_set] + part.text for place, part in enumerate(code_128_parts(data))
    )


def _dots(length: float, dots_per_mm: float) -> int:
    return round(length * dots_per_mm)


def _quoted(text: str) -> str:
    r"""Return a text without backslashes in quotes; a quote in it is ``\["]``."""
    escaped = text.replace('"', '\\["]')
    return f'"{escaped}"'
