"""What a developer runs answers in a sentence."""

from __future__ import annotations

import sys

import pytest

from cli import development, system_packages


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
