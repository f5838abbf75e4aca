"""The facade's door to tax: what a partner is told, finance's overrides, rates of exchange, the register."""

from collections.abc import Mapping, Sequence
from typing import Any

from actions.self_invoicing import detail_changes
from billhook.doors import Door
from engine import tax_decisions, tax_explained
from engine.billing.explaining import Explanation
from engine.billing.tax import Treatment
from engine.billing.tax_currency import ExchangeRate
from engine.billing.tax_rules import RULES, Rule
from engine.tax_decisions import AnswerView, OverrideView


class Tax(Door):
    """How partners are taxed."""

    def rules(self) -> Sequence[Rule]:
        """The table by which services are taxed: the first row that fits counts. Everybody may read it."""
        return RULES

    def explain(
        self, partner: str, answer: Mapping[str, Any] | None = None, *, language: str = "", locale: str = ""
    ) -> Explanation:
        """
        What the partner is told: by its details, with those of `answer`, as far as they are filled in, over them.
        Nothing is kept. language: the partner's own where none is named; locale: how rates are written, such as de_CH,
        where not as the language does. Raises NotFound, Unknown, Invalid.
        """
        details, _ = detail_changes(answer or {}, self.caller.world.tools)
        return tax_explained.explain_tax(self.caller, partner, details, language=language, locale=locale)

    def override(self, partner: str, treatment: Treatment, *, reason: str) -> int:
        return tax_decisions.override(self.caller, partner, treatment, reason=reason)

    def follow_rules(self, partner: str, *, reason: str) -> int:
        """Withdraw the override. Returns how many blocked payouts were decided anew."""
        return tax_decisions.override(self.caller, partner, None, reason=reason)

    def overrides(self, partner: str) -> Sequence[OverrideView]:
        return tax_decisions.overrides(self.caller, partner)

    def add_rate(self, base: str, quote: str, rate: str, *, day: str, source: str) -> int:
        return tax_decisions.add_rate(self.caller, base, quote, rate, day=day, source=source)

    def rates(self) -> Sequence[ExchangeRate]:
        return tax_decisions.rates(self.caller)

    def check(self, partner: str = "") -> AnswerView:
        """Ask the register about the partner's VAT number; without one about the account's own."""
        return tax_decisions.check_seller(self.caller, partner) if partner else tax_decisions.check_buyer(self.caller)

    def answers(self, vat_number: str) -> Sequence[AnswerView]:
        return tax_decisions.answers(self.caller, vat_number)
