"""
What each mail says, in English: the words that the catalogues translate. It fills nothing in and chooses no reader.

`%(amount)s` and the like stand for a notice's facts. A subject of which one is not known is the topic's title; a line
of which one is not known is left out. `topic.kind` is another wording of the topic, where the facts name that kind.
"""

from dataclasses import dataclass

LOOK = "Look at it here:"
FOLLOW = "Follow this link within 15 minutes and press the button there:"
SETTINGS = "Which mails you get, you say here:"
WRITES = {"partner": "%(vendor)s writes:", "vendor": "%(partner)s writes:"}  # to whom; before what a person wrote
HOW_TO_ENTER = "You need no password: you write your address there, %(email)s, and a link to sign in comes by mail."

#: What the pages call a topic; the subject where a fact is missing.
TITLES = {
    "invitation": "You are invited",
    "main_contact": "Somebody else is the main contact now",
    "onboarding_started": "Your onboarding begins",
    "payment_details": "Where payouts go was changed",
    "sign_in": "Your link to sign in",
    "step_due": "A step is due",
    "step_action_required": "A step needs you again",
    "step_waiting_for_approval": "A step waits for your approval",
    "payout_to_approve": "A payout waits for your approval",
    "payout_revised": "A payout is being revised",
    "payout_dispute_answered": "Your objection to a line was answered",
    "payout_ready": "A payout is ready to be paid",
    "payout_held": "A payout is on hold",
    "payout_released": "A payout is no longer on hold",
    "payout_paid": "A payout was paid",
    "payout_unpaid": "A payment came back",
    "payout_cancelled": "A payout was cancelled",
    "payout_changed": "Something else happened to a payout",
    "payout_approved": "A partner approved a payout",
    "payout_disputed": "A partner objects to a line of a payout",
    "own_invoice_uploaded": "A partner uploaded its own invoice",
    "invoice_delivered": "Your invoice is there",
    "invoice_blocked": "Your invoice waits for something",
    "invoice_credited": "An invoice was taken back",
    "invoice_accepted": "An invoice was accepted",
    "invoice_contested": "An invoice is contested",
    "invoice_resolved": "Your objection to an invoice was answered",
    "agreement_offered": "You are offered a self-billing agreement",
    "agreement_ends": "Your self-billing agreement ends soon",
    "agreement_revoked": "Your self-billing agreement has ended",
    "renewal_requested": "Your self-billing agreement wants to be renewed",
}
OF_THE_VENDOR = {
    "invoice_blocked": "An invoice waits for something",
    "agreement_ends": "A self-billing agreement ends soon",
}
NEWS = "There is news"


@dataclass(frozen=True, slots=True)
class Text:
    """`subject` '' is the topic's title; `act` stands before the link."""

    subject: str
    lines: tuple[str, ...]
    act: str = LOOK


SIGN_IN = Text("", (), FOLLOW)

TO_PARTNERS = {
    "invitation": Text(
        "%(vendor)s invites you",
        ("%(vendor)s works with %(partner)s in its partner programme, and you are now one of its contacts there.",
         HOW_TO_ENTER),
    ),
    "main_contact": Text(
        "",
        ("%(name)s is the main contact of %(partner)s now, and you no longer are.",
         "If that is not right, tell %(vendor)s at once."),
    ),
    "main_contact.yours": Text(
        "You are the main contact now",
        ("You are the main contact of %(partner)s now: you approve its payouts and decide on its invoices with "
         "%(vendor)s.",),
    ),
    "onboarding_started": Text(
        "%(vendor)s invites you: %(pipeline)s",
        ("%(vendor)s has begun an onboarding for %(partner)s and invites you, as its main contact, to go through it: "
         "“%(pipeline)s”.",
         "It begins with “%(step)s”. You can stop at any time and go on later.",
         HOW_TO_ENTER),
        "Begin here:",
    ),
    "payment_details": Text(
        "",
        ("The account that the payouts of %(partner)s go to was changed.",
         "If none of you did this, tell %(vendor)s at once."),
    ),
    "step_due": Text(
        "Due on %(day)s: %(step)s",
        ("%(vendor)s asks you to be done with the step “%(step)s” by %(day)s.",),
        "Do it here:",
    ),
    "step_due.overdue": Text(
        "Overdue: %(step)s",
        ("%(vendor)s still waits for the step “%(step)s”. It was due on %(day)s.",),
        "Do it here:",
    ),
    "step_action_required": Text(
        "Needs you again: %(step)s",
        ("%(vendor)s asks you to answer the step “%(step)s” again.",),
        "Do it here:",
    ),
    "payout_to_approve": Text(
        "Please approve: payout of %(amount)s",
        ("%(vendor)s has drawn up a payout of %(amount)s for you and asks you to approve it.",
         "If a line is not right, object to it there and say why.",
         "Please answer by %(day)s."),
        "Look at it and approve it here:",
    ),
    "payout_to_approve.invoice": Text(
        "Please send your invoice: payout of %(amount)s",
        ("%(vendor)s has drawn up a payout of %(amount)s for you and asks you to upload your own invoice for it and to "
         "approve it.",
         "If a line is not right, object to it there and say why.",
         "Please answer by %(day)s."),
        "Look at it and approve it here:",
    ),
    "payout_revised": Text(
        "Being revised: payout of %(amount)s",
        ("%(vendor)s is revising your payout of %(amount)s. There is nothing for you to do until it is ready again.",),
    ),
    "payout_dispute_answered": Text(
        "",
        ("%(vendor)s has answered your objection to the line %(line)s of your payout of %(amount)s.",),
    ),
    "payout_ready": Text(
        "Ready to be paid: %(amount)s",
        ("Your payout of %(amount)s from %(vendor)s is ready to be paid. There is nothing for you to do.",),
    ),
    "payout_ready.on_behalf": Text(
        "Ready to be paid: %(amount)s",
        ("%(vendor)s has approved your payout of %(amount)s on your behalf. It is ready to be paid.",),
    ),
    "payout_held": Text(
        "On hold: payout of %(amount)s",
        ("%(vendor)s has put your payout of %(amount)s on hold. It is not paid until that ends.",),
    ),
    "payout_released": Text(
        "No longer on hold: payout of %(amount)s",
        ("Your payout of %(amount)s from %(vendor)s is no longer on hold.",),
    ),
    "payout_paid": Text(
        "Paid: %(total)s",
        ("%(vendor)s has marked your payout as paid: %(total)s.", "Reference of the payment: %(reference)s."),
    ),
    "payout_unpaid": Text(
        "Payment came back: %(total)s",
        ("The payment of your payout from %(vendor)s came back: %(total)s. The payout waits to be paid again.",),
    ),
    "payout_cancelled": Text(
        "Cancelled: payout of %(amount)s",
        ("%(vendor)s has cancelled your payout of %(amount)s.",),
    ),
    "payout_changed": Text(
        "Changed: payout of %(amount)s",
        ("Something happened to your payout of %(amount)s from %(vendor)s. It is now “%(state)s”.",),
    ),
    "invoice_delivered": Text(
        "Your invoice %(number)s is there",
        ("%(vendor)s has issued the invoice %(number)s for %(amount)s on your behalf. It is enclosed.",
         "It counts as accepted unless you contest it before %(day)s."),
    ),
    "invoice_delivered.credit_note": Text(
        "Your credit note %(number)s is there",
        ("%(vendor)s has issued the credit note %(number)s for %(amount)s on your behalf. It is enclosed.",
         "It counts as accepted unless you contest it before %(day)s."),
    ),
    "invoice_blocked": Text(
        "",
        ("The invoice for your payout of %(amount)s from %(vendor)s cannot be issued yet: something is missing, or is "
         "not right.",),
        "Complete it here:",
    ),
    "invoice_credited": Text(
        "Invoice %(number)s was taken back",
        ("%(vendor)s has taken back your invoice %(number)s, by the credit note %(note)s for %(amount)s.",
         "The invoice %(reissued)s takes its place."),
    ),
    "invoice_credited.part": Text(
        "Part of invoice %(number)s was taken back",
        ("%(vendor)s has taken back part of your invoice %(number)s, by the credit note %(note)s for %(amount)s.",),
    ),
    "invoice_credited.rest": Text(
        "Invoice %(number)s was taken back",
        ("%(vendor)s has taken back the rest of your invoice %(number)s, by the credit note %(note)s for "
         "%(amount)s.",
         "The invoice %(reissued)s takes its place."),
    ),
    "invoice_resolved": Text(
        "Your objection to %(number)s was answered",
        ("%(vendor)s has answered your objection to %(number)s: it counts as accepted after all.",
         "If that is not right, tell %(vendor)s at once."),
    ),
    "agreement_offered": Text(
        "",
        ("%(vendor)s offers you a self-billing agreement: under it, %(vendor)s writes the invoices for your payouts.",
         "Read it, and accept it if you agree."),
    ),
    "agreement_ends": Text(
        "Your self-billing agreement ends on %(day)s",
        ("Your self-billing agreement with %(vendor)s ends on %(day)s. Opt in again, so that invoices go on being "
         "issued for you.",),
        "Opt in here:",
    ),
    "agreement_ends.ended": Text(
        "Your self-billing agreement has ended",
        ("Your self-billing agreement with %(vendor)s ended on %(day)s. Opt in again, so that invoices go on being "
         "issued for you.",),
        "Opt in here:",
    ),
    "agreement_revoked": Text(
        "",
        ("%(vendor)s has ended your self-billing agreement. Under it, no more invoices are issued for you.",),
    ),
    "renewal_requested": Text(
        "",
        ("Your self-billing agreement with %(vendor)s has to be renewed: opt in again, so that invoices can be issued "
         "for you.",),
        "Opt in here:",
    ),
    "renewal_requested.changed": Text(
        "",
        ("Your self-billing agreement with %(vendor)s has to be renewed: opt in again, so that invoices can be issued "
         "for you.",
         "Since you accepted it, this has changed:"),
        "Opt in here:",
    ),
    "renewal_requested.in_force": Text(
        "Your self-billing agreement is in force again",
        ("What had changed since you accepted your self-billing agreement with %(vendor)s is as it was: the agreement "
         "is in force, and you need not opt in again.",),
    ),
    "renewal_requested.blocked": Text(
        "",
        ("The invoice for your payout of %(amount)s cannot be issued: no self-billing agreement with %(vendor)s is in "
         "force.",
         "You renew it by opting in again."),
        "Opt in here:",
    ),
    "sign_in": SIGN_IN,
}  # fmt: skip

TO_VENDORS = {
    "invitation": Text(
        "%(vendor)s invites you",
        ("%(vendor)s has given you access to its partner programme.", "What you are there: %(role)s.", HOW_TO_ENTER),
    ),
    "payment_details": Text(
        "%(partner)s: where payouts go was changed",
        ("The account that the payouts of %(partner)s go to was changed.",
         "Ask the partner by another way before you pay there."),
    ),
    "step_waiting_for_approval": Text(
        "Waits for your approval: %(step)s (%(partner)s)",
        ("%(partner)s has answered the step “%(step)s”, and it waits for your approval.",),
        "Approve it, or say what is missing, here:",
    ),
    "step_due": Text(
        "Due on %(day)s: %(step)s (%(partner)s)",
        ("%(partner)s is to be done with the step “%(step)s” by %(day)s.",),
    ),
    "step_due.overdue": Text(
        "Overdue: %(step)s (%(partner)s)",
        ("%(partner)s is not done with the step “%(step)s”. It was due on %(day)s.",),
    ),
    "payout_approved": Text(
        "%(partner)s has approved %(amount)s",
        ("%(partner)s has approved its payout of %(amount)s. It is ready to be paid.",
         "With tax, %(gross)s is to be paid."),
    ),
    "payout_disputed": Text(
        "%(partner)s objects: payout of %(amount)s",
        ("%(partner)s objects to the line %(line)s of its payout of %(amount)s.",),
        "Answer it here:",
    ),
    "own_invoice_uploaded": Text(
        "%(partner)s has sent its invoice: payout of %(amount)s",
        ("%(partner)s has uploaded its own invoice for the payout of %(amount)s.",),
    ),
    "payout_changed": Text(
        "%(partner)s: payout of %(amount)s",
        ("%(partner)s has done something about its payout of %(amount)s: “%(deed)s”. It is now “%(state)s”.",),
    ),
    "invoice_blocked": Text(
        "An invoice for %(partner)s waits for something",
        ("The invoice for the payout of %(amount)s to %(partner)s cannot be issued yet: something is missing, or is "
         "not right.",),
        "Complete it here:",
    ),
    "invoice_accepted": Text(
        "%(partner)s has accepted %(number)s",
        ("%(partner)s has accepted %(number)s.",),
    ),
    "invoice_accepted.taken_back": Text(
        "%(partner)s has accepted %(number)s",
        ("%(partner)s has accepted %(number)s, and takes back its objection.",),
    ),
    "invoice_contested": Text(
        "%(partner)s contests %(number)s",
        ("%(partner)s contests %(number)s. The payout is on hold until you have answered.",),
        "Answer it here:",
    ),
    "invoice_contested.late": Text(
        "%(partner)s contests %(number)s",
        (
            "%(partner)s contests %(number)s, which it had accepted by silence. Ask your tax adviser: by the law of "
            "its country the invoice may have lost its effect. You can credit it or issue it anew. The payout is on "
            "hold until you have answered.",
        ),
        "Answer it here:",
    ),
    "agreement_ends": Text(
        "The self-billing agreement with %(partner)s ends on %(day)s",
        ("The self-billing agreement with %(partner)s ends on %(day)s. The partner was asked to opt in again.",),
    ),
    "agreement_ends.ended": Text(
        "The self-billing agreement with %(partner)s has ended",
        ("The self-billing agreement with %(partner)s ended on %(day)s. The partner was asked to opt in again.",),
    ),
    "sign_in": SIGN_IN,
}  # fmt: skip

ROLES = {
    "owner": "owner", "admin": "admin", "manager": "manager", "finance": "finance", "viewer": "viewer",
}  # fmt: skip
#: What an invoice may wait for, and what an agreement rests on, by the names that the engine has for it.
THINGS = {
    "partner": {
        "legal_name": "Your legal name", "line1": "Your street address", "city": "Your city",
        "postcode": "Your postcode", "country": "Your country", "tax_status": "Your tax status",
        "tax_percent": "Your tax %%", "tax_number": "Your tax number", "vat_number": "Your VAT number",
        "seller_name": "Your legal name", "buyer_name": "The name of %(vendor)s",
        "buyer_number": "The VAT number of %(vendor)s",
    },
    "vendor": {
        "legal_name": "The legal name of your company", "line1": "The street address of your company",
        "city": "The city of your company", "postcode": "The postcode of your company",
        "country": "The country of your company", "code": "The code that invoice numbers begin with",
        "vat_number": "A VAT number: yours, or whether the partner's is valid", "exchange_rate": "A rate of exchange",
        "supply_to": "The day of a reward, which is still to come",
        "letters": "A font for letters of a name or an address",
    },
}  # fmt: skip
