"""The child whose memory is read: bills by keys in the real window, and says what it holds, in bytes.

``python -m tests.benchmarks.bill_by_bill FOLDER COUNT...`` says it after each count of bills; Linux tells it.
"""

from __future__ import annotations

import os
import random
import sys
from itertools import count
from pathlib import Path

from tests.benchmarks.fingers import Counter, stocked_items, the_application

LINES = 4


def main(folder: str, counts: list[int]) -> None:
    """Bill, and say it."""
    counter = Counter(the_application(), Path(folder))
    dice = random.Random(11)
    codes = stocked_items(counter)
    for number in count(1):
        for code in dice.sample(codes, LINES):
            counter.seeks(code)
            counter.picks_to_price()
            counter.types_digit(dice.choice("23"))
            counter.ends_line()
        counter.pays()
        counter.saves()
        if number in counts:
            print(held_bytes(), flush=True)
        if number >= max(counts):
            break
    counter.program.end()


def held_bytes() -> int:
    """Return the resident set of this process."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main(sys.argv[1], [int(each) for each in sys.argv[2:]])
