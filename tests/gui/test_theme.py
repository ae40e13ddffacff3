"""Both themes can be read: every text reaches 4.5:1 on every ground it stands on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from pos_desktop.shell import theme
from pos_desktop.shell.looks import Looks
from pos_desktop.shell.stylesheet import stylesheet
from pos_desktop.shell.theme import DARK, LIGHT, TextSize, Theme
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.widgets.labels import BadgeLabel, TextLabel

LEAST = 4.5
#: Lines that tell where a field is (WCAG 1.4.11).
LEAST_FOR_EDGES = 2.9

GROUNDS = ("ground", "surface", "selected", "hover")
TONES = ("danger", "warning", "good", "accent")
PAIRS = [
    *((text, ground) for text in ("text", "muted") for ground in GROUNDS),
    *(
        (tone, ground)
        for tone in ("danger", "warning", "good", "accent")
        for ground in ("ground", "surface", "selected")
    ),
    *((tone, f"{tone}_soft") for tone in ("danger", "warning", "good", "accent")),
    *(("text", f"{tone}_soft") for tone in ("danger", "warning", "good", "accent")),
    ("muted", "accent_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("muted", "line"),
]


def luminance(colour: QColor) -> float:
    """Relative luminance (WCAG 2)."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS, ids=lambda name: name)
def test_text_reaches_its_contrast(look: Theme, text: str, ground: str) -> None:
    found = contrast(QColor(getattr(look, text)), QColor(getattr(look, ground)))

    assert found >= LEAST, f"{text} on {ground} in the {look.name} theme: {found:.2f}"


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("line", ["edge", "accent", "danger"])
def test_fields_can_be_seen(look: Theme, line: str) -> None:
    assert contrast(QColor(getattr(look, line)), QColor(look.surface)) >= LEAST_FOR_EDGES


def test_no_colour_size_or_font_stands_outside_the_theme() -> None:
    looks_at = re.compile(
        r"#[0-9A-Fa-f]{6}\b|QFont\(|setPointSize|setPixelSize|QColor\(\s*\d|Qt\.GlobalColor\.(?!transparent)"
    )
    desktop = Path(theme.__file__).parents[1]
    found = [
        f"{path.name}: {line.strip()}"
        for path in desktop.rglob("*.py")
        if path.name != "theme.py"
        for line in path.read_text("utf-8").splitlines()
        if looks_at.search(line)
    ]
    assert not found


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("scale", [90, 100, 130, 160])
def test_every_theme_and_scale_can_be_put_on(qapp: QApplication, looks: Looks, look: Theme, scale: int) -> None:
    theme.apply_theme(qapp, look, scale)

    assert theme.current().name == look.name
    assert qapp.font().pointSizeF() == pytest.approx(scale / 10)
    assert theme.current().control_height == round(32 * scale / 100)
    assert "None" not in stylesheet(theme.current())


def test_the_scale_stays_within_its_limits(qapp: QApplication, looks: Looks) -> None:
    theme.apply_theme(qapp, LIGHT, 500)
    assert theme.current().scale == 160
    theme.apply_theme(qapp, LIGHT, 1)
    assert theme.current().scale == 90


def test_the_delivered_font_is_used_and_its_digits_have_one_width(looks: Looks) -> None:
    font = theme.current().font(TextSize.TOTAL, bold=True)

    assert QFontInfo(font).family() == theme.FAMILY
    assert len({QFontMetrics(font).horizontalAdvance(digit * 10) for digit in "0123456789"}) == 1
    assert QFontMetrics(font).inFontUcs4(ord("₹"))


def test_a_label_takes_size_and_tone_from_the_theme(looks: Looks, qtbot: QtBot) -> None:
    label = TextLabel("Total", size=TextSize.TOTAL, tone=Tone.DANGER, weight="bold")
    qtbot.addWidget(label)
    label.show()

    assert label.font().pointSizeF() == pytest.approx(30)
    assert label.font().bold()
    assert _colour(label) == LIGHT.danger.lower()
    label.set_tone(Tone.GOOD)
    assert _colour(label) == LIGHT.good.lower()
    looks.toggle_theme()
    assert _colour(label) == DARK.good.lower()


def test_markup_in_a_name_is_shown_as_it_stands(looks: Looks, qtbot: QtBot) -> None:
    label = TextLabel("<b>Crocin</b>")
    qtbot.addWidget(label)

    assert label.sizeHint().width() > QFontMetrics(label.font()).horizontalAdvance("Crocin") * 1.5


def test_a_badge_has_words_and_room_for_them(looks: Looks, qtbot: QtBot) -> None:
    badge = BadgeLabel(Badge("EXPIRED", Tone.DANGER))
    qtbot.addWidget(badge)

    assert badge.accessibleName() == "EXPIRED"
    assert badge.sizeHint().width() > QFontMetrics(theme.current().font(TextSize.SMALL)).horizontalAdvance("EXPIRED")


def _colour(label: QLabel) -> str:
    return label.palette().color(label.foregroundRole()).name()
