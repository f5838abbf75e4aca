"""
`billhook demo`: everything once, for real, in a new folder, so that who has just installed billhook sees what it does.

Set-up, import, onboarding and payouts go through the facade's public verbs; a worker in this process makes the
documents meanwhile; what came of it is left as files. The story's actors and deeds are in `cast`.
"""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from billhook.app import Billhook, Workspace
from billhook.cli.terminal import Terminal
from billhook.demo.folder import Folder
from billhook.demo.story import Story
from billhook.settings import Settings
from engine.billing.invoice import SELF_BILLED_CREDIT_NOTE, SELF_BILLED_INVOICE
from engine.views import PayoutView


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a demo left: `summary` as in summary.json, `notes` what was refused on the way and why."""

    folder: Folder
    summary: dict[str, Any]
    payouts: list[PayoutView]
    notes: list[str]


def run(out: Path, *, partners: int, terminal: Terminal) -> Outcome:
    """
    Play the demo into the folder `out`, with the example's partners and invented ones until there are `partners`.

    Raises:
        Invalid: `out` holds a database that no demo made.
    """
    folder = Folder(out)
    folder.make_empty()
    settings = replace(Settings.from_environment(), broker_url=None)
    with Billhook(f"sqlite:///{folder.database}", settings=settings) as billhook:
        billhook.press.version()  # a library that is missing is told before anything else is done
        story = Story(billhook)
        story.set_up()
        billhook.start_worker()
        story.bring_in(partners=partners)
        with terminal.progress("Partners are onboarded", total=len(story.parts)) as advance:
            story.onboard(advance)
        with terminal.progress("Payouts are made", total=len(story.parts)) as advance:
            story.pay_out(advance)
        _wait(billhook, terminal)
        story.answer_invoices()
        _wait(billhook, terminal)
        return _leave(folder, story)


def _wait(billhook: Billhook, terminal: Terminal) -> None:
    from billhook.worker import open_jobs

    total = open_jobs(billhook)
    with terminal.progress("Documents are printed", total=total) as advance:
        billhook.drain(progress=lambda left: advance(max(total - left, 0)), put_off_too=False)


def _leave(folder: Folder, story: Story) -> Outcome:
    """Write documents and summary."""
    vendor = story.vendor
    documents = [one for one in vendor.documents.list() if one.sha256]
    for one in documents:
        folder.keep(vendor.documents.get(one.number))
    payouts = vendor.payouts.list()
    summary = _summary(vendor, payouts)
    folder.write_summary(summary)
    return Outcome(folder, summary, payouts, story.notes)


def _summary(vendor: Workspace, payouts: list[PayoutView]) -> dict[str, Any]:
    kept = [one for one in vendor.documents.list() if one.sha256]
    counts: Counter[str] = Counter(one.invoice.status for one in payouts)
    return {
        "payouts": [_told(one) for one in payouts],
        "counts": {
            "partners": len(vendor.partners.list()),
            "payouts": len(payouts),
            **{status: counts[status] for status in _STATUSES},
            "invoices": sum(one.type_code == SELF_BILLED_INVOICE for one in kept),
            "credit_notes": sum(one.type_code == SELF_BILLED_CREDIT_NOTE for one in kept),
            "documents": len(kept),
        },
    }


def _told(payout: PayoutView) -> dict[str, Any]:
    invoice = payout.invoice
    return {
        **{name: getattr(payout, name) for name in ("id", "partner", "state", "currency", "net", "gross")},
        "invoice": {
            "status": invoice.status,
            "number": invoice.number,
            "reasons": list(invoice.reasons),
            "document": f"invoices/{invoice.document}" if invoice.document else None,
            "sha256": invoice.sha256,
        },
    }


_STATUSES = ("not_applicable", "blocked", "issued", "attached", "parked")
