"""The command line when the world is unkind: one sentence, exit 1, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main

SHOP = {
    "name": "Test Medicals",
    "address": "MG Road, Kochi 682016",
    "state": "32",
    "gstin": "32AABCT1332L1ZN",
    "owner": {"username": "owner", "password": "correct horse 7"},
}


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(SHOP))
    return path


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    return err


def test_a_data_folder_that_is_a_file(profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a letter")
    for folder in (taken, taken / "below"):
        said = refused(capsys, "shop", "create", "--profile", str(profile), "--data", str(folder))
        assert "choose another" in said
    assert taken.read_text() == "a letter"


def test_json_nested_beyond_reason(profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(tmp_path / "data")
    assert main(["shop", "create", "--profile", str(profile), "--data", data]) == 0
    capsys.readouterr()
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000)
    said = refused(capsys, "bill", "post", str(deep), "--data", data, "--json")
    assert json.loads(said)["code"] == "input.not_json"


def test_wrong_usage_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_the_help_names_the_command_as_people_type_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["bill", "--help"])
    assert capsys.readouterr().out.lstrip().startswith("Usage: nuskha bill ")
