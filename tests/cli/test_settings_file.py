"""Settings into a file and from it, and the head of the papers, from a terminal."""

from __future__ import annotations

import json

from tests.cli.conftest import Terminal


def test_settings_go_out_and_come_back(terminal: Terminal) -> None:
    path = terminal.folder / "settings.json"
    assert terminal.run("settings", "export", path)[0] == 0
    assert terminal.run("settings", "import", path)[1] == "Everything is as the file has it.\n"
    saved = json.loads(path.read_text("utf-8"))
    saved["choices"]["payments.upi_id"] = "shop@okbank"
    saved["printers"] = {
        "printers": [{"name": "Counter", "kind": "network", "address": "10.0.0.7"}],
        "receipts": "Counter",
    }
    terminal.file("settings.json", saved)
    said = terminal.run("settings", "import", path, "--dry-run")[1]
    assert said.startswith("Would change:")
    assert "choices.payments.upi_id: - -> shop@okbank" in said
    assert "printers.printers.Counter.address: - -> 10.0.0.7" in said
    assert terminal.run("printers", "list")[1] == "No printer is set up.\n"
    changed = terminal.json("settings", "import", path)
    assert {"where": "choices.payments.upi_id", "here": "", "there": "shop@okbank"} in changed
    assert terminal.json("printers", "list")["receipts"] == "Counter"
    assert terminal.json("verify")["findings"] == []

    saved["printers"]["printers"][0]["address"] = "10.0.0.7:0"
    saved["choices"]["payments.upi_id"] = "other@okbank"
    terminal.file("settings.json", saved)
    for more in (["--dry-run"], []):
        assert terminal.refused("settings", "import", path, *more)["code"] == "printer.address"
    assert "other@okbank" not in terminal.run("settings", "show")[1]


def test_what_is_no_file_of_settings_is_refused(terminal: Terminal) -> None:
    assert terminal.refused("settings", "import", terminal.folder / "none.json")["code"] == "input.no_file"
    other = terminal.file("other.json", {"kind": "something"})
    assert terminal.refused("settings", "import", other)["code"] == "settings.no_settings_file"
    strange = terminal.file("strange.json", {"kind": "nuskha settings", "version": 1, "colours": {}})
    said = terminal.refused("settings", "import", strange)
    assert said["code"] == "settings.unknown_parts"
    assert "colours" in said["message"]
    huge = terminal.file("huge.json", "x" * 1_000_001)
    assert terminal.refused("settings", "import", huge)["code"] == "settings.no_settings_file"
    no_folder = terminal.folder / "no" / "settings.json"
    assert terminal.refused("settings", "export", no_folder)["code"] == "files.cannot_write"


def test_the_head_of_the_papers_is_changed(terminal: Terminal) -> None:
    said = terminal.run("settings", "shop", "--name", "Sri Medicals", "--address", "Market Road", "--address", "Kochi")
    assert said[1] == "Sri Medicals, Market Road, Kochi: the next paper shows it.\n"
    changed = terminal.json("settings", "shop", "--phone", "0484 2351234")
    assert (changed["name"], changed["address"], changed["phone"]) == (
        "Sri Medicals",
        "Market Road\nKochi",
        "0484 2351234",
    )
    assert terminal.json("settings", "shop", "--phone", "")["phone"] is None
    refused = terminal.refused("settings", "shop", "--gstin", "27AAPFU0939F1ZV")
    assert refused["code"] == "gst.gstin_other_state"
    unregistered = ("--registration", "unregistered")
    assert terminal.refused("settings", "shop", *unregistered)["code"] == "gst.unregistered_with_gstin"
    assert terminal.json("settings", "shop", *unregistered, "--gstin", "")["gstin"] is None
    assert "unregistered" in terminal.run("settings", "shop")[1]
    regular = ("--registration", "regular")
    assert terminal.refused("settings", "shop", *regular)["code"] == "gst.registered_without_gstin"
    assert terminal.json("settings", "shop", *regular, "--gstin", "32AABCT1332L1ZN")["registration"] == "regular"
    assert terminal.refused("settings", "shop", "--registration", "royal")["where"] == "registration"
