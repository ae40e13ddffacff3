"""Real databases for tests: SQLite files and a PostgreSQL server, both built by the migrations."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.app.schema import METADATA
from core.kernel.clock import Clock
from core.storage import migrate
from core.storage.sqlite import SqliteDatabase

_POSTGRES_USER = "postgres"
#: Seconds until a server has started; a busy machine takes its time.
_PATIENCE = "180"


def empty_sqlite(path: Path, clock: Clock) -> SqliteDatabase:
    """Return a new file with the schema and no rows."""
    database = SqliteDatabase(path, clock=clock, create=True)
    migrate.upgrade(database, METADATA)
    return database


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server in a temporary folder and yield its URL; root starts it as the ``postgres`` account."""
    binaries = _postgres_binaries()
    with tempfile.TemporaryDirectory(prefix="nuskha-pg-") as name:
        folder = Path(name)
        data = folder / "data"
        if os.geteuid() == 0:
            shutil.chown(folder, _POSTGRES_USER)
        _run(binaries / "initdb", "-D", data, "-A", "trust", "-U", "nuskha", "-E", "UTF8", "--no-sync")
        # by a socket in its own folder: a port that is free now may be another server's a moment later
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        _run(binaries / "pg_ctl", "-D", data, "-w", "-t", _PATIENCE, "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://nuskha@/postgres?host={folder}"
        finally:
            _run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("no PostgreSQL server here: ./nuskha test installs it, or install 'postgresql'")
    return Path(on_path).parent


def _run(*command: str | Path) -> None:
    as_server = ["runuser", "-u", _POSTGRES_USER, "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_server, *map(str, command)],
        cwd="/",
        text=True,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr}")
