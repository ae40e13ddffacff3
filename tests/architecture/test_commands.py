"""Every command asks for exactly one right, the one that stands in the list; and the list names nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

import pytest

from core.auth import registry
from core.auth.permissions import Permission
from core.auth.registry import BY_KIND, COMMANDS, OPEN
from tests.architecture.sources import Source, dotted, sources

_WRITES = "write_event"
_TAKES = {"UnitOfWork", "Door"}

Function = ast.FunctionDef


def functions(source: Source) -> Iterator[tuple[str, Function]]:
    """Yield each function at the top of a file with its dotted name."""
    module = source.path.removesuffix(".py").replace("/", ".")
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef):
            yield f"{module}.{node.name}", node


def writers(read: Iterable[Source]) -> set[str]:
    """Return the names of functions that write an event, themselves or by calling one that does."""
    calls = {
        function.name: {call.func.id for call in _calls(function) if isinstance(call.func, ast.Name)}
        for source in read
        for _, function in functions(source)
    }
    found = {_WRITES}
    while more := {name for name, called in calls.items() if called & found} - found:
        found |= more
    return found


def commands(read: Iterable[Source]) -> dict[str, Function]:
    """Return the commands: public, taking a unit of work or the door first, and writing an event."""
    read = list(read)
    writing = writers(read)
    return {
        name: function
        for source in read
        for name, function in functions(source)
        if not function.name.startswith("_") and function.name in writing and _takes(function) in _TAKES
    }


def breaches(read: Iterable[Source], listed: Mapping[str, str], is_open: Iterable[str]) -> Iterator[str]:
    """Yield what is wrong between the commands and the list of their rights (by the member's name)."""
    found = commands(read)
    is_open = set(is_open)
    yield from (f"{name} is in no list" for name in found.keys() - listed.keys() - is_open)
    yield from (f"{name} is listed and is no command" for name in (listed.keys() | is_open) - found.keys())
    yield from (f"{name} is listed twice" for name in listed.keys() & is_open)
    for name, function in found.items():
        asked = list(_asked(function))
        if name in listed and asked != [listed[name]]:
            yield f"{name} asks for {asked}, not for {listed[name]}"
        if name in listed and _takes(function) == "UnitOfWork" and not _asks_first(function):
            yield f"{name} does something before it asks"
        if name in is_open and asked:
            yield f"{name} is open and asks for {asked}"


def _takes(function: Function) -> str:
    first = next(iter(function.args.args), None)
    return dotted(first.annotation) if first is not None and first.annotation is not None else ""


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (child for child in ast.walk(node) if isinstance(child, ast.Call))


def _asked(node: ast.AST) -> Iterator[str]:
    """Yield the right of each ``require(uow, Permission.X)`` or ``require(uow, Need(Permission.X, ...))``.

    Of ``require(uow, TABLE[kind])`` it is the table's name.
    """
    for call in _calls(node):
        if dotted(call.func) in {"require", "require_or_override"}:
            right = call.args[1]
            if isinstance(right, ast.Call) and dotted(right.func) == "Need":
                right = right.args[0]
            if isinstance(right, ast.Subscript):  # the right depends on the kind: what is asked is the table
                right = right.value
            yield dotted(right).removeprefix("Permission.")


def _asks_first(function: Function) -> bool:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return isinstance(body[0], ast.Expr) and bool(list(_asked(body[0])))


def test_every_command_asks_for_its_one_right() -> None:
    tables = {id(table): name for name, table in vars(registry).items() if isinstance(table, dict)}
    listed = {name: permission.name for name, permission in COMMANDS.items()}
    listed |= {name: tables[id(table)] for name, table in BY_KIND.items()}
    core = [source for source in sources() if source.is_in("core")]
    assert sorted(breaches(core, listed, OPEN)) == []


def test_the_list_names_known_rights() -> None:
    assert set(COMMANDS.values()) <= set(Permission)
    assert not COMMANDS.keys() & BY_KIND.keys()
    assert all(set(table.values()) <= set(Permission) for table in BY_KIND.values())
    assert all(OPEN.values())


_RIGHT = (
    'def post(uow: UnitOfWork) -> None:\n    """Post."""\n    require(uow, Permission.POST_BILL)\n    write_event(uow)'
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_RIGHT, []),
        (_RIGHT.replace("Permission.POST_BILL", "Need(Permission.POST_BILL, 5)"), []),
        (_RIGHT.replace("Permission.POST_BILL", "TABLE[kind]"), ["asks for ['TABLE'], not for POST_BILL"]),
        (_RIGHT.replace("post(", "put("), ["is in no list", "is no command"]),
        (_RIGHT.replace("POST_BILL", "BACK_DATE"), ["asks for ['BACK_DATE'], not for POST_BILL"]),
        (_RIGHT.replace("    require(uow, Permission.POST_BILL)\n", ""), ["asks for []", "before it asks"]),
        (_RIGHT.replace("    require", "    load(uow)\n    require"), ["before it asks"]),
        (_RIGHT + "\n    require(uow, Permission.BACK_DATE)", ["asks for ['POST_BILL', 'BACK_DATE']"]),
        (_RIGHT.replace("    write_event(uow)", "    _go(uow)\n\ndef _go(uow):\n    write_event(uow)"), []),
        (_RIGHT.replace("UnitOfWork", "Door"), []),
        (_RIGHT.replace("    write_event(uow)", "    pass"), ["is no command"]),
    ],
)
def test_a_command_that_does_not_ask_is_found(text: str, said: list[str]) -> None:
    found = list(breaches([Source.of("core/a/b.py", text)], {"core.a.b.post": "POST_BILL"}, ()))
    assert len(found) == len(said)
    assert all(any(words in breach for breach in found) for words in said)
