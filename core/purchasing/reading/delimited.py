"""Text files with commas, semicolons, tabs or strokes between their cells, in the encodings that suppliers write."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator

from core.kernel.errors import RuleBroken
from core.kernel.text import clean_line

#: Stands on a bill of this format as its last field; such a file quotes nothing, and names may hold quotes.
MARG_MARKER = "<MARGERP FORMAT>"

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = ",;\t|"
_LOOKED_AT = 200
#: Stands after the last line: a reader that takes it into a cell waits for the end of a quote.
_END = "\uffff"
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
#: More steering characters than one in so many letters are no text.
_LETTERS_PER_CONTROL = 20
#: What text has none of; zeros may be of UTF-16 without its mark.
_BINARY = re.compile(rb"[\x01-\x08\x0e-\x1f]")
_UTF_8_PAIR = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_KEPT_AS_TEXT = re.compile(r'="(.*)"')


def delimited_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of a text file; a cell ``="0123"`` is the text that Excel keeps so.

    Raises RuleBroken ``purchase_file.encoding``, ``purchase_file.unreadable``, ``purchase_file.quote_open``.
    """
    text = decoded(name, data)
    if text.lstrip().startswith("<"):  # a web page
        raise RuleBroken("purchase_file.unreadable", file=name)
    first = text.lstrip("\r\n \t").partition("\n")[0]
    is_marg = first.rstrip().endswith(MARG_MARKER)
    reader = csv.reader(
        itertools.chain(io.StringIO(text, newline=""), [_END]),
        delimiter="," if is_marg else _delimiter(text),
        quoting=csv.QUOTE_NONE if is_marg else csv.QUOTE_MINIMAL,
    )
    line = start = 1
    try:
        for cells in reader:
            if cells == [_END]:
                return
            yield line, [_cell(cell) for cell in cells[:200]]
            line, start = reader.line_num + 1, line
    except csv.Error as error:  # a cell without end
        if '"' not in text:
            raise RuleBroken("purchase_file.unreadable", file=name) from error
        start = line
    raise RuleBroken("purchase_file.quote_open", file=name, line=start)  # it took the end for a part of its cell


def decoded(name: str, data: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 where its mark says so, else what Windows in India writes (cp1252).

    Raises RuleBroken ``purchase_file.encoding`` for bytes that are no text in one of them, or in two at once, and
    ``purchase_file.unreadable`` for those that are no text at all.
    """
    if len(_BINARY.findall(data)) * _LETTERS_PER_CONTROL > len(data) and not data.startswith(_UTF_16):
        raise RuleBroken("purchase_file.unreadable", file=name)
    try:
        if data.startswith(_UTF_16):
            text = data.decode("utf-16")
        else:
            try:
                text = data.decode("utf-8-sig")
            except UnicodeDecodeError:
                if _UTF_8_PAIR.search(data):
                    raise
                text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise RuleBroken("purchase_file.encoding", file=name) from error
    if "\0" in text or len(_CONTROL.findall(text)) * _LETTERS_PER_CONTROL > len(text):
        raise RuleBroken("purchase_file.encoding", file=name)
    return text


def _delimiter(text: str) -> str:
    """Return what parts most cells in most lines alike: letterhead lines have no say against the table."""

    def weight(delimiter: str) -> int:
        counts = Counter(line.count(delimiter) for line in lines)
        return max((count * often for count, often in counts.items()), default=0)

    lines = [re.sub(r'"[^"]*"', "", line) for line in itertools.islice(io.StringIO(text), _LOOKED_AT)]
    return max(_DELIMITERS, key=weight)


def _cell(text: str) -> str:
    cleaned = clean_line(text)
    kept = _KEPT_AS_TEXT.fullmatch(cleaned)
    return kept[1].strip() if kept else cleaned
