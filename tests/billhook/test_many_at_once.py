"""Many payouts by one command: rehearsed, fired in chunks, refused one by one, interrupted and taken up again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from billhook.cli import main
from engine.store import Store
from tests.worlds import Place

PROCESS = Path(__file__).parents[1] / "bulk_process.py"


@pytest.fixture
def place(database):
    store = Store(database, durability="NORMAL")
    place = Place(store)
    place.partner()
    yield place
    store.close()


@pytest.fixture
def shell(place, capsys, monkeypatch):
    """Runs a command; gives its exit status, standard output and standard error."""
    url = place.world.store.url.render_as_string(hide_password=False)
    monkeypatch.setenv("BILLHOOK_DATABASE_URL", url)

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--no-wait"])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def interrupted(place, name, number):
    url = place.world.store.url.render_as_string(hide_password=False)
    return subprocess.run(
        [sys.executable, PROCESS, url, name, str(number)], capture_output=True, text=True, timeout=120, check=False,
        cwd=PROCESS.parents[1],
    )  # fmt: skip


@pytest.fixture
def mixed(place):
    """Five payouts that can be validated, three whose rewards wait, one that is Pending, one of another partner."""
    waiting = [place.payout() for _ in range(3)]
    place.owner.transact(lambda tx: tx.run("UPDATE reward SET status = 'pending'"))
    good = [place.payout() for _ in range(5)]
    pending = place.payout(state="Pending")
    place.partner("OTHER")
    return place, good, waiting, pending, place.payout("OTHER")


def test_all_that_fit_are_fired_and_each_refusal_is_told(mixed, shell):
    place, good, waiting, pending, other = mixed
    status, out, _ = shell("payouts", "fire", "validate", "--where", "partner=NORD")

    assert (status, out.splitlines()[:2]) == (1, ["5 payout(s) fired: Draft -> Pending 5.", "4 payout(s) refused:"])
    told = (
        "It is Pending and cannot 'validate'. Before that: reopen (vendor). From here: accept, cancel, reopen, resolve."
    )
    assert f"  1: {told}\n     {pending}" in out
    assert {place.state(payout) for payout in good} == {"Pending"}
    assert {place.state(payout) for payout in (*waiting, other)} == {"Draft"}


def test_json_has_every_payout_and_every_reason(mixed, shell):
    _place, good, waiting, pending, other = mixed
    told = json.loads(shell("payouts", "fire", "validate", "--all", "--json")[1])
    reasons = {one["payout_id"]: one["code"] for one in told["refused"]}

    assert [one["payout_id"] for one in told["fired"]] == [*good, other]
    assert reasons == {**dict.fromkeys(waiting, "refused"), pending: "no_such_transition"}
    assert told["refused"][0]["refusals"][0]["guard"] == "rewards_settled"
    assert (told["trigger"], told["dry_run"], told["not_tried"]) == ("validate", False, [])


def test_refusals_for_the_same_reason_are_counted_together(mixed, shell):
    waiting = mixed[2]
    _, out, _ = shell("payouts", "fire", *waiting, "mark_paid")

    assert out == (
        "0 payout(s) fired.\n3 payout(s) refused:\n"
        "  3: It is Draft and cannot 'mark_paid'. Before that: validate (vendor). From here: cancel.\n"
        f"     {', '.join(waiting)}\n"
    )


def test_a_dry_run_says_what_would_come_and_changes_nothing(mixed, shell):
    place = mixed[0]
    before = place.everything()
    status, out, _ = shell("payouts", "fire", "validate", "--where", "state=Draft", "--dry-run")

    assert (status, out.splitlines()[0]) == (1, "6 payout(s) would be fired: Draft -> Pending 6.")
    assert out.splitlines()[1] == "3 payout(s) would be refused:"
    assert place.everything() == before


def test_where_nothing_is_refused_the_command_succeeds(mixed, shell):
    status, out, _ = shell("payouts", "fire", "accept", "--where", "state=Pending", "--reason", "agreed by phone")

    assert (status, out) == (0, "1 payout(s) fired: Pending -> Ready 1.\n")


def test_several_conditions_hold_together(mixed, shell):
    place, _, _, pending, _ = mixed
    where = ("--where", "state=Pending", "--where", "currency=EUR", "--where", "on_hold=no", "--where",
             "invoice=not_applicable", "--where", "partner=NORD")  # fmt: skip

    assert (
        json.loads(shell("payouts", "fire", "cancel", "--reason", "x", *where, "--json")[1])["fired"][0]["payout_id"]
        == pending
    )
    assert place.state(pending) == "Cancelled"


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["validate"], 2, "Name payouts before the trigger, or say --where or --all."),
        (["validate", "--all", "--where", "state=Draft"], 2, "Name payouts before the trigger"),
        (["validate", "--all", "--upload", "invoice=@x.pdf"], 2, "--upload is for one payout"),
        (["validate", "--where", "state=Draf"], 1, "No state is called 'Draf'. Did you mean 'Draft'?\n"),
        (["validate", "--where", "partner=NORTH"], 1, "There is no partner 'NORTH' that you can see."),
        (["validate", "--where", "invoice=atached"], 1, "Did you mean 'attached'?\n"),
        (["validate", "--where", "stat=Draft"], 1, "No name for --where is called 'stat'. Did you mean 'state'?\n"),
        (["validate", "--where", "on_hold=maybe"], 1, "on_hold: yes or no."),
        (["validate", "--where", "state=Draft", "--where", "state=Paid"], 1, "say each name once."),
        (["validate", "--where", "state"], 1, "write it as name=value."),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_fires_nothing(mixed, shell, arguments, status, told):
    before = mixed[0].everything()
    ended, out, err = shell("payouts", "fire", *arguments)

    assert (ended, out) == (status, "")
    assert told in " ".join(err.replace("│", " ").split()) + "\n"
    assert mixed[0].everything() == before


@pytest.fixture
def three_hundred(place):
    """Draft payouts, of which each tenth cannot be validated: its reward waits."""
    made = [place.payout() for _ in range(300)]
    place.owner.transact(lambda tx: tx.run("UPDATE reward SET status = 'pending' WHERE reference LIKE '%0'"))
    return place, made


@pytest.mark.parametrize(("where", "fired"), [("state=Draft", 180), ("partner=NORD", 270)])
def test_killed_in_the_middle_and_run_again_each_is_fired_once(three_hundred, shell, where, fired):
    place, _ = three_hundred
    killed = interrupted(place, "SIGKILL", 150)
    moved = len(place.all(_PENDING))
    status, out, _ = shell("payouts", "fire", "validate", "--where", where, "--key", "july")

    assert (killed.returncode, moved) == (-9, 90)
    assert (status, out.splitlines()[0]) == (1, f"{fired} payout(s) fired: Draft -> Pending {fired}.")
    assert out.count("Rewards wait to be accepted or refused") == 20 and "and 10 other reason(s)" in out
    assert {row.version for row in place.all(_PENDING)} == {2} and len(place.all(_PENDING)) == 270
    assert shell("verify")[0] == 0


def test_told_to_stop_it_ends_after_the_chunk_in_hand_and_says_what_is_left(place, shell):
    payouts = [place.payout() for _ in range(130)]
    stopped = interrupted(place, "SIGINT", 50)
    told = json.loads(stopped.stdout)

    assert (stopped.returncode, len(told["fired"]), told["not_tried"]) == (1, 100, payouts[100:])
    assert stopped.stderr == "Stopped: 30 payout(s) were not tried. The same command goes on with them.\n"
    assert shell("payouts", "fire", "validate", "--where", "state=Draft")[0] == 0


def test_a_repeat_under_one_key_answers_as_the_first_time(place, shell):
    chosen = [place.payout() for _ in range(3)]
    fire = ("payouts", "fire", *chosen, "validate", "--key", "july", "--json")

    assert shell(*fire) == shell(*fire)
    assert {len(place.history(payout)) for payout in chosen} == {2}


def test_a_contact_moves_its_own_and_what_is_not_its_own_is_not_there(mixed, shell):
    place, _, _, pending, other = mixed
    mine = ("--as", "partner:NORD", "--json")
    asked = json.loads(shell("payouts", "fire", "upload_invoice", "--all", "--dry-run", *mine)[1])
    named = json.loads(shell("payouts", "fire", "cancel", other, pending, "--reason", "x", *mine)[1])

    assert [one["payout_id"] for one in asked["refused"]] == [pending]
    assert named["error"]["code"] == "not_found"
    assert place.state(pending) == "Pending"


_PENDING = "SELECT id, version FROM payout WHERE account_id = :account AND state = 'Pending'"
