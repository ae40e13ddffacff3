"""Reads of items and stock."""

from __future__ import annotations

from core.inventory.dto import ItemHit, SaleItem  # noqa: F401
