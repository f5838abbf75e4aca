"""
The official rules over every issued invoice and credit note: its CII as attached, its UBL as it is exported, and
whether the XML in its PDF is the CII that is attached.

It changes nothing and knows no rule: rules.py knows where they lie.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from billhook.official.rules import Broken, RuleSet, rule_sets
from engine import invoicing
from engine.billing.checks import e_invoice_refusal
from engine.billing.invoice import Invoice
from engine.errors import RenderError
from engine.store import Tx
from engine.verify.checked import content, paged, restored
from engine.world import World
from renderers.reading import attached_to

FACTUR_X = "factur-x.xml"
EMBEDDED = "PDF, the XML in it is the CII that is attached"


@dataclass(frozen=True, slots=True)
class Finding:
    """A document that breaks a rule: `subject` is account/number, `rule` the id as published."""

    subject: str
    rule: str
    sentence: str


@dataclass(slots=True)
class Checked:
    """A rule set after the run, and how many documents it was run over."""

    name: str
    looked_at: int = 0
    findings: list[Finding] = field(default_factory=list)

    def take(self, subject: str, broken: list[Broken]) -> None:
        self.looked_at += 1
        self.findings += [Finding(subject, each.rule, each.sentence) for each in broken]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`pdf_only`: account/number of those that EN 16931 has no form for, each with the reason."""

    checked: tuple[Checked, ...]
    pdf_only: dict[str, str]

    @property
    def findings(self) -> list[Finding]:
        return [finding for one in self.checked for finding in one.findings]


def run(world: World, *, advance: Callable[[int], None] = lambda _done: None) -> Outcome:
    """
    Check all, over all accounts, in one state of the database. `advance` is told how many are done.

    Raises:
        MissingPackage: the extra `official` is not installed.
    """
    rules = rule_sets()
    checked = {name: Checked(name) for name in (*(rule.name for rule in rules), EMBEDDED)}
    pdf_only: dict[str, str] = {}
    with world.store.reading() as tx:
        for done, row in enumerate(paged(tx, _ISSUED, "account_id", "id"), start=1):
            subject, invoice = f"{row.account}/{row.number}", restored(row.snapshot)
            if invoice is not None and (refusal := e_invoice_refusal(invoice)):
                pdf_only[subject] = refusal
            else:
                for name, broken in _looked_at(_Issued(tx, world, row, invoice), rules):
                    checked[name].take(subject, broken)
            advance(done)
    return Outcome(tuple(checked.values()), pdf_only)


@dataclass(frozen=True, slots=True)
class _Issued:
    tx: Tx
    world: World
    row: Any
    invoice: Invoice | None

    def bytes_in(self, format: str) -> bytes | None:
        """As attached, else as it is made from the snapshot; None where the snapshot cannot be read."""
        if attached := self.attached(format):
            return attached
        return self.world.renderers[format].render(self.invoice, {}).content if self.invoice else None

    def attached(self, format: str) -> bytes | None:
        found = invoicing.attachment(self.tx, self.row.account_id, self.row.id, format=format)
        return content(self.tx, self.row.account_id, found.sha256) if found else None


def _looked_at(issued: _Issued, rules: tuple[RuleSet, ...]) -> Iterator[tuple[str, list[Broken]]]:
    for rule in rules:
        document = issued.bytes_in(rule.of)
        unreadable = [Broken("snapshot", "Its snapshot cannot be read as an invoice any more.")]
        yield rule.name, unreadable if document is None else rule.check(document)
    if pdf := issued.attached("pdf"):
        yield EMBEDDED, _embedded(pdf, issued.attached("cii"))


def _embedded(pdf: bytes, cii: bytes | None) -> list[Broken]:
    try:
        inside = attached_to(pdf)
    except RenderError as why:
        return [Broken("attachments", str(why))]
    if list(inside) != [FACTUR_X]:
        return [Broken("attachments", f"The PDF holds {', '.join(inside) or 'nothing'} and not {FACTUR_X} alone.")]
    if inside[FACTUR_X] != cii:
        return [Broken("attachments", f"The {FACTUR_X} in the PDF is not the CII that is attached.")]
    return []


_ISSUED = """
    SELECT i.account_id, i.id, a.code AS account, i.number, i.snapshot
    FROM invoice i JOIN account a ON a.id = i.account_id
    WHERE (i.account_id, i.id) > (:after_account_id, :after_id) ORDER BY i.account_id, i.id LIMIT :page"""
