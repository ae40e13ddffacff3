"""Users, roles and the log from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from core.kernel.ids import new_id
from tests.support.people import OWNERS_PASSWORD, cheap_secrets
from tests.support.shop import TestShop


class Terminal:
    """Runs commands on a shop's folder and remembers what was said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.capsys = capsys
        self.monkeypatch = monkeypatch

    def says(self, line: str, **secrets: str) -> str:
        """Run a command that must succeed, with secrets in the environment; return what it prints."""
        code, out, err = self._run(line, secrets)
        assert (code, err) == (0, ""), err
        return out

    def json(self, line: str, **secrets: str) -> Any:
        """Run a command that must succeed and return its JSON."""
        return json.loads(self.says(f"{line} --json", **secrets))

    def refuses(self, line: str, **secrets: str) -> str:
        """Run a command that must be refused and return the code."""
        code, out, err = self._run(f"{line} --json", secrets)
        assert (code, out) == (1, "")
        return str(json.loads(err)["code"])

    def usage(self, line: str) -> bool:
        """Say whether a command is refused as wrong usage."""
        return self._run(line, {})[0] == 2

    def _run(self, line: str, secrets: dict[str, str]) -> tuple[int, str, str]:
        with self.monkeypatch.context() as patch:
            for name in ("password", "new_password", "new_pin", "supervisor_password"):
                patch.delenv(f"NUSKHA_{name.upper()}", raising=False)
            for name, secret in secrets.items():
                patch.setenv(f"NUSKHA_{name.upper()}", secret)
            code = main(["--data", str(self.folder), *line.split()])
        out, err = self.capsys.readouterr()
        return code, out, err


@pytest.fixture
def terminal(shop: TestShop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    with cheap_secrets():
        terminal = Terminal(shop.shop.folder, capsys, monkeypatch)
        # the shop was founded at the real cost: the owner's hash is made anew at a cheap one
        terminal.says("users set-password owner --keep", new_password=OWNERS_PASSWORD)
        yield terminal


def test_a_users_life(terminal: Terminal) -> None:
    assert terminal.refuses("users add ravi --role cashier") == "auth.no_new_password"
    added = terminal.json("users add Ravi --role cashier --name Ravi", new_password="blue bicycle 22")
    known = {"username": "ravi", "full_name": "Ravi", "role": "cashier", "active": True, "pin": False}
    assert added == {**known, "password_due": True}
    assert terminal.refuses("users add ravi --role cashier", new_password="blue bicycle 22") == "auth.name_taken"
    assert "ravi  Ravi  cashier" in terminal.says("users list")
    assert terminal.json("users set-pin ravi", new_pin="7261")["pin"]
    assert terminal.refuses("users set-pin ravi", new_pin="1234") == "auth.pin_too_easy"
    assert not terminal.json("users set-pin ravi --none")["pin"]
    assert terminal.json("users edit ravi --role pharmacist")["role"] == "pharmacist"
    assert not terminal.json("users deactivate ravi")["active"]
    assert terminal.json("users edit ravi --activate")["active"]
    assert terminal.refuses("users deactivate owner") == "auth.last_owner"
    assert terminal.refuses("users deactivate nobody") == "auth.no_user"


def test_who_acts_and_what_they_may(terminal: Terminal) -> None:
    terminal.says("users add ravi --role cashier --keep", new_password="blue bicycle 22")
    assert terminal.refuses("--user ravi users deactivate owner", password="blue bicycle 22") == "auth.not_allowed"
    assert terminal.refuses("--user ravi audit log", password="blue bicycle 22") == "auth.out_of_scope"
    assert terminal.refuses("--user ravi users deactivate owner") == "auth.no_password"
    for _ in range(3):
        assert terminal.refuses("--user ravi users unlock ravi", password="wrong wrong") == "auth.wrong_login"
    assert terminal.refuses("--user ravi users unlock ravi", password="blue bicycle 22") == "auth.locked"
    terminal.says("users unlock ravi")
    assert terminal.refuses("--user ravi users unlock ravi", password="blue bicycle 22") == "auth.not_allowed"


def test_the_own_password_and_pin(terminal: Terminal) -> None:
    terminal.says("users add ravi --role cashier --keep", new_password="blue bicycle 22")
    own = {"password": "blue bicycle 22", "new_password": "red tricycle 33"}
    assert terminal.refuses("--user ravi users set-password owner", **own) == "auth.not_allowed"
    terminal.says("--user ravi users set-password Ravi", **own)
    assert terminal.refuses("--user ravi users set-password ravi", **own) == "auth.wrong_login"
    assert terminal.json("--user ravi users set-pin ravi", password="red tricycle 33", new_pin="7261")["pin"]


def test_a_password_that_somebody_else_gave_is_changed_first(terminal: Terminal) -> None:
    terminal.says("users add ravi --role cashier", new_password="blue bicycle 22")
    assert terminal.refuses("--user ravi users unlock ravi", password="blue bicycle 22") == "auth.password_due"
    own = {"password": "blue bicycle 22", "new_password": "red tricycle 33"}
    assert not terminal.json("--user ravi users set-password ravi", **own)["password_due"]
    assert terminal.refuses("--user ravi users unlock ravi", password="red tricycle 33") == "auth.not_allowed"

    assert terminal.json("users set-password ravi", new_password="green scooter 44")["password_due"]
    assert "password to be changed" in terminal.says("users list")
    assert terminal.refuses("--user ravi users unlock ravi", password="green scooter 44") == "auth.password_due"
    assert not terminal.json("users set-password ravi --keep", new_password="green scooter 44")["password_due"]


def test_rights_are_shown_and_set(terminal: Terminal) -> None:
    shown = {right["right"]: right for right in terminal.json("roles show cashier")}
    assert shown["discount_bill"] == {
        "role": "cashier",
        "right": "discount_bill",
        "granted": True,
        "limit": "5 %",
        "scope": "all",
        "delivered": True,
    }
    assert "cashier         discount_bill           yes, up to 5 %" in terminal.says("roles show cashier")
    assert len(terminal.json("roles show")) == 5 * len(shown)
    assert terminal.json("roles set cashier discount_bill --grant --limit 7.5")["limit"] == "7.5 %"
    assert "changed by the shop" in terminal.says("roles set cashier print_bill --deny")
    assert terminal.refuses("roles set owner manage_users --deny") == "auth.owner_keeps_users"


@pytest.fixture
def stock(shop: TestShop) -> None:
    """Goods in the shop, received before the terminal is used: its commands go by the machine's own clock."""
    shop.receives("PCM500", mrp="100.00")
    shop.receives("DEAR", mrp="100.00", cost="99.0000")


def bill_file(folder: Path, percent: str, item: str = "PCM500") -> Path:
    """Write a bill with a discount."""
    line = {"item": item, "quantity": "1", "discount_percent": percent}
    bill = {"command_id": str(new_id()), "lines": [line], "payments": [{"mode": "cash", "amount": "500.00"}]}
    file = folder / f"bill-{percent}.json"
    file.write_text(json.dumps(bill))
    return file


def test_a_supervisor_allows_a_discount_and_a_cancellation(stock: None, terminal: Terminal, tmp_path: Path) -> None:
    terminal.says("users add ravi --role cashier --keep", new_password="blue bicycle 22")
    terminal.says("users add asha --role pharmacist --keep", new_password="tulsi and neem 1")
    file, ravi = bill_file(tmp_path, "8"), {"password": "blue bicycle 22"}
    post = f"--user ravi bill post {file}"
    assert terminal.refuses(post, **ravi) == "auth.over_own_limit"
    assert terminal.usage(f"{post} --supervisor asha")  # without a reason
    beside = f"{post} --supervisor asha --why regular"
    assert terminal.refuses(beside, **ravi) == "auth.no_supervisor_password"
    assert terminal.refuses(beside, **ravi, supervisor_password="not this one") == "auth.wrong_supervisor"
    nobody = f"{post} --supervisor nobody --why regular"  # told no otherwise, or names could be guessed
    assert terminal.refuses(nobody, **ravi, supervisor_password="not this one") == "auth.wrong_supervisor"
    bill = terminal.json(beside, **ravi, supervisor_password="tulsi and neem 1")
    assert bill["total"] == "92.00"
    greater = f"--user ravi bill post {bill_file(tmp_path, '20')} --supervisor asha --why regular"
    assert terminal.refuses(greater, **ravi, supervisor_password="tulsi and neem 1") == "auth.supervisor_over_limit"

    cancel = f"--user ravi bill cancel {bill['number']} --reason mistaken"
    assert terminal.refuses(cancel, **ravi) == "auth.needs_supervisor"
    cancelled = terminal.json(f"{cancel} --supervisor asha", **ravi, supervisor_password="tulsi and neem 1")
    assert cancelled["cancelled"]["reason"] == "mistaken"
    given = terminal.json("audit log --kind override.given")
    assert [entry["user"] for entry in given] == ["asha", "asha"]
    assert terminal.json("verify")["holds"]


def test_a_line_below_cost_is_asked_about_or_refused(stock: None, terminal: Terminal, tmp_path: Path) -> None:
    terminal.says("users add ravi --role cashier --keep", new_password="blue bicycle 22")
    terminal.says("users add asha --role pharmacist --keep", new_password="tulsi and neem 1")
    ravi = {"password": "blue bicycle 22"}
    post = f"--user ravi bill post {bill_file(tmp_path, '0', 'DEAR')}"
    terminal.says("settings set billing.below_cost refuse")
    assert terminal.refuses(post, **ravi) == "sales.below_cost_refused"
    terminal.says("settings set billing.below_cost supervisor")
    assert terminal.refuses(post, **ravi) == "sales.below_cost_asked"
    bill = terminal.json(f"{post} --supervisor asha --why clearance", **ravi, supervisor_password="tulsi and neem 1")
    assert bill["total"] == "100.00"
    assert terminal.json("verify")["holds"]


def test_days_are_closed_and_opened_again(stock: None, terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.json("books show") == {"closed_through": None}
    assert terminal.says("books show") == "No day is closed.\n"
    assert terminal.refuses("books close tomorrow") == "date.unreadable"
    assert terminal.json("books close 2026-11-20") == {"closed_through": "2026-11-20", "backup_failure": None}
    assert "closed through 20-11-2026" in terminal.says("books show")
    assert terminal.refuses("books close 2026-11-20") == "ledger.closed_already"
    data = json.loads(bill_file(tmp_path, "5").read_text())
    (tmp_path / "old.json").write_text(json.dumps({**data, "date": "2026-11-20"}))
    assert terminal.refuses(f"bill post {tmp_path / 'old.json'}") == "ledger.day_closed"
    assert terminal.usage("books reopen")
    assert terminal.json("books reopen 2026-11-19 --reason forgotten")["closed_through"] == "2026-11-19"
    assert terminal.says("books reopen --reason forgotten") == "No day is closed now.\n"
    terminal.says("users add ravi --role cashier --keep", new_password="blue bicycle 22")
    assert terminal.refuses("--user ravi books close 2026-11-20", password="blue bicycle 22") == "auth.not_allowed"


def test_the_minutes_until_a_terminal_locks_are_a_setting(terminal: Terminal) -> None:
    shown = {choice["name"]: choice for choice in terminal.json("settings show")}
    assert (shown["idle_lock_minutes"]["value"], shown["idle_lock_minutes"]["values"]) == ("15", ["0-480"])
    for wrong in ("never", "481", "1.5", "99999999999", "٣"):
        assert terminal.refuses(f"settings set idle_lock_minutes {wrong}") == "settings.no_such_value"
    terminal.says("settings set idle_lock_minutes 0")
    shown = {choice["name"]: choice for choice in terminal.json("settings show")}
    assert shown["idle_lock_minutes"]["value"] == "0"


def test_the_log_is_read(terminal: Terminal) -> None:
    terminal.says("users add ravi --role cashier", new_password="blue bicycle 22")
    terminal.says("users edit ravi --role pharmacist")
    history = terminal.json("audit history user_account RAVI")
    assert (history[0]["kind"], history[0]["field"], history[0]["before"], history[0]["after"]) == (
        "user.edited",
        "user_role",
        "cashier",
        "pharmacist",
    )
    assert "user_account.user_role: cashier -> pharmacist" in terminal.says("audit history user_account ravi")
    log = terminal.json("audit log --by console --kind user.added")
    assert [(entry["kind"], entry["user"]) for entry in log] == [("user.added", "console")]
    assert log[0]["os_account"]
    assert [e["kind"] for e in terminal.json("audit log --from 2026-11-20 --to 2026-11-20")] == ["shop.created"]
    assert "user.edited" in terminal.says("audit log")
    assert terminal.refuses("audit log --from yesterday") == "date.unreadable"
    assert terminal.refuses("audit history bill 1") == "audit.no_row"
    assert terminal.refuses("audit history bills 1") == "audit.no_table"
