"""Bills from a terminal: posted, shown, printed, cancelled, numbered."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from core.app.shop import open_shop
from core.kernel.clock import SystemClock, business_date
from core.kernel.dates import FinancialYear
from core.printing.codes import qr_code
from tests.cli.conftest import ITEMS, Terminal, bill
from tests.support.escp_reader import read_escp
from tests.support.escpos_reader import read_escpos

HOSPITAL_BENGALURU = "29AAHCS9012L1ZW"
LINE_KEYS = [
    "item",
    "batch",
    "expiry",
    "units",
    "mrp",
    "gross",
    "discount",
    "taxable",
    "gst_percent",
    "cgst",
    "sgst",
    "igst",
    "amount",
]
BILL_KEYS = ["number", "date", "total", "round_off", "change", "tax_type", "check_code", "lines"]


@pytest.fixture
def year() -> str:
    """The financial year as numbers show it; the command line lives today."""
    return str(FinancialYear.of(business_date(SystemClock().now())))


def test_a_bill_is_posted_and_answers_with_the_documented_keys(terminal: Terminal, year: str) -> None:
    posted = terminal.json("bill", "post", terminal.bill(("PCM500", "2:5"), paid="200.00"))

    assert list(posted) == BILL_KEYS
    assert list(posted["lines"][0]) == LINE_KEYS
    assert (posted["number"], posted["total"], posted["change"]) == (f"C1/{year}/000001", "64.00", "136.00")
    line = posted["lines"][0]
    assert (line["units"], line["taxable"], line["cgst"], line["amount"]) == (25, "61.06", "1.53", "64.12")
    assert terminal.json("bill", "show", posted["number"].lower()) == posted
    assert "total 64.00  change 136.00" in terminal.run("bill", "show", posted["number"])[1]
    report = terminal.json("verify")
    assert (report["holds"], report["events"], report["findings"]) == (True, 3, [])


def test_the_same_file_posts_one_bill(terminal: Terminal) -> None:
    file = terminal.bill(("PCM500", "1"))
    assert terminal.json("bill", "post", file) == terminal.json("bill", "post", file)
    changed = json.loads(file.read_text("utf-8")) | {"bill_discount": "1.00"}
    assert terminal.refused("bill", "post", terminal.file("changed.json", changed))["code"] == "sales.command_reused"


def test_a_list_posts_what_it_can_and_names_what_it_cannot(terminal: Terminal, year: str) -> None:
    bills = [bill(("PCM500", "1")), bill(("NOTHING", "1")), bill(("PCM650", "1")), {"lines": []}]
    code, out, err = terminal.run("bill", "post", terminal.file("bills.json", bills), "--json")

    assert (code, err) == (1, "")
    first, unknown, third, empty = json.loads(out)
    assert (first["number"], third["number"]) == (f"C1/{year}/000001", f"C1/{year}/000002")
    assert (unknown["code"], unknown["where"]) == ("sales.no_such_item", "lines.0.item")
    assert empty["code"] == "input.missing"
    more = terminal.file("more.json", [bill(("PCM500", "1")), bill(("PCM500", "x"))])
    code, out, _ = terminal.run("bill", "post", more)
    assert code == 1
    assert out.splitlines()[1].startswith("Bill 2 refused: ")
    assert terminal.json("verify")["holds"] is True


def test_a_wrong_type_is_said_in_our_words(terminal: Terminal) -> None:
    good = bill(("PCM500", "1"))
    for change, code in (
        ({"lines": {"item": "PCM500"}}, "input.not_list"),
        ({"lines": "PCM500"}, "input.not_list"),
        ({"lines": ["PCM500"]}, "input.not_object"),
        ({"lines": [{"item": 5, "quantity": "1"}]}, "input.not_text"),
        ({"lines": [{"item": "PCM500"}]}, "input.missing"),
        ({"command_id": "first"}, "input.not_uuid"),
        ({"command_id": 12}, "input.not_uuid"),
        ({"customer": {"sez": "perhaps"}}, "input.not_yes_or_no"),
        ({"customer": []}, "input.not_object"),
        ({"payments": [{"mode": "shells", "amount": "1.00"}]}, "input.not_one_of"),
        ({"price_basis": "ptr"}, "input.not_one_of"),
        ({"date": 20261120}, "input.not_text"),
    ):
        error = terminal.refused("bill", "post", terminal.file("bill.json", good | change))
        assert error["code"] == code, change
        for word in ("valid", "input should", "tuple", "array", "pydantic", "enum", "instance", "boolean", "string"):
            assert word not in error["message"].casefold(), error
    error = terminal.refused(
        "bill", "post", terminal.bill(("PCM500", "1"), payments=[{"mode": "shells", "amount": "1"}])
    )
    assert error["message"].count("cash") == 1


def test_a_number_is_found_in_any_case_and_without_its_zeros(terminal: Terminal, year: str) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"]
    for typed in (f"c1/{year}/000001", f"c1/{year}/1", f"C1/{year}/01"):
        assert terminal.json("bill", "show", typed)["number"] == number
    for other in (f"c1/{year}/2", "c1/20-21/1", "c2/1", f"c1/{year}/x"):
        assert terminal.refused("bill", "show", other)["code"] == "sales.no_such_bill"
    assert terminal.json("bill", "cancel", f"c1/{year}/1", "--reason", "wrong patient")["number"] == number


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        ("{", "input.not_json", None),
        ("[" * 100_000, "input.not_json", None),
        ("[" + "9" * 5_000 + "]", "input.not_json", None),
        ("12", "input.no_object", None),
        ('{"command_id": "\\ud800"}', "input.not_read", None),
        (bill(("PCM500", "1"), paid="1.00"), "sales.not_paid", "payments"),
        (bill(("PCM500", "1"), color="red"), "input.unknown_field", "color"),
        (bill(("PCM500", "1"), customer={"gstin": "29AAHCS9012L1ZX"}), "gst.gstin_check", "customer.gstin"),
        (
            bill(("PCM500", "1"), customer={"gstin": HOSPITAL_BENGALURU, "name": "St. John Hospital"}),
            "sales.registered_name_and_address_needed",
            "customer.address",
        ),
        (bill({"item": "PCM500", "quantity": "1", "rate": "10.00"}), "sales.rate_on_mrp_bill", "lines.0"),
    ],
)
def test_what_cannot_be_posted_is_named_with_its_place(
    terminal: Terminal, content: object, code: str, where: str | None
) -> None:
    error = terminal.refused("bill", "post", terminal.file("bill.json", content))

    assert (error["code"], error["where"]) == (code, where)


def test_a_bill_comes_from_standard_input_too(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(bill(("PCM500", "1")))))
    assert terminal.json("bill", "post", "-")["total"] == "26.00"
    assert terminal.refused("bill", "post", terminal.folder / "none.json")["code"] == "input.no_file"


def test_a_registered_buyer_at_rates_without_gst(terminal: Terminal) -> None:
    line = {"item": "PCM500", "quantity": "5", "rate": "18.00", "free": "1"}
    hospital = {"name": "St. John Hospital", "address": "Bengaluru 560034", "gstin": HOSPITAL_BENGALURU}
    posted = terminal.json("bill", "post", terminal.bill(line, customer=hospital, price_basis="exclusive"))

    assert (posted["tax_type"], posted["customer_gstin"]) == ("inter", HOSPITAL_BENGALURU)
    sold = posted["lines"][0]
    assert (sold["rate"], sold["free"], sold["units"]) == ("18.0000", 10, 50)
    assert (sold["taxable"], sold["igst"], sold["amount"]) == ("90.00", "4.50", "94.50")
    assert "5:0 + 1:0 free" in terminal.run("bill", "show", posted["number"])[1]


def test_a_memo_written_by_hand(terminal: Terminal, year: str) -> None:
    posted = terminal.json("bill", "post", terminal.bill(("PCM500", "1"), manual={"number": "B2/117"}))

    assert (posted["number"], posted["memo"]) == (f"C1M/{year}/000001", "B2/117")


def test_the_bill_in_the_readme_is_posted(terminal: Terminal) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    blocks = [block.partition("```")[0] for block in readme.split("```json\n")[1:]]
    bills = [json.loads(block) for block in blocks if '"payments"' in block]

    assert len(bills) == 2
    for number, example in enumerate(bills):
        posted = terminal.json("bill", "post", terminal.file(f"readme{number}.json", example))
        assert posted.get("customer_gstin") == example.get("customer", {}).get("gstin")


def test_the_order_and_the_debit_note_in_the_readme_are_written(terminal: Terminal) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    blocks = [json.loads(block.partition("```")[0]) for block in readme.split("```json\n")[1:]]
    order = next(block for block in blocks if "expected_on" in block)
    note = next(block for block in blocks if "returns" in block)
    terminal.json("suppliers", "add", "Kerala Pharma")

    placed = terminal.json("order", "place", terminal.file("order.json", order | {"expected_on": None}))
    assert len(placed["lines"]) == 1
    issued = terminal.json("debit-notes", "issue", terminal.file("note.json", note))
    assert (issued["number"][:4], len(issued["lines"])) == ("C1D/", 1)


def test_a_bill_is_printed_into_files(terminal: Terminal) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"]
    pdf, receipt, text = (terminal.folder / f"bill{ending}" for ending in (".pdf", ".bin", ".txt"))
    for turn, file in enumerate((pdf, receipt, text, text, receipt, pdf)):
        answer = {"number": number, "file": str(file), "duplicate": turn > 0}
        assert terminal.json("bill", "print", number, "--to", file) == answer

    papers = [
        " ".join(PdfReader(pdf).pages[0].extract_text().split()),
        "\n".join(line.text for line in read_escpos(receipt.read_bytes()).lines),
        text.read_text("utf-8"),
    ]
    for paper in papers:
        assert number in paper
        assert "DUPLICATE" in paper
    assert terminal.refused("bill", "print", number, "--to", "bill.doc")["code"] == "printer.no_such_paper"
    assert terminal.refused("bill", "print", "C7/1", "--to", pdf)["code"] == "sales.no_such_bill"


@pytest.mark.parametrize(
    ("layout", "size"), [("a4", (595, 842)), ("a5", (420, 595)), ("a5-landscape", (595, 420)), (None, (595, 842))]
)
def test_a_bill_is_laid_out_for_a_sheet(terminal: Terminal, layout: str | None, size: tuple[int, int]) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"]
    pdf = terminal.folder / "bill.pdf"
    terminal.json("bill", "print", number, "--to", pdf, *(["--layout", layout] if layout else []), "--copies", "2")

    pages = PdfReader(pdf).pages
    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages] == [size] * 2
    texts = [page.extract_text() for page in pages]
    for text, copy in zip(texts, ("ORIGINAL FOR RECIPIENT", "DUPLICATE FOR SUPPLIER"), strict=True):
        assert copy in text
        assert number in text


@pytest.mark.parametrize(("layout", "lines"), [("half-page", 33), ("whole-page", 66)])
@pytest.mark.parametrize("cpi", [10, 12, 15])
def test_a_bill_is_laid_out_for_a_dot_matrix_printer(terminal: Terminal, layout: str, lines: int, cpi: int) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"]
    text, job = terminal.folder / "bill.txt", terminal.folder / "bill.bin"
    for file in (text, job):
        terminal.json("bill", "print", number, "--to", file, "--layout", layout, "--cpi", str(cpi), "--copies", "3")

    paper = read_escp(job.read_bytes())
    assert (paper.cpi, paper.page_lines, len(paper.pages)) == (cpi, lines, 3)
    read = text.read_text("utf-8").splitlines()
    assert len(read) == 3 * lines
    assert max(map(len, read)) == 8 * cpi
    for page in paper.pages:
        assert f"Bill No.: {number}" in " ".join(line.text for line in page)


def test_a_layout_and_a_file_that_do_not_fit_are_refused(terminal: Terminal) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"]

    def refused(file: str, *options: str) -> dict[str, Any]:
        return terminal.refused("bill", "print", number, "--to", str(terminal.folder / file), *options)

    wrong = refused("bill.txt", "--layout", "a5")
    assert wrong["code"] == "printer.layout_not_in_file"
    assert "the layout a5 goes into a file that ends in .pdf" in wrong["message"]
    assert "in .bin or .txt" in refused("bill.pdf", "--layout", "half-page")["message"]
    assert refused("bill.txt", "--copies", "2")["code"] == "printer.copies_of_a_receipt"
    assert refused("bill.bin", "--layout", "half-page", "--upi-code")["code"] == "printer.code_on_no_page"
    assert refused("bill.pdf", "--upi-code")["code"] == "printer.no_upi_id"
    terminal.json("settings", "set", "payments.upi_id", "shop@okbank")
    assert refused("bill.pdf", "--upi-code")["code"] == "printer.nothing_to_pay"
    assert not list(terminal.folder.glob("bill.*"))


def test_what_waits_to_be_paid_is_asked_for_by_a_code(terminal: Terminal) -> None:
    terminal.json("settings", "set", "payments.upi_id", "shop@okbank")
    posted = terminal.bill(("PCM500", "1"), payments=[{"mode": "upi", "amount": "26.00"}])
    number = terminal.json("bill", "post", posted)["number"]
    pdf = terminal.folder / "bill.pdf"
    terminal.json("bill", "print", number, "--to", pdf, "--layout", "a5", "--upi-code")

    page = pypdfium2.PdfDocument(pdf.read_bytes())[0]
    [code] = zxingcpp.read_barcodes(page.render(scale=4).to_pil())
    assert code.text.startswith("upi://pay?pa=shop@okbank&pn=Test%20Medicals&am=26.00&cu=INR&tr=NK")
    assert "Scan to pay ₹26.00 by UPI" in page.get_textpage().get_text_bounded()


def test_the_shops_logo_stands_on_every_sheet(terminal: Terminal) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"]
    drawn = qr_code("the shop's logo").scaled(4)
    white = Image.new("1", (drawn.width, drawn.height), 1)
    white.putdata([0 if dot else 1 for row in drawn.rows() for dot in row])
    white.save(terminal.folder / "logo.png")
    terminal.json("papers", "logo", terminal.folder / "logo.png")
    pdf = terminal.folder / "bill.pdf"

    for layout in ("a4", "a5", "a5-landscape"):
        terminal.json("bill", "print", number, "--to", pdf, "--layout", layout)
        page = pypdfium2.PdfDocument(pdf.read_bytes())[0]
        assert [code.text for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())] == ["the shop's logo"]


def test_the_first_paper_is_the_original(terminal: Terminal) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"]
    nowhere = terminal.folder / "no folder" / "bill.txt"
    assert terminal.refused("bill", "print", number, "--to", nowhere)["code"] == "files.cannot_write"

    papers = []
    for turn in range(3):
        paper = terminal.folder / f"{turn}.txt"
        assert terminal.run("bill", "print", number, "--to", paper)[0] == 0
        papers.append(paper.read_text("utf-8"))

    assert ["DUPLICATE" in paper for paper in papers] == [False, True, True]
    assert terminal.json("verify")["holds"] is True


def test_a_cancelled_bill_stays_with_its_reason(terminal: Terminal, year: str) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "2")))["number"]
    assert terminal.refused("bill", "cancel", number, "--reason", "x")["code"] == "input.too_short"

    cancelled = terminal.json("bill", "cancel", number, "--reason", "wrong patient")

    assert cancelled["cancelled"]["reason"] == "wrong patient"
    assert cancelled["cancelled"]["username"] == "console"
    assert "CANCELLED: wrong patient" in terminal.run("bill", "show", number)[1]
    assert terminal.refused("bill", "cancel", number, "--reason", "again")["code"] == "sales.cancelled_already"
    paper = terminal.folder / "bill.txt"
    terminal.json("bill", "print", number, "--to", paper)
    assert "CANCELLED" in paper.read_text("utf-8")
    assert terminal.json("items", "search", "PCM500")[0]["stock"] == "20:0"
    assert terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"] == f"C1/{year}/000002"
    assert terminal.json("verify")["holds"] is True


def test_a_shop_that_moves_over_goes_on_with_its_numbers(terminal: Terminal, year: str) -> None:
    shown = terminal.json("series", "show")
    assert [(row["kind"], row["prefix"], row["next_number"]) for row in shown] == [
        ("bill", "C1", f"C1/{year}/000001"),
        ("manual_memo", "C1M", f"C1M/{year}/000001"),
        ("h1_entry", "C1H", f"C1H/{year}/000001"),
        ("supply", "C1S", f"C1S/{year}/000001"),
        ("quotation", "C1Q", f"C1Q/{year}/000001"),
        ("order", "C1O", f"C1O/{year}/000001"),
        ("receipt", "C1G", f"C1G/{year}/000001"),
        ("debit_note", "C1D", f"C1D/{year}/000001"),
    ]
    answer = terminal.json("series", "set", "PH", "--first", "341", "--width", "5")
    assert answer == {"kind": "bill", "prefix": "PH", "next_number": f"PH/{year}/00341"}
    assert terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"] == f"PH/{year}/00341"
    assert f"PH        next PH/{year}/00342" in terminal.run("series", "show")[1]
    assert terminal.refused("series", "set", "PH", "--first", "350")["code"] == "numbering.begun"
    assert terminal.refused("series", "set", "ph")["code"] == "numbering.prefix_form"
    assert terminal.refused("series", "set", "PH", "--kind", "manual_memo")["code"] == "numbering.prefix_taken"
    assert terminal.run("series", "set", "PH", "--kind", "poem")[0] == 2


def test_verify_names_the_first_altered_row_and_is_exit_1(terminal: Terminal) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"]
    shop = open_shop(terminal.data)
    with shop.database.writer.begin() as connection:
        guard = connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE name = 'guard_bill_update'"
        ).scalar_one()
        connection.exec_driver_sql("DROP TRIGGER guard_bill_update")
        connection.exec_driver_sql("UPDATE bill SET total_paise = total_paise + 1")
        connection.exec_driver_sql(guard)
    shop.close()

    code, out, err = terminal.run("verify")
    assert code == 1
    assert out.startswith("The books do NOT hold")
    assert f"The row {number} of bill was altered" in err
    assert "(1 more finding with --json)" in err
    code, out, _ = terminal.run("verify", "--json")
    report = json.loads(out)
    assert (code, report["holds"]) == (1, False)
    assert {finding["code"] for finding in report["findings"]} >= {"verify.row_altered", "verify.bill_differs"}
    assert any(number in finding["key"] for finding in report["findings"])


def test_bills_are_found_by_what_is_typed_and_by_options(terminal: Terminal, year: str) -> None:
    asha = {"name": "Asha Menon", "phone": "9847012345"}
    terminal.json("bill", "post", terminal.bill(("PCM500", "2:5"), customer=asha))
    terminal.json("bill", "post", terminal.bill(("PCM650", "1")))
    terminal.json("bill", "cancel", f"C1/{year}/2", "--reason", "wrong item")

    found = terminal.json("bills", "find", "asha")
    assert found["after"] is None
    ((hit),) = found["bills"]
    assert list(hit) == ["number", "date", "time", "customer", "phone", "patient", "total", "paid_by", "cancelled"]
    assert (hit["number"], hit["customer"], hit["phone"]) == (f"C1/{year}/000001", "Asha Menon", "9847012345")
    assert (hit["total"], hit["paid_by"], hit["cancelled"]) == ("64.00", ["cash"], False)

    def numbers(*asked: str) -> list[int]:
        return [int(one["number"][-6:]) for one in terminal.json("bill", "find", *asked)["bills"]]

    assert numbers() == [2, 1]
    assert numbers("64.00") == numbers("--amount", "64.00") == numbers("--phone", "98470") == [1]
    assert numbers("--item", "PCM650") == numbers("paracetamol 650") == numbers("--cancelled") == [2]
    assert numbers("--not-cancelled") == numbers("asha", "--item", "PCM500") == [1]
    assert numbers("--limit", "1") == [2]
    assert numbers("--after", f"C1/{year}/2") == [1]
    text = terminal.run("bill", "find", "--limit", "1")[1]
    assert f"C1/{year}/000002" in text
    assert "CANCELLED" in text
    assert f"More follow: --after C1/{year}/000002" in text
    assert terminal.run("bill", "find", "nobody")[1] == "No bill fits.\n"
    assert terminal.refused("bill", "find", "32-13-2026")["code"] == "date.no_day"
    assert terminal.refused("bill", "find", "--amount", "much")["where"] == "amount"


def test_a_bill_is_not_cancelled_for_a_draft_that_could_not_be_written(terminal: Terminal) -> None:
    posted = terminal.json("bill", "post", terminal.bill(("PCM500", "1"), paid="200.00"))
    for nowhere in (terminal.folder / "nodir" / "x.json", terminal.folder):
        refused = terminal.refused("bill", "correct", posted["number"], "--reason", "wrong one", "--to", nowhere)
        assert refused["code"] == "files.cannot_write"
    assert "cancelled" not in terminal.json("bill", "show", posted["number"])
    assert not any(file.name.startswith(".") and "x.json" in file.name for file in terminal.folder.iterdir())


def test_a_wrong_bill_is_corrected_through_a_file(terminal: Terminal, year: str) -> None:
    wrong = terminal.json("bill", "post", terminal.bill(("PCM500", "2:5"), paid="200.00"))
    file = terminal.folder / "right.json"
    code, out, err = terminal.run("bill", "correct", wrong["number"], "--reason", "one strip too many", "--to", file)
    assert (code, err) == (0, "")
    assert out == (
        f"Bill {wrong['number']} is cancelled. Change {file}, then post it in its place: nuskha bill post {file}\n"
    )
    draft = json.loads(file.read_text("utf-8"))
    assert list(draft) == ["command_id", "lines", "payments", "corrects"]
    assert draft["lines"] == [{"item": "PCM500", "quantity": "2:5", "batch": "A1"}]
    draft["lines"][0]["quantity"] = "1:5"
    right = terminal.json("bill", "post", terminal.file("right.json", draft))
    assert (right["corrects"], right["total"], right["change"]) == (wrong["number"], "38.00", "162.00")
    shown = terminal.json("bill", "show", wrong["number"])
    assert shown["corrected_by"] == right["number"]
    assert shown["cancelled"]["reason"] == "one strip too many"
    assert f"corrected by {right['number']}" in terminal.run("bill", "find")[1]
    assert f"corrects {wrong['number']}" in terminal.run("bill", "show", right["number"])[1]
    again = terminal.refused("bill", "correct", wrong["number"], "--reason", "once more")
    assert again["code"] == "sales.corrected_already"
    # without a file the new bill is printed, ready to be posted
    printed = terminal.json("bill", "correct", right["number"], "--reason", "wrong person")
    third = terminal.json("bill", "post", terminal.file("third.json", printed))
    assert third["corrects"] == right["number"]
    for number, said in ((wrong["number"], "Corrected by"), (third["number"], "Corrects")):
        paper = terminal.folder / "paper.pdf"
        terminal.json("bill", "print", number, "--to", paper)
        assert said in PdfReader(paper).pages[0].extract_text()
    assert terminal.json("verify")["holds"]


def test_lines_below_cost_are_said_once_the_bill_is_posted(terminal: Terminal) -> None:
    below = {"item": "PCM500", "quantity": "1", "discount_percent": "60"}
    lines: list[tuple[str, str] | dict[str, str]] = [("PCM650", "1"), below]
    posted = terminal.json("bill", "post", terminal.bill(*lines))
    assert [(said["code"], said["where"]) for said in posted["warnings"]] == [("sales.loss", "lines.1")]
    assert "Paracetamol 500mg Tablets" in posted["warnings"][0]["message"]
    assert "warnings" not in terminal.json("bill", "post", terminal.bill(("PCM650", "1")))

    one = terminal.run("bill", "post", terminal.bill(*lines))[1]
    many = terminal.run("bill", "post", terminal.file("bills.json", [bill(("PCM650", "1")), bill(*lines)]))[1]
    for said in (one, many):
        assert said.count("Warning: Paracetamol 500mg Tablets is billed below cost") == 1
        assert "Paracetamol 650mg Tablets is billed below" not in said


def test_credit_that_the_console_gives_over_a_limit_is_said(terminal: Terminal) -> None:
    clinic = terminal.json("customers", "add", "City Clinic", "--set", "credit_limit=20.00")["party_id"]

    def on_credit() -> Path:
        payments = [{"mode": "credit", "amount": "26.00"}]
        return terminal.bill(("PCM500", "1"), customer={"id": clinic}, payments=payments)

    posted = terminal.json("bill", "post", on_credit())
    assert [said["code"] for said in posted["warnings"]] == ["sales.over_credit_limit"]
    said = terminal.run("bill", "post", on_credit())[1]
    assert "Warning: City Clinic owes ₹52.00 now, ₹32.00 more than the credit limit of ₹20.00" in said
    paid = terminal.json("bill", "post", terminal.bill(("PCM500", "1"), customer={"id": clinic}))
    assert "warnings" not in paid
    paid_otherwise = ("bill", "pay", paid["number"], "--payment", "credit=26", "--reason", "not paid yet")
    changed = terminal.run(*paid_otherwise)[1]
    assert "Warning: City Clinic owes ₹78.00 now, ₹58.00 more than the credit limit of ₹20.00" in changed


def test_the_upi_number_of_another_bill_is_asked_about(terminal: Terminal) -> None:
    def by_upi(number: str) -> Path:
        return terminal.bill(("PCM500", "1"), payments=[{"mode": "upi", "amount": "26.00", "reference": number}])

    assert terminal.refused("bill", "post", by_upi("ab"))["code"] == "sales.upi_number_form"
    first = terminal.json("bill", "post", by_upi("612345678901"))["number"]
    again = by_upi("612345678901")
    question = terminal.refused("bill", "post", again)
    assert (question["code"], first in question["message"]) == ("sales.reference_used", True)
    assert "--confirm" in question["message"]
    second = terminal.json("bill", "post", again, "--confirm")
    assert terminal.json("bill", "post", again) == second

    waits = terminal.json(
        "bill", "post", terminal.bill(("PCM500", "1"), payments=[{"mode": "upi", "amount": "26.00"}])
    )["number"]
    confirm = ("bill", "confirm", waits, "--reference", "612345678901")
    assert terminal.refused(*confirm)["code"] == "sales.reference_used"
    terminal.json(*confirm, "--confirm")
    pay = ("bill", "pay", waits, "--payment", "card=26:612345678901", "--reason", "the card went through")
    assert terminal.refused(*pay)["code"] == "sales.reference_used"
    assert terminal.json(*pay, "--confirm")["payments"][0]["mode"] == "card"


def test_a_payment_is_written_in_one_way_wherever_it_is_told(terminal: Terminal) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"]
    wrong = terminal.refused("bill", "pay", number, "--payment", "shells=5", "--reason", "counted again")
    told = " ".join(terminal.run("bill", "pay", "--help")[1].replace("│", " ").split())
    one_way = (
        "ne of cash, upi, card, cheque, credit, advance, the amount, and the number if there is one, "
        "as in upi=500.00:612345678901."
    )
    assert one_way in wrong["message"]
    assert one_way in told


@pytest.mark.parametrize("content", ["12", '"bill"', '{"command_id": "\\ud800"}'])
def test_what_is_no_bill_at_all_has_no_field_input(terminal: Terminal, content: str) -> None:
    message = terminal.refused("bill", "post", terminal.file("bill.json", content))["message"]
    assert message.startswith("What was given ")
    assert "field" not in message


def test_a_refused_supervisor_is_named_and_so_is_the_option(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUSKHA_NEW_PASSWORD", "counter clerk 7")
    terminal.json("users", "add", "anil", "--role", "cashier", "--keep")
    monkeypatch.setenv("NUSKHA_PASSWORD", "counter clerk 7")
    monkeypatch.setenv("NUSKHA_SUPERVISOR_PASSWORD", "not this one")
    dated = terminal.bill({"item": "PCM500", "quantity": "1", "discount_percent": "90"})
    post = ("bill", "post", dated, "--user", "anil", "--supervisor", "owner", "--why")

    short = terminal.refused(*post, "x")
    assert (short["code"], short["where"], '"--why"' in short["message"]) == ("input.too_short", "--why", True)
    wrong = terminal.refused(*post, "an old customer")
    assert (wrong["code"], "supervisor owner" in wrong["message"]) == ("auth.wrong_supervisor", True)
    monkeypatch.setenv("NUSKHA_SUPERVISOR_PASSWORD", "correct horse 7")
    assert terminal.json(*post, "an old customer")["total"] == "3.00"


@pytest.mark.parametrize(("days", "said"), [(89, True), (90, False)])
def test_a_batch_near_its_expiry_is_said_once_it_is_sold(terminal: Terminal, days: int, said: bool) -> None:
    expiry = business_date(SystemClock().now()) + timedelta(days=days)
    header, row = ITEMS.splitlines()[:2]
    soon = row.replace("PCM500", "SOON").replace("500mg", "250mg").replace("03/2099", f"{expiry:%d-%m-%Y}")
    terminal.json("items", "import", terminal.file("soon.csv", f"{header}\n{soon}\n"))
    posted = terminal.json("bill", "post", terminal.bill(("PCM500", "1"), ("SOON", "1")))
    warnings = [(one["code"], one["where"]) for one in posted.get("warnings", [])]
    assert warnings == ([("sales.near_expiry", "lines.1")] if said else [])
    if said:
        assert f"batch A1, expires soon, {expiry:%d-%m-%Y}" in posted["warnings"][0]["message"]
