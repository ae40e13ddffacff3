"""Runs every fault at full count and writes the report that is committed: ``./nuskha harden``.

The short forms run with the tests; this takes from half an hour to an hour. Each fault's results are kept, with the
commit they were seen on, as soon as it has run: one can be run again alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.app.shop import shop_file
from core.kernel.clock import SystemClock, business_date
from core.kernel.version import VERSION
from core.storage.sqlite import sqlite_version
from tests.crash.bit_rot import rot_file
from tests.crash.full_disk import MEGABYTES, fill_while_billing
from tests.crash.hostile import spoil_backups
from tests.crash.killing import crash_shop, kill_while_billing
from tests.crash.migrating import kill_while_migrating
from tests.crash.powercut import Cuts, cut_power
from tests.crash.recording import record_billing
from tests.support.machines import folder_in_memory, may_mount, small_disk

REPORT = Path(__file__).parents[2] / "docs" / "hardening.md"
RESULTS = REPORT.with_suffix(".json")
COMMAND = "./nuskha harden"
KILLS = 1_000
IMAGES = 5_000
CONTROL_IMAGES = 300
RECORDED_BILLS = 120
PAGES = 150
CYCLES = 100
FLIPS = 1_000
MIGRATION_KILLS = 200
BACKUP_KILLS = 200
SPOILT = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: what was done, what was seen, whether it is as it must be.

    ``stand`` is when and on what it was seen; ``seconds`` is None where the time was not kept.
    """

    fault: str
    done: str
    seen: str
    holds: bool
    seconds: float | None
    stand: str = ""


def main(arguments: list[str]) -> int:
    """Run the faults, write the report, return 0 when everything held."""
    parser = argparse.ArgumentParser(prog="nuskha harden", description="Every fault at full count; writes a report.")
    parser.add_argument("only", nargs="*", metavar="FAULT", help=f"only these of: {', '.join(FAULTS)}")
    parser.add_argument("--divide", type=int, default=1, metavar="N", help="an Nth of the counts; nothing is kept")
    chosen = parser.parse_args(arguments)
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # never the key store of whoever runs this
    if unknown := [name for name in chosen.only if name not in FAULTS]:
        parser.error(f"there is no fault {unknown[0]}; there are {', '.join(FAULTS)}")
    held = True
    for name in chosen.only or FAULTS:
        print(f"--- {name}", file=sys.stderr, flush=True)
        lines = []
        for line in _run(name, max(1, chosen.divide)):
            print(f"{'held' if line.holds else 'FAILED'}: {line.fault}: {line.seen}", file=sys.stderr, flush=True)
            lines.append(replace(line, stand=f"{business_date(SystemClock().now())}, {_commit()}"))
            held = held and line.holds
        if chosen.divide == 1:
            _keep(name, lines)
    return 0 if held else 1


def _keep(name: str, lines: list[Line]) -> None:
    """Put a fault's results in the place of those it had, and write the report anew."""
    kept: dict[str, list[dict[str, Any]]] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {}
    kept[name] = [asdict(line) for line in lines]
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    REPORT.write_text(report([Line(**line) for fault in FAULTS for line in kept.get(fault, ())]), "utf-8")


def _run(name: str, divide: int) -> Iterator[Line]:
    """Run one fault in a folder of its own; an assertion that fails is a line of the report."""
    with TemporaryDirectory(prefix="nuskha-harden-") as folder:
        try:
            yield from FAULTS[name](Path(folder), divide)
        except AssertionError as error:
            yield Line(name, "stopped at the first loss", str(error) or "an assertion failed", False, 0)


def _kills(folder: Path, divide: int) -> Iterator[Line]:
    begun = time.monotonic()
    told = kill_while_billing(folder / "shop", SystemClock(), max(2, KILLS // divide))
    seen = f"{told.acknowledged:,} bills acknowledged: 0 lost, 0 doubled, 0 numbers skipped"
    yield Line("kill -9 while billing", f"{told.kills:,} kills", seen, True, _since(begun))


def _power_cuts(folder: Path, divide: int) -> Iterator[Line]:
    for synchronous, images in (("FULL", IMAGES), ("NORMAL", CONTROL_IMAGES), ("OFF", CONTROL_IMAGES)):
        begun = time.monotonic()
        cuts = _cuts(folder / synchronous, synchronous, max(20, images // divide))
        if synchronous == "FULL":
            fault, holds = "power cut, synchronous=FULL (as delivered)", not (cuts.lost or cuts.broken)
        else:
            fault, holds = f"power cut, synchronous={synchronous} (control, must lose)", bool(cuts.lost + cuts.broken)
        seen = (
            f"{cuts.images_with_loss:,} images lack acknowledged bills ({cuts.lost:,} bills),"
            f" {cuts.broken:,} do not open or do not hold; {cuts.proved_whole:,} proved whole"
        )
        yield Line(fault, f"{cuts.images:,} crash images", seen, holds, _since(begun))


def _cuts(folder: Path, synchronous: str, images: int) -> Cuts:
    folder.mkdir()
    crash_shop(folder / "shop", SystemClock())
    file = shop_file(folder / "shop")
    base = {file.name: file.read_bytes()}
    log = folder / "strace.log"
    steps = record_billing(folder / "shop", RECORDED_BILLS, synchronous=synchronous, pages=PAGES, log=log)
    log.unlink()
    with folder_in_memory() as image:
        return cut_power(base, steps, images, image / "image")


def _full_disks(folder: Path, divide: int) -> Iterator[Line]:
    begun = time.monotonic()
    if not may_mount():
        yield Line("full disk", "not run", "only root may mount a small disk", False, 0)
        return
    with small_disk(MEGABYTES) as disk:
        filled = fill_while_billing(disk, SystemClock(), max(2, CYCLES // divide))
    seen = f"{filled.bills:,} bills saved, 0 lost; billing resumed {filled.bills_after_clearing // 2:,} times"
    yield Line("full disk", f"{filled.cycles:,} cycles", seen, True, _since(begun))


def _bit_rot(folder: Path, divide: int) -> Iterator[Line]:
    for fault, encrypt in (("bit rot, encrypted", True), ("bit rot, plain (for comparison)", False)):
        begun = time.monotonic()
        place = folder / fault
        crash_shop(place, SystemClock(), encrypt=encrypt)
        with folder_in_memory() as memory:
            rot = rot_file(place, memory / "rotten", max(10, FLIPS // divide))
        seen = f"{rot.noticed:,} noticed, {rot.silently_wrong:,} silently wrong"
        yield Line(fault, f"{rot.flips:,} bits flipped", seen, rot.noticed == rot.flips or not encrypt, _since(begun))


def _backups(folder: Path, divide: int) -> Iterator[Line]:
    begun = time.monotonic()
    kills = max(3, BACKUP_KILLS // divide)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/crash/test_backup_kill.py"]
    done = subprocess.run(
        [*command, f"--basetemp={folder / 'kills'}"],
        env=os.environ | {"NUSKHA_BACKUP_KILLS": str(kills)},
        capture_output=True,
        text=True,
        check=False,
    )
    held = "no half backup under a final name; the old shop or the new one"
    seen = held if done.returncode == 0 else done.stdout.strip().splitlines()[-1]
    yield Line(
        "kill -9 while backing up and restoring", f"{2 * kills:,} kills", seen, not done.returncode, _since(begun)
    )
    begun = time.monotonic()
    with folder_in_memory() as memory:
        spoilt = spoil_backups(folder / "spoilt", SystemClock(), max(9, SPOILT // divide), memory / "spoilt")
    seen = f"{spoilt.refused:,} refused, the others restored to the same books; {spoilt.wrong:,} wrong books taken"
    yield Line("hostile backups", f"{spoilt.files:,} files", seen, not spoilt.wrong, _since(begun))


def _migrations(folder: Path, divide: int) -> Iterator[Line]:
    begun = time.monotonic()
    seen = kill_while_migrating(folder / "kills", max(2, MIGRATION_KILLS // divide))
    text = f"{seen.old:,} at the old schema, {seen.new:,} at the new, 0 between; all went on and proved whole"
    yield Line("kill -9 while migrating", f"{seen.kills:,} kills", text, True, _since(begun))


def _since(begun: float) -> float:
    return time.monotonic() - begun


FAULTS: dict[str, Callable[[Path, int], Iterator[Line]]] = {
    "kill": _kills,
    "power": _power_cuts,
    "disk": _full_disks,
    "rot": _bit_rot,
    "migration": _migrations,
    "backup": _backups,
}


def report(lines: list[Line]) -> str:
    """Return the report as Markdown."""
    rows = "\n".join(
        f"| {line.fault} | {line.done} | {line.seen} | {_verdict(line)} | {_took(line)} | {line.stand} |"
        for line in lines
    )
    return f"""# What was done to the program, and what it kept

Written by `{COMMAND}`, version {VERSION}, SQLite {sqlite_version()}, Python {platform.python_version()},
{platform.system()} {platform.release()}. The same in short runs with every `./nuskha test`.

| Fault | Done | Seen | | Took | Seen on |
| --- | --- | --- | --- | --- | --- |
{rows}

- **kill -9**: a program posts bills and reports each after its COMMIT returned; it is killed within 50 ms of the first.
  The next start must have every reported bill under its number, no gap in the numbers, and make one bill of the
  command that was under way, however often it is sent again.
- **Power cut**: strace records what the program writes to the file and its log, and when it asks the disk to keep
  it. At a random place the power goes: what was not synced is dropped, torn into sectors of 512 bytes, or reordered.
  Controls with a weaker setting must lose bills in the same run, or the test would prove nothing.
- **Full disk**: a small disk is filled to within a few pages, bills are posted until one is refused, the disk is
  cleared, the refused bill is sent again.
- **Bit rot**: one bit of the file is flipped at a time. With encryption every page carries a code that shows it.
- **Backups**: children that make and restore backups are killed. Copies of a sound backup are spoiled by a bit, a page,
  its end, a value or a row changed with another tool that leaves guards and schema as they were; a restore must refuse
  them, or take what is not different from the sound one.
- **Migration**: a shop of every earlier schema is opened and the program killed while it migrates.
"""


def _verdict(line: Line) -> str:
    return "held" if line.holds else "**failed**"


def _took(line: Line) -> str:
    return "-" if line.seconds is None else f"{line.seconds:.0f} s"


def _commit() -> str:
    try:
        done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    except FileNotFoundError:  # no git here
        return "no commit"
    return done.stdout.strip() or "no commit"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
