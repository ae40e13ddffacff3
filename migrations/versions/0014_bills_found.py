"""Bills found by person, item and amount; bills that were posted in place of a cancelled one"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from alembic import op

from core.kernel.errors import RuleBroken
from core.kernel.phones import parse_phone
from core.storage.columns import Day, Id, Instant
from core.storage.search_index import tokens

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_AT_ONCE = 5_000
_PLACE = ("on_date", "at", "bill_id")


def upgrade() -> None:
    # null is what every bill meant before: it was posted in place of none
    op.add_column("bill", sa.Column("corrects_id", Id(), nullable=True))
    op.drop_index("ix_bill_on_date", "bill")
    op.create_index("ix_bill_on_date", "bill", ["on_date", "at", "id"], unique=False)
    op.create_index("ix_bill_total_paise", "bill", ["total_paise", "on_date", "at", "id"], unique=False)
    op.drop_index("ix_bill_memo_number", "bill")
    _index_of_few("ix_bill_memo_number", "memo_number", unique=False)
    _index_of_few("uq_bill_corrects_id", "corrects_id", unique=True)
    words = _create_found("bill_word", sa.Column("word", sa.Text(), nullable=False))
    _create_found("bill_item", sa.Column("item_id", Id(), nullable=False))
    op.drop_index("ix_bill_line_item_id", "bill_line")
    op.execute(
        "INSERT INTO bill_item (item_id, on_date, at, bill_id)"
        " SELECT DISTINCT bill_line.item_id, bill.on_date, bill.at, bill.id"
        " FROM bill JOIN bill_line ON bill_line.bill_id = bill.id"
    )
    _put_words(words)


def _index_of_few(name: str, column: str, *, unique: bool) -> None:
    is_given = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, "bill", [column], unique=unique, sqlite_where=is_given, postgresql_where=is_given)


def _create_found(name: str, by: sa.Column[Any]) -> sa.Table:
    return op.create_table(
        name,
        by,
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        sa.PrimaryKeyConstraint(by.name, *_PLACE, name=f"pk_{name}"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _put_words(words: sa.Table) -> None:
    connection = op.get_bind()
    named = connection.execute(
        sa.text(
            "SELECT bill.on_date, bill.at, bill.id, bill.customer_name, bill.customer_phone, dispensing.patient_name,"
            " dispensing.patient_phone, bill_cancellation.id FROM bill"
            " LEFT JOIN dispensing ON dispensing.bill_id = bill.id"
            " LEFT JOIN bill_cancellation ON bill_cancellation.bill_id = bill.id"
            " WHERE bill.customer_name IS NOT NULL OR bill.customer_phone IS NOT NULL"
            " OR dispensing.bill_id IS NOT NULL OR bill_cancellation.id IS NOT NULL"
        ).columns(
            sa.column("on_date", Day()),
            sa.column("at", Instant()),
            sa.column("bill_id", Id()),
            sa.column("customer_name", sa.Text()),
            sa.column("customer_phone", sa.Text()),
            sa.column("patient_name", sa.Text()),
            sa.column("patient_phone", sa.Text()),
            sa.column("cancellation", Id()),
        )
    ).all()
    rows = (
        {"word": word, **dict(zip(_PLACE, place, strict=True))}
        for *place, name, phone, patient, patient_phone, cancellation in named
        for word in sorted(_words((name, patient), (phone, patient_phone), cancellation is not None))
    )
    while some := list(islice(rows, _AT_ONCE)):
        connection.execute(sa.insert(words), some)


def _words(names: Sequence[str | None], phones: Sequence[str | None], is_cancelled: bool) -> set[str]:
    found = {word for name in names for word in tokens(name or "")}
    found.update(word for phone in phones if phone for word in _of_phone(phone))
    return found | ({"!cancelled"} if is_cancelled else set())


def _of_phone(phone: str) -> Iterator[str]:
    try:
        yield parse_phone(phone).removeprefix("+")
    except RuleBroken:
        yield from tokens(phone)
