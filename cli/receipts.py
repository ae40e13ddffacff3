"""Commands about what the shop's papers look like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import Invocation
from core.app.papers import ChangePapers, Logo, Papers, change_papers, papers_of
from core.boundary.frozen import load
from core.printing.languages import Language
from core.printing.templates import FULL, LAW, Part, ReceiptTemplate

app = typer.Typer(help="Show and change what receipts look like: templates, logo.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The template, as `papers show` names it.")]


@app.command()
def show(
    context: typer.Context, name: Annotated[str | None, typer.Argument(help="One template; all without it.")] = None
) -> None:
    """Show the templates of receipts; of one, each part, and where the law leaves no choice about it."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        papers = papers_of(session)
    if name is None:
        _answer(invocation, papers)
        return
    template = papers.template(name)
    invocation.answer(_template_json(papers, template), "\n".join(_template_lines(papers, template)))


@app.command()
def copy(
    context: typer.Context, name: Name, new: Annotated[str, typer.Argument(help="What the copy is called.")]
) -> None:
    """Copy a template, to change the copy."""

    def copied(papers: Papers) -> dict[str, Any]:
        template = _dump(papers.template(name))
        return {"receipts": [*map(_dump, papers.receipts), {**template, "name": new}]}

    _change(context, copied)


@app.command("set")
def set_template(
    context: typer.Context,
    name: Name,
    language: Annotated[Language | None, typer.Option(help="Of the words; hi and both only as a picture.")] = None,
    shown: Annotated[list[Part] | None, typer.Option("--show", help="A part to show; may be given again.")] = None,
    hidden: Annotated[list[Part] | None, typer.Option("--hide", help="A part to leave out.")] = None,
    head: Annotated[
        list[str] | None, typer.Option(help="A line of your own at the head, up to 5; '' for none.")
    ] = None,
    foot: Annotated[
        list[str] | None, typer.Option(help="A line of your own at the foot, up to 5; '' for none.")
    ] = None,
    rename: Annotated[str | None, typer.Option(help="What it is called from now on.")] = None,
) -> None:
    """Change a template of your own; what is not said stays as it is."""

    def changed(papers: Papers) -> dict[str, Any]:
        standing = papers.template(name)
        parts = (set(standing.parts) | set(shown or ())) - set(hidden or ())
        template = {
            "name": standing.name if rename is None else rename,
            "language": language or standing.language,
            "parts": sorted(parts),
            "head": list(standing.head) if head is None else list(filter(None, head)),
            "foot": list(standing.foot) if foot is None else list(filter(None, foot)),
        }
        if standing not in papers.receipts:  # one that comes with the program: refused by its name
            return {"receipts": [*map(_dump, papers.receipts), {**template, "name": standing.name}]}
        own = [template if each == standing else _dump(each) for each in papers.receipts]
        is_used = papers.receipt_template == standing
        return {"receipts": own, "receipt": template["name"] if is_used else papers.receipt}

    _change(context, changed)


@app.command()
def use(context: typer.Context, name: Name) -> None:
    """Print receipts by this template from now on."""
    _change(context, lambda papers: {"receipt": name})


@app.command()
def delete(context: typer.Context, name: Name) -> None:
    """Delete a template of your own; where receipts were printed by it, they are by the full one again."""

    def left(papers: Papers) -> dict[str, Any]:
        template = papers.template(name)
        if template not in papers.receipts:
            return {"receipts": [*map(_dump, papers.receipts), _dump(template)]}  # refused by its name
        is_used = papers.receipt_template == template
        return {
            "receipts": [_dump(each) for each in papers.receipts if each != template],
            "receipt": FULL.name if is_used else papers.receipt,
        }

    _change(context, left)


@app.command()
def logo(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="A PNG or BMP file; without it the logo is taken away.")] = None,
) -> None:
    """Put a logo at the head of the papers, in black and white, or take it away."""
    given = None
    if file is not None:
        from pos_desktop.devices.logo import read_logo  # lazy: Qt takes 0.2 s to load

        given = Logo.of(read_logo(file)).model_dump(mode="json")
    _change(context, lambda papers: {"logo": given})


def _change(context: typer.Context, changed: Callable[[Papers], dict[str, Any]]) -> None:
    """Change what ``changed`` says and leave the rest as it is."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        papers = papers_of(uow.session)
        command = load(ChangePapers, {**_dump(papers), **changed(papers)})
        papers = change_papers(uow, command)
    _answer(invocation, papers)


def _dump(model: Papers | ReceiptTemplate) -> dict[str, Any]:
    return model.model_dump(mode="json")


def _answer(invocation: Invocation, papers: Papers) -> None:
    logo_said = f"{papers.logo.width} by {papers.logo.height} dots" if papers.logo else "none"
    value = {
        "receipts": [_template_json(papers, template) for template in papers.all_receipts],
        "logo": {"width": papers.logo.width, "height": papers.logo.height} if papers.logo else None,
    }
    lines = [
        f"{template.name:20}  {template.language:4}  {', '.join(template.parts)}"
        + ("  (receipts are printed by this one)" if template == papers.receipt_template else "")
        for template in papers.all_receipts
    ]
    invocation.answer(value, "\n".join([*lines, f"Logo: {logo_said}"]))


def _template_json(papers: Papers, template: ReceiptTemplate) -> dict[str, Any]:
    return {
        **_dump(template),
        "used": template == papers.receipt_template,
        "delivered": template not in papers.receipts,
        "law": {part: LAW[part] for part in Part if part in LAW},
    }


def _template_lines(papers: Papers, template: ReceiptTemplate) -> list[str]:
    def line(part: Part) -> str:
        law = f"  the law demands it {LAW[part]}" if part in LAW else ""
        return f"{part:12}  {'yes' if part in template.parts else 'no ':3}{law}"

    comes = "of the shop" if template in papers.receipts else "comes with the program"
    used = ", receipts are printed by it" if template == papers.receipt_template else ""
    return [
        f"{template.name} ({comes}{used}), language {template.language}",
        *map(line, Part),
        *(f"head: {text}" for text in template.head),
        *(f"foot: {text}" for text in template.foot),
    ]
