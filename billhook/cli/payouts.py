"""Commands of payouts: create, list, show, fire."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from billhook.cli import bulk
from billhook.cli.onboarding import Partner
from billhook.cli.options import command
from billhook.cli.pages import LIMIT, After, Limit, NewestFirst, tell_next
from billhook.cli.session import Session, pairs, uploads
from billhook.cli.terminal import Table

if TYPE_CHECKING:
    from engine.views import InvoiceView, PayoutView

Payout = Annotated[str, typer.Argument(metavar="PAYOUT", help="The payout's id, or its end.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="What partners are owed, on its way to them.", no_args_is_help=True)
    for name, verb in (
        ("create", create),
        ("list", list_payouts),
        ("show", show),
        ("own-invoice", own_invoice),
        ("export", export),
        ("fire", fire),
    ):
        command(group, name)(verb)
    app.add_typer(group, name="payouts")


def create(
    session: Session,
    partner: Partner,
    *,
    currency: Annotated[str, typer.Option("--currency", help="Needed where there are rewards in several.")] = "",
    reward: Annotated[list[str] | None, typer.Option("--reward", help="Only this one; may be repeated.")] = None,
    ask: Annotated[str | None, typer.Option("--ask", help="review, invoice, both with a comma, or none.")] = None,
    pipeline: Annotated[str, typer.Option("--pipeline", help="Which; without it the default one.")] = "",
) -> None:
    """Make a Draft payout of a partner's rewards that are in no other payout."""
    payouts = session.workspace.payouts
    asked = None if ask is None else [] if ask in ("none", "") else [part.strip() for part in ask.split(",")]
    code = currency.upper() or _only_currency(session, partner)
    made = payouts.get(payouts.create(partner, code, rewards=reward or (), ask=asked, pipeline=pipeline))
    session.terminal.result(made, f"Payout {made.id} is {made.state}: {made.currency} {made.net} for {made.partner}.")


def list_payouts(
    session: Session,
    *,
    state: Annotated[str, typer.Option("--state", help="Only those in this state.")] = "",
    partner: Annotated[str, typer.Option("--partner", help="Only this partner's.")] = "",
    invoice: Annotated[
        str, typer.Option("--invoice", help="Only these: not_applicable, blocked, issued, attached or parked.")
    ] = "",
    currency: Annotated[str, typer.Option("--currency", help="Only those in this currency.")] = "",
    on_hold: Annotated[
        bool | None, typer.Option("--on-hold/--not-on-hold", help="Only those on hold, or only the others.")
    ] = None,
    limit: Limit = LIMIT,
    after: After = None,
    newest_first: NewestFirst = False,
) -> None:
    """Payouts, with their invoices, in the order they were made."""
    from engine.views import PayoutFilter

    where = PayoutFilter(state, partner, invoice, currency.upper(), on_hold)
    found = session.workspace.payouts.page(where, after=after, limit=limit, newest_first=newest_first)
    session.terminal.result({"payouts": found.items, "next": found.next}, table(found.items))
    tell_next(session, found)


def show(session: Session, payout: Payout) -> None:
    """One payout with its lines."""
    payouts = session.workspace.payouts
    payout_id = session.payout_id(payout)
    view, lines = payouts.get(payout_id), payouts.lines(payout_id)
    rows = [
        (line.reference, line.occurred_on, line.description, _decimal(line.amount, line.currency), line.status)
        for line in lines
    ]
    heading = f"Payout {view.id} of {view.partner} is {view.state}{', on hold' if view.on_hold else ''}."
    since = f" {view.since_payment}" if view.since_payment else ""
    pay = "paid" if view.means == "paid" else "to pay"
    money = f"{view.currency} {view.net} in rewards, {view.gross} {pay}.{since} Invoice: {about(view.invoice)}"
    columns = ("reward", "occurred on", "description", "amount", "status")
    session.terminal.result(
        {"payout": view, "lines": [dict(zip(_LINE, row, strict=True)) for row in rows]},
        heading, money, Table(columns, rows, title="Lines"),
    )  # fmt: skip


def own_invoice(
    session: Session,
    payout: Payout,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to.")],
) -> None:
    """The invoice that the partner uploaded itself."""
    document = session.workspace.payouts.own_invoice(session.payout_id(payout))
    out.write_bytes(document.content)
    session.terminal.result({"file": str(out)}, f"{out}: {len(document.content):,} bytes, {document.media_type}.")


def export(
    session: Session,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to.")],
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="NAME=VALUE",
            help="Only those that fit: state, partner, invoice, currency, on_hold=yes.",
        ),
    ] = None,
) -> None:
    """What is to be paid, to whom and to which account, as a CSV file."""
    payouts, wanted = session.workspace.payouts, bulk.wanted(where or [])
    out.write_bytes(payouts.sheet(wanted).content)
    session.terminal.result({"file": str(out)}, f"{out} says what is to be paid, to whom and where.")


def fire(
    session: Session,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[PAYOUT]... TRIGGER", help="Payouts by id, or its end; then such as validate or mark_paid."
        ),
    ],
    *,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="NAME=VALUE",
            help="All that fit, instead of ids: state, partner, invoice, currency, on_hold=yes.",
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All payouts, instead of ids.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and keep nothing.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept.")] = "",
    data: Annotated[
        list[str] | None, typer.Option("--data", metavar="NAME=VALUE", help="What the trigger takes.")
    ] = None,
    upload: Annotated[list[str] | None, typer.Option("--upload", metavar="NAME=@PATH", help="A file.")] = None,
    key: Annotated[str | None, typer.Option("--key", help="A repeat under the same key is done once.")] = None,
) -> None:
    """Advance payouts by a trigger of their pipeline: one, several, or all that fit. A refused one keeps no other."""
    *named, trigger = words
    if [bool(named), bool(where), every].count(True) != 1:
        raise typer.BadParameter("Name payouts before the trigger, or say --where or --all.")
    sent = {"reason": reason, "data": pairs(data, option="--data"), "key": key}
    if len(named) == 1 and not dry_run:
        _fire_one(session, named[0], trigger, uploads=uploads(upload), **sent)
        return
    if upload:
        raise typer.BadParameter("--upload is for one payout, and not for a dry run.")
    chosen = [session.payout_id(text) for text in named] or session.workspace.payouts.ids(
        bulk.wanted(where or []), key=None if dry_run else key
    )
    bulk.fire_many(session, list(dict.fromkeys(chosen)), trigger, dry_run=dry_run, **sent)


def table(found: "Sequence[PayoutView]") -> Table:
    """Payouts, each with why it has or has not an invoice."""
    rows = [
        (one.id, one.partner, one.state + (" (on hold)" if one.on_hold else ""), one.currency, one.net, one.gross,
         about(one.invoice))
        for one in found
    ]  # fmt: skip
    columns = ("payout", "partner", "state", "currency", "net", "gross", "invoice")
    return Table(columns, rows, title="Payouts", ids=("payout",))


def about(invoice: "InvoiceView") -> str:
    """Why there is an invoice or none, in words."""
    if invoice.number:
        how = "credited in part by" if invoice.credited_in_part else "taken back by"
        taken_back = f", {how} {invoice.credit_note}" if invoice.credit_note else ""
        parked = f": {' '.join(invoice.reasons)}" if invoice.status == "parked" else ""
        return f"{invoice.number} {invoice.status}{taken_back}{parked}"
    return f"{invoice.status.replace('_', ' ')}: {' '.join(_IN_WORDS.get(code, code) for code in invoice.reasons)}"


def _fire_one(session: Session, payout: str, trigger: str, **sent: Any) -> None:
    fired = session.workspace.payouts.fire(session.payout_id(payout), trigger, **sent)
    arrow = fired.target if fired.source == fired.target else f"{fired.source} -> {fired.target}"
    session.terminal.result(
        fired, f"Payout {fired.payout_id}: {trigger}, {arrow}.", *(f"  {told}" for told in fired.sentences)
    )


def _decimal(minor: int, currency: str) -> str:
    from engine import reference
    from engine.billing.money import Money

    return Money(minor, reference.currency(currency)).text()


def _only_currency(session: Session, partner: str) -> str:
    """The currency of a partner's free rewards, where they are in one. Raises Invalid where they are in several."""
    from engine.errors import Invalid, Problem

    found = session.workspace.rewards.pool(partner)
    if len(found) == 1:
        return found[0]
    if found:
        raise Invalid("The payout", [Problem("currency", f"rewards wait in {', '.join(found)}; say which.")])
    told = f"{partner} has none that is pending or accepted and in no other payout."
    raise Invalid("The payout", [Problem("rewards", told)])


_LINE = ("reference", "occurred_on", "description", "amount", "status")
_IN_WORDS = {
    "not_ready": "it is not Ready yet",
    "not_decided": "its pipeline issues none by itself",
    "cancelled": "it was cancelled",
    "switch_off": "self-invoicing was switched off when this was decided",
    "opted_out": "the partner had not opted in when this was decided",
    "own_invoice": "the partner sent its own",
    "renewal_needed": "the agreement waits to be renewed (partner)",
}
