"""What is said of a report that is shown: what was asked, how many rows there are, what is wrong. Knows no Qt."""

from __future__ import annotations

from pos_desktop.screens.reports.rows import counted
from pos_desktop.screens.reports.shown import ShownReport
from pos_desktop.shell.texts import tr


def heading_of(shown: ShownReport) -> str:
    """Return what was asked for, and how it is shown."""
    opened = shown.opened
    if opened is None:
        return ""
    said = [opened.heading]
    group = shown.shape.group
    if group is not None:
        title = next(column.title for column in opened.columns if column.id == group)
        said.append(tr("grouped by {title}", title=tr(title)))
    return "  ·  ".join(filter(None, said))


def count_of(shown: ShownReport) -> str:
    """Return how many rows there are, as far as that is known."""
    if not shown.is_read:
        return ""
    if shown.has_more:
        here = f"{len(shown.lines):,}"
        if shown.whole is not None:
            return tr("{count} of {rows}", count=here, rows=counted(shown.whole))
        return tr("the first {count} rows, more below", count=here)
    rows = counted(shown.whole if shown.whole is not None else len(shown.lines))
    words = shown.shape.words
    return tr("{rows} with {words}", rows=rows, words=f'"{words}"') if words else rows


def empty_of(shown: ShownReport) -> str:
    """Return what stands in the place of rows where there are none."""
    if shown.is_stopped:
        return tr("This was not read to its end: Ctrl+R reads it, F4 asks for less.")
    if not shown.is_asked:
        return tr("F4 asks what this is to be of.")
    if not shown.is_read:
        return tr("The report is being read …")
    if shown.shape.words:
        return tr("No row has these words: type less of them, or Esc shows all.")
    return tr("There is nothing to show for what was asked: F5 and F4 ask for something else.")


def state_of(shown: ShownReport) -> str:
    """Return what is to be known of what is shown, empty where it is all there is to it."""
    if shown.is_stale:
        return tr("Something changed since this was read: Ctrl+R reads it again.")
    return ""


def group_words(shown: ShownReport, following: str | None) -> str:
    """Return what the key that groups says; ``following`` is the column that it groups by next."""
    columns = shown.opened.columns if shown.opened is not None else ()
    title = next((column.title for column in columns if column.id == following), None)
    if title is not None:
        return tr("Group: {title}", title=tr(title))
    return tr("No groups") if shown.shape.group is not None else tr("Group")
