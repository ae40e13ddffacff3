"""Labels in ZPL II, the language of Zebra's label printers and of many others.

The printer draws codes by itself, from whole dots and in its best quality. Texts are printable ASCII in its scalable
font 0; a text in other letters is spelled out (``plain``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from core.printing.label_codes import Code128Part, Symbology, code_128_parts, elements_of
from core.printing.label_layout import PlacedCode, PlacedText, lay_out
from core.printing.label_sizes import LabelSize
from core.printing.labels import Copies

#: Dots in a millimetre by what is written on the printer; "203 dpi" is 8 a millimetre.
DOTS_PER_MM = {203: 8.0, 300: 300 / 25.4}

#: In field data ``^`` and ``~`` begin commands and ``_`` the hexadecimal form of a character.
_HEX = re.compile(r"[_^~]")
#: How Code 128 data changes the set, and says what ZPL would take for itself.
_STARTS = {"B": ">:", "C": ">;"}
_CHANGES = {"B": ">6", "C": ">5"}
_SAID = str.maketrans({">": ">0", "^": "><", "~": ">="})


def to_zpl(labels: Iterable[Copies], size: LabelSize, dpi: int) -> bytes:
    """Return the labels for a roll of that size on a printer of 203 or 300 dots an inch; copies are the printer's.

    Raises what ``lay_out`` does.
    """
    return "".join(line for copies in labels for line in _label(copies, size, DOTS_PER_MM[dpi])).encode("ascii")


def _label(copies: Copies, size: LabelSize, dots_per_mm: float) -> Iterator[str]:
    layout = lay_out(copies.label, size, dots_per_mm, for_page=False)
    yield "^XA\n"
    yield f"^PW{int(size.width * dots_per_mm)}\n^LL{int(size.height * dots_per_mm)}\n^LH0,0\n^CI28\n"
    for text in layout.texts:
        yield _text(text, dots_per_mm)
    if layout.code is not None:
        yield _code(layout.code, dots_per_mm)
    yield f"^PQ{copies.count}\n^XZ\n"


def _text(text: PlacedText, dots_per_mm: float) -> str:
    x, y = round(text.x * dots_per_mm), round(text.y * dots_per_mm)
    width, height = math.ceil(text.width * dots_per_mm), int(text.size * dots_per_mm)
    data = _HEX.sub(lambda sign: f"_{ord(sign[0]):02X}", text.text)
    return f"^FO{x},{y}^A0N,{height}^FB{width},1,0,L^FH^FD{data}^FS\n"


def _code(placed: PlacedCode, dots_per_mm: float) -> str:
    code = placed.code
    x, y, height = (round(value * dots_per_mm) for value in (placed.x, placed.y, placed.height))
    bars = f"^BY{placed.dots}"
    match code.symbology:
        case Symbology.GS1_DATA_MATRIX:  # _1 is FNC1, and what stands for itself is doubled
            data = "_1" + elements_of(code.data.replace("_", "__"), "_1")
            form = f"^BXN,{placed.dots},200,{code.modules},{code.modules},6,_"
        case Symbology.CODE_128:
            form, data = f"{bars}^BCN,{height},N,N,N,N", _code_128(code_128_parts(code.data))
        case _:  # without the check digit: the printer reckons it
            command = "^BE" if code.symbology is Symbology.EAN_13 else "^B8"
            form, data = f"{bars}{command}N,{height},N", code.data[:-1]
    return f"^FO{x},{y}{form}^FD{data}^FS\n"


def _code_128(parts: Iterable[Code128Part]) -> str:
    return "".join(
        (_CHANGES if place else _STARTS)[part.code_set] + part.text.translate(_SAID) for place, part in enumerate(parts)
    )
