"""
Every error of billhook, as a tree. Each has fields for programs, a stable `code` for clients and one sentence
for people: the subject, what is true, and the way out.

    BillhookError
        UsageError                  what was asked cannot be read
            Unknown                 a name that nothing is registered under
            Invalid                 values that break a rule, all of them at once
            IdempotencyConflict     one key, two different requests
        NotFound                    not there, or not yours: the same answer
        NotAllowed                  yours to see, not yours to do
        Conflict                    somebody else was first
            ClaimLost               a job's lease ran out and another worker has it
        TooMany                     more often than anybody needs; and when it goes on
        CommitUnknown               the database went away while committing
        TransitionError
            NoSuchTransition        the pipeline has no such trigger in the present state
            Refused                 guards say no; each with its sentence
            StepRefused             an onboarding step is not in a state for this verb
            ReasonRequired          the verb wants a reason and got none
        InvoiceRefused              an invoice that is not accepted, contested or resolved now
        SelfInvoicingRefused        opting in or issuing is not possible now, and what is missing
        JobError                    work that did not succeed; `permanent` says whether to try again
            NotItsTurn              another of its kind is in hand; it waits some seconds
            RenderError             the document could not be made
        SetupError                  the surroundings are not ready
            DatabaseUnreachable     there is no way to the database that was named
            DatabaseNotReady        no tables, or not the version this code wants
            DatabaseNotEmpty        a backup goes into an empty database only
            BackupUnusable          a file that is no backup, or a damaged one
            BrokerUnreachable
            BrokerRefuses
            MissingSystemLibrary
            MissingPackage          an optional part is not installed
            NoVatCheck              no register of VAT numbers is asked online here
            NameClash               another distribution's package stands under one of our names
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

# The billing code tells what is wrong in these two values, and may not import from here.
from engine.billing.errors import Missing as Missing
from engine.billing.errors import Problem as Problem
from engine.wording import closest as closest
from engine.wording import onward, possible, roles_of, told


class BillhookError(Exception):
    """Base of all. `str(error)` is the sentence for people."""

    code = "billhook_error"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One guard's no: its name, a sentence, the field that is needed (may be empty) and who can fix it."""

    guard: str
    sentence: str
    field: str = ""
    who: str = ""


class UsageError(BillhookError):
    """What was asked cannot be read."""

    code = "usage"


class Unknown(UsageError):
    """A name that nothing is registered under."""

    code = "unknown_name"

    def __init__(self, kind: str, name: str, known: Collection[str]) -> None:
        self.kind, self.name, self.known = kind, name, sorted(known)
        self.suggestion = closest(name, known)
        hint = f"Did you mean '{self.suggestion}'?" if self.suggestion else f"Known: {', '.join(self.known)}."
        super().__init__(f"No {kind} is called '{name}'. {hint}")


class Invalid(UsageError):
    """
    Values that break a rule; `problems` names all of them. One without a field is no value's: it says what is true of
    the subject.
    """

    code = "invalid"

    def __init__(self, subject: str, problems: Sequence[Problem]) -> None:
        self.subject, self.problems = subject, tuple(problems)
        said = " ".join(map(told, self.problems))
        of_values = any(problem.field for problem in self.problems)
        super().__init__(f"{subject} cannot be accepted. {said}" if of_values else f"{subject}: {said}")


class IdempotencyConflict(UsageError):
    """One idempotency key came with two different requests."""

    code = "idempotency_conflict"

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"Key '{key}' was used before for a different request. Send a new request under a new key.")


class NotFound(BillhookError):
    """Not there, or not yours: the answer is the same."""

    code = "not_found"

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"There is no {kind} '{name}' that you can see. Look at the list of {kind}s for its id.")


class NotAllowed(BillhookError):
    """Yours to see, not yours to do. `allowed`: the groups that may; the sentence names their roles."""

    code = "not_allowed"

    def __init__(self, verb: str, role: str, allowed: Collection[str]) -> None:
        self.verb, self.role, self.allowed = verb, role, tuple(allowed)
        who = "an API token" if role == "api" else role.replace("_", " ")
        super().__init__(f"{who} may not '{verb}'. It is for: {roles_of(self.allowed)}. Ask one of them.")


class Conflict(BillhookError):
    """Somebody else was first; nothing was changed."""

    code = "conflict"

    def __init__(self, subject: str, told: str = "") -> None:
        self.subject = subject
        super().__init__(f"{subject} {told or 'was changed by somebody else meanwhile. Read it again and repeat.'}")


class ClaimLost(Conflict):
    """A job's lease ran out and another worker has it: what this one did late is thrown away."""

    code = "claim_lost"

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(f"Job {job_id}")


class TooMany(BillhookError):
    """More often than anybody needs; nothing was done. `after` says when to come again."""

    code = "too_many"

    def __init__(self, subject: str, after: timedelta) -> None:
        self.subject, self.after = subject, after
        minutes = max(1, round(after.total_seconds() / 60))
        super().__init__(f"{subject} were asked for too often. Wait {minutes} minutes, then ask again.")


class CommitUnknown(BillhookError):
    """The connection was lost between the commit's sending and its answer."""

    code = "commit_unknown"

    def __init__(self) -> None:
        super().__init__(
            "The database went away while this was being committed, so it may have been done or not. Look before you"
            " repeat it; under the same idempotency key it can be repeated at once."
        )


class TransitionError(BillhookError):
    """A verb that the subject's present state does not take. Nothing was changed."""

    code = "transition"


class NoSuchTransition(TransitionError):
    """
    The pipeline has no such trigger in the subject's present state. `allowed` is what this actor may do there now,
    `others` what only others may. `before`: the triggers that lead to where it is possible, each with who may;
    `suggestion`: the pipeline's trigger that was meant, where it has none of this name.
    """

    code = "no_such_transition"

    def __init__(
        self, subject: str, state: str, trigger: str, allowed: Collection[str], *, others: Collection[str] = (),
        before: Sequence[str] = (), suggestion: str | None = None,
    ) -> None:  # fmt: skip
        self.subject, self.state, self.trigger, self.allowed = subject, state, trigger, sorted(allowed)
        self.before, self.suggestion = tuple(before), suggestion
        hints = f"Did you mean '{suggestion}'? " if suggestion else ""
        hints += f"Before that: {' or '.join(self.before)}. " if self.before else ""
        super().__init__(f"{subject} is {state} and cannot '{trigger}'. {hints}{onward(self.allowed, others)}")


class Refused(TransitionError):
    """Guards say no; `refusals` has one entry for each that does, `allowed` what is possible instead."""

    code = "refused"

    def __init__(
        self, subject: str, state: str, trigger: str, *, refusals: Sequence[Refusal], allowed: Collection[str]
    ) -> None:
        self.subject, self.state, self.trigger = subject, state, trigger
        self.refusals, self.allowed = tuple(refusals), sorted(allowed)
        said = " ".join(refusal.sentence for refusal in self.refusals)
        offer = possible(self.allowed, none="Nothing else is possible now.")
        super().__init__(f"{subject} is {state} and cannot '{trigger}' yet. {said} {offer}")


class StepRefused(TransitionError):
    """An onboarding step is not in a state for this verb. `opens_after`: the stage that has to be done first."""

    code = "step_refused"

    def __init__(self, step: str, status: str, verb: str, *, allowed: Collection[str], opens_after: str = "") -> None:
        self.step, self.status, self.verb, self.allowed = step, status, verb, tuple(allowed)
        self.opens_after = opens_after
        offer = possible(self.allowed, none="Nothing is to be done here now.")
        offer = f"It opens when the stage '{opens_after}' is done." if opens_after else offer
        super().__init__(f"Step '{step}' is {status} and takes no '{verb}'. {offer}")


class ReasonRequired(TransitionError):
    """The verb is kept with a reason, and none was given."""

    code = "reason_required"

    def __init__(self, verb: str) -> None:
        self.verb = verb
        super().__init__(f"'{verb}' needs a reason, which is kept with it. Say why in a sentence.")


class InvoiceRefused(BillhookError):
    """An issued invoice is not accepted, contested or resolved now; `why` says what is true and the way out."""

    code = "invoice_refused"

    def __init__(self, number: str, verb: str, why: str) -> None:
        self.number, self.verb, self.why = number, verb, why
        super().__init__(f"Invoice {number} cannot be {verb}. {why}")


class SelfInvoicingRefused(BillhookError):
    """Opting in or issuing is not possible now; `missing` for programs: the sentence says it already."""

    code = "self_invoicing_refused"

    def __init__(self, subject: str, sentence: str, *, missing: Sequence[Missing] = ()) -> None:
        self.subject, self.missing = subject, tuple(missing)
        super().__init__(f"{subject}: {sentence}")


class JobError(BillhookError):
    """Work that did not succeed. `permanent`: another try cannot help, park it now."""

    code = "job_failed"

    def __init__(self, sentence: str, *, permanent: bool = False) -> None:
        self.permanent = permanent
        super().__init__(sentence)


class NotItsTurn(JobError):
    """Another job of its kind is in hand, or its receiver rests; it waits so many `seconds`, with its attempt."""

    code = "not_its_turn"

    def __init__(self, seconds: int = 5) -> None:
        self.seconds = seconds
        super().__init__(f"another one is being sent; this one waits {seconds} s")


class RenderError(JobError):
    """The document could not be made."""

    code = "render_failed"


class SetupError(BillhookError):
    """The surroundings are not ready: one sentence with the way out, exit 1."""

    code = "setup"


class DatabaseUnreachable(SetupError):
    """There is no way to the database that was named."""

    code = "database_unreachable"

    def __init__(self, where: str, why: str) -> None:
        self.where, self.why = where, why
        super().__init__(f"The database {where} cannot be opened: {why}. Look at --database or BILLHOOK_DATABASE_URL.")


class DatabaseNotReady(SetupError):
    """No tables, or not the version this code wants."""

    code = "database_not_ready"

    def __init__(self, where: str, found: str, wanted: str) -> None:
        self.where, self.found, self.wanted = where, found, wanted
        newer = found != "none" and found > wanted
        way_out = "A newer billhook has been here: install that one." if newer else "Run: billhook db upgrade"
        super().__init__(f"The database {where} is at version {found}, not {wanted}. {way_out}")


class DatabaseNotEmpty(SetupError):
    """A backup goes into an empty database only; these tables of this one have rows."""

    code = "database_not_empty"

    def __init__(self, where: str, tables: Collection[str]) -> None:
        self.where, self.tables = where, sorted(tables)
        super().__init__(
            f"The database {where} has rows in {', '.join(self.tables)}. Nothing is written over them; name an empty "
            "database with --database."
        )


class BackupUnusable(SetupError):
    """A file that is no backup, or a damaged one. Nothing was changed."""

    code = "backup_unusable"

    def __init__(self, file: str, why: str) -> None:
        self.file, self.why = file, why.rstrip(".")
        super().__init__(f"The backup {file} cannot be used: {self.why}. Take another one; nothing was changed.")


class BrokerUnreachable(SetupError):
    """Nobody answers at the broker's address."""

    code = "broker_unreachable"

    def __init__(self, where: str, broker: str = "Redis") -> None:
        self.where = where
        super().__init__(f"No {broker} answers at {where}. Start it, or unset BILLHOOK_BROKER_URL to work without one.")


class BrokerRefuses(SetupError):
    """A broker answers and does not let billhook in."""

    code = "broker_refuses"

    def __init__(self, where: str, broker: str) -> None:
        self.where = where
        super().__init__(
            f"The {broker} at {where} does not let billhook in. "
            "Look at the user, the password and what follows the host in BILLHOOK_BROKER_URL."
        )


class MissingSystemLibrary(SetupError):
    """A library that pages are printed with is not on this machine."""

    code = "missing_system_library"

    def __init__(self, library: str, packages: str) -> None:
        self.library, self.packages = library, packages
        super().__init__(f"The system library {library} is missing. On Debian: apt-get install {packages}")


class MissingPackage(SetupError):
    """An optional part of billhook is not installed."""

    code = "missing_package"

    def __init__(self, package: str, wanted_for: str, command: str) -> None:
        self.package, self.wanted_for, self.command = package, wanted_for, command
        super().__init__(f"{wanted_for} need {package}, not installed here. Run: {command}")


class NoVatCheck(SetupError):
    """No register of VAT numbers is asked online here."""

    code = "no_vat_check"

    def __init__(self) -> None:
        super().__init__(
            "VAT numbers are not looked up online here; only their check digits are looked at. "
            "Set BILLHOOK_VAT_CHECK=vies to ask the register of the EU."
        )


class NameClash(SetupError):
    """Another distribution's package stands under one of our four top-level names."""

    code = "name_clash"

    def __init__(self, package: str, found: str) -> None:
        self.package, self.found = package, found
        super().__init__(
            f"The package '{package}' that Python finds is {found}, not billhook's. "
            "Install billhook into a virtual environment of its own."
        )
