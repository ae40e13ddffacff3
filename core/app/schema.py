"""Every table of the shop's database: importing this module completes the metadata."""

from __future__ import annotations

from sqlalchemy import MetaData

import core.audit.model
import core.auth.model
import core.cash.model
import core.catalog.model
import core.dispensing.model
import core.inventory.model
import core.ledger.model
import core.numbering.model
import core.parties.model
import core.purchasing.debit_model
import core.purchasing.model
import core.purchasing.remembered
import core.reporting.model
import core.sales.model
import core.settings.model
import core.spool.model
import core.storage.node
import core.wants.model  # noqa: F401
from core.storage.base import Table

METADATA: MetaData = Table.metadata
