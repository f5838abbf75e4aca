"""
The commands that answer questions: `explain` says why a payout or partner is where it is and what can happen next,
`verify` whether what must always be true is.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from billhook.cli.onboarding import Partner
from billhook.cli.onboarding import shown as shown_run
from billhook.cli.options import command
from billhook.cli.payouts import Payout, about
from billhook.cli.payouts import table as payouts_table
from billhook.cli.self_invoicing import shown as shown_profile
from billhook.cli.session import Session
from billhook.cli.terminal import Table

if TYPE_CHECKING:
    from billhook.app import Workspace
    from engine.billing.invoice import Invoice
    from engine.contracts import Document
    from engine.errors import Refusal
    from engine.views import HistoryView

_BREACH = 1


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Why something is where it is, and what can happen next.", no_args_is_help=True)
    command(group, "payout")(explain_payout)
    command(group, "partner")(explain_partner)
    app.add_typer(group, name="explain")
    command(app, "verify")(verify)


def explain_payout(session: Session, payout: Payout) -> None:
    """Why a payout is here, what can happen next and by whom, what is missing, and what happened."""
    door = session.workspace.payouts
    payout_id = session.payout_id(payout)
    view, history = door.get(payout_id), door.history(payout_id)
    next_steps = {who: speaker.payouts.standing(payout_id).possible for who, speaker in _speakers(session, view)}
    heading = f"Payout {view.id} of {view.partner} is {view.state}{', on hold' if view.on_hold else ''}: "
    session.terminal.result(
        {"payout": view, "next": {who: _as_data(ways) for who, ways in next_steps.items()}, "history": history},
        f"{heading}{view.currency} {view.net} in rewards, {view.gross} {'paid' if view.means == 'paid' else 'to pay'}.",
        *([f"Since it was paid: {view.since_payment}"] if view.since_payment else []),
        f"Invoice: {about(view.invoice)}",
        *_seller_says(session, view.invoice.number),
        *(line for who, ways in next_steps.items() for line in _ways(who, ways)),
        _timeline(history),
    )


def explain_partner(session: Session, partner: Partner) -> None:
    """How far a partner is, what its open steps ask, how it stands with self-invoicing, and its payouts."""
    from engine.billing.parties import missing_from_seller
    from engine.errors import NotFound

    workspace = session.workspace
    history = workspace.partners.history(partner)
    profile = workspace.self_invoicing.profile(partner)
    try:
        run = workspace.onboarding.view(partner)
    except NotFound:
        run = None
    missing = missing_from_seller(profile.seller) if profile.choice == "opted_in" else []
    found, waiting = workspace.payouts.list(partner=partner), workspace.rewards.pool(partner)
    session.terminal.result(
        {"partner": partner, "onboarding": run, "self_invoicing": profile, "missing": missing, "payouts": found,
         "rewards_wait_in": waiting, "history": history},
        *(shown_run(run) if run else [f"{partner}: onboarding has not begun. See: billhook onboarding start."]),
        *shown_profile(profile),
        *(f"Missing: {item.sentence} ({item.who})" for item in missing),
        payouts_table(found),
        f"Rewards in no payout yet: {', '.join(waiting) or 'none'}.",
        _timeline(history),
    )  # fmt: skip


def verify(
    session: Session,
    *,
    official: Annotated[
        bool, typer.Option("--official", help="Run the official rules of EN 16931 over every issued invoice instead.")
    ] = False,
) -> None:
    """Check over the whole database and every document what must always be true; exit 1 when something is not."""
    from engine.verify import INVARIANTS, run

    if official:
        _verify_officially(session)
        return

    checked = []
    world = session.billhook.world
    with session.terminal.progress("Checking", total=len(INVARIANTS)) as advance:
        for one in run(world, missing=lacking):
            checked.append(one)
            advance(len(checked))
    rows = [
        (one.invariant, one.says, f"{one.looked_at} {one.of}", "holds" if one.holds else "BROKEN") for one in checked
    ]
    findings = [finding for one in checked for finding in one.findings]
    session.terminal.result(
        {"holds": not findings, "checked": checked},
        Table(("", "what must be true", "looked at", ""), rows),
        *(f"{found.invariant}: {found.subject}: {found.sentence}" for found in findings),
    )
    if findings:
        raise typer.Exit(_BREACH)


def _verify_officially(session: Session) -> None:
    from billhook.official import run

    with session.terminal.progress("Checking") as advance:
        outcome = run(session.billhook.world, advance=advance)
    rows = [(one.name, f"{one.looked_at} documents", f"{len(one.findings)} findings") for one in outcome.checked]
    session.terminal.result(
        {"holds": not outcome.findings, "checked": outcome.checked, "pdf_only": outcome.pdf_only},
        Table(("official rules", "looked at", ""), rows),
        *(f"{subject}: no e-invoice. {why}" for subject, why in outcome.pdf_only.items()),
        *(f"{found.subject}: {found.rule}: {found.sentence}" for found in outcome.findings),
    )
    if outcome.findings:
        raise typer.Exit(_BREACH)


def lacking(invoice: "Invoice", document: "Document") -> tuple[str, ...]:
    """What of its invoice a document's text lacks. Raises RenderError: it cannot be read."""
    from renderers.reading import missing_from, text_of

    return missing_from(invoice, text_of(document.content))


def _seller_says(session: Session, number: str | None) -> list[str]:
    """What the seller said of the payout's invoice, once it could say something."""
    if not number:
        return []
    standing = session.workspace.invoices.standing(number)
    said = _SAID[standing.state]
    why = next((event.reason for event in standing.events if event.kind in ("contested", "objected")), "")
    return [f"{said}: {why}" if standing.state == "contested" else said] if said else []


_SAID = {
    "issued": "",
    "delivered": "Its seller can have it and has said nothing yet.",
    "contested": "Its seller contests it",
    "accepted": "Its seller has accepted it.",
    "deemed_accepted": "Its seller has accepted it by silence.",
    "credited": "It is credited.",
    "put_right": "Its seller was right to contest it, and it is put right.",
}


def _speakers(session: Session, view: Any) -> "list[tuple[str, Workspace]]":
    """Who is asked for what can happen: the caller; and for a vendor the partner too, where it sees the payout."""
    mine = session.workspace
    speakers = [(mine.caller.actor.role.replace("_", " "), mine)]
    if mine.caller.actor.kind == "vendor" and view.means != "draft":
        speakers.append(("partner", session.account.main_contact(view.partner, origin="cli")))
    return speakers


def _ways(who: str, ways: "Mapping[str, tuple[Refusal, ...]]") -> list[str]:
    lines = [f"What can happen next, by the {who}:" if ways else f"Nothing can be done here by the {who}."]
    for trigger, refusals in ways.items():
        lines.append(f"  {trigger}: {'not yet' if refusals else 'possible'}")
        lines += [f"    {one.sentence}{f' ({one.who})' if one.who else ''}" for one in refusals]
    return lines


def _as_data(ways: "Mapping[str, tuple[Refusal, ...]]") -> dict[str, Any]:
    return {
        trigger: {"possible": not refusals, "refusals": [asdict(one) for one in refusals]}
        for trigger, refusals in ways.items()
    }


def _timeline(history: "list[HistoryView] | Any") -> Table:
    rows = [
        (one.at[:19].replace("T", " "), f"{one.who or one.actor} ({one.role.replace('_', ' ')})", one.what, one.target,
         "; ".join(part for part in (one.reason, one.outcome) if part))
        for one in history
    ]  # fmt: skip
    return Table(("when (UTC)", "who", "what", "to", "why, and what came of it"), rows, title="History")
