"""A pole display at a real line: the newest rows alone, a cable that is pulled, and one that takes nothing."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.printing.pole import PoleProtocol, Rows, show_bytes
from pos_desktop.devices.pole import PoleDisplay
from tests.support.played_port import PlayedPort, played_port, until


def rows(words: str) -> Rows:
    return words.ljust(20), "".ljust(20)


def shown(words: str) -> bytes:
    return show_bytes(rows(words), PoleProtocol.ESC_POS)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[PlayedPort]:
    with played_port(tmp_path / "pole") as port:
        yield port


@pytest.fixture
def pole(port: PlayedPort) -> Iterator[PoleDisplay]:
    pole = PoleDisplay(str(port.path), 9600, PoleProtocol.ESC_POS)
    yield pole
    pole.end()


def test_what_is_shown_arrives(port: PlayedPort, pole: PoleDisplay) -> None:
    pole.show(rows("Welcome"))
    until(lambda: port.hears() == b"\x1b@" + shown("Welcome"))
    pole.show(rows("Paracetamol"))
    until(lambda: port.hears().endswith(shown("Paracetamol")))
    assert pole.state.is_connected


def test_a_display_that_takes_nothing_holds_nobody_up_and_shows_the_newest(port: PlayedPort, pole: PoleDisplay) -> None:
    until(lambda: port.hears() == b"\x1b@")
    for number in range(5000):  # more than a line holds: the thread is held back at some of them
        pole.show(rows(f"line {number}"))
    until(lambda: port.hears().endswith(shown("line 4999")))
    assert port.heard.count(b"line") < 5000


def test_a_display_that_comes_back_shows_what_it_would_have(port: PlayedPort, pole: PoleDisplay) -> None:
    pole.show(rows("before"))
    until(lambda: port.hears().endswith(shown("before")))
    port.pull()
    until(lambda: not pole.state.is_connected)  # nothing was sent to it meanwhile
    pole.show(rows("overtaken"))
    pole.show(rows("newest"))
    port.heard = b""
    port.plug()
    until(lambda: port.hears().endswith(shown("newest")))
    assert port.heard == b"\x1b@" + shown("newest")


def test_the_last_rows_are_shown_at_the_end(port: PlayedPort, pole: PoleDisplay) -> None:
    until(lambda: pole.state.is_connected)
    pole.show(rows("good night"))
    pole.end()
    assert port.hears().endswith(shown("good night"))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("pole ")]


def test_a_display_that_is_not_there_says_why(tmp_path: Path) -> None:
    pole = PoleDisplay(str(tmp_path / "nothing"), 9600, PoleProtocol.PLAIN)
    pole.show(rows("Welcome"))
    until(lambda: pole.state.reason)
    pole.end()
    assert pole.state.reason == os.strerror(errno.ENOENT)
