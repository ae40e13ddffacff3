"""Prescriptions, the pharmacist on duty, registers and licences from a terminal."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pypdf

from core.kernel.clock import SystemClock, business_date
from tests.cli.conftest import Terminal


def prescribed(today: date, **more: Any) -> dict[str, Any]:
    return {
        "patient": {"name": "Asha", "phone": "9847012345", "address": "12 Hill Road, Kochi"},
        "prescriber": {"name": "Dr K Rao", "address": "City Hospital, Kochi", "registration": "TCMC 4711"},
        "written_on": today.isoformat(),
        **more,
    }


def test_a_drug_of_h1_is_billed_and_the_register_shows_it(terminal: Terminal) -> None:
    today = business_date(SystemClock().now())
    days = ("--from", today.isoformat(), "--to", today.isoformat())
    terminal.json("items", "schedules", "PCM500", "H1", "--from", today.isoformat())
    refused = terminal.refused("bill", "post", terminal.bill(("PCM500", "1")))
    assert (refused["code"], refused["where"]) == ("dispensing.needs_prescription", "lines.0.item")
    said = prescribed(today, lines=[{"item": "PCM500", "dose": "1-0-1", "days": 10}], image="/9j/AAAA")
    nobody = terminal.refused("bill", "post", terminal.bill(("PCM500", "1"), dispensing=said))
    assert (nobody["code"], nobody["where"]) == ("dispensing.no_pharmacist", "dispensing.pharmacist")
    assert terminal.json("duty", "show") is None

    (own,) = terminal.json("pharmacists", "list")
    assert (own["name"], own["listed"]) == ("A Pharmacist", True)
    assert terminal.json("duty", "begin", "kspc 1234")["pharmacist"]["name"] == "A Pharmacist"
    assert "on duty until" in terminal.run("duty", "show")[1]
    homeless = {**said, "patient": {"name": "Asha"}}
    where = terminal.refused("bill", "post", terminal.bill(("PCM500", "1"), dispensing=homeless))["where"]
    assert where == "dispensing.patient.address"
    bill = terminal.json("bill", "post", terminal.bill(("PCM500", "1"), dispensing=said))
    entry = bill["dispensing"]
    assert (entry["number"][:3], entry["patient_name"], entry["lines"][0]["days"]) == ("C1S", "Asha", 5)
    assert entry["number"] in terminal.run("bill", "show", bill["number"])[1]

    prescription = terminal.json("prescriptions", "show", entry["prescription_id"])
    assert [(line["supplied"], line["left"]) for line in prescription["lines"]] == [(10, 10)]
    assert "1:0 left" in terminal.run("prescriptions", "show", entry["prescription_id"])[1]
    (listed,) = terminal.json("prescriptions", "list", "--patient", "9847012345")
    assert (listed["prescriber_name"], listed["drugs"]) == ("Dr K Rao", ["Paracetamol 500mg Tablets"])
    assert terminal.refused("prescriptions", "show", "nothing")["code"] == "dispensing.no_prescription"

    (picture,) = terminal.json("prescriptions", "images", entry["prescription_id"], "--to", terminal.folder)
    assert picture.endswith(f"{entry['prescription_id']}-1.jpeg")
    assert Path(picture).read_bytes().startswith(b"\xff\xd8\xff")

    known = {"prescription": entry["prescription_id"]}
    too_many = terminal.refused("bill", "post", terminal.bill(("PCM500", "2"), dispensing=known))
    assert (too_many["code"], "10 pieces are left" in str(too_many["message"])) == ("dispensing.too_many", True)
    terminal.json("bill", "cancel", bill["number"], "--reason", "wrong patient")
    first, void = terminal.json("registers", "h1", *days)
    assert (first["voided_by"], void["voids"], void["reason"]) == (void["number"], first["number"], "wrong patient")
    assert "VOIDS" in terminal.run("registers", "h1", *days)[1]
    pdf = terminal.folder / "h1.pdf"
    assert terminal.json("registers", "h1", *days, "--pdf", pdf) == {"rows": 2, "file": str(pdf)}
    text = pypdf.PdfReader(pdf).pages[0].extract_text()
    assert all(said in text for said in ("Schedule H1 register", "Asha", "Dr K Rao", "KSPC 1234", "D.L. 20", "VOIDS"))
    assert terminal.json("duty", "end")["pharmacist"]["name"] == "A Pharmacist"
    assert terminal.refused("duty", "end")["code"] == "dispensing.nobody_on_duty"
    assert terminal.json("verify")["findings"] == []


def test_the_list_of_pharmacists_is_kept(terminal: Terminal) -> None:
    added = terminal.json("pharmacists", "add", "Biju", "--registration", "kspc 77", "--account", "biju")
    assert (added["registration"], added["username"]) == ("KSPC 77", "biju")
    again = terminal.refused("pharmacists", "add", "Biju", "--registration", "KSPC77")
    assert again["code"] == "dispensing.pharmacist_known"
    assert not terminal.json("pharmacists", "end", "KSPC 77")["is_active"]
    assert terminal.refused("duty", "begin", "KSPC 77")["code"] == "dispensing.no_pharmacist_known"
    assert "works here no more" in terminal.run("pharmacists", "list")[1]


def test_the_shops_licences_are_renewed_added_and_ended(terminal: Terminal) -> None:
    assert [one["form"] for one in terminal.json("drug-licences", "list")] == ["20", "21"]
    terminal.json("drug-licences", "add", "20-f", "KL-KCH-1003", "--from", "2026-01-01", "--to", "2030-12-31")
    renewed = terminal.json("drug-licences", "add", "20", "KL-KCH-1001", "--to", "2031-12-31")
    assert [(one["form"], one["to"]) for one in renewed] == [("20", "2031-12-31"), ("20F", "2030-12-31"), ("21", None)]
    assert "to 31-12-2030" in terminal.run("drug-licences", "list")[1]
    assert [one["form"] for one in terminal.json("drug-licences", "end", "21", "KL-KCH-1002")] == ["20", "20F"]
    assert [one["form"] for one in terminal.json("drug-licences", "add", "21", "KL-KCH-1002")] == ["20", "20F", "21"]
    wrong = terminal.refused("drug-licences", "add", "99", "X")
    assert wrong["code"] == "settings.no_such_form"
    backwards = terminal.refused("drug-licences", "add", "20B", "W-1", "--from", "2027-01-01", "--to", "2026-01-01")
    assert backwards["code"] == "settings.licence_days"
    log = terminal.json("audit", "log")
    assert len([entry for entry in log if entry["kind"] == "licences.changed"]) == 4
    assert terminal.json("verify")["findings"] == []
