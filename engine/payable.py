"""
What bars a payment whatever a payout's pipeline and its hold say: an invoice that was wholly credited, with none in its
place. It knows facts only, as guards do.
"""

from engine.contracts import Guard, PayoutFacts
from engine.definition import PayoutPipeline, Transition
from engine.errors import Refusal


def always_asked(pipeline: PayoutPipeline, arrow: Transition) -> tuple[Guard, ...]:
    """The guards that a transition has although its pipeline does not name them: what pays, pays what is invoiced."""
    means = pipeline.state(arrow.target).means if arrow.target else ""
    return (invoice_stands,) if means == "paid" and pipeline.state(arrow.source).means != "paid" else ()


def _invoice_stands(payout: PayoutFacts) -> Refusal | None:
    if not payout.credited_by:
        return None
    told = (
        f"Its invoice was wholly credited by {payout.credited_by}, and none stands in its place. Issue it anew "
        "(issue_now) or cancel the payout."
    )
    return Refusal("invoice_stands", told, field="invoice", who="vendor")


invoice_stands = Guard("invoice_stands", "its invoice is not wholly credited", _invoice_stands)
