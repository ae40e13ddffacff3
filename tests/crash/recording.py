"""Records what a program writes to the shop's files and when it asks the disk to keep it, by strace."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from core.app.shop import shop_file
from core.kernel.ids import new_id

#: Written in one call at most: a page of the log with its header, far below.
_LONGEST_WRITE = 70_000
_CALL = re.compile(r"\d+ +(?P<name>\w+)\((?P<fd>\d+)<(?P<path>[^>]*)>(?:, (?P<rest>.*))?\) += (?P<result>-?\d+)")
_REST_OF_PWRITE = re.compile(r'"(?P<data>[^"]*)", \d+, (?P<offset>\d+)')
_REST_OF_WRITE = re.compile(r'"(?P<data>[^"]*)", \d+')
_STANDARD_OUTPUT = "1"


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at an offset of a file, in the page cache and not yet on the disk."""

    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file cut or grown to a size."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """What was written to a file so far is on the disk when this has returned."""

    file: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The program has told the world that a bill is saved."""

    command: UUID
    number: str


Step = Write | Truncate | Sync | Acknowledged


def record_billing(folder: Path, bills: int, *, synchronous: str, pages: int, log: Path) -> list[Step]:
    """Let the billing loop post so many bills in a closed shop, and return its steps up to the orderly end."""
    commands = "".join(f"{new_id()}\n" for _ in range(bills))
    calls = "pwrite64,write,fsync,fdatasync,ftruncate,unlink"
    done = subprocess.run(
        [
            *("strace", "-f", "-qq", "-xx", "-y", "-s", str(_LONGEST_WRITE), "-e", f"trace={calls}", "-o", str(log)),
            *(sys.executable, "-m", "tests.crash.billing_loop", str(folder), synchronous, str(pages)),
        ],
        input=commands,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps = read_steps(log, shop_file(folder).name)
    acknowledged = sum(isinstance(step, Acknowledged) for step in steps)
    assert acknowledged == bills, f"{acknowledged} of {bills} bills are in the recording"
    return steps


def read_steps(log: Path, database: str) -> list[Step]:
    """Return the steps of a recording on the database file and its log, until one of them is deleted."""
    files = {database, f"{database}-wal"}
    steps: list[Step] = []
    with log.open(encoding="ascii") as lines:
        for line in lines:
            if " unlink(" in line and _plain(line.split('"')[1]).decode().endswith("-wal"):
                break  # the program ends in order, the log is in the file
            call = _CALL.match(line)
            if call is None:
                assert "pwrite64(" not in line, f"not understood: {line[:100]}"
                continue
            file = Path(_plain(call["path"]).decode(errors="replace")).name
            if call["name"] == "write" and call["fd"] == _STANDARD_OUTPUT:
                steps += _acknowledgements(call["rest"])
            elif file in files:
                steps.append(_step(file, call))
    return steps


def _step(file: str, call: re.Match[str]) -> Step:
    match call["name"]:
        case "pwrite64":
            rest = _REST_OF_PWRITE.fullmatch(call["rest"])
            assert rest is not None, "a write longer than was recorded"
            data = _plain(rest["data"])
            assert len(data) == int(call["result"]), "a short write: the disk was full"
            return Write(file, int(rest["offset"]), data)
        case "ftruncate":
            return Truncate(file, int(call["rest"]))
        case "fsync" | "fdatasync":
            assert call["result"] == "0"
            return Sync(file)
    raise AssertionError(f"{call['name']} on {file} has no meaning here")


def _acknowledgements(rest: str) -> list[Step]:
    found = _REST_OF_WRITE.fullmatch(rest)
    assert found is not None
    lines = (line.split() for line in _plain(found["data"]).decode().splitlines())
    return [Acknowledged(UUID(words[0]), words[1]) for words in lines if len(words) == 2]


def _plain(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))
