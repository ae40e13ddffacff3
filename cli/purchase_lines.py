"""What files and receipts say of the lines of a purchase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cli.context import Invocation, read_json
from core.boundary.sheets import read_sheet
from core.kernel.errors import RuleBroken
from core.purchasing.receipt_queries import read_receipt_of

#: Files with a row for each line; any other is JSON.
_SHEETS = frozenset({".csv", ".xlsx", ".xls"})


def object_of(data: Any, file: str) -> dict[str, Any]:
    """Return the object of a file. Raises RuleBroken ``purchases.no_object``."""
    if not isinstance(data, Mapping):
        raise RuleBroken("purchases.no_object", file=file)
    return dict(data)


def part_of(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object inside one, an empty one where there is none. Raises RuleBroken ``input.not_object``."""
    part = said.get(name, {})
    if not isinstance(part, Mapping):
        raise RuleBroken("input.not_object", where=name, field=name)
    return part


def lines_of(file: str) -> dict[str, Any]:
    """Return what a file says: the rows of a sheet by their columns, a list of lines, or all of a receipt."""
    if Path(file).suffix.lower() not in _SHEETS:
        data = read_json(file)
        return {"lines": data} if isinstance(data, list) else object_of(data, file)
    sheet = read_sheet(Path(file))
    columns = [name.strip().lower().replace(" ", "_") for name in sheet.header]
    lines: list[dict[str, Any]] = []
    for row in sheet.rows:
        if row.fault is not None:
            raise RuleBroken(row.fault, where=f"lines.{len(lines)}")
        line: dict[str, Any] = {name: cell for name, cell in zip(columns, row.cells, strict=False) if cell}
        if str(line.get("factor", "")).isdecimal():
            line["factor"] = int(line["factor"])
        lines.append(line)
    return {"lines": lines}


def lines_at_their_rates(invocation: Invocation, numbers: Sequence[str], bill_number: str | None) -> list[Any]:
    """Return a bill's lines for all of receipts that no other bill asks for, at the rates that they say.

    Raises RuleBroken ``purchases.rate_unknown``, ``purchases.nothing_to_bill``.
    """
    lines: list[Any] = []
    for number in dict.fromkeys(numbers):
        with invocation.shop() as shop:
            actor = invocation.actor(shop)
            with shop.database.read() as session:
                view = read_receipt_of(session, actor, number)
        # those of this very bill too: the same command again asks for the same
        waiting = [line for line in view.lines if line.bill_number in {None, bill_number}]
        if not waiting:
            raise RuleBroken("purchases.nothing_to_bill", where="receipt", number=view.number)
        for line in waiting:
            rate = "0" if not line.billed_units else line.rate
            if rate is None:
                raise RuleBroken(
                    "purchases.rate_unknown", where="receipt", item=line.item_name, line=line.line, number=view.number
                )
            lines.append({"receipt": view.number, "line": line.line, "rate": str(rate)})
    return lines
