"""The facade's doors to paper: issued invoices and credit notes, their bytes, and what the seller says of them."""

from collections.abc import Iterator

from billhook.doors import Door
from engine import acceptance, views
from engine.acceptance import Acceptance
from engine.contracts import Document
from engine.errors import NotFound, Unknown
from engine.invoicing import FORMAT
from engine.views import LIMIT, DocumentView, Page, Slice, pages


class Documents(Door):
    """Issued invoices and credit notes, and their bytes."""

    def page(
        self,
        *,
        partner: str = "",
        currency: str = "",
        after: str | None = None,
        limit: int = LIMIT,
        newest_first: bool = False,
    ) -> Page[DocumentView]:
        """Some documents, in order of issue: all, a partner's, in one currency. Raises NotFound, Invalid."""
        part = Slice(after, limit, newest_first)
        return self._read(lambda tx: views.documents(tx, self.caller, partner=partner, currency=currency, part=part))

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
        invoice = self._read(lambda tx: views.snapshot(tx, self.caller, number))
        return known[format].render(invoice, {})


class Invoices(Door):
    """What becomes of an invoice or credit note after it was issued, by its number."""

    def standing(self, number: str) -> Acceptance:
        """Where it is, and every event. Raises NotFound."""
        return self._read(lambda tx: acceptance.standing(tx, self.caller, number))

    def accept(self, number: str) -> str:
        return acceptance.accept(self.caller, number)

    def contest(self, number: str, *, reason: str) -> str:
        return acceptance.contest(self.caller, number, reason=reason)

    def resolve(self, number: str, *, reason: str) -> str:
        return acceptance.resolve(self.caller, number, reason=reason)
