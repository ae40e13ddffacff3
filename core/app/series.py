"""Sets how documents are numbered. Here and not in ``numbering`` because it needs a right and an event of its own."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from sqlalchemy import select

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.frozen import Frozen, Line, checked
from core.kernel.dates import FinancialYear
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.numbering.domain import USUAL_WIDTH, check_prefix
from core.numbering.dto import NumberedKind
from core.numbering.model import NumberCounter, NumberSeries
from core.numbering.series import series_of
from core.storage.unit_of_work import UnitOfWork


class SetNumberSeries(Frozen):
    """The command to number a kind of document in a form of the shop's own, from a financial year on.

    ``first_serial`` is the first number of that year: a shop that moves over goes on where its old system stopped.
    """

    kind: NumberedKind = Field(default=NumberedKind.BILL, strict=False)
    prefix: Annotated[Line, AfterValidator(checked(check_prefix))]
    width: Annotated[int, Field(ge=1, le=10)] = USUAL_WIDTH
    first_serial: Annotated[int, Field(ge=1)] = 1
    from_year: Annotated[int, Field(ge=2017, le=2099)] | None = None


def set_number_series(uow: UnitOfWork, command: SetNumberSeries) -> str:
    """Set the series and return the first number it will give.

    Raises RuleBroken ``numbering.prefix_taken`` when another kind or node numbers with the prefix, ``numbering.begun``
    when numbers of it were given in that year and ``first_serial`` would leave a gap or double one,
    ``numbering.full`` when the first number has no room.
    """
    require(uow, Permission.CHANGE_SERIES)
    node = uow.node.code
    year = FinancialYear(command.from_year or FinancialYear.of(uow.today).starts_in)
    _refuse_shared_prefix(uow, command, year)
    last = uow.session.scalar(
        select(NumberCounter.last).where(
            NumberCounter.series == command.prefix, NumberCounter.financial_year == year.starts_in
        )
    )
    if last is not None and command.first_serial != last + 1:
        raise RuleBroken("numbering.begun", prefix=command.prefix, year=str(year), next=last + 1)
    row = uow.session.get(NumberSeries, (node, command.kind, year.starts_in))
    if row is None:
        row = NumberSeries(node_code=node, kind=command.kind, from_year=year.starts_in, first_serial=1)
        uow.session.add(row)
    row.prefix = command.prefix
    row.width = command.width
    if last is None:  # else the year's first number is given and stays what it was
        row.first_serial = command.first_serial
    uow.session.flush()
    first = series_of(uow.session, node, command.kind, year).number(year, command.first_serial)
    write_event(uow, "number_series.set", id_from_content("number_series", node, command.kind, str(year)))
    return first


def _refuse_shared_prefix(uow: UnitOfWork, command: SetNumberSeries, year: FinancialYear) -> None:
    node = uow.node.code
    for kind in NumberedKind:
        if kind is not command.kind and series_of(uow.session, node, kind, year).prefix == command.prefix:
            raise RuleBroken("numbering.prefix_taken", prefix=command.prefix)
    others = select(NumberSeries.node_code).where(
        NumberSeries.prefix == command.prefix,
        (NumberSeries.node_code != node) | (NumberSeries.kind != command.kind),
    )
    if uow.session.scalar(others.limit(1)) is not None:
        raise RuleBroken("numbering.prefix_taken", prefix=command.prefix)
