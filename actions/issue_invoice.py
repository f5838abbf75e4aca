"""Issue a self-billed invoice for a payout that has become Ready, then attach its document. It knows no tax rule."""

from engine.contracts import Desk, JobDesk, Prepared


class IssueInvoice:
    name = "issue_invoice"
    title = "Issue an invoice on the partner's behalf"
    issues_invoice = True
    payload_version = 1

    def prepare(self, desk: Desk) -> Prepared:
        """Decide and, where lawful, number and freeze. Runs inside the transition's transaction."""
        outcome = desk.decide_on_self_invoicing()
        if outcome.invoice_id is None:
            return Prepared(outcome.sentence)
        return Prepared(outcome.sentence, job=self.name, data={"invoice_id": outcome.invoice_id})

    def run(self, desk: JobDesk) -> str:
        """Render and attach. Runs in a worker, perhaps twice."""
        invoice = desk.invoice()
        if desk.attached():
            return f"{invoice.number} was already attached"
        if not desk.attach(desk.render(invoice)):
            return f"{invoice.number} was left to another worker"
        return f"attached {invoice.number}"
