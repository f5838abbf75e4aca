"""The facade's doors to people and to programs' tokens. Each verb is a transaction of the engine."""

from collections.abc import Collection, Sequence

from billhook.doors import Door
from engine import own_seat, people, tokens
from engine.people import Seat
from engine.tokens import Token


class People(Door):
    """The vendor's people, and the contacts of partners."""

    def list(self) -> Sequence[Seat]:
        return self._read(lambda tx: people.members(tx, self.caller))

    def invite(self, email: str, name: str, *, role: str, language: str = "en") -> str:
        return people.invite(self.caller, email, name, role=role, language=language)

    def set_role(self, member_id: str, role: str) -> None:
        people.set_role(self.caller, member_id, role)

    def remove(self, member_id: str) -> None:
        people.remove(self.caller, member_id)

    def contacts(self, partner: str) -> Sequence[Seat]:
        return self._read(lambda tx: people.contacts(tx, self.caller, partner))

    def add_contact(self, partner: str, email: str, name: str, *, language: str = "") -> str:
        return people.add_contact(self.caller, partner, email, name, language=language)

    def remove_contact(self, partner: str, contact_id: str) -> None:
        people.remove_contact(self.caller, partner, contact_id)

    def hand_over(self, partner: str, contact_id: str, *, reason: str = "") -> None:
        people.hand_over(self.caller, partner, contact_id, reason=reason)

    def me(self) -> Seat:
        """Your own seat; a token's is that of who made it. Raises NotFound."""
        return self._read(lambda tx: own_seat.of(tx, self.caller))

    def prefer(self, *, language: str, muted: Sequence[str] = ()) -> None:
        own_seat.prefer(self.caller, language=language, muted=muted)


class Tokens(Door):
    """Tokens of programs that use the HTTP API."""

    def list(self) -> Sequence[Token]:
        return self._read(lambda tx: tokens.listed(tx, self.caller))

    def create(self, name: str, *, role: str = "", scopes: Collection[str]) -> tuple[str, str]:
        """Its id, and the token itself, which is never shown again. A contact's has no role: it acts as the contact."""
        return tokens.create(self.caller, name, role=role, scopes=scopes)

    def revoke(self, token_id: str) -> None:
        tokens.revoke(self.caller, token_id)
