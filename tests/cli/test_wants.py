"""The want book from a terminal."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_wants_are_noted_listed_and_settled(terminal: Terminal) -> None:
    assert terminal.run("wants", "list")[1] == "Nothing is in the want book.\n"
    noted = terminal.json(
        "wants", "note", "pcm500", "--quantity", "2:5", "--customer", "Asha", "--phone", "098470 12345"
    )
    assert (noted["item"], noted["units"], noted["shown_quantity"]) == ("PCM500", 25, "2:5")
    assert (noted["customer_phone"], noted["stock_units"], noted["open"]) == ("9847012345", 200, True)
    code, said, _ = terminal.run("wants", "note", "A cream for burns", "--note", "any company")
    assert (code, "It is no item of this shop." in said) == (0, True)
    assert [view["name"] for view in terminal.json("wants", "list")] == [
        "A cream for burns",
        "Paracetamol 500mg Tablets",
    ]
    said = terminal.run("wants", "list")[1]
    assert all(words in said for words in ("2:5", "Asha 9847012345", "in stock 20:0", "any company"))

    assert terminal.json("wants", "settle", noted["want_id"], "came")["open"]
    settled = terminal.json("wants", "settle", noted["want_id"], "done", "--note", "fetched")
    assert (settled["open"], [one["outcome"] for one in settled["settlements"]]) == (False, ["came", "done"])
    again = terminal.refused("wants", "settle", noted["want_id"], "given_up")
    assert (again["code"], "is done in the want book" in again["message"]) == ("wants.settled_already", True)
    assert terminal.refused("wants", "settle", "nothing", "done")["code"] == "wants.no_such"
    assert [view["name"] for view in terminal.json("wants", "list", "--ended")] == ["Paracetamol 500mg Tablets"]
    assert terminal.json("verify")["findings"] == []
