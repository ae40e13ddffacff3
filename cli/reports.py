"""Reports at the terminal: which there are, and any of them as text, JSON, CSV, Excel or PDF."""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from cli.context import Invocation
from core.app.exporting import FileForm, Wish, export_report, write_sheet
from core.app.shop import Shop
from core.kernel.actor import Actor
from core.kernel.clock import SystemClock, business_date
from core.kernel.days import Preset
from core.kernel.errors import RuleBroken
from core.reporting.columns import ReportColumn, show_value
from core.reporting.parameters import Ask, Parameter
from core.reporting.report import Report
from core.reporting.running import find_report, open_report, reports_for
from core.reporting.shaping import LineKind, ReportLine, Shape
from core.reporting.sheets import Sheet, sheet_of
from core.reporting.writing.json_text import sheet_json

#: What shells add to the number of the signal that ended a program.
_ENDED_BY_SIGNAL = 128

app = typer.Typer(help="Reports: what was sold, what stands, what the books say.", no_args_is_help=True)


@app.command("list")
def list_all(context: typer.Context) -> None:
    """List the reports that you may look at, with what each is asked for."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            reports = reports_for(session, actor)
    invocation.answer([_report_json(report) for report in reports], "\n".join(_report_lines(reports)))


@app.command()
def show(
    context: typer.Context, name: Annotated[str, typer.Argument(help="A report of the list, sales-by-day.")]
) -> None:
    """Say what a report is asked for, and the ids of its columns for --columns, --sort and --group."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        invocation.actor(shop)
    report = find_report(name)
    invocation.answer(_report_json(report), "\n".join(_shown_lines(report)))


class _Once(TyperCommand):
    """A command whose options are given once: of two values the later would win, and nobody would know."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments. Raises RuleBroken ``reports.given_twice``."""
        _, _, given = self.make_parser(ctx).parse_args(args=list(args))
        for param, count in Counter(given).items():
            if count > 1 and not getattr(param, "multiple", False) and not getattr(param, "is_flag", False):
                raise RuleBroken("reports.given_twice", option=max(param.opts, key=len))
        return super().parse_args(ctx, args)


_DAYS_HELP = (
    f"Both at once: {', '.join(Preset)}, a month (2026-11), a financial year (2026-27), or 01-11-2026 to 20-11-2026."
)


@app.command(cls=_Once)
def run(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A report of the list, sales-by-day.")],
    first: Annotated[
        str, typer.Option("--from", metavar="DAY", help="The first day, 2026-04-01; without --to until today.")
    ] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="The last day; without --from that day alone.")] = "",
    days: Annotated[str, typer.Option(help=_DAYS_HELP)] = "",
    ask: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="What else it is asked for, item=PCM500.")
    ] = None,
    columns: Annotated[
        str, typer.Option(help='The columns to show, by their ids with commas between; "report show" lists them.')
    ] = "",
    sort: Annotated[str, typer.Option(help="The column that orders the rows.")] = "",
    descending: Annotated[bool, typer.Option("--desc", help="The greatest first, of --sort.")] = False,
    group: Annotated[str, typer.Option(help="The column by which rows are put together, with their sums.")] = "",
    words: Annotated[str, typer.Option(help="Only rows in which these words stand.")] = "",
    form: Annotated[
        FileForm | None,
        typer.Option("--format", case_sensitive=False, help="What to write; --out says it as well."),
    ] = None,
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="The file to write; - is the terminal, as CSV or JSON.")
    ] = None,
) -> None:
    """Run a report: as text, or as a file of the kind that its name or --format says."""
    invocation: Invocation = context.obj
    if descending and not sort.strip():
        raise RuleBroken("reports.desc_without_sort", where="desc")
    shape = Shape(
        tuple(part.strip() for part in columns.split(",")) if columns.strip() else None,
        sort.strip() or None,
        descending,
        group.strip() or None,
        words,
    )
    given = _asked(ask or (), {"from": first, "to": last, "days": days})
    wish = Wish(name, {key: value for key, value in given.items() if value.strip()}, shape)
    file = _file(out)
    form = form or (FileForm.CSV if out is not None and file is None else _form_of(file))
    if file is None and form in {FileForm.XLSX, FileForm.PDF}:
        if out is not None:
            raise RuleBroken("reports.not_to_terminal", where="out", form=form.value)
        raise RuleBroken("reports.no_out", where="out", form=form.value)
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        if file is None:
            _say(invocation, shop, actor, wish, form)
            return
        with _clean_end():
            lines = export_report(shop, SystemClock(), actor, wish, form or FileForm.CSV, file)
    count = "1 row" if lines == 1 else f"{lines} rows"
    invocation.answer({"rows": lines, "file": str(file)}, f"The report ({count}) is in {file}")


@contextmanager
def _clean_end() -> Iterator[None]:
    """Take away what is half written also where the program is told to end (TERM), as it is when Ctrl+C is pressed."""

    def end(number: int, _frame: object) -> None:
        raise SystemExit(_ENDED_BY_SIGNAL + number)

    if threading.current_thread() is not threading.main_thread():  # no other hears signals
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _say(invocation: Invocation, shop: Shop, actor: Actor, wish: Wish, form: FileForm | None) -> None:
    """Print a report."""
    now = SystemClock().now()
    with shop.database.read() as session:
        opened = open_report(session, actor, wish.report, wish.values, business_date(now))
        sheet = sheet_of(opened, session, now, wish.shape)
        if form is FileForm.CSV:
            sys.stdout.write(_csv_text(sheet))
        elif invocation.as_json or form is FileForm.JSON:
            Invocation(as_json=True).answer(sheet_json(sheet), "")
        else:
            invocation.answer(None, "\n".join(_text_lines(sheet)))


def _file(out: str | None) -> Path | None:
    """Return the file that was asked for, None for the terminal. Raises RuleBroken ``reports.no_file``."""
    if out is None or out.strip() == "-":
        return None
    if not out.strip():
        raise RuleBroken("reports.no_file", where="out")
    return Path(out)


def _csv_text(sheet: Sheet) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.csv"
        write_sheet(sheet, FileForm.CSV, file)
        return file.read_text("utf-8-sig")


def _form_of(out: Path | None) -> FileForm | None:
    """Return the form that a file's name says. Raises RuleBroken ``reports.unknown_form`` where it says none."""
    if out is None:
        return None
    try:
        return FileForm(out.suffix.lower().lstrip("."))
    except ValueError:
        forms = ", ".join(f".{form.value}" for form in FileForm)
        raise RuleBroken("reports.unknown_form", where="out", file=str(out), forms=forms) from None


def _asked(pairs: Sequence[str], asked: Mapping[str, str]) -> dict[str, str]:
    """Return what was asked for by name beside what options said. Raises RuleBroken ``reports.no_pair``,
    ``reports.asked_twice``."""
    found = {name: value for name, value in asked.items() if value.strip()}
    for pair in pairs:
        name, sign, value = (part.strip() for part in pair.partition("="))
        if not sign or not name:
            raise RuleBroken("reports.no_pair", where="ask", text=pair)
        if name.lower() in found:
            raise RuleBroken("reports.asked_twice", where=name.lower(), name=name)
        found[name.lower()] = value
    return found


def _report_json(report: Report) -> dict[str, object]:
    return {
        "id": report.id,
        "title": report.title,
        "section": report.section.value,
        "about": report.about,
        "parameters": [
            {
                "id": parameter.id,
                "title": parameter.title,
                "kind": parameter.ask.value,
                "required": parameter.required and not parameter.default,
                "default": parameter.default or None,
                "values": [value for value, _ in parameter.choices] or None,
            }
            for parameter in report.parameters
        ],
        "columns": [
            {"id": column.id, "title": column.title, "kind": column.kind.value, "extra": column.extra}
            for column in report.columns
        ],
    }


def _report_lines(reports: Sequence[Report]) -> list[str]:
    lines: list[str] = []
    widest = max((len(report.id) for report in reports), default=0)
    for report in reports:
        if not lines or report.section != _section_before(reports, report):
            lines += ["", report.section.value] if lines else [report.section.value]
        asked = " ".join(map(_parameter_text, report.parameters))
        lines.append(f"  {report.id.ljust(widest)}  {report.about}")
        if asked:
            lines.append(f"  {''.ljust(widest)}  {asked}")
    return lines


def _shown_lines(report: Report) -> list[str]:
    """Return what there is to know of a report before it is run."""
    lines = [f"{report.id}: {report.title}", report.about, ""]
    lines += [f"  {_parameter_text(parameter)}" for parameter in report.parameters]
    lines += ["", "Columns, those in brackets only where --columns names them:"]
    widest = max(len(column.id) for column in report.columns) + 2
    for column in report.columns:
        name = f"[{column.id}]" if column.extra else column.id
        lines.append(f"  {name.ljust(widest)}  {column.title} ({column.kind.value})")
    return lines


def _section_before(reports: Sequence[Report], report: Report) -> str:
    return reports[max(0, reports.index(report) - 1)].section


def _parameter_text(parameter: Parameter) -> str:
    if parameter.ask is Ask.DAYS:
        return f"--from --to (or --days; {parameter.default} without them)"
    value = "|".join(value for value, _ in parameter.choices) or parameter.ask.value.upper()
    text = f"--ask {parameter.id}={value}"
    return text if parameter.required and not parameter.default else f"[{text}]"


def _text_lines(sheet: Sheet) -> list[str]:
    """Return a table as text: columns as wide as what stands in them, numbers to the right."""
    kept = list(sheet.lines)
    cells = [
        [show_value(column.kind, value) for column, value in zip(sheet.columns, line.values, strict=True)]
        for line in kept
    ]
    titles = [column.title for column in sheet.columns]
    widths = [
        max([len(title), *(len(row[at]) for row, line in zip(cells, kept, strict=True) if _is_table(line))])
        for at, title in enumerate(titles)
    ]
    lines = [sheet.title, *([sheet.heading] if sheet.heading else []), ""]
    if not kept:
        return [*lines, "Nothing was found."]
    lines += [_row(sheet.columns, titles, widths), "  ".join("-" * width for width in widths)]
    for row, line in zip(cells, kept, strict=True):
        if line.kind is LineKind.TOTAL:
            lines.append("  ".join("-" * width for width in widths))
        lines.append(_row(sheet.columns, row, widths) if _is_table(line) else " ".join(filter(None, row)))
    return lines


def _is_table(line: ReportLine) -> bool:
    return line.kind is not LineKind.GROUP


def _row(columns: Sequence[ReportColumn], cells: Sequence[str], widths: Sequence[int]) -> str:
    placed = (
        cell.rjust(width) if column.kind.is_number else cell.ljust(width)
        for column, cell, width in zip(columns, cells, widths, strict=True)
    )
    return "  ".join(placed).rstrip()
