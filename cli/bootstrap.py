"""The first Python that ``./nuskha`` runs: sees that the environment is there, then becomes the program.

It runs before any dependency is installed, and at every start after that. So this file and those it loads
import the standard library only, and on the usual way (everything is there) little more than ``os``.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Literal, NoReturn

Kind = Literal["runtime", "dev"]

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "nuskha.stamp")
VENV_PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))

_DEVELOPMENT = {"test", "check", "bench", "harden"}
_OPTIONS_WITH_VALUE = {"--data", "--user"}


class SetUpFailed(Exception):
    """Set-up cannot go on: one sentence for the person, and what the tool that failed said last."""

    def __init__(self, sentence: str, output: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.output = output


def main(arguments: Sequence[str]) -> int:
    """Run one command. Returns its exit code, or never returns where this process can become the program."""
    command = subcommand(arguments)
    try:
        if command in _DEVELOPMENT:
            from cli import development

            return development.run(command, arguments)
        ensure_environment("runtime")
        if command == "run":
            from cli import system_packages

            system_packages.ensure_for_window()
        return become([VENV_PYTHON, "-P", "-m", "cli", *arguments])
    except SetUpFailed as failure:
        print(failure.sentence, file=sys.stderr)
        if failure.output:
            print(failure.output, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def subcommand(arguments: Sequence[str]) -> str:
    """Return the subcommand's name, which may stand behind options of the program; "" if there is none."""
    rest = iter(arguments)
    for argument in rest:
        if argument in _OPTIONS_WITH_VALUE:
            next(rest, None)
        elif not argument.startswith("-"):
            return argument
    return ""


def ensure_environment(kind: Kind) -> None:
    """See that ``.venv`` holds what the lock of that kind says. Raises SetUpFailed."""
    if not is_current(kind):
        from cli import environment

        environment.set_up(kind)


def is_current(kind: Kind) -> bool:
    """Say whether the environment is as that kind needs it; a development environment can do all."""
    stamp = read_stamp()
    return bool(stamp) and os.path.exists(VENV_PYTHON) and stamp in {stamp_for(kind), stamp_for("dev")}


def read_stamp() -> str:
    """Return what the last finished set-up left, "" if there was none."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def stamp_for(kind: Kind) -> str:
    """Return what must be in the stamp: the kind, its lock's content, and for which Python and folder.

    An environment cannot be moved, and one made for Python 3.11 is empty for 3.12.
    """
    with open(lock_file(kind), "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return f"{kind} {digest} {sys.version_info[0]}.{sys.version_info[1]} {ROOT}\n"


def lock_file(kind: Kind) -> str:
    """Return the file that pins every package of that kind with its hashes."""
    return os.path.join(ROOT, "requirements", f"{kind}.txt")


def say(line: str) -> None:
    """Tell a person how far it is; on stderr, because stdout may be read by a machine."""
    print(line, file=sys.stderr, flush=True)


def become(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Turn this process into another program; Windows cannot, so there it waits and returns the exit code."""
    variables = os.environ if environment is None else environment
    if os.name == "nt":
        import subprocess

        return subprocess.call(list(command), env=dict(variables))
    return _exec(command, variables)


def _exec(command: Sequence[str], variables: Mapping[str, str]) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], list(command), dict(variables))


if __name__ == "__main__":
    # Started as a file and in isolated mode: put the checkout on the path, and be the one module that the
    # other files import from, because a SetUpFailed of theirs must be the one that main catches.
    sys.path.insert(0, ROOT)
    sys.modules["cli.bootstrap"] = sys.modules[__name__]
    sys.exit(main(sys.argv[1:]))
