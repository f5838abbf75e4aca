"""
The demo's story, told through the facade's public verbs only: set up, import, onboard, pay out.

What the partners do is said in `cast`. The worker makes documents meanwhile, in threads of its own.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from billhook import shipped
from billhook.app import Account, Billhook, Workspace
from billhook.csv_import import Sheet, parse, take
from billhook.demo import paper
from billhook.demo.cast import ACCEPTED, BUYER, GUIDE, GUIDE_TEXT, PARTS, REFUSED, SAID, Deed, Part, Plan
from billhook.demo.invented import partner as invented_partner
from engine.actor import Actor
from engine.billing.invoice import SELF_BILLED_INVOICE
from engine.billing.parties import BuyerDetails
from engine.contracts import Document, Field
from engine.definition import Definition
from engine.errors import Refused
from engine.onboarding import StepView
from engine.partners import NewPartner, NewReward
from pipelines.compiler import compile_file

Advance = Callable[[int], None]

_OWNER = Actor.vendor("demo-owner", "owner", origin="demo")
_FINANCE = Actor.vendor("demo-finance", "finance", origin="demo")
_PDF = "application/pdf"
_TEXTS = {"website": "https://www.example.com", "about": "We have known each other for years."}


class Story:
    """One account with its cast. Tell it in the order of the methods."""

    def __init__(self, billhook: Billhook) -> None:
        self.billhook = billhook
        self.parts: dict[str, Part] = dict(PARTS)
        self.names: dict[str, NewPartner] = {}
        self.notes: list[str] = []

    def set_up(self) -> None:
        """Tables, account, pipelines, the buyer, the switch."""
        self.billhook.upgrade()
        self.account: Account = self.billhook.create_account("ACME", "Acme", timezone="Europe/Paris", actor=_OWNER)
        self.vendor: Workspace = self.account.as_(_OWNER)
        self.finance: Workspace = self.account.as_(_FINANCE)
        self.vendor.pipelines.publish(_shipped_pipelines(self.billhook))
        self.vendor.handouts.add(Document(GUIDE, _PDF, paper.pdf(*GUIDE_TEXT)))
        self.vendor.self_invoicing.buyer(BuyerDetails.from_json(BUYER))
        self.vendor.self_invoicing.switch(on=True)

    def bring_in(self, *, partners: int) -> None:
        """The example files, then invented partners until there are `partners`."""
        sheet = parse(shipped.content("partners.csv"), NewPartner, file="partners.csv")
        rewards = parse(shipped.content("rewards.csv"), NewReward, file="rewards.csv")
        more = [invented_partner(place) for place in range(len(sheet.rows) + 1, partners + 1)]
        self.parts |= {new.code: part for new, _, part in more}
        everybody = _longer(sheet, [new for new, _, _ in more])
        everything = _longer(rewards, [reward for _, earned, _ in more for reward in earned])
        for bad in (*take(everybody, self.vendor.partners.add_many).bad,
                    *take(everything, self.vendor.rewards.add_many).bad):  # fmt: skip
            self.notes.append(str(bad))
        self.names = {new.code: new for _, new in everybody.rows}
        self.vendor.rewards.accept(ACCEPTED)
        self.vendor.rewards.refuse(REFUSED, reason="Libertà Viaggi was a customer before.")

    def onboard(self, advance: Advance) -> None:
        """Each partner goes as far as its part says."""
        for place, (code, part) in enumerate(self.parts.items(), start=1):
            if part.stops != "not begun":
                self._onboard(code, part, place)
            advance(place)

    def pay_out(self, advance: Advance) -> None:
        """Each partner's payouts, with what happens to them."""
        for place, (code, part) in enumerate(self.parts.items(), start=1):
            for plan in part.plans:
                self._pay_out(code, plan)
            advance(place)

    def answer_invoices(self) -> None:
        """What partners say of their invoices, and what finance answers."""
        numbers = {(one.partner, one.currency): one.number for one in self.vendor.documents.each() if one.sha256
                   and one.type_code == SELF_BILLED_INVOICE}  # fmt: skip
        for said in SAID:
            number, partner = numbers[said.partner, said.currency], self.account.main_contact(said.partner)
            if said.verb == "accept":
                partner.invoices.accept(number)
            elif said.verb == "contest":
                partner.invoices.contest(number, reason=said.reason)
            elif said.verb == "resolve":
                self.finance.invoices.resolve(number, reason=said.reason)
            else:
                self.finance.invoices.reissue(number, reason=said.reason)

    def _onboard(self, code: str, part: Part, place: int) -> None:
        self.vendor.onboarding.start(code)
        partner = self.account.main_contact(code, origin="demo")
        while waiting := list(_open_steps(partner, code)):
            for step in waiting:
                partner.onboarding.answer(code, step.id, self._answer(code, part, step, place))
                if step.approval and part.stops == "waiting":
                    return
                if step.approval:
                    self.vendor.onboarding.approve(code, step.id)

    def _answer(self, code: str, part: Part, step: StepView, place: int) -> Mapping[str, Any]:
        if step.action != "self_invoicing":
            return {field.name: _sample(field, self.names[code]) for field in step.asks}
        if part.details is None:
            return {"choice": "opt_out", "reason": "We have an invoicing system of our own."}
        new = self.names[code]
        logo = {"logo": Document("logo.png", "image/png", paper.logo(place))} if part.logo else {}
        told = {"choice": "opt_in", "accept_agreement": "yes", "legal_name": new.name, "country": new.country}
        return {**told, **part.details, **logo}

    def _pay_out(self, code: str, plan: Plan) -> None:
        payout_id = self.vendor.payouts.create(code, plan.currency, rewards=plan.rewards, ask=plan.ask)
        speakers = {"vendor": self.vendor, "finance": self.finance, "partner": self.account.main_contact(code)}
        for deed in plan.deeds:
            try:
                _do(speakers[deed.by], payout_id, deed)
            except Refused as refused:
                told = " ".join(refusal.sentence for refusal in refused.refusals)
                self.notes.append(f"{code}: '{deed.trigger}' was refused. {told}")
                return


def _do(speaker: Workspace, payout_id: str, deed: Deed) -> None:
    uploads = {"invoice": Document("fattura.pdf", _PDF, paper.pdf("Fattura 2026/17"))} if deed.upload else {}
    speaker.payouts.fire(
        payout_id, deed.trigger, reason=deed.reason, data=deed.data, uploads=uploads, key=f"{payout_id}-{deed.trigger}"
    )


def _open_steps(partner: Workspace, code: str) -> Iterator[StepView]:
    return (step for step in partner.onboarding.view(code).steps if step.status == "Pending")


def _sample(field: Field, new: NewPartner) -> Any:
    """An answer that fits the kind of field."""
    if field.kind == "file":
        return Document("agreement.pdf", _PDF, paper.pdf(f"Agreement with {new.name}"))
    samples = {
        "yes_no": "yes", "number": "12", "email": new.main_contact_email, "date": "2026-09-01",
        "country": new.country, "choice": field.choices[0] if field.choices else "",
    }  # fmt: skip
    return samples.get(field.kind) or _TEXTS.get(field.name, "As agreed.")


def _shipped_pipelines(billhook: Billhook) -> list[Definition]:
    text = shipped.content("pipelines.yaml").decode()
    return compile_file(text, file="pipelines.yaml", registry=billhook.world.registry).definitions


def _longer(sheet: Sheet[Any], more: list[Any]) -> Sheet[Any]:
    return Sheet(sheet.file, (*sheet.rows, *((0, each) for each in more)), sheet.bad)
