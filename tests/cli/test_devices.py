"""Scanners and the customer display from a terminal."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal


def test_the_scanner_that_types_is_set_and_what_is_not_said_stays(terminal: Terminal) -> None:
    typing = terminal.json("scanners", "show")["wedge"]
    assert (typing["gap_ms"], typing["least_characters"], typing["end"]) == (35, 6, "enter_or_tab")
    terminal.json("scanners", "set", "--gap", "60", "--prefix", "~", "--end", "none")
    typing = terminal.json("scanners", "set", "--separator", "|")["wedge"]
    assert typing == {
        "gap_ms": 60, "least_characters": 6, "prefix": "~", "suffix": "", "end": "none", "separator": "|",
    }  # fmt: skip
    assert "60 ms each, ended by none, separator |, prefix ~" in terminal.run("scanners", "show")[1]
    assert terminal.json("verify")["findings"] == []


def test_serial_scanners_are_added_changed_and_removed(terminal: Terminal) -> None:
    terminal.json("scanners", "set", "--serial", "Till", "--port", "/dev/ttyACM0")
    terminal.json("scanners", "set", "--serial", "Store", "--port", "COM3", "--baud", "115200", "--end", "crlf")
    scanners = terminal.json("scanners", "set", "--serial", "till", "--prefix", "<stx>", "--suffix", "<ETX>")
    till, store = scanners["serial"]
    assert (till["name"], till["port"], till["baud"], till["prefix"], till["suffix"]) == (
        "Till", "/dev/ttyACM0", 9600, "<STX>", "<ETX>",
    )  # fmt: skip
    assert (store["baud"], store["end"]) == (115200, "crlf")
    assert "Till: at /dev/ttyACM0, 9600 baud, ended by cr" in terminal.run("scanners", "show")[1]
    assert [each["name"] for each in terminal.json("scanners", "remove", "TILL")["serial"]] == ["Store"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--gap", "9"), "input.too_small"),
        (("--gap", "201"), "input.too_great"),
        (("--least", "21"), "input.too_great"),
        (("--prefix", "12345"), "scanner.signs_form"),
        (("--prefix", "<NOP>"), "scanner.signs_form"),
        (("--suffix", "a b"), "scanner.signs_form"),
        (("--prefix", "<STX>"), "scanner.signs_are_keys"),
        (("--end", "none"), "scanner.pause_without_prefix"),
        (("--end", "cr"), "input.not_one_of"),
        (("--port", "COM3"), "scanner.serial_only"),
        (("--serial", "Till"), "scanner.no_port"),
        (("--serial", "Till", "--gap", "20"), "scanner.typing_only"),
        (("--serial", "Till", "--port", "COM3", "--baud", "300"), "input.not_one_of"),
        (("--serial", "Till", "--port", "COM3", "--suffix", "<CR>"), "scanner.end_inside"),
        (("--serial", "Till", "--port", "COM9"), "scanner.port_twice"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    terminal: Terminal, arguments: tuple[str, ...], code: str
) -> None:
    before = terminal.json("scanners", "set", "--serial", "Old", "--port", "COM9")
    assert terminal.refused("scanners", "set", *arguments)["code"] == code
    assert terminal.json("scanners", "show") == before


def test_a_fifth_serial_scanner_and_an_unknown_one_are_refused(terminal: Terminal) -> None:
    for number in range(4):
        terminal.json("scanners", "set", "--serial", f"S{number}", "--port", f"COM{number}")
    assert terminal.refused("scanners", "set", "--serial", "S5", "--port", "COM5")["code"] == "input.too_long"
    assert terminal.refused("scanners", "remove", "S9")["code"] == "scanner.no_such_name"


def test_the_customer_display_is_set(terminal: Terminal) -> None:
    assert terminal.json("display", "show")["kind"] == "none"
    assert terminal.refused("display", "set", "pole")["code"] == "display.no_port"
    terminal.json("display", "set", "pole", "--port", "/dev/ttyUSB0", "--protocol", "cd5220")
    shown = terminal.json("display", "set", "pole", "--baud", "19200")
    assert shown == {"kind": "pole", "port": "/dev/ttyUSB0", "baud": 19200, "protocol": "cd5220"}
    assert "A pole at /dev/ttyUSB0, 19200 baud, cd5220." in terminal.run("display", "show")[1]
    terminal.json("display", "set", "window")
    assert "second screen" in terminal.run("display", "show")[1]
    assert terminal.json("verify")["findings"] == []
