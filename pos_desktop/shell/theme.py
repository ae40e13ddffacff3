"""The looks of every window: the one place that names a colour, a size or a font."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import as_file, files

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

from pos_desktop.shell.tone import Tone

FAMILY = "Noto Sans"
_FALLBACKS = (FAMILY, "Noto Sans Devanagari", "Segoe UI", "Nirmala UI", "DejaVu Sans")
_FONT_FILES = ("NotoSans-Regular.ttf", "NotoSans-SemiBold.ttf", "NotoSans-Bold.ttf")

BASE_POINTS = 10.0
SMALLEST_SCALE, LARGEST_SCALE, SCALE_STEP = 90, 160, 10


class TextSize(enum.StrEnum):
    """The sizes of text there are; nothing is written in another."""

    SMALL = "small"
    BODY = "body"
    HEADING = "heading"
    TITLE = "title"
    TOTAL = "total"


_POINTS = {
    TextSize.SMALL: 9.0,
    TextSize.BODY: BASE_POINTS,
    TextSize.HEADING: 12.0,
    TextSize.TITLE: 17.0,
    TextSize.TOTAL: 30.0,
}


#: A code that a camera reads is dark on white in every theme.
CODE_PAPER, CODE_INK = QColor(Qt.GlobalColor.white), QColor(Qt.GlobalColor.black)


class Space(enum.IntEnum):
    """Distances, in pixels before scaling."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    XXL = 32


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one theme (as ``#RRGGBB``) and how large everything is (``scale`` in percent).

    A ``..._soft`` colour is the ground of a badge or notice whose text has the colour of that name.
    """

    name: str
    is_dark: bool
    ground: str
    surface: str
    line: str
    edge: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_hover: str
    selected: str
    hover: str
    danger: str
    warning: str
    good: str
    accent_soft: str
    danger_soft: str
    warning_soft: str
    good_soft: str
    scale: int = 100

    def px(self, pixels: int) -> int:
        """Return a length scaled as the text is; a line of one pixel stays one."""
        return max(1, (pixels * self.scale + 50) // 100) if pixels > 1 else pixels

    @property
    def control_height(self) -> int:
        """Height of fields and buttons."""
        return self.px(32)

    @property
    def compact_row(self) -> int:
        """Height of a table row."""
        return self.px(28)

    @property
    def roomy_row(self) -> int:
        """Height of a row in a list with few of them."""
        return self.px(34)

    def points(self, size: TextSize = TextSize.BODY) -> float:
        """Return a text size in points, scaled."""
        return _POINTS[size] * self.scale / 100

    def font(self, size: TextSize = TextSize.BODY, *, bold: bool = False, semi_bold: bool = False) -> QFont:
        """Return a font whose digits all have one width."""
        weight = QFont.Weight.Bold if bold else QFont.Weight.DemiBold if semi_bold else QFont.Weight.Normal
        return QFont(_font(self.points(size), weight))

    def metrics(self, size: TextSize = TextSize.BODY, *, bold: bool = False, semi_bold: bool = False) -> QFontMetrics:
        """Return the measures of a font. They are kept: a table asks at every cell it draws."""
        weight = QFont.Weight.Bold if bold else QFont.Weight.DemiBold if semi_bold else QFont.Weight.Normal
        return _metrics(self.points(size), weight)

    def tone(self, tone: Tone) -> QColor:
        """Return the colour of a text."""
        return QColor(self.text if tone is Tone.PLAIN else getattr(self, tone.value))

    def soft(self, tone: Tone) -> QColor:
        """Return the ground that belongs to a tone's text."""
        if tone in {Tone.PLAIN, Tone.MUTED}:
            return QColor(self.ground)
        return QColor(getattr(self, f"{tone.value}_soft"))

    def scrim(self) -> QColor:
        """Return what lies over a window below something that holds the keys."""
        colour = QColor(self.ground if self.is_dark else self.text)
        colour.setAlpha(170 if self.is_dark else 90)
        return colour


LIGHT = Theme(
    name="light",
    is_dark=False,
    ground="#F4F6F8",
    surface="#FFFFFF",
    line="#D8DFE5",
    edge="#8996A2",
    text="#17212B",
    muted="#55636F",
    accent="#0B7570",
    on_accent="#FFFFFF",
    accent_hover="#095F5B",
    selected="#D6EFEC",
    hover="#E9EEF2",
    danger="#B3261E",
    warning="#8A5A00",
    good="#1E6B34",
    accent_soft="#E2F2F1",
    danger_soft="#FBE9E7",
    warning_soft="#FDF3DC",
    good_soft="#E4F3E8",
)
DARK = Theme(
    name="dark",
    is_dark=True,
    ground="#12181E",
    surface="#1A222A",
    line="#2F3A44",
    edge="#667582",
    text="#E7ECF0",
    muted="#9AA7B3",
    accent="#3CC4BA",
    on_accent="#06201E",
    accent_hover="#5AD3CA",
    selected="#17413F",
    hover="#232D36",
    danger="#FF8A80",
    warning="#F2B84B",
    good="#7BD18B",
    accent_soft="#163230",
    danger_soft="#3A2324",
    warning_soft="#352B1B",
    good_soft="#1C3224",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def paper_font(points: float, *, bold: bool = False, semi_bold: bool = False) -> QFont:
    """Return a font for paper, whose sizes are those of the page and not of the screen."""
    _load_fonts()  # paper is drawn without a window too
    font = replace(LIGHT, scale=100).font(bold=bold, semi_bold=semi_bold)
    font.setPointSizeF(points)
    return font


def distant_font(pixels: int, *, bold: bool = False) -> QFont:
    """Return a font for what is read from two metres: it has the window's measure and not the user's."""
    font = replace(LIGHT, scale=100).font(bold=bold)
    font.setPixelSize(max(1, pixels))
    return font


def paper_ink(grey: float) -> QColor:
    """Return the colour of ink: 0 is black and 1 the paper's white, whatever the theme."""
    return QColor.fromRgbF(grey, grey, grey)


class _Changes(QObject):
    """Says that the theme changed, for what is drawn once and kept (icons, row heights)."""

    changed = Signal()


_current = LIGHT
_changes: _Changes | None = None
_families_loaded = False


def current() -> Theme:
    """Return the theme in use, at its scale."""
    return _current


def changes() -> _Changes:
    """Return the object whose ``changed`` is emitted after each ``apply_theme``."""
    global _changes
    if _changes is None:
        _changes = _Changes()
    return _changes


def clamp_scale(scale: int) -> int:
    """Return the nearest scale that is allowed."""
    return max(SMALLEST_SCALE, min(LARGEST_SCALE, scale))


def apply_theme(app: QApplication, theme: Theme, scale: int = 100) -> None:
    """Dress the whole application; every open window changes at once."""
    from pos_desktop.shell.stylesheet import stylesheet

    global _current
    _load_fonts()
    _font.cache_clear()
    _metrics.cache_clear()
    _current = replace(theme, scale=clamp_scale(scale))
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(_palette(_current))
    app.setFont(_current.font())
    app.setStyleSheet(stylesheet(_current))
    changes().changed.emit()


@cache
def _font(points: float, weight: QFont.Weight) -> QFont:
    font = QFont(list(_FALLBACKS))
    font.setPointSizeF(points)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def _metrics(points: float, weight: QFont.Weight) -> QFontMetrics:
    return QFontMetrics(_font(points, weight))


def _load_fonts() -> None:
    """Load the delivered fonts once; a machine without the files shows its own."""
    global _families_loaded
    if _families_loaded:
        return
    _families_loaded = True
    for name in _FONT_FILES:
        source = files("resources").joinpath("fonts", name)
        if source.is_file():
            with as_file(source) as path:
                QFontDatabase.addApplicationFont(str(path))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for colour, roles in {
        theme.ground: (role.Window, role.Button, role.Midlight),
        theme.surface: (role.Base, role.ToolTipBase, role.Light),
        theme.hover: (role.AlternateBase,),
        theme.text: (role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText),
        theme.muted: (role.PlaceholderText,),
        theme.line: (role.Mid, role.Dark, role.Shadow),
        theme.selected: (role.Highlight,),
        theme.accent: (role.Link, role.LinkVisited, role.Accent),
    }.items():
        for each in roles:
            palette.setColor(each, QColor(colour))
    palette.setColor(role.HighlightedText, QColor(theme.text))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.muted))
    return palette
