"""Makes the shop that the wizard asked for; runs in the background. Knows no Qt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.app.backups.folder import choose_second_folder
from core.app.demo import demo_stock
from core.app.shop import Shop, create_shop
from core.boundary.sheets import read_sheet
from core.inventory.import_dto import ImportItems
from core.inventory.importing import read_items
from core.inventory.opening import import_items
from core.kernel.clock import Clock, business_date
from core.kernel.ids import new_id
from pos_desktop.screens.first_start.form import StockSource
from pos_desktop.screens.first_start.presenter import Founding
from pos_desktop.shell.texts import tr


def found_shop(folder: Path, founding: Founding, clock: Clock, progress: Callable[[str], None]) -> Shop:
    """Create the shop with its first stock and open it; it is made whole or not at all.

    Raises RuleBroken ``shop.exists``, what is wrong with the file; EnvironmentFault when the disk fails or the second
    backup folder is not there.
    """
    items = _first_items(founding, clock, progress)
    if founding.second_folder is not None:
        choose_second_folder(folder, founding.second_folder)  # first: a disk that is gone then leaves no shop behind
    if items is None:
        progress(tr("Making the books ..."))
        return create_shop(folder, founding.command, clock, encrypt=founding.encrypt)
    progress(tr("Making the books and bringing in {count} items ...", count=f"{len(items.items):,}"))
    return create_shop(
        folder, founding.command, clock, stock=lambda uow: import_items(uow, items), encrypt=founding.encrypt
    )


def _first_items(founding: Founding, clock: Clock, progress: Callable[[str], None]) -> ImportItems | None:
    if founding.stock is StockSource.DEMO:
        progress(tr("Choosing the demo shop's stock ..."))
        return demo_stock(business_date(clock.now()))
    if founding.file is not None:
        progress(tr("Reading {file} ...", file=founding.file.name))
        today = business_date(clock.now())
        return read_items(read_sheet(founding.file), new_id(), today=today, skip_bad=founding.skip_bad)
    return None
