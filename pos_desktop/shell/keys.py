"""Keys as data: what a key does here, shown in the key bar and on F1, and bound by the shell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pos_desktop.shell.texts import tr


@dataclass(frozen=True, slots=True)
class KeyAction:
    """A key and what it does on this screen.

    ``key`` is written as on the keyboard: ``F2``, ``Ctrl+S``, ``Esc``. ``intent`` is called when it is pressed or
    clicked. The shell binds the key unless ``is_bound`` is False: then the screen's own widgets take it and the key
    is only shown. ``in_bar`` False keeps it off the key bar, on F1 only; ``in_list`` False off F1 too, where one line
    stands for several keys. A disabled key is shown greyed.
    """

    key: str
    label: str
    intent: Callable[[], object]
    enabled: bool = True
    is_bound: bool = True
    in_bar: bool = True
    in_list: bool = True


def form_keys(
    words: str, submit: Callable[[], object], next_field: Callable[[], object], escape: Callable[[], object]
) -> tuple[KeyAction, ...]:
    """Return the keys of a form that is open, which takes them itself; ``words`` say what Enter does."""
    return (
        KeyAction("Enter", words, submit, is_bound=False),
        KeyAction("Tab", tr("Next field"), next_field, is_bound=False),
        KeyAction("Esc", tr("Back"), escape, is_bound=False),
    )


def twice_used(actions: Iterable[KeyAction]) -> list[str]:
    """Return each bound key that stands more than once: Qt would call neither."""
    seen: set[str] = set()
    twice = []
    for action in actions:
        if action.is_bound and action.key in seen:
            twice.append(action.key)
        seen.add(action.key)
    return twice
