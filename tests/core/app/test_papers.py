"""What the shop's papers look like: kept whole, changed by right, one event each."""

from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.app.papers import ChangePapers, Logo, Papers, change_papers, papers_of
from core.app.verify import verify
from core.boundary.frozen import load
from core.kernel.errors import RuleBroken
from core.printing.codes import Bitmap, bitmap_of
from core.printing.languages import Language
from core.printing.templates import FULL, HINDI, Part, ReceiptTemplate
from tests.support.shop import TestShop

OURS = ReceiptTemplate(name="Ours", language=Language.BOTH, parts=(Part.WORDS, Part.MAKER), foot=("धन्यवाद",))
LOGO = bitmap_of([[x % 3 == 0 for x in range(101)] for _ in range(60)])

dots = st.tuples(st.integers(1, 576), st.integers(1, 300)).flatmap(
    lambda size: st.builds(
        lambda seed: Bitmap(*size, (seed * ((size[0] + 7) // 8 * size[1]))[: (size[0] + 7) // 8 * size[1]]),
        st.binary(min_size=1, max_size=8),
    )
)


def change(shop: TestShop, command: ChangePapers) -> Papers:
    with shop.shop.database.write(shop.actor) as uow:
        return change_papers(uow, command)


def kept(shop: TestShop) -> Papers:
    with shop.shop.database.read() as session:
        return papers_of(session)


def test_where_nobody_chose_receipts_are_full_and_have_no_logo(shop: TestShop) -> None:
    papers = kept(shop)
    assert (papers.receipt_template, papers.receipts, papers.logo) == (FULL, (), None)


def test_papers_come_back_as_they_were_given(shop: TestShop) -> None:
    command = ChangePapers(receipts=(OURS,), receipt="OURS", logo=Logo.of(LOGO))
    assert change(shop, command).receipt_template == OURS
    papers = kept(shop)
    assert (papers.receipts, papers.receipt, papers.logo) == ((OURS,), "Ours", Logo.of(LOGO))
    assert papers.logo is not None
    assert papers.logo.bitmap == LOGO

    change(shop, ChangePapers(receipt="hindi"))
    assert (kept(shop).receipt_template, kept(shop).logo) == (HINDI, None)


def test_the_same_again_writes_nothing(shop: TestShop) -> None:
    command = ChangePapers(receipts=(OURS,), logo=Logo.of(LOGO))
    begun = events(shop)
    counts = []
    for each in (command, command, ChangePapers(receipts=(OURS,))):
        change(shop, each)
        counts.append(events(shop) - begun)
    assert counts == [1, 1, 2]
    shop.books_agree()


def events(shop: TestShop) -> int:
    return verify(shop.shop.database).events


@pytest.mark.parametrize(
    ("code", "where", "command"),
    [
        ("papers.delivered", "receipts.0.name", ChangePapers(receipts=(FULL,))),
        (
            "papers.delivered",
            "receipts.1.name",
            ChangePapers(receipts=(OURS, OURS.model_copy(update={"name": "hINDI"}))),
        ),
        ("papers.template_twice", "receipts.1.name", ChangePapers(receipts=(OURS, OURS))),
        ("papers.no_such_template", "receipt", ChangePapers(receipt="Ours")),
    ],
)
def test_what_cannot_be_is_refused(shop: TestShop, code: str, where: str, command: ChangePapers) -> None:
    with shop.refuses(code, where):
        change(shop, command)
    assert kept(shop) == Papers()


@given(bitmap=dots)
def test_any_logo_is_packed_and_unpacked(bitmap: Bitmap) -> None:
    assert load(Logo, Logo.of(bitmap).model_dump(mode="json")).bitmap == bitmap


@pytest.mark.parametrize(
    "data",
    [
        {"width": 8, "height": 2, "packed": "nothing"},
        {"width": 8, "height": 2, "packed": base64.b64encode(b"nothing").decode()},
        {"width": 8, "height": 2, "packed": base64.b64encode(zlib.compress(b"\x00")).decode()},
        {"width": 8, "height": 2, "packed": base64.b64encode(zlib.compress(bytes(100_000_000))).decode()},
    ],
    ids=["no base64", "not packed", "too few dots", "far too many dots"],
)
def test_a_logo_that_is_not_whole_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(RuleBroken, match=r"papers\.logo_damaged"):
        load(Logo, data)


def test_a_logo_wider_than_paper_is_refused() -> None:
    with pytest.raises(RuleBroken, match=r"input\.too_great"):
        Logo.of(bitmap_of([[True] * 577]))
