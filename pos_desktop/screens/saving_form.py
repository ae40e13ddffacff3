"""The form that asks what a table is saved as, and where. Knows no Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from core.app.exporting import FileForm
from core.kernel.errors import RuleBroken
from pos_desktop.runtime.form_desk import SentForm
from pos_desktop.shell.form import FieldKind, FormField
from pos_desktop.shell.texts import tr

_MOST_PATH = 500
_MOST_NAME = 80
#: What Windows does not take in a file's name, and blanks.
_NOT_IN_NAMES = re.compile(r"""[\s\\/:*?"'<>|,;\x00-\x1f-]+""")


def forms() -> Sequence[tuple[str, str]]:
    """Return the kinds of file that a person wants, with their words."""
    return (
        (FileForm.XLSX.value, tr("Excel workbook")),
        (FileForm.CSV.value, tr("CSV, for another program")),
        (FileForm.PDF.value, tr("PDF, to print or to send")),
    )


def saving_form(title: str, about: str, folder: Path, name: str) -> SentForm:
    """Return the form; ``name`` is the file's without its ending."""
    return SentForm(
        title=title,
        about=about,
        fields=(
            FormField("form", tr("As"), FieldKind.CHOICE, FileForm.XLSX.value, choices=forms()),
            FormField(
                "file",
                tr("File"),
                value=str(folder / f"{file_name(name)}.{FileForm.XLSX}"),
                hint=tr("Its ending becomes that of what is chosen above."),
                most=_MOST_PATH,
            ),
        ),
        submit=tr("Save"),
    )


def typed_again(form: SentForm, typed: Mapping[str, str]) -> SentForm:
    """Return the form as it was sent, to be mended and sent again."""
    fields = tuple(replace(field, value=typed.get(field.name, field.value)) for field in form.fields)
    return SentForm(title=form.title, about=form.about, fields=fields, submit=form.submit, send=form.send)


def wanted_file(typed: Mapping[str, str]) -> tuple[FileForm, Path]:
    """Return what is to be written and where. Raises RuleBroken ``bills.no_file``, placed at the file."""
    form, text = FileForm(typed["form"]), typed["file"].strip()
    path = Path(text).expanduser()
    if not text or path.is_dir():
        raise RuleBroken("bills.no_file", where="file")
    if path.suffix.lower().removeprefix(".") in set(FileForm):
        path = path.with_suffix("")
    return form, path.with_name(f"{path.name}.{form}")


def file_name(words: str) -> str:
    """Return words as the name of a file, in any script, with dashes between them."""
    return _NOT_IN_NAMES.sub("-", words).strip("-.")[:_MOST_NAME].rstrip("-.") or "table"
