"""What the presets of days are called on every screen."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.kernel.days import Preset
from pos_desktop.shell.texts import tr

PRESETS: Mapping[Preset, str] = MappingProxyType(
    {
        Preset.TODAY: tr("Today"),
        Preset.YESTERDAY: tr("Yesterday"),
        Preset.THIS_MONTH: tr("This month"),
        Preset.LAST_MONTH: tr("Last month"),
        Preset.THIS_QUARTER: tr("This quarter"),
        Preset.LAST_QUARTER: tr("Last quarter"),
        Preset.THIS_YEAR: tr("This financial year"),
        Preset.LAST_YEAR: tr("Last financial year"),
    }
)
