"""An item's life from a terminal."""

from __future__ import annotations

from typing import get_type_hints

from cli.item_changes import add, edit
from tests.cli.conftest import Terminal


def test_an_item_is_added_shown_edited_and_ended(terminal: Terminal) -> None:
    added = terminal.json(
        "items", "add", "GLY500", "--name", "Glycomet 500 SR", "--gst", "5", "--pack", "20's", "--brand", "Glycomet",
        "--salts", "Metformin Hydrochloride 500mg", "--form", "SR tablet", "--hsn", "30049099", "--min", "2:5",
        "--schedules", "none", "--storage", "room", "--batch", "g1", "--expiry", "03/2099", "--mrp", "40",
        "--cost", "30", "--quantity", "1:5",
    )  # fmt: skip
    assert (added["item"], added["pieces_per_pack"], added["min_stock_units"]) == ("GLY500", 20, 45)
    assert [(salt["key"], salt["strength"]) for salt in added["salt_list"]] == [("metformin", "500 mg")]
    assert [(batch["batch"], batch["units"]) for batch in added["batches"]] == [("G1", 25)]
    assert terminal.json("items", "show", "gly500") == added
    text = terminal.run("items", "show", "GLY500")[1]
    assert "Batch G1" in text
    assert "taxable 5 %" in text

    edited = terminal.json("items", "edit", "GLY500", "--rack", "B-7", "--brand", "")
    assert (edited["rack"], edited["brand"], edited["name"]) == ("B-7", None, "Glycomet 500 SR")
    stale = terminal.refused("items", "edit", "GLY500", "--rack", "C-1", "--version", added["version"])
    assert (stale["code"], stale["where"]) == ("items.changed_meanwhile", "version")
    assert terminal.refused("items", "edit", "GLY500", "--pack", "10's")["code"] == "items.pack_in_use"
    history = terminal.json("items", "history", "GLY500")
    assert {(entry["field"], entry["before"], entry["after"]) for entry in history} >= {
        ("rack", None, "B-7"),
        ("brand", "Glycomet", None),
    }

    assert terminal.refused("items", "deactivate", "GLY500")["code"] == "items.has_stock"
    assert terminal.json("verify")["findings"] == []


def test_an_item_in_stock_is_deactivated_by_what_the_refusal_says(terminal: Terminal) -> None:
    refused = terminal.refused("items", "deactivate", "PCM500")["message"]
    assert "sell that first" in refused
    assert "write it off" not in refused
    terminal.json("bill", "post", terminal.bill(("PCM500", "20")))
    assert terminal.json("items", "deactivate", "PCM500")["is_active"] is False


def test_a_discount_is_taken_away_as_the_refusal_says(terminal: Terminal) -> None:
    terminal.json("items", "edit", "PCM500", "--discount", "5")
    refused = terminal.refused("items", "edit", "PCM500", "--no-discount")
    assert refused["code"] == "items.discount_and_none"
    assert '--discount ""' in refused["message"]
    edited = terminal.json("items", "edit", "PCM500", "--no-discount", "--discount", "")
    assert (edited["no_discount"], edited["discount"]) == (True, None)


def test_an_import_that_holds_an_item_is_taken_back_as_the_refusal_says(terminal: Terminal) -> None:
    assert "nuskha items undo-import" in terminal.refused("items", "deactivate", "PCM650")["message"]
    (done,) = terminal.json("items", "imports")
    terminal.json("items", "undo-import", done["import_id"], "--reason", "not dealt in")
    assert terminal.json("items", "search", "para 650") == []


def test_what_the_options_leave_open_is_asked(terminal: Terminal) -> None:
    bare = ("items", "add", "NEW", "--name", "New", "--gst", "5")
    assert terminal.refused(*bare)["code"] == "items.pack_unknown"
    packed = (*bare, "--levels", "box 10 strip 15 tablet", "--sale-level", "strip")
    assert terminal.refused(*packed, "--quantity", "1")["code"] == "items.mrp_missing"
    assert terminal.refused(*packed, "--quantity", "1", "--mrp", "5")["code"] == "items.rate_missing"
    assert terminal.json(*packed)["pieces_per_pack"] == 15
    assert terminal.json("items", "deactivate", "NEW")["is_active"] is False
    assert terminal.json("items", "activate", "NEW")["is_active"] is True
    assert terminal.refused("items", "show", "NOWHERE")["code"] == "sales.no_such_item"


def test_an_mrp_that_the_box_prints_is_that_of_its_packs(terminal: Terminal) -> None:
    added = terminal.json(
        "items", "add", "ORS", "--name", "ORS sachet", "--gst", "5", "--levels", "box 3 sachet", "--sale-level",
        "sachet", "--mrp-level", "box", "--kind", "goods", "--mrp", "100", "--cost", "20", "--quantity", "6",
    )  # fmt: skip
    assert [(batch["mrp"], batch["units"]) for batch in added["batches"]] == [("33.33", 6)]
    unknown = terminal.refused("items", "edit", "ORS", "--mrp-level", "carton")
    assert unknown["code"] == "packs.no_level"


def test_an_item_is_copied_with_another_pack(terminal: Terminal) -> None:
    copied = terminal.json("items", "copy", "PCM500", "PCM500-15", "--pack", "1*15", "--name", "Paracetamol 500 15s")
    assert (copied["pieces_per_pack"], copied["name"], copied["hsn"]) == (15, "Paracetamol 500 15s", "30049099")
    assert copied["batches"] == []


def test_tax_and_schedules_from_a_day(terminal: Terminal) -> None:
    taxed = terminal.json("items", "tax", "PCM500", "--gst", "0", "--treatment", "nil", "--from", "2098-01-01")
    assert [row["treatment"] for row in taxed["taxes"]] == ["taxable", "nil"]
    assert terminal.json("items", "schedules", "PCM500", "h1, c")["schedules"] == ["C", "H1"]
    assert terminal.json("items", "schedules", "PCM500", "none")["schedules"] == []
    assert terminal.json("items", "schedules", "PCM500", "unknown")["schedules"] is None
    listed = terminal.json("items", "state-listing", "PCM500", "03", "permission of the authority")
    assert [row["state"] for row in listed["state_listings"]] == ["03"]


def test_a_schedule_that_is_none_is_named_with_those_there_are(terminal: Terminal) -> None:
    refused = terminal.refused("items", "schedules", "PCM500", "H,Z")
    assert refused["code"] == "input.not_one_of"
    assert refused["message"] == '"Z" cannot stand here: write C, C1, G, H, H1, K, X or NDPS.'


def test_planned_schedules_are_shown(terminal: Terminal) -> None:
    def planned() -> list[str]:
        lines = terminal.run("items", "show", "PCM500")[1].splitlines()
        return [" ".join(line.split()) for line in lines if "schedules:" in line]

    terminal.json("items", "schedules", "PCM500", "none", "--from", "2097-01-01")
    assert planned() == ["From 01-01-2097 schedules: none"]
    terminal.json("items", "schedules", "PCM500", "H,C")
    assert planned() == []
    said = terminal.run("items", "schedules", "PCM500", "H1,C", "--from", "2098-01-01")[1]
    assert "From 01-01-2098" in said
    assert planned() == ["From 01-01-2098 schedules: off H, on H1"]


def test_many_rates_are_looked_at_and_then_changed(terminal: Terminal) -> None:
    which = ("items", "rates", "--gst", "12", "--hsn", "3004", "--from", "2098-01-01")
    preview = terminal.json(*which)
    assert (preview["changed"], len(preview["changes"])) == (False, 2)
    assert "2 items would change" in terminal.run(*which)[1]
    assert terminal.json(*which, "--apply")["changed"] is True
    assert terminal.json(*which)["changes"] == []
    assert terminal.json("items", "read-salts") == {"items": 0}


def test_substitutes_are_listed(terminal: Terminal) -> None:
    for code in ("PCM500", "PCM650"):
        terminal.json("items", "edit", code, "--salts", "Paracetamol 500mg", "--form", "tablet")
    found = terminal.json("items", "substitutes", "pcm500")
    assert [(one["code"], one["mrp_per_piece"], one["margin"]) for one in found["found"]] == [
        ("PCM650", "2.2067", "36.54")
    ]
    assert "(not looked up)" in terminal.run("items", "substitutes", "PCM500")[1]
    terminal.json("items", "edit", "PCM650", "--salts", "Paracetamol")
    assert "enter them" in terminal.run("items", "substitutes", "PCM650")[1]
    assert terminal.run("items", "substitutes", "PCM500")[1].startswith("Nothing with the salts")


def test_the_lists_suggest_and_change_nothing(terminal: Terminal) -> None:
    terminal.json("items", "edit", "PCM500", "--salts", "Alprazolam 0.5mg", "--form", "tablet", "--hsn", "30049099")
    before = terminal.json("items", "show", "PCM500")
    advice = terminal.json("items", "suggest", "PCM500")
    assert [(one["schedule"], one["is_certain"]) for one in advice["schedules"]] == [("H1", True), ("NDPS", False)]
    assert (advice["taxes"][0]["gst"], advice["uqc"], advice["uqc_per_pack"]) == ("5", "TBS", "10")
    assert {doubt["code"] for doubt in advice["doubts"]} == {"items.uqc_missing", "items.schedules_unknown"}
    assert [(tax["treatment"], tax["gst"]) for tax in advice["taxes"]] == [("taxable", "5")]
    said = terminal.run("items", "suggest", "PCM500")[1]
    assert "Schedule H1" in said
    assert said.count("GST 5 %") == 1
    assert "read the label" in terminal.run("items", "suggest", "PCM650")[1]
    assert terminal.json("items", "show", "PCM500") == before


def test_the_portals_codes_are_found(terminal: Terminal) -> None:
    assert {"hsn": "30041030", "description": "AMOXYCILLIN"} in terminal.json("items", "hsn", "amoxy")
    assert terminal.run("items", "hsn", "0000")[1] == "Nothing found for 0000.\n"


def test_what_add_and_edit_share_is_declared_once() -> None:
    added, edited = (get_type_hints(command, include_extras=True) for command in (add, edit))
    shared = {name for name in added.keys() & edited.keys() if hasattr(added[name], "__metadata__")}
    assert shared > {"code", "name", "pack", "storage"}
    for name in shared:
        assert added[name].__metadata__[0] is edited[name].__metadata__[0], name
