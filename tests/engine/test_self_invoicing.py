"""Opting in and out, the agreement's record, the switch and the details: who may, what is kept, what is refused."""

import json
from dataclasses import replace

import pytest

from engine import onboarding, self_invoicing
from engine.errors import Invalid, NotAllowed, NotFound, SelfInvoicingRefused
from tests.worlds import ANOTHER_VAT_NUMBER, ANSWERS, BUYER, DETAILS


def agreements(place):
    return place.all("SELECT * FROM agreement WHERE account_id = :account ORDER BY partner_id, version")


def test_nobody_is_opted_in_by_default(place):
    place.partner(opted_in=False)
    profile = self_invoicing.profile(place.contact(), "NORD")

    assert (profile.choice, profile.agreement, profile.agreement_version) == ("never_asked", "none", None)


def test_opting_in_records_the_text_who_when_from_where_and_until(place):
    place.partner(opted_in=False)
    offered = self_invoicing.agreement_offer(place.contact(), "NORD", DETAILS)
    place.opt_in()
    [row] = agreements(place)

    assert (row.text_version, row.text_hash, row.text) == (offered.version, offered.sha256, offered.text)
    assert (row.accepted_by, row.accepted_from, row.method, row.version) == ("NORD-anna", "192.0.2.7", "portal", 1)
    assert row.accepted_at == row.valid_from == "2026-11-02T12:00:00.000000+00:00"
    assert (row.valid_until, row.vat_number) == ("2027-11-02T00:00:00.000000+00:00", "DE136695976")


def test_a_renewal_is_a_new_version_and_the_old_one_stays(place):
    place.partner()
    place.clock.advance(days=300)
    place.opt_in()
    first, second = agreements(place)

    assert (first.version, first.superseded_by) == (1, second.id)
    assert (second.version, second.superseded_by) == (2, None)
    assert first.text != second.text


def test_opting_out_revokes_the_agreement_with_who_when_and_why(place):
    place.partner()
    place.clock.advance(days=1)
    self_invoicing.opt_out(place.contact(), "NORD", reason="own software")
    [row] = agreements(place)

    assert (row.revoked_by, row.revoked_reason) == ("NORD-anna", "own software")
    assert row.revoked_at == "2026-11-03T12:00:00.000000+00:00"
    assert self_invoicing.profile(place.contact(), "NORD").agreement == "revoked"


def test_the_step_and_the_account_page_write_the_same_record(place):
    place.partner("STEP", opted_in=False)
    place.partner("PAGE")
    place.hand_out()
    onboarding.start(place.vendor(), "STEP")
    for step in ("guide", "register", "team", "terms", "invoicing"):
        onboarding.answer(place.contact("STEP"), "STEP", step, ANSWERS[step])
        if step == "register":
            onboarding.decide(place.vendor(), "STEP", step, "approve")
    own = {"id", "partner_id", "accepted_by", "text", "text_hash"}
    by_step, by_page = ({k: v for k, v in row._asdict().items() if k not in own} for row in agreements(place))

    assert by_step == by_page
    assert kept_details(place, "STEP") == kept_details(place, "PAGE")


def kept_details(place, code):
    return json.loads(
        place.one("SELECT seller FROM partner WHERE account_id = :account AND code = :code", code=code)[0]
    )


def test_opting_in_needs_the_switch_and_opting_out_never_does(place):
    place.partner()
    self_invoicing.set_switch(place.owner, on=False)

    with pytest.raises(SelfInvoicingRefused, match="the vendor does not offer self-invoicing now"):
        place.opt_in()
    assert self_invoicing.opt_out(place.contact(), "NORD") == "opted out of self-invoicing"


VERBS = [
    lambda caller: self_invoicing.opt_in(caller, "NORD", DETAILS),
    lambda caller: self_invoicing.opt_out(caller, "NORD"),
    lambda caller: self_invoicing.set_seller(caller, "NORD", {"city": "Bremen"}),
]


@pytest.mark.parametrize("verb", VERBS, ids=["opt_in", "opt_out", "set_seller"])
def test_only_the_main_contact_speaks_for_a_partner(place, verb):
    place.partner()
    before = place.everything()
    for by in (place.contact(role="member"), place.owner, place.api()):
        with pytest.raises(NotAllowed, match="It is for: the partner's main contact"):
            verb(by)

    assert place.everything() == before


@pytest.mark.parametrize("verb", VERBS, ids=["opt_in", "opt_out", "set_seller"])
def test_another_partner_is_told_that_there_is_no_such_partner(place, verb):
    place.partner()
    place.partner("OTHER")

    with pytest.raises(NotFound, match="There is no partner 'NORD' that you can see"):
        verb(place.contact("OTHER"))
    with pytest.raises(NotFound):
        self_invoicing.profile(place.contact("OTHER"), "NORD")


@pytest.mark.parametrize("role", ["manager", "finance", "viewer"])
def test_the_switch_and_the_buyers_details_are_for_owners_and_admins(place, role):
    with pytest.raises(NotAllowed):
        self_invoicing.set_switch(place.vendor(role), on=False)
    with pytest.raises(NotAllowed):
        self_invoicing.set_buyer(place.vendor(role), BUYER)


def test_the_switch_is_in_the_accounts_history_once_for_each_change(place):
    for on in (True, False, False, True):
        self_invoicing.set_switch(place.owner, on=on)

    said = [row.verb for row in place.history(place.account_id) if row.verb.startswith("switch")]
    assert said == ["switch on", "switch off", "switch on"]


def test_a_changed_vat_number_asks_for_a_renewal(place):
    place.partner()
    self_invoicing.set_seller(place.contact(), "NORD", {"vat_number": ANOTHER_VAT_NUMBER})
    told = place.one("SELECT audience, topic FROM notification WHERE account_id = :account AND topic LIKE 'renew%'")

    assert told == ("partner", "renewal_requested")
    assert self_invoicing.profile(place.contact(), "NORD").agreement == "changed"


def test_a_detail_that_is_not_named_stays(place):
    place.partner()
    self_invoicing.set_seller(place.contact(), "NORD", {"footer": "Thank you", "iban": "DE89370400440532013000"})
    self_invoicing.set_seller(place.contact(), "NORD", {"city": "Bremen"})
    seller = self_invoicing.profile(place.contact(), "NORD").seller

    assert (seller.city, seller.footer, seller.line1) == ("Bremen", "Thank you", "Weg 1")
    assert seller.payment.iban == "DE89370400440532013000"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"vat_number": "DE136695977"}, "vat_number"),
        ({"iban": "DE89370400440532013001"}, "iban"),
        ({"bic": "COBADEFFX"}, "bic"),
        ({"country": "ZZ"}, "country"),
        ({"tax_percent": "-5"}, "tax_percent"),
        ({"footer": "a\x00b"}, "footer"),
        ({"citty": "Bremen"}, "citty"),
    ],
)
def test_a_detail_that_cannot_be_kept_is_named_and_nothing_is_changed(place, change, field):
    place.partner()
    before = place.everything()

    with pytest.raises(Invalid) as refused:
        self_invoicing.set_seller(place.contact(), "NORD", change)

    assert field in [problem.field for problem in refused.value.problems]
    assert place.everything() == before


def test_another_bank_account_is_told_to_both_sides_and_the_first_one_to_nobody(place):
    place.partner()
    for iban in ("DE89370400440532013000", "DE89370400440532013000", "FR1420041010050500013M02606"):
        self_invoicing.set_seller(place.contact(), "NORD", {"iban": iban})

    told = place.all(
        "SELECT audience, sentence FROM notification WHERE account_id = :account AND topic = 'payment_details'"
    )
    assert sorted(row.audience for row in told) == ["partner", "vendor"]
    assert not any("DE89" in row.sentence or "FR14" in row.sentence for row in told)


def test_the_bank_account_is_changed_some_times_a_day_and_every_change_is_told(place):
    place.partner()
    first, second = "DE89370400440532013000", "FR1420041010050500013M02606"
    for iban in (first, second, first, second, first, second):
        self_invoicing.set_seller(place.contact(), "NORD", {"iban": iban})
    with pytest.raises(Invalid, match="iban: where payouts go was changed 5 times in 24 hours"):
        self_invoicing.set_seller(place.contact(), "NORD", {"iban": first})
    self_invoicing.set_seller(place.contact(), "NORD", {"iban": ""})
    with pytest.raises(Invalid, match="can only be left empty"):
        self_invoicing.set_seller(place.contact(), "NORD", {"iban": first})
    place.clock.advance(days=1, seconds=1)
    self_invoicing.set_seller(place.contact(), "NORD", {"iban": first})

    told = "SELECT audience FROM notification WHERE account_id = :account AND topic = 'payment_details'"
    assert sorted(row.audience for row in place.all(told)) == ["partner"] * 7 + ["vendor"] * 7


@pytest.mark.parametrize("value", [1, 1.5, True, 2**70, [["x"]], {"a": "b"}], ids=str)
def test_a_detail_that_is_no_text_is_refused_wherever_it_is_read(place, value):
    place.partner()

    for read in (self_invoicing.agreement_offer, self_invoicing.set_seller):
        with pytest.raises(Invalid, match=r"legal_name: This is no text\. Send text\."):
            read(place.contact(), "NORD", {"legal_name": value})


def keep_as_once(place, **details):
    """Details as they were kept under earlier rules, past the verbs; the payment account has a dash for a holder."""
    kept = {**kept_details(place, "NORD"), **details, "payment": {"account_holder": "-"}}
    sql = "UPDATE partner SET seller = :body WHERE account_id = :account AND code = 'NORD'"
    place.owner.transact(lambda tx: tx.run(sql, account=place.account_id, body=json.dumps(kept)))


CHANGES = (
    lambda caller: self_invoicing.renew(caller, "NORD"),
    lambda caller: self_invoicing.set_seller(caller, "NORD", {"email": "anna@example.com"}),
)


@pytest.mark.parametrize("change", CHANGES, ids=["renew", "set_seller"])
def test_what_was_kept_once_and_tells_nothing_is_emptied_when_the_details_are_kept_anew(place, change):
    place.partner()
    keep_as_once(place, region="-", line2="\u3164", tax_number="none")
    change(place.contact())
    seller = self_invoicing.profile(place.contact(), "NORD").seller
    notices = "SELECT topic FROM notification WHERE account_id = :account AND topic = 'payment_details'"

    assert (seller.region, seller.line2, seller.tax_number, seller.payment.account_holder) == ("", "", None, "")
    assert (seller.legal_name, seller.vat_number) == ("Nord GmbH", "DE136695976")
    assert place.all(notices) == []


def test_a_name_that_tells_nothing_is_to_be_changed_before_the_agreement_is_renewed(place):
    place.partner()
    keep_as_once(place, legal_name="-")

    with pytest.raises(Invalid, match="A name has a letter or a digit"):
        self_invoicing.renew(place.contact(), "NORD")


def test_every_wrong_detail_is_told_at_once(place):
    with pytest.raises(Invalid) as refused:
        self_invoicing.set_buyer(place.owner, replace(BUYER, country="ZZ", vat_number="DE1", legal_name="a\x00b"))

    assert {"country", "legal_name"} <= {problem.field.split(".")[-1] for problem in refused.value.problems}


def test_a_vat_number_is_kept_as_the_register_writes_it(place):
    place.partner(opted_in=False)
    place.opt_in(vat_number=" de 136 695 976 ")

    assert self_invoicing.profile(place.owner, "NORD").seller.vat_number == "DE136695976"


def test_opting_out_keeps_a_reason_that_can_be_read(place):
    place.partner()

    with pytest.raises(Invalid, match="holds control characters"):
        self_invoicing.opt_out(place.contact(), "NORD", reason="a\x00b")
