"""A self-billing agreement's record as PDF, for an audit: the text as it was shown, and what proves who accepted it."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256

from babel import Locale
from babel.dates import format_date, format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from engine.agreements import AgreementView
from engine.clock import moment
from engine.contracts import Document
from engine.errors import RenderError
from renderers.phrases import phrases, spoken_language, spoken_locale
from renderers.press import Press
from renderers.reading import lost_letters, text_of
from renderers.speech import folio
from renderers.writings import packages_for

TEMPLATE, STYLE = "v1", "v1"
_CLAUSE_GOES_ON = re.compile(r"\n {3}")


def record_pdf(press: Press, record: AgreementView, *, buyer: str, country: str = "") -> Document:
    """
    The record, in the language of its text, days as in the seller's `country`. `buyer` is the account's legal name.

    Raises:
        RenderError: it could not be printed, or not every letter of the text: then it would prove another one.
        MissingSystemLibrary.
    """
    html = page(record, buyer=buyer, country=country)
    identifier = sha256(html.encode()).digest()
    printed = press.archive(
        html, style=STYLE, assets={}, identifier=identifier, xml=b"", dated=moment(record.accepted_at)
    )
    if lost := lost_letters(record.text, text_of(printed.pdf)):
        told = f"No font on this machine has {lost[:20]}. On Debian: apt-get install {packages_for(lost)}, then repeat."
        raise RenderError(f"The agreement of {record.partner} was not printed. {told}", permanent=True)
    made_with = {"archive": f"plain PDF: {printed.flaw}" if printed.flaw else "PDF/A-3b"}
    return Document(f"agreement-{record.partner}-{record.version}.pdf", "application/pdf", printed.pdf, made_with)


def page(record: AgreementView, *, buyer: str, country: str = "") -> str:
    """The record as HTML; everything in it is escaped."""
    gettext = phrases(record.language).gettext
    return template().render(
        record=record, buyer=buyer, language=spoken_language(record.language), made_at=record.accepted_at,
        folio=folio(gettext), say=_Days(spoken_locale(record.language, country)), _=gettext,
    )  # fmt: skip


def paragraphs(text: str) -> list[str]:
    """Those of an agreement; a clause as one line, since a page is not as wide as the text's own lines."""
    return [_CLAUSE_GOES_ON.sub(" ", each) if each[:1].isdigit() else each for each in text.strip("\n").split("\n\n")]


@dataclass(frozen=True, slots=True)
class _Days:
    """Days and moments as they are written somewhere; '' for none."""

    locale: Locale

    def day(self, day: str) -> str:
        return format_date(date.fromisoformat(day), "long", locale=self.locale) if day else ""

    def moment(self, stamp: str) -> str:
        return format_datetime(moment(stamp), "long", locale=self.locale) if stamp else ""


@cache
def template() -> Template:
    """The page of a record; its words come with what it is rendered with."""
    pages = Environment(
        loader=PackageLoader("renderers", "templates/agreement"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    pages.filters["paragraphs"] = paragraphs
    return pages.get_template(f"{TEMPLATE}/record.html")
