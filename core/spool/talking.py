"""Brings a paper to a printer and makes out whether it came out: asks before and after, where the printer answers.

``DLE EOT`` is answered at once, whatever the printer is doing; ``GS r`` only when it has come so far in what was sent,
which is how the end of a paper is known.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from core.kernel.errors import EnvironmentFault
from core.spool.dto import PrinterSetup
from core.spool.wires import Patience, Stopped, Wire, open_wire

#: How long is waited where nothing else is said.
USUAL = Patience()

_STATE, _CAUSE, _SENSOR = (b"\x10\x04" + bytes([number]) for number in (1, 2, 4))
_TELL_END = b"\x1dr\x01"
# which bits of an answer to DLE EOT are always the same, and how they are
_FIXED_BITS, _FIXED = 0x93, 0x12
_OFFLINE = 0x08
_COVER_OPEN, _NO_PAPER, _ERROR = 0x04, 0x20, 0x40
_NEAR_END, _END = 0x0C, 0x60


@dataclass(frozen=True, slots=True)
class Condition:
    """What a printer says of itself: what is against printing, None for nothing; whether its paper is nearly out."""

    fault: EnvironmentFault | None = None
    paper_is_low: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a paper. ``is_unsure`` where part of it may have come out in spite of a fault."""

    fault: EnvironmentFault | None = None
    is_unsure: bool = False
    paper_is_low: bool = False


class Talker:
    """Talks to the printers of one program, and remembers which of them say nothing. Any thread may call it."""

    def __init__(self, patience: Patience = USUAL) -> None:
        """Start knowing nothing of any printer."""
        self._patience = patience
        self._silent: set[PrinterSetup] = set()
        self._endless: set[PrinterSetup] = set()
        self._lock = threading.Lock()

    def deliver(self, printer: PrinterSetup, data: bytes) -> Outcome:
        """Bring a paper to a printer and return what became of it; no fault of a printer is raised."""
        try:
            with open_wire(printer, self._patience) as wire:
                return self._through(wire, printer, data)
        except EnvironmentFault as fault:
            return Outcome(fault)

    def ask(self, printer: PrinterSetup) -> Condition | None:
        """Return what a printer says of itself, None where it says nothing.

        Raises EnvironmentFault ``printer.unreachable``, ``printer.no_device``, ``printer.not_this_system``,
        ``printer.hung_up``.
        """
        with open_wire(printer, self._patience) as wire:
            if not (wire.answers and printer.tells_status and printer.mode.is_roll):
                return None
            try:
                return self._condition(wire, printer)
            except Stopped as stopped:
                raise EnvironmentFault("printer.hung_up", name=printer.name) from stopped

    def _through(self, wire: Wire, printer: PrinterSetup, data: bytes) -> Outcome:
        try:
            before = self._before(wire, printer)
        except Stopped:
            return Outcome(EnvironmentFault("printer.hung_up", name=printer.name))
        if before is not None and before.fault is not None:
            return Outcome(before.fault, paper_is_low=before.paper_is_low)
        try:
            wire.write(data)
        except Stopped as stopped:
            return Outcome(EnvironmentFault("printer.stopped", name=printer.name), is_unsure=stopped.sent > 0)
        if before is None:
            return Outcome()
        try:
            return self._after(wire, printer)
        except Stopped as stopped:
            # what was sent may lie unread in between; but a printer may hang up in order when it is done
            fault = None if stopped.is_orderly else EnvironmentFault("printer.stopped", name=printer.name)
            return Outcome(fault, is_unsure=fault is not None, paper_is_low=before.paper_is_low)

    def _before(self, wire: Wire, printer: PrinterSetup) -> Condition | None:
        with self._lock:
            is_asked = wire.answers and printer.tells_status and printer.mode.is_roll and printer not in self._silent
        if not is_asked:
            return None
        condition = self._condition(wire, printer)
        if condition is None:
            with self._lock:
                self._silent.add(printer)
        return condition

    def _after(self, wire: Wire, printer: PrinterSetup) -> Outcome:
        """Wait for the end of the paper, then ask how the printer is."""
        with self._lock:
            tells_end = printer not in self._endless
        came = False
        if tells_end:
            wire.write(_TELL_END)
            came = bool(wire.read(self._patience.printed))
        condition = self._condition(wire, printer)
        if condition is None or condition.fault is None:
            if tells_end and not came:
                with self._lock:
                    self._endless.add(printer)
            return Outcome(paper_is_low=condition is not None and condition.paper_is_low)
        # the end came: what is wrong now came after it, or with its last line
        return Outcome(None if came else condition.fault, is_unsure=not came, paper_is_low=condition.paper_is_low)

    def _condition(self, wire: Wire, printer: PrinterSetup) -> Condition | None:
        state = self._answer(wire, _STATE)
        if state is None:
            return None
        sensor = self._answer(wire, _SENSOR) or 0
        low = bool(sensor & _NEAR_END)
        if not state & _OFFLINE and not sensor & _END:
            return Condition(paper_is_low=low)
        cause = self._answer(wire, _CAUSE) or 0
        if cause & _COVER_OPEN:
            code = "printer.cover_open"
        elif cause & _NO_PAPER or sensor & _END:
            code = "printer.paper_out"
        elif cause & _ERROR:
            code = "printer.error"
        else:
            code = "printer.not_ready"
        return Condition(EnvironmentFault(code, name=printer.name), low)

    def _answer(self, wire: Wire, question: bytes) -> int | None:
        """Return the one byte that answers a question, None where none comes; what is said unasked is passed over."""
        wire.write(question)
        until = time.monotonic() + self._patience.answer
        while (left := until - time.monotonic()) > 0:
            for byte in wire.read(left):
                if byte & _FIXED_BITS == _FIXED:
                    return byte
        return None
