"""
People and their seats: who may enter an account, at the vendor's side or at a partner's, and as what.

A seat is a row, and an e-mail address opens every seat that bears it; so access ends with the row. It sends no mail and
knows no session.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from engine import history, notices, reference, tokens
from engine.actor import ROLES, Actor
from engine.billing.text import text_problems
from engine.clock import stamp
from engine.errors import Invalid, NotAllowed, NotFound, Problem, Unknown
from engine.ids import new_id
from engine.store import Tx
from engine.world import Caller

SeatKind = Literal["vendor", "partner"]
MOST_CONTACTS = 100  # of one partner, ever: each is written to


_LOCAL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", re.ASCII | re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?")


@dataclass(frozen=True, slots=True)
class Seat:
    """
    Where somebody may sit down: at the vendor's side of an account, or as a contact of one of its partners.
    `partner_id` and `partner` (its code) are '' at the vendor's side; `language` is ISO 639-1; `muted` the topics of
    which no mail is wanted; `timezone` the account's; `country` the buyer's or the partner's, '' while it is not known.
    """

    account_id: str
    account: str
    account_name: str
    kind: SeatKind
    id: str
    role: str
    name: str
    email: str
    language: str
    muted: tuple[str, ...] = ()
    timezone: str = "UTC"
    partner_id: str = ""
    partner: str = ""
    partner_name: str = ""
    country: str = ""

    def actor(self, *, origin: str = "") -> Actor:
        return Actor(self.kind, self.id, self.role, self.partner_id or None, origin)


def address(email: str) -> str:
    """
    An e-mail address as it is kept and compared: without space around it, in small letters. One with other letters than
    ASCII's before the @ stays as it is, and is nobody's: small letters would make a `k` of the sign for kelvin.
    """
    plain = email.strip()
    return plain.lower() if plain.rpartition("@")[0].isascii() else plain


def is_address(email: str) -> bool:
    """Whether one mailbox is written there, by the pattern of HTML's fields for it: no list, group or comment."""
    local, _, domain = email.partition("@")
    tidy = not local.startswith(".") and not local.endswith(".") and ".." not in local
    return tidy and _LOCAL.fullmatch(local) is not None and _DOMAIN.fullmatch(domain) is not None


def seats(tx: Tx, email: str) -> list[Seat]:
    """Every seat that bears this address, the vendors' first."""
    return [
        _seat(row) for sql in (_MEMBERS_EVERYWHERE, _CONTACTS_EVERYWHERE) for row in tx.all(sql, email=address(email))
    ]


def seat(tx: Tx, account_id: str, kind: SeatKind, seat_id: str) -> Seat | None:
    """One seat as it is now, None when access has ended."""
    row = tx.one(_MEMBER if kind == "vendor" else _CONTACT, account=account_id, id=seat_id)
    return None if row is None else _seat(row)


def members(tx: Tx, caller: Caller) -> list[Seat]:
    """The vendor's people, by name. Raises NotAllowed."""
    caller.require("people", "viewer")
    return [_seat(row) for row in tx.all(_MEMBERS, account=caller.account_id)]


def contacts(tx: Tx, caller: Caller, partner_code: str) -> list[Seat]:
    """A partner's contacts, the main one first; a contact sees its own partner's. Raises NotFound."""
    partner = _partner(tx, caller, partner_code)
    return [_seat(row) for row in tx.all(_CONTACTS, account=caller.account_id, partner=partner.id)]


def invite(caller: Caller, email: str, name: str, *, role: str, language: str = "en") -> str:
    """
    Give a person a seat at the vendor's side; returns its id. They are told by mail.

    Raises:
        NotAllowed: the role is not owner or admin, or it would make an owner and is none.
        Unknown: there is no such role. Invalid: the address or name cannot be kept, or has a seat already.
    """
    _require_rank(caller, "invite", role)
    email = address(email)

    def work(tx: Tx) -> str:
        _lock_account(tx, caller)
        problems = _problems(email=email, name=name, language=language)
        if tx.one(_MEMBER_BY_EMAIL, account=caller.account_id, email=email):
            problems.append(Problem("email", "this address has a seat here already; change its role instead."))
        if problems:
            raise Invalid("The invitation", problems)
        member_id = new_id()
        tx.insert(
            "membership", account_id=caller.account_id, id=member_id, email=email, name=name.strip(), role=role,
            language=language, muted="[]", created_at=stamp(caller.now),
        )  # fmt: skip
        _note(tx, caller, "invite", f"a seat was given as {role}", {"member": member_id, "role": role})
        _tell(tx, caller, "vendor", member_id, f"You are invited to {_account_name(tx, caller)} as {role}.",
              facts={"role": role})  # fmt: skip
        return member_id

    return caller.transact(work)


def set_role(caller: Caller, member_id: str, role: str) -> None:
    """
    Give a vendor's person another role, from the next request on. API tokens that they made end, as they were made with
    the rank of before.

    Raises:
        NotAllowed, Unknown, NotFound. Invalid: it is the last owner.
    """
    _require_rank(caller, "set role", role)

    def work(tx: Tx) -> None:
        member = _member(tx, caller, member_id)
        _require_rank(caller, "set role", member.role)
        if member.role == "owner" and role != "owner":
            _keep_an_owner(tx, caller)
        tx.run(_SET_ROLE, account=caller.account_id, id=member_id, role=role)
        ended = tokens.end_those_of(tx, caller, member_id) if role != member.role else 0
        data = {"member": member_id, "tokens_ended": ended, **history.change(member.role, role)}
        _note(tx, caller, "set role", f"{member.role} became {role}", data)

    caller.transact(work)


def remove(caller: Caller, member_id: str) -> None:
    """
    End a vendor's person's access, from the next request on, and that of the API tokens that they made.

    Raises:
        NotAllowed, NotFound. Invalid: it is the last owner.
    """
    caller.require("remove", "admin")

    def work(tx: Tx) -> None:
        member = _member(tx, caller, member_id)
        _require_rank(caller, "remove", member.role)
        if member.role == "owner":
            _keep_an_owner(tx, caller)
        tx.run(_END_MEMBER, account=caller.account_id, id=member_id, now=stamp(caller.now))
        data = {"member": member_id, "tokens_ended": tokens.end_those_of(tx, caller, member_id)}
        _note(tx, caller, "remove", f"a seat as {member.role} was taken away", data)

    caller.transact(work)


def add_contact(caller: Caller, partner_code: str, email: str, name: str, *, language: str = "") -> str:
    """
    Give a person a seat as a member of a partner; returns its id. They are told by mail.

    Raises:
        NotAllowed: neither the partner's main contact nor the vendor's owner, admin or manager.
        NotFound. Invalid: the address or name cannot be kept, or has a seat with this partner already.
    """
    caller.require("add contact", "vendor", "partner")
    email = address(email)

    def work(tx: Tx) -> str:
        partner = _partner(tx, caller, partner_code, lock=True)
        problems = _problems(email=email, name=name, language=language or "en")
        if any(seat.email == email for seat in contacts(tx, caller, partner_code)):
            problems.append(Problem("email", "this address is a contact of the partner already."))
        if tx.one(_ADDED, account=caller.account_id, partner=partner.id).contacts >= MOST_CONTACTS:
            told = (
                f"a partner has had {MOST_CONTACTS} contacts by then, those that were removed among them; ask for help."
            )
            problems.append(Problem("email", told))
        if problems:
            raise Invalid("The contact", problems)
        contact_id = new_id()
        tx.insert(
            "contact", account_id=caller.account_id, id=contact_id, partner_id=partner.id, name=name.strip(),
            email=email, is_main=False, language=language, muted="[]",
        )  # fmt: skip
        _note(tx, caller, "add contact", "a contact was added", {"contact": contact_id}, partner=partner.id)
        _tell(tx, caller, "partner", contact_id, f"You are invited as a contact of {partner.name}.", partner.id,
              facts={})  # fmt: skip
        return contact_id

    return caller.transact(work)


def remove_contact(caller: Caller, partner_code: str, contact_id: str) -> None:
    """
    End a contact's access, from the next request on, and that of the API tokens that it made.

    Raises:
        NotAllowed, NotFound. Invalid: it is the main contact.
    """
    caller.require("remove contact", "vendor", "partner")

    def work(tx: Tx) -> None:
        partner = _partner(tx, caller, partner_code, lock=True)
        contact = _contact(tx, caller, partner.id, contact_id)
        if contact.role == "main_contact":
            told = "it is the main contact; hand that over to another contact first."
            raise Invalid("The contact", [Problem("contact", told)])
        tx.run(_END_CONTACT, account=caller.account_id, id=contact_id, now=stamp(caller.now))
        data = {"contact": contact_id, "tokens_ended": tokens.end_those_of(tx, caller, contact_id)}
        _note(tx, caller, "remove contact", "a contact was removed", data, partner=partner.id)

    caller.transact(work)


def hand_over(caller: Caller, partner_code: str, contact_id: str, *, reason: str = "") -> None:
    """
    Make another contact the main one, who speaks for the partner from then on; the present one stays as a member, and
    is told. The vendor's owner or admin may do it for a partner whose main contact is gone, with a reason.

    Raises:
        NotAllowed: neither the partner's main contact nor the vendor's owner or admin. NotFound.
        ReasonRequired: the vendor gave none.
    """
    caller.require("hand over", "admin", "partner")
    if caller.actor.kind != "partner":
        reason = caller.require_reason("hand over", reason)

    def work(tx: Tx) -> None:
        partner = _partner(tx, caller, partner_code, lock=True)
        contact = _contact(tx, caller, partner.id, contact_id)
        if contact.role == "main_contact":
            return
        before = [each for each in contacts(tx, caller, partner_code) if each.role == "main_contact"]
        news = f"{contact.name} is the main contact of {partner.name} now, not you any more."
        tx.run(_NO_MAIN, account=caller.account_id, partner=partner.id)
        tx.run(_MAKE_MAIN, account=caller.account_id, id=contact_id)
        data = {"contact": contact_id}
        told = "another contact is the main contact"
        _note(tx, caller, "hand over", told, data, partner=partner.id, reason=reason)
        for former in before:
            told = f"{news} If that is not right, tell the vendor."
            _tell(tx, caller, "partner", former.id, told, partner.id, topic="main_contact",
                  facts={"name": contact.name})  # fmt: skip
        _tell(tx, caller, "partner", contact_id, f"You are the main contact of {partner.name} now.", partner.id,
              topic="main_contact", facts={"kind": "yours"})  # fmt: skip

    caller.transact(work)


def _seat(row: Any) -> Seat:
    known = row._asdict()
    buyer = json.loads(known.pop("buyer"))
    country = buyer.get("country", "") if row.kind == "vendor" else row.country
    return Seat(**{**known, "muted": tuple(json.loads(row.muted)), "country": country})


def _require_rank(caller: Caller, verb: str, role: str) -> None:
    """Admins give and take every role but an owner's."""
    caller.require(verb, "admin")
    if role not in ROLES["vendor"]:
        raise Unknown("role", role, ROLES["vendor"])
    if role == "owner" and "owner" not in (caller.actor.role, caller.actor.acts_as) and caller.actor.kind != "system":
        raise NotAllowed(f"{verb}: owner", caller.actor.position, ("owner",))


def _problems(*, language: str, email: str | None = None, name: str | None = None) -> list[Problem]:
    known = reference.language_exists(language)
    found = [] if known else [Problem("language", f"'{language[:20]}' is no ISO 639 code, such as fr.")]
    if email is not None:
        found += [Problem(each.field, each.sentence) for each in text_problems("email", email, 200)]
        if not is_address(email):
            found.append(Problem("email", "an address such as a@example.com."))
    if name is not None:
        found += [Problem(each.field, each.sentence) for each in text_problems("name", name, 200)]
        if not name.strip():
            found.append(Problem("name", "write their name."))
    return found


def _keep_an_owner(tx: Tx, caller: Caller) -> None:
    if tx.one(_OWNERS, account=caller.account_id).owners < 2:
        raise Invalid("The seat", [Problem("role", "it is the last owner's; make somebody else owner first.")])


def _lock_account(tx: Tx, caller: Caller) -> None:
    tx.one("SELECT id FROM account WHERE id = :account FOR UPDATE", account=caller.account_id)


def _account_name(tx: Tx, caller: Caller) -> str:
    return str(tx.one("SELECT name FROM account WHERE id = :account", account=caller.account_id).name)


def _member(tx: Tx, caller: Caller, member_id: str) -> Seat:
    _lock_account(tx, caller)
    found = seat(tx, caller.account_id, "vendor", member_id)
    if found is None:
        raise NotFound("person", member_id)
    return found


def _contact(tx: Tx, caller: Caller, partner_id: str, contact_id: str) -> Seat:
    found = seat(tx, caller.account_id, "partner", contact_id)
    if found is None or found.partner_id != partner_id:
        raise NotFound("contact", contact_id)
    return found


def _partner(tx: Tx, caller: Caller, code: str, *, lock: bool = False) -> Any:
    row = tx.one(_PARTNER + (" FOR UPDATE" if lock else ""), account=caller.account_id, code=code)
    if row is None or caller.actor.partner_id not in (None, row.id):
        raise NotFound("partner", code)
    return row


def _note(
    tx: Tx, caller: Caller, verb: str, sentence: str, data: dict[str, Any], *, partner: str = "", reason: str = ""
) -> None:
    deed = history.Deed(verb, sentence=sentence, data=data, reason=reason)
    kind, subject = ("partner", partner) if partner else ("account", caller.account_id)
    history.note(tx, kind, caller.account_id, subject, deed, actor=caller.actor, now=caller.now)


def _tell(
    tx: Tx,
    caller: Caller,
    kind: SeatKind,
    seat_id: str,
    sentence: str,
    partner: str | None = None,
    *,
    topic: str = "invitation",
    facts: dict[str, str],
) -> None:
    """One person: the notice's subject is the seat itself."""
    notices.tell(
        tx, caller.account_id, audience=kind, partner_id=partner, subject_id=seat_id, topic=topic,
        sentence=sentence, facts=facts, now=caller.now,
    )  # fmt: skip


_ADDED = "SELECT COUNT(*) AS contacts FROM contact WHERE account_id = :account AND partner_id = :partner"
_OF_MEMBER = """
    SELECT m.account_id, a.code AS account, a.name AS account_name, a.timezone, a.buyer, '' AS country,
        'vendor' AS kind, m.id, m.role, m.name,
        m.email, m.language, m.muted FROM membership m JOIN account a ON a.id = m.account_id WHERE m.ended_at IS NULL"""
_OF_CONTACT = """
    SELECT c.account_id, a.code AS account, a.name AS account_name, a.timezone, a.buyer,
        'partner' AS kind, c.id,
        CASE WHEN c.is_main THEN 'main_contact' ELSE 'member' END AS role, c.name, c.email,
        CASE WHEN c.language = '' THEN s.language ELSE c.language END AS language, c.muted, s.id AS partner_id,
        s.code AS partner, s.name AS partner_name, s.country
    FROM contact c JOIN partner s ON s.account_id = c.account_id AND s.id = c.partner_id
    JOIN account a ON a.id = c.account_id WHERE c.ended_at IS NULL"""
_MEMBERS_EVERYWHERE = _OF_MEMBER + " AND m.email = :email ORDER BY a.code"
_CONTACTS_EVERYWHERE = _OF_CONTACT + " AND c.email = :email ORDER BY a.code, s.code"
_MEMBER = _OF_MEMBER + " AND m.account_id = :account AND m.id = :id"
_CONTACT = _OF_CONTACT + " AND c.account_id = :account AND c.id = :id"
_MEMBERS = _OF_MEMBER + " AND m.account_id = :account ORDER BY m.name, m.id"
_CONTACTS = (
    _OF_CONTACT + " AND c.account_id = :account AND c.partner_id = :partner ORDER BY c.is_main DESC, c.name, c.id"
)
_MEMBER_BY_EMAIL = "SELECT id FROM membership WHERE account_id = :account AND email = :email AND ended_at IS NULL"
_OWNERS = (
    "SELECT COUNT(*) AS owners FROM membership WHERE account_id = :account AND role = 'owner' AND ended_at IS NULL"
)
_PARTNER = "SELECT id, name FROM partner WHERE account_id = :account AND code = :code"
_SET_ROLE = "UPDATE membership SET role = :role WHERE account_id = :account AND id = :id"
_END_MEMBER = "UPDATE membership SET ended_at = :now WHERE account_id = :account AND id = :id"
_END_CONTACT = "UPDATE contact SET ended_at = :now WHERE account_id = :account AND id = :id"
_NO_MAIN = "UPDATE contact SET is_main = FALSE WHERE account_id = :account AND partner_id = :partner AND is_main"
_MAKE_MAIN = "UPDATE contact SET is_main = TRUE WHERE account_id = :account AND id = :id"
