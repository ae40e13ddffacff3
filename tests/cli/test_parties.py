"""Parties from a terminal."""

from __future__ import annotations

import io

import pytest

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
    assert terminal.json("customers", "merge", "clinic", "city clinic", "--confirm") == edited
    assert terminal.json("customers", "show", other["party_id"]) == edited
    assert [hit["name"] for hit in terminal.json("customers", "list")] == ["City Clinic"]
    assert not terminal.json("customers", "deactivate", "City Clinic")["is_active"]
    assert terminal.json("customers", "activate", "City Clinic")["is_active"]
    assert "City Clinic" in terminal.run("customers", "search", "98470")[1]
    assert terminal.json("verify")["findings"] == []


def test_the_drug_licences_of_a_supplier_are_given_with_their_last_days(terminal: Terminal) -> None:
    said = "licences=KL-KTM-20B-77 until 31-12-2028, KL-KTM-21B-77"
    added = terminal.json("suppliers", "add", "Kerala Pharma", "--set", said)
    assert added["details"]["licences"] == [
        {"number": "KL-KTM-20B-77", "valid_until": "2028-12-31"},
        {"number": "KL-KTM-21B-77", "valid_until": None},
    ]
    shown = terminal.run("suppliers", "show", "Kerala Pharma")[1]
    assert "licences: KL-KTM-20B-77 until 31-12-2028, KL-KTM-21B-77\n" in shown
    wrong = terminal.refused("suppliers", "edit", "Kerala Pharma", "--set", "licences=KL-1 until soon")
    assert wrong["code"] == "date.no_day"
    assert terminal.json("suppliers", "edit", "Kerala Pharma", "--set", "licences=")["details"]["licences"] == []


def test_suppliers_codes_are_taught_listed_ended_and_carried_over(terminal: Terminal) -> None:
    terminal.json("items", "add", "PARA9", "--name", "Paracetamol 500", "--pack", "10's", "--gst", "5")
    for name in ("Kerala Pharma", "Kerala Pharma Agencies"):
        terminal.json("suppliers", "add", name)
    taught = terminal.json("suppliers", "code", "add", "kerala pharma", "k-17", "para9", "--factor", "10")
    assert taught == [{"code": "K-17", "item": "PARA9", "item_name": "Paracetamol 500", "name": None, "factor": 10}]
    assert terminal.refused("suppliers", "code", "add", "kerala pharma", "X", "none")["code"] == "parties.no_item"
    other = ("suppliers", "code", "add", "kerala pharma agencies", "K-17", "PARA9")
    terminal.json(*other)
    merge = ("suppliers", "merge", "kerala pharma", "kerala pharma agencies")
    assert terminal.refused(*merge)["code"] == "parties.merge_unconfirmed"
    assert "where the kept one's hold: K-17" in terminal.run(*merge)[2]
    terminal.json("suppliers", "merge", "kerala pharma", "kerala pharma agencies", "--confirm")
    assert "1 x PARA9" in terminal.run("suppliers", "codes", "kerala pharma")[1]
    assert terminal.json("suppliers", "code", "end", "kerala pharma", "K-17") == []
    history = terminal.json("suppliers", "history", "kerala pharma")
    assert ("is_ended", True) in [(entry["field"], entry["after"]) for entry in history]
    assert terminal.json("verify")["findings"] == []


def test_a_merge_shows_what_moves_and_asks(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = terminal.json("customers", "add", "Clinic", "--set", "phone=9847012345")
    kept = terminal.json("customers", "add", "City Clinic")
    terminal.json("patients", "add", "Anil", "--set", f"customer_id={gone['party_id']}")

    def answers(text: str) -> tuple[int, str]:
        typed = io.StringIO(text)
        monkeypatch.setattr(typed, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", typed)
        code, _, said = terminal.run("customers", "merge", "clinic", "city clinic")
        return code, said

    for no in ("n\n", "\n", ""):
        code, said = answers(no)
        assert code == 1
        assert "Clinic (9847012345) goes" in said
        assert "Patients who go over: 1." in said
        assert "--confirm" in said
    assert terminal.json("customers", "show", gone["party_id"]) == gone
    assert answers("y\n")[0] == 0
    assert terminal.json("customers", "show", gone["party_id"]) == kept


def test_lists_have_headings(terminal: Terminal) -> None:
    terminal.json("prescribers", "add", "Dr Rao", "--set", "registration=TCMC 1", "--set", "phone=9847012345")
    for listed in (terminal.run("prescribers", "list")[1], terminal.run("prescribers", "search", "tcmc-1")[1]):
        heading, line = listed.splitlines()
        assert heading.split() == ["Id", "Telephone", "Registration", "Name"]
        assert heading.index("Name") == line.index("Dr Rao")
    terminal.json("customers", "add", "City Clinic")
    assert "GSTIN" in terminal.run("customers", "list")[1].splitlines()[0]
    assert terminal.run("patients", "list")[1] == "Nobody found.\n"


def test_a_field_that_a_card_has_not_is_told_with_those_it_has(terminal: Terminal) -> None:
    refused = terminal.refused("suppliers", "add", "Kerala Pharma", "--set", "registration=composition")
    assert refused["code"] == "input.unknown_field"
    assert "There are: kind, name, phone, other_phone, gstin," in refused["message"]
