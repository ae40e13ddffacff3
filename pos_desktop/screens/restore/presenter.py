"""Restoring a backup without Qt: which file, its code if it needs one, what is in it, and putting it in place."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.app.backups.looking import Inside
from core.app.backups.restoring import Restored
from core.audit.clock import show_instant
from core.boundary.messages import explain
from core.kernel.errors import Problem
from core.storage.keys import RawKey
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone

Failed = Callable[[Exception], None]

#: What core says when a file wants a code that was not given, or another one.
_ASKS_FOR_CODE = frozenset({"key.missing", "key.wrong", "key.of_sheet"})
_ABOUT_COUNTER = frozenset({"backup.counter_form", "backup.counter_used"})


class Stage(enum.Enum):
    """Where a restore stands."""

    CHOOSE = "choose"
    LOOKING = "looking"
    LOOKED = "looked"
    RESTORING = "restoring"
    DONE = "done"


class LookInto(Protocol):
    """Proves a file in the background and says what is in it."""

    def __call__(self, path: Path, key: RawKey | None, done: Callable[[Inside], None], failed: Failed) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class RestoreFile(Protocol):
    """Puts a backup in the place of the shop, in the background."""

    def __call__(
        self, path: Path, key: RawKey | None, counter: str | None, done: Callable[[Restored], None], failed: Failed
    ) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for the whole window."""

    tone: Tone
    text: str


class Restoring:
    """What is restored and how far it is. ``listen`` tells the view that something changed.

    ``present`` names the shop that would be replaced, empty for none. ``left`` is called by Esc while nothing goes on,
    ``finished`` when the restored shop is to be opened.
    """

    def __init__(
        self,
        *,
        look: LookInto,
        restore: RestoreFile,
        left: Callable[[], None],
        finished: Callable[[], None],
        path: str = "",
        present: str = "",
    ) -> None:
        self._look = look
        self._restore = restore
        self._left = left
        self._finished = finished
        self._listener: Callable[[], None] = lambda: None
        self._key: RawKey | None = None
        self.present = present
        self.stage = Stage.CHOOSE
        self.path = path
        self.code = ""
        self.counter = ""
        self.asks_code = False
        self.inside: Inside | None = None
        self.restored: Restored | None = None
        self.problems: dict[str, str] = {}
        self.said: Said | None = None
        self._wanted: str | None = None

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    @property
    def is_busy(self) -> bool:
        """Whether work goes on that must not be left."""
        return self.stage in {Stage.LOOKING, Stage.RESTORING}

    def take_focus(self) -> str | None:
        """Return the field that the focus shall go to, once."""
        wanted, self._wanted = self._wanted, None
        return wanted

    # --- typing ------------------------------------------------------------------------------------------------------

    def change(self, name: str, text: str) -> None:
        """A field (``path``, ``code``, ``counter``) holds another text."""
        if self.is_busy or getattr(self, name) == text:
            return
        setattr(self, name, text)
        self.problems.pop(name, None)
        self.said = None
        if name == "path":
            self.asks_code, self.code, self._key = False, "", None
        self._listener()

    def choose(self, path: str) -> None:
        """A file was chosen in the system's own window: look into it at once."""
        self.change("path", path)
        if self.stage is Stage.CHOOSE:
            self.next()

    # --- steps -------------------------------------------------------------------------------------------------------

    def next(self) -> None:
        """Enter: look into the file, restore what was looked at, or go on to the log-in."""
        if self.stage is Stage.CHOOSE:
            self._begin_look()
        elif self.stage is Stage.LOOKED:
            self._begin_restore()
        elif self.stage is Stage.DONE:
            self._finished()

    def back(self) -> None:
        """Esc: choose another file, or leave."""
        if self.stage is Stage.LOOKED:
            self._choose_again()
            self._listener()
        elif self.stage is Stage.CHOOSE:
            self._left()

    def _choose_again(self) -> None:
        self.stage, self.inside, self.said = Stage.CHOOSE, None, None
        self.problems = {}
        self._wanted = "path"

    def _begin_look(self) -> None:
        self.said = None
        path = self.path.strip()
        if not path:
            self.problems = {"path": tr("Type or choose the backup's file.")}
            self._wanted = "path"
            self._listener()
            return
        if self.asks_code:
            try:
                self._key = RawKey.of_recovery_code(self.code)
            except Problem as problem:
                self.problems = {"code": explain(problem)}
                self._wanted = "code"
                self._listener()
                return
        self.problems = {}
        self.stage = Stage.LOOKING
        self._listener()
        self._look(Path(path), self._key, self._looked, self._look_failed)

    def _looked(self, inside: Inside) -> None:
        self.stage, self.inside = Stage.LOOKED, inside
        self._wanted = "go"
        self._listener()

    def _look_failed(self, error: Exception) -> None:
        self.stage = Stage.CHOOSE
        self._wanted = "path"
        if not isinstance(error, Problem):
            self._listener()
            raise error
        if error.code in _ASKS_FOR_CODE:
            self._ask_for_code(error)
        else:
            self.said = Said(Tone.DANGER, tr("{problem} Nothing was changed.", problem=explain(error)))
        self._listener()

    def _ask_for_code(self, problem: Problem) -> None:
        """The first time it is a question, and only after a code was typed a fault of that code."""
        self._wanted = "code"
        if self.asks_code:
            self.problems = {"code": tr("The backup does not open with this code: compare it with its own sheet.")}
            return
        self.asks_code = True
        sheet = problem.values.get("id")
        self.said = Said(
            Tone.ACCENT,
            tr("This backup is encrypted: type the recovery code of the sheet with the key {id}.", id=sheet)
            if sheet
            else tr("This backup is encrypted: type the recovery code of its sheet."),
        )

    def _begin_restore(self) -> None:
        self.said, self.problems = None, {}
        self.stage = Stage.RESTORING
        self._listener()
        counter = self.counter.strip().upper() or None
        self._restore(Path(self.path.strip()), self._key, counter, self._done, self._restore_failed)

    def _done(self, restored: Restored) -> None:
        self.stage, self.restored = Stage.DONE, restored
        self.code, self._key = "", None
        self._wanted = "go"
        self._listener()

    def _restore_failed(self, error: Exception) -> None:
        self.stage = Stage.LOOKED
        self._wanted = "go"
        if not isinstance(error, Problem):
            self._choose_again()
            self._listener()
            raise error
        if error.code in _ABOUT_COUNTER:
            self.problems = {"counter": explain(error)}
            self._wanted = "counter"
        else:
            self._choose_again()
            self.said = Said(Tone.DANGER, tr("{problem} Nothing was changed.", problem=explain(error)))
        self._listener()

    # --- what is shown -----------------------------------------------------------------------------------------------

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is in the file, as captions and values."""
        inside = self.inside
        if inside is None:
            return []
        last = tr("none")
        if inside.last_bill is not None and inside.last_bill_at is not None:
            last = tr("{number} of {at}", number=inside.last_bill, at=show_instant(inside.last_bill_at))
        return [
            (tr("Shop"), inside.shop),
            (tr("Counter"), inside.counter),
            (tr("Backup made"), show_instant(inside.made_at) if inside.made_at else tr("not known")),
            (tr("Newest entry"), show_instant(inside.newest_entry) if inside.newest_entry else tr("none")),
            (tr("Bills"), f"{inside.bills:,}"),
            (tr("Last bill"), last),
            (tr("Encryption"), tr("key {id}", id=inside.key_id) if inside.key_id else tr("none")),
            (
                tr("Proved"),
                tr("{events} entries and {rows} rows compared", events=f"{inside.events:,}", rows=f"{inside.rows:,}"),
            ),
        ]

    @property
    def warning(self) -> str:
        """What becomes of the shop that is there now, and of the numbers."""
        numbers = tr("Numbers go on in a new series: enter bills made after this backup again from their copies.")
        if not self.present:
            return numbers
        return tr(
            "{shop} on this computer is backed up first and set aside, never overwritten. {numbers}",
            shop=self.present,
            numbers=numbers,
        )

    @property
    def outcome(self) -> list[str]:
        """What a restore did, in sentences."""
        done = self.restored
        if done is None:
            return []
        said = [
            tr(
                "{shop} is restored: {events} entries, all proved.",
                shop=done.contents.shop,
                events=f"{done.events:,}",
            ),
            tr(
                "Counter {before} goes on as {code}, since {before} may have given numbers that are lost.",
                before=done.contents.head.node_code,
                code=done.node_code,
            ),
        ]
        if done.set_aside is not None:
            said.append(tr("What was here lies in {path}.", path=done.set_aside))
            if done.backup is None:
                said.append(tr("It could not be read whole, so no backup of it was made."))
        if done.lacking is not None and not done.lacking.events and not done.lacking.broke_off:
            said.append(tr("The backup lacks nothing of what was here."))
        return said

    @property
    def lacking(self) -> str:
        """What was here and is not in the backup, in sentences; empty where that is nothing or not known."""
        lacking = self.restored.lacking if self.restored is not None else None
        if lacking is None or self.restored is None:
            return ""
        said = []
        if lacking.bills:
            values = {
                "span": lacking.span,
                "total": lacking.total.grouped(),
                "path": self.restored.set_aside,
                "bills": f"{lacking.bills:,}",
                "cancelled": f"{lacking.cancelled:,}",
            }
            said.append(
                tr("1 bill that was here is not in the backup: {span}, ₹{total}.", **values)
                if lacking.bills == 1
                else tr("{bills} bills that were here are not in the backup: {span}, ₹{total} in all.", **values)
            )
            if lacking.cancelled:
                said.append(tr("Cancelled ones among them, left out of the sum: {cancelled}.", **values))
            said.append(
                tr("They stand in {path}; enter them again.", **values)
                if lacking.bills > lacking.cancelled
                else tr("They stand in {path}; nothing of them is to be entered again.", **values)
            )
        if lacking.other_events:
            count = f"{lacking.other_events:,}"
            said.append(tr("Other entries not in the backup, such as receipts of stock: {count}.", count=count))
        if lacking.broke_off:
            said.append(tr("What was here could not be read to its end: there may be more that the backup lacks."))
        return " ".join(said)
