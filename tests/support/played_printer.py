"""A receipt printer that is played: over TCP or a serial line, with the faults that printers have at a counter.

It answers ``DLE EOT`` at once and ``GS r`` when it has come so far, as printers do, and keeps what it was sent.
"""

from __future__ import annotations

import os
import pty
import re
import select
import socket
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.spool.dto import PrinterKind, PrinterSetup

_QUESTION = re.compile(rb"\x10\x04([\x01-\x04])|\x1dr\x01", re.DOTALL)


@dataclass
class PlayedPrinter:
    """How the printer is just now, and all that it printed. Its faults may change at any time.

    ``is_silent`` answers nothing, ``babbles`` answers what no printer says, ``knows_end`` answers ``GS r``.
    ``runs_out_after`` bytes its paper is at an end and it takes no more; ``hangs_up_after`` bytes it goes away.
    ``holds`` makes it wait before it takes anything more, as a slow one does: until it is set.
    """

    paper_out: bool = False
    cover_open: bool = False
    is_offline: bool = False
    paper_is_low: bool = False
    is_silent: bool = False
    babbles: bool = False
    knows_end: bool = True
    runs_out_after: int | None = None
    hangs_up_after: int | None = None
    holds: threading.Event | None = None
    #: What it printed, a piece for each connection.
    jobs: list[bytes] = field(default_factory=list)
    #: Those of which the connection has ended.
    whole: list[bytes] = field(default_factory=list)
    address: str = ""
    _ended: threading.Event = field(default_factory=threading.Event)
    took: threading.Condition = field(default_factory=threading.Condition)

    def setup(self, name: str = "Counter", kind: PrinterKind = PrinterKind.NETWORK) -> PrinterSetup:
        """Return it as a shop would set it up."""
        return PrinterSetup(name=name, kind=kind, address=self.address)

    @property
    def printed(self) -> bytes:
        """All that came out of it, the questions left out."""
        return b"".join(self.jobs)

    def answer(self, question: bytes) -> bytes:
        """Return what it says."""
        if self.is_silent:
            return b""
        if self.babbles:
            return b"\xff"
        if question.startswith(b"\x1d"):
            return b"\x00" if self.knows_end and not self.paper_out else b""
        is_bad = self.paper_out or self.cover_open or self.is_offline
        bits = {
            1: 0x08 * is_bad,
            2: 0x04 * self.cover_open | 0x20 * self.paper_out,
            4: 0x60 * self.paper_out | 0x0C * self.paper_is_low,
        }
        return bytes([0x12 | bits.get(question[2], 0)])

    def paper(self, number: int, seconds: float = 60.0) -> bytes:
        """Return the paper of that number, from 0 on, once it is whole; questions alone are no paper."""
        with self.took:
            assert self.took.wait_for(lambda: len(self.whole) > number, seconds), f"paper {number} never came"
            return self.whole[number]

    def serve(self, descriptor: int) -> None:
        """Play over an open line until the other end leaves."""
        self.jobs.append(b"")
        try:
            self._serve(descriptor)
        finally:
            with self.took:
                if self.jobs[-1]:
                    self.whole.append(self.jobs[-1])
                self.took.notify_all()

    def _serve(self, descriptor: int) -> None:
        pending = b""
        while not self._ended.is_set():
            if self.holds is not None:
                self.holds.wait(20)
            if not select.select([descriptor], [], [], 0.05)[0]:
                continue
            try:
                came = os.read(descriptor, 4096)
            except OSError:
                return
            if not came:
                return
            pending = self._take(descriptor, pending + came)
            if self.hangs_up_after is not None and len(self.jobs[-1]) >= self.hangs_up_after:
                return

    def end(self) -> None:
        """Stop playing."""
        self._ended.set()

    def _take(self, descriptor: int, data: bytes) -> bytes:
        """Answer questions and print the rest; return the beginning of a question that is not whole yet."""
        while found := _QUESTION.search(data):
            self._print(data[: found.start()])
            if answer := self.answer(found[0]):
                os.write(descriptor, answer)
            data = data[found.end() :]
        for begin in (b"\x10\x04", b"\x1dr", b"\x10", b"\x1d"):
            if data.endswith(begin):
                self._print(data[: -len(begin)])
                return begin
        self._print(data)
        return b""

    def _print(self, data: bytes) -> None:
        with self.took:
            left = len(data) if self.runs_out_after is None else max(0, self.runs_out_after - len(self.jobs[-1]))
            self.jobs[-1] += data[:left]
            if left < len(data):
                self.paper_out = True
            self.took.notify_all()


@contextmanager
def on_the_network(printer: PlayedPrinter | None = None, port: int = 0) -> Iterator[PlayedPrinter]:
    """Give a printer that listens on this machine; what is sent later finds nobody."""
    played = printer or PlayedPrinter()
    server = socket.create_server(("127.0.0.1", port))
    played.address = f"127.0.0.1:{server.getsockname()[1]}"
    played._ended.clear()

    def listen() -> None:
        while not played._ended.is_set():
            if not select.select([server], [], [], 0.05)[0]:
                continue
            connection, _ = server.accept()
            with connection:
                played.serve(connection.fileno())

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield played
    finally:
        played.end()
        thread.join(20)
        server.close()


@contextmanager
def on_a_line(printer: PlayedPrinter | None = None) -> Iterator[PlayedPrinter]:
    """Give a printer at the other end of a serial line, which is a device file here."""
    played = printer or PlayedPrinter()
    master, slave = pty.openpty()
    tty.setraw(slave)
    played.address = os.ttyname(slave)
    thread = threading.Thread(target=played.serve, args=(master,))
    thread.start()
    try:
        yield played
    finally:
        played.end()
        thread.join(20)
        os.close(master)
        os.close(slave)
