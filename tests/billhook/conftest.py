"""A shell in a folder of its own: `shell("payouts", "list")` runs the command in this process. It knows no command."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from billhook.cli import main
from billhook.cli.session import Session

EXAMPLES = Path(__file__).parents[2] / "examples"
DETAILS = {
    "legal_name": "Nordlicht GmbH", "line1": "Weg 1", "city": "Kiel", "postcode": "24103", "country": "DE",
    "tax_status": "registered", "vat_number": "DE136695976", "accept_agreement": "yes",
}  # fmt: skip
BUYER = {
    "code": "ACME", "legal_name": "Acme SAS", "line1": "1 rue A", "city": "Paris", "postcode": "75001",
    "country": "FR", "vat_number": "FR40303265045",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said: its exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Shell = Callable[..., Said]


@pytest.fixture
def shell(tmp_path, monkeypatch, capsys, sqlite_database, lent_press) -> Shell:
    """Commands run in a fresh folder, on a fresh database that has its tables."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Session, "press", lent_press)
    monkeypatch.setenv("BILLHOOK_DATABASE_URL", sqlite_database)

    def run(*arguments: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture(scope="session")
def beginnings(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("beginnings")


@pytest.fixture
def begin(beginnings, sqlite_database) -> Callable[[str, Callable[[], None]], None]:
    """`begin("acme", with_it)`: what `with_it` does to this test's database is done once a process, then copied."""
    database = Path(sqlite_database.removeprefix("sqlite:///"))

    def begin(name: str, with_it: Callable[[], None]) -> None:
        kept = beginnings / name
        if kept.exists():
            shutil.copy(kept, database)
        else:
            with_it()
            shutil.copy(database, kept)

    return begin


@pytest.fixture
def acme(shell, begin) -> Shell:
    """A shell whose database has the account ACME, the example's partners and rewards, the buyer and the switch."""
    begin("acme", lambda: found(shell))
    return shell


def found(shell: Shell) -> None:
    shell("init")
    shell("import", "partners", str(EXAMPLES / "partners.csv"))
    shell("import", "rewards", str(EXAMPLES / "rewards.csv"))
    shell("self-invoicing", "buyer", *options("--set", BUYER))
    shell("self-invoicing", "switch", "on")


def options(name: str, values: dict[str, str]) -> list[str]:
    return [part for key, value in values.items() for part in (name, f"{key}={value}")]


@pytest.fixture
def opted_in(acme, begin) -> Shell:
    """`acme`, where DE-NORD has opted in."""
    begin("opted in", lambda: acme("self-invoicing", "opt-in", "DE-NORD", *options("--answer", DETAILS)))
    return acme
