"""Pages from templates: all that a template may use, and the headers that keep a page to itself. It knows no route."""

from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_datetime_format
from babel.numbers import format_currency
from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.responses import HTMLResponse
from starsessions import is_loaded

from billhook.web import words
from billhook.web.forms import Signature
from billhook.web.locales import locale_of
from engine import reference
from engine.clock import moment
from engine.contracts import Clock
from engine.ids import new_id
from engine.people import Seat
from engine.views import PayoutView
from engine.views.amounts import decimal_text
from engine.wording import label, roles_of

STATIC = Path(__file__).parent / "static"
PLACES = {"vendor": "/console", "partner": "/portal"}
_LENGTH_OF_A_DAY = len("2026-11-23")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Pages:
    """Makes pages. A template's `seat` is who sits there, None before signing in."""

    def __init__(self, signature: Signature, clock: Clock) -> None:
        self._signature, self._clock = signature, clock

    def show(
        self, request: Request, template: str, *, seat: Seat | None = None, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """A page. What the session says is to be `told` is said on it, once."""
        told = request.session.pop("told", []) if is_loaded(request) else []
        text = _templates().get_template(template).render(
            now=self._clock.now, seat=seat, place=PLACES[seat.kind] if seat else "", path=request.url.path, told=told,
            may=lambda *groups: seat is not None and seat.actor().may(*groups),
            csrf_token=lambda: self._signature.token(request), known=is_loaded(request) and bool(request.session),
            language=locale_of(seat), zone=ZoneInfo(seat.timezone if seat else "UTC"), **values,
        )  # fmt: skip
        return HTMLResponse(text, status, headers={"Content-Security-Policy": POLICY})

    def amount(self, minor: int, currency: str, *, seat: Seat) -> str:
        """Minor units of a currency, as this person reads them."""
        return format_currency(Decimal(decimal_text(minor, currency)), currency, locale=locale_of(seat))

    def day(self, stamped: str, *, seat: Seat) -> str:
        """An instant's day by the account's clocks, as this person reads it."""
        return format_date(moment(stamped).astimezone(ZoneInfo(seat.timezone)), "medium", locale=locale_of(seat))


@cache
def _templates() -> Environment:
    """They are compiled once a process, however many applications it has."""
    templates = Environment(
        loader=PackageLoader("billhook.web", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    templates.filters.update(
        money=_money,
        minor=_minor,
        rate=_rate,
        day=_day,
        when=_when,
        ago=_ago,
        on_pages=words.on_pages,
        payout_name=payout_name,
        label=label,
        roles=roles_of,
    )
    templates.globals.update(
        static=static, new_key=new_id, titles_of_choices=words.CHOICES, titles_of_agreements=words.AGREEMENTS,
        titles_of_invoices=words.INVOICES, titles_of_no_invoice=words.NO_INVOICE_OF_PARTNER,
        language_name=_language_name,
    )  # fmt: skip
    return templates


@pass_context
def payout_name(context: Context, payout: PayoutView) -> str:
    """What people call a payout: the day it was made, on the vendor's pages after its partner."""
    made = _day(context, payout.created_at)
    return made if context["seat"].kind == "partner" else f"{payout.partner}, {made}"


def _language_name(code: str) -> str:
    """A language in its own words."""
    return str(Locale.parse(code).get_display_name(code))


@cache
def static(name: str) -> str:
    """The address of a file that comes with billhook; it changes with the file, so browsers may keep it for ever."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


@pass_context
def _money(context: Context, amount: str, currency: str) -> str:
    return format_currency(Decimal(amount), currency, locale=context["language"])


@pass_context
def _minor(context: Context, amount: int, currency: str) -> str:
    return _money(context, decimal_text(amount, currency), currency)


@pass_context
def _rate(context: Context, rate: Decimal) -> str:
    return reference.rate_written(rate, context["language"])


@pass_context
def _day(context: Context, told: str | date) -> str:
    """Of an instant, by the account's clocks, or of a day as it is."""
    if isinstance(told, str):
        is_day = len(told) == _LENGTH_OF_A_DAY
        told = date.fromisoformat(told) if is_day else moment(told).astimezone(context["zone"])
    return format_date(told, "medium", locale=context["language"])


@pass_context
def _ago(context: Context, stamped: str) -> str:
    """In words, so in the language of the page."""
    return format_timedelta(context["now"]() - moment(stamped), locale="en", granularity="minute")


@pass_context
def _when(context: Context, stamped: str) -> str:
    """An instant by the account's clocks, without seconds."""
    at, locale = moment(stamped).astimezone(context["zone"]), context["language"]
    day, time = format_date(at, "medium", locale=locale), format_time(at, "short", locale=locale)
    return str(get_datetime_format("medium", locale=locale)).replace("'", "").replace("{0}", time).replace("{1}", day)
