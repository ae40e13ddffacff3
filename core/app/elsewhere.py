"""Work that reads a whole shop, in a process of its own: Python's lock and SQLite's stay with the counter.

A second thread would share both, and a bill that takes a quarter of a second takes a whole one meanwhile; what the work
holds in memory goes back when its process ends. A small shop is read where it is asked for, for a process costs a
second to start.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")

#: Hears of what goes on, whatever the work has to tell.
Tell = Callable[[Any], None]

#: A file below this is read in about the time that a process takes to start.
WORTH_A_PROCESS = 32 * 1024 * 1024
#: Between two looks whether to stop.
_LOOK_SECONDS = 0.1
#: How far it steps back behind the counter where processors are scarce.
_NICENESS = 10
_OBJECTS_BEFORE_COLLECTING = 100_000


class Stopped(Exception):
    """The work was stopped before it was done."""


class ProcessLost(Exception):
    """The process ended without an answer: it could not be started, or was killed."""


@dataclass(frozen=True, slots=True)
class _Told:
    what: object


@dataclass(frozen=True, slots=True)
class _Done(Generic[T]):
    value: T


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


def do_beside(file: Path, work: Callable[[], T]) -> T:
    """Do picklable work on a shop's ``file`` beside the counter: elsewhere where that is worth it, else here.

    Raises what the work raises. What another process fails to do this one does, so that it only ever costs time.
    """
    if is_worth_a_process(file):
        with suppress(ProcessLost):
            return in_a_process(partial(_untold, work))
    return work()


def is_worth_a_process(file: Path) -> bool:
    """Say whether reading a file takes so long that a process of its own should do it."""
    return file.stat().st_size >= WORTH_A_PROCESS


def in_a_process(work: Callable[[Tell], T], *, tell: Tell = lambda _: None, stop: threading.Event | None = None) -> T:
    """Do picklable work in a process of its own; it gets what it may tell the caller with, who hears it on this thread.

    Raises Stopped soon after ``stop`` is set: the process is killed, so that such work must leave nothing half done.
    Raises ProcessLost, and what the work raises.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_carry_out, args=(there, work), name="beside the counter", daemon=True)
    try:
        process.start()
        there.close()
        answer = _answer(here, tell, stop)
    except (EOFError, OSError) as lost:
        raise ProcessLost from lost
    finally:
        here.close()
        if process.pid is not None:
            process.kill()
            process.join()
    if isinstance(answer, _Failed):
        raise answer.error
    value: T = answer.value
    return value


def _answer(here: Connection, tell: Tell, stop: threading.Event | None) -> _Done[Any] | _Failed:
    while True:
        if stop is not None and stop.is_set():
            raise Stopped
        if here.poll(_LOOK_SECONDS):
            said: _Told | _Done[Any] | _Failed = here.recv()
            if not isinstance(said, _Told):
                return said
            tell(said.what)


def _untold(work: Callable[[], T], _: Tell) -> T:
    return work()


def _carry_out(there: Connection, work: Callable[[Tell], object]) -> None:
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING)  # a check makes millions of small objects, hardly one in a circle
    answer: _Done[object] | _Failed
    try:
        answer = _Done(work(lambda what: there.send(_Told(what))))
    except Exception as error:  # noqa: BLE001 - whatever it is, who asked must hear it, as it is
        answer = _Failed(error)
    there.send(answer)
