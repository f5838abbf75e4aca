"""The facade's doors to paper: issued invoices and credit notes, their bytes, and what the seller says of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.self_invoicing import detail_changes
from billhook.doors import Door
from engine import acceptance, clawbacks, crediting, previewing, views
from engine.acceptance import Acceptance
from engine.billing.invoice import Invoice
from engine.clawbacks import Against
from engine.contracts import Document
from engine.crediting import Chosen, Credited
from engine.errors import Missing, NotFound, Unknown
from engine.invoicing import FORMAT
from engine.previewing import Preview
from engine.views import LIMIT, DocumentView, Page, Slice, pages

PREVIEWS = ("pdf", "html")


class Documents(Door):
    """Issued invoices and credit notes, and their bytes."""

    def page(
        self,
        *,
        partner: str = "",
        currency: str = "",
        contested: bool = False,
        after: str | None = None,
        limit: int = LIMIT,
        newest_first: bool = False,
    ) -> Page[DocumentView]:
        """
        Some documents, in order of issue: all, a partner's, in one currency, or those that are contested and wait for
        the vendor's answer. Raises NotFound, Invalid.
        """
        where, part = {"partner": partner, "currency": currency}, Slice(after, limit, newest_first)
        return self._read(lambda tx: views.documents(tx, self.caller, **where, contested=contested, part=part))

    def each(self, *, partner: str = "", currency: str = "") -> Iterator[DocumentView]:
        def some(part: Slice) -> Page[DocumentView]:
            return self.page(partner=partner, currency=currency, after=part.after, limit=part.limit)

        return pages(some)

    def list(self) -> list[DocumentView]:
        return [*self.each()]

    def get(self, number: str, *, format: str = FORMAT) -> Document:
        """
        `pdf` and `cii` as they were attached; every other format is made from the frozen invoice now.

        Raises:
            Unknown: no such format is installed. RenderError: this invoice has no such form.
            NotFound: you see no such number, or its PDF is not attached yet.
        """
        known = self.caller.world.renderers
        if format not in known:
            raise Unknown("format", format, known)
        try:
            return self._read(lambda tx: views.document(tx, self.caller, number, format=format))
        except NotFound:
            if format == FORMAT:
                raise
        return known[format].render(self.frozen(number), {})

    def frozen(self, number: str) -> Invoice:
        """What was issued under this number, as it is kept. Raises NotFound."""
        return self._read(lambda tx: views.snapshot(tx, self.caller, number))


class Invoices(Door):
    """What becomes of an invoice or credit note after it was issued, by its number."""

    def standing(self, number: str) -> Acceptance:
        """Where it is, and every event. Raises NotFound."""
        return self._read(lambda tx: acceptance.standing(tx, self.caller, number))

    def accept(self, number: str) -> str:
        return acceptance.accept(self.caller, number)

    def contest(self, number: str, *, reason: str) -> str:
        return acceptance.contest(self.caller, number, reason=reason)

    def resolve(self, number: str, *, reason: str, put_right: bool = False) -> str:
        """The partner accepts after all; or, of a credit note, is right and it was put right. Raises InvoiceRefused."""
        return acceptance.resolve(self.caller, number, reason=reason, put_right=put_right)

    def credit(
        self,
        number: str,
        *,
        lines: Sequence[int] = (),
        amount: str = "",
        clawback: str = "",
        reason: str,
        key: str | None = None,
    ) -> Credited:
        """
        Issue a credit note over an invoice: over all that is left of it, over some of its lines, or over an amount,
        without tax, of one line, or over what a clawback (its reference) takes from one. Rewards follow: see the howto
        on corrections. With `key`, a repeat of the same request gets the first one's answer.

        Raises:
            NotFound: you see no such number. InvoiceRefused: it is a credit note, or wholly credited.
            Invalid: there is no such line or clawback, or the amount is none or more than is left of it.
            Unlawful: more than is left of a tax group. IdempotencyConflict: the key was used for something else.
        """
        chosen = Chosen(tuple(lines), amount, clawback)
        return crediting.credit(self.caller, number, chosen, reason=reason, key=key)

    def reissue(self, number: str, *, reason: str, key: str | None = None) -> Credited:
        """
        Credit all that is left of an invoice and issue a new one from the details as they are now, or do neither.

        Raises:
            NotFound, InvoiceRefused, IdempotencyConflict: as `credit`.
            SelfInvoicingRefused: no invoice may be issued now, and why.
        """
        return crediting.reissue(self.caller, number, reason=reason, key=key)

    def credit_clawbacks(
        self,
        payout_id: str,
        against: Mapping[str, Against],
        *,
        reason: str,
        dry_run: bool = False,
        key: str | None = None,
    ) -> Sequence[Credited]:
        """
        Cancel a draft payout of clawbacks and credit, by each of them, the invoice's line that it takes back;
        dry_run: say what would be credited and keep nothing.

        Raises:
            NotFound. Invalid: it is no such payout, or not every clawback is named.
            InvoiceRefused, Unlawful, IdempotencyConflict: as `credit`.
        """
        return clawbacks.credit_clawbacks(self.caller, payout_id, against, reason=reason, dry_run=dry_run, key=key)

    def preview(self, payout_id: str, *, format: str = FORMAT) -> "Shown":
        """
        What the payout's invoice would look like now: pdf or html. No number is taken and nothing is written.

        Raises:
            NotFound: there is no such payout for this caller. Unknown: a preview has no such format.
            SelfInvoicingRefused: the payout has its invoice already.
        """
        return self._shown(lambda: previewing.of_payout(self.caller, payout_id), format=format)

    def example(
        self,
        partner: str,
        answer: Mapping[str, Any] | None = None,
        *,
        language: str = "",
        currency: str = "EUR",
        format: str = FORMAT,
    ) -> "Shown":
        """
        An invoice of two example lines by the partner's details, with those of `answer`, the fields of the
        self-invoicing step as far as they are filled in, over them. Nothing is kept, a logo neither.

        Raises:
            NotFound: there is no such partner for this caller. Unknown: a preview has no such format.
            Invalid: a field that is unknown or cannot be read.
        """
        details, logo = detail_changes(answer or {}, self.caller.world.tools)

        def draw() -> Preview:
            return previewing.of_partner(self.caller, partner, details, logo=logo, language=language, currency=currency)

        return self._shown(draw, format=format)

    def _shown(self, draw: Callable[[], Preview], *, format: str) -> "Shown":
        if format not in PREVIEWS:
            raise Unknown("format of a preview", format, PREVIEWS)
        preview = draw()
        document = self.caller.world.renderers[format].render(preview.invoice, preview.assets)
        return Shown(document, preview.invoice, preview.missing)


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview as a document, what it says, and what is missing before it could be issued, with who supplies it."""

    document: Document
    invoice: Invoice
    missing: tuple[Missing, ...]

    @property
    def flaw(self) -> str:
        """Why its PDF would be none for the archive, such as letters that no font here has; '' for nothing."""
        _, plain, why = str(self.document.made_with.get("archive", "")).partition("plain PDF: ")
        return why if plain else ""
