"""A recall and a price revision from a terminal."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_a_batch_is_held_listed_and_released(terminal: Terminal) -> None:
    held = terminal.json("batches", "hold", "PCM500", "a1", "--reason", "recalled by the maker")
    assert (held["batch"], held["reason"], held["stock"]) == ("A1", "recalled by the maker", "20:0")
    assert terminal.json("batches", "held") == [held]
    assert "held: recalled by the maker" in terminal.run("batches", "held")[1]
    (hit,) = terminal.json("items", "search", "PCM500")
    assert (hit["stock"], hit["batches"][0]["held"]) == ("0:0", "recalled by the maker")

    assert terminal.json("batches", "release", "PCM500", "A1", "--reason", "tested, good")["batch"] == "A1"
    assert terminal.run("batches", "held")[1] == "No batch is held.\n"
    assert terminal.refused("batches", "release", "PCM500", "A1", "--reason", "again")["code"] == "stock.not_held"


def test_a_batch_gets_a_lower_mrp(terminal: Terminal) -> None:
    revised = terminal.json("batches", "mrp", "PCM500", "A1", "24", "--reason", "GST went from 12 to 5 %")
    assert (revised["mrp"], revised["printed_mrp"]) == ("24.00", "25.65")
    assert terminal.json("items", "search", "PCM500")[0]["mrp"] == "24.00"
    refused = terminal.refused("batches", "mrp", "PCM500", "A1", "26", "--reason", "wishful")
    assert (refused["code"], refused["where"]) == ("stock.mrp_above_printed", "mrp")
    text = terminal.run("batches", "mrp", "PCM500", "A1", "23", "--from", "2098-01-01", "--reason", "ceiling price")[1]
    assert "MRP 23.00 from 01-01-2098 on, printed 25.65" in text


def test_a_mistyped_batch_is_corrected_and_both_prints_are_shown(terminal: Terminal) -> None:
    assert terminal.run("batches", "corrections")[1] == "No batch was corrected.\n"
    words = ("--reason", "mistyped", "--number", "a11", "--expiry", "05/2099", "--mrp", "26")
    done = terminal.json("batches", "correct", "PCM500", "A1", *words)
    assert (done["before"], done["after"]) == (
        {"number": "A1", "expiry": "03/2099", "mrp": "25.65"},
        {"number": "A11", "expiry": "05/2099", "mrp": "26.00"},
    )
    assert (done["stock"], done["held"], done["reason"]) == ("20:0", None, "mistyped")
    (batch,) = terminal.json("items", "search", "PCM500")[0]["batches"]
    assert (batch["batch"], batch["mrp"]) == ("A11", "26.00")
    assert terminal.json("batches", "corrections") == [done]
    text = terminal.run("batches", "corrections")[1]
    assert "A1 03/2099 MRP 25.65 is A11 05/2099 MRP 26.00  mistyped" in text
    refused = terminal.refused("batches", "correct", "PCM500", "A1", "--reason", "again", "--mrp", "1")
    assert refused["code"] == "stock.corrected_before"
    assert terminal.json("verify")["holds"] is True
