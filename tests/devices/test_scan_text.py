"""From bytes to codes: however a line cuts them, with noise between, and nothing that is no code gets through."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.app.scanner_dto import GS, Separator, SerialEnd, SerialSetup, read_signs
from core.catalog.scanning import MOST_CHARACTERS
from pos_desktop.devices.scan_text import MOST_BYTES, Dropped, Framer, is_clean, with_separators

_SETUPS = st.builds(
    SerialSetup,
    name=st.just("Till"),
    port=st.just("COM3"),
    prefix=st.sampled_from(["", "~", "<STX>", "#<SOH>"]),
    suffix=st.sampled_from(["", "!", "<ETX>", "%%"]),
    end=st.sampled_from(list(SerialEnd)),
    separator=st.sampled_from([Separator.GS, Separator.PIPE]),
)
_CODES = st.text("0123456789ABCdef-]" + GS, min_size=1, max_size=30)


def setup(**values: object) -> SerialSetup:
    return SerialSetup.model_validate({"name": "Till", "port": "COM3", **values})


def read_in_pieces(framer: Framer, data: bytes, cuts: Iterable[int]) -> list[str | Dropped]:
    found: list[str | Dropped] = []
    last = 0
    for cut in [*sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]:
        found += framer.feed(data[last:cut])
        last = cut
    return found + list(framer.pause())


@given(_SETUPS, st.binary(max_size=300), st.lists(st.integers(0, 1000), max_size=12))
def test_any_bytes_in_any_pieces_give_the_same(scanner: SerialSetup, data: bytes, cuts: list[int]) -> None:
    whole = read_in_pieces(Framer(scanner), data, [])
    assert read_in_pieces(Framer(scanner), data, cuts) == whole
    assert all(isinstance(code, Dropped) or (code and is_clean(code)) for code in whole)


@given(_SETUPS, st.lists(_CODES, max_size=5), st.lists(st.integers(0, 1000), max_size=12))
def test_every_code_comes_once_and_in_order(scanner: SerialSetup, codes: list[str], cuts: list[int]) -> None:
    prefix, suffix, end = read_signs(scanner.prefix), read_signs(scanner.suffix), scanner.end.characters
    framer = Framer(scanner)
    found: list[str | Dropped] = []
    if scanner.end is SerialEnd.PAUSE:
        for code in codes:
            found += read_in_pieces(framer, f"{prefix}{code}{suffix}".encode(), cuts)
    else:
        sent = "".join(f"{prefix}{code}{suffix}{end}" for code in codes)
        found = read_in_pieces(framer, sent.encode(), cuts)
    assert found == codes


@given(
    st.lists(st.tuples(st.binary(max_size=20).map(lambda noise: noise.translate(None, b"\r\x02")), _CODES), max_size=5),
    st.lists(st.integers(0, 1000), max_size=12),
)
def test_with_a_prefix_noise_between_codes_is_none(sent: list[tuple[bytes, str]], cuts: list[int]) -> None:
    data = b"".join(noise + b"\x02" + code.encode() + b"\x03\r" for noise, code in sent)
    framer = Framer(setup(prefix="<STX>", suffix="<ETX>"))
    assert read_in_pieces(framer, data, cuts) == [code for _, code in sent]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"8901234567894\r\n8901\r\n", ["8901234567894", "8901"]),  # both ends, one of them waited for
        (b"\r\r\n", []),
        (b"89\x0812\r77\r", [Dropped.CONTROL, "77"]),
        (b"\x1b[A\r", [Dropped.CONTROL]),
        (b"\xff\xfe\r", [Dropped.NOT_TEXT]),
        (b"1" * MOST_CHARACTERS + b"\r", ["1" * MOST_CHARACTERS]),
        (b"1" * (MOST_CHARACTERS + 1) + b"\r2\r", [Dropped.TOO_LONG, "2"]),
        (b"1" * (3 * MOST_BYTES) + b"\r2\r", [Dropped.TOO_LONG, "2"]),
        ("क-1\r".encode(), ["क-1"]),
    ],
)
def test_what_is_no_code_is_dropped_with_a_note(data: bytes, found: list[str | Dropped]) -> None:
    assert list(Framer(setup()).feed(data)) == found


def test_the_end_of_what_is_too_long_is_found_in_two_characters_too() -> None:
    for length in (MOST_BYTES - 1, MOST_BYTES, MOST_BYTES + 1):
        framer = Framer(setup(end="crlf"))
        assert list(framer.feed(b"1" * length + b"\r\n2\r\n")) == [Dropped.TOO_LONG, "2"]


def test_without_its_prefix_or_suffix_it_is_not_this_scanner_s() -> None:
    framer = Framer(setup(prefix="~", suffix="!"))
    assert list(framer.feed(b"1!\r~2\r~3!\r")) == [Dropped.NO_PREFIX, Dropped.NO_SUFFIX, "3"]


def test_half_a_code_before_the_cable_was_pulled_is_none() -> None:
    framer = Framer(setup())
    assert list(framer.feed(b"89012")) == []
    framer.forget()
    assert list(framer.feed(b"8901234567894\r")) == ["8901234567894"]


def test_a_pause_ends_a_code_only_where_nothing_else_does() -> None:
    assert list(Framer(setup()).pause()) == []
    waits = Framer(setup())
    assert (list(waits.feed(b"89")), list(waits.pause()), list(waits.feed(b"01\r"))) == ([], [], ["8901"])
    paused = Framer(setup(end="pause"))
    assert (list(paused.feed(b"8901")), list(paused.pause()), list(paused.pause())) == ([], ["8901"], [])


@pytest.mark.parametrize(
    ("code", "separator", "read"),
    [
        ("0108901~21A", Separator.TILDE, f"0108901{GS}21A"),
        ("]d2010890]21A", Separator.BRACKET, f"]d2010890{GS}21A"),
        ("0108901~21A", Separator.GS, "0108901~21A"),
        ("https://id.example/~a/01/1", Separator.TILDE, "https://id.example/~a/01/1"),
    ],
)
def test_what_stands_for_the_separator_becomes_it(code: str, separator: Separator, read: str) -> None:
    assert with_separators(code, separator) == read
