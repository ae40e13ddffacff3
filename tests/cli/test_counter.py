"""A counter's drawer from a terminal."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal


def test_a_counter_is_opened_cash_moves_and_it_is_handed_over(terminal: Terminal) -> None:
    assert terminal.json("counter", "show") is None
    assert terminal.run("counter", "show")[1] == "This counter is not open.\n"
    assert terminal.refused("counter", "out", "drawings", "5", "--reason", "lunch")["code"] == "cash.not_open"
    opened = terminal.json("counter", "open", "--count", "500x2, 10*7")
    assert (opened["should_be"], opened["counter"], opened["denominations"][0]) == (
        "1070.00",
        "C1",
        {"face": "500.00", "pieces": 2},
    )
    assert terminal.refused("counter", "open", "5")["code"] == "cash.open_already"
    terminal.json("bill", "post", terminal.bill(("PCM500", "1"), paid="100.00"))

    moved = terminal.json("counter", "out", "expense", "40.00", "--reason", "parcel", "--account", "Courier")
    assert moved["should_be"] == "1056.00"
    moved = terminal.json("counter", "in", "bank_withdrawal", "500", "--reason", "change", "--account", "SBI")
    assert [one["kind"] for one in moved["movements"]] == ["expense", "bank_withdrawal"]
    too_much = terminal.refused("counter", "out", "to_safe", "9000", "--reason", "evening")
    assert (too_much["code"], "1,556.00" in too_much["message"]) == ("cash.more_than_drawer", True)
    out = terminal.json("counter", "out", "to_safe", "9000", "--reason", "evening", "--confirm")
    assert out["should_be"] == "-7444.00"
    terminal.json("counter", "in", "from_safe", "9000", "--reason", "morning")

    over = terminal.json("counter", "handover", "owner", "1550", "--note", "six short")
    assert (over["holder"], over["handovers"][0]["difference"], over["handovers"][0]["note"]) == (
        "owner",
        "-6.00",
        "six short",
    )
    said = terminal.run("counter", "show")[1]
    assert all(
        words in said
        for words in (
            "Should be there   1,556.00",
            "-       40.00  expense, Courier, parcel",
            "console to owner",
            "-6.00 off",
        )
    )
    assert terminal.json("verify")["findings"] == []


@pytest.mark.parametrize("count", ["500", "x2", "500x", "500x2;;bad"])
def test_a_count_that_cannot_be_read_is_named(terminal: Terminal, count: str) -> None:
    refused = terminal.refused("counter", "open", "--count", count)
    assert refused["code"] == "cash.count_form"


def test_nothing_is_not_less_than_nothing(terminal: Terminal) -> None:
    terminal.json("counter", "open", "0")
    said = terminal.run("counter", "show")[1]
    assert "-0.00" not in said
    assert [line.split()[-1] for line in said.splitlines() if line.startswith(("Given", "Taken"))] == ["0.00", "0.00"]
    terminal.json("counter", "out", "expense", "5", "--reason", "tea", "--account", "Tea", "--confirm")
    assert "Taken out         -5.00" in terminal.run("counter", "show")[1]
