"""Two rows of twenty characters: never more, never less, and no amount is ever cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.money import Money
from core.printing.pole import (
    COLUMNS,
    PoleProtocol,
    Rows,
    amount_text,
    begin_bytes,
    change_due,
    line_added,
    show_bytes,
    thank_you,
    total,
    welcome,
)

#: All that ``Money.parse`` reads, below nothing as well.
_AMOUNTS = st.integers(-(10**15) + 1, 10**15 - 1).map(Money)
_TEXTS = st.text(max_size=60)
_STATES: st.SearchStrategy[tuple[Callable[..., Rows], tuple[object, ...]]] = st.one_of(
    st.tuples(st.just(welcome), st.tuples(_TEXTS)),
    st.tuples(st.just(line_added), st.tuples(_TEXTS, _TEXTS, st.none() | _AMOUNTS)),
    st.tuples(st.just(total), st.tuples(_AMOUNTS, st.integers(0, 10_000))),
    st.tuples(st.just(change_due), st.tuples(_AMOUNTS, _AMOUNTS)),
    st.tuples(st.just(thank_you), st.tuples(_TEXTS)),
)


@given(_STATES)
def test_every_state_fills_both_rows_and_shows_its_amounts_whole(
    state: tuple[Callable[..., Rows], tuple[object, ...]],
) -> None:
    make, values = state
    rows = make(*values)
    assert [len(row) for row in rows] == [COLUMNS, COLUMNS]
    assert all(row.isascii() and row.isprintable() for row in rows)
    for value in values:
        assert not isinstance(value, Money) or any(row.endswith(amount_text(value)) for row in rows)


@given(_STATES, st.sampled_from(PoleProtocol))
def test_nothing_but_its_own_commands_reaches_a_display(
    state: tuple[Callable[..., Rows], tuple[object, ...]], protocol: PoleProtocol
) -> None:
    make, values = state
    first, second = (row.encode() for row in make(*values))
    shows = {
        PoleProtocol.ESC_POS: b"\x0c\x1f$\x01\x01" + first + b"\x1f$\x01\x02" + second,
        PoleProtocol.CD5220: b"\x1bQA" + first + b"\r\x1bQB" + second + b"\r",
        PoleProtocol.PLAIN: first + second,
    }
    assert show_bytes(make(*values), protocol) == shows[protocol]


def test_a_display_without_commands_is_sent_none() -> None:
    assert [begin_bytes(protocol) for protocol in PoleProtocol] == [b"\x1b@", b"\x1b@", b""]


@pytest.mark.parametrize(
    ("rows", "first", "second"),
    [
        (welcome("Nuskha Medicals"), "  Nuskha Medicals   ", "      Welcome       "),
        (
            line_added("Paracetamol 500mg Tablets", "2 x 10's", Money(5130)),
            "Paracetamol 500mg   ",
            "2 x 10's       51.30",
        ),
        (line_added("Azithromycin 500 mgs Tablets", "1", None), "Azithromycin 500 mgs", "1                   "),
        (line_added("Pantoprazolemagnesium-D", "1", None), "Pantoprazolemagnes..", "1                   "),
        (
            line_added("Syrup", "1 x 100 ML + 3 loose", Money(12_345_600)),
            "Syrup               ",
            "1 x 100  1,23,456.00",
        ),
        (total(Money(123_400), 1), "TOTAL         1 item", "Rs.         1,234.00"),
        (change_due(Money(50_000), Money(1_250)), "Paid          500.00", "Change         12.50"),
        (thank_you("आरोग्य"), "     Thank you      ", "       Arogy        "),
    ],
)
def test_what_customers_read(rows: Rows, first: str, second: str) -> None:
    assert rows == (first, second)
