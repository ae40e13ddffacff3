"""Amounts in words: the vectors of facts H, and every amount read back."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.kernel.money import Money
from core.kernel.words import rupees_in_words


@pytest.mark.parametrize(
    ("rupees", "words"),
    [
        ("0", "Rupees Zero Only"),
        ("0.75", "Rupees Zero and Seventy-Five Paise Only"),
        ("1", "Rupee One Only"),
        ("1.01", "Rupee One and One Paisa Only"),
        ("15.40", "Rupees Fifteen and Forty Paise Only"),
        ("100", "Rupees One Hundred Only"),
        ("1234.50", "Rupees One Thousand Two Hundred Thirty-Four and Fifty Paise Only"),
        ("100000", "Rupees One Lakh Only"),
        ("100000.05", "Rupees One Lakh and Five Paise Only"),
        (
            "12345678",
            "Rupees One Crore Twenty-Three Lakh Forty-Five Thousand Six Hundred Seventy-Eight Only",
        ),
        ("1000000000", "Rupees One Hundred Crore Only"),
        ("10000000000", "Rupees One Thousand Crore Only"),
        (
            "9999999999999.99",
            (
                "Rupees Nine Lakh Ninety-Nine Thousand Nine Hundred Ninety-Nine Crore Ninety-Nine Lakh"
                " Ninety-Nine Thousand Nine Hundred Ninety-Nine and Ninety-Nine Paise Only"
            ),
        ),
        ("-64", "Minus Rupees Sixty-Four Only"),
        ("-1.50", "Minus Rupee One and Fifty Paise Only"),
    ],
)
def test_vectors(rupees: str, words: str) -> None:
    assert rupees_in_words(Money.parse(rupees)) == words


SMALL = (
    "Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen"
    " Eighteen Nineteen"
)
TENS = "Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety"
UNITS = {word: number for number, word in enumerate(SMALL.split())} | {
    word: 10 * number for number, word in enumerate(TENS.split(), 2)
}
SCALES = {"Hundred": 10**2, "Thousand": 10**3, "Lakh": 10**5, "Crore": 10**7}


def read(words: str) -> int:
    """Read a number by adding up word after word: a scale lifts everything smaller that came before it."""
    stack: list[int] = []
    for word in re.split(r"[ -]", words):
        if word in UNITS:
            stack.append(UNITS[word])
            continue
        lifted = 0
        while stack and stack[-1] < SCALES[word]:
            lifted += stack.pop()
        if word == "Crore":
            lifted += sum(stack)
            stack.clear()
        stack.append(lifted * SCALES[word])
    return sum(stack)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
@example(10**14)
def test_words_say_the_amount(paise: int) -> None:
    said = re.fullmatch(r"(Minus )?Rupees? (.+?)(?: and (.+) Pais[ae])? Only", rupees_in_words(Money(paise)))
    assert said is not None
    minus, rupees, coins = said.groups()

    assert (-1 if minus else 1) * (read(rupees) * 100 + (read(coins) if coins else 0)) == paise
    assert coins != "Zero"
    assert bool(minus) == (paise < 0)
