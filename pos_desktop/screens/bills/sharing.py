"""Hands a bill on: as a PDF in a file, and as words in a WhatsApp chat or an e-mail. Knows no Qt.

A link carries words only; the PDF lies in a file beside, and the sentence on the screen says where.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlencode

from sqlalchemy.orm import Session

from core.app.papers import papers_of
from core.boundary.files import write_whole
from core.kernel.dates import show_date
from core.kernel.errors import RuleBroken
from core.kernel.phones import parse_phone
from core.sales.drafts import was_printed
from core.sales.dto import BillView
from core.settings.queries import shop_view
from pos_desktop.shell.texts import tr

_INDIA = "91"


def pdf_name(bill: BillView) -> str:
    """Return a file's name for a bill: its number, without what a file's name may not have."""
    return f"{bill.number.replace('/', '-')}.pdf"


def save_pdf(session: Session, bill: BillView, path: Path) -> None:
    """Write a bill as an A4 PDF with the shop's logo, a DUPLICATE where its paper came out before.

    Raises EnvironmentFault ``files.cannot_write``.
    """
    from core.printing.bill_pdf import bill_pdf  # lazy: ReportLab takes 0.1 s to load

    mark = papers_of(session).logo
    logo = mark.bitmap if mark else None
    paper = bill_pdf(bill, shop_view(session), duplicate=was_printed(session, bill.bill_id), logo=logo)
    with suppress(OSError):  # what is in the way, the file tells
        path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, paper, shared=True)


def whatsapp_link(bill: BillView, shop: str) -> str:
    """Return the link to a chat with the customer, else with the patient.

    Raises RuleBroken ``bills.no_phone``, ``parties.phone_form``.
    """
    phone = bill.customer_phone or (bill.dispensing.patient_phone if bill.dispensing else None)
    if not phone:
        raise RuleBroken("bills.no_phone", number=bill.number)
    digits = parse_phone(phone)
    whole = digits.removeprefix("+") if digits.startswith("+") else _INDIA + digits
    return f"https://wa.me/{whole}?text={quote(message(bill, shop), safe='')}"


def mail_link(bill: BillView, shop: str) -> str:
    """Return the link to a new e-mail; whom it is for is typed there."""
    subject = tr("Bill {number} of {shop}", number=bill.number, shop=shop)
    return f"mailto:?{urlencode({'subject': subject, 'body': message(bill, shop)}, quote_via=quote)}"


def message(bill: BillView, shop: str) -> str:
    """Return what a customer is told of a bill in a few words."""
    words = tr(
        "Bill {number} of {day} from {shop}: Rs {total}. Check code {code}.",
        number=bill.number,
        day=show_date(bill.date),
        shop=shop,
        total=bill.total.grouped(),
        code=bill.check_code,
    )
    if bill.cancelled is None:
        return words
    by = tr(" The bill in its place is {number}.", number=bill.corrected_by) if bill.corrected_by else ""
    return tr("CANCELLED. {words}{by}", words=words, by=by)
