"""Learn my scanner, without Qt: a person scans one code three times, and the settings follow from what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

from core.app.scanner_dto import EndKey, Scanners, Separator, SerialBaud, SerialEnd, SerialSetup, WedgeSetup
from core.app.scanners import change_scanners, scanners_of
from core.boundary.frozen import make
from core.boundary.messages import explain
from core.kernel.errors import Problem, RuleBroken
from pos_desktop.devices.serial_ports import FoundPort, PortState
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.scanners.learning import (
    SCANS,
    KeySeen,
    Learned,
    heard_text,
    learn_bytes,
    learn_keys,
    take_apart,
    typed_text,
)
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone

#: A scan that is typed is over when no key came for so long, in milliseconds.
PAUSE_MS: Final = 400
#: Fewer keys are a person's.
_LEAST_KEYS: Final = 4
#: The speeds of a serial line, the likeliest first; what is at USB takes any.
BAUDS: Final[tuple[SerialBaud, ...]] = (9600, 115200, 19200, 38400, 57600, 4800, 2400, 1200)


class Later(Protocol):
    """Calls something once, after so many milliseconds, on the asking thread."""

    def __call__(self, milliseconds: int, call: Callable[[], None]) -> None:
        """Ask for the call."""
        ...


class Tap(Protocol):
    """Something that listens at a port."""

    def end(self) -> None:
        """Stop listening."""
        ...


class OpenTap(Protocol):
    """Listens at a port; ``heard`` gets what comes between two pauses, ``told`` whether the port is there."""

    def __call__(self, port: str, baud: int, heard: Callable[[bytes], None], told: Callable[[PortState], None]) -> Tap:
        """Begin."""
        ...


class LearnScanner:
    """The panel: closed, or open with what was scanned so far. ``listen`` tells the view that something changed.

    ``port`` is None while keys are looked at, else the serial port that is listened to. ``asks_port`` while one is
    being typed. ``hold`` has the scanners of the counter leave keys and ports alone while it is open, ``release`` ends
    that; ``saved`` gets what holds from now on.
    """

    def __init__(
        self,
        lanes: Lanes,
        *,
        ports: Callable[[], Sequence[FoundPort]],
        open_tap: OpenTap,
        later: Later,
        hold: Callable[[], None],
        release: Callable[[], None],
        saved: Callable[[Scanners], None],
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Start closed."""
        self._lanes = lanes
        self._list_ports = ports
        self._open_tap = open_tap
        self._later = later
        self._hold = hold
        self._release = release
        self._tell_saved = saved
        self._report_bug = report_bug
        self._listener: Callable[[], None] = lambda: None
        self._scanners = Scanners()
        self.is_open = False
        self.is_saving = False
        self.ports: Sequence[FoundPort] = ()
        self.port: str | None = None
        self.asks_port = False
        self.sentence, self.tone = "", Tone.PLAIN
        self.learned: Learned | None = None
        self._tap: Tap | None = None
        self._tap_number = 0
        self._baud = 0
        self._keys: list[KeySeen] = []
        self._key_scans: list[Sequence[KeySeen]] = []
        self._byte_scans: list[bytes] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many scans are in."""
        return len(self._byte_scans if self.port is not None else self._key_scans)

    @property
    def baud(self) -> SerialBaud:
        """At which speed the port is listened to."""
        return BAUDS[self._baud]

    @property
    def source(self) -> str:
        """Where it listens, in words."""
        if self.port is None:
            return tr("A scanner that types like a keyboard")
        about = next((found.about for found in self.ports if found.port == self.port), "")
        words = tr("The scanner at {port}, {baud} baud", port=self.port, baud=self.baud)
        return f"{words} ({about})" if about else words

    @property
    def rows(self) -> Sequence[tuple[str, str]]:
        """What was found, each with its name; empty until it was."""
        found = self.learned
        if found is None:
            return ()
        setup = found.setup
        rows: list[tuple[str, str]] = []
        if isinstance(setup, WedgeSetup):
            times = tr("fastest {fastest} ms, slowest {slowest} ms", fastest=found.fastest, slowest=found.slowest)
            rows.append((tr("Between two characters"), times))
            told = tr(
                "{least} characters or more, each within {gap} ms", least=setup.least_characters, gap=setup.gap_ms
            )
            rows.append((tr("Taken for a scan"), told))
            rows.append((tr("Ends a code"), _end_keys()[setup.end]))
        else:
            rows.append((tr("Port"), tr("{port} at {baud} baud", port=setup.port, baud=setup.baud)))
            rows.append((tr("Ends a code"), _ends()[setup.end]))
        nothing = tr("nothing")
        rows.append((tr("Before the code"), setup.prefix or nothing))
        rows.append((tr("Behind the code"), setup.suffix or nothing))
        rows.append((tr("Separator"), self._separator_words(found)))
        return rows

    @property
    def cautions(self) -> Sequence[str]:
        """What is worth a look before it is saved."""
        return [explain(caution) for caution in self.learned.cautions] if self.learned else []

    @staticmethod
    def _separator_words(found: Learned) -> str:
        if found.parts.separator is None:
            return tr("not tried, stays as it was")
        if not found.parts.separator:
            return tr("left out")
        is_gs = found.setup.separator is Separator.GS
        return tr("sent as it is") if is_gs else tr("{sign} stands for it", sign=found.setup.separator.value)

    # --- what is done --------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the panel, at a scanner that types."""
        if self.is_open:
            return
        self.is_open = True
        self._hold()
        self.ports = self._list_ports()
        self._lanes.read(scanners_of, self._know, self._failed)
        self._listen_to(None)

    def close(self) -> None:
        """Esc: change nothing; where a port is being typed, only that ends."""
        if self.asks_port:
            self.asks_port = False
            self._listener()
        elif self.is_open and not self.is_saving:
            self._leave()

    def leave(self) -> None:
        """The window goes: let go of keys and ports."""
        if self.is_open:
            self._leave()

    def start_again(self) -> None:
        """F5: forget what was scanned."""
        self._baud = 0
        self._listen_to(self.port)

    def use_keyboard(self) -> None:
        """F2: a scanner that types."""
        self._listen_to(None)

    def next_port(self) -> None:
        """F3: the next serial port that the system knows."""
        ports = [found.port for found in self.ports]
        if not ports:
            self._say(tr("The system knows no serial port: F4 types one."), Tone.WARNING)
            return
        at = ports.index(self.port) + 1 if self.port in ports else 0
        self._baud = 0
        self._listen_to(ports[at % len(ports)])

    def ask_port(self) -> None:
        """F4: type a port."""
        self.asks_port = True
        self._say("", Tone.PLAIN)

    def port_typed(self, port: str) -> None:
        """Enter behind a port: listen there."""
        if port.strip():
            self._baud = 0
            self._listen_to(port.strip())
        else:
            self._say(tr("Type a port: COM3, or /dev/ttyACM0."), Tone.WARNING)

    def key(self, key: KeySeen) -> None:
        """A key came: a scanner's, or Enter by hand once everything is found."""
        if not self.is_open or self.is_saving or self.asks_port:
            return
        before, self._keys = self._keys, [*self._keys, key]
        if self.learned is not None:
            # a scan that comes late ends with Enter too, but not by itself
            self._keys = self._keys[-1:]
            is_alone = not before or key.at_ms - before[-1].at_ms >= PAUSE_MS
            if key.text == "\r" and is_alone:
                self.save()
        elif self.port is None:
            self._later(PAUSE_MS, partial(self._pause, key))
        else:
            self._keys.clear()

    def save(self) -> None:
        """Enter: keep what was found."""
        found = self.learned
        if found is None or self.is_saving:
            return
        try:
            scanners = self._changed(found)
        except RuleBroken as broken:
            self._say(explain(broken), Tone.DANGER)
            return
        self.is_saving = True
        self._lanes.write(lambda uow: change_scanners(uow, scanners), self._saved, self._failed)
        self._listener()

    # --- scans ---------------------------------------------------------------------------------------------------

    def _pause(self, last: KeySeen) -> None:
        """No key came behind that one: a scan is over."""
        if not self._keys or self._keys[-1] is not last or self.learned is not None:
            return
        keys, self._keys = self._keys, []
        if len(keys) < _LEAST_KEYS:
            self._say(tr("That was a key, not a scan: point the scanner at the code."), Tone.WARNING)
        elif take_apart(typed_text(keys)) is None:
            self._say(explain(RuleBroken("scanner.code_unknown")), Tone.WARNING)
        else:
            self._key_scans.append(keys)
            self._scanned(lambda: learn_keys(self._key_scans, self._scanners.wedge))

    def _heard(self, tap: int, data: bytes) -> None:
        if tap != self._tap_number or self.learned is not None:
            return
        if take_apart(heard_text(data)) is None:
            if self._byte_scans:
                self._say(explain(RuleBroken("scanner.code_unknown")), Tone.WARNING)
                return
            before = self.baud
            self._baud = (self._baud + 1) % len(BAUDS)
            self._listen_to(self.port)
            words = tr(
                "At {before} baud that was no known code: now at {baud}. Scan again.", before=before, baud=self.baud
            )
            self._say(words, Tone.WARNING)
            return
        self._byte_scans.append(data)
        self._scanned(self._learn_bytes)

    def _told(self, tap: int, state: PortState) -> None:
        if tap == self._tap_number and self.port is not None:
            if state.is_connected and self.tone is Tone.DANGER:  # it was not there
                self._say("", Tone.PLAIN)
            elif not state.is_connected:
                words = tr("Nothing can be read at {port} ({reason}).", port=self.port, reason=state.reason)
                self._say(words, Tone.DANGER)

    def _scanned(self, learn: Callable[[], Learned]) -> None:
        self.sentence, self.tone = "", Tone.PLAIN
        if self.count >= SCANS:
            try:
                self.learned = learn()
            except RuleBroken as broken:
                self._forget()
                self.sentence, self.tone = explain(broken), Tone.DANGER
        self._listener()

    def _learn_bytes(self) -> Learned:
        assert self.port is not None
        known = self._known_at(self.port)
        return learn_bytes(
            self._byte_scans,
            name=known.name if known is not None else self._free_name(),
            port=self.port,
            baud=self.baud,
            separator=known.separator if known is not None else Separator.GS,
        )

    # --- inside --------------------------------------------------------------------------------------------------

    def _listen_to(self, port: str | None) -> None:
        self._end_tap()
        self.port = port
        self.asks_port = False
        self._forget()
        self.sentence, self.tone = "", Tone.PLAIN
        if port is not None:
            number = self._tap_number
            self._tap = self._open_tap(port, self.baud, partial(self._heard, number), partial(self._told, number))
        self._listener()

    def _forget(self) -> None:
        self.learned = None
        self._keys, self._key_scans, self._byte_scans = [], [], []

    def _end_tap(self) -> None:
        self._tap_number += 1  # what it still says is heard by nobody
        tap, self._tap = self._tap, None
        if tap is not None:
            tap.end()

    def _know(self, scanners: Scanners) -> None:
        self._scanners = scanners

    def _known_at(self, port: str) -> SerialSetup | None:
        return next((each for each in self._scanners.serial if each.port == port), None)

    def _free_name(self) -> str:
        names = [tr("Scanner {number}", number=number) for number in range(1, len(self._scanners.serial) + 2)]
        return next(name for name in names if self._scanners.named(name) is None)

    def _changed(self, found: Learned) -> Scanners:
        scanners = self._scanners
        if isinstance(found.setup, WedgeSetup):
            return scanners.model_copy(update={"wedge": found.setup})
        serial = scanners.with_serial(found.setup, instead_of=found.setup.name)
        return make(Scanners, {"wedge": scanners.wedge, "serial": serial})

    def _saved(self, scanners: Scanners) -> None:
        self.is_saving = False
        self._tell_saved(scanners)
        self._leave()

    def _failed(self, error: Exception) -> None:
        self.is_saving = False
        if isinstance(error, Problem):
            self._say(explain(error), Tone.DANGER)
        else:
            self._report_bug(error)

    def _leave(self) -> None:
        self._end_tap()
        self._forget()
        self.is_open = self.asks_port = self.is_saving = False
        self.port = None
        self._release()
        self._listener()

    def _say(self, sentence: str, tone: Tone) -> None:
        self.sentence, self.tone = sentence, tone
        self._listener()


def _end_keys() -> dict[EndKey, str]:
    return {
        EndKey.ENTER: tr("Enter"),
        EndKey.TAB: tr("Tab"),
        EndKey.ENTER_OR_TAB: tr("Enter or Tab"),
        EndKey.NONE: tr("a pause"),
    }


def _ends() -> dict[SerialEnd, str]:
    return {
        SerialEnd.CR: "CR",
        SerialEnd.LF: "LF",
        SerialEnd.CRLF: "CR LF",
        SerialEnd.TAB: tr("Tab"),
        SerialEnd.PAUSE: tr("a pause"),
    }
