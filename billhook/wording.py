"""A letter in its reader's words: gettext catalogues for the texts, Babel for days and money. It sends nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel import localedata
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_currency

from billhook import mail_texts as texts
from billhook.mail_texts import Text
from engine.outward import Letter
from engine.views.amounts import decimal_text

LANGUAGES = ("en", "de", "es", "fr", "it", "nl")

Words = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Worded:
    """
    What a mail says. `things` is a list, such as of what is missing; `quote` are the lines of what a person wrote, as
    they are, and `quoted` says who did; `act` stands before the link.
    """

    language: str
    subject: str
    lines: tuple[str, ...]
    things: tuple[str, ...]
    quoted: str
    quote: tuple[str, ...]
    act: str


def worded(letter: Letter) -> Worded:
    """The letter in its language, English where we do not speak it. One without facts has its notice's sentence."""
    language = letter.language if letter.language in LANGUAGES else "en"
    said, facts, side = words(language), letter.facts, audience(letter)
    text = _text(side, letter.topic, str((facts or {}).get("kind", "")))
    values = _values(facts or {}, language) | {"email": letter.recipient}
    subject = (text and _filled(said(text.subject), values)) or said(title(letter.topic, side))
    lines = text.lines if text and facts is not None else ()
    reason = str(values.get("reason", "")) if lines else ""
    return Worded(
        language, " ".join(subject.split()),
        tuple(line for each in lines if (line := _filled(said(each), values))) or _sentence(letter),
        _things(facts or {}, values, said, side), _filled(said(texts.WRITES[side]), values) if reason else "",
        tuple(reason.splitlines()), said(text.act if text else texts.LOOK),
    )  # fmt: skip


def title(topic: str, audience: str) -> str:
    """What a topic is called, in English: what the catalogues have translations of."""
    of_the_side = texts.OF_THE_VENDOR if audience == "vendor" else {}
    return of_the_side.get(topic) or texts.TITLES.get(topic, texts.NEWS)


def audience(letter: Letter) -> str:
    """`partner` or `vendor`: which side the reader is on."""
    of_the_vendor = letter.path.startswith("/console")
    return str((letter.facts or {}).get("audience", "vendor" if of_the_vendor else "partner"))


@cache
def words(language: str) -> Words:
    """The words of mail in a language; English for one that we do not speak."""
    if language not in LANGUAGES[1:]:
        return str
    content = files("billhook").joinpath(f"locale/{language}/LC_MESSAGES/mail.po").read_bytes()
    known = {str(each.id): str(each.string) for each in read_po(BytesIO(content), locale=language) if each.id}
    return lambda text: known.get(text) or text


def _text(side: str, topic: str, kind: str) -> Text | None:
    of_the_side = texts.TO_VENDORS if side == "vendor" else texts.TO_PARTNERS
    return of_the_side.get(f"{topic}.{kind}") or of_the_side.get(topic)


def _sentence(letter: Letter) -> tuple[str, ...]:
    return (letter.sentence,) if letter.sentence else ()


def _filled(line: str, values: Mapping[str, str]) -> str:
    """The line with its values; '' where one is not known."""
    try:
        return line % values
    except KeyError:
        return ""


def _values(facts: Mapping[str, Any], language: str) -> dict[str, str]:
    """What may be filled in; days and money as they are written in the language and, where it is known, the country."""
    local = f"{language}_{facts.get('country', '')}"
    locale, said = local if localedata.exists(local) else language, words(language)
    values = {name: value for name, value in facts.items() if value and isinstance(value, str)}
    for name, value in facts.items():
        if isinstance(value, Mapping):
            values[name] = _money(value, locale)
    if "day" in values:
        values["day"] = format_date(date.fromisoformat(values["day"]), "long", locale=locale)
    if "role" in values:
        values["role"] = said(texts.ROLES.get(values["role"], values["role"]))
    if total := values.get("gross") or values.get("amount"):
        values["total"] = total
    return values


def _money(amount: Mapping[str, Any], locale: str) -> str:
    currency = str(amount["currency"])
    return format_currency(Decimal(decimal_text(amount["minor"], currency)), currency, locale=locale)


def _things(facts: Mapping[str, Any], values: Mapping[str, str], said: Words, side: str) -> tuple[str, ...]:
    names = [name.split(".")[-1] for name in (*facts.get("missing", ()), *facts.get("details", ()))]
    known = [texts.THINGS[side][name] for name in dict.fromkeys(names) if name in texts.THINGS[side]]
    return tuple(_filled(said(each), values) for each in known)
