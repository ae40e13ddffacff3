"""The dosage form, from what somebody said, the label or the name."""

from __future__ import annotations

import pytest

from core.catalog.forms import read_form


@pytest.mark.parametrize(
    ("form", "label", "name", "word", "release"),
    [
        (None, "strip of 10 tablet sr", "Glycomet 500 SR", "tablet", "extended"),
        (None, "10's", "GLYCOMET 500 SR TAB", "tablet", "extended"),
        (None, "strip of 10 tablets", "Glycomet 500 SR", "tablet", "extended"),
        (None, "strip of 10 tablets", "Glycomet 500", "tablet", "immediate"),
        (None, "packet of 5 ml Eye Drop", "Moxi", "eye drops", "immediate"),
        (None, "bottle of 30 ml Dry Syrup", "Mox", "dry syrup for reconstitution", "immediate"),
        (None, "tube of 15 gm Cream", "Candid", "cream", "immediate"),
        (None, "vial of 1 Injection", "Cefta", "injection", "immediate"),
        ("capsule", "10's", "Mox 500 Tablet", "capsule", "immediate"),
    ],
)
def test_a_form_is_read(form: str | None, label: str, name: str, word: str, release: str) -> None:
    found = read_form(form, label, name)
    assert found is not None
    assert (found.word, found.release) == (word, release)


@pytest.mark.parametrize("name", ["Glycomet 500", "Bricanyl", "Ciplactin", "Exp Corp INH", "Penegra"])
def test_a_form_that_nobody_names_is_not_known(name: str) -> None:
    assert read_form(None, "10's", name) is None
