"""What a person sees and what a program gets: tables, JSON, short ids."""

import json

import pytest

from billhook.cli.terminal import Table, Terminal, short_ids
from engine.errors import Refusal


def test_json_is_all_that_is_written_to_standard_output(capsys):
    terminal = Terminal(as_json=True)
    with terminal.progress("Working", total=1) as advance:
        advance(1)
    terminal.result({"refusal": Refusal("four_eyes", "Ask somebody else.")}, "text", Table(("a",), [("b",)]))

    assert json.loads(capsys.readouterr().out)["refusal"]["guard"] == "four_eyes"


def test_a_pipe_gets_plain_columns_with_amounts_flush_right(capsys):
    Terminal().result(None, Table(("id", "net"), [("[red]x", "9.00"), ("y", "10.00")]), "end")

    assert capsys.readouterr().out == "id        net\n[red]x   9.00\ny       10.00\nend\n"


def test_an_empty_table_says_so(capsys):
    Terminal().result(None, Table(("id",), [], title="Payouts"))

    assert capsys.readouterr().out == "Payouts: none.\n"


@pytest.mark.parametrize(
    ("ids", "shown"),
    [
        (["aaaa-11111111", "bbbb-22222222"], ["11111111", "22222222"]),
        (["aaaa-11111111", "bbbb-11111111"], ["aaaa-11111111", "bbbb-11111111"]),
        (["aaaa-11111111", "aaaa-11111111"], ["11111111", "11111111"]),
    ],
)
def test_ids_are_shown_by_their_end_where_that_is_unique(ids, shown):
    assert short_ids(ids) == shown
