"""Cuts the power of a recorded program: what the disk was not yet asked to keep is dropped, torn or reordered.

What was synced stands. Of what came after, each write is kept, lost, or kept in some of its sectors, in any order;
the file and its log go their own ways. That is more than most disks do, and less than none may do.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from core.app.shop import Shop, open_shop
from core.app.verify import verify
from core.kernel.errors import EnvironmentFault
from core.numbering.checks import check_numbers
from core.sales.checks import NUMBERED, check_bills
from core.sales.model import Bill
from tests.crash.recording import Acknowledged, Step, Sync, Truncate, Write

SECTOR = 512
_PROVED_WHOLE_EVERY = 25
#: What a file raises that is not one any more, or holds nulls where none can be.
_BROKEN = (EnvironmentFault, DBAPIError, AttributeError, TypeError, ValueError)


@dataclass(slots=True)
class Cuts:
    """What so many crash images showed."""

    images: int = 0
    acknowledged: int = 0
    #: Images in which a bill is missing that was acknowledged before the cut, and how many such bills.
    images_with_loss: int = 0
    lost: int = 0
    #: Images that do not open, whose numbers have gaps, or whose books do not hold.
    broken: int = 0
    proved_whole: int = 0


@dataclass(slots=True)
class Disk:
    """Files as they are on the platter, and what waits to be written."""

    durable: dict[str, bytearray]
    waiting: dict[str, list[Write | Truncate]] = field(default_factory=dict)
    acknowledged: list[Acknowledged] = field(default_factory=list)

    def take(self, step: Step) -> None:
        """Go on by one step."""
        match step:
            case Acknowledged():
                self.acknowledged.append(step)
            case Sync(file):
                content = self.durable.setdefault(file, bytearray())
                for waiting in self.waiting.pop(file, []):
                    _apply(content, waiting)
            case _:
                self.waiting.setdefault(step.file, []).append(step)

    def cut(self, dice: random.Random) -> dict[str, bytearray]:
        """Return the files as they may be found after the power came back."""
        image = {file: bytearray(content) for file, content in self.durable.items()}
        for file, steps in self.waiting.items():
            content = image.setdefault(file, bytearray())
            for step in _surviving(steps, dice):
                _apply(content, step)
        return image


def _surviving(steps: Sequence[Write | Truncate], dice: random.Random) -> Iterator[Write | Truncate]:
    fate = dice.random()
    if fate < 0.15:
        return
    if fate < 0.30:
        yield from steps
        return
    order = list(steps)
    if dice.random() < 0.5:
        dice.shuffle(order)
    kept = dice.uniform(0.1, 0.95)
    for step in order:
        if dice.random() < kept:
            yield step
        elif isinstance(step, Write) and dice.random() < 0.5:
            yield from _torn(step, dice)


def _torn(write: Write, dice: random.Random) -> Iterator[Write]:
    """Yield some sectors of a write."""
    start = write.offset
    end = write.offset + len(write.data)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        if dice.random() < 0.5:
            yield Write(write.file, start, write.data[start - write.offset : stop - write.offset])
        start = stop


def _apply(content: bytearray, step: Write | Truncate) -> None:
    if isinstance(step, Truncate):
        del content[step.size :]
        content.extend(bytes(step.size - len(content)))
        return
    end = step.offset + len(step.data)
    content.extend(bytes(max(0, end - len(content))))
    content[step.offset : end] = step.data


def cut_power(
    base: dict[str, bytes], steps: Sequence[Step], images: int, folder: Path, *, seed: int = 20261125
) -> Cuts:
    """Cut the power at random places of a recording that began with ``base``, and look at each image in ``folder``.

    ``folder`` should lie in memory: nothing in it needs to last.
    """
    dice = random.Random(seed)
    places = sorted(dice.randrange(len(steps)) for _ in range(images))
    disk = Disk({file: bytearray(content) for file, content in base.items()})
    cuts = Cuts()
    taken = 0
    for place in places:
        while taken <= place:
            disk.take(steps[taken])
            taken += 1
        _look_at(disk.cut(dice), disk.acknowledged, folder, cuts)
    return cuts


def _look_at(image: dict[str, bytearray], acknowledged: Sequence[Acknowledged], folder: Path, cuts: Cuts) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # a lock or a backup of the image before is not found again
    folder.mkdir()
    for file, content in image.items():
        (folder / file).write_bytes(content)
    cuts.images += 1
    cuts.acknowledged += len(acknowledged)
    whole = cuts.images % _PROVED_WHOLE_EVERY == 0
    try:
        shop = open_shop(folder)
        try:
            standing, holds = _read(shop, whole=whole)
        finally:
            shop.close()
    except _BROKEN:
        cuts.broken += 1
        return
    lost = sum(standing.get(bill.command.bytes) != bill.number for bill in acknowledged)
    cuts.lost += lost
    cuts.images_with_loss += bool(lost)
    cuts.broken += not holds
    cuts.proved_whole += whole


def _read(shop: Shop, *, whole: bool) -> tuple[dict[bytes, str], bool]:
    with shop.database.read() as session:
        standing = {bill_id.bytes: number for bill_id, number in session.execute(select(Bill.id, Bill.number))}
        holds = not [*check_bills(session), *check_numbers(session, NUMBERED)]
    return standing, holds and (not whole or verify(shop.database).holds)
