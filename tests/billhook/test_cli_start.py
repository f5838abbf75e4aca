"""The first commands: init, check, publish, db upgrade; what loads when; what the command line says of surroundings."""

import json
import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from billhook.cli import main
from engine.migrations import wanted

SHIPPED = Path(__file__).parents[2] / "pipelines.yaml"
HEAVY = ("sqlmodel", "sqlalchemy", "alembic", "weasyprint", "dramatiq", "transitions", "PIL")


@pytest.mark.parametrize("arguments", [["--help"], ["check", str(SHIPPED)], ["payouts", "--help"]])
def test_help_and_check_load_no_database_no_queue_and_no_press(arguments):
    program = (
        "import sys, json\nfrom billhook.cli import main\ntry:\n    main(sys.argv[1:])\nexcept SystemExit:\n"
        f"    sys.stderr.write(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    )
    ran = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)

    assert json.loads(ran.stderr) == []
    assert ran.stdout


def test_init_done_again_does_nothing_twice(shell):
    first, second = shell("init", "--json"), shell("init", "--json")

    assert (first.status, second.status) == (0, 0)
    assert [one["new"] for one in first.data["published"]] == [True, True]
    assert [one["new"] for one in second.data["published"]] == [False, False]
    assert Path("pipelines.yaml").read_bytes() == SHIPPED.read_bytes()


def test_init_keeps_a_file_that_is_there_and_says_what_is_wrong_in_it(shell):
    Path("pipelines.yaml").write_text("version: 1\nonboardin: {}\n")
    said = shell("init")

    assert said.status == 2
    assert "pipelines.yaml:2:1 E201" in said.err
    assert "did you mean 'onboarding'?" in said.err


def test_init_on_an_account_that_is_there_says_what_it_left_and_how_to_change_it(shell):
    shell("init", "--name", "Acme", "--timezone", "Europe/Paris")
    said = shell("init", "--name", "Apex", "--timezone", "Europe/Madrid").out

    assert "Its name is 'Acme' and was left as it is; it is said once, when the account is made.\n" in said
    assert "Its time zone is Europe/Paris and was left as it is. " in said
    assert "To change it: billhook settings timezone Europe/Madrid\n" in said
    assert "was left as it is" not in shell("init", "--name", "Acme", "--timezone", "Europe/Paris").out


@pytest.mark.parametrize("times", [0, 1])
def test_init_refuses_a_time_zone_that_is_none_and_writes_nothing(shell, times):
    for _ in range(times):
        shell("init")
    said = shell("init", "--timezone", "Europe/Pariss")

    assert (said.status, said.out) == (1, "")
    assert "timezone: 'Europe/Pariss' is none; name one such as Europe/Paris." in said.err
    assert Path("pipelines.yaml").exists() == bool(times)


def test_init_says_how_somebody_gets_in_until_somebody_can(shell):
    way_in = "billhook people invite EMAIL NAME --role owner"

    assert way_in in shell("init").out
    shell("people", "invite", "olga@example.com", "Olga", "--role", "manager")
    assert way_in not in shell("init").out


def test_init_gives_the_owner_a_seat_and_leaves_the_role_of_who_has_one(shell):
    said = shell("init", "--owner", "olga@example.com").out
    shell("people", "invite", "mo@example.com", "Mo", "--role", "manager")
    again = shell("init", "--owner", "Mo@example.com").out

    assert "olga@example.com may sign in as its owner.\n" in said
    assert "Mo@example.com is manager and was left so. " in again
    assert "To change it: billhook people role Mo@example.com --role owner\n" in again


def test_a_vendor_may_name_account_and_time_zone(shell):
    said = shell("init", "--account", "GLOBEX", "--name", "Globex", "--timezone", "Europe/Madrid", "--json")

    assert said.data["account"] == "GLOBEX"
    assert shell("payouts", "list", "--account", "GLOBEX", "--json").data == {"payouts": [], "next": None}


@pytest.mark.parametrize(
    ("form", "told"),
    [("text", "bad.yaml:1:1 "), ("json", '"line": 1'), ("github", "::error file=bad.yaml,line=1"), ("sarif", "2.1.0")],
)
def test_check_reports_in_the_form_that_is_asked_for(shell, form, told):
    Path("bad.yaml").write_text("version: 1\n")
    said = shell("check", "bad.yaml", "--format", form)

    assert said.status == 2
    assert told in said.out


def test_check_names_what_is_in_a_file_without_mistakes(shell):
    said = shell("check", str(SHIPPED))

    assert said.status == 0
    assert said.out.endswith("nothing is wrong in 2 pipelines (referral, standard).\n")


def test_publish_refuses_a_file_with_mistakes_as_json_too(shell):
    Path("bad.yaml").write_text("version: 1\n")
    shell("init")
    said = shell("publish", "bad.yaml", "--json")

    assert said.status == 2
    assert said.data["error"]["code"] == "pipelines_refused"
    assert said.data["error"]["problems"][0]["line"] == 1


def test_options_of_every_command_stand_before_or_after_it(shell):
    shell("init")

    assert shell("--json", "payouts", "list").data == shell("payouts", "list", "--json").data


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite:///nowhere.db", "The database sqlite:///{here}/nowhere.db cannot be opened: there is no such file; "
         "go to its folder, or begin one with: billhook init. Look at --database or BILLHOOK_DATABASE_URL.\n"),
        ("sqlite:///empty.db", f"The database sqlite:///empty.db is at version none, not {wanted()}. "
         "Run: billhook db upgrade\n"),
        ("mysql://h/db", "The database mysql://h/db cannot be opened: write sqlite:///file or "
         "postgresql+psycopg://host/name. Look at --database or BILLHOOK_DATABASE_URL.\n"),
        ("nonsense", "The database that was named cannot be opened: write sqlite:///file or "
         "postgresql+psycopg://host/name. Look at --database or BILLHOOK_DATABASE_URL.\n"),
        ("sqlite:///junk.db", "The database sqlite:///junk.db cannot be opened: file is not a database. "
         "Look at --database or BILLHOOK_DATABASE_URL.\n"),
    ],
)  # fmt: skip
def test_a_database_that_is_not_ready_is_one_sentence(shell, url, told):
    Path("junk.db").write_bytes(b"no database" * 1000)
    Path("empty.db").touch()
    said = shell("--database", url, "payouts", "list")

    assert (said.status, said.out, said.err) == (1, "", told.replace("{here}", str(Path.cwd())))
    assert not Path("nowhere.db").exists()


def test_an_address_that_is_none_shows_no_password(shell):
    said = shell("payouts", "list", "--database", "postgres-x://anna:secret@host/db")

    assert said.status == 1
    assert "secret" not in said.err


def test_a_server_that_does_not_answer_is_one_sentence_without_its_password(shell):
    said = shell("payouts", "list", "--database", "postgresql+psycopg://anna:secret@127.0.0.1:1/x", "--json")

    assert said.status == 1
    assert said.data["error"]["code"] == "database_unreachable"
    assert "secret" not in said.out


def test_a_redis_that_does_not_answer_is_one_sentence(shell, monkeypatch):
    monkeypatch.setenv("BILLHOOK_BROKER_URL", "redis://127.0.0.1:1")
    said = shell("worker")

    assert (said.status, said.err) == (1, "No Redis answers at redis://127.0.0.1:1. "
                                          "Start it, or unset BILLHOOK_BROKER_URL to work without one.\n")  # fmt: skip


def test_upgrading_makes_the_tables_and_doing_it_again_changes_nothing(shell):
    shell("db", "upgrade", "--database", "sqlite:///new.db")
    said = shell("db", "upgrade", "--database", "sqlite:///new.db")

    assert (said.status, said.out) == (0, "The database sqlite:///new.db is up to date.\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--as", "king", "payouts", "list"], "No role is called 'king'. Known: admin, finance, manager, owner, "
         "partner:CODE, viewer.\n"),
        (["--as", "partner:NOBODY", "payouts", "list"], "There is no partner 'NOBODY' that you can see. "
         "Look at the list of partners for its id.\n"),
        (["--account", "OTHER", "payouts", "list"], "No account is called 'OTHER'. Known: ACME.\n"),
        (["check", "none.yaml"], "none.yaml: No such file or directory.\n"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_one_sentence(shell, arguments, told):
    shell("init")
    said = shell(*arguments)

    assert (said.status, said.out, said.err) == (1, "", told)


def test_without_an_account_the_way_out_is_told(shell):
    said = shell("payouts", "list")

    assert said.status == 1
    assert "--account: there is none yet. Run: billhook init" in said.err


def test_of_several_accounts_one_must_be_named(shell):
    shell("init")
    shell("init", "--account", "OTHER")
    said = shell("payouts", "list")

    assert "--account: there are ACME, OTHER; name one." in said.err


def test_what_is_no_command_is_the_authors_mistake(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["payoutz"])

    assert ended.value.code == 2
    assert "payoutz" in capsys.readouterr().err


def test_upgrading_tables_of_a_newer_billhook_is_refused_in_a_sentence(shell, sqlite_database):
    shell("db", "upgrade")
    with sqlite3.connect(sqlite_database.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    said = shell("db", "upgrade")

    assert (said.status, said.out) == (1, "")
    assert said.err.endswith(f"is at version 9999, not {wanted()}. A newer billhook has been here: install that one.\n")


def test_an_account_that_is_not_there_is_told_with_those_that_are(shell):
    shell("init")

    assert shell("--account", "ACNE", "payouts", "list").err == "No account is called 'ACNE'. Did you mean 'ACME'?\n"


def test_the_version_is_told(shell):
    assert shell("--version").out == f"billhook {version('billhook')}\n"
