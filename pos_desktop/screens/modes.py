"""What the ways to pay are called on every screen."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.sales.dto import TenderMode
from pos_desktop.shell.texts import tr

MODES: Mapping[TenderMode, str] = MappingProxyType(
    {
        TenderMode.CASH: tr("Cash"),
        TenderMode.UPI: tr("UPI"),
        TenderMode.CARD: tr("Card"),
        TenderMode.CHEQUE: tr("Cheque"),
        TenderMode.CREDIT: tr("Credit"),
        TenderMode.ADVANCE: tr("Advance"),
    }
)
