"""An action is one file: what docs/howto/write-an-action.md shows is run here as it stands."""

import re
import tomllib
from pathlib import Path

import pytest

from engine.contracts import AskAction
from engine.errors import Invalid
from engine.registry import Registry
from tests.fakes import FakeStepDesk, FakeTools

PAGE = (Path(__file__).parents[2] / "docs" / "howto" / "write-an-action.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def book_call(tmp_path, monkeypatch) -> Registry:
    """The page's file, found by the name its entry point gives."""
    (tmp_path / "book_call.py").write_text(blocks("python")[0], encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    [(name, where)] = tomllib.loads(blocks("toml")[0])["project"]["entry-points"]["billhook.actions"].items()
    module, attribute = where.split(":")
    return Registry(asks={name: getattr(__import__(module), attribute)()})


def test_the_page_s_action_is_an_action(book_call):
    action = book_call.ask("book_call")

    assert isinstance(action, AskAction)
    assert action.fields({"about": "tax"})[0].label == "When may we call about tax?"


def test_the_page_s_action_takes_an_answer_to_a_sentence(book_call):
    action = book_call.ask("book_call")

    checked = action.check({}, {"day": "2026-11-04", "phone": "+49 30 1234"}, FakeTools())

    assert action.complete(FakeStepDesk(), checked) == "booked a call on 2026-11-04"


def test_the_page_s_action_tells_all_that_is_wrong(book_call):
    with pytest.raises(Invalid) as refused:
        book_call.ask("book_call").check({}, {"day": "2026-11-07"}, FakeTools())

    assert str(refused.value) == (
        "The answer cannot be accepted. phone: 'Your number' has no answer yet. It is needed. "
        "day: 2026-11-07 is in a weekend. Choose Monday to Friday."
    )


def test_the_page_s_test_passes(book_call):
    names = {"pytest": pytest, "Invalid": Invalid, "FakeTools": FakeTools, "BookCall": type(book_call.ask("book_call"))}

    exec(blocks("python")[1], names)  # noqa: S102  the page's own code

    names["test_a_weekend_is_no_day_for_a_call"]()
