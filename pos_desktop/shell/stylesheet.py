"""The style sheet: what Fusion and a palette cannot say, made from the theme's tokens alone."""

from __future__ import annotations

from pos_desktop.shell.theme import Space, TextSize, Theme
from pos_desktop.shell.tone import Tone


def stylesheet(theme: Theme) -> str:
    """Return the style sheet of the application."""
    return "\n".join((_texts(theme), _fields(theme), _buttons(theme), _tables(theme), _bars(theme), _panels(theme)))


def _texts(theme: Theme) -> str:
    sizes = "".join(f'QLabel[textSize="{size}"] {{ font-size: {theme.points(size):.2f}pt; }}\n' for size in TextSize)
    tones = "".join(f'QLabel[tone="{tone}"] {{ color: {theme.tone(tone).name()}; }}\n' for tone in Tone)
    return f"""{sizes}{tones}
QLabel {{ background: transparent; }}
QLabel[weight="bold"] {{ font-weight: 700; }}
QLabel[weight="semibold"] {{ font-weight: 600; }}
QToolTip {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.edge};
  padding: {theme.px(Space.XS)}px {theme.px(Space.S)}px; }}
"""


def _fields(theme: Theme) -> str:
    pad = theme.px(Space.S)
    fields = "QLineEdit, QPlainTextEdit, QComboBox, QSpinBox, QDateEdit"
    focus = ", ".join(f"{name}:focus" for name in fields.split(", "))
    off = ", ".join(f"{name}:disabled" for name in fields.split(", "))
    inner = theme.control_height - 2
    return f"""
{fields} {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.edge};
  border-radius: 4px; padding: 0 {pad}px; selection-background-color: {theme.selected};
  selection-color: {theme.text}; }}
QLineEdit, QComboBox, QSpinBox, QDateEdit {{ min-height: {inner}px; max-height: {inner}px; }}
QPlainTextEdit {{ padding: {theme.px(Space.XS)}px {theme.px(Space.XS)}px; }}
{focus} {{ border: 2px solid {theme.accent}; padding: 0 {pad - 1}px; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus
  {{ min-height: {inner - 2}px; max-height: {inner - 2}px; }}
QPlainTextEdit:focus {{ padding: {theme.px(Space.XS) - 1}px; }}
{off} {{ background: {theme.ground}; color: {theme.muted}; border-color: {theme.line}; }}
*[wrong="true"] {{ border-color: {theme.danger}; }}
*[wrong="true"]:focus {{ border: 2px solid {theme.danger}; }}
QComboBox[empty="true"] {{ color: {theme.muted}; }}
QComboBox::drop-down {{ border: none; width: {theme.px(24)}px; }}
QComboBox::down-arrow {{ image: none; width: 0; height: 0; }}
QComboBox QAbstractItemView {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.edge};
  outline: none; selection-background-color: {theme.selected}; selection-color: {theme.text}; }}
QComboBox {{ combobox-popup: 0; }}
QComboBox QAbstractItemView::item {{ min-height: {theme.compact_row}px; padding: 0 {pad}px; color: {theme.text}; }}
QComboBox QAbstractItemView::item:selected {{ background: {theme.selected}; }}
"""


def _buttons(theme: Theme) -> str:
    inner = theme.control_height - 2
    return f"""
QPushButton {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.edge};
  border-radius: 4px; padding: 0 {theme.px(Space.M)}px; min-height: {inner}px; max-height: {inner}px; }}
QPushButton:hover {{ background: {theme.hover}; }}
QPushButton:pressed {{ background: {theme.selected}; }}
QPushButton:focus {{ border: 2px solid {theme.accent}; padding: 0 {theme.px(Space.M) - 1}px;
  min-height: {inner - 2}px; max-height: {inner - 2}px; }}
QPushButton:disabled {{ color: {theme.muted}; border-color: {theme.line}; background: {theme.ground}; }}
QPushButton[role="primary"] {{ background: {theme.accent}; color: {theme.on_accent}; border-color: {theme.accent};
  font-weight: 600; }}
QPushButton[role="primary"]:hover {{ background: {theme.accent_hover}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {theme.text}; }}
QPushButton[role="primary"]:disabled {{ background: {theme.line}; color: {theme.muted}; border-color: {theme.line}; }}
QPushButton[role="quiet"] {{ background: transparent; border-color: transparent; color: {theme.accent}; }}
QPushButton[role="quiet"]:hover {{ background: {theme.hover}; }}
QPushButton[role="quiet"]:focus {{ border: 2px solid {theme.accent}; }}
QPushButton[role="tab"] {{ background: transparent; border-color: transparent; color: {theme.muted}; }}
QPushButton[role="tab"]:hover {{ background: {theme.hover}; }}
QPushButton[role="tab"]:checked {{ background: {theme.selected}; border: none; border-bottom: 2px solid {theme.accent};
  border-radius: 0; color: {theme.text}; font-weight: 600; }}
QPushButton[shape="square"] {{ padding: 0; min-width: {theme.px(24)}px; max-width: {theme.px(24)}px;
  min-height: {theme.px(24)}px; max-height: {theme.px(24)}px; }}
QToolButton[role="quiet"] {{ background: transparent; border: none; padding: 0; }}
QCheckBox {{ spacing: {theme.px(Space.S)}px; min-height: {theme.px(24)}px; padding: 2px {theme.px(6)}px;
  border: 2px solid transparent; border-radius: 4px; }}
QCheckBox:focus {{ border: 2px solid {theme.accent}; }}
QCheckBox::indicator {{ width: {theme.px(16)}px; height: {theme.px(16)}px; border: 1px solid {theme.edge};
  border-radius: 3px; background: {theme.surface}; }}
QCheckBox::indicator:checked {{ background: {theme.accent}; border-color: {theme.accent}; }}
"""


def _tables(theme: Theme) -> str:
    return f"""
QTableView, QListView, QTreeView {{ background: {theme.surface}; color: {theme.text};
  border: 1px solid {theme.line}; gridline-color: {theme.line}; outline: none;
  selection-background-color: {theme.selected}; selection-color: {theme.text}; }}
QTableView:focus, QListView:focus {{ border: 1px solid {theme.accent}; }}
QHeaderView {{ background: {theme.ground}; border: none; }}
QTableCornerButton::section {{ background: {theme.ground}; border: none; }}
"""


def _bars(theme: Theme) -> str:
    width = theme.px(12)
    return f"""
QScrollBar:vertical {{ background: transparent; width: {width}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {width}px; margin: 0; }}
QScrollBar::handle {{ background: {theme.line}; border-radius: {width // 2 - 2}px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: {theme.px(32)}px; }}
QScrollBar::handle:horizontal {{ min-width: {theme.px(32)}px; }}
QScrollBar::handle:hover {{ background: {theme.edge}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: none; background: none; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
QAbstractScrollArea::corner {{ background: {theme.surface}; border: none; }}
QProgressBar {{ background: {theme.line}; border: none; border-radius: 3px; min-height: {theme.px(6)}px;
  max-height: {theme.px(6)}px; }}
QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}
"""


def _panels(theme: Theme) -> str:
    notices = "".join(
        f'QFrame[notice="{tone}"] {{ background: {theme.soft(tone).name()}; border: none;'
        f" border-left: 4px solid {theme.tone(tone).name()}; }}\n"
        for tone in (Tone.ACCENT, Tone.WARNING, Tone.DANGER, Tone.GOOD)
    )
    return f"""{notices}
*[panel="surface"] {{ background: {theme.surface}; }}
*[panel="ground"] {{ background: {theme.ground}; }}
*[panel="card"] {{ background: {theme.surface}; border: 1px solid {theme.line}; border-radius: 6px; }}
*[panel="rail"] {{ background: {theme.surface}; border: none; border-right: 1px solid {theme.line}; }}
*[panel="bottom"] {{ background: {theme.surface}; border: none; border-top: 1px solid {theme.line}; }}
*[panel="popup"] {{ background: {theme.surface}; border: 1px solid {theme.edge}; border-radius: 6px; }}
*[place] {{ background: {theme.surface}; border: 1px solid {theme.line}; border-radius: 4px; }}
*[place="free"] {{ background: {theme.ground}; }}
*[place="here"] {{ background: {theme.selected}; border-bottom: 2px solid {theme.accent}; }}
*[panel="rule"] {{ background: {theme.line}; border: none; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea[panel="card"]:focus {{ border: 1px solid {theme.accent}; }}
QMenu {{ background: {theme.surface}; border: 1px solid {theme.edge}; padding: {theme.px(Space.XS)}px; }}
QMenu::item {{ padding: {theme.px(Space.XS)}px {theme.px(Space.M)}px; }}
QMenu::item:selected {{ background: {theme.selected}; }}
"""
