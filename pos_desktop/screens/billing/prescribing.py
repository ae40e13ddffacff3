"""The prescription of the bill and the pharmacist under whom it is supplied.

Knows no Qt. What core refuses at saving is asked for here and saved again: nobody has to know beforehand what a line
needs. Esc leaves the bill as it is, with its cash typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from core.audit.clock import show_instant
from core.boundary.frozen import load
from core.boundary.lines import placed
from core.dispensing.dto import (
    MOST_IMAGE_BYTES,
    BeginDuty,
    DispensingInput,
    DutyView,
    PatientInput,
    PharmacistView,
    PrescriberInput,
    PrescriptionHit,
    SuppliesInput,
    image_kind,
)
from core.dispensing.pharmacists import begin_duty, pharmacists
from core.dispensing.queries import StandingLine, prescribed_lines, recent_prescriptions
from core.kernel.actor import Actor
from core.kernel.dates import parse_shown_date, show_date
from core.kernel.errors import EnvironmentFault, Problem, RuleBroken
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.billing.asking import Asking, BillForm, Purpose
from pos_desktop.screens.billing.draft import Draft
from pos_desktop.screens.billing.state import Desk, Part
from pos_desktop.shell.form import FormField
from pos_desktop.shell.texts import tr

_RECENT: Final = 8
_PLACE: Final = "dispensing."
_PHARMACIST: Final = "pharmacist"
_NEW, _CHANGE, _NONE = "new", "change", "none"
_YES, _NO = "yes", "no"
_IMAGE: Final = "image"


class Prescribing:
    """Asks for a prescription, for a pharmacist, and whether another drug may stand in place of the written one."""

    def __init__(
        self,
        lanes: Lanes,
        desk: Desk,
        asking: Asking,
        draft: Callable[[], Draft],
        actor: Callable[[], Actor],
    ) -> None:
        """``draft`` is the bill being typed: what is entered goes with it."""
        self._lanes = lanes
        self._desk = desk
        self._asking = asking
        self._draft = draft
        self._actor = actor

    # --- what the keys do ----------------------------------------------------------------------------------------

    def begin(self) -> None:
        """F7: take a recent prescription, enter one, change or take off the one that is on the bill."""
        draft, actor = self._draft(), self._actor()

        def show(recent: Sequence[PrescriptionHit]) -> None:
            if self._draft() is draft and self._asking.form is None:
                self._which(draft, recent)

        self._lanes.read(lambda session: recent_prescriptions(session, actor, limit=_RECENT), show, self._desk.fault)

    def duty(self, again: Callable[[], None] | None = None) -> None:
        """F8: put a pharmacist on duty at this counter; ``again`` is called once one is."""

        def show(people: Sequence[PharmacistView]) -> None:
            working = [one for one in people if one.is_active]
            if not working:
                self._desk.warn(RuleBroken("billing.no_pharmacists"))
                return
            self._asking.choose(
                Purpose.DUTY,
                tr("Pharmacist on duty"),
                RuleBroken("billing.who_is_on_duty"),
                tr("Pharmacist"),
                [(one.registration, f"{one.name}, {one.registration}") for one in working],
                lambda registration: self._begin_duty(registration, again),
                tr("Begin duty"),
            )

        self._lanes.read(pharmacists, show, self._desk.fault)

    # --- what saving had against the bill ------------------------------------------------------------------------

    def can_mend(self, error: Exception) -> bool:
        """Say whether what was refused is asked for here."""
        return isinstance(error, Problem) and (
            (error.where or "").startswith(_PLACE)
            or error.code in {"dispensing.needs_prescription", "dispensing.in_place_of"}
        )

    def mend(self, problem: Problem, again: Callable[[], None]) -> None:
        """Ask for what is missing, then have the bill saved again."""
        if _field_of(problem) == _PHARMACIST:
            self.duty(again)
        elif problem.code == "dispensing.in_place_of":
            self._ask_in_place(problem, again)
        else:
            self._enter(self._draft(), again, None if problem.code == "dispensing.needs_prescription" else problem)

    def _ask_in_place(self, problem: Problem, again: Callable[[], None]) -> None:
        draft = self._draft()
        line, of = int(str(problem.values["line"])), int(str(problem.values["of"]))

        def chosen(answer: str) -> None:
            if answer == _YES and draft.dispensing is not None:
                others = tuple(one for one in draft.dispensing.supplies if one.line != line)
                supplies = (*others, SuppliesInput(line=line, of=of, in_place=True))
                self._put(draft, draft.dispensing.model_copy(update={"supplies": supplies}))
                again()

        self._asking.choose(
            Purpose.WHICH,
            tr("Another drug than prescribed"),
            problem,
            tr("Supply it"),
            [(_NO, tr("No, back to the bill")), (_YES, tr("Yes, the prescriber has agreed"))],
            chosen,
            tr("Go on"),
        )

    # --- duty ----------------------------------------------------------------------------------------------------

    def _begin_duty(self, registration: str, again: Callable[[], None] | None) -> None:
        command = BeginDuty(registration=registration)

        def done(duty: DutyView) -> None:
            until = show_instant(duty.until)
            self._desk.tell(RuleBroken("billing.on_duty", name=duty.pharmacist.name, until=until))
            if again is not None:
                again()

        self._lanes.write(lambda uow: begin_duty(uow, command), done, self._desk.fault)

    # --- prescription --------------------------------------------------------------------------------------------

    def _which(self, draft: Draft, recent: Sequence[PrescriptionHit]) -> None:
        by_id = {str(hit.prescription_id): hit for hit in recent}
        choices = [(_NEW, tr("A new prescription")), *((key, _named(hit)) for key, hit in by_id.items())]
        if draft.dispensing is not None:
            choices = [
                (_CHANGE, tr("The one on this bill: change it")),
                (_NONE, tr("None: take it off the bill")),
                *choices,
            ]
        if len(choices) == 1:
            self._enter(draft)
            return

        def chosen(value: str) -> None:
            if value == _NONE:
                self._put(draft, None)
                self._desk.say("billing.prescription_gone")
            elif value == _NEW:
                self._enter(draft, is_new=True)
            elif value == _CHANGE:
                self._enter(draft)
            else:
                hit = by_id[value]
                self._take(
                    draft, DispensingInput(prescription=hit.prescription_id), hit.patient_name, hit.prescriber_name
                )

        self._asking.choose(
            Purpose.WHICH,
            tr("Prescription"),
            RuleBroken("billing.which_prescription"),
            tr("Prescription"),
            choices,
            chosen,
            tr("Take it"),
        )

    def _enter(
        self,
        draft: Draft,
        again: Callable[[], None] | None = None,
        problem: Problem | None = None,
        *,
        is_new: bool = False,
    ) -> None:
        """Open the form of the prescription on the bill, or of a new one, which takes its place once it is entered."""
        before = None if is_new else draft.dispensing
        is_known = before is not None and before.prescription is not None
        form = BillForm(
            title=tr("Prescription"),
            about=tr("Who is it for, who wrote it, and when? Schedules H1 and X ask for both addresses as well."),
            fields=_fields(draft, before, is_known=is_known),
            submit=tr("Put on the bill"),
            purpose=Purpose.PRESCRIPTION,
            columns=2,
        )

        def send(typed: Mapping[str, str]) -> None:
            path = typed[_IMAGE].strip()
            given = _read(typed, before)

            def take(image: bytes | None) -> None:
                if self._asking.form is not form:
                    return
                self._asking.open(None)
                patient = given.patient.name if given.patient else None
                prescriber = given.prescriber.name if given.prescriber else None
                self._take(draft, given.model_copy(update={"image": image}), patient, prescriber)
                if again is not None:
                    again()

            def failed(error: Exception) -> None:
                if isinstance(error, Problem) and self._asking.form is form:
                    form.place(error, _IMAGE)
                    self._desk.show(Part.FORM)
                else:
                    self._desk.fault(error)

            if path:
                self._lanes.read(lambda _: _picture(Path(path)), take, failed)
            else:
                take(before.image if before else None)

        form.send = send
        if problem is not None:
            form.place(problem.moved_to(_field_of(problem)))
        self._asking.open(form)

    def _take(self, draft: Draft, given: DispensingInput, patient: str | None, prescriber: str | None) -> None:
        self._put(draft, given)
        if patient and prescriber:
            self._desk.tell(RuleBroken("billing.prescription_taken", patient=patient, prescriber=prescriber))

    def _put(self, draft: Draft, given: DispensingInput | None) -> None:
        draft.dispensing = given
        self._desk.show(Part.CUSTOMER)
        self.read_course(draft)

    def read_course(self, draft: Draft) -> None:
        """Read how the items of a known prescription are taken: what does not last so long is marked."""
        known = draft.dispensing.prescription if draft.dispensing is not None else None
        draft.course = {}
        if known is None:
            return

        def take(lines: Sequence[StandingLine]) -> None:
            draft.course = {line.item_id: line for line in lines if line.item_id is not None}
            if self._draft() is draft:
                self._desk.show(Part.LINES)

        self._lanes.read(lambda session: prescribed_lines(session, known), take, self._desk.fault)


def _field_of(problem: Problem) -> str:
    """Return the field of the form that a refused bill names."""
    return (problem.where or "").removeprefix(_PLACE)


def _named(hit: PrescriptionHit) -> str:
    drugs = ", ".join(hit.drugs[:2]) + (" …" if len(hit.drugs) > 2 else "")
    return "  ".join(filter(None, (show_date(hit.written_on), hit.patient_name, hit.prescriber_name, drugs)))


def _fields(draft: Draft, entered: DispensingInput | None, *, is_known: bool) -> list[FormField]:
    """Return the fields: of a prescription that is known already only what may be missing in it."""
    before = entered or DispensingInput()
    patient = before.patient or PatientInput(
        phone=draft.customer_phone or None, address=draft.customer_address or None, name=draft.customer_name or None
    )
    prescriber = before.prescriber or PrescriberInput()
    image = FormField(
        _IMAGE,
        tr("File with a picture of it"),
        hint=tr("Schedule X only: JPEG, PNG or PDF.") if before.image is None else tr("A picture is kept already."),
        span=2,
    )
    patient_address = FormField(
        "patient.address", tr("Patient's address"), value=patient.address or "", most=300, span=2
    )
    phone = FormField("patient.phone", tr("Patient's phone"), value=patient.phone or "", most=20)
    registration = FormField(
        "prescriber.registration", tr("Registration"), value=prescriber.registration or "", most=60
    )
    prescriber_address = FormField(
        "prescriber.address", tr("Prescriber's address"), value=prescriber.address or "", most=300, span=2
    )
    if is_known:
        return [patient_address, phone, registration, prescriber_address, image]
    written = before.written_on
    return [
        FormField("patient.name", tr("Patient"), value=patient.name or "", most=100, span=2),
        phone,
        FormField(
            "written_on",
            tr("Written on"),
            value="" if written is None else show_date(written),
            hint=tr("DD-MM-YYYY"),
            most=10,
        ),
        patient_address,
        FormField("prescriber.name", tr("Prescriber"), value=prescriber.name or "", most=100, span=2),
        registration,
        FormField(
            "repeats",
            tr("May be repeated"),
            value="" if before.repeats is None else str(before.repeats),
            hint=tr("How many times more."),
            most=2,
        ),
        prescriber_address,
        image,
    ]


def _read(typed: Mapping[str, str], before: DispensingInput | None) -> DispensingInput:
    """Return the prescription as typed, without its picture. Raises RuleBroken, placed at the field."""
    is_known = before is not None and before.prescription is not None
    said = {name: text.strip() for name, text in typed.items() if text.strip() and name != _IMAGE}
    if not is_known and "patient.name" not in said:
        raise RuleBroken("dispensing.patient_missing", where="patient.name")
    if not is_known and "written_on" not in said:
        raise RuleBroken("dispensing.date_missing", where="written_on")
    if not is_known and "prescriber.name" not in said:
        raise RuleBroken("dispensing.prescriber_missing", where="prescriber.name")
    data: dict[str, Any] = {}
    for name, text in said.items():
        *path, last = name.split(".")
        place = data
        for part in path:
            place = place.setdefault(part, {})
        place[last] = text
    if "written_on" in data:
        with placed("written_on"):
            data["written_on"] = parse_shown_date(data["written_on"]).isoformat()
    if "repeats" in data:
        if not data["repeats"].isdecimal():
            raise RuleBroken("input.not_whole", where="repeats", field="repeats")
        data["repeats"] = int(data["repeats"])
    if before is not None and is_known:
        data["prescription"] = str(before.prescription)
    return load(DispensingInput, data)


def _picture(path: Path) -> bytes:
    """Return a file that shows a prescription. Raises EnvironmentFault ``billing.no_image_file``; RuleBroken
    ``dispensing.image_kind``, ``dispensing.image_too_big``."""
    try:
        with path.expanduser().open("rb") as file:
            content = file.read(MOST_IMAGE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise EnvironmentFault("billing.no_image_file", where=_IMAGE, path=str(path)) from error
    image_kind(content)
    return content
