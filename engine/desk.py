"""
The desks that authors of effects and actions work at: one inside a transition's transaction, one in a worker.

A desk holds no rule. What it offers is said in `contracts`; what is behind it is the engine's own modules.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from engine import (
    crediting,
    deliveries,
    facts,
    failpoints,
    history,
    invoice_events,
    invoicing,
    mails,
    notices,
    outbox,
    payout_notices,
)
from engine.billing.invoice import Invoice
from engine.contracts import Document, Outcome
from engine.errors import ClaimLost, JobError
from engine.files import DatabaseFiles
from engine.machine import Move
from engine.outward import Courier
from engine.store import Tx
from engine.world import Caller, World


class PayoutDesk:
    """One payout, locked, inside the transaction of a transition (`contracts.Desk`)."""

    def __init__(
        self,
        tx: Tx,
        caller: Caller,
        payout: Any,
        *,
        now: datetime,
        reason: str,
        data: Mapping[str, Any],
        uploads: Mapping[str, Document],
        moved: Move,
    ) -> None:
        self.rows, self.caller, self.payout, self.now = tx, caller, payout, now
        self.moved = moved
        self.account_id, self.actor = caller.account_id, caller.actor
        self.reason, self.data, self.uploads = reason, data, uploads

    def keep(self, document: Document) -> str:
        return DatabaseFiles(self.rows, self.account_id, self.now).put(document)

    def tell(self, audience: Literal["partner", "vendor"], topic: str, sentence: str) -> None:
        seen = facts.LiveFacts(self.rows, self.payout, actor=self.actor, data=self.data)
        before = facts.pipeline_of(self.rows, self.caller, self.payout).state(self.moved.source).means
        told = payout_notices.facts_of(seen, self.moved, topic=topic, before=before, written=sentence)
        notices.tell(
            self.rows, self.account_id, audience=audience, partner_id=self.payout.partner_id,
            subject_id=self.payout.id, topic=topic, sentence=sentence, facts=told, now=self.now,
        )  # fmt: skip

    def topic_for(self, audience: Literal["partner", "vendor"]) -> str:
        pipeline = facts.pipeline_of(self.rows, self.caller, self.payout)
        if audience == "vendor":
            return payout_notices.topic_for_vendor(pipeline, self.moved)
        hidden = {state.name for state in pipeline.states if state.means == "draft"}
        shown = self.moved.source in hidden and not hidden.issuperset(self._left())
        return payout_notices.topic_for_partner(pipeline, self.moved, shown=shown)

    def _left(self) -> set[str]:
        """The states that the payout has left so far."""
        rows = self.rows.all(_LEFT, account=self.account_id, payout=self.payout.id)
        return {row.source for row in rows if row.source}

    def decide_on_self_invoicing(self) -> Outcome:
        return invoicing.decide(self.rows, self.caller, self.payout, occasion="ready", now=self.now)

    def credit_in_full(self) -> Outcome:
        outcome = crediting.credit_rest(self.rows, self.caller, self.payout, now=self.now)
        if outcome.invoice_id:
            invoicing.queue(self.rows, self.caller, self.payout, outcome.invoice_id, now=self.now)
        return outcome

    def follow_credits(self) -> str:
        return crediting.catch_up(self.rows, self.caller, self.payout, now=self.now)


class WorkerDesk:
    """One claimed job in a worker (`contracts.JobDesk`). No transaction is open between its calls."""

    def __init__(self, world: World, claim: outbox.Claim, caller: Caller) -> None:
        self.world, self.claim, self.caller = world, claim, caller
        self.payload = claim.payload
        self.finished = False

    def invoice(self) -> Invoice:
        with self.world.store.reading() as tx:
            return invoicing.invoice(tx, self.claim.account_id, self.payload["invoice_id"])

    def attached(self) -> bool:
        with self.world.store.reading() as tx:
            return (
                invoicing.attachment(tx, self.claim.account_id, self.payload["invoice_id"], format=invoicing.FORMAT)
                is not None
            )

    def render(self, invoice: Invoice) -> Document:
        assets = self._assets(invoice)
        with self.world.observer.part("render"):
            failpoints.hit("render.begun")
            document = self.world.renderers[invoicing.FORMAT].render(invoice, assets)
            failpoints.hit("render.done")
            return document

    def attach(self, document: Document) -> bool:
        """One transaction: bytes, attachment, the job's end and history; all of it or nothing."""
        try:
            with self.world.observer.part("attach"):
                attached = self.caller.transact(lambda tx: self._attach(tx, document))
                failpoints.hit("attach.committed")
        except ClaimLost:
            return False
        self.finished = True
        return attached

    def send(self) -> str:
        if self.world.courier is None:
            raise JobError("nothing leaves this process: it was made without a courier")
        carry = self._mail if self.claim.action == mails.ACTION else self._webhook
        return carry(self.world.courier)

    def _webhook(self, courier: Courier) -> str:
        account_id, delivery_id = self.claim.account_id, self.claim.subject_id
        with self.world.store.reading() as tx:
            parcel = deliveries.parcel(tx, account_id, delivery_id)
        if parcel is None:
            return "not sent: the webhook is paused or was removed"
        reply = courier.post(parcel.url, secret=parcel.secret, message_id=parcel.id, body=parcel.body)
        return deliveries.answered(self.world, account_id, delivery_id, status=reply.status, answer=reply.text)

    def _mail(self, courier: Courier) -> str:
        with self.world.store.reading() as tx:
            letter = mails.letter(tx, self.caller, self.claim.subject_id)
        if letter is None:
            return "it was sent already"
        courier.mail(letter)
        mails.sent(self.world, self.claim.account_id, letter.id)
        return f"sent: {letter.topic}"

    def _attach(self, tx: Tx, document: Document) -> bool:
        now, invoice_id = self.world.clock.now(), self.payload["invoice_id"]
        name = invoicing.number_of(tx, self.claim.account_id, invoice_id)
        first = invoicing.attach(tx, self.claim.account_id, invoice_id, document, format=invoicing.FORMAT, now=now)
        if first:
            for format, enclosed in document.enclosed.items():
                invoicing.attach(tx, self.claim.account_id, invoice_id, enclosed, format=format, now=now)
            invoice_events.deliver(tx, self.claim.account_id, invoice_id, now=now)
        sentence = f"attached {name}" if first else f"{name} was already attached"
        if not outbox.finish(tx, self.claim, sentence=sentence, now=now):
            raise ClaimLost(self.claim.job_id)
        if first:
            deed = history.Deed("attach", sentence=sentence)
            history.note(
                tx, "payout", self.claim.account_id, self.claim.subject_id, deed, actor=self.caller.actor, now=now
            )
        failpoints.hit("attach.before_commit")
        return first

    def _assets(self, invoice: Invoice) -> dict[str, bytes]:
        if invoice.logo is None:
            return {}
        with self.world.store.reading() as tx:
            files = DatabaseFiles(tx, self.claim.account_id, self.world.clock.now())
            return {invoice.logo: files.get(invoice.logo).content}


_LEFT = "SELECT DISTINCT source FROM history WHERE account_id = :account AND subject_id = :payout"
