"""
The rows, as SQLModel classes: the schema, the migrations and reads know them; the hot path writes plain SQL.

Only four column types are used, so that the same SQL reads the same on SQLite and PostgreSQL: text, big integers,
booleans and bytes. Instants are text in UTC (`clock.stamp`), amounts integers of minor units, JSON canonical text.
Every key begins with the account, so a row cannot even refer to another account's.
`version` and `head` of a subject are the number and the hash of its newest history row.
"""

from engine.tables.acceptance import AgreementTerms, InvoiceEvent
from engine.tables.credits import CreditAfterPayment as CreditAfterPayment
from engine.tables.outgoing import Delivery as Delivery
from engine.tables.outgoing import Event as Event
from engine.tables.outgoing import Mail as Mail
from engine.tables.outgoing import Webhook as Webhook
from engine.tables.paper import (
    Agreement,
    AgreementDetail,
    AgreementOffer,
    AgreementSigning,
    Attachment,
    DecisionRow,
    DocumentRow,
    Handout,
    InvoiceRow,
    Series,
)
from engine.tables.people import ApiToken, Installation, Membership, SignInLink, WebSession
from engine.tables.tax import ExchangeRate, TaxOverride, VatAnswer
from engine.tables.work import (
    Account,
    Contact,
    Dispute,
    History,
    IdempotencyKey,
    Job,
    Notification,
    Partner,
    Payout,
    PayoutLine,
    PublishedDefinition,
    Reward,
    Run,
    StepRow,
    TimerRow,
)

__all__ = [
    "Account",
    "Agreement",
    "AgreementDetail",
    "AgreementOffer",
    "AgreementSigning",
    "AgreementTerms",
    "ApiToken",
    "Attachment",
    "Contact",
    "DecisionRow",
    "Dispute",
    "DocumentRow",
    "ExchangeRate",
    "Handout",
    "History",
    "IdempotencyKey",
    "Installation",
    "InvoiceEvent",
    "InvoiceRow",
    "Job",
    "Membership",
    "Notification",
    "Partner",
    "Payout",
    "PayoutLine",
    "PublishedDefinition",
    "Reward",
    "Run",
    "Series",
    "SignInLink",
    "StepRow",
    "TaxOverride",
    "TimerRow",
    "VatAnswer",
    "WebSession",
]
