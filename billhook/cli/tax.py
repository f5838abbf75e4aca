"""Commands of tax: what a partner is told, finance's overrides, rates of exchange, the register of VAT numbers."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from billhook.cli.onboarding import Answer, Partner
from billhook.cli.options import command
from billhook.cli.session import Session, answers

if TYPE_CHECKING:
    from engine.tax_decisions import AnswerView, OverrideView

Why = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]
Text = Annotated[str, typer.Option("--text", help="Why no tax is charged, as the invoice says it (AE, E, O).")]


class Category(StrEnum):
    S = "S"
    AE = "AE"
    E = "E"
    Z = "Z"
    O = "O"  # noqa: E741 - UNTDID 5305 calls it so
    local = "local"


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="How partners are taxed.", no_args_is_help=True)
    for name, verb in (
        ("explain", explain), ("override", override), ("rules", rules), ("overrides", overrides), ("check", check),
    ):  # fmt: skip
        command(group, name)(verb)
    rate = typer.Typer(help="Rates of exchange, given by the account.", no_args_is_help=True)
    command(rate, "add")(add_rate)
    command(rate, "list")(rates)
    group.add_typer(rate, name="rate")
    app.add_typer(group, name="tax")


def explain(
    session: Session,
    partner: Partner,
    *,
    answer: Answer = None,
    language: Annotated[str, typer.Option(help="en, fr, de, es, it or nl; without it the partner's.")] = "",
) -> None:
    """What the partner is told of its tax: by its details, with these half-filled answers over them."""
    told = session.workspace.tax.explain(partner, answers(answer), language=language)
    rule = [f"Rule: {told.rule}."] if told.rule else []
    sources = [f"  {source}" for source in told.sources]
    doubt = [f"In doubt: {told.doubt}"] if told.doubt else []
    session.terminal.result(told, *told.sentences, *rule, *sources, *doubt)


def override(
    session: Session,
    partner: Partner,
    category: Annotated[Category, typer.Argument(help="As EN 16931 calls it.")],
    *,
    rate: Annotated[str, typer.Option(help="In percent; for S and local.")] = "",
    text: Text = "",
    code: Annotated[str, typer.Option(help="The VATEX code of the reason, where there is one.")] = "",
    mention: Annotated[str, typer.Option(help="A sentence that the law asks for.")] = "",
    tax_name: Annotated[str, typer.Option("--tax-name", help="What the tax is called.")] = "VAT",
    reason: Why = "",
) -> None:
    """Tax a partner's services so from now on, whatever the rules say: for finance, with a reason, kept in history."""
    from decimal import Decimal

    from engine.billing.tax import Treatment, parse_rate

    unsaid = None if category is Category.O else Decimal(0)
    treatment = Treatment(
        category.value, parse_rate(rate) if rate else unsaid, exemption_code=code, exemption_text=text,
        mention=mention or ("Reverse charge" if category is Category.AE else ""), tax_name=tax_name,
    )  # fmt: skip
    changed = session.workspace.tax.override(partner, treatment, reason=reason)
    shown = category.value + (f" {treatment.rate} %" if treatment.rate else "")
    session.terminal.result(
        {"partner": partner, "treatment": treatment, "decided_anew": changed},
        f"{partner} is taxed by decision: {shown}.{_anew(changed)}",
    )


def rules(session: Session, partner: Partner, *, reason: Why = "") -> None:
    """Tax a partner's services by the rules again."""
    changed = session.workspace.tax.follow_rules(partner, reason=reason)
    told = {"partner": partner, "treatment": None, "decided_anew": changed}
    session.terminal.result(told, f"{partner} is taxed by the rules again.{_anew(changed)}")


def overrides(session: Session, partner: Partner) -> None:
    """Every decision about a partner's tax, the newest first."""
    found = session.workspace.tax.overrides(partner)
    lines = [_override_line(each) for each in found]
    session.terminal.result(found, *(lines or [f"{partner} is taxed by the rules."]))


def check(
    session: Session,
    partner: Annotated[str, typer.Argument(metavar="[PARTNER]", help="Without one: the account's own.")] = "",
) -> None:
    """Ask the register about a VAT number and keep its answer. Unknown is not valid."""
    answer = session.workspace.tax.check(partner)
    session.terminal.result(answer, _answer_line(answer))


def add_rate(
    session: Session,
    base: Annotated[str, typer.Argument(metavar="BASE", help="One of this currency ...")],
    quote: Annotated[str, typer.Argument(metavar="QUOTE", help="... is worth so much of this one.")],
    rate: Annotated[str, typer.Argument(metavar="RATE")],
    *,
    date: Annotated[str, typer.Option(help="Of which day, such as 2026-11-23.")],
    source: Annotated[str, typer.Option(help="Who says so, such as ECB.")],
) -> None:
    """Give the rate by which VAT is told in the money of a seller's country."""
    changed = session.workspace.tax.add_rate(base, quote, rate, day=date, source=source)
    told = {"base": base, "quote": quote, "rate": rate, "date": date, "source": source, "decided_anew": changed}
    session.terminal.result(told, f"1 {base} = {rate} {quote} on {date} ({source}).{_anew(changed)}")


def rates(session: Session) -> None:
    """The rates that count."""
    found = session.workspace.tax.rates()
    lines = [f"{each.day}  1 {each.base} = {each.rate:f} {each.quote}  ({each.source})" for each in found]
    session.terminal.result(found, *(lines or ["No rate was given yet."]))


def _anew(changed: int) -> str:
    return f" {changed} waiting payout(s) were decided anew." if changed else ""


def _override_line(view: "OverrideView") -> str:
    treatment = view.treatment
    rate = "" if treatment is None or treatment.rate is None else f" {treatment.rate} %"
    how = f"{treatment.category}{rate}" if treatment else "by the rules"
    return f"{view.set_at.date()}  {how}, by {view.set_by}: {view.reason}"


def _answer_line(view: "AnswerView") -> str:
    detail = f" ({view.detail})" if view.detail else ""
    number = f", consultation {view.consultation}" if view.consultation else ""
    return f"{view.vat_number}: {view.verdict}{detail}, says {view.source} on {view.asked_at.date()}{number}."
