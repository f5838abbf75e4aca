"""Commands of self-invoicing: the switch, the buyer's details, opting in and out, the agreement, issuing after all."""

from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from billhook.cli.onboarding import Answer, Partner
from billhook.cli.options import OnOff, command
from billhook.cli.session import Session, answers, pairs

if TYPE_CHECKING:
    from billhook.app import Workspace
    from engine.self_invoicing import Profile

Why = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Invoices on partners' behalf.", no_args_is_help=True)
    for name, verb in (
        ("switch", switch), ("buyer", buyer), ("opt-in", opt_in), ("opt-out", opt_out), ("change", change),
        ("logo", logo), ("show", show), ("agreement", agreement), ("issue-now", issue_now),
    ):  # fmt: skip
        command(group, name)(verb)
    app.add_typer(group, name="self-invoicing")


def switch(session: Session, to: Annotated[OnOff, typer.Argument(metavar="on|off")]) -> None:
    """Allow partners to opt in, or stop issuing. Opt-ins are kept."""
    changed = session.workspace.self_invoicing.switch(on=to is OnOff.on)
    told = f" {changed} waiting payout(s) were decided anew." if changed else ""
    session.terminal.result({"switch": to.value, "decided_anew": changed}, f"Self-invoicing is {to.value}.{told}")


def buyer(
    session: Session,
    *,
    given: Annotated[list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="A billing detail.")] = None,
) -> None:
    """Set the account's own billing details; a detail that is not named stays. Without --set they are shown."""
    from engine.errors import Unknown

    details = session.workspace.self_invoicing.buyer_details()
    known = [each.name for each in fields(details)]
    changes: dict[str, Any] = dict(pairs(given, option="--set"))
    for name in changes:
        if name not in known:
            raise Unknown("billing detail", name, known)
    if changes:
        details = replace(details, **_typed(changes))
        session.workspace.self_invoicing.buyer(details)
    said = asdict(details)
    session.terminal.result(said, *(f"{name}: {'' if value is None else value}" for name, value in said.items()))


def opt_in(session: Session, partner: Partner, *, answer: Answer = None) -> None:
    """Opt a partner in: the fields of the onboarding step. The main contact does; accept_agreement=yes accepts."""
    told = _speaker(session, partner).self_invoicing.opt_in(partner, answers(answer))
    session.terminal.result({"partner": partner, "told": told}, f"{partner}: {told}.")


def opt_out(session: Session, partner: Partner, *, reason: Why = "") -> None:
    """Opt a partner out; the agreement is revoked."""
    told = _speaker(session, partner).self_invoicing.opt_out(partner, reason=reason)
    session.terminal.result({"partner": partner, "told": told}, f"{partner}: {told}.")


def change(session: Session, partner: Partner, *, answer: Answer = None) -> None:
    """Change a partner's details; one not named stays, `logo=` takes the logo away. What waited gets its invoice."""
    told = _speaker(session, partner).self_invoicing.change(partner, answers(answer))
    session.terminal.result({"partner": partner, "told": told}, f"{partner}: {told}.")


def logo(
    session: Session, partner: Partner, *, out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to.")]
) -> None:
    """The logo on a partner's invoices, as PNG."""
    document = session.workspace.self_invoicing.logo(partner)
    out.write_bytes(document.content)
    session.terminal.result({"file": str(out)}, f"{out}: {len(document.content):,} bytes.")


def show(session: Session, partner: Partner) -> None:
    """How a partner stands: choice, agreement, details."""
    profile = session.workspace.self_invoicing.profile(partner)
    session.terminal.result(profile, *shown(profile))


def agreement(session: Session, partner: Partner, *, answer: Answer = None) -> None:
    """The agreement's text that opting in with these details accepts now."""
    offer = session.workspace.self_invoicing.agreement(partner, answers(answer))
    session.terminal.result(offer, offer.text, f"Terms: {offer.terms} (--answer agreement_terms=... accepts no others)")


def issue_now(session: Session, payout: Annotated[str, typer.Argument(metavar="PAYOUT")], *, reason: Why = "") -> None:
    """Issue for a payout that became Ready without an invoice: an explicit, recorded decision."""
    payout_id = session.payout_id(payout)
    told = session.workspace.self_invoicing.issue_now(payout_id, reason=reason)
    session.terminal.result({"payout": payout_id, "told": told}, told)


def shown(profile: "Profile") -> list[str]:
    """A profile as text."""
    until = f", until {profile.end_day}" if profile.end_day else ""
    version = f" (version {profile.agreement_version}{until})" if profile.agreement_version else ""
    details = {**asdict(profile.seller), **asdict(profile.seller.payment)}
    details.pop("payment")
    return [
        f"{profile.partner}: {profile.choice.replace('_', ' ')}; the vendor's switch is "
        f"{'on' if profile.switch_on else 'off'}; agreement: {profile.agreement.replace('_', ' ')}{version}.",
        *(f"  {name}: {value}" for name, value in details.items() if value),
    ]


def _speaker(session: Session, partner: str) -> "Workspace":
    """Who speaks for the partner: its main contact, unless somebody else was named."""
    return session.workspace if session.said.as_ else session.account.main_contact(partner, origin="cli")


def _typed(changes: dict[str, Any]) -> dict[str, Any]:
    """`payment_days` is a number; an emptied detail that may be absent is absent."""
    from engine.errors import Invalid, Problem

    days = str(changes.get("payment_days", "")).strip()
    if days and not (days.isdecimal() and len(days) < 5):
        raise Invalid("The billing details", [Problem("payment_days", f"'{days[:40]}' is no whole number of days.")])
    may_be_absent = ("vat_number", "tax_number", "legal_number")
    typed = {name: None if not text and name in may_be_absent else text for name, text in changes.items()}
    return {**typed, "payment_days": int(days) if days else None} if "payment_days" in changes else typed
