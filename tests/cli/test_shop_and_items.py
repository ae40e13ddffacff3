"""A shop and its items from a terminal, and how commands answer at all."""

from __future__ import annotations

import io
import json

import pytest

from core.app.shop import open_shop, shop_file
from core.kernel.version import VERSION
from core.settings.queries import shop_view
from tests.cli.conftest import ITEMS, PROFILE, WITH_A_BAD_ROW, Terminal


def test_a_shop_is_made_from_its_profile(outside: Terminal) -> None:
    code, out, err = outside.run("shop", "create", "--profile", outside.file("profile.json", PROFILE))

    assert (code, err) == (0, "")
    assert out == f"The shop is ready: {shop_file(outside.data)}\n"
    assert (
        outside.refused("shop", "create", "--profile", outside.file("profile.json", PROFILE))["code"] == "shop.exists"
    )


@pytest.mark.parametrize(
    ("profile", "code", "where"),
    [
        ({**PROFILE, "state": "99"}, "gst.state_unknown", "state"),
        ({**PROFILE, "gstin": "32AABCT1332L1ZX"}, "gst.gstin_check", "gstin"),
        ({**PROFILE, "licences": [{"form": "99", "number": "1"}]}, "settings.no_such_form", "licences.0.form"),
        ({**PROFILE, "colour": "green"}, "input.unknown_field", "colour"),
        ({name: value for name, value in PROFILE.items() if name != "owner"}, "input.missing", "owner"),
        ("{not json", "input.not_json", None),
    ],
)
def test_a_profile_with_a_fault_makes_no_shop(outside: Terminal, profile: object, code: str, where: str | None) -> None:
    error = outside.refused("shop", "create", "--profile", outside.file("profile.json", profile))

    assert (error["code"], error["where"]) == (code, where)
    assert not shop_file(outside.data).exists()


def test_a_licence_form_is_known_however_it_is_written(outside: Terminal) -> None:
    profile = {**PROFILE, "licences": [{"form": "20-b", "number": "1"}, {"form": "21", "number": "2"}]}
    outside.json("shop", "create", "--profile", outside.file("profile.json", profile))
    shop = open_shop(outside.data)
    with shop.database.read() as session:
        assert [licence.form for licence in shop_view(session).licences] == ["20B", "21"]
    shop.close()


def test_wrong_usage_is_json_too(outside: Terminal) -> None:
    for arguments in (
        ["bill", "post"],
        ["bill", "fly"],
        ["items", "search", "x", "--limit", "0"],
        ["verify", "--fast"],
    ):
        code, out, err = outside.run(*arguments, "--json")
        error = json.loads(err)
        assert (code, out, error["code"], error["where"]) == (2, "", "usage.wrong", None)
        assert error["message"]
        code, _, err = outside.run(*arguments)
        assert code == 2
        assert "Usage:" in err


def test_a_folder_is_no_file(outside: Terminal) -> None:
    folder = str(outside.folder)
    for arguments in (["items", "import", folder], ["shop", "create", "--profile", folder]):
        error = outside.refused(*arguments)
        assert error["code"] == "input.is_folder"
        assert "is a folder" in error["message"]


def test_a_shop_is_made_of_a_profile_or_as_a_demo_never_both(outside: Terminal) -> None:
    assert outside.refused("shop", "create")["code"] == "shop.profile_or_demo"
    assert outside.refused("shop", "create", "--demo", "--profile", "x.json")["code"] == "shop.profile_or_demo"
    assert outside.refused("shop", "create", "--profile", "nowhere.json")["code"] == "input.no_file"


def test_where_there_is_no_shop_every_command_says_so(outside: Terminal) -> None:
    for command in (["verify"], ["items", "search", "para"], ["bill", "show", "C1/26-27/000001"], ["series", "show"]):
        assert outside.refused(*command)["code"] == "shop.none"
    assert not outside.data.exists()


def test_items_are_found_as_at_the_counter(terminal: Terminal) -> None:
    found = terminal.json("items", "search", "para 650")

    assert [hit["item"] for hit in found] == ["PCM650"]
    assert found[0]["batches"] == [{"batch": "B7", "expiry": "2099-04-30", "mrp": "33.10", "units": 150, "held": None}]
    assert found[0]["stock"] == "10:0"
    assert "Paracetamol 650mg" in terminal.run("items", "search", "para 650")[1]
    assert terminal.run("items", "search", "quinine")[1] == "Nothing found for quinine.\n"


def test_a_dry_run_shows_and_changes_nothing(outside: Terminal) -> None:
    outside.json("shop", "create", "--profile", outside.file("profile.json", PROFILE))

    report = outside.json("items", "import", "--dry-run", outside.file("items.csv", ITEMS))

    assert (report["imported"], report["items_added"], report["lots"]) == (False, 2, 2)
    assert (report["stock_value"], report["errors"], report["questions"]) == ("500.00", [], [])
    assert outside.json("items", "search", "para") == []


def test_a_bad_row_stops_the_import_until_it_is_skipped(outside: Terminal) -> None:
    outside.json("shop", "create", "--profile", outside.file("profile.json", PROFILE))
    sheet = outside.file("items.csv", WITH_A_BAD_ROW)

    code, out, _ = outside.run("items", "import", "--dry-run", sheet, "--json")
    assert code == 1
    assert [(error["line"], error["column"], error["code"]) for error in json.loads(out)["errors"]] == [
        (4, "mrp", "items.mrp_missing")
    ]
    assert outside.refused("items", "import", sheet)["code"] == "items.bad_rows"
    assert outside.json("items", "search", "para") == []

    code, out, err = outside.run("items", "import", "--skip-bad", sheet, "--json")
    report = json.loads(out)
    assert (code, err) == (1, "")
    assert (report["imported"], report["items_added"], report["skipped"]) == (True, 2, 1)
    assert outside.json("items", "search", "tablet without") == []


def test_shared_options_stand_before_or_after_the_command(terminal: Terminal) -> None:
    before = terminal.run_bare("--json", "--data", terminal.data, "items", "search", "para 650")
    after = terminal.run_bare("items", "search", "--json", "para 650", f"--data={terminal.data}")
    between = terminal.run_bare("items", "--data", terminal.data, "search", "--json", "para 650")

    assert before == after == between
    assert before[0] == 0
    assert terminal.run_bare("items", "search", "--data", terminal.data, "--", "--json")[1] == (
        "Nothing found for --json.\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["items"],
        ["items", "search"],
        ["bill", "print", "X"],
        ["bill", "cancel", "X"],
        ["verify", "--fast"],
    ],
)
def test_wrong_usage_is_exit_2(terminal: Terminal, arguments: list[str]) -> None:
    code, _, err = terminal.run(*arguments)

    assert code == 2
    assert "Usage" in err


def test_help_is_exit_0_and_an_error_for_people_is_a_sentence(terminal: Terminal) -> None:
    code, out, _ = terminal.run("--help")
    assert code == 0
    assert all(word in out for word in ("shop", "items", "bill", "series", "settings", "verify", "version"))
    assert terminal.run("bill", "show", "C9/1") == (
        1,
        "",
        "There is no bill C9/1: check its number, which looks like C1/26-27/000001.\n",
    )


def test_the_version_needs_no_shop(outside: Terminal) -> None:
    answer = outside.json("version")

    assert set(answer) == {"version", "schema", "sqlite"}
    assert answer["version"] == VERSION
    assert outside.run("version")[1].startswith(f"Nuskha {VERSION}, schema {answer['schema']}, SQLite 3.")


def test_a_named_user_proves_who_they_are(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())  # no terminal to ask at
    sheet = terminal.file("more.csv", ITEMS.replace("PCM", "XYZ"))
    monkeypatch.delenv("NUSKHA_PASSWORD", raising=False)
    assert terminal.refused("items", "import", sheet, "--user", "owner")["code"] == "auth.no_password"
    monkeypatch.setenv("NUSKHA_PASSWORD", "wrong")
    assert terminal.refused("items", "import", sheet, "--user", "owner")["code"] == "auth.wrong_login"
    monkeypatch.setenv("NUSKHA_PASSWORD", "correct horse 7")
    assert terminal.json("items", "import", sheet, "--user", "owner")["items_added"] == 2


def test_the_demo_shop_is_there_at_once(outside: Terminal) -> None:
    assert outside.json("shop", "create", "--demo")["demo"] is True
    assert outside.json("items", "search", "paracetamol", "--limit", "3")
    assert outside.json("verify")["holds"] is True


def test_settings_are_shown_and_set(terminal: Terminal) -> None:
    assert terminal.json("settings", "show") == [
        {"name": "sales.round_off", "value": "nearest", "values": ["nearest", "down", "none"]},
        {"name": "sales.mixed_to_registered", "value": "one_invoice", "values": ["one_invoice", "two_documents"]},
        {"name": "payments.upi_id", "value": "", "values": ["shop@okbank, or nothing"]},
        {"name": "idle_lock_minutes", "value": "15", "values": ["0-480"]},
        {"name": "dispensing.prescription_valid_days", "value": "0", "values": ["0-3650"]},
        {"name": "billing.below_cost", "value": "warn", "values": ["warn", "supervisor", "refuse"]},
        {"name": "quotations.valid_days", "value": "7", "values": ["1-365"]},
        {"name": "counter.keys", "value": "nuskha", "values": ["nuskha", "marg"]},
        {"name": "purchases.match_rate_bp", "value": "100", "values": ["0-2000"]},
        {"name": "purchases.match_rupees", "value": "1", "values": ["0-1000"]},
    ]
    assert terminal.json("settings", "set", "sales.round_off", "none") == {"name": "sales.round_off", "value": "none"}
    assert "sales.round_off  none" in terminal.run("settings", "show")[1]
    assert terminal.refused("settings", "set", "sales.round_off", "up")["code"] == "settings.no_such_value"
    assert terminal.refused("settings", "set", "payments.upi_id", "shop")["code"] == "settings.upi_id_form"
    assert terminal.json("settings", "set", "payments.upi_id", "shop@okbank")["value"] == "shop@okbank"
    assert terminal.refused("settings", "set", "colour", "green")["code"] == "settings.no_such_name"
    assert terminal.json("verify")["holds"] is True


def test_a_sheet_that_cannot_be_read_is_named(terminal: Terminal) -> None:
    assert terminal.refused("items", "import", terminal.file("empty.csv", ""))["code"] == "sheet.empty"


def test_a_barcode_is_taught_and_moved(terminal: Terminal) -> None:
    taught = terminal.json("items", "barcode", "add", "pcm500", "]d201089012345678901727030010A1")
    assert taught == {"item": "PCM500", "name": "Paracetamol 500mg Tablets", "barcode": "8901234567890"}
    assert [hit["item"] for hit in terminal.json("items", "search", "08901234567890")] == ["PCM500"]

    refused = terminal.refused("items", "barcode", "add", "PCM650", "8901234567890")
    assert (refused["code"], refused["where"]) == ("items.barcode_taken", "barcode")
    assert terminal.refused("items", "barcode", "add", "PCM650", "8901234567891")["code"] == "items.barcode_misread"
    assert terminal.refused("items", "barcode", "add", "NONE", "SHOP-1")["code"] == "sales.no_such_item"
    assert terminal.refused("items", "barcode", "add", "PCM650", "")["code"] == "input.empty"

    moved = terminal.run("items", "barcode", "add", "PCM650", "8901234567890", "--move")
    assert moved == (0, "Paracetamol 650mg Tablets has the barcode 8901234567890 from now on.\n", "")
    assert [hit["item"] for hit in terminal.json("items", "search", "8901234567890")] == ["PCM650"]
    assert terminal.run("verify")[0] == 0


def test_who_takes_an_import_back_reads_which_items_stay_and_why(terminal: Terminal) -> None:
    more = terminal.file("more.csv", "\n".join(ITEMS.replace("A1", "A2").splitlines()[:2]))
    terminal.json("items", "import", more)
    first = terminal.json("items", "imports")[1]["import_id"]

    code, out, _ = terminal.run("items", "undo-import", first, "--reason", "wrong file")

    assert code == 0
    assert out.endswith("1 of its items stay, for stock of them came in otherwise too: Paracetamol 500mg Tablets.\n")
    second = terminal.json("items", "imports")[0]["import_id"]
    assert terminal.json("items", "undo-import", second, "--reason", "this too")["items_staying"] == []


def test_items_keep_their_maker_when_somebody_says_so(terminal: Terminal) -> None:
    header, row = ITEMS.splitlines()[:2]
    for number, maker in enumerate(("Cipla", "Cadila")):
        new = row.replace("PCM500", "NEW").replace("Paracetamol", "Newcetamol").replace("A1", f"N{number}")
        sheet = terminal.file(f"{maker}.csv", f"{header},company\n{new},{maker}\n")
        if number:
            assert terminal.refused("items", "import", sheet)["code"] == "items.bad_rows"
        terminal.json("items", "import", sheet, "--keep-details")
    assert terminal.json("items", "show", "NEW")["manufacturer"] == "Cipla"


@pytest.mark.parametrize("text", ["", "  "])
def test_a_search_for_nothing_says_what_to_type(terminal: Terminal, text: str) -> None:
    refused = terminal.refused("items", "search", text)
    assert refused["code"] == "items.nothing_to_search"
    assert "a code, a barcode, or words of the name or salt" in refused["message"]
