"""What the shop's papers look like: the templates of its receipts and its logo.

Here and not in ``settings`` because templates belong to printing, and because it needs a right and an event of its own.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Annotated, Any, Self

from pydantic import Field, PlainSerializer, PlainValidator, model_validator
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.frozen import Frozen, checked, load
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.printing.codes import Bitmap
from core.printing.templates import DELIVERED, FULL, ReceiptTemplate, TemplateName
from core.settings.queries import setting
from core.settings.service import set_setting
from core.storage.unit_of_work import UnitOfWork

#: A logo is at most as wide as the widest paper, and about 4 cm high.
WIDEST_LOGO, HIGHEST_LOGO = 576, 300
MOST_TEMPLATES = 20
#: Two settings, so that the log does not carry the logo again with every change of a template.
_TEMPLATES, _LOGO = "papers.receipts", "papers.logo"


def _packed(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise RuleBroken("papers.logo_damaged") from None


def _encoded(packed: bytes) -> str:
    return base64.b64encode(packed).decode()


class Logo(Frozen):
    """The shop's logo; ``packed`` is what zlib makes of its dots, base64 in JSON."""

    width: Annotated[int, Field(ge=1, le=WIDEST_LOGO)]
    height: Annotated[int, Field(ge=1, le=HIGHEST_LOGO)]
    packed: Annotated[bytes, PlainValidator(checked(_packed)), PlainSerializer(_encoded, return_type=str)]

    @model_validator(mode="after")
    def _dots_are_all_there(self) -> Self:
        checked(Logo._unpacked)(self)
        return self

    def _unpacked(self) -> bytes:
        size = (self.width + 7) // 8 * self.height
        unpacking = zlib.decompressobj()
        try:
            dots = unpacking.decompress(self.packed, size + 1)
        except zlib.error:
            raise RuleBroken("papers.logo_damaged") from None
        if len(dots) != size:
            raise RuleBroken("papers.logo_damaged")
        return dots

    @classmethod
    def of(cls, bitmap: Bitmap) -> Logo:
        """Return a bitmap as a logo, at most 576 dots wide and 300 high. Raises RuleBroken ``input.too_great``."""
        data = {"width": bitmap.width, "height": bitmap.height, "packed": _encoded(zlib.compress(bitmap.data, 9))}
        return load(cls, data)

    @property
    def bitmap(self) -> Bitmap:
        """Its dots."""
        return Bitmap(self.width, self.height, self._unpacked())


class Papers(Frozen):
    """The templates of the shop's own, the name of the one that receipts are printed by, and the logo."""

    receipts: Annotated[tuple[ReceiptTemplate, ...], Field(max_length=MOST_TEMPLATES)] = ()
    receipt: TemplateName = FULL.name
    logo: Logo | None = None

    @property
    def all_receipts(self) -> tuple[ReceiptTemplate, ...]:
        """Every template there is: those that come with the program, then the shop's own."""
        return (*DELIVERED, *self.receipts)

    @property
    def receipt_template(self) -> ReceiptTemplate:
        """The template that receipts are printed by."""
        return self.template(self.receipt)

    def template(self, name: str, where: str | None = None) -> ReceiptTemplate:
        """Return the template of that name, small and capital letters alike.

        Raises RuleBroken ``papers.no_such_template``.
        """
        for template in self.all_receipts:
            if template.name.casefold() == name.casefold():
                return template
        names = ", ".join(template.name for template in self.all_receipts)
        raise RuleBroken("papers.no_such_template", name=name, names=names, where=where)


class ChangePapers(Papers):
    """The command to have exactly these templates of the shop's own, this one for receipts, and this logo."""


def papers_of(session: Session) -> Papers:
    """Return what the shop's papers look like; the full receipt and no logo where nobody chose."""
    return load(Papers, {**setting(session, _TEMPLATES, {}), "logo": setting(session, _LOGO)})


def change_papers(uow: UnitOfWork, command: ChangePapers) -> Papers:
    """Make the shop's papers look like that and return them; where nothing differs nothing is written.

    They hold from the next paper on. Raises RuleBroken ``auth.not_allowed``, ``papers.delivered`` for a template that
    bears the name of one that comes with the program, ``papers.template_twice``, ``papers.no_such_template``.
    """
    require(uow, Permission.CHANGE_SETTINGS)
    put_papers(uow, command)
    if uow.capture:
        write_event(uow, "papers.changed", id_from_content("setting", _TEMPLATES))
    return papers_of(uow.session)


def put_papers(uow: UnitOfWork, command: ChangePapers) -> None:
    """Set what papers look like as part of a larger command. Raises RuleBroken what ``change_papers`` raises of it."""
    taken = {template.name.casefold() for template in DELIVERED}
    delivered = frozenset(taken)
    for place, template in enumerate(command.receipts):
        name, where = template.name.casefold(), f"receipts.{place}.name"
        if name in delivered:
            raise RuleBroken("papers.delivered", name=template.name, where=where)
        if name in taken:
            raise RuleBroken("papers.template_twice", name=template.name, where=where)
        taken.add(name)
    wanted = command.model_dump(mode="json")
    wanted["receipt"] = command.template(command.receipt, "receipt").name
    logo = wanted.pop("logo")
    before = papers_of(uow.session)
    if logo != (before.logo.model_dump(mode="json") if before.logo else None):
        set_setting(uow, _LOGO, logo)
    if wanted != before.model_dump(mode="json", exclude={"logo"}):
        set_setting(uow, _TEMPLATES, wanted)
    uow.session.flush()
