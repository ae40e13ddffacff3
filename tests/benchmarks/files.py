"""Keeps the generated shops outside the repository: made once, copied for whoever writes in one."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import platformdirs

from core.app.shop import shop_file
from tests.benchmarks.generator import ShopSize, build_shop

CACHE_VARIABLE = "NUSKHA_BENCH_CACHE"
_ROOT = Path(__file__).resolve().parents[2]
#: What a generated shop follows from: where one of these changes, it is made anew.
_SOURCES = (
    *(f"tests/benchmarks/{name}.py" for name in ("bulk", "catalogue", "generator", "rows")),
    "migrations/versions/*.py",
    "core/storage/guards.py",
    "core/catalog/naming.py",
    "resources/audit/*",
)

#: The shops that benchmarks ask for.
SMALL = ShopSize(catalogue=5_000, stocked=5_000, bills=10_000)
MIDDLE = ShopSize(catalogue=5_000, stocked=5_000, bills=100_000)
CATALOGUE = ShopSize(catalogue=260_000, stocked=5_000, bills=2_000)
FULL = ShopSize(catalogue=260_000, stocked=5_000, bills=1_460_000)


def cached_shop(size: ShopSize) -> Path:
    """Return the folder of a shop that nobody may write in, building it where it is not there."""
    name = f"{size.bills}-bills-{size.catalogue}-items-{_fingerprint()}"
    folder = cache_folder() / name
    if not shop_file(folder).is_file():
        building = cache_folder() / f".{name}.{os.getpid()}"
        shutil.rmtree(building, ignore_errors=True)
        build_shop(building, size)
        try:
            building.rename(folder)
        except OSError:  # another run was faster
            shutil.rmtree(building)
    return folder


def copied_shop(size: ShopSize, folder: Path) -> Path:
    """Return a copy of a generated shop to write in."""
    folder.mkdir(parents=True)
    shutil.copyfile(shop_file(cached_shop(size)), shop_file(folder))
    return folder


def cache_folder() -> Path:
    """Return where generated shops lie; NUSKHA_BENCH_CACHE names another place."""
    chosen = os.environ.get(CACHE_VARIABLE)
    folder = Path(chosen) if chosen else Path(platformdirs.user_cache_dir("Nuskha", appauthor=False)) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(_ROOT.glob(pattern)):
            if path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
