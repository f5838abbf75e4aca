"""Who may enter an account: seats at the vendor's side and a partner's, given, changed and taken away."""

import pytest

from engine import own_seat, people
from engine.errors import Invalid, NotAllowed, NotFound, ReasonRequired, Unknown


def members(place):
    with place.world.store.reading() as tx:
        return {seat.email: seat.role for seat in people.members(tx, place.owner)}


def contacts(place, by=None):
    with place.world.store.reading() as tx:
        return {seat.email: seat for seat in people.contacts(tx, by or place.owner, "NORD")}


def seats(place, email):
    with place.world.store.reading() as tx:
        return [seat for seat in people.seats(tx, email) if seat.account_id == place.account_id]


def test_an_invited_person_has_a_seat_and_is_told(place):
    member = people.invite(place.owner, " Mia@Example.com ", "Mia", role="finance")
    (seat,) = seats(place, "mia@example.com")

    assert (seat.kind, seat.id, seat.role, seat.account) == ("vendor", member, "finance", place.code)
    assert [row.topic for row in place.all("SELECT topic FROM notification WHERE account_id = :account")] == [
        "invitation"
    ]
    assert seat.actor(origin="web").may("finance")


def test_an_address_has_one_seat_at_a_vendors_side(place):
    people.invite(place.owner, "mia@example.com", "Mia", role="finance")

    with pytest.raises(Invalid, match=r"email: this address has a seat here already; change its role instead\."):
        people.invite(place.owner, "MIA@example.com", "Mia", role="viewer")


@pytest.mark.parametrize("verb", ["invite", "set_role", "remove"])
def test_only_owners_and_admins_give_and_take_seats(place, verb):
    member = people.invite(place.owner, "mia@example.com", "Mia", role="finance")
    deeds = {
        "invite": lambda by: people.invite(by, "ben@example.com", "Ben", role="viewer"),
        "set_role": lambda by: people.set_role(by, member, "viewer"),
        "remove": lambda by: people.remove(by, member),
    }

    with pytest.raises(NotAllowed):
        deeds[verb](place.vendor("manager"))
    deeds[verb](place.vendor("admin"))


def test_an_admin_makes_no_owner(place):
    with pytest.raises(NotAllowed, match="It is for: owners"):
        people.invite(place.vendor("admin"), "mia@example.com", "Mia", role="owner")


def test_the_last_owner_stays(place):
    owner = people.invite(place.owner, "mia@example.com", "Mia", role="owner")

    for deed in (lambda: people.remove(place.owner, owner), lambda: people.set_role(place.owner, owner, "viewer")):
        with pytest.raises(Invalid, match=r"it is the last owner's; make somebody else owner first\."):
            deed()
    people.invite(place.owner, "ben@example.com", "Ben", role="owner")
    people.remove(place.owner, owner)
    assert members(place) == {"ben@example.com": "owner"}


def test_a_seat_that_was_taken_away_is_gone_at_once_and_may_be_given_again(place):
    member = people.invite(place.owner, "mia@example.com", "Mia", role="finance")
    people.remove(place.owner, member)

    assert seats(place, "mia@example.com") == []
    with pytest.raises(NotFound):
        people.remove(place.owner, member)
    people.invite(place.owner, "mia@example.com", "Mia", role="viewer")
    assert members(place) == {"mia@example.com": "viewer"}


def test_what_cannot_be_kept_is_told_all_at_once(place):
    with pytest.raises(Invalid) as told:
        people.invite(place.owner, "mia", " ", role="viewer", language="French")

    assert [problem.field for problem in told.value.problems] == ["language", "email", "name"]
    with pytest.raises(Unknown, match=r"No role is called 'financ'\. Did you mean 'finance'\?"):
        people.invite(place.owner, "mia@example.com", "Mia", role="financ")


@pytest.mark.parametrize("by", ["vendor", "contact"])
def test_a_partner_gets_more_contacts_by_its_main_contact_or_the_vendor(place, by):
    place.partner()
    caller = place.vendor() if by == "vendor" else place.contact()
    people.add_contact(caller, "NORD", "ben@example.com", "Ben")

    assert [seat.role for seat in contacts(place, caller).values()] == ["main_contact", "member"]
    with pytest.raises(Invalid, match=r"this address is a contact of the partner already\."):
        people.add_contact(caller, "NORD", "ben@example.com", "Ben")


def test_a_member_gives_no_seats_and_another_partner_does_not_exist(place):
    place.partner()
    place.partner("OST", opted_in=False)

    with pytest.raises(NotAllowed):
        people.add_contact(place.contact(role="member"), "NORD", "ben@example.com", "Ben")
    with pytest.raises(NotFound):
        people.add_contact(place.contact(), "OST", "ben@example.com", "Ben")
    with pytest.raises(NotFound):
        contacts(place, place.contact("OST"))


def test_the_main_contact_is_handed_over_and_only_then_removed(place):
    place.partner()
    ben = people.add_contact(place.contact(), "NORD", "ben@example.com", "Ben")
    anna = contacts(place)["anna@example.com"].id
    with pytest.raises(Invalid, match=r"it is the main contact; hand that over to another contact first\."):
        people.remove_contact(place.contact(), "NORD", anna)
    people.hand_over(place.contact(), "NORD", ben)
    people.hand_over(place.contact(), "NORD", ben)
    people.remove_contact(place.contact(), "NORD", anna)

    assert {email: seat.role for email, seat in contacts(place).items()} == {"ben@example.com": "main_contact"}
    assert [row.verb for row in place.history(contacts(place)["ben@example.com"].partner_id)][-3:] == [
        "add contact", "hand over", "remove contact",
    ]  # fmt: skip


def test_the_vendor_hands_over_for_a_reason_and_whoever_was_it_before_is_told(place):
    place.partner()
    ben = people.add_contact(place.owner, "NORD", "ben@example.com", "Ben")
    anna = contacts(place)["anna@example.com"].id
    with pytest.raises(NotAllowed):
        people.hand_over(place.vendor("manager"), "NORD", ben, reason="she left")
    with pytest.raises(ReasonRequired):
        people.hand_over(place.owner, "NORD", ben)
    people.hand_over(place.owner, "NORD", ben, reason="she left")

    told = {row.subject_id: row.sentence for row in place.all("SELECT subject_id, sentence FROM notification")}
    assert told[anna].startswith("Ben is the main contact of NORD GmbH now, not you any more.")


def test_everybody_says_in_which_language_and_of_what_they_want_mail(place):
    member = people.invite(place.owner, "mia@example.com", "Mia", role="finance")
    caller = place.vendor("finance", person=member)
    own_seat.prefer(caller, language="fr", muted=["step_waiting_for_approval"])

    [seat] = seats(place, "mia@example.com")
    assert (seat.language, seat.muted) == ("fr", ("step_waiting_for_approval",))
    with pytest.raises(Invalid, match=r"is no ISO 639 code.*not 'weather'"):
        own_seat.prefer(caller, language="f", muted=["weather"])


def test_no_history_holds_an_address_or_a_name(place):
    people.invite(place.owner, "mia@example.com", "Mia", role="finance")

    assert "mia" not in str(place.history(place.account_id)).lower()


@pytest.mark.parametrize(
    "email",
    [
        "a,b@x.yy",
        '"@x.yy',
        "<b>@x.yy",
        "a..b@x.yy",
        "a:b;@x.yy",
        "a@b@x.yy",
        "a@x",
        ".a@x.yy",
        "a@-x.yy",
        "a b@x.yy",
        "\u212aim@x.yy",
        "m\u0131a@x.yy",
    ],
)
def test_an_address_is_one_mailbox_and_nothing_else(place, email):
    with pytest.raises(Invalid, match=r"email: an address such as a@example\.com\."):
        people.invite(place.owner, email, "Mia", role="viewer")


def test_an_address_of_other_letters_opens_nobodys_seat(place):
    people.invite(place.owner, "Kim@Example.com", "Kim", role="viewer")

    with place.world.store.reading() as tx:
        assert [one.name for one in people.seats(tx, "KIM@example.com")] == ["Kim"]
        assert people.seats(tx, "\u212aim@example.com") == []


@pytest.mark.parametrize("language", ["zz", "EN", "x", "deu", ""])
def test_a_language_is_one_that_dates_can_be_written_in(place, language):
    with pytest.raises(Invalid, match=f"language: '{language}' is no ISO 639 code, such as fr"):
        people.invite(place.owner, "mia@example.com", "Mia", role="viewer", language=language)


def test_a_partner_writes_to_no_more_than_a_hundred_contacts(place, monkeypatch):
    monkeypatch.setattr(people, "MOST_CONTACTS", 3)
    place.partner()
    people.add_contact(place.contact(), "NORD", "one@example.com", "One")
    people.add_contact(place.contact(), "NORD", "two@example.com", "Two")

    with pytest.raises(Invalid, match="email: a partner has had 3 contacts by then"):
        people.add_contact(place.contact(), "NORD", "three@example.com", "Three")
