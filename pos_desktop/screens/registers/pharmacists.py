"""The page of the shop's registered pharmacists without Qt: who is on the list, who joins it and who leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from core.boundary.frozen import load
from core.dispensing.dto import AddPharmacist, EndPharmacist, PharmacistView
from core.dispensing.pharmacists import add_pharmacist, duty_here, end_pharmacist, pharmacists
from core.kernel.clock import Clock
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.registers.rows import PharmacistRow, pharmacist_row
from pos_desktop.shell.form import FormField
from pos_desktop.shell.texts import tr

# what the command allows at most
_NAME, _REGISTRATION, _USER = 100, 40, 40


class PharmacistsPresenter:
    """The list of pharmacists. ``may_change`` says whether who looks may write into it."""

    def __init__(
        self,
        lanes: Lanes,
        clock: Clock,
        *,
        may_change: bool,
        told: Callable[[], None],
        changed: Callable[[], None],
        report_bug: Callable[[Exception], None],
    ) -> None:
        """Start with nothing read; ``changed`` hears of what was written."""
        self._lanes = lanes
        self._clock = clock
        self._told = told
        self._changed = changed
        self.may_change = may_change
        self.desk = FormDesk(lanes, told, report_bug)
        self.rows: list[PharmacistRow] = []
        self.chosen_registration = ""

    @property
    def chosen_at(self) -> int:
        """The number of the chosen row, -1 for none."""
        numbers = [row.registration for row in self.rows]
        return numbers.index(self.chosen_registration) if self.chosen_registration in numbers else -1

    @property
    def chosen(self) -> PharmacistRow | None:
        """The pharmacist whose row is chosen."""
        return self.rows[self.chosen_at] if self.chosen_at >= 0 else None

    def refresh(self) -> None:
        """Read the list again."""
        now = self._clock.now()

        def read(session: Session) -> list[PharmacistRow]:
            duty = duty_here(session, now)
            return [pharmacist_row(view, duty) for view in pharmacists(session)]

        def show(rows: list[PharmacistRow]) -> None:
            self.rows = rows
            if self.chosen is None and rows:
                self.chosen_registration = rows[0].registration
            self._told()

        self._lanes.read(read, show, self.desk.failed)

    def choose(self, at: int) -> None:
        """Choose a row by its place."""
        if 0 <= at < len(self.rows) and self.rows[at].registration != self.chosen_registration:
            self.chosen_registration = self.rows[at].registration
            self.desk.say("")

    # --- forms ---------------------------------------------------------------------------------------------------

    def open_new(self) -> None:
        """F2: put somebody on the list."""
        if self.may_change and self.desk.form is None:
            about = tr("Who may be on duty and answer for scheduled drugs, as the State Council registered them.")
            offered = next((row for row in self.rows if not row.is_listed), None)
            if offered is not None:
                about += tr(
                    " {name} is offered only while nobody is on the list: F3 puts them on it.", name=offered.name
                )
            self._open_add(tr("New pharmacist"), about)

    def open_back(self) -> None:
        """F3: put the chosen one back on the list, or on it at last."""
        row = self.chosen
        if self.may_change and self.desk.form is None and row is not None and not (row.is_active and row.is_listed):
            about = tr("Who is on the list may be on duty at a counter (F8 there).")
            self._open_add(tr("{name} on the list", name=row.name), about, row)

    def open_end(self) -> None:
        """F4: take the chosen one off the list."""
        row = self.chosen
        if not self.may_change or self.desk.form is not None or row is None or not row.is_active or not row.is_listed:
            return
        form = SentForm(
            title=tr("{name} works here no more", name=row.name),
            about=tr("Nobody can put them on duty then; a duty under way goes on. What was supplied under them stays."),
            fields=(),
            submit=tr("Take off the list"),
        )

        def send(_: Mapping[str, str]) -> None:
            command = load(EndPharmacist, {"registration": row.registration})

            def done(view: PharmacistView) -> str:
                self._wrote(view)
                return tr("{name} is off the list.", name=view.name)

            self.desk.write(form, lambda uow: end_pharmacist(uow, command), done)

        form.send = send
        self.desk.open(form)

    # --- inside --------------------------------------------------------------------------------------------------

    def _open_add(self, title: str, about: str, known: PharmacistRow | None = None) -> None:
        form = SentForm(title=title, about=about, fields=_fields(known), submit=tr("Put on the list"))

        def send(typed: Mapping[str, str]) -> None:
            command = load(AddPharmacist, {name: text.strip() or None for name, text in typed.items()})

            def done(view: PharmacistView) -> str:
                self.chosen_registration = view.registration
                self._wrote(view)
                return tr("{name}, {registration}, is on the list.", name=view.name, registration=view.registration)

            self.desk.write(form, lambda uow: add_pharmacist(uow, command), done)

        form.send = send
        self.desk.open(form)

    def _wrote(self, _: PharmacistView) -> None:
        self._changed()
        self.refresh()


def _fields(known: PharmacistRow | None) -> Sequence[FormField]:
    return (
        FormField("name", tr("Name"), value=known.name if known else "", most=_NAME),
        FormField(
            "registration",
            tr("Registration"),
            value=known.registration if known else "",
            hint=tr("The number in the State Council's register."),
            most=_REGISTRATION,
        ),
        FormField(
            "username",
            tr("User name (optional)"),
            value=known.username if known else "",
            hint=tr("With it, who logs in here."),
            most=_USER,
        ),
    )
