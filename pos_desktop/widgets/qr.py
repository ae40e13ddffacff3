"""Codes of squares on the screen, dark on white in every theme: cameras and scanners must read them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.printing.codes import Bitmap, qr_code
from pos_desktop.shell import theme

#: The white around it, in modules (ISO/IEC 18004 asks for 4, Data Matrix for 1).
_QUIET = 4


class CodePicture(QWidget):
    """Draws a code as large as its room allows; nothing while there is none."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._side = side
        self._modules: Bitmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_code(self, modules: Bitmap | None) -> None:
        """Show another code, a dot for each module."""
        self._modules = modules
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a square."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw whole pixels for each module: blurred edges are read badly."""
        super().paintEvent(event)
        if self._modules is None:
            return
        count = self._modules.width + 2 * _QUIET
        pixel = max(1, min(self.width(), self.height()) // count)
        whole = pixel * count
        painter = QPainter(self)
        left, top = (self.width() - whole) // 2, (self.height() - whole) // 2
        painter.fillRect(QRectF(left, top, whole, whole), theme.CODE_PAPER)
        for row, modules in enumerate(self._modules.rows(), start=_QUIET):
            for column, is_dark in enumerate(modules, start=_QUIET):
                if is_dark:
                    at = QRectF(left + column * pixel, top + row * pixel, pixel, pixel)
                    painter.fillRect(at, theme.CODE_INK)
        painter.end()


class QrCode(CodePicture):
    """Draws a text as a QR code; nothing for an empty text."""

    def __init__(self, side: int) -> None:
        super().__init__(side)
        self._text = ""

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def show_text(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self.show_code(qr_code(text) if text else None)
