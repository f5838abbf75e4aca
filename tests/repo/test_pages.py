"""The Python and the pipelines that pages show do what the pages say."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from docs.making import sessions
from engine.registry import Registry
from pipelines.compiler import compile_file

CHECKOUT = Path(__file__).parents[2]
README, EMBED, PIPELINE = "README.md", "docs/howto/embed.md", "docs/howto/write-a-pipeline.md"


def blocks(page: str, language: str) -> list[str]:
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory) -> Path:
    """The folder of the tutorial, as its commands leave it."""
    folder = tmp_path_factory.mktemp("tutorial")
    for _ in sessions.played((CHECKOUT / "docs/tutorial.md").read_text(encoding="utf-8"), folder):
        pass
    return folder


@pytest.fixture
def programme(tutorial, tmp_path, monkeypatch) -> Path:
    """A copy of it, where the pages' programs run."""
    shutil.copytree(tutorial, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_readme_s_program_leaves_an_invoice_and_says_what_it_shows(programme, capsys):
    [program] = blocks(README, "python")

    exec(program, {})  # noqa: S102  the page's own code

    said = capsys.readouterr().out
    assert f"  # {said}" in program
    assert (programme / "ACME-DE-NORD-00002.pdf").read_bytes().startswith(b"%PDF-")


def test_what_the_page_on_embedding_shows_can_be_run_from_top_to_bottom(programme, capsys):
    names: dict[str, object] = {}
    try:
        for block in blocks(EMBED, "python"):
            exec(block, names)  # noqa: S102  the page's own code
    finally:
        names["billhook"].close()

    assert re.sub(r"[0-9a-f-]{36}", "...", capsys.readouterr().out).splitlines() == [
        "ACME-DE-NORD-00002", "opted_in", "['Paid', 'Ready']",
        "no_such_transition payout ... is Paid and cannot 'approve'. From here: payment_failed.",
    ]  # fmt: skip
    assert (programme / "ACME-DE-NORD-00002.pdf").exists()


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
