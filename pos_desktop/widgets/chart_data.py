"""What the charts of windows draw: the same data that paper draws, which core keeps. Knows no Qt."""

from __future__ import annotations

from core.printing.chart_data import Axis, ChartData, Series, Share, Shares, Unit, axis_of, short_rupees

__all__ = ["Axis", "ChartData", "Series", "Share", "Shares", "Unit", "axis_of", "short_rupees"]
