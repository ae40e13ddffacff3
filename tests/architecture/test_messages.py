"""Every error code has words, the words find their values, and no words are left over."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable, Iterator, Mapping

import pytest

from core.boundary.messages import sentences
from tests.architecture.sources import Source, dotted, sources

_PROBLEMS = {"RuleBroken", "NeedsConfirmation", "EnvironmentFault"}
_NAMED_BY_CALLER = {
    code: {"item"}
    for code in ("stock.expired", "stock.held", "stock.not_enough", "stock.rest_expired", "stock.rest_held")
}
"""Blanks that the raiser cannot fill: a decision knows batches, and its caller knows the item's name."""

_CODE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z0-9_]*")


def _raised(source: Source) -> Iterator[tuple[ast.Call, str | None]]:
    """Yield each call that makes a problem, with its code, or None where the code is worked out."""
    for call in source.calls():
        if dotted(call.func).rpartition(".")[2] in _PROBLEMS and call.args:
            match call.args[0]:
                case ast.Constant(value=str(code)):
                    yield call, code
                case _:
                    yield call, None


def _texts(source: Source) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, node.value


def codes_without_words(source: Source, words: Mapping[str, str]) -> Iterator[str]:
    """Yield each code that has no sentence.

    A file that works a code out may do so from any text that looks like one, so there all must have words.
    """
    worked_out = False
    for call, code in _raised(source):
        worked_out |= code is None
        if code is not None and code not in words:
            yield f"{source.at(call)} {code}"
    if worked_out:
        literal = {code for _, code in _raised(source)}
        for node, text in _texts(source):
            if _CODE.fullmatch(text) and text not in words and text not in literal:
                yield f"{source.at(node)} {text}"


def blanks_without_value(source: Source, words: Mapping[str, str]) -> Iterator[str]:
    """Yield each blank of a sentence that the raiser does not fill: explaining it would fail."""
    for call, code in _raised(source):
        given = {keyword.arg for keyword in call.keywords}
        if code is None or code not in words or None in given:  # None: ``**values``, not to be seen here
            continue
        for blank in _blanks(words[code]) - given - _NAMED_BY_CALLER.get(code, set()):
            yield f"{source.at(call)} {code} wants {blank}"


def _blanks(sentence: str) -> set[str]:
    names = (name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)
    return {re.split(r"[.\[]", name)[0] for name in names}


def words_without_code(read: Iterable[Source], words: Mapping[str, str]) -> list[str]:
    """Return each code whose sentence nothing in the program can show."""
    used = {text for source in read for _, text in _texts(source)}
    return sorted(words.keys() - used)


def test_every_code_has_words() -> None:
    assert not [line for source in sources() for line in codes_without_words(source, sentences("en"))]


def test_every_blank_is_filled() -> None:
    assert not [line for source in sources() for line in blanks_without_value(source, sentences("en"))]


def test_every_sentence_is_used() -> None:
    assert not words_without_code(sources(), sentences("en"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('raise RuleBroken("sales.unheard_of")', ["core/a.py:1 sales.unheard_of"]),
        ('raise errors.NeedsConfirmation("a.b", where="c.d")', ["core/a.py:1 a.b"]),
        ('CODES = {"full": "disk.full"}\nraise EnvironmentFault(CODES[x])', ["core/a.py:1 disk.full"]),
        ('raise RuleBroken("sales.known")', []),
    ],
)
def test_a_code_without_words_is_found(text: str, found: list[str]) -> None:
    words = {"sales.known": "Known."}

    assert list(codes_without_words(Source.of("core/a.py", text), words)) == found


def test_a_blank_without_value_is_found() -> None:
    words = {"stock.short": "Only {available} of {item.name}."}
    source = Source.of("core/a.py", 'raise RuleBroken("stock.short", item=item)\nRuleBroken("stock.short", **all)')

    assert list(blanks_without_value(source, words)) == ["core/a.py:1 stock.short wants available"]


def test_words_left_over_are_found() -> None:
    source = Source.of("core/a.py", 'raise RuleBroken("a.used")')

    assert words_without_code([source], {"a.used": "", "a.unused": ""}) == ["a.unused"]
