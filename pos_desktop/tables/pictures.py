"""Rows as they were drawn last: one that did not change is laid down again instead of being drawn cell by cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtGui import QColor, QPaintDevice, QPainter, QPixmap

from pos_desktop.shell import theme
from pos_desktop.tables.drawing import Strip, draw_strips


class RowPictures:
    """Pictures of the rows that were seen last, a few megabytes for one screen of them.

    Rows are replaced, never changed, so that the same object looks the same: on the same ground, while columns and look
    stay as they are.
    """

    def __init__(self) -> None:
        self._frame: object = None
        self._pictures: dict[tuple[int, str | None], tuple[Any, QPixmap]] = {}

    def draw(
        self, painter: QPainter, device: QPaintDevice, strips: Iterable[tuple[Any, Strip]], width: int, columns: object
    ) -> None:
        """Draw rows ``width`` wide, each given with its strip; ``columns`` is what their cells' places come from."""
        look = theme.current()
        frame = (look, width, columns, device.devicePixelRatio())
        before = self._pictures if frame == self._frame else {}
        self._frame, self._pictures = frame, {}
        for row, strip in strips:
            key = (id(row), strip.ground)
            kept = before.get(key)
            picture = kept[1] if kept is not None and kept[0] is row else self._drawn(strip, width, device)
            self._pictures[key] = (row, picture)
            painter.drawPixmap(0, strip.top, picture)

    def forget(self) -> None:
        """Hold nothing while nothing is seen."""
        self._pictures = {}

    @staticmethod
    def _drawn(strip: Strip, width: int, device: QPaintDevice) -> QPixmap:
        ratio = device.devicePixelRatio()
        picture = QPixmap(round(width * ratio), round(strip.height * ratio))
        picture.setDevicePixelRatio(ratio)
        # opaque, or letters get fringes where they are smoothed by a third of a pixel
        picture.fill(QColor(theme.current().surface))
        painter = QPainter(picture)
        draw_strips(painter, [strip._replace(top=0)], 0, width)
        painter.end()
        return picture
