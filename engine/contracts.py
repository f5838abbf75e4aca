"""
What to implement to extend billhook: actions, guards, effects, renderers, and the seams to the outside.

Only shapes stand here, no behaviour. A guard sees facts; an effect and a job's `prepare` see a desk inside the
transaction, under locks, without I/O; a job's `run` sees a desk in a worker and may run twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from pydantic import BaseModel

from engine.actor import Actor
from engine.billing.invoice import Invoice
from engine.errors import Missing, Refusal

FieldKind = Literal["text", "long_text", "email", "number", "date", "choice", "yes_no", "file", "country"]


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class Document:
    """
    Bytes with a name and a media type. `made_with` tells press, version, template and font hashes; `enclosed` are
    documents that stand inside this one, by format: they are attached with it.
    """

    filename: str
    media_type: str
    content: bytes
    made_with: Mapping[str, str] = field(default_factory=dict)
    enclosed: Mapping[str, "Document"] = field(default_factory=dict)


class Renderer(Protocol):
    """An invoice in, a document out. Same invoice and assets, same bytes. `assets` maps a sha256 to its bytes."""

    name: str

    def render(self, invoice: Invoice, assets: Mapping[str, bytes]) -> Document:
        """
        Raises:
            RenderError: the document could not be made; `permanent` when the same invoice never will.
        """


class Letters(Protocol):
    """What can be printed on this machine, as far as it goes by letters and signs."""

    def missing(self, text: str) -> str:
        """Those of `text` that no font has, each once; '' where that cannot be told before it is printed."""

    def way_out(self, letters: str) -> str:
        """A sentence: what to do where these are missing."""


class FileStore(Protocol):
    """Keeps bytes under their sha256. `put` is part of the transaction it is called in."""

    def put(self, document: Document) -> str:
        """Returns the sha256; storing the same bytes again changes nothing."""

    def sent(self, sha256: str, *, filename: str) -> Document:
        """
        What somebody sent, under the name that they gave it.

        Raises:
            NotFound: nothing is stored under it in this account.
        """

    def get(self, sha256: str) -> Document:
        """
        What was made here, under its own name.

        Raises:
            NotFound: nothing is stored under it in this account.
        """


# ---- ask actions: what a step asks a person -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """
    One thing to fill in. The page, the API's schema and the CLI's `--answer name=value` follow from it. `document` is
    what is to be read first: a handout's name or an https address.
    """

    name: str
    kind: FieldKind
    label: str
    required: bool = True
    help: str = ""
    choices: tuple[str, ...] = ()
    max_length: int = 2000
    document: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer that may be kept: plain JSON values, and files by the name of their field."""

    answer: Mapping[str, Any]
    uploads: Mapping[str, Document] = field(default_factory=dict)


class Tools(Protocol):
    """Slow or outside help for checking an answer, before the transaction opens."""

    def clean_logo(self, content: bytes) -> bytes:
        """
        A PNG or JPEG, decoded in a process of its own and written anew as PNG without metadata.

        Raises:
            Invalid: not a PNG or JPEG, too many pixels, too many bytes, or broken.
        """


class StepDesk(Protocol):
    """What an ask action may do inside the transaction in which its answer is kept."""

    actor: Actor
    now: datetime

    def keep(self, document: Document) -> str:
        """Store an upload; returns its sha256."""

    def shown(self, handout: str) -> int:
        """The version of this handout that is shown now; 0 while nobody has put one there."""

    def opt_in(self, answer: Mapping[str, Any], logo: Document | None) -> str:
        """Opt the partner into self-invoicing by the account verb's own code; returns the sentence for history."""

    def opt_out(self, reason: str) -> str:
        """Opt the partner out by the account verb's own code; returns the sentence for history."""


@runtime_checkable
class AskAction(Protocol):
    """
    What a step asks a person. `Settings` is the pydantic model of what the YAML may set (extra="forbid");
    `main_contact_only` bars members from answering; `needs_switch` has the step open as Skipped while the vendor's
    self-invoicing switch is off.
    """

    name: str
    title: str
    Settings: ClassVar[type[BaseModel]]
    main_contact_only: bool
    needs_switch: bool

    def fields(self, settings: Mapping[str, Any]) -> Sequence[Field]:
        """What the step's form asks, in order."""

    def check(self, settings: Mapping[str, Any], answer: Mapping[str, Any], tools: Tools) -> Checked:
        """
        Read an answer as it came (text by field name; a file as a Document). Runs outside any transaction.

        Raises:
            Invalid: every field that is missing, unknown or wrong, at once.
        """

    def complete(self, desk: StepDesk, checked: Checked) -> str:
        """Do what the answer leads to, inside the transaction; returns one sentence for the run's history."""


# ---- guards and effects: what a transition asks and does -------------------------------------------------------------


class PayoutFacts(Protocol):
    """What a guard may know. Amounts in minor units. The engine reads the dearer ones only when they are asked for."""

    @property
    def state(self) -> str: ...
    @property
    def actor(self) -> Actor: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def total(self) -> int: ...
    @property
    def ask(self) -> frozenset[str]: ...
    @property
    def on_hold(self) -> bool: ...
    @property
    def hold_reason(self) -> str: ...
    @property
    def four_eyes(self) -> bool: ...
    @property
    def validated_by(self) -> str: ...
    @property
    def self_invoiced(self) -> bool:
        """The vendor's switch is on and the partner is opted in."""

    @property
    def own_invoice(self) -> bool:
        """The partner has uploaded its own invoice."""

    @property
    def lacks_for_invoice(self) -> tuple[Missing, ...]:
        """What the payout's invoice is blocked by, and who supplies it; nothing where it is not blocked."""

    @property
    def unsettled_rewards(self) -> tuple[str, ...]:
        """References of rewards neither accepted nor refused."""

    @property
    def open_disputes(self) -> tuple[str, ...]:
        """References of rewards under an open dispute."""

    @property
    def credited_by(self) -> str:
        """The credit note that took the rest of its invoice back, where none stands in its place; else ''."""

    @property
    def contested(self) -> Mapping[str, str]:
        """Its invoices and credit notes whose objection is not answered: the type code by the number."""


@dataclass(frozen=True, slots=True)
class Guard:
    """
    A named question to the facts. `check` returns None for yes, or the refusal.

    `negates` names the guard that says yes exactly when this one says no, so that two transitions of one trigger
    can be seen to exclude each other.
    """

    name: str
    says: str
    check: Callable[[PayoutFacts], Refusal | None]
    negates: str | None = None


class Rows(Protocol):
    """SQL inside the transaction that is open. `:name` parameters; the same text for SQLite and PostgreSQL."""

    def one(self, sql: str, **values: Any) -> Any:
        """The first row as a named tuple, or None."""

    def all(self, sql: str, **values: Any) -> list[Any]:
        """Every row as a named tuple."""

    def run(self, sql: str, **values: Any) -> int:
        """How many rows were changed."""

    def send(self, sql: str, **values: Any) -> None:
        """A change whose count of rows nobody needs: no answer is waited for where the database is elsewhere."""


class Desk(Protocol):
    """
    One payout inside the transaction of a transition. No I/O but `rows`; over 50 ms is logged.
    `payout` is the payout's row as it was locked; `data` what came with the trigger.
    """

    @property
    def rows(self) -> Rows:
        """SQL inside the transaction."""

    account_id: str
    payout: Any
    actor: Actor
    now: datetime
    reason: str
    data: Mapping[str, Any]
    uploads: Mapping[str, Document]

    def keep(self, document: Document) -> str:
        """Store an upload; returns its sha256."""

    def tell(self, audience: Literal["partner", "vendor"], topic: str, sentence: str) -> None:
        """Note a notification row: the payout's amount goes with it, and the sentence as what a person wrote."""

    def topic_for(self, audience: Literal["partner", "vendor"]) -> str:
        """What this transition comes to for them, by what its states mean; '' where there is nothing to tell."""
        ...

    def decide_on_self_invoicing(self) -> "Outcome":
        """Decide by product.md section 5, freeze the decision, and where it says so number and freeze the invoice."""

    def follow_credits(self) -> str:
        """Have rewards follow what was credited while the payout was paid; returns a sentence."""
        ...

    def credit_in_full(self) -> "Outcome":
        """Issue a credit note over all of the payout's invoice that is not credited yet, if it has one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a decision: a sentence for history, and the id of the invoice that was issued, if one was."""

    sentence: str
    invoice_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """
    A named deed inside the transition's transaction. `apply` returns a sentence for history, or ''.

    `takes` names the keys of `data` it reads, each with a description; a trigger refuses keys that none of its
    effects takes. `wants` names the uploads it must have. Effects run in the file's order.
    """

    name: str
    says: str
    apply: Callable[[Desk], str]
    takes: Mapping[str, str] = field(default_factory=dict)
    wants: tuple[str, ...] = ()


# ---- job actions: what a worker does ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` leads to: `job` None for nothing to do; `data` is the job's payload (plain JSON)."""

    sentence: str
    job: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class JobDesk(Protocol):
    """What a job action may do in a worker. Each call is a transaction of its own or none."""

    payload: Mapping[str, Any]

    def invoice(self) -> Invoice:
        """The frozen invoice named by the payload."""

    def attached(self) -> bool:
        """Whether its document is attached already."""

    def render(self, invoice: Invoice) -> Document:
        """
        Make the document. No transaction is open, no network is used.

        Raises:
            RenderError: it could not be made.
        """

    def attach(self, document: Document) -> bool:
        """One transaction: store the bytes and what they enclose, attach where nothing is attached, finish the job,
        write history. False when another was first or the claim has run out."""

    def send(self) -> str:
        """
        Send what the job is about, a webhook's delivery or a mail, and write down what came of it; returns a sentence.

        Raises:
            JobError: it did not arrive.
        """


@runtime_checkable
class JobAction(Protocol):
    """
    Work of a worker. `prepare` plans it inside the transition's transaction, `run` does it and may run twice.

    payload_version: of the data that `prepare` returns. Count it up when workers of the version before could not read
    it: they leave such jobs to newer ones. `run` reads this version and all before it.
    """

    name: str
    title: str
    issues_invoice: bool
    payload_version: int

    def prepare(self, desk: Desk) -> Prepared:
        """Decide and freeze, under locks, in milliseconds."""

    def run(self, desk: JobDesk) -> str:
        """
        Do the work; returns a sentence for history.

        Raises:
            JobError: it did not succeed; `permanent` when another try cannot help.
        """
