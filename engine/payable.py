"""
What bars a payment or a release whatever a payout's pipeline says: an invoice that was wholly credited, with none in
its place; an objection that is not answered. It knows facts only, as guards do.
"""

from engine.contracts import Guard, PayoutFacts
from engine.definition import PayoutPipeline, Transition
from engine.errors import Refusal
from engine.objections import unanswered


def always_asked(pipeline: PayoutPipeline, arrow: Transition) -> tuple[Guard, ...]:
    """
    The guards that a transition has although its pipeline does not name them: what pays, pays what is invoiced; what
    releases, does not end an objection's hold, unless it answers the objection by a credit note.
    """
    means = pipeline.state(arrow.target).means if arrow.target else ""
    pays = means == "paid" and pipeline.state(arrow.source).means != "paid"
    releases = "release_hold" in arrow.effects and "credit_invoice" not in arrow.effects
    return (invoice_stands,) * pays + (objections_answered,) * releases


def _invoice_stands(payout: PayoutFacts) -> Refusal | None:
    if not payout.credited_by:
        return None
    told = (
        f"Its invoice was wholly credited by {payout.credited_by}, and none stands in its place. Issue it anew "
        "(issue_now) or cancel the payout."
    )
    return Refusal("invoice_stands", told, field="invoice", who="vendor")


def _objections_answered(payout: PayoutFacts) -> Refusal | None:
    """That hold ends with the answer to the objection."""
    if not payout.on_hold or not (contested := payout.contested):
        return None
    return Refusal("objections_answered", unanswered(contested), field="invoice", who="vendor")


invoice_stands = Guard("invoice_stands", "its invoice is not wholly credited", _invoice_stands)
objections_answered = Guard("objections_answered", "no invoice of it is contested", _objections_answered)
