"""Pieces of work for another process, which reads this module alone to do them."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from core.app.elsewhere import Tell
from core.kernel.errors import RuleBroken


def where(tell: Tell) -> int:
    """Tell two things, and return the process that did."""
    tell("begun")
    tell(("half", 50))
    return os.getpid()


def refuse(code: str, _: Tell) -> None:
    raise RuleBroken(code, path="there")


def fall_over(_: Tell) -> None:
    raise OSError(28, "no room")


def die(_: Tell) -> None:
    os.kill(os.getpid(), 9)


def hand_back_what_cannot_be_sent(_: Tell) -> object:
    return threading.Lock()


def go_on_for_ever(file: Path, tell: Tell) -> None:
    tell(os.getpid())
    while True:
        file.touch()


def dies_elsewhere(home: int) -> int:
    if os.getpid() != home:
        os.kill(os.getpid(), 9)
    return os.getpid()
