"""Backups, restore and health as support staff and scripts reach them."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from core.app.instance import share_use
from core.app.shop import open_shop, shop_file
from core.kernel.clock import SystemClock
from tests.support.shop import TestShop

PROFILE = {
    "name": "Test Medicals",
    "address": "MG Road, Kochi 682016",
    "state": "32",
    "gstin": "32AABCT1332L1ZN",
    "owner": {"username": "owner", "password": "correct horse 7"},
}

Command = Callable[..., Any]


@pytest.fixture
def nuskha(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Run a command with --json in a data folder; return its answer, or (exit code, error) when it is refused."""

    def run(*arguments: str | Path, data: str = "shop") -> Any:
        code = main([*map(str, arguments), "--data", str(tmp_path / data), "--json"])
        said = capsys.readouterr()
        if code == 0:
            assert said.err == ""
            return json.loads(said.out)
        assert said.out == ""
        return code, json.loads(said.err)

    return run


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A profile file."""
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(PROFILE), "utf-8")
    return path


def test_a_day_of_backups(nuskha: Command, profile: Path, tmp_path: Path) -> None:
    nuskha("shop", "create", "--profile", profile)
    assert nuskha("health")["problems"][0]["code"] == "health.no_backup"
    made = nuskha("backup", "create")
    assert (made["reason"], made["counter"], made["key_id"], made["second_failure"]) == ("by-hand", "C1", None, None)
    assert [backup["file"] for backup in nuskha("backup", "list")] == [made["file"]]
    assert nuskha("backup", "prove") == {"file": made["file"], "proven": True, "events": 1, "rows": 11}
    health = nuskha("health")
    assert health["well"] is True
    assert health["backups"]["last_proof"]["file"] == Path(made["file"]).name
    assert health["disk"]["free"] > 0
    assert nuskha("db", "integrity") == {"sound": True, "faults": []}
    restored = nuskha("backup", "restore", made["file"])
    assert (restored["counter_before"], restored["counter"], restored["events"]) == ("C1", "C1A", 1)
    assert Path(restored["set_aside"]).is_file()
    assert nuskha("verify")["holds"] is True
    assert nuskha("health")["counter"] == "C1A"
    elsewhere = nuskha("backup", "restore", made["file"], "--counter", "C7", data="new")
    assert (elsewhere["counter"], elsewhere["set_aside"]) == ("C7", None)


def test_a_restore_names_the_bills_that_the_backup_lacks(
    nuskha: Command, profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shop"
    nuskha("shop", "create", "--profile", profile)
    shop = TestShop(open_shop(folder), SystemClock())
    shop.receives("PCM500", packs=10, expiry="03/2099")
    shop.close()
    made = nuskha("backup", "create")["file"]
    shop = TestShop(open_shop(folder), SystemClock())
    bills = [shop.bills(("PCM500", "1")), shop.bills(("PCM500", "2"))]
    shop.close()

    restored = nuskha("backup", "restore", made)
    lacking = restored["lacking"]
    assert (lacking["events"], lacking["bills"], lacking["broke_off"]) == (2, 2, False)
    assert lacking["named"] == [
        {"number": bill.number, "date": bill.date.isoformat(), "total": str(bill.total), "cancelled": False}
        for bill in bills
    ]
    assert lacking["ranges"] == [[bills[0].number, bills[1].number]]
    assert lacking["total"] == str(bills[0].total + bills[1].total)

    assert main(["backup", "restore", restored["backup_before"], "--data", str(folder)]) == 0
    assert "not in the backup" not in capsys.readouterr().out, "the log parted before that backup's newest entry"
    newest = nuskha("backup", "create")["file"]
    assert main(["backup", "restore", newest, "--data", str(folder)]) == 0
    assert "The backup lacks nothing of what was there." in capsys.readouterr().out
    shop = TestShop(open_shop(folder), SystemClock())
    bill = shop.bills(("PCM500", "1"))
    shop.close()
    assert main(["backup", "restore", newest, "--data", str(folder)]) == 0
    said = capsys.readouterr().out
    assert f"1 bill that was there is not in the backup: {bill.number}, {bill.total.grouped()} in all. They" in said
    assert "; enter them again." in said
    assert nuskha("backup", "restore", made, data="new")["lacking"] is None


ITEMS = """\
code,name,pack,gst_percent,batch,expiry,mrp,purchase_rate,quantity
PCM500,Paracetamol 500mg Tablets,10's,5,A1,03/2099,25.65,15.00,20
"""


def test_an_import_and_a_day_close_are_backed_up(nuskha: Command, profile: Path, tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_text(ITEMS, "utf-8")
    nuskha("shop", "create", "--profile", profile)

    assert nuskha("items", "import", items)["lots"] == 1
    assert nuskha("books", "close", "2020-01-01") == {"closed_through": "2020-01-01", "backup_failure": None}

    listed = nuskha("backup", "list")
    assert [(backup["reason"], backup["events"]) for backup in listed] == [("day-close", 3), ("before-import", 1)]
    items.write_text(ITEMS.replace("A1", "A2"), "utf-8")
    assert nuskha("items", "import", items)["lots"] == 1
    assert len(nuskha("backup", "list")) == 2, "the newest lacked nothing"


def test_without_a_backup_nothing_is_imported_unless_it_is_wanted_so(
    nuskha: Command, profile: Path, tmp_path: Path
) -> None:
    items = tmp_path / "items.csv"
    items.write_text(ITEMS, "utf-8")
    nuskha("shop", "create", "--profile", profile)
    (tmp_path / "shop" / "backups").write_text("no folder")

    code, refused = nuskha("items", "import", items)

    assert (code, refused["code"]) == (1, "backup.before_import")
    assert "Nothing was imported" in refused["message"]
    assert "--without-backup" in refused["message"]
    assert nuskha("items", "search", "PCM500") == []
    assert nuskha("items", "import", items, "--without-backup")["lots"] == 1
    closed = nuskha("books", "close", "2020-01-01")
    assert closed["closed_through"] == nuskha("books", "show")["closed_through"] == "2020-01-01"
    assert closed["backup_failure"]


def test_an_encrypted_shop_comes_back_by_its_sheet(
    nuskha: Command, profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = nuskha("shop", "create", "--profile", profile, "--encrypt")["recovery_code"]
    sheet = nuskha("shop", "recovery-sheet")
    assert sheet["recovery_code"] == code
    paper = tmp_path / "sheet.txt"
    assert nuskha("shop", "recovery-sheet", "--to", paper)["key_id"] == sheet["key_id"]
    assert code.split("-")[12] in paper.read_text()
    made = nuskha("backup", "create")
    assert made["key_id"] == sheet["key_id"]
    stick = tmp_path / "stick.db"
    stick.write_bytes(Path(made["file"]).read_bytes())
    assert nuskha("backup", "restore", stick, data="new")[1]["code"] == "key.missing"
    monkeypatch.setenv("NUSKHA_RECOVERY_CODE", code.replace(code[6], "U", 1))
    refused = nuskha("backup", "restore", stick, data="new")[1]
    assert (refused["code"], "U" in refused["message"]) == ("key.code_character", True)
    monkeypatch.setenv("NUSKHA_RECOVERY_CODE", code.lower().replace("-", " "))
    assert nuskha("backup", "restore", stick, data="new")["counter"] == "C1A"
    monkeypatch.delenv("NUSKHA_RECOVERY_CODE")
    assert nuskha("verify", data="new")["holds"] is True


def test_a_computer_that_lost_its_key_is_given_it_again(
    nuskha: Command, profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = nuskha("shop", "create", "--profile", profile, "--encrypt")["recovery_code"]
    for file in (tmp_path / "shop" / "keys").iterdir():
        file.unlink()
    assert nuskha("verify")[1]["code"] == "key.missing"
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert nuskha("shop", "unlock")[1]["code"] == "key.no_code"
    monkeypatch.setenv("NUSKHA_RECOVERY_CODE", code)
    nuskha("shop", "unlock")
    assert nuskha("verify")["holds"] is True


def test_a_recovery_code_is_typed_at_a_prompt_until_it_is_one(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path / "shop")]
    assert main(["shop", "create", "--profile", str(profile), "--encrypt", *data]) == 0
    code = capsys.readouterr().out.splitlines()[-1]
    for file in (tmp_path / "shop" / "keys").iterdir():
        file.unlink()
    typed = io.StringIO(f"{code[:-3]}\n{code.lower().replace('-', ' ')}\n")
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", typed)

    assert main(["shop", "unlock", *data]) == 0

    said = capsys.readouterr()
    assert "now opens the shop" in said.out
    assert said.err.count("Recovery code") == 2
    assert "Group 13" in said.err
    for command, variable in ([], "NUSKHA_PASSWORD"), (["shop", "unlock"], "NUSKHA_RECOVERY_CODE"):
        assert main([*command, "--help"]) == 0
        assert variable in capsys.readouterr().out
    assert main(["shop", "unlock", *data]) == 1, "nothing more is typed"
    assert "NUSKHA_RECOVERY_CODE" in capsys.readouterr().err


def test_what_leaves_the_house_is_encrypted_though_the_shop_is_not(
    nuskha: Command, profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nuskha("shop", "create", "--profile", profile)
    assert nuskha("backup", "export", tmp_path / "a.age")[1]["code"] == "backup.none"
    nuskha("backup", "create")
    first = nuskha("backup", "export", tmp_path / "a.age")
    again = nuskha("backup", "export", tmp_path / "b.age")
    assert "recovery_code" not in again, "it is shown once"
    assert again["key_id"] == first["key_id"]
    assert nuskha("shop", "recovery-sheet")[1]["code"] == "key.not_encrypted"
    monkeypatch.setenv("NUSKHA_RECOVERY_CODE", first["recovery_code"])
    assert nuskha("backup", "restore", tmp_path / "b.age", data="new")["counter"] == "C1A"


def test_a_second_folder_is_chosen_for_this_machine(nuskha: Command, profile: Path, tmp_path: Path) -> None:
    nuskha("shop", "create", "--profile", profile)
    assert nuskha("backup", "second-folder") == {"second_folder": None}
    stick = tmp_path / "stick"
    assert nuskha("backup", "second-folder", stick)[1]["code"] == "backup.no_second_folder"
    stick.mkdir()
    assert nuskha("backup", "second-folder", stick) == {"second_folder": str(stick)}
    made = nuskha("backup", "create")
    assert (stick / Path(made["file"]).name).is_file()
    stick.rename(tmp_path / "gone")
    assert "connect the disk" in nuskha("backup", "create")["second_failure"]
    assert "connect the disk" in nuskha("health")["problems"][0]["message"]
    assert nuskha("backup", "second-folder", "--none") == {"second_folder": None}


def test_refusals_are_one_sentence_and_exit_1(
    nuskha: Command, profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nuskha("shop", "create", "--profile", profile)
    assert nuskha("backup", "prove")[1]["code"] == "backup.none"
    assert nuskha("backup", "restore", tmp_path / "none.db")[1]["code"] == "backup.no_file"
    made = nuskha("backup", "create")
    with share_use(tmp_path / "shop"):
        code, error = nuskha("backup", "restore", made["file"])
        assert (code, error["code"]) == (1, "instance.in_use")
        assert main(["backup", "restore", made["file"], "--data", str(tmp_path / "shop")]) == 1
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
    shop_file(tmp_path / "shop").write_bytes(b"")
    assert nuskha("health")[1]["code"] == "storage.empty"


def test_only_the_owner_makes_and_restores_backups(
    nuskha: Command, profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nuskha("shop", "create", "--profile", profile)
    monkeypatch.setenv("NUSKHA_PASSWORD", "wrong")
    for arguments in (["backup", "create"], ["backup", "restore", "x.db"]):
        assert nuskha(*arguments, "--user", "owner")[1]["code"] == "auth.wrong_login"
    monkeypatch.setenv("NUSKHA_PASSWORD", "correct horse 7")
    assert nuskha("backup", "create", "--user", "owner")["counter"] == "C1"


def test_for_people_it_is_said_in_sentences(profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path / "shop")]

    def says(*arguments: str) -> str:
        assert main([*arguments, *data]) == 0
        return capsys.readouterr().out

    assert "Recovery code" in says("shop", "create", "--profile", str(profile), "--encrypt")
    assert says("backup", "list") == "There is no backup yet.\n"
    assert "make one now" in says("health")
    assert says("backup", "create").startswith("Backup ")
    assert "by-hand  1 entries" in says("backup", "list")
    assert "Proven: " in says("backup", "prove")
    assert "All is well." in says("health")
    assert says("db", "integrity") == "The file is sound.\n"
    assert says("shop", "recovery-sheet").startswith("RECOVERY SHEET\n\nTest Medicals, counter C1\n")
    newest = max((tmp_path / "shop" / "backups").glob("C1-*.db"))
    assert "Counter C1 goes on as C1A" in says("backup", "restore", str(newest))


def test_the_clock_is_confirmed_at_a_terminal(nuskha: Command, profile: Path, tmp_path: Path) -> None:
    nuskha("shop", "create", "--profile", profile)
    shop = TestShop(open_shop(tmp_path / "shop", ahead := Ahead()), ahead)
    shop.receives("PCM500", expiry="12/2099")
    shop.close()
    assert nuskha("health")["problems"][0]["code"] == "clock.behind"
    assert nuskha("health", "--confirm-clock")["problems"][0]["code"] == "health.no_backup"


def test_a_check_that_failed_stays_in_health_until_one_passes(
    nuskha: Command, profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nuskha("shop", "create", "--profile", profile)

    def rename(name: str) -> None:
        shop = open_shop(tmp_path / "shop")
        with shop.database.writer.begin() as connection:
            connection.exec_driver_sql("UPDATE shop_profile SET name = ?", (name,))
        shop.close()

    rename("Other")
    assert main(["verify", "--data", str(tmp_path / "shop")]) == 1
    capsys.readouterr()
    assert nuskha("health")["problems"][0]["code"].startswith("health.check_failed")
    rename("Test Medicals")
    assert nuskha("verify")["holds"] is True
    assert [problem["code"] for problem in nuskha("health")["problems"]] == ["health.no_backup"]


class Ahead:
    """A computer that believes it is an hour later."""

    def now(self) -> datetime:
        """Return the instant."""
        return SystemClock().now() + timedelta(hours=1)
