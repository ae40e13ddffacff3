"""All settings of a shop in one file: to look at, to keep, and to set up another counter or shop alike.

What is taken in is proved as where a person types it, and goes in whole or not at all, as one event. What is as it was
writes nothing. Users, secrets, number series and books are not in it: they are each shop's own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from core.app.choices import choice_views, find_choice, put_choice
from core.app.display_dto import CustomerDisplay
from core.app.displays import display_of, keep_display
from core.app.licences import ChangeLicences, put_licences
from core.app.papers import ChangePapers, papers_of, put_papers
from core.app.printers import keep_printers, printers_of
from core.app.scanner_dto import Scanners
from core.app.scanners import keep_scanners, scanners_of
from core.app.shop_details import ChangeShop, put_shop
from core.audit.log import write_event
from core.auth.dto import SetRoleRight
from core.auth.permissions import Permission
from core.auth.rights import require
from core.auth.roles import put_role_right, role_rights
from core.boundary.frozen import load
from core.kernel.actor import Actor, Role
from core.kernel.errors import Problem, RuleBroken
from core.kernel.ids import id_from_content
from core.settings.queries import shop_view
from core.spool.dto import Printers
from core.storage.database import Database
from core.storage.unit_of_work import UnitOfWork

#: What the file says it is, so that another program's is not taken for one.
_KIND, _VERSION = "nuskha settings", 1
_SHOP_FIELDS = ("name", "address", "phone", "gstin", "registration")
#: A file with a logo has about 30 kB.
MOST_BYTES = 1_000_000


class Difference(NamedTuple):
    """A setting that a file has otherwise: where it stands, and both values in words, empty for none."""

    where: str
    here: str
    there: str


class _Part(NamedTuple):
    """A part of the file: what the shop has, and how another is put in its place; ``is_whole`` where all of it is."""

    read: Callable[[Session], Any]
    put: Callable[[UnitOfWork, Any], object]
    is_whole: bool = True


def settings_text(session: Session) -> str:
    """Return the file's text, for people too: all settings of a shop and of this counter as JSON, a line a value."""
    parts = {name: part.read(session) for name, part in _PARTS.items()}
    return json.dumps({"kind": _KIND, "version": _VERSION, **parts}, indent=2, ensure_ascii=False) + "\n"


def settings_in(path: Path) -> Mapping[str, Any]:
    """Return the parts of a file on the disk. Raises RuleBroken ``input.no_file``, and as ``read_settings_file``."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # the second for a name with a NUL in it
        raise RuleBroken("input.no_file", file=str(path)) from error
    if len(data) > MOST_BYTES:
        raise RuleBroken("settings.no_settings_file")
    return read_settings_file(data)


def read_settings_file(data: bytes) -> Mapping[str, Any]:
    """Return the parts of a file.

    Raises RuleBroken ``settings.no_settings_file``, ``settings.newer_file``, ``settings.unknown_parts``.
    """
    try:
        parsed = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise RuleBroken("settings.no_settings_file") from error
    if not isinstance(parsed, dict) or parsed.pop("kind", None) != _KIND:
        raise RuleBroken("settings.no_settings_file")
    version = parsed.pop("version", None)
    if type(version) is not int or version < 1:  # True is an int, too
        raise RuleBroken("settings.no_settings_file")
    if version > _VERSION:
        raise RuleBroken("settings.newer_file")
    if unknown := sorted(parsed.keys() - _PARTS.keys()):
        raise RuleBroken("settings.unknown_parts", names=", ".join(unknown), known=", ".join(_PARTS))
    return parsed


def differences(session: Session, parts: Mapping[str, Any]) -> Sequence[Difference]:
    """Return what would change, setting by setting; parts that the file lacks stay as they are."""
    found = []
    for name in parts:
        here, there = (dict(_flat(value, name)) for value in (_PARTS[name].read(session), parts[name]))
        names = dict.fromkeys([*here, *there] if _PARTS[name].is_whole else there)
        found += [
            Difference(where, here.get(where, ""), there.get(where, ""))
            for where in names
            if here.get(where) != there.get(where)
        ]
    return found


class _OnlyTried(Exception):
    """Ends a unit of work so that nothing of it stays."""


def try_settings(database: Database, actor: Actor, parts: Mapping[str, Any]) -> Sequence[Difference]:
    """Return what ``take_settings`` would change, and raise what it would; nothing is changed."""
    changed: Sequence[Difference] = ()
    with suppress(_OnlyTried), database.write(actor) as uow:
        changed = take_settings(uow, parts)
        raise _OnlyTried
    return changed


def take_settings(uow: UnitOfWork, parts: Mapping[str, Any]) -> Sequence[Difference]:
    """Take in the parts of a file, all or none, and return what changed; where nothing differs nothing is written.

    Raises RuleBroken ``auth.not_allowed`` (what roles may do asks for that right, too), and what each part raises
    where a person types it, placed in the file (``printers.printers.0.address``).
    """
    require(uow, Permission.CHANGE_SETTINGS)
    changed = differences(uow.session, parts)
    for name in dict.fromkeys(one.where.partition(".")[0] for one in changed):
        try:
            _PARTS[name].put(uow, parts[name])
        except Problem as problem:
            raise problem.moved_to(f"{name}.{problem.where}" if problem.where else name) from problem
    uow.session.flush()
    if uow.capture:
        write_event(uow, "settings.imported", id_from_content("setting", _KIND))
    return changed


def _flat(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Yield each setting with its place; one of a list is called by its own name, so that its place does not matter."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{where}.{name}")
    elif isinstance(value, list):
        seen: Counter[str] = Counter()
        for place, inner in enumerate(value, 1):
            name = _name_of(inner) or str(place)
            seen[name] += 1
            yield from _flat(inner, f"{where}.{name}" + (f" ({seen[name]})" if seen[name] > 1 else ""))
    elif value is not None:
        yield where, value if isinstance(value, str) else json.dumps(value)


def _name_of(entry: Any) -> str:
    """Return what people call an entry of a list: a printer by its name, a licence by form and number."""
    if not isinstance(entry, dict):
        return ""
    words = [entry[key] for key in ("name", "form", "number") if isinstance(entry.get(key), str)]
    return " ".join(words)


def _shop(session: Session) -> dict[str, Any]:
    shop = shop_view(session).model_dump(mode="json")
    return {name: shop[name] for name in _SHOP_FIELDS}


def _licences(session: Session) -> list[dict[str, Any]]:
    return [licence.model_dump(mode="json", by_alias=True) for licence in shop_view(session).licences]


def _choices(session: Session) -> dict[str, str]:
    return {choice.name: choice.value for choice in choice_views(session)}


def _put_choices(uow: UnitOfWork, choices: Any) -> None:
    if not isinstance(choices, dict):
        raise RuleBroken("input.not_object", field="choices")
    standing = _choices(uow.session)
    for name, value in choices.items():
        choice = find_choice(name)
        if not isinstance(value, str):
            raise RuleBroken("input.not_text", where=name, field=name)
        if standing[choice] != value:
            put_choice(uow, choice, value)


def _rights(session: Session) -> dict[str, dict[str, Any]]:
    """Return what the shop has changed of what its roles may do."""
    changed = [right for role in Role for right in role_rights(session, role) if not right.is_delivered]
    return {
        f"{right.user_role}.{right.permission}": {
            "granted": right.granted,
            "limit": right.limit_shown,
            "scope": right.scope.value,
        }
        for right in changed
    }


def _put_rights(uow: UnitOfWork, rights: Any) -> None:
    """Put the rights of a file; one that it does not name stays as it is. Raises RuleBroken ``auth.not_allowed``."""
    require(uow, Permission.MANAGE_ROLES)
    if not isinstance(rights, dict):
        raise RuleBroken("input.not_object", field=_RIGHTS)
    standing = _rights(uow.session)
    for name, right in rights.items():
        if not isinstance(right, dict):
            raise RuleBroken("input.not_object", where=name, field=name)
        if right != standing.get(name):
            role, _, permission = name.partition(".")
            put_role_right(uow, load(SetRoleRight, {**right, "user_role": role, "permission": permission}))


_RIGHTS = "rights"
_PARTS: Mapping[str, _Part] = {
    "shop": _Part(_shop, lambda uow, part: put_shop(uow, load(ChangeShop, part))),
    "licences": _Part(_licences, lambda uow, part: put_licences(uow, load(ChangeLicences, {"licences": part}))),
    "choices": _Part(_choices, _put_choices, is_whole=False),
    "papers": _Part(
        lambda session: papers_of(session).model_dump(mode="json"),
        lambda uow, part: put_papers(uow, load(ChangePapers, part)),
    ),
    "printers": _Part(
        lambda session: printers_of(session).model_dump(mode="json"),
        lambda uow, part: keep_printers(uow, load(Printers, part)),
    ),
    "scanners": _Part(
        lambda session: scanners_of(session).model_dump(mode="json"),
        lambda uow, part: keep_scanners(uow, load(Scanners, part)),
    ),
    "display": _Part(
        lambda session: display_of(session).model_dump(mode="json"),
        lambda uow, part: keep_display(uow, load(CustomerDisplay, part)),
    ),
    _RIGHTS: _Part(_rights, _put_rights, is_whole=False),
}
