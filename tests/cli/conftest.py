"""A terminal in front of a shop that the command line itself made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from core.kernel.ids import new_id

PROFILE = {
    "name": "Test Medicals",
    "address": "MG Road, Kochi 682016",
    "state": "32",
    "gstin": "32AABCT1332L1ZN",
    "licences": [{"form": "20", "number": "KL-KCH-1001"}, {"form": "21", "number": "KL-KCH-1002"}],
    "pharmacist": {"name": "A Pharmacist", "registration": "KSPC 1234"},
    "owner": {"username": "owner", "password": "correct horse 7"},
}
ITEMS = """\
code,name,pack,hsn,gst_percent,batch,expiry,mrp,purchase_rate,quantity
PCM500,Paracetamol 500mg Tablets,10's,30049099,5,A1,03/2099,25.65,15.00,20
PCM650,Paracetamol 650mg Tablets,15's,30049099,5,B7,04/2099,33.10,20.00,10
"""
WITH_A_BAD_ROW = ITEMS + "BAD,A tablet without a price,10's,30049099,5,C1,05/2099,,20.00,10\n"


class Terminal:
    """Types commands and reads what comes back."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._capsys = capsys

    def run(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Run a command on the shop; return exit code, output and error output."""
        return self.run_bare("--data", self.data, *arguments)

    def run_bare(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Run a command exactly as given."""
        code = main([str(argument) for argument in arguments])
        out, err = self._capsys.readouterr()
        return code, out, err

    def json(self, *arguments: str | Path) -> Any:
        """Run a command that succeeds and return what it answers to machines."""
        code, out, err = self.run(*arguments, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    def refused(self, *arguments: str | Path) -> dict[str, Any]:
        """Run a command that is refused and return the error as machines read it."""
        code, out, err = self.run(*arguments, "--json")
        assert (code, out) == (1, "")
        error = json.loads(err)
        assert set(error) == {"code", "message", "where"}
        return dict(error)

    def file(self, name: str, content: object) -> Path:
        """Write a file: text as it is, everything else as JSON."""
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    def bill(self, *lines: tuple[str, str] | dict[str, str], paid: str = "1000.00", **more: object) -> Path:
        """Write a file with one new bill."""
        return self.file(f"bill-{new_id()}.json", bill(*lines, paid=paid, **more))


def bill(*lines: tuple[str, str] | dict[str, str], paid: str = "1000.00", **more: object) -> dict[str, object]:
    """Return a new bill of (code, quantity) pairs or whole lines, as its file holds it."""
    return {
        "command_id": str(new_id()),
        "lines": [{"item": line[0], "quantity": line[1]} if isinstance(line, tuple) else line for line in lines],
        "payments": [{"mode": "cash", "amount": paid}],
        **more,
    }


@pytest.fixture
def outside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal where there is no shop yet."""
    return Terminal(tmp_path, capsys)


@pytest.fixture
def terminal(outside: Terminal) -> Terminal:
    """A terminal in front of a shop with two items."""
    outside.json("shop", "create", "--profile", outside.file("profile.json", PROFILE))
    outside.json("items", "import", outside.file("items.csv", ITEMS))
    return outside
