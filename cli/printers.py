"""Commands about this counter's printers and the papers that wait for them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.context import Invocation
from core.app.paperwork import print_bill, print_elsewhere, take_out
from core.app.printers import change_printers, printers_of
from core.audit.clock import show_instant
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.errors import EnvironmentFault, RuleBroken
from core.sales.drafts import was_printed
from core.sales.queries import bill_by_number
from core.spool.dto import JobView, PaperMode, PrinterKind, Printers, PrinterSetup
from core.spool.jobs import find_job, list_jobs
from core.spool.known import Found, found_printers, known_models, search_network
from core.spool.talking import Talker
from core.spool.trying import try_printer

app = typer.Typer(help="The printers of this counter and the papers that wait for them.", no_args_is_help=True)

_KINDS = ", ".join(PrinterKind)
_MODES = ", ".join(PaperMode)

_LABEL_MODES = [mode.value for mode in PaperMode if mode.is_label]


#: Who prints what is put into the queue here.
_WINDOW = "the open window prints it, or the next that is opened."


Name = Annotated[str, typer.Argument(help="What the printer is called here.")]
Code = Annotated[str, typer.Argument(help="The paper's code, as `printers queue` lists it.")]
Kind = Annotated[str | None, typer.Option(help=f"How it is reached: {_KINDS}.")]
Address = Annotated[
    str | None, typer.Option(help="192.168.1.50:9100, /dev/usb/lp0, COM3, the name of a queue, or a file.")
]
Model = Annotated[str | None, typer.Option(help="A model of `printers models`: columns, cutter and QR as it has them.")]
Columns = Annotated[int | None, typer.Option(help="Letters a line: 32 on 58 mm, 42 or 48 on 80 mm.")]
Mode = Annotated[str | None, typer.Option(help=f"What it prints: {_MODES}. Raster shows Hindi and the logo.")]
CopyCount = Annotated[int | None, typer.Option("--copies", help="Copies of a bill on sheets or endless paper: 1 to 3.")]
Cutter = Annotated[bool | None, typer.Option("--cutter/--no-cutter", help="Whether it cuts the paper.")]
Drawer = Annotated[bool | None, typer.Option("--drawer/--no-drawer", help="Whether a cash drawer hangs on it.")]
Pin = Annotated[int | None, typer.Option(help="The pin that opens the drawer: 2 or 5.")]
DrawsQr = Annotated[bool | None, typer.Option("--qr/--no-qr", help="Whether it draws QR codes by itself.")]
Status = Annotated[bool | None, typer.Option("--status/--no-status", help="Whether it is asked for paper and cover.")]
Baud = Annotated[int | None, typer.Option(help="The speed of a serial printer, 9600 where none is said.")]
LabelName = Annotated[str | None, typer.Option("--label-size", help="Of labels: 34x22, 50x25, 100x50, A4-24 ...")]
Dots = Annotated[int | None, typer.Option("--dpi", help="Dots an inch of a label printer: 203 or 300.")]
StandIn = Annotated[str | None, typer.Option(help='The printer that takes its papers while it fails; "" for none.')]


@app.command("list")
def list_all(context: typer.Context) -> None:
    """List the printers of this counter; receipts go to the one with the star, labels to the one with the hash."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        _answer(invocation, shop.printers())


@app.command()
def add(
    context: typer.Context,
    name: Name,
    kind: Annotated[str, typer.Option(help=f"How it is reached: {_KINDS}.")],
    address: Annotated[str, typer.Option(help="192.168.1.50:9100, /dev/usb/lp0, COM3, a queue's name, or a file.")],
    model: Model = None,
    columns: Columns = None,
    mode: Mode = None,
    cutter: Cutter = None,
    drawer: Drawer = None,
    drawer_pin: Pin = None,
    qr: DrawsQr = None,
    status: Status = None,
    baud: Baud = None,
    copies: CopyCount = None,
    label_size: LabelName = None,
    dpi: Dots = None,
    stand_in: StandIn = None,
) -> None:
    """Set up a printer; the first one gets the receipts."""
    options = _options(
        model,
        mode,
        stand_in,
        columns=columns,
        has_cutter=cutter,
        opens_drawer=drawer,
        drawer_pin=drawer_pin,
        draws_qr=qr,
        tells_status=status,
        baud=baud,
        copies=copies,
        label_size=label_size,
        dpi=dpi,
    )

    def changed(printers: Printers) -> dict[str, Any]:
        data = _json(printers)
        data["printers"].append({"name": name, "kind": _known_kind(kind), "address": address, **options})
        use = "labels" if options.get("mode") in _LABEL_MODES else "receipts"
        return {**data, use: data[use] or name}

    _change(context, changed)


@app.command()
def change(
    context: typer.Context,
    name: Name,
    kind: Kind = None,
    address: Address = None,
    model: Model = None,
    columns: Columns = None,
    mode: Mode = None,
    cutter: Cutter = None,
    drawer: Drawer = None,
    drawer_pin: Pin = None,
    qr: DrawsQr = None,
    status: Status = None,
    baud: Baud = None,
    copies: CopyCount = None,
    label_size: LabelName = None,
    dpi: Dots = None,
    stand_in: StandIn = None,
) -> None:
    """Change what is said of a printer; what is not named stays."""
    options = _options(
        model,
        mode,
        stand_in,
        columns=columns,
        has_cutter=cutter,
        opens_drawer=drawer,
        drawer_pin=drawer_pin,
        draws_qr=qr,
        tells_status=status,
        baud=baud,
        copies=copies,
        label_size=label_size,
        dpi=dpi,
    )
    if kind is not None:
        options["kind"] = _known_kind(kind)
    if address is not None:
        options["address"] = address

    def changed(printers: Printers) -> dict[str, Any]:
        printers.named(name)
        data = _json(printers)
        data["printers"] = [{**one, **(options if one["name"] == name else {})} for one in data["printers"]]
        return data

    _change(context, changed)


@app.command()
def remove(context: typer.Context, name: Name) -> None:
    """Take a printer off the list; papers that wait for it stay and can be printed elsewhere."""

    def changed(printers: Printers) -> dict[str, Any]:
        printers.named(name)
        return _json(printers.without({name}))

    _change(context, changed)


@app.command()
def use(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help='The printer that receipts go to; "" for none.')],
) -> None:
    """Say which printer receipts go to."""
    _change(context, lambda printers: {**_json(printers), "receipts": name or None})


@app.command("test")
def test_print(context: typer.Context, name: Name) -> None:
    """Print a test page at once, past the queue, and say what the printer has against it."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        printer = _named(shop.printers(), name)
    outcome = try_printer(printer)
    low = " Its paper is nearly out." if outcome.paper_is_low else ""
    letters = " A terminal sends letters only; the window sends pictures." if printer.mode is PaperMode.RASTER else ""
    invocation.answer(
        {"printer": name, "paper_is_low": outcome.paper_is_low},
        f"The page was sent to {name}: look at it.{letters}{low}",
    )


@app.command()
def status(context: typer.Context) -> None:
    """Ask every printer how it is."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        printers = shop.printers().printers
    answers = [(printer.name, *_asked(printer)) for printer in printers]
    invocation.answer(
        [{"printer": name, "state": code, "says": words} for name, code, words in answers],
        "\n".join(f"{name:16}  {words}" for name, _, words in answers) or "No printer is set up.",
    )


@app.command()
def discover(
    context: typer.Context,
    network: Annotated[bool, typer.Option("--network", help="Also try the 254 addresses around this machine.")] = False,
) -> None:
    """List the printers that this machine can see; add one with what is said of it."""
    invocation: Invocation = context.obj
    found: list[Found] = [*found_printers(), *(search_network() if network else ())]
    invocation.answer(
        [one.model_dump(mode="json") for one in found],
        "\n".join(f"--kind {one.kind} --address {one.address!r}  {one.words}" for one in found) or "None is seen.",
    )


@app.command()
def models(context: typer.Context) -> None:
    """List the models whose columns, cutter and QR are known."""
    invocation: Invocation = context.obj
    invocation.answer(
        [model.model_dump(mode="json") for model in known_models()],
        "\n".join(
            f"{model.name:42}  {model.columns} columns"
            + ("  cutter" if model.has_cutter else "")
            + ("  QR" if model.draws_qr else "")
            for model in known_models()
        ),
    )


@app.command("print")
def print_on_paper(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="The bill's number.")],
    on: Annotated[str | None, typer.Option(help="Another printer than that of receipts.")] = None,
) -> None:
    """Put a bill in the queue of the printer for receipts: the open window prints it; after the first a DUPLICATE."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        bill = bill_by_number(uow.session, number)
        duplicate = was_printed(uow.session, bill.bill_id)
        job = print_bill(uow, bill.bill_id, duplicate=duplicate, on=on)
    invocation.answer(_job_json(job), f"{job.title} waits for {job.printer}: {_WINDOW}")


@app.command()
def queue(context: typer.Context) -> None:
    """List the papers that wait, the oldest first, and why."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        jobs = list_jobs(session)
        names = {printer.name for printer in printers_of(session).printers}
    lines = [_job_line(job, is_there=job.printer in names) for job in jobs]
    invocation.answer([_job_json(job) for job in jobs], "\n".join(lines) or "No paper waits.")


@app.command()
def again(
    context: typer.Context,
    code: Code,
    on: Annotated[str | None, typer.Option(help="Another printer.")] = None,
) -> None:
    """Have a paper printed as soon as may be, here or on another printer; the open window does it."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        job = find_job(uow.session, code)
        print_elsewhere(uow, job.job_id, on)
    invocation.answer(
        {"title": job.title, "printer": on or job.printer}, f"{job.title} waits for {on or job.printer}: {_WINDOW}"
    )


@app.command()
def cancel(context: typer.Context, code: Code) -> None:
    """Take a paper out of the queue unprinted; its document can be printed any time."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        job = take_out(uow, find_job(uow.session, code).job_id)
    invocation.answer(_job_json(job), f"{job.title} is taken out of the queue.")


def _options(model: str | None, mode: str | None, stand_in: str | None, **said: str | int | None) -> dict[str, Any]:
    """Return what was said, by the names of the setup; a model's own are overruled by what was said beside it."""
    options: dict[str, Any] = {}
    if model is not None:
        known = {one.name: one for one in known_models()}
        if model not in known:
            raise RuleBroken("printer.no_such_model", model=model)
        options |= known[model].model_dump(exclude={"name"})
    if mode is not None:
        if mode not in list(PaperMode):
            raise typer.BadParameter(f"one of {_MODES}", param_hint="--mode")
        options["mode"] = mode
    options |= {name: value for name, value in said.items() if value is not None}
    if stand_in is not None:
        options["stand_in"] = stand_in or None
    return options


def _known_kind(kind: str) -> str:
    if kind not in list(PrinterKind):
        raise typer.BadParameter(f"one of {_KINDS}", param_hint="--kind")
    return kind


def _change(context: typer.Context, changed: Any) -> None:
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        printers = change_printers(uow, load(Printers, changed(printers_of(uow.session))))
    _answer(invocation, printers)


def _json(printers: Printers) -> dict[str, Any]:
    return printers.model_dump(mode="json")


def _named(printers: Printers, name: str) -> PrinterSetup:
    printer = printers.named(name)
    assert printer is not None, "a name was given"
    return printer


def _asked(printer: PrinterSetup) -> tuple[str, str]:
    try:
        condition = Talker().ask(printer)
    except EnvironmentFault as fault:
        return fault.code, explain(fault)
    if condition is None:
        return "silent", f'It says nothing of itself: try it with "nuskha printers test {printer.name}".'
    if condition.fault is not None:
        return condition.fault.code, explain(condition.fault)
    return ("paper_is_low", "Its paper is nearly out.") if condition.paper_is_low else ("ready", "It is ready.")


def _mark(printers: Printers, printer: PrinterSetup) -> str:
    marks = {printers.labels: "#", printers.receipts: "*"}
    return marks.get(printer.name, " ")


def _answer(invocation: Invocation, printers: Printers) -> None:
    lines = [
        f"{_mark(printers, one)} {one.name:16}  {one.kind:8}  {one.address:24}"
        + (f"  {one.columns} columns" if one.mode.is_roll else "")
        + f"  {one.mode}"
        + ("  drawer" if one.opens_drawer else "")
        + (f"  stood in for by {one.stand_in}" if one.stand_in else "")
        for one in printers.printers
    ]
    invocation.answer(_json(printers), "\n".join(lines) or "No printer is set up.")


def _job_json(job: JobView) -> dict[str, Any]:
    return {"code": job.code, **job.model_dump(mode="json"), "says": _says(job)}


def _job_line(job: JobView, *, is_there: bool) -> str:
    says = _says(job) if is_there else f"{job.printer} is no printer here any more: print it on another, or cancel it."
    return f"{job.code}  {job.title:24}  {job.printer:12}  {job.state:8}  {show_instant(job.at)}  {says}".rstrip()


def _says(job: JobView) -> str:
    return explain(EnvironmentFault(job.fault_code, **job.fault_values)) if job.fault_code else ""
