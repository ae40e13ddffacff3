"""Where Tab goes: round among the fields of a form or card, and never to what lies beside or below it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def go_round(fields: Iterable[QWidget], *, forward: bool) -> None:
    """Give the keys to the next of some fields that may have them, in their order; after the last to the first."""
    able = [
        field
        for field in fields
        if field.isVisible() and field.isEnabled() and field.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    if not able:
        return
    here = able[0].window().focusWidget()
    at = able.index(here) if here in able else (-1 if forward else 0)
    able[(at + (1 if forward else -1)) % len(able)].setFocus(
        Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    )
