"""The columns of the users screen's tables."""

from __future__ import annotations

from pos_desktop.screens.users.rows import ROLES, RightCell, RightRow, UserRow
from pos_desktop.shell.texts import role_words, tr
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.column import Column


def _name_badges(row: UserRow) -> tuple[Badge, ...]:
    return (Badge(tr("YOU"), Tone.ACCENT),) if row.is_oneself else ()


def _tone(row: UserRow) -> Tone:
    return Tone.PLAIN if row.is_active else Tone.MUTED


def _state(row: UserRow) -> tuple[Badge, ...]:
    if not row.is_active:
        return (Badge(tr("DEACTIVATED"), Tone.MUTED),)
    badges = [Badge(tr("WAITS {wait}", wait=row.wait.upper()), Tone.DANGER)] if row.wait else []
    if row.pin_is_blocked:
        badges.append(Badge(tr("PIN BLOCKED"), Tone.DANGER))
    if row.must_change_password:
        badges.append(Badge(tr("PASSWORD DUE"), Tone.WARNING))
    return tuple(badges) or (Badge(tr("ACTIVE"), Tone.GOOD),)


USER_COLUMNS: tuple[Column[UserRow], ...] = (
    Column("username", tr("User"), lambda row: row.username, 20, bold=True, badges=_name_badges, tone=_tone),
    Column("full_name", tr("Name"), lambda row: row.full_name, stretches=True, tone=_tone),
    Column("role", tr("Role"), lambda row: row.role, 15, tone=_tone),
    Column("discount", tr("Discount up to"), lambda row: row.discount, 14, tone=_tone),
    Column("pin", tr("PIN"), lambda row: tr("yes") if row.has_pin else tr("no"), 6, tone=_tone),
    Column("last_login", tr("Last log-in"), lambda row: row.last_login, 17, tone=_tone),
    Column("state", tr("State"), lambda row: "", 32, badges=_state),
)


def _right_column(number: int, title: str) -> Column[RightRow]:
    def cell(row: RightRow) -> RightCell:
        return row.cells[number]

    return Column(
        f"role{number}",
        title,
        lambda row: cell(row).text,
        23,
        tone=lambda row: Tone.PLAIN if cell(row).is_granted else Tone.MUTED,
        badges=lambda row: (Badge(tr("SET"), Tone.ACCENT),) if cell(row).is_changed else (),
        tooltip=lambda row: tr("set by this shop") if cell(row).is_changed else "",
    )


RIGHT_COLUMNS: tuple[Column[RightRow], ...] = (
    Column("right", tr("Right"), lambda row: row.name, stretches=True, bold=True),
    *(_right_column(number, role_words(role)) for number, role in enumerate(ROLES)),
)
