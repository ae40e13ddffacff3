"""What a credit note's view says of itself: whether tax stands on it, and its lines by rate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import Money
from core.returns.dto import CreditNoteView
from tests.support.bill_views import THREE_LINES
from tests.support.credit_note_views import credit_note_view, credit_notes

EXEMPT = replace(THREE_LINES[0], treatment=GstTreatment.EXEMPT, gst="0")


@pytest.mark.parametrize(
    ("note", "shows_tax"),
    [
        (credit_note_view(THREE_LINES), True),
        (credit_note_view([EXEMPT, *THREE_LINES], tax_type=TaxType.INTER), True),
        (credit_note_view([EXEMPT]), False),
        (credit_note_view(THREE_LINES, tax_type=TaxType.NONE), False),
    ],
)
def test_tax_stands_on_it_where_some_is_credited(note: CreditNoteView, shows_tax: bool) -> None:
    assert note.shows_tax is shows_tax


@given(note=credit_notes())
def test_its_lines_by_rate_add_up_to_the_note(note: CreditNoteView) -> None:
    rows = note.tax_summary()

    assert [row.gst.basis_points for row in rows] == sorted((row.gst.basis_points for row in rows), reverse=True)
    assert len({(row.treatment, row.gst) for row in rows}) == len(rows)
    for name in ("taxable", "cgst", "sgst", "igst"):
        assert Money.total(getattr(row, name) for row in rows) == getattr(note, name)
    assert note.taxable + note.cgst + note.sgst + note.igst + note.round_off == note.total


def test_a_view_goes_to_json_and_back() -> None:
    note = credit_note_view(THREE_LINES, bills=2)

    assert CreditNoteView.model_validate_json(note.model_dump_json()) == note
