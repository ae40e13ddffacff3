"""The want book: a list, and the form that is open beside it."""

from __future__ import annotations

from pos_desktop.screens.wants.columns import WANT_COLUMNS
from pos_desktop.screens.wants.presenter import WantsPresenter
from pos_desktop.screens.wants.rows import WantRow
from pos_desktop.shell.texts import tr
from pos_desktop.tables.beside import TableBesideForm


class WantsView(TableBesideForm[WantRow]):
    """Draws what the presenter holds and tells it what the fingers did."""

    def __init__(self, presenter: WantsPresenter) -> None:
        super().__init__(
            WANT_COLUMNS, name=tr("Want book"), gives_way=frozenset({"stock", "customer", "note", "by", "state"})
        )
        self.presenter = presenter
        self.row_chosen.connect(presenter.choose)
        self.submitted.connect(presenter.desk.submit)
        self.typed.connect(lambda name: presenter.typed(name, self.form.values()))
        self.escaped.connect(presenter.desk.escape)
        presenter.listen(self.draw)
        self.draw()

    def draw(self) -> None:
        """Draw what the presenter holds."""
        do = self.presenter
        title = tr("Wants that ended") if do.shows_ended else tr("Want book")
        about = (
            tr("What was handed out or given up; what came and nobody waited for.")
            if do.shows_ended
            else tr("What was asked for and not there, the newest first. It stays until it is handed out or given up.")
        )
        empty = (
            tr("None ended yet.")
            if do.shows_ended
            else tr("Nothing is wanted. The counter notes what is: F1 there names the key.")
        )
        self.show_head(title, about, do.desk.notice)
        self.show_rows(do.rows, do.chosen_at, empty)
        self.show_form(do.desk.form)
