"""The facade's door to self-billing agreements: offered, renewed, recorded from paper, revoked, exported."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from actions.self_invoicing import detail_changes
from billhook.doors import Door
from engine import agreements, self_invoicing
from engine.agreements import AgreementView, OfferView
from engine.billing.agreement import AgreementText
from engine.contracts import Document
from engine.signed_paper import Paper
from renderers.press import Press


class Agreements(Door):
    """A partner's agreements, by its code."""

    def list(self, partner: str) -> Sequence[AgreementView]:
        """Every version, the newest first. Raises NotFound."""
        return self._read(lambda tx: agreements.versions(tx, self.caller, partner))

    def get(self, partner: str, version: int | None = None) -> AgreementView:
        """One version, without a number the newest. Raises NotFound."""
        return self._read(lambda tx: agreements.version_of(tx, self.caller, partner, version))

    def offers(self, partner: str) -> Sequence[OfferView]:
        """The texts that were offered, the newest first. Raises NotFound."""
        return self._read(lambda tx: agreements.offers(tx, self.caller, partner))

    def offer(self, partner: str) -> AgreementText:
        return agreements.offer(self.caller, partner)

    def renew(self, partner: str, *, terms: str = "") -> str:
        """`terms`: those of the text that was shown, so that no others are accepted."""
        return self_invoicing.renew(self.caller, partner, terms=terms)

    def revoke(self, partner: str, *, reason: str) -> str:
        return agreements.revoke(self.caller, partner, reason=reason)

    def record_paper(self, partner: str, paper: Paper, answer: Mapping[str, Any] | None = None) -> str:
        """`answer`: the seller's details that the paper says, as the fields of the onboarding step."""
        details, _ = detail_changes(answer or {}, self.caller.world.tools)
        return self_invoicing.opt_in_on_paper(self.caller, partner, details, paper)

    def paper(self, partner: str, version: int) -> Document:
        """The picture of the paper that was signed. Raises NotFound."""
        return self._read(lambda tx: agreements.evidence(tx, self.caller, partner, version))

    def export(self, partner: str, version: int | None = None) -> Document:
        """
        The record as PDF.

        Raises:
            NotFound. RenderError: it could not be printed.
        """
        from renderers.agreement import record_pdf

        record = self.get(partner, version)
        # The shell's tools are its press; an agreement is no invoice, so no renderer of invoices prints it.
        press, seller = cast(Press, self.caller.world.tools), self_invoicing.profile(self.caller, partner).seller
        return record_pdf(press, record, buyer=self._buyer(), country=seller.country)

    def _buyer(self) -> str:
        row = self._read(lambda tx: tx.one("SELECT name FROM account WHERE id = :id", id=self.caller.account_id))
        return str(row.name)
