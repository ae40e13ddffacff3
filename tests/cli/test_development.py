"""What a developer runs answers in a sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cli import development, environment, system_packages
from cli.bootstrap import SetUpFailed


def test_a_benchmark_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(development, "ensure_environment", lambda _: None)
    monkeypatch.setattr(system_packages, "ensure_for_tests", lambda: None)
    monkeypatch.setattr(development, "VENV_PYTHON", sys.executable)

    with pytest.raises(SystemExit) as ended:
        development.run("bench", ["bench", "nothing_like_it"])

    assert ended.value.code == 2
    assert "no benchmark is called nothing_like_it" in capsys.readouterr().err


def test_an_environment_that_is_a_link_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    of_another = tmp_path / "another"
    of_another.mkdir()
    (of_another / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (tmp_path / ".venv").symlink_to(of_another)
    monkeypatch.setattr(environment, "VENV", str(tmp_path / ".venv"))

    with pytest.raises(SetUpFailed, match=r"take the link away \(rm \.venv\) and run this again"):
        environment.set_up("runtime")

    assert [path.name for path in of_another.iterdir()] == ["pyvenv.cfg"]
