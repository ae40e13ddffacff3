"""The program where there is no display: the demo shop is made, billed in and printed by the same windows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pypdf

from core.app.shop import open_shop
from core.app.verify import verify

ROOT = Path(__file__).parents[2]


def test_a_run_without_a_display_bills_in_the_demo_shop_and_names_its_papers(tmp_path: Path) -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    done = subprocess.run(
        [sys.executable, "-P", "-m", "cli", "run", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")],
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no display" in done.stdout
    for words in ["DEMO - not a real bill", "TAX INVOICE", "Bill No. C1/", "TOTAL"]:
        assert words in done.stdout
    pictures = {path.name for path in (tmp_path / "out").glob("*.png")}
    assert {
        "first-start.png",
        "billing.png",
        "cash.png",
        "items.png",
        "item.png",
        "goods-in.png",
        "purchases.png",
        "today.png",
        "reports.png",
    } <= pictures
    (pdf,) = (tmp_path / "out").glob("*.pdf")
    assert str(pdf) in done.stdout
    assert "Nuskha Demo Pharmacy" in pypdf.PdfReader(pdf).pages[0].extract_text()
    shop = open_shop(tmp_path / "data" / "demo")
    try:
        assert verify(shop.database).findings == ()
    finally:
        shop.close()
