"""The text of every error: the subject, what is true, and the way out."""

import re
from datetime import timedelta

import pytest

from engine import errors
from engine.errors import Missing, Problem, Refusal

TEXTS = [
    (errors.Unknown("guard", "not_on_hould", ["not_on_hold", "four_eyes"]),
     "unknown_name", "No guard is called 'not_on_hould'. Did you mean 'not_on_hold'?"),
    (errors.Unknown("guard", "xyz", ["not_on_hold", "four_eyes"]),
     "unknown_name", "No guard is called 'xyz'. Known: four_eyes, not_on_hold."),
    (errors.Invalid("Partner 'X'", [Problem("country", "'ZZ' is no ISO 3166 code, such as FR."),
                                    Problem("name", "it is empty.")]),
     "invalid", "Partner 'X' cannot be accepted. country: 'ZZ' is no ISO 3166 code, such as FR. name: it is empty."),
    (errors.Invalid("Partner X", [Problem("", "its onboarding is under way already.")]), "invalid",
     "Partner X: its onboarding is under way already."),
    (errors.IdempotencyConflict("k1"), "idempotency_conflict",
     "Key 'k1' was used before for a different request. Send a new request under a new key."),
    (errors.NotFound("payout", "7"), "not_found",
     "There is no payout '7' that you can see. Look at the list of payouts for its id."),
    (errors.NotAllowed("mark_paid", "viewer", ["finance", "admin"]), "not_allowed",
     "viewer may not 'mark_paid'. It is for: owners, admins, managers and finance. Ask one of them."),
    (errors.NotAllowed("accept", "api", ["partner", "the sweeper"]), "not_allowed",
     "an API token may not 'accept'. It is for: the partner's main contact, the sweeper. Ask one of them."),
    (errors.Conflict("payout 7"), "conflict",
     "payout 7 was changed by somebody else meanwhile. Read it again and repeat."),
    (errors.ClaimLost("j1"), "claim_lost", "Job j1 was changed by somebody else meanwhile. Read it again and repeat."),
    (errors.NoSuchTransition("payout 7", "Ready", "accept", ["mark_paid", "cancel"]), "no_such_transition",
     "payout 7 is Ready and cannot 'accept'. From here: cancel, mark_paid."),
    (errors.NoSuchTransition("payout 7", "Pending", "mark_paid", [], others=["approve", "accept"]),
     "no_such_transition", "payout 7 is Pending and cannot 'mark_paid'. From here others go on: accept, approve."),
    (errors.NoSuchTransition("payout 7", "Pending", "mark_paid", ["accept"],
                             before=["approve (partner)", "accept (vendor)"]), "no_such_transition",
     "payout 7 is Pending and cannot 'mark_paid'. Before that: approve (partner) or accept (vendor). "
     "From here: accept."),
    (errors.NoSuchTransition("payout 7", "Draft", "valdate", ["validate"], suggestion="validate"),
     "no_such_transition", "payout 7 is Draft and cannot 'valdate'. Did you mean 'validate'? From here: validate."),
    (errors.NoSuchTransition("payout 7", "Cancelled", "accept", []), "no_such_transition",
     "payout 7 is Cancelled and cannot 'accept'. This state is final."),
    (errors.Refused("payout 7", "Ready", "mark_paid", refusals=[Refusal("not_on_hold", "It is on hold: doubts.")],
                    allowed=["release"]), "refused",
     "payout 7 is Ready and cannot 'mark_paid' yet. It is on hold: doubts. Possible now: release."),
    (errors.Refused("payout 7", "Ready", "mark_paid", refusals=[Refusal("g", "It rains.")], allowed=[]), "refused",
     "payout 7 is Ready and cannot 'mark_paid' yet. It rains. Nothing else is possible now."),
    (errors.TooMany("Links to sign in", timedelta(minutes=15)), "too_many",
     "Links to sign in were asked for too often. Wait 15 minutes, then ask again."),
    (errors.CommitUnknown(), "commit_unknown",
     "The database went away while this was being committed, so it may have been done or not. Look before you repeat"
     " it; under the same idempotency key it can be repeated at once."),
    (errors.StepRefused("terms", "Completed", "answer", allowed=["invalidate"]), "step_refused",
     "Step 'terms' is Completed and takes no 'answer'. Possible now: invalidate."),
    (errors.StepRefused("terms", "not open", "answer", allowed=[]), "step_refused",
     "Step 'terms' is not open and takes no 'answer'. Nothing is to be done here now."),
    (errors.StepRefused("terms", "not open", "answer", allowed=[], opens_after="Papers"), "step_refused",
     "Step 'terms' is not open and takes no 'answer'. It opens when the stage 'Papers' is done."),
    (errors.ReasonRequired("cancel"), "reason_required",
     "'cancel' needs a reason, which is kept with it. Say why in a sentence."),
    (errors.SelfInvoicingRefused("payout 7", "Invoice blocked. The seller's city is missing. (partner)",
                                 missing=[Missing("seller.city", "The seller's city is missing.", "partner")]),
     "self_invoicing_refused", "payout 7: Invoice blocked. The seller's city is missing. (partner)"),
    (errors.InvoiceRefused("SB-1", "contested", "It is credited, so nothing more is to be said about it."),
     "invoice_refused",
     "Invoice SB-1 cannot be contested. It is credited, so nothing more is to be said about it."),
    (errors.SelfInvoicingRefused("payout 7", "it has an invoice already."), "self_invoicing_refused",
     "payout 7: it has an invoice already."),
    (errors.JobError("The press is away; it is tried again."), "job_failed", "The press is away; it is tried again."),
    (errors.NotItsTurn(), "not_its_turn", "another one is being sent; this one waits 5 s"),
    (errors.RenderError("SB-1 does not show its number.", permanent=True), "render_failed",
     "SB-1 does not show its number."),
    (errors.DatabaseUnreachable("sqlite:///no/x.db", "the folder is missing"), "database_unreachable",
     "The database sqlite:///no/x.db cannot be opened: the folder is missing. "
     "Look at --database or BILLHOOK_DATABASE_URL."),
    (errors.DatabaseNotReady("sqlite:///x.db", "none", "0001"), "database_not_ready",
     "The database sqlite:///x.db is at version none, not 0001. Run: billhook db upgrade"),
    (errors.DatabaseNotReady("sqlite:///x.db", "0009", "0002"), "database_not_ready",
     "The database sqlite:///x.db is at version 0009, not 0002. A newer billhook has been here: install that one."),
    (errors.DatabaseNotEmpty("sqlite:///x.db", ["payout", "account"]), "database_not_empty",
     "The database sqlite:///x.db has rows in account, payout. "
     "Nothing is written over them; name an empty database with --database."),
    (errors.BackupUnusable("x.bhk", "it has no manifest."), "backup_unusable",
     "The backup x.bhk cannot be used: it has no manifest. Take another one; nothing was changed."),
    (errors.BrokerUnreachable("redis://localhost:6379"), "broker_unreachable",
     "No Redis answers at redis://localhost:6379. Start it, or unset BILLHOOK_BROKER_URL to work without one."),
    (errors.BrokerUnreachable("amqp://localhost", "RabbitMQ"), "broker_unreachable",
     "No RabbitMQ answers at amqp://localhost. Start it, or unset BILLHOOK_BROKER_URL to work without one."),
    (errors.BrokerRefuses("amqp://localhost", "RabbitMQ"), "broker_refuses",
     "The RabbitMQ at amqp://localhost does not let billhook in. "
     "Look at the user, the password and what follows the host in BILLHOOK_BROKER_URL."),
    (errors.MissingSystemLibrary("libpango-1.0", "libpango-1.0-0"), "missing_system_library",
     "The system library libpango-1.0 is missing. On Debian: apt-get install libpango-1.0-0"),
    (errors.NoVatCheck(), "no_vat_check",
     "VAT numbers are not looked up online here; only their check digits are looked at. "
     "Set BILLHOOK_VAT_CHECK=vies to ask the register of the EU."),
    (errors.MissingPackage("saxonche", "The official rules", "pip install 'billhook[official]'"), "missing_package",
     "The official rules need saxonche, not installed here. Run: pip install 'billhook[official]'"),
    (errors.NameClash("engine", "engine 1.0"), "name_clash",
     "The package 'engine' that Python finds is engine 1.0, not billhook's. "
     "Install billhook into a virtual environment of its own."),
]  # fmt: skip

# Bases, which are only caught, or raised with a sentence of their own.
BASES = {errors.BillhookError, errors.UsageError, errors.TransitionError, errors.SetupError}


def every_error(of: type[errors.BillhookError] = errors.BillhookError) -> set[type[errors.BillhookError]]:
    mine = {error for error in of.__subclasses__() if error.__module__ == errors.__name__}
    return {of} | {each for error in mine for each in every_error(error)}


@pytest.mark.parametrize(("error", "code", "text"), TEXTS, ids=[f"{type(row[0]).__name__}-{row[1]}" for row in TEXTS])
def test_an_error_names_the_subject_what_is_true_and_the_way_out(error, code, text):
    assert (error.code, str(error)) == (code, text)


def test_every_error_class_has_its_text_tested():
    assert {type(row[0]) for row in TEXTS} | BASES == every_error()


def test_every_error_has_a_code_of_its_own():
    codes = [error.code for error in every_error()]

    assert len(codes) == len(set(codes))


def test_the_tree_in_the_docstring_names_every_error():
    assert {error.__name__ for error in every_error()} <= set(errors.__doc__.split())


@pytest.mark.parametrize("error", [row[0] for row in TEXTS])
def test_no_text_blames_or_is_vague(error):
    assert not re.search(r"\b(invalid|failed to|something went wrong|illegal|sorry)\b", str(error).lower())


def test_a_job_error_says_whether_another_try_can_help():
    assert (errors.JobError("x").permanent, errors.RenderError("x", permanent=True).permanent) == (False, True)


def test_the_closest_name_is_offered_only_when_it_is_close():
    assert errors.closest("isue_invoice", ["issue_invoice", "confirm"]) == "issue_invoice"
    assert errors.closest("zzz", ["issue_invoice", "confirm"]) is None
