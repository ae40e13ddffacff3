"""The users screen without Qt: who may log in, what roles may do, and the forms that change both."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from sqlalchemy.orm import Session

from core.auth.dto import (
    AddUser,
    ChangePassword,
    DeactivateUser,
    EditUser,
    RightView,
    SetPassword,
    SetPin,
    SetRoleRight,
    UnlockUser,
    UserStanding,
)
from core.auth.queries import user_standings
from core.auth.roles import role_rights, set_role_right
from core.auth.service import add_user, deactivate_user, edit_user, set_password, set_pin, unlock_user
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.actor import Role
from core.kernel.errors import Problem, RuleBroken
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.users.forms import (
    YES,
    Purpose,
    UserForm,
    add_form,
    edit_form,
    own_password_form,
    password_form,
    pin_form,
    right_form,
)
from pos_desktop.screens.users.rows import ROLES, RightRow, UserRow, right_rows, user_row
from pos_desktop.shell.notices import Notice
from pos_desktop.shell.texts import role_words, tr
from pos_desktop.shell.tone import Tone


class Page(enum.Enum):
    """Which table is shown."""

    PEOPLE = "people"
    RIGHTS = "rights"


class ChangeOwnPassword(Protocol):
    """Changes the password of who is logged in, in the background: comparing takes a while by design."""

    def __call__(
        self, command: ChangePassword, done: Callable[[None], None], failed: Callable[[Exception], None]
    ) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class _Read(NamedTuple):
    users: Sequence[UserStanding]
    rights: Mapping[Role, Sequence[RightView]]


class UsersPresenter:
    """The people of the shop, and the roles. ``listen`` tells the view that something changed."""

    def __init__(
        self,
        lanes: Lanes,
        *,
        own_name: str,
        uptime: Callable[[], int],
        change_own_password: ChangeOwnPassword,
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Start with nothing read. ``own_name`` is who is logged in, ``uptime`` the machine's in milliseconds."""
        self._lanes = lanes
        self._own_name = own_name
        self._uptime = uptime
        self._change_own_password = change_own_password
        self._report_bug = report_bug
        self._listener: Callable[[], None] = lambda: None
        self._users: Sequence[UserStanding] = ()
        self._rights: Mapping[Role, Sequence[RightView]] = {}
        self.page = Page.PEOPLE
        self.chosen_name = ""
        self.right_at = 0
        self.role_at = 0
        self.form: UserForm | None = None
        self.notice = Notice()
        self.is_read = False

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    # --- what is shown -------------------------------------------------------------------------------------------

    def user_rows(self) -> list[UserRow]:
        """Return the people, those who may log in first."""
        return [user_row(user, self._own_name) for user in self._users]

    def right_rows(self) -> list[RightRow]:
        """Return the table of rights."""
        return right_rows(self._rights)

    @property
    def chosen(self) -> UserStanding | None:
        """The user whose row is chosen."""
        return next((user for user in self._users if user.username == self.chosen_name), None)

    @property
    def chosen_right(self) -> RightView | None:
        """The right in the chosen cell."""
        return self._rights[ROLES[self.role_at]][self.right_at] if self._rights else None

    def refresh(self) -> None:
        """Read people and roles again."""
        uptime = self._uptime()

        def read(session: Session) -> _Read:
            return _Read(user_standings(session, uptime), {role: role_rights(session, role) for role in Role})

        self._lanes.read(read, self._show, self._failed_to_read)

    def _show(self, read: _Read) -> None:
        self._users, self._rights = read
        self.is_read = True
        if self.chosen is None and self._users:
            self.chosen_name = self._users[0].username
        self._listener()

    def _failed_to_read(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self._say(explain(error), Tone.DANGER)
        else:
            self._report_bug(error)

    # --- moving --------------------------------------------------------------------------------------------------

    def choose(self, username: str) -> None:
        """Choose a user's row."""
        if username != self.chosen_name:
            self.chosen_name = username
            self.notice = Notice()
            self._listener()

    def choose_right(self, right: int, role: int) -> None:
        """Choose a cell of the table of rights."""
        if (right, role) != (self.right_at, self.role_at):
            self.right_at, self.role_at = right, max(0, min(role, len(ROLES) - 1))
            self.notice = Notice()
            self._listener()

    def show_rights(self) -> None:
        """F8: what roles may do, or the people again."""
        if self.form is None:
            self.page = Page.PEOPLE if self.page is Page.RIGHTS else Page.RIGHTS
            self.notice = Notice()
            self._listener()

    def escape(self) -> None:
        """Esc: close the form, else go back to the people; what was typed into the form is forgotten."""
        if self.form is not None:
            if not self.form.is_busy:
                self._open(None)
        elif self.page is Page.RIGHTS:
            self.show_rights()

    # --- forms ---------------------------------------------------------------------------------------------------

    def open_new(self) -> None:
        """F2: add somebody."""
        if self.form is None and self.page is Page.PEOPLE:
            self._open(add_form())

    def open_edit(self) -> None:
        """F3 or Enter: change the user, or the right, that is chosen."""
        if self.form is not None:
            return
        if self.page is Page.PEOPLE and self.chosen is not None:
            self._open(edit_form(self.chosen))
        elif self.page is Page.RIGHTS and self.chosen_right is not None:
            self._open(right_form(self.chosen_right))

    def open_password(self) -> None:
        """F4: a new password; for oneself the present one is asked for as well."""
        user = self._free_user()
        if user is not None:
            self._open(own_password_form(user) if user.username == self._own_name else password_form(user))

    def open_pin(self) -> None:
        """F5: a new PIN, or none."""
        user = self._free_user()
        if user is not None:
            self._open(pin_form(user))

    def submit(self, typed: Mapping[str, str]) -> None:
        """Enter in a form: run its command. What is wrong stands at its field, and nothing typed is lost."""
        form = self.form
        if form is None or form.is_busy:
            return
        form.begin_attempt()
        try:
            self._run(form, typed)
        except Problem as problem:
            self._place(form, problem)
        self._listener()

    def typed(self, name: str) -> None:
        """Something was typed into a field: what was wrong there is being mended."""
        form = self.form
        if form is not None and form.mend(name):
            self._listener()

    def _run(self, form: UserForm, typed: Mapping[str, str]) -> None:
        if form.purpose is Purpose.ADD:
            _refuse_different(typed, "password", "password_again", "auth.password_differs")
            data = {name: typed[name] for name in ("username", "full_name", "role", "password")}
            add = load(AddUser, {**data, "pin": typed["pin"] or None})
            self._write(lambda uow: add_user(uow, add), tr("{user} is added.", user=add.username), add.username)
        elif form.purpose is Purpose.EDIT:
            edit = load(EditUser, {"username": form.username, "full_name": typed["full_name"], "role": typed["role"]})
            self._write(lambda uow: edit_user(uow, edit), tr("{user} is changed.", user=edit.username))
        elif form.purpose is Purpose.PASSWORD:
            _refuse_different(typed, "password", "password_again", "auth.password_differs")
            new = load(SetPassword, {"username": form.username, "password": typed["password"]})
            said = tr("{user} has a new password, for one log-in.", user=new.username)
            self._write(lambda uow: set_password(uow, new), said)
        elif form.purpose is Purpose.OWN_PASSWORD:
            _refuse_different(typed, "new_password", "password_again", "auth.password_differs")
            own = load(ChangePassword, {name: typed[name] for name in ("password", "new_password")})
            done = self._done(form, tr("Your password is changed."), form.username)
            self._change_own_password(own, done, self._gone_wrong(form))
        elif form.purpose is Purpose.PIN:
            _refuse_different(typed, "pin", "pin_again", "auth.pin_differs")
            pin = load(SetPin, {"username": form.username, "pin": typed["pin"] or None})
            words = tr("{user} has a new PIN.") if pin.pin else tr("{user} has no PIN any more.")
            self._write(lambda uow: set_pin(uow, pin), words.format(user=pin.username))
        else:
            self._set_right(form, typed)

    def _set_right(self, form: UserForm, typed: Mapping[str, str]) -> None:
        assert form.right is not None
        is_granted = typed["granted"] == YES
        data: dict[str, Any] = {
            "user_role": form.right.user_role,
            "permission": form.right.permission,
            "granted": is_granted,
        }
        if is_granted:
            data["limit"] = typed.get("limit", "").strip() or None
            data["scope"] = typed.get("scope", form.right.scope)
        command = load(SetRoleRight, data)
        role = role_words(command.user_role)
        said = tr("{role}: {right} is changed.", role=role, right=command.permission.words)
        self._write(lambda uow: set_role_right(uow, command), said)

    # --- at once -------------------------------------------------------------------------------------------------

    def toggle_active(self) -> None:
        """F6: let a user in no more, or in again."""
        user = self._free_user()
        if user is None:
            return
        name = user.username
        if user.is_active:
            out = DeactivateUser(username=name)
            self._write(lambda uow: deactivate_user(uow, out), tr("{user} is let in no more.", user=name))
        else:
            back = EditUser(username=name, activate=True)
            self._write(lambda uow: edit_user(uow, back), tr("{user} is let in again.", user=name))

    def unlock(self) -> None:
        """F7: end a user's waiting after wrong passwords and PINs."""
        user = self._free_user()
        if user is not None:
            command = UnlockUser(username=user.username)
            self._write(lambda uow: unlock_user(uow, command), tr("{user} need not wait.", user=user.username))

    # --- inside --------------------------------------------------------------------------------------------------

    def _free_user(self) -> UserStanding | None:
        return self.chosen if self.form is None and self.page is Page.PEOPLE else None

    def _open(self, form: UserForm | None) -> None:
        self.form = form
        self.notice = Notice()
        self._listener()

    def _write(self, work: Callable[[UnitOfWork], object], said: str, choose: str = "") -> None:
        form = self.form
        self._lanes.write(work, self._done(form, said, choose), self._gone_wrong(form))

    def _done(self, form: UserForm | None, said: str, choose: str) -> Callable[[object], None]:
        def done(_: object) -> None:
            if self.form is form:
                self.form = None
            if choose:
                self.chosen_name = choose
            self._say(said)
            self.refresh()

        return done

    def _gone_wrong(self, form: UserForm | None) -> Callable[[Exception], None]:
        def gone_wrong(error: Exception) -> None:
            if form is not None:
                form.is_busy = False
            if not isinstance(error, Problem):
                self._listener()
                self._report_bug(error)
            elif form is not None and self.form is form:
                self._place(form, error)
                self._listener()
            else:
                self._say(explain(error), Tone.DANGER)

        return gone_wrong

    @staticmethod
    def _place(form: UserForm, problem: Problem) -> None:
        form.place(problem, _PLACES.get(problem.code, ""))

    def _say(self, text: str, tone: Tone = Tone.GOOD) -> None:
        self.notice = Notice(text, tone)
        self._listener()


#: Where a refusal stands that names no field: at the field it is about.
_PLACES = {
    "auth.name_taken": "username",
    "auth.role_above_own": "role",
    "auth.last_owner": "role",
    "auth.wrong_login": "password",
    "money.unreadable": "limit",
    "percent.unreadable": "limit",
}


def _refuse_different(typed: Mapping[str, str], first: str, again: str, code: str) -> None:
    """Refuse secrets that were not typed twice the same."""
    if typed[first] != typed[again]:
        raise RuleBroken(code, where=again)
