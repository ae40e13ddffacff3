"""Passwords and PINs are in no event, no file, no message and no trace; their hashes in no event."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import pytest
from sqlalchemy import select

from core.audit.canonical import decompress
from core.audit.model import AuditEvent
from core.auth.dto import (
    AddUser,
    AskOverride,
    ChangePassword,
    ChangePin,
    LogIn,
    Method,
    SetPassword,
    SetPin,
    SwitchUser,
)
from core.auth.login import Door, change_password, change_pin, log_in, switch_user
from core.auth.overrides import authorise
from core.auth.permissions import Permission
from core.auth.service import add_user, set_password, set_pin
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.actor import Role
from core.kernel.errors import Problem
from core.kernel.ids import new_id
from tests.support.people import CONSOLE, OWNERS_PASSWORD
from tests.support.shop import TestShop
from tests.support.uptime import TurnedUptime

PASSWORDS = ["Xq-first-secret-1", "Xq-second-secret-2", "Xq-third-secret-3", "Xq-wrong-secret-4", OWNERS_PASSWORD]
PINS = ["48261593", "59371604", "60482715", "71593826"]
SECRETS = [*PASSWORDS, *PINS]


def test_no_secret_is_left_anywhere(
    shop: TestShop, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    door = Door(shop.shop.database, TurnedUptime())

    def tries(command: object, *arguments: object) -> None:
        assert callable(command)
        try:
            said.append(repr(command(*arguments)))
        except Problem as problem:
            said.append("".join(traceback.format_exception(problem)) + explain(problem))

    with door.database.write(CONSOLE) as uow:
        user = AddUser(
            username="ravi", password=PASSWORDS[0], pin=PINS[0], role=Role.CASHIER, must_change_password=False
        )
        said.append(repr(user) + repr(add_user(uow, user)))
    session = log_in(door, LogIn(username="ravi", password=PASSWORDS[0]))
    said.append(repr(session))
    change_password(door, session.actor, ChangePassword(password=PASSWORDS[0], new_password=PASSWORDS[1]))
    change_pin(door, session.actor, ChangePin(password=PASSWORDS[1], pin=PINS[1]))
    with door.database.write(CONSOLE) as uow:
        set_password(uow, SetPassword(username="ravi", password=PASSWORDS[2]))
    with door.database.write(CONSOLE) as uow:
        set_pin(uow, SetPin(username="owner", pin=PINS[2]))
    ask = {
        "command_id": new_id(),
        "permission": Permission.DISCOUNT_BILL,
        "amount": 1_200,
        "reason": "regular customer",
        "supervisor": "owner",
        "method": Method.PIN,
    }
    for pin in (PINS[3], PINS[2]):
        tries(authorise, door, session.actor, AskOverride.model_validate({**ask, "secret": pin}), session.session_id)
        tries(switch_user, door, session.session_id, SwitchUser(username="ravi", pin=pin))
    tries(log_in, door, LogIn(username="ravi", password=PASSWORDS[3]))
    tries(log_in, door, LogIn(username=PASSWORDS[3], password=PASSWORDS[2]))  # typed into the wrong field
    tries(log_in, door, LogIn(username="owner", password=OWNERS_PASSWORD))
    tries(load, AddUser, {"username": "x", "password": PASSWORDS[3], "pin": PINS[3] + "9", "role": "cashier"})
    tries(load, AddUser, {"username": "x", "password": [PASSWORDS[3]], "pin": 71593826, "role": PASSWORDS[3]})

    with door.database.read() as reader:
        events = reader.execute(select(AuditEvent.codec, AuditEvent.body, AuditEvent.username)).all()
    bodies = [decompress(event.codec, bytes(event.body)).decode() + event.username for event in events]
    files = [file.read_bytes().decode("latin-1") for file in tmp_path.rglob("*") if file.is_file()]
    printed = capfd.readouterr()
    places = {"events": bodies, "files": files, "said": said, "logs": [caplog.text, printed.out, printed.err]}
    assert len(events) > 15
    assert sum(map(len, files)) > 100_000
    for place, texts in places.items():
        found = [secret for secret in SECRETS for text in texts if secret.casefold() in text.casefold()]
        assert not found, place
    assert not [body for body in bodies if "$argon2" in body]
    assert [body for body in bodies if '"pin_hash":[null,"sha256:' in body]
    assert any("$argon2id$" in file for file in files)
