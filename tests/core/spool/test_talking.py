"""Papers reach printers over the network, a serial line, a device file, CUPS and a file; faults are told apart."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.boundary.messages import explain
from core.kernel.errors import EnvironmentFault
from core.printing.dto import PrinterProfile
from core.printing.escpos import to_escpos
from core.printing.receipt import receipt
from core.spool.dto import PaperMode, PrinterKind, PrinterSetup
from core.spool.talking import Outcome, Talker
from core.spool.wires import Patience
from tests.support.bill_views import THREE_LINES, bill_view, shop_view
from tests.support.escpos_reader import read_escpos
from tests.support.played_printer import PlayedPrinter, on_a_line, on_the_network

#: A machine that is busy must not make a printer look silent, one that is silent shall not be waited for long.
BRIEF = Patience(connect=2.0, stuck=1.0, goodbye=0.2, answer=0.6, printed=0.6)
LONG_SILENCE = Patience(answer=3.0, printed=3.0, goodbye=0.2, stuck=3.0)


def receipt_bytes(lines: int = 1) -> bytes:
    return to_escpos(receipt(bill_view(THREE_LINES * lines), shop_view(), 48), PrinterProfile())


def code_of(outcome: Outcome) -> str | None:
    return outcome.fault.code if outcome.fault else None


@pytest.mark.parametrize("lines", [1, 60])
def test_a_network_printer_prints_the_whole_paper(lines: int) -> None:
    data = receipt_bytes(lines)
    with on_the_network() as printer:
        assert Talker(LONG_SILENCE).deliver(printer.setup(), data) == Outcome()
    assert printer.printed == data
    read_escpos(printer.printed)


@pytest.mark.parametrize("kind", [PrinterKind.SERIAL, PrinterKind.USB])
def test_a_printer_on_a_line_prints_the_whole_paper_and_answers(kind: PrinterKind) -> None:
    data = receipt_bytes(3)
    with on_a_line(PlayedPrinter(paper_is_low=True)) as printer:
        setup = printer.setup(kind=kind)
        talker = Talker(LONG_SILENCE)
        assert talker.deliver(setup, data) == Outcome(paper_is_low=True)
        printer.cover_open = True
        assert code_of(talker.deliver(setup, data)) == "printer.cover_open"
    assert printer.printed == data


@pytest.mark.parametrize(
    ("played", "code"),
    [
        (PlayedPrinter(paper_out=True), "printer.paper_out"),
        (PlayedPrinter(cover_open=True), "printer.cover_open"),
        (PlayedPrinter(paper_out=True, cover_open=True), "printer.cover_open"),
        (PlayedPrinter(is_offline=True), "printer.not_ready"),
    ],
)
def test_a_printer_that_says_what_it_lacks_is_sent_nothing(played: PlayedPrinter, code: str) -> None:
    with on_the_network(played) as printer:
        outcome = Talker(LONG_SILENCE).deliver(printer.setup(name="Front desk"), receipt_bytes())
    assert code_of(outcome) == code
    assert not outcome.is_unsure
    assert printer.printed == b""
    assert outcome.fault is not None
    assert "Front desk" in explain(outcome.fault)


@pytest.mark.parametrize("played", [PlayedPrinter(is_silent=True), PlayedPrinter(babbles=True)])
def test_a_printer_that_says_nothing_prints_all_the_same_and_is_asked_once(played: PlayedPrinter) -> None:
    data = receipt_bytes()
    with on_the_network(played) as printer:
        talker = Talker(BRIEF)
        assert talker.deliver(printer.setup(), data) == Outcome()
        assert talker.deliver(printer.setup(), data) == Outcome()
        assert talker.ask(printer.setup()) is None
    assert printer.printed == data * 2


def test_a_printer_that_does_not_tell_the_end_is_asked_how_it_is() -> None:
    data = receipt_bytes()
    with on_the_network(PlayedPrinter(knows_end=False)) as printer:
        talker = Talker(BRIEF)
        assert talker.deliver(printer.setup(), data) == Outcome()
        printer.runs_out_after = 100
        assert code_of(talker.deliver(printer.setup(), data)) == "printer.paper_out"


def test_paper_that_runs_out_in_the_middle_leaves_people_to_look() -> None:
    data = receipt_bytes()
    with on_the_network(PlayedPrinter(runs_out_after=200)) as printer:
        outcome = Talker(BRIEF).deliver(printer.setup(), data)
    assert code_of(outcome) == "printer.paper_out"
    assert outcome.is_unsure
    assert printer.printed == data[:200]


def test_a_printer_that_hangs_up_when_it_is_asked_was_sent_nothing() -> None:
    with on_the_network(PlayedPrinter(hangs_up_after=0)) as printer:
        outcome = Talker(BRIEF).deliver(printer.setup(), receipt_bytes())
        with pytest.raises(EnvironmentFault, match=r"printer\.hung_up"):
            Talker(BRIEF).ask(printer.setup())
    assert (code_of(outcome), outcome.is_unsure, printer.printed) == ("printer.hung_up", False, b"")


def test_a_printer_that_goes_away_in_the_middle_leaves_people_to_look() -> None:
    data = receipt_bytes(400)
    with on_the_network(PlayedPrinter(hangs_up_after=5_000)) as printer:
        outcome = Talker(BRIEF).deliver(printer.setup(), data)
    assert code_of(outcome) == "printer.stopped"
    assert outcome.is_unsure


def test_a_printer_that_takes_nothing_more_is_not_waited_for_without_end() -> None:
    holds = threading.Event()
    with on_the_network(PlayedPrinter(is_silent=True, holds=holds)) as printer:
        outcome = Talker(BRIEF).deliver(printer.setup(), b"x" * 30_000_000)
        holds.set()
    assert code_of(outcome) == "printer.stopped"
    assert outcome.is_unsure


def test_nobody_at_the_address() -> None:
    with on_the_network() as printer:
        pass
    outcome = Talker(BRIEF).deliver(printer.setup(), receipt_bytes())
    assert code_of(outcome) == "printer.unreachable"
    assert not outcome.is_unsure
    with pytest.raises(EnvironmentFault, match=r"printer\.unreachable"):
        Talker(BRIEF).ask(printer.setup())


@pytest.mark.parametrize("kind", [PrinterKind.SERIAL, PrinterKind.USB])
def test_no_such_device(kind: PrinterKind, tmp_path: Path) -> None:
    setup = PrinterSetup(name="P", kind=kind, address=str(tmp_path / "none"))
    assert code_of(Talker(BRIEF).deliver(setup, b"x")) == "printer.no_device"


def test_a_printer_of_windows_is_none_here() -> None:
    setup = PrinterSetup(name="P", kind=PrinterKind.WINDOWS, address="EPSON")
    assert code_of(Talker(BRIEF).deliver(setup, b"x")) == "printer.not_this_system"


def test_a_file_holds_the_last_paper(tmp_path: Path) -> None:
    setup = PrinterSetup(name="P", kind=PrinterKind.FILE, address=str(tmp_path / "out.bin"))
    for data in (receipt_bytes(3), receipt_bytes()):
        assert Talker(BRIEF).deliver(setup, data) == Outcome()
        assert (tmp_path / "out.bin").read_bytes() == data
    nowhere = setup.model_copy(update={"address": str(tmp_path / "no" / "out.bin")})
    assert code_of(Talker(BRIEF).deliver(nowhere, b"x")) == "files.cannot_write"


@pytest.fixture
def lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program ``lp`` that keeps what it is given, and refuses the queue "gone"."""
    program = tmp_path / "bin" / "lp"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\n[ "$3" = gone ] && {{ echo "lp: Error - The printer or class does not exist." >&2; exit 1; }}\n'
        f'echo "$@" > {tmp_path}/asked; cat > {tmp_path}/taken\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_cups_is_given_the_bytes_as_they_are(lp: Path) -> None:
    data = receipt_bytes()
    setup = PrinterSetup(name="P", kind=PrinterKind.CUPS, address="counter")
    assert Talker(BRIEF).deliver(setup, data) == Outcome()
    assert (lp / "taken").read_bytes() == data
    assert (lp / "asked").read_text().split() == ["-s", "-d", "counter", "-o", "raw", "-t", "Nuskha", "--", "-"]


@pytest.mark.parametrize(("mode", "media"), [(PaperMode.A4, "A4"), (PaperMode.A5_LANDSCAPE, "A5")])
def test_cups_is_told_on_which_paper_a_pdf_goes(lp: Path, mode: PaperMode, media: str) -> None:
    setup = PrinterSetup(name="P", kind=PrinterKind.CUPS, address="counter", mode=mode)
    assert Talker(BRIEF).deliver(setup, b"%PDF-") == Outcome()
    assert f"-o media={media}" in (lp / "asked").read_text()


def test_what_cups_has_against_it_is_said(lp: Path) -> None:
    outcome = Talker(BRIEF).deliver(PrinterSetup(name="P", kind=PrinterKind.CUPS, address="gone"), b"x")
    assert outcome.fault is not None
    assert ": The printer or class does not exist. Check" in explain(outcome.fault)


def test_a_machine_without_cups_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = Talker(BRIEF).deliver(PrinterSetup(name="P", kind=PrinterKind.CUPS, address="counter"), b"x")
    assert code_of(outcome) == "printer.not_this_system"


@settings(max_examples=25, deadline=None)
@given(data=st.binary(min_size=1, max_size=9_000), line=st.booleans())
def test_any_bytes_come_out_as_they_went_in(data: bytes, line: bool) -> None:
    # what a question looks like is answered, not printed: no paper of ours holds one
    data = data.replace(b"\x10", b"-").replace(b"\x1d", b"-")
    with on_a_line() if line else on_the_network() as printer:
        setup = printer.setup(kind=PrinterKind.SERIAL if line else PrinterKind.NETWORK)
        assert Talker(LONG_SILENCE).deliver(setup, data) == Outcome()
    assert printer.printed == data
