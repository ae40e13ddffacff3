"""What a machine remembers, who hears of changes, and words in another language."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.runtime.preferences import Preferences, PreferencesFile
from pos_desktop.runtime.topics import Freshness, Topic, TopicBoard
from pos_desktop.shell.keys import KeyAction, twice_used
from pos_desktop.shell.texts import tr, use_catalogue


def test_choices_come_back(tmp_path: Path) -> None:
    chosen = Preferences(theme="dark", scale=130, last_user="anitha", geometry="AbC=")
    assert PreferencesFile(tmp_path / "new" / "folder").save(chosen)

    assert PreferencesFile(tmp_path / "new" / "folder").load() == chosen


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (None, Preferences()),
        ("", Preferences()),
        ("[1]", Preferences()),
        ("{", Preferences()),
        ('{"theme": "dark", "scale": "large", "later": 1}', Preferences(theme="dark")),
        ('{"scale": true}', Preferences()),
    ],
)
def test_a_spoilt_file_gives_what_can_be_read(tmp_path: Path, text: str | None, read: Preferences) -> None:
    file = PreferencesFile(tmp_path)
    if text is not None:
        file.path.write_text(text, "utf-8")

    assert file.load() == read


def test_a_disk_that_refuses_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "folder").write_text("a file in the way")

    with caplog.at_level(logging.WARNING):
        assert not PreferencesFile(tmp_path / "folder").save(Preferences())
    assert "could not be saved" in caplog.text


def test_an_announcement_reaches_who_listens() -> None:
    board = TopicBoard()
    heard: list[frozenset[Topic]] = []
    stop = board.listen(heard.append)

    board.announce([Topic.STOCK, Topic.BILLS])
    board.announce([])
    stop()
    stop()
    board.announce([Topic.ITEMS])

    assert heard == [frozenset({Topic.STOCK, Topic.BILLS})]


def test_a_listener_may_stop_while_it_hears() -> None:
    board = TopicBoard()
    heard: list[str] = []

    def first(_: frozenset[Topic]) -> None:
        heard.append("first")
        stop()

    stop = board.listen(first)
    board.listen(lambda _: heard.append("second"))

    board.announce([Topic.ITEMS])
    board.announce([Topic.ITEMS])

    assert heard == ["first", "second", "second"]


def test_what_is_stale_is_read_once() -> None:
    freshness = Freshness()
    freshness.mark("stock")

    assert [freshness.take("stock"), freshness.take("stock"), freshness.take("other")] == [True, False, False]


def test_a_key_for_two_things_is_found() -> None:
    def action(key: str, *, is_bound: bool = True) -> KeyAction:
        return KeyAction(key, key, list, is_bound=is_bound)

    assert twice_used([action("F1"), action("F2"), action("F1")]) == ["F1"]
    assert twice_used([action("Enter", is_bound=False), action("Esc"), action("Enter", is_bound=False)]) == []


@pytest.fixture
def hindi() -> Iterator[None]:
    use_catalogue({"Save {number}": "{number} सहेजें"})
    yield
    use_catalogue({})


def test_words_come_in_the_chosen_language(hindi: None) -> None:
    assert tr("Save {number}", number=7) == "7 सहेजें"
    assert tr("Not translated yet") == "Not translated yet"
