"""
Signing in by a link that was sent to an address: it works once, for a quarter of an hour. It sends no mail.

What is kept of a link or a session is its SHA-256: who reads the database can enter with nothing in it.
"""

import secrets
from datetime import datetime, timedelta
from urllib.parse import quote

from engine import mails, people
from engine.clock import moment, stamp
from engine.errors import NotFound, TooMany
from engine.ids import digest
from engine.store import Tx
from engine.world import World

LASTS = timedelta(minutes=15)
MOST_OPEN = 5  # links of one address that are still good: more would only help a guesser


def link(world: World, email: str, *, back: str = "/", by_mail: bool = False) -> str:
    """
    The token of a new link for this address, which leads `back` afterwards; `by_mail`: it is also sent there.

    Raises:
        NotFound: the address has no seat. The web says the same to both.
        TooMany: five of its links are still good.
    """
    email, token, now = people.address(email), secrets.token_urlsafe(32), world.clock.now()

    def work(tx: Tx) -> str:
        seats = people.seats(tx, email)
        if not seats:
            raise NotFound("seat", email)
        tx.run("DELETE FROM sign_in_link WHERE expires_at < :now", now=stamp(now))
        if tx.one(_OPEN, email=email).links >= MOST_OPEN:
            raise TooMany("Links to sign in", LASTS)
        tx.insert("sign_in_link", hash=digest(token), email=email, created_at=stamp(now), expires_at=stamp(now + LASTS))
        if by_mail:  # until it is sent, the row holds what opens the door for a quarter of an hour
            path = f"/sign-in/{token}" + (f"?next={quote(back, safe='/')}" if back != "/" else "")
            mails.write(tx, seats[0].account_id, topic="sign_in", recipient=email, language=seats[0].language,
                        path=path, world=world)  # fmt: skip
        return token

    made = world.store.unit_of_work(work)
    if by_mail:
        world.wake()
    return made


def is_good(world: World, token: str) -> bool:
    """Whether a link would let somebody in now. Looking does not use it up: scanners of mail look, too."""
    with world.store.reading() as tx:
        row = tx.one(_LINK, hash=digest(token))
    return row is not None and row.used_at is None and moment(row.expires_at) > world.clock.now()


def follow(world: World, token: str) -> str:
    """
    Use a link up; returns the address it was sent to.

    Raises:
        NotFound: there is no such link, it was used, or its quarter of an hour is over.
    """
    now = stamp(world.clock.now())

    def work(tx: Tx) -> str:
        if not tx.run(_USE, hash=digest(token), now=now):
            raise NotFound("link", "to sign in")
        return str(tx.one(_LINK, hash=digest(token)).email)

    return world.store.unit_of_work(work)


def read_session(world: World, token: str) -> str | None:
    """What was kept under this session's token, None when it is over."""
    with world.store.reading() as tx:
        row = tx.one("SELECT data, expires_at FROM web_session WHERE hash = :hash", hash=digest(token))
    lives = row is not None and row.data != _ENDED and moment(row.expires_at) > world.clock.now()
    return row.data if lives else None


def keep_session(world: World, token: str, data: str, *, until: datetime) -> None:
    """Keep a session's data, unless it was ended meanwhile; what is over is swept away."""
    now = stamp(world.clock.now())

    def work(tx: Tx) -> None:
        tx.send("DELETE FROM web_session WHERE expires_at < :now", now=now)
        tx.send(_KEEP, hash=digest(token), data=data, until=stamp(until), ended=_ENDED)

    world.store.unit_of_work(work)


def end_session(world: World, token: str) -> None:
    """Its row stays until its time is over: a request that was under way when it ended must not bring it back."""
    world.store.unit_of_work(lambda tx: tx.send(_END, hash=digest(token), ended=_ENDED))


def secret(world: World, name: str) -> str:
    """A secret that all processes of this installation share, made when it is first asked for."""

    def work(tx: Tx) -> str:
        tx.send(_OFFER, name=name, value=secrets.token_urlsafe(32))
        return str(tx.one("SELECT value FROM installation WHERE name = :name", name=name).value)

    return world.store.unit_of_work(work)


_OPEN = "SELECT COUNT(*) AS links FROM sign_in_link WHERE email = :email AND used_at IS NULL"
_LINK = "SELECT email, expires_at, used_at FROM sign_in_link WHERE hash = :hash"
_USE = "UPDATE sign_in_link SET used_at = :now WHERE hash = :hash AND used_at IS NULL AND expires_at > :now"
_KEEP = """
    INSERT INTO web_session (hash, data, expires_at) VALUES (:hash, :data, :until)
    ON CONFLICT (hash) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at
    WHERE web_session.data <> :ended"""
_END, _ENDED = "UPDATE web_session SET data = :ended WHERE hash = :hash", ""
_OFFER = "INSERT INTO installation (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING"
