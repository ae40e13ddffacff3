"""A laid-out receipt as the bytes that an ESC/POS printer obeys.

python-escpos only encodes; how bytes reach a printer is the programs' business. The lines are fitted to the paper in
plain ASCII and are checked again here, because a control character in a name is a command to a printer.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.printing.codes import Bitmap, qr_code, qr_module
from core.printing.dto import PrinterProfile
from core.printing.paper import (
    Align,
    Blank,
    Cells,
    Cut,
    Feed,
    Flow,
    PaperLine,
    Picture,
    Qr,
    Rule,
    Sides,
    Size,
    Text,
    fit,
)
from core.printing.ruler import TextRuler

_NOT_PLAIN = re.compile(r"[^ -~]")
#: A picture goes in bands of so many rows: cheap printers hold little of it at once.
_BAND_ROWS = 128
_CODE_PAGE = "CP437"  # page 0 of every printer; plain text needs only its ASCII half
_CAPABILITIES = {
    "profiles": {
        "default": {
            "name": "Receipt",
            "vendor": "Generic",
            "codePages": {"0": _CODE_PAGE},
            "features": {},
            "fonts": {"0": {"name": "Font A", "columns": 42}},
            "media": {"dpi": "Unknown", "width": {"mm": "Unknown", "pixels": "Unknown"}},
        }
    },
    "encodings": {_CODE_PAGE: {"name": _CODE_PAGE, "python_encode": "cp437"}},
}
_CAPABILITIES_FILE = "ESCPOS_CAPABILITIES_FILE"
_PICKLE_FOLDER = "ESCPOS_CAPABILITIES_PICKLE_DIR"
_LOADING = threading.Lock()


def to_escpos(lines: Iterable[PaperLine], printer: PrinterProfile, *, kick_drawer: bool = False) -> bytes:
    """Return the bytes for one receipt.

    ``kick_drawer`` opens the cash drawer first where the printer has one; leave it out for a reprint. The first call
    in a program takes about 0.3 s more, for loading the encoder.
    """
    job = _new_job(printer)
    job.hw("INIT")
    job.charcode(_CODE_PAGE)
    if kick_drawer and printer.opens_drawer:
        job.cashdraw(printer.drawer_pin)
    worn = None
    for line in fit(lines, TextRuler(printer.columns)):
        match line:
            case Text() | Sides() | Cells() | Blank() | Rule():
                text = _as_text(line, printer.columns)
                dress = (text.align, text.bold, text.size)
                if dress != worn:
                    _dress(job, text)
                    worn = dress
                job.textln(_NOT_PLAIN.sub("?", text.text))
            case Feed(count):
                job.ln(count)
            case Cut():
                job.cut(mode="PART")  # a printer without cutter only feeds
            case Qr(text=text_of_code):
                worn = None
                _put_qr(job, text_of_code, printer)
            case Picture(bitmap):
                worn = None
                _put_picture(job, bitmap)
            case Flow():
                pass  # fitted, it is texts
    return bytes(job.output)


def drawer_pulse(printer: PrinterProfile) -> bytes:
    """Return the bytes that open the cash drawer, and print nothing."""
    job = _new_job(printer)
    job.hw("INIT")
    job.cashdraw(printer.drawer_pin)
    return bytes(job.output)


def _as_text(line: Text | Sides | Cells | Blank | Rule, columns: int) -> Text:
    match line:
        case Sides(size=Size.DOUBLE):
            return line.across(columns // 2)
        case Sides() | Cells() | Blank():
            return line.across(columns)
        case Rule(mark):
            return Text(mark * columns)
        case Text():
            return line


def _dress(job: Any, text: Text) -> None:
    """Send how the following text looks; the size first, because its command also resets bold."""
    job.set(
        align=text.align.value,
        bold=text.bold,
        normal_textsize=text.size is Size.NORMAL,
        double_height=text.size is not Size.NORMAL,
        double_width=text.size is Size.DOUBLE,
    )


def _put_qr(job: Any, text: str, printer: PrinterProfile) -> None:
    code = qr_code(text)
    module = qr_module(code.width, printer.dots)
    if printer.draws_qr:
        from escpos.constants import QR_ECLEVEL_M

        job.set(align=Align.CENTRE.value)
        job.qr(text, ec=QR_ECLEVEL_M, size=module, native=True)
    else:
        _put_picture(job, code.scaled(module))


def _put_picture(job: Any, picture: Bitmap) -> None:
    """Send dots as ``GS v 0``, which every printer of this kind knows."""
    size = picture.row_bytes
    job.set(align=Align.CENTRE.value)
    for top in range(0, picture.height, _BAND_ROWS):
        rows = min(_BAND_ROWS, picture.height - top)
        head = b"\x1dv0\x00" + size.to_bytes(2, "little") + rows.to_bytes(2, "little")
        job._raw(head + picture.data[top * size : (top + rows) * size])


def _new_job(printer: PrinterProfile) -> Any:
    with _LOADING:
        if "escpos.printer" not in sys.modules:
            _load_encoder()
    from escpos.capabilities import Profile
    from escpos.printer import Dummy

    features = {"paperFullCut": printer.has_cutter, "paperPartCut": printer.has_cutter}
    return Dummy(profile=Profile(columns=printer.columns, features=features))


def _load_encoder() -> None:
    """Import python-escpos without what its import does besides.

    It parses 35 printers (0.3 s) and keeps them as a pickle, which whoever can write there could replace by a program;
    it makes a temporary folder each time, even where it is told of a folder for the pickle; it sets up logging.
    """
    handlers = list(logging.root.handlers)
    kept = {name: os.environ.pop(name, None) for name in (_CAPABILITIES_FILE, _PICKLE_FOLDER)}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file = Path(folder, "capabilities.json")
        file.write_text(json.dumps(_CAPABILITIES), "utf-8")
        os.environ[_CAPABILITIES_FILE] = str(file)
        try:
            import escpos.printer  # noqa: F401  (this is the import)
            from escpos import capabilities

            shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
        finally:
            del os.environ[_CAPABILITIES_FILE]
            os.environ.update({name: value for name, value in kept.items() if value is not None})
            logging.root.handlers[:] = handlers
