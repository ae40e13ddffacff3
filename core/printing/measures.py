"""The sheets that a shop's papers are laid out on: how large each is, its margins and its letters.

Lengths are points (1/72 inch).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.printing.page import Face, Style


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of paper and what fits on it.

    ``foot_height`` is kept free below every page's text. ``head_right`` is how wide the right part of a letterhead is,
    ``sums_right`` the sums, ``sign_width`` the place to sign, ``label_width`` a label before what it says.
    ``table_sizes`` are the letters of a table, the largest first. A ``narrow`` sheet has batch, expiry and HSN below an
    item's name and no columns for them; a ``low`` one has an address in one line and the place to sign beside the sums.
    More than so many ``address_lines`` run together.
    """

    size: tuple[float, float]
    margin: float
    foot_height: float
    head_right: float
    sums_right: float
    label_width: float
    name: Style
    short_name: Style
    title: Style
    mark: Style
    text: Style
    strong: Style
    label: Style
    total: Style
    table_sizes: tuple[float, ...]
    least_item: float
    sign_width: float
    sign_height: float
    address_lines: int = 5
    narrow: bool = False
    low: bool = False

    @property
    def width(self) -> float:
        """How wide what is printed on it is."""
        return self.size[0] - 2 * self.margin

    @property
    def body_height(self) -> float:
        """How much height is left between the margins above the foot."""
        return self.size[1] - 2 * self.margin - self.foot_height


A4 = Sheet(
    size=(595.28, 841.89),
    margin=34.0,
    foot_height=32.0,
    head_right=190.0,
    sums_right=200.0,
    label_width=78.0,
    name=Style(16, Face.BOLD),
    short_name=Style(11, Face.BOLD),
    title=Style(12, Face.BOLD),
    mark=Style(10, Face.BOLD),
    text=Style(8.6),
    strong=Style(8.6, Face.SEMIBOLD),
    label=Style(7.4, grey=0.35),
    total=Style(13, Face.BOLD),
    table_sizes=(7.8, 7.2, 6.6, 6.0, 5.2),
    least_item=130.0,
    sign_width=200.0,
    sign_height=34.0,
)

A5 = Sheet(
    size=(419.53, 595.28),
    margin=24.0,
    foot_height=28.0,
    head_right=168.0,
    sums_right=150.0,
    label_width=62.0,
    name=Style(13, Face.BOLD),
    short_name=Style(9.5, Face.BOLD),
    title=Style(10, Face.BOLD),
    mark=Style(8.6, Face.BOLD),
    text=Style(7.6),
    strong=Style(7.6, Face.SEMIBOLD),
    label=Style(6.6, grey=0.35),
    total=Style(11.5, Face.BOLD),
    table_sizes=(7.2, 6.8, 6.4, 6.0, 5.4, 4.8),
    least_item=112.0,
    sign_width=150.0,
    sign_height=26.0,
    narrow=True,
)

#: A5 lying is as wide as A4, so that a bill has the same columns.
A5_LYING = replace(
    A5,
    size=(595.28, 419.53),
    head_right=180.0,
    sums_right=150.0,
    label_width=68.0,
    least_item=130.0,
    sign_width=140.0,
    address_lines=2,
    narrow=False,
    low=True,
)
