"""The choices a shop makes by name, with what holds where none was made."""

from __future__ import annotations

import enum


class Choice(enum.StrEnum):
    """A setting's name in the ``setting`` table."""

    #: How totals are rounded: nearest, down, none.
    ROUND_OFF = "sales.round_off"
    #: A mixed bill to a registered buyer: one tax invoice, or refused so that two documents are made.
    MIXED_TO_REGISTERED = "sales.mixed_to_registered"
    #: The UPI id that customers pay to (``shop@okbank``); empty for none.
    UPI_ID = "payments.upi_id"
    #: Minutes without a key or click after which a terminal locks; 0 is never.
    IDLE_LOCK_MINUTES = "idle_lock_minutes"
    #: Days after which a prescription is supplied no more; 0 is any age, as the Drugs Rules have it (facts E3).
    PRESCRIPTION_VALID_DAYS = "dispensing.prescription_valid_days"
    #: A line that brings less than it cost: said at the counter, allowed by a supervisor, or refused.
    BELOW_COST = "billing.below_cost"
    #: Days for which a quotation's prices hold, where it does not say.
    QUOTATION_VALID_DAYS = "quotations.valid_days"
    #: Whose keys the counter has: our own, or those that hands know from Marg.
    COUNTER_KEYS = "counter.keys"
    #: By how many hundredths of a percent a supplier's bill may pass the expected rate before it is a difference.
    MATCH_RATE_BP = "purchases.match_rate_bp"
    #: How many rupees a line of a supplier's bill may be off before it is a difference.
    MATCH_RUPEES = "purchases.match_rupees"


class BelowCost(enum.StrEnum):
    """What becomes of a line that brings less than it cost."""

    WARN = "warn"
    SUPERVISOR = "supervisor"
    REFUSE = "refuse"


class CounterKeys(enum.StrEnum):
    """Whose keys the counter has."""

    NUSKHA = "nuskha"
    MARG = "marg"


class MixedToRegistered(enum.StrEnum):
    """What becomes of taxable and untaxed goods on one bill to a registered buyer (rule 46A is for others only)."""

    ONE_INVOICE = "one_invoice"
    TWO_DOCUMENTS = "two_documents"
