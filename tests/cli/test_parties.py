"""Parties from a terminal."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_customers_are_added_found_edited_and_merged(terminal: Terminal) -> None:
    added = terminal.json("customers", "add", "City Clinic", "--set", "phone=098470 12345", "--set", "credit_days=30")
    assert (added["details"]["phone"], added["details"]["credit_days"]) == ("9847012345", 30)
    wrong = terminal.refused("customers", "add", "Other", "--set", "phone=12")
    assert wrong["code"] == "parties.phone_form"
    like = terminal.refused("customers", "add", "Clinic", "--set", "phone=9847012345")
    assert like["code"] == "parties.like_another"
    other = terminal.json("customers", "add", "Clinic", "--set", "phone=9847012345", "--another")

    edited = terminal.json("customers", "edit", "city clinic", "--set", "credit_limit=5000.00", "--set", "credit_days=")
    assert (edited["details"]["credit_limit"], edited["details"]["credit_days"]) == ("5000.00", None)
    assert terminal.refused("customers", "show", "9847012345")["code"] == "parties.several"
    assert terminal.json("customers", "merge", "clinic", "city clinic") == edited
    assert terminal.json("customers", "show", other["party_id"]) == edited
    assert [hit["name"] for hit in terminal.json("customers", "list")] == ["City Clinic"]
    assert not terminal.json("customers", "deactivate", "City Clinic")["is_active"]
    assert terminal.json("customers", "activate", "City Clinic")["is_active"]
    assert "City Clinic" in terminal.run("customers", "search", "98470")[1]
    assert terminal.json("verify")["findings"] == []
