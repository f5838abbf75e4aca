"""Partners, rewards and payouts by command: what is said, what comes as JSON, what a refusal says."""

import hashlib
from pathlib import Path

import pytest

from tests.fakes import PDF


def payout(shell, *arguments: str) -> str:
    return shell("payouts", "create", *arguments, "--json").data["id"]


def test_a_dry_run_keeps_nothing(shell):
    shell("init")
    Path("p.csv").write_text(
        "code,name,country,language,main_contact_name,main_contact_email\nA,A,DE,de,Anna,anna@example.com\n"
    )
    said = shell("import", "partners", "p.csv", "--dry-run")

    assert said.out == "1 partner(s) would be imported.\n"
    assert shell("partners", "list", "--json").data == {"partners": [], "next": None}


def test_an_import_says_which_languages_documents_have_no_words_in(shell):
    shell("init")
    Path("p.csv").write_text(
        "code,name,country,language,main_contact_name,main_contact_email\nA,A,PL,pl,Anna,anna@example.com\n"
    )
    said = shell("import", "partners", "p.csv")

    assert said.err == "Documents and agreements have no words in pl yet; those partners read English.\n"
    assert said.out == "1 partner(s) imported.\n"


@pytest.mark.parametrize(("how", "status", "added"), [([], 1, 0), (["--partial"], 0, 1)])
def test_bad_rows_keep_all_out_unless_in_part(shell, how, status, added):
    shell("init")
    Path("p.csv").write_text(
        "code,name,country,language,main_contact_name,main_contact_email\n"
        "A,=A+1,DE,de,Anna,anna@example.com\nb,B,XX,de,Bert,bert@example.com\n"
    )
    said = shell("import", "partners", "p.csv", *how)

    assert (said.status, len(shell("partners", "list", "--json").data["partners"])) == (status, added)
    assert said.err == "p.csv:3: code: 1 to 12 of A-Z, 0-9 and '-'.\n" \
                       "p.csv:3: country: 'XX' is no ISO 3166 code, such as FR.\n"  # fmt: skip


def test_a_file_with_wrong_headings_is_not_taken_in_part_either(shell):
    shell("init")
    Path("p.csv").write_text("kode\nA\n")
    said = shell("import", "partners", "p.csv", "--partial", "--json")

    assert said.status == 1
    assert said.data["refused"][0] == {
        "file": "p.csv", "line": 1, "field": "kode", "reason": "No heading is called 'kode'. Did you mean 'code'?"
    }  # fmt: skip


def test_a_payout_that_becomes_ready_has_its_invoice_when_the_command_ends(opted_in):
    payout_id = payout(opted_in, "DE-NORD", "--ask", "none")
    fired = opted_in("payouts", "fire", payout_id[-8:], "validate", "--json")
    saved = opted_in("documents", "save", "--all", "--out", "paper", "--json").data["saved"]
    shown = opted_in("payouts", "show", payout_id, "--json").data["payout"]

    assert fired.data["target"] == "Ready"
    assert shown["invoice"]["status"] == "attached"
    assert hashlib.sha256(Path(saved[0]["file"]).read_bytes()).hexdigest() == shown["invoice"]["sha256"]
    assert opted_in("verify", "--json").data["holds"] is True


def test_who_does_not_wait_leaves_the_document_to_a_worker(opted_in):
    payout_id = payout(opted_in, "DE-NORD", "--ask", "none")
    opted_in("payouts", "fire", payout_id, "validate", "--no-wait")
    before = opted_in("jobs", "list", "--json").data["jobs"][0]["status"]
    drained = opted_in("worker", "--drain", "--threads", "1", "--json")

    assert (before, drained.data) == ("pending", {"open": 0, "parked": 0})
    assert "attached" in opted_in("payouts", "list").out


def test_a_refusal_has_a_line_for_each_reason_and_says_what_is_possible(acme, tmp_path):
    more = tmp_path / "more.csv"
    heading = "reference,partner,description,amount,currency,occurred_on,status"
    more.write_text(f"{heading}\nMORE-1,SE-FJARD,Not looked at yet,1.00,EUR,2026-11-01,pending\n")
    acme("import", "rewards", str(more))
    payout_id = payout(acme, "SE-FJARD", "--ask", "none")
    said = acme("payouts", "fire", payout_id, "validate")

    assert said.status == 1
    assert said.err.splitlines()[0] == f"payout {payout_id}: 2 things stand in the way."
    assert "  The total is zero or less, so there is nothing to pay" in said.err
    assert "  Rewards wait to be accepted or refused: MORE-1." in said.err
    assert said.err.splitlines()[-1] == "Possible now: cancel, hold."


def test_a_trigger_that_is_not_possible_here_is_told_as_data(acme):
    said = acme("payouts", "fire", payout(acme, "SE-FJARD"), "mark_paid", "--json")

    assert said.status == 1
    assert said.data["error"]["code"] == "no_such_transition"
    assert said.data["error"]["allowed"] == ["cancel", "hold"]


def test_a_partner_with_rewards_in_two_currencies_needs_one_named(acme):
    said = acme("payouts", "create", "NL-GRACHT")

    assert (said.status, said.out) == (1, "")
    assert "currency: rewards wait in EUR, USD; say which." in said.err


def test_a_repeat_under_one_key_is_done_once(acme):
    payout_id = payout(acme, "ES-SOL", "--currency", "eur", "--reward", "RW-2609-005")
    fire = ("payouts", "fire", payout_id, "hold", "--reason", "we look into it", "--key", "k1", "--json")

    assert acme(*fire).data == acme(*fire).data


def test_explain_says_why_who_and_what_next(acme):
    payout_id = payout(acme, "IT-ROSSI", "--ask", "invoice")
    before = acme("explain", "payout", payout_id).out
    acme("rewards", "accept", "RW-2611-040")
    acme("payouts", "fire", payout_id, "validate")
    after = acme("explain", "payout", payout_id).out

    assert "  validate: not yet\n    Rewards wait to be accepted or refused: RW-2611-040. (vendor)" in before
    assert "What can happen next, by the partner:" in after
    assert "  approve: not yet\n    The invoice that was asked for is not uploaded yet. (partner)" in after


def test_explain_of_a_partner_shows_its_open_steps_and_its_standing(acme):
    acme("onboarding", "start", "ES-SOL")
    said = acme("explain", "partner", "ES-SOL")

    assert "ES-SOL: Under way, referral version 1, stage contract." in said.out
    assert "Step guide asks:\n  viewed (yes_no, needed): I have viewed the document" in said.out
    assert "ES-SOL: never asked; the vendor's switch is on; agreement: none." in said.out


def test_a_step_is_answered_with_a_file_and_approved(acme):
    Path("signed.pdf").write_bytes(PDF)
    acme("onboarding", "start", "ES-SOL")
    answered = acme("onboarding", "answer", "ES-SOL", "agreement", "--answer", "file=@signed.pdf", "--json")
    approved = acme("onboarding", "approve", "ES-SOL", "agreement", "--json")

    assert (answered.data["status"], approved.data["status"]) == ("Waiting for approval", "Completed")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("file", "--answer cannot be accepted. file: write it as name=value.\n"),
        ("file=@none.pdf", "none.pdf: No such file or directory.\n"),
    ],
)
def test_an_answer_that_cannot_be_read_is_one_sentence(acme, answer, told):
    acme("onboarding", "start", "ES-SOL")
    said = acme("onboarding", "answer", "ES-SOL", "agreement", "--answer", answer)

    assert (said.status, said.err) == (1, told)


def test_every_missing_detail_of_an_opt_in_is_a_line(acme):
    said = acme("self-invoicing", "opt-in", "FR-LUMEN", "--answer", "tax_percent=abc")

    assert said.err.startswith("The answer: 7 things stand in the way.\n")
    assert "\n  tax_percent: 'abc' is no tax %." in said.err


def test_what_a_blocked_payout_waits_for_can_be_supplied(opted_in):
    opted_in("self-invoicing", "buyer", "--set", "city=")
    payout_id = payout(opted_in, "DE-NORD", "--ask", "none")
    opted_in("payouts", "fire", payout_id, "validate", "--no-wait")
    blocked = opted_in("payouts", "list").out
    opted_in("self-invoicing", "buyer", "--set", "city=Lyon", "--no-wait")

    assert "blocked: The buyer's city is missing. (vendor)" in blocked
    assert opted_in("payouts", "show", payout_id, "--json").data["payout"]["invoice"]["status"] == "issued"


def test_a_partner_sees_its_own_and_no_drafts(opted_in):
    payout_id = payout(opted_in, "DE-NORD")
    mine = ("payouts", "list", "--as", "partner:DE-NORD", "--json")
    before = opted_in(*mine).data["payouts"]
    opted_in("payouts", "fire", payout_id, "validate")

    assert (before, [one["id"] for one in opted_in(*mine).data["payouts"]]) == ([], [payout_id])


def test_amounts_of_lines_are_decimal_text(acme):
    said = acme("payouts", "show", payout(acme, "FR-BLANC"))

    assert "RW-2609-010  2026-09-15   Commission d'apport : Poterie Verte           150.00  accepted" in said.out


def test_a_job_that_waits_is_parked_by_its_end_with_a_reason(opted_in):
    opted_in("payouts", "fire", payout(opted_in, "DE-NORD", "--ask", "none"), "validate", "--no-wait")
    job = opted_in("jobs", "list", "--json").data["jobs"][0]["id"]
    said = opted_in("jobs", "park", job[-8:], "--reason", "No paper.", "--no-wait")

    assert said.out == "1 job(s) are parked. Another try: billhook jobs retry.\n"
    assert "parked by hand: No paper." in opted_in("jobs", "list", "--status", "parked", "--json").out
    assert "There is no job that waits" in opted_in("jobs", "park", job, "--reason", "x", "--no-wait").err


def test_no_parked_job_is_called_that(acme):
    said = acme("jobs", "retry", "0000")

    assert (said.status, said.err[:47]) == (1, "There is no parked job '0000' that you can see.")
    assert acme("jobs", "retry", "--all-parked").out == "0 job(s) are tried again.\n"


def test_a_list_is_shown_a_page_at_a_time_and_says_how_to_go_on(acme):
    made = [payout(acme, partner) for partner in ("DE-NORD", "FR-BLANC")]
    first = acme("payouts", "list", "--limit", "1")
    cursor = first.err.removeprefix("There are more. The next page: --after ").strip()
    last = acme("payouts", "list", "--limit", "1", "--after", cursor)

    assert made[0] in first.out and made[1] in last.out and last.err == ""
    assert acme("payouts", "list", "--limit", "1", "--json").data["next"] == cursor
    assert acme("payouts", "list", "--limit", "1", "--newest-first", "--json").data["payouts"][0]["id"] == made[1]
    assert acme("documents", "list", "--after", cursor).err.startswith("The list cannot be accepted. after: it is no")


def test_partners_are_listed_by_what_they_chose(opted_in):
    chose = opted_in("partners", "list", "--self-invoicing", "opted_in", "--json").data["partners"]

    assert [one["code"] for one in chose] == ["DE-NORD"]


def test_payouts_are_listed_by_their_invoice_and_hold(opted_in):
    payout_id = payout(opted_in, "DE-NORD", "--ask", "none")
    opted_in("payouts", "fire", payout_id, "validate", "--no-wait")
    opted_in("payouts", "fire", payout_id, "hold", "--reason", "we look into it")
    fitting = ("payouts", "list", "--invoice", "issued", "--on-hold", "--currency", "eur", "--json")

    assert [one["id"] for one in opted_in(*fitting).data["payouts"]] == [payout_id]
    assert opted_in("payouts", "list", "--not-on-hold").out == "Payouts: none.\n"


@pytest.mark.parametrize("name", ["partner", "state", "currency", "invoice"])
def test_a_condition_that_says_nothing_does_not_mean_all(acme, name):
    told = acme("payouts", "fire", "mark_paid", "--where", f"{name}=", "--dry-run")

    assert told.status == 1
    assert f"{name}: it says nothing; say which, or --all." in told.err


def test_a_currency_is_asked_for_in_small_letters_too(acme):
    acme("payouts", "create", "DE-NORD", "--currency", "eur")
    small, large = (
        acme("payouts", "fire", "cancel", "--where", f"currency={code}", "--reason", "x", "--dry-run").out
        for code in ("eur", "EUR")
    )

    assert small == large


def test_rewards_are_listed_with_what_became_of_them(acme):
    acme("rewards", "refuse", "RW-2611-042", "--reason", "They knew us before.")
    listed = acme("rewards", "list", "--partner", "US-CASCADE", "--status", "refused", "--json").data
    [reward] = listed["rewards"]

    assert (reward["reference"], reward["amount"], reward["payout"]) == ("RW-2611-042", "260.00", None)
    assert reward["reason"] == "They knew us before."
    assert "refused: They knew us before." in acme("rewards", "list", "--reference", "RW-2611-042").out


def test_a_reward_is_not_refused_without_a_reason(acme):
    said = acme("rewards", "refuse", "RW-2611-042")

    assert said.status == 1
    assert "'refuse rewards' needs a reason, which is kept with it." in said.err


def test_rewards_come_a_page_at_a_time(acme):
    page = acme("rewards", "list", "--limit", "2", "--newest-first", "--json").data
    told = acme("rewards", "list", "--limit", "2", "--newest-first")

    assert len(page["rewards"]) == 2
    assert f"The next page: --after {page['next']}" in told.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("payouts", "list", "--as", "partner"), "--as: write partner:CODE, such as partner:DE-NORD.\n"),
        (("payouts", "create", "DE-NORD", "--currency", "EURO"),
         "currency: 'EURO' is no currency of ISO 4217; write one such as EUR.\n"),
        (("documents", "save", "--all", "--out", "taken"),
         "--out: taken is a file; name a folder: each document is written into it under its own name.\n"),
        (("agreements", "revoke", "DE-NORD"), "'revoke agreement' needs a reason, which is kept with it. "
         "Say why in a sentence. On the command line: --reason TEXT.\n"),
        (("settings", "four-eyes", "on", "--as", "viewer:vi"),
         "viewer may not 'four eyes'. It is for: owners and admins. Ask one of them.\n"),
    ],
)  # fmt: skip
def test_what_was_meant_is_told(acme, arguments, told):
    Path("taken").touch()
    said = acme(*arguments)

    assert (said.status, said.out) == (1, "")
    assert said.err.endswith(told)


def test_a_trigger_that_is_none_is_told_with_the_one_that_was_meant(acme):
    said = acme("payouts", "fire", payout(acme, "DE-NORD", "--currency", "EUR"), "valdate").err

    assert "is Draft and cannot 'valdate'. Did you mean 'validate'? From here: cancel, hold, validate." in said


def test_whose_turn_it_is_is_told_and_nothing_that_is_impossible_is_offered(acme):
    waiting = payout(acme, "DE-NORD", "--currency", "EUR")
    acme("payouts", "fire", waiting, "validate")

    assert acme("payouts", "fire", waiting, "mark_paid").err == (
        f"payout {waiting} is Pending and cannot 'mark_paid'. Before that: approve (partner) or accept (vendor). "
        "From here: accept, cancel, hold, reopen, resolve_dispute.\n"
    )


def test_a_payout_whose_invoice_is_blocked_is_not_paid(opted_in):
    opted_in("self-invoicing", "change", "DE-NORD", "--answer", "city=")
    blocked = payout(opted_in, "DE-NORD", "--currency", "EUR", "--ask", "none")
    opted_in("payouts", "fire", blocked, "validate")
    said = opted_in("payouts", "fire", blocked, "mark_paid")

    assert said.status == 1
    assert "cannot 'mark_paid' yet. Its invoice waits for the partner: The seller's city is missing." in said.err
