"""What every command of the terminal shares: which shop, who acts, and how to answer."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.app.paths import default_data_folder
from core.app.shop import Shop, has_shop, open_shop
from core.auth.service import authenticate
from core.boundary.messages import explain
from core.kernel.actor import Actor, Role
from core.kernel.errors import EnvironmentFault, Problem, RuleBroken

_PASSWORD = "NUSKHA_PASSWORD"


@dataclass(frozen=True, slots=True)
class Invocation:
    """The options that stand before or after any subcommand."""

    data: Path | None = None
    as_json: bool = False
    user: str | None = None

    @property
    def folder(self) -> Path:
        """The shop's data folder."""
        return self.data or default_data_folder()

    @contextmanager
    def shop(self) -> Iterator[Shop]:
        """Open the shop for one command. Raises EnvironmentFault ``shop.none`` where there is none."""
        if not has_shop(self.folder):
            raise EnvironmentFault("shop.none", folder=str(self.folder))
        shop = open_shop(self.folder)
        try:
            yield shop
        finally:
            shop.close()

    def actor(self, shop: Shop) -> Actor:
        """Return who acts: the named user, or the console with the owner's rights and the account of the machine.

        Raises RuleBroken ``auth.no_password`` where it can be neither read nor asked, ``auth.wrong_login``.
        """
        if self.user is None:
            return console_actor()
        password = os.environ.get(_PASSWORD)
        if password is None:
            if not sys.stdin.isatty():
                raise RuleBroken("auth.no_password", username=self.user)
            password = getpass.getpass(f"Password of {self.user}: ")
        with shop.database.read() as session:
            return authenticate(session, self.user, password)

    def answer(self, value: Any, text: str) -> None:
        """Print the result: ``value`` as JSON for machines, ``text`` for people."""
        print(json.dumps(value, ensure_ascii=False, indent=2) if self.as_json else text)


def console_actor() -> Actor:
    """Return the built-in user of the command line: whoever can read the data folder owns it."""
    return Actor(None, "console", Role.OWNER, os_account=getpass.getuser())


def problem_json(problem: Problem) -> dict[str, str | None]:
    """Return a problem as machines read it."""
    return {"code": problem.code, "message": explain(problem), "where": problem.where}


def read_json(file: str) -> Any:
    """Read JSON from a file, ``-`` for standard input. Raises RuleBroken ``input.no_file``, ``input.not_json``."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise RuleBroken("input.no_file", file=file) from None
    except UnicodeDecodeError as error:
        raise RuleBroken("input.not_json", file=file, detail=str(error)) from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RuleBroken("input.not_json", file=file, detail=str(error)) from None
