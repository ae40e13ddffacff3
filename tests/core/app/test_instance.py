"""One window for a data folder; commands beside it; nobody while a file is exchanged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.app import instance
from core.app.shop import open_shop
from core.boundary.messages import explain
from core.kernel.errors import EnvironmentFault
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

WINDOW = (
    "import sys; from pathlib import Path; from core.app.instance import only_window;"
    "from core.kernel.clock import SystemClock;\n"
    "with only_window(Path(sys.argv[1]), SystemClock()):\n"
    "    print('open', flush=True); sys.stdin.readline()"
)


def test_a_second_window_is_told_who_has_the_first(tmp_path: Path, clock: TurnedClock) -> None:
    folder = tmp_path / "shop"
    first = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "open\n"
    with pytest.raises(EnvironmentFault) as refused, instance.only_window(folder, clock):
        pass
    assert refused.value.code == "instance.running"
    assert f"process number {first.pid}, open since" in explain(refused.value)
    first.kill()
    first.communicate()
    with instance.only_window(folder, clock):
        pass
    with instance.only_window(folder, clock):
        pass


def test_a_window_that_is_just_starting_is_refused_too(tmp_path: Path, clock: TurnedClock) -> None:
    with instance.only_window(tmp_path, clock):
        (tmp_path / "window.lock").write_text("")
        with (
            pytest.raises(EnvironmentFault, match="instance.running") as refused,
            instance.only_window(tmp_path, clock),
        ):
            pass
        assert explain(refused.value)


def test_a_command_works_beside_the_window(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500")
    with instance.only_window(shop.shop.folder, clock):
        beside = TestShop(open_shop(shop.shop.folder, clock), clock)
        assert beside.bills(("PCM500", "1")).number == "C1/26-27/000001"
        assert shop.bills(("PCM500", "1")).number == "C1/26-27/000002"
        beside.close()
    shop.books_agree()


def test_nobody_opens_what_is_being_exchanged(shop: TestShop, clock: TurnedClock) -> None:
    folder = shop.shop.folder
    with pytest.raises(EnvironmentFault) as refused:
        instance.use_alone(folder)
    assert refused.value.code == "instance.in_use"
    assert "another command" in explain(refused.value)
    with instance.only_window(folder, clock), pytest.raises(EnvironmentFault) as refused:
        instance.use_alone(folder)
    assert "process number" in explain(refused.value)
    shop.close()
    with instance.use_alone(folder), pytest.raises(EnvironmentFault) as refused:
        open_shop(folder, clock)
    assert refused.value.code == "instance.exchanged"
    assert explain(refused.value)
    shop.shop = open_shop(folder, clock)


def test_a_failed_start_lets_go(shop: TestShop, clock: TurnedClock) -> None:
    with shop.shop.database.writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE evil (a)")
    shop.close()
    with pytest.raises(EnvironmentFault, match="storage.schema_changed"):
        open_shop(shop.shop.folder, clock)
    instance.use_alone(shop.shop.folder).release()


@pytest.mark.skipif(os.name == "nt", reason="rights are kept otherwise there")
def test_nobody_else_on_the_computer_reads_the_shop(shop: TestShop) -> None:
    shop.receives("PCM500")
    parts = [path for path in shop.shop.folder.iterdir() if path.name.startswith("shop.db")]
    assert {"shop.db", "shop.db-wal"} <= {path.name for path in parts}
    assert {path.stat().st_mode & 0o077 for path in parts} == {0}
