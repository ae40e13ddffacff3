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
from core.auth.login import Door, log_in_for_command
from core.boundary.messages import explain
from core.kernel.actor import Actor, Role
from core.kernel.errors import EnvironmentFault, Problem, RuleBroken
from core.kernel.recovery_code import parse_recovery_code

_PASSWORD = "NUSKHA_PASSWORD"
_RECOVERY_CODE = "NUSKHA_RECOVERY_CODE"


@dataclass(slots=True)
class Invocation:
    """The options that stand before or after any subcommand."""

    data: Path | None = None
    as_json: bool = False
    user: str | None = None
    _acting: Actor | None = None

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
        self._acting = None
        try:
            if self.user is not None:
                self._prove(shop)
            yield shop
        finally:
            shop.close()

    def _prove(self, shop: Shop) -> None:
        """Who gives a name proves it, even where anybody may read; who must change a password may do that first."""
        try:
            self.actor(shop)
        except RuleBroken as broken:
            if broken.code != "auth.password_due":
                raise

    def actor(self, shop: Shop) -> Actor:
        """Return who acts: the named user, or the console with the owner's rights and the account of the machine.

        Raises RuleBroken ``auth.no_password`` where it can be neither read nor asked, ``auth.wrong_login``,
        ``auth.locked``.
        """
        if self.user is None:
            return console_actor()
        if self._acting is None:
            self._acting = log_in_for_command(Door(shop.database), self.user, self.password(self.user))
        return self._acting

    def password(self, username: str) -> str:
        """Return the password of who acts. Raises RuleBroken ``auth.no_password``."""
        password = secret_from(_PASSWORD, f"Password of {username}: ")
        if password is None:
            raise RuleBroken("auth.no_password", username=username)
        return password

    def answer(self, value: Any, text: str) -> None:
        """Print the result: ``value`` as JSON for machines, ``text`` for people."""
        print(json.dumps(value, ensure_ascii=False, indent=2) if self.as_json else text)


def secret_from(variable: str, question: str) -> str | None:
    """Return a secret from the environment, else asked on a terminal without echo; None where there is neither."""
    secret = os.environ.get(variable)
    if secret is None and sys.stdin.isatty():
        secret = getpass.getpass(question)
    return secret


def console_actor() -> Actor:
    """Return the built-in user of the command line: whoever can read the data folder owns it."""
    return Actor(None, "console", Role.OWNER, os_account=getpass.getuser())


def given_recovery_code() -> str | None:
    """Return the recovery code of the environment, None without one."""
    return os.environ.get(_RECOVERY_CODE)


def recovery_code() -> str:
    """Return the recovery code, asked for at a terminal until it can be one.

    It is seen while it is typed: nobody types 65 characters blind, and the sheet lies beside the keyboard. It is no
    option of the command, since other accounts can read those. Raises RuleBroken ``key.no_code`` where nobody can be
    asked, and ``key.code_*`` for one of the environment.
    """
    code = given_recovery_code()
    if code is not None:
        return code
    while sys.stdin.isatty():
        print("Recovery code, as on the sheet: ", end="", file=sys.stderr, flush=True)
        code = sys.stdin.readline()
        if not code:
            break
        try:
            parse_recovery_code(code)
        except RuleBroken as broken:
            print(explain(broken), file=sys.stderr)
        else:
            return code
    raise RuleBroken("key.no_code")


def problem_json(problem: Problem) -> dict[str, str | None]:
    """Return a problem as machines read it."""
    return {"code": problem.code, "message": explain(problem), "where": problem.where}


def read_json(file: str) -> Any:
    """Read JSON from a file, ``-`` for standard input. Raises RuleBroken ``input.no_file``, ``input.is_folder``,
    ``input.not_json``."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8-sig")
    except IsADirectoryError:
        raise RuleBroken("input.is_folder", file=file) from None
    except FileNotFoundError:
        raise RuleBroken("input.no_file", file=file) from None
    except UnicodeDecodeError:
        raise RuleBroken("input.not_json", file=file, detail="its letters are no UTF-8") from None
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise RuleBroken("input.not_json", file=file, detail=str(error)) from None
    except ValueError:  # Python's own words would tell of its settings
        raise RuleBroken("input.not_json", file=file, detail="a number has too many digits") from None
    except RecursionError:
        raise RuleBroken("input.not_json", file=file, detail="lists or objects stand too deep in each other") from None
