"""The Python and the pipelines that pages show do what the pages say."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from billhook import Actor, Billhook
from engine.partners import NewPartner, NewReward
from engine.registry import Registry
from pipelines.catalog import load
from pipelines.compiler import compile_file
from tests.worlds import BUYER, DETAILS

CHECKOUT = Path(__file__).parents[2]
README, EMBED, PIPELINE = "README.md", "docs/howto/embed.md", "docs/howto/write-a-pipeline.md"


def blocks(page: str, language: str) -> list[str]:
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def programme(tmp_path, monkeypatch) -> Iterator[Path]:
    """A folder with the database that the pages open: DE-NORD has opted in and earned something."""
    monkeypatch.chdir(tmp_path)
    owner = Actor.vendor("olga", "owner", origin="test")
    with Billhook("sqlite:///billhook.db") as billhook:
        billhook.upgrade()
        account = billhook.create_account("ACME", "Acme", timezone="Europe/Berlin", actor=owner)
        acme = account.as_(owner)
        acme.pipelines.publish(load(CHECKOUT / "pipelines.yaml", registry=billhook.world.registry).compiled.definitions)
        acme.self_invoicing.buyer(BUYER)
        acme.self_invoicing.switch(on=True)
        acme.partners.add(NewPartner("DE-NORD", "Nord GmbH", "DE", "de", "Anna Schmidt", "anna@example.com"))
        acme.rewards.add(NewReward("R-1", "DE-NORD", "Lead", "480.00", "EUR", "2026-09-03", "accepted"))
        account.main_contact("DE-NORD").self_invoicing.opt_in("DE-NORD", {**DETAILS, "accept_agreement": "yes"})
    yield tmp_path


def test_the_readme_s_program_leaves_an_invoice(programme, capsys):
    [program] = blocks(README, "python")

    exec(program, {})  # noqa: S102  the page's own code

    assert capsys.readouterr().out == "Ready ('issued ACME-DE-NORD-00001',)\n"
    assert (programme / "ACME-DE-NORD-00001.pdf").read_bytes().startswith(b"%PDF-")


def test_what_the_page_on_embedding_shows_can_be_run_from_top_to_bottom(programme, capsys):
    names: dict[str, object] = {}
    try:
        for block in blocks(EMBED, "python"):
            exec(block, names)  # noqa: S102  the page's own code
    finally:
        names["billhook"].close()

    assert re.sub(r"[0-9a-f-]{36}", "...", capsys.readouterr().out).splitlines() == [
        "opted_in", "['Ready']",
        "no_such_transition payout ... is Paid and cannot 'approve'. From here: payment_failed.",
    ]  # fmt: skip
    assert (programme / "ACME-DE-NORD-00001.pdf").exists()


def test_the_page_s_guard_and_effect_can_be_named_in_a_pipeline():
    names: dict[str, object] = {}
    exec("".join(block for block in blocks(EMBED, "python") if "Guard(" in block or "Effect(" in block), names)  # noqa: S102
    exec(blocks(EMBED, "python")[-1], names)  # noqa: S102
    text = (
        blocks(README, "yaml")[0]
        .replace("[rewards_settled]", "[worth_it]")
        .replace("[freeze_", "[note_cost_centre, freeze_")
    )

    assert compile_file(text, file="pipelines.yaml", registry=names["registry"]).ok
    assert names["worth_it"].check(SimpleNamespace(total=4999)).who == "vendor"
    assert names["worth_it"].check(SimpleNamespace(total=5000)) is None


@pytest.mark.parametrize("page", [README, PIPELINE])
def test_the_pipelines_of_a_page_are_right(page):
    found = compile_file(blocks(page, "yaml")[0], file=page, registry=Registry.load())

    assert [problem.sentence for problem in found.problems] == []
    assert len(found.definitions) == 2
