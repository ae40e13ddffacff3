"""The conventions that no import contract and no linter can see, one function each."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from tests.architecture.sources import Source, dotted

EXACT = (
    "core/kernel",
    "core/tax",
    "core/sales",
    "core/ledger",
    "core/inventory",
    "core/opening",
    "core/cash",
    "core/purchasing",
)
"""Where amounts and quantities are worked out: whole numbers only."""

BOOTSTRAP = {f"cli/{name}.py" for name in ("bootstrap", "environment", "system_packages", "development", "licences")}
"""What runs before any dependency is installed."""

_CLOCK = "core/kernel/clock.py"
_CLOCK_CALLS = re.compile(r"(.*\.)?(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime)|func\.now)")
_BROAD = {"Exception", "BaseException"}


def only_storage_commits(source: Source) -> Iterator[str]:
    """A service that commits would break "one command, one transaction"."""
    if source.is_in("core/storage"):
        return
    for call in source.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit":
            yield f"{source.at(call)} commits; leaving `with db.write(...)` does"


def only_the_clock_tells_time(source: Source) -> Iterator[str]:
    """What is given a clock can be tested on the last day of a financial year."""
    if source.path == _CLOCK:
        return
    for call in source.calls():
        if _CLOCK_CALLS.fullmatch(dotted(call.func)):
            yield f"{source.at(call)} reads the computer's clock with {dotted(call.func)}()"
    for node, name in source.imports():
        if name in {"time.time", "time.time_ns"}:
            yield f"{source.at(node)} imports {name}"


def amounts_are_whole_numbers(source: Source) -> Iterator[str]:
    """A binary fraction cannot hold 0.10 rupees, and ``round`` takes 356.50 down."""
    if not source.is_in(*EXACT):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{source.at(node)} holds the float {node.value}"
        elif isinstance(node, ast.Name) and node.id in {"float", "round"}:
            yield f"{source.at(node)} uses {node.id}"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _joins_a_path(node):
            yield f"{source.at(node)} divides with /; kernel.rounding has divide_half_away"
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
            yield f"{source.at(node)} divides with /=; kernel.rounding has divide_half_away"


def _joins_a_path(division: ast.BinOp) -> bool:
    sides = (division.left, division.right)
    return any(
        isinstance(s, ast.JoinedStr) or (isinstance(s, ast.Constant) and isinstance(s.value, str)) for s in sides
    )


def domains_import_only_the_kernel(source: Source) -> Iterator[str]:
    """A decision that imports a table, or another context's decision, cannot be read alone."""
    if not (source.is_in("core") and source.path.endswith("/domain.py")):
        return
    for node, name in source.imports():
        if not (name.startswith("core.kernel.") or name.partition(".")[0] in sys.stdlib_module_names):
            yield f"{source.at(node)} a domain imports {name}"


def programs_use_contexts_by_their_face(source: Source) -> Iterator[str]:
    """Entities never leave core, and what a program decided by itself core would not know."""
    if not source.is_in("cli", "pos_desktop", "server", "sync_agent"):
        return
    for node, name in source.imports():
        if re.match(r"core\.\w+\.(.+\.)?(model|repo|domain)(\.|$)", name):
            yield f"{source.at(node)} a program imports {name}"


def views_import_only_what_they_draw(source: Source) -> Iterator[str]:
    """The import contract names the services it knows; this one lets nothing through but kernel and views."""
    if not re.fullmatch(r"pos_desktop/screens/.+/(view|columns)\.py", source.path):
        return
    for node, name in source.imports():
        if name.startswith("core.") and not re.match(r"core\.(kernel|boundary|\w+\.dto)\.", f"{name}."):
            yield f"{source.at(node)} a view imports {name}"


def only_storage_updates_and_deletes(source: Source) -> Iterator[str]:
    """Capture does not see Core's bulk statements, so such a change would be in no audit event."""
    if not source.is_in("core") or source.is_in("core/storage"):
        return
    aliases = {"sqlalchemy"}
    for node, name in source.imports():
        if re.fullmatch(r"sqlalchemy(\..+)?\.(update|delete)", name):
            yield f"{source.at(node)} imports {name}"
        if isinstance(node, ast.Import):
            aliases |= {alias.asname for alias in node.names if alias.name == "sqlalchemy" and alias.asname}
    for call in source.calls():
        front, _, last = dotted(call.func).rpartition(".")
        if last in {"update", "delete"} and (front in aliases or front.endswith("__table__")):
            yield f"{source.at(call)} calls {front}.{last}()"


def no_fault_is_swallowed(source: Source) -> Iterator[str]:
    """Whoever catches everything says what he does with it."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and all(map(_does_nothing, node.body)):
            yield f"{source.at(node)} catches everything and does nothing"
    for call in source.calls():
        if dotted(call.func).rpartition(".")[2] == "suppress" and any(map(_is_broad, call.args)):
            yield f"{source.at(call)} suppresses everything"


def _is_broad(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(map(_is_broad, kind.elts))
    return kind is None or dotted(kind) in _BROAD


def _does_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass | ast.Continue) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def bootstrap_needs_nothing_installed(source: Source) -> Iterator[str]:
    """It runs to install what is missing, so it may not need it."""
    if source.path not in BOOTSTRAP:
        return
    own = {path.removesuffix(".py").replace("/", ".") for path in BOOTSTRAP}
    for node, name in source.imports():
        module = name.rpartition(".")[0]
        if not (name.partition(".")[0] in sys.stdlib_module_names or {name, module} & own):
            yield f"{source.at(node)} imports {name}"


ALL = (
    only_storage_commits,
    only_the_clock_tells_time,
    amounts_are_whole_numbers,
    domains_import_only_the_kernel,
    programs_use_contexts_by_their_face,
    views_import_only_what_they_draw,
    only_storage_updates_and_deletes,
    no_fault_is_swallowed,
    bootstrap_needs_nothing_installed,
)
