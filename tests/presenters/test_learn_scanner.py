"""Learning a scanner without a window: from the times and characters of its scans to the settings that read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from core.app.scanner_dto import EndKey, Scanners, Separator, SerialEnd, SerialSetup, WedgeSetup
from core.app.scanners import change_scanners, scanners_of
from core.kernel.errors import EnvironmentFault, RuleBroken
from pos_desktop.devices.burst import Burst
from pos_desktop.devices.scan_text import Framer
from pos_desktop.devices.serial_ports import FoundPort, PortState
from pos_desktop.screens.scanners.learning import (
    TRIAL,
    KeySeen,
    Learned,
    heard_text,
    learn_bytes,
    learn_keys,
    take_apart,
    trial_code,
    typed_text,
)
from pos_desktop.screens.scanners.presenter import BAUDS, PAUSE_MS, LearnScanner
from pos_desktop.shell.tone import Tone
from tests.support.counter import TurnedTimer
from tests.support.lanes import TestLanes
from tests.support.shop import TestShop

EAN, OTHER = "8901234567890", "8900000000012"


def keys(text: str, gaps: Sequence[int], begins: int = 1_000) -> list[KeySeen]:
    """Return the keys that type a text, ``gaps`` apart, over and over."""
    seen, now = [], begins
    for number, character in enumerate(text):
        now += gaps[number % len(gaps)] if number else 0
        seen.append(KeySeen(character, now))
    return seen


def learned(text: str, gaps: Sequence[int] = (3, 9)) -> Learned:
    return learn_keys([keys(text, gaps)] * 3, WedgeSetup())


def wedge(text: str, gaps: Sequence[int] = (3, 9)) -> WedgeSetup:
    setup = learned(text, gaps).setup
    assert isinstance(setup, WedgeSetup)
    return setup


def refused(text: str, gaps: Sequence[int] = (3, 9)) -> str:
    with pytest.raises(RuleBroken) as broken:
        learned(text, gaps)
    return broken.value.code


# --- what follows from scans -----------------------------------------------------------------------------------------


def test_the_code_on_the_screen_is_read_as_the_one_that_is_known() -> None:
    picture = trial_code().scaled(6)
    side = picture.width + 48
    pixels = bytearray(b"\xff" * side * side)
    for y, row in enumerate(picture.rows(), 24):
        for x, dark in enumerate(row, 24):
            pixels[y * side + x] = 0 if dark else 255
    view = memoryview(pixels).cast("B", (side, side))
    (read,) = zxingcpp.read_barcodes(view, text_mode=zxingcpp.TextMode.Plain)
    assert read.text == TRIAL


_SIGNS = st.text("~#!%AZaz", max_size=4)
_SEPARATORS = st.sampled_from(list(Separator))


@given(
    _SIGNS,
    _SIGNS,
    st.sampled_from([("\r", EndKey.ENTER), ("\t", EndKey.TAB), ("\r\r", EndKey.ENTER)]),
    _SEPARATORS,
    st.sampled_from(["", "]d2"]),
    st.lists(st.integers(0, 150), min_size=1, max_size=9),
)
def test_what_was_learned_reads_that_scanner(
    prefix: str, suffix: str, end: tuple[str, EndKey], separator: Separator, kind: str, gaps: list[int]
) -> None:
    data = TRIAL.replace("\x1d", separator.character)
    found = learned(f"{prefix}{kind}{data}{suffix}{end[0]}", gaps)
    assert isinstance(found.setup, WedgeSetup)
    assert (found.setup.end, found.setup.separator) == (end[1], separator)
    burst = Burst(found.setup)
    typed = keys(f"{prefix}{kind}{TRIAL.replace(chr(29), separator.character)}{suffix}", gaps)
    for key in typed:
        burst.feed(key.text, key.at_ms)
    assert burst.end(typed[-1].at_ms + max(gaps)) == kind + TRIAL


@given(
    st.text("~#!%\x02\x03AZ", max_size=4),
    st.text("~#!%\x03AZ", max_size=4),
    st.sampled_from(list(SerialEnd)),
    _SEPARATORS,
)
def test_what_was_learned_reads_that_serial_scanner(
    prefix: str, suffix: str, end: SerialEnd, separator: Separator
) -> None:
    data = TRIAL.replace("\x1d", separator.character)
    scan = f"{prefix}{data}{suffix}{end.characters}".encode()
    assert take_apart(heard_text(scan)) is not None
    found = learn_bytes([scan] * 3, name="Till", port="COM3", baud=9600)
    assert isinstance(found.setup, SerialSetup)
    framer = Framer(found.setup)
    assert [*framer.feed(scan), *framer.pause()] == [TRIAL]
    assert found.setup.end is end


def test_the_gap_is_wider_than_the_slowest_and_never_narrower_than_most_scanners_need() -> None:
    found = learned(EAN + "\r", (3, 9))
    assert (found.fastest, found.slowest) == (3, 9)
    assert [wedge(EAN + "\r", (gap,)).gap_ms for gap in (1, 30, 100, 199)] == [20, 50, 155, 200]
    assert refused(EAN + "\r", (5, 200)) == "scanner.too_slow"


def test_a_scanner_as_slow_as_people_is_warned_of_and_wants_longer_codes() -> None:
    found = learned(EAN + "\r", (40,))
    assert [caution.code for caution in found.cautions] == ["scanner.like_typing", "scanner.separator_untried"]
    assert isinstance(found.setup, WedgeSetup)
    assert found.setup.least_characters == 8
    assert wedge(EAN + "\r", (30,)).least_characters == 6


@pytest.mark.parametrize(
    ("data", "caution"),
    [
        (TRIAL.replace("\x1d", ""), "scanner.separator_lost"),
        (TRIAL.replace("\x1d", "{GS}"), "scanner.separator_strange"),
        (EAN, "scanner.separator_untried"),
    ],
)
def test_what_is_wrong_with_the_separator_is_said(data: str, caution: str) -> None:
    assert [each.code for each in learned(data + "\r").cautions] == [caution]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (EAN, "scanner.pause_without_prefix"),
        (f"\x02{EAN}\r", "scanner.signs_are_keys"),
        (f"12345{EAN}\r", "scanner.code_unknown"),
        (f"~~~~~{EAN}\r", "scanner.signs_form"),
        ("8901234567894\r", "scanner.code_unknown"),
        (f"{EAN} {EAN}\r", "scanner.code_unknown"),
    ],
)
def test_what_cannot_be_learned_is_said(text: str, code: str) -> None:
    assert refused(text) == code


def test_a_prefix_does_instead_of_an_end_key() -> None:
    assert (wedge(f"~{EAN}").end, wedge(f"~{EAN}").prefix) == (EndKey.NONE, "~")


def test_scans_of_two_codes_and_other_keys_are_refused() -> None:
    for scans, code in (
        ([keys(EAN + "\r", (3,)), keys(OTHER + "\r", (3,))], "scanner.scans_differ"),
        ([[*keys(EAN, (3,)), KeySeen("", 2_000, "F5")]], "scanner.strange_key"),
    ):
        with pytest.raises(RuleBroken) as broken:
            learn_keys(scans, WedgeSetup())
        assert broken.value.code == code


@given(st.text(max_size=60))
def test_any_text_is_taken_apart_or_unknown(text: str) -> None:
    parts = take_apart(text)
    assert parts is None or (text.startswith(parts.prefix) and text.endswith(parts.suffix))
    typed_text(keys(text, (1,)))


# --- the panel -------------------------------------------------------------------------------------------------------


class Tap:
    """A tap whose port the test plays."""

    def __init__(self, port: str, baud: int, heard: Callable[[bytes], None], told: Callable[[PortState], None]) -> None:
        self.port, self.baud, self.heard, self.told = port, baud, heard, told
        self.is_ended = False

    def end(self) -> None:
        """Listen no more."""
        self.is_ended = True


class Bench:
    """The panel in front of a shop, and who holds the scanner."""

    def __init__(self, shop: TestShop) -> None:
        self.shop = shop
        self.lanes = TestLanes(shop.shop.database, shop.actor)
        self.timer = TurnedTimer()
        self.taps: list[Tap] = []
        self.held = 0
        self.saved: list[Scanners] = []
        self.bugs: list[Exception] = []
        self.now = 0
        self.learn = LearnScanner(
            self.lanes,
            ports=lambda: [FoundPort("COM3", "Honeywell"), FoundPort("COM4", "")],
            open_tap=self._open,
            later=self.timer,
            hold=lambda: self._hold(1),
            release=lambda: self._hold(-1),
            saved=self.saved.append,
            report_bug=self.bugs.append,
        )
        self.learn.open()

    def _open(self, port: str, baud: int, heard: Callable[[bytes], None], told: Callable[[PortState], None]) -> Tap:
        self.taps.append(Tap(port, baud, heard, told))
        return self.taps[-1]

    def _hold(self, by: int) -> None:
        self.held += by

    def scans(self, text: str, times: int = 1) -> None:
        """Have a scanner type."""
        for _ in range(times):
            self.now += 3_000
            for key in keys(text, (3, 9), self.now):
                self.learn.key(key)
            self.timer.rings()

    def presses(self, character: str) -> None:
        """Press a key by hand."""
        self.scans(character)

    def stored(self) -> Scanners:
        with self.shop.shop.database.read() as session:
            return scanners_of(session)


@pytest.fixture
def bench(shop: TestShop) -> Bench:
    return Bench(shop)


def test_three_scans_and_enter_save_what_was_found(bench: Bench) -> None:
    bench.scans("~" + TRIAL.replace("\x1d", "|") + "\r", times=2)
    assert (bench.learn.count, bench.learn.rows) == (2, ())
    bench.scans("~" + TRIAL.replace("\x1d", "|") + "\r")
    assert dict(bench.learn.rows) == {
        "Between two characters": "fastest 3 ms, slowest 9 ms",
        "Taken for a scan": "6 characters or more, each within 20 ms",
        "Ends a code": "Enter",
        "Before the code": "~",
        "Behind the code": "nothing",
        "Separator": "| stands for it",
    }
    assert bench.held == 1
    bench.presses("\r")
    assert not bench.learn.is_open
    wedge = WedgeSetup(gap_ms=20, prefix="~", end=EndKey.ENTER, separator=Separator.PIPE)
    assert bench.stored() == Scanners(wedge=wedge) == bench.saved[0]
    assert bench.held == 0


def test_one_scan_too_many_saves_nothing(bench: Bench) -> None:
    bench.scans(EAN + "\r", times=4)
    assert bench.learn.is_open
    assert bench.learn.learned is not None
    assert bench.saved == []
    bench.presses("\r")
    assert len(bench.saved) == 1


def test_giving_up_changes_nothing(bench: Bench) -> None:
    bench.scans(EAN + "\r", times=3)
    bench.learn.close()
    assert (bench.learn.is_open, bench.held, bench.saved, bench.stored()) == (False, 0, [], Scanners())


def test_keys_by_hand_and_codes_that_nobody_knows_count_for_nothing(bench: Bench) -> None:
    bench.presses("x")
    assert "not a scan" in bench.learn.sentence
    bench.scans("HELLO-WORLD\r")
    assert "no code that is known here" in bench.learn.sentence
    assert bench.learn.count == 0
    bench.scans(EAN + "\r")
    assert (bench.learn.count, bench.learn.sentence) == (1, "")


def test_three_scans_that_differ_begin_again(bench: Bench) -> None:
    bench.scans(EAN + "\r", times=2)
    bench.scans(OTHER + "\r")
    assert (bench.learn.count, bench.learn.tone) == (0, Tone.DANGER)
    assert "one and the same code" in bench.learn.sentence


def test_two_scans_in_one_breath_are_one_that_nobody_knows(bench: Bench) -> None:
    for key in keys(EAN + "\r" + EAN + "\r", (3,)):
        bench.learn.key(key)
    bench.timer.rings()
    assert bench.learn.count == 0


def test_the_speed_of_a_port_is_found_while_one_scans(bench: Bench) -> None:
    bench.learn.next_port()
    assert (bench.taps[-1].port, bench.taps[-1].baud) == ("COM3", 9600)
    assert "Honeywell" in bench.learn.source
    bench.taps[-1].heard(b"\x80\xf8\x00\x80")  # as it comes at a wrong speed
    assert bench.taps[0].is_ended
    assert bench.taps[-1].baud == 115200
    assert "now at 115200" in bench.learn.sentence
    bench.taps[-1].told(PortState(is_connected=True))
    assert "Scan again" in bench.learn.sentence
    for _ in range(3):
        bench.taps[-1].heard(f"\x02{EAN}\x03\r\n".encode())
    assert dict(bench.learn.rows)["Port"] == "COM3 at 115200 baud"
    bench.presses("\r")
    setup = SerialSetup(name="Scanner 1", port="COM3", baud=115200, prefix="<STX>", suffix="<ETX>", end=SerialEnd.CRLF)
    assert bench.stored() == Scanners(serial=(setup,))
    assert bench.taps[-1].is_ended


def test_every_speed_is_tried_and_then_the_first_again(bench: Bench) -> None:
    bench.learn.next_port()
    for _ in BAUDS:
        bench.taps[-1].heard(b"\xff\xff")
    assert [tap.baud for tap in bench.taps] == [*BAUDS, BAUDS[0]]


def test_once_a_scan_was_understood_the_speed_stays(bench: Bench) -> None:
    bench.learn.next_port()
    bench.taps[-1].heard(f"{EAN}\r".encode())
    bench.taps[-1].heard(b"garbled\r")
    assert (len(bench.taps), bench.learn.count, bench.learn.tone) == (1, 1, Tone.WARNING)


def test_a_scanner_learned_again_keeps_its_name(bench: Bench, shop: TestShop) -> None:
    bench.learn.close()
    kept = SerialSetup(name="Till", port="COM4", separator=Separator.PIPE)
    with shop.shop.database.write(shop.actor) as uow:
        change_scanners(uow, Scanners(serial=(kept, SerialSetup(name="Scanner 1", port="COM9"))))
    bench.learn.open()
    bench.learn.next_port()
    bench.learn.next_port()
    for _ in range(3):
        bench.taps[-1].heard(f"{EAN}\r\n".encode())
    bench.learn.save()
    till, other = bench.stored().serial
    assert (till.name, till.end, till.separator, other.port) == ("Till", SerialEnd.CRLF, Separator.PIPE, "COM9")


def test_a_fifth_serial_scanner_is_refused_in_a_sentence(bench: Bench, shop: TestShop) -> None:
    bench.learn.close()
    serial = tuple(SerialSetup(name=f"S{n}", port=f"tty{n}") for n in range(4))
    with shop.shop.database.write(shop.actor) as uow:
        change_scanners(uow, Scanners(serial=serial))
    bench.learn.open()
    bench.learn.next_port()
    for _ in range(3):
        bench.taps[-1].heard(f"{EAN}\r".encode())
    bench.learn.save()
    assert (bench.learn.tone, bench.learn.is_open) == (Tone.DANGER, True)
    assert "4" in bench.learn.sentence
    assert len(bench.stored().serial) == 4


def test_a_port_is_typed_and_one_that_is_not_there_says_why(bench: Bench) -> None:
    bench.learn.ask_port()
    bench.scans(EAN + "\r")  # into the field: not for the panel
    bench.learn.port_typed(" ")
    assert bench.learn.asks_port
    assert bench.learn.sentence.startswith("Type a port")
    bench.learn.port_typed(" /dev/ttyS9 ")
    assert (bench.learn.port, bench.learn.asks_port, bench.learn.count) == ("/dev/ttyS9", False, 0)
    bench.taps[-1].told(PortState(reason="no such file"))
    assert (bench.learn.tone, "no such file" in bench.learn.sentence) == (Tone.DANGER, True)
    bench.taps[-1].told(PortState(is_connected=True))
    assert bench.learn.sentence == ""


def test_what_a_port_says_after_it_was_left_is_heard_by_nobody(bench: Bench) -> None:
    bench.learn.next_port()
    left = bench.taps[-1]
    bench.learn.next_port()
    left.heard(f"{EAN}\r".encode())
    left.told(PortState(reason="gone"))
    assert (bench.learn.count, bench.learn.sentence, left.is_ended) == (0, "", True)


def test_esc_while_a_port_is_typed_goes_back_one_step(bench: Bench) -> None:
    bench.learn.ask_port()
    bench.learn.close()
    assert (bench.learn.is_open, bench.learn.asks_port) == (True, False)


def test_what_cannot_be_saved_is_said_and_can_be_tried_again(bench: Bench) -> None:
    bench.scans(EAN + "\r", times=3)
    bench.lanes.fault = EnvironmentFault("storage.disk_full", path="shop.db")
    bench.presses("\r")
    assert (bench.learn.is_open, bench.learn.tone) == (True, Tone.DANGER)
    bench.presses("\r")
    assert not bench.learn.is_open
    assert len(bench.saved) == 1
    bench.lanes.fault = RuntimeError("a bug")
    bench.learn.open()
    bench.scans(EAN + "\r", times=3)
    bench.presses("\r")
    assert [str(bug) for bug in bench.bugs] == ["a bug"]


def test_starting_again_forgets_what_was_scanned(bench: Bench) -> None:
    bench.scans(EAN + "\r", times=2)
    bench.learn.start_again()
    assert bench.learn.count == 0
    bench.scans(EAN + "\r")
    bench.timer.rings()
    assert (bench.learn.count, PAUSE_MS < 1_000) == (1, True)
