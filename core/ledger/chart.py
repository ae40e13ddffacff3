"""The chart of accounts as delivered: few, fixed, and extended by rate as rates are met."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.gst import GstTreatment
from core.kernel.money import Percent
from core.storage.search_index import name_key


@dataclass(frozen=True, slots=True)
class Account:
    """An account: ``code`` names it for good, ``section`` says where it stands in the balance."""

    code: str
    name: str
    section: str


CASH = Account("cash", "Cash in hand", "asset")
#: What banks owe for payments that were taken: they reach the bank account later.
UPI = Account("upi", "UPI to come in", "asset")
CARDS = Account("cards", "Cards to come in", "asset")
CHEQUES = Account("cheques", "Cheques in hand", "asset")
STOCK = Account("stock", "Stock in hand", "asset")
DEBTORS = Account("debtors", "Sundry debtors", "asset")
CREDITORS = Account("creditors", "Sundry creditors", "liability")
#: What was sold before its purchase was entered, at provisional cost: the purchase takes it away again.
AWAITED = Account("awaited", "Goods sold, purchase to be entered", "liability")
#: What came in and no bill has asked for yet, at what the receipts valued it.
RECEIVED = Account("received", "Goods received, bill to come", "liability")
#: What suppliers have billed and not delivered whole, until a debit note settles it.
CLAIMS = Account("claims", "Claims on suppliers", "asset")
TCS = Account("tax.tcs", "Tax collected at source, to be set off", "asset")
INPUT_CGST = Account("tax.input.cgst", "Input CGST", "asset")
INPUT_SGST = Account("tax.input.sgst", "Input SGST/UTGST", "asset")
INPUT_IGST = Account("tax.input.igst", "Input IGST", "asset")
OUTPUT_CGST = Account("tax.output.cgst", "Output CGST", "liability")
OUTPUT_SGST = Account("tax.output.sgst", "Output SGST/UTGST", "liability")
OUTPUT_IGST = Account("tax.output.igst", "Output IGST", "liability")
CAPITAL = Account("capital", "Owner's capital", "equity")
DRAWINGS = Account("drawings", "Owner's drawings", "equity")
OPENING = Account("opening", "Opening balances", "equity")
#: What earlier years earned. Nothing is ever posted to it: a year is closed by being over.
RETAINED = Account("retained", "Retained earnings of earlier years", "equity")
COST_OF_SALES = Account("cost_of_sales", "Cost of goods sold", "expense")
#: What purchases make of the cost of goods that were sold before: a day's sales keep the cost they were made at.
COST_SETTLED = Account("cost_of_sales.settled", "Cost of goods sold, settled by purchases", "expense")
ROUND_OFF = Account("round_off", "Round off", "income")
PURCHASE_ROUND_OFF = Account("round_off.purchases", "Round off of suppliers' bills", "income")

#: Opened with every shop; the others with the first document that needs them.
FIXED = (CASH, STOCK, OUTPUT_CGST, OUTPUT_SGST, OUTPUT_IGST, OPENING, COST_OF_SALES, ROUND_OFF)


#: Opened when they are first met.
LATER = (
    DEBTORS, CREDITORS, AWAITED, RECEIVED, CLAIMS, TCS, INPUT_CGST, INPUT_SGST, INPUT_IGST, CAPITAL, DRAWINGS,
    COST_SETTLED, PURCHASE_ROUND_OFF,
)  # fmt: skip
#: The sections whose accounts count from 1 April of each year on.
OF_A_YEAR = frozenset({"income", "expense"})
#: How the codes begin of banks, and of what a shop adds itself.
BANK, OWN = "bank.", "own."


def sales(treatment: GstTreatment, rate: Percent) -> Account:
    """Return the account of sales at a rate, or of an untaxed kind."""
    if treatment is GstTreatment.TAXABLE:
        return Account(f"sales.taxable.{rate}", f"Sales at {rate} %", "income")
    return Account(f"sales.{treatment}", f"Sales, {treatment.replace('_', '-')}", "income")


def bank(name: str) -> Account:
    """Return the account of a bank, by the name that the shop calls it."""
    return Account(f"{BANK}{_code(name)}", name, "asset")


def own(name: str, section: str) -> Account:
    """Return an account that the shop adds to the chart: capital, furniture, a loan."""
    return Account(f"{OWN}{_code(name)}", name, section)


def _code(name: str) -> str:
    return name_key(name).replace(" ", "_")
