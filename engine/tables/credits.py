"""Credit notes over payouts that were paid by then: what rewards have to follow, should the money come back."""

from sqlalchemy import Text
from sqlmodel import Field

from engine.tables.row import Row, within


class CreditAfterPayment(Row, table=True):
    """One credit note; gone when the payment has come back and the rewards have followed."""

    __tablename__ = "credit_after_payment"
    __table_args__ = (within("payout", "payout_id"), within("invoice", "note_id"))

    payout_id: str = Field(primary_key=True, sa_type=Text)
    note_id: str = Field(primary_key=True, sa_type=Text)
    parts: str = Field(sa_type=Text)  # JSON: position and minor units of each
