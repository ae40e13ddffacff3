"""The columns of the people who can take over."""

from __future__ import annotations

from core.auth.dto import UserView
from pos_desktop.shell.texts import role_words, tr
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.column import Column

PERSON_COLUMNS: tuple[Column[UserView], ...] = (
    Column("username", tr("User"), lambda user: user.username, 14, bold=True),
    Column("full_name", tr("Name"), lambda user: user.full_name, stretches=True),
    Column("role", tr("Role"), lambda user: role_words(user.role), 14, tone=lambda user: Tone.MUTED),
)
