"""The counter's screen: what should be in the drawer, what that is made of, what happened, and the form beside."""

from __future__ import annotations

from pos_desktop.screens.counter.columns import ENTRY_COLUMNS
from pos_desktop.screens.counter.presenter import CounterPresenter
from pos_desktop.screens.counter.rows import EntryRow
from pos_desktop.shell.texts import tr
from pos_desktop.tables.beside import TableBesideForm
from pos_desktop.widgets.facts import FactsGrid


class CounterView(TableBesideForm[EntryRow]):
    """Draws what the presenter holds and tells it what the fingers did."""

    def __init__(self, presenter: CounterPresenter) -> None:
        self.facts = FactsGrid()
        super().__init__(
            ENTRY_COLUMNS,
            name=tr("What happened to the drawer"),
            gives_way=frozenset({"detail", "in", "out", "by", "state"}),
            above=self.facts,
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
        title, about, empty = tr("Counter"), "", tr("The drawer is being read …")
        if do.view is not None:
            title = tr("₹{amount} should be in the drawer", amount=do.view.drawer.should_be.grouped())
            about = tr(
                "Counter {counter}. The float, the cash of bills, and what is listed below.", counter=do.view.counter
            )
        elif do.is_read:
            about = tr("It is not open. Bills are made all the same; nobody adds its cash up.")
            empty = tr("F2 opens the counter with the cash that lies in its drawer.")
        self.show_head(title, about, do.desk.notice)
        self.facts.setVisible(do.view is not None)
        self.facts.show_facts(do.facts)
        rows = do.rows
        self.show_rows(rows, min(do.row_at, len(rows) - 1), empty)
        self.show_form(do.desk.form)
