"""Payouts: table and board, one with its timeline, and many at once with a look at what would come of it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from pydantic import StringConstraints
from starlette.responses import Response

from billhook.app import Workspace
from billhook.web import forms, sheets
from billhook.web.downloads import download
from billhook.web.forms import Picked
from billhook.web.once import OTHERWISE, Key, as_sent, key_of, once
from billhook.web.refusals import Stale, as_looked_at
from billhook.web.sheets import Back, Sheet
from billhook.web.visits import Vendor, Visit
from engine.bulk import Outcome
from engine.clawbacks import against_of
from engine.contracts import Field
from engine.errors import BillhookError, Conflict, IdempotencyConflict, NotFound, Refused
from engine.ids import new_id
from engine.views import EVERY, Page, PayoutFilter, PayoutView, Way

routes = APIRouter(prefix="/payouts")
Text = Annotated[str, Form(max_length=2000)]
Mark = Annotated[str, Form(min_length=1)]
Marked = Annotated[str, StringConstraints(pattern="^[^:]{1,64}:[^:]{1,64}$")]  # a payout's id and its mark
ON_BOARD = 20
_AGAINST, _LINE = "against.", "reward"
MOST_AT_ONCE = 500
LATEST = 20  # documents whose lines are offered for clawbacks
_CREDIT_NOTE = "261"
_NOTHING_TO_PAY = "total_is_positive"
ASKED = {"review": ("review",), "invoice": ("invoice",), "both": ("invoice", "review"), "nothing": ()}
ASKS = {
    "pipeline": "what its pipeline says", "review": "to approve it", "invoice": "an invoice of its own",
    "both": "to approve it, and an invoice of its own", "nothing": "nothing",
}  # fmt: skip
NEW = (
    Field("partner", "text", "Partner's code", max_length=12),
    Field("currency", "text", "Currency", max_length=3),
    Picked("ask", "choice", "The partner is asked", choices=tuple(ASKS)),
)
WHY = (Field("reason", "text", "Why"),)
_HELD = {"yes": True, "no": False}


@routes.get("")
def payouts(
    visit: Vendor, after: str | None = None, state: str = "", partner: str = "", invoice: str = "", on_hold: str = "",
    payout: Annotated[list[str], Query(max_length=MOST_AT_ONCE)] = [],  # noqa: B006
    everything: Annotated[bool, Query()] = False,
) -> Response:  # fmt: skip
    where = _where(state, partner, invoice, on_hold)
    return _list(visit, where, after=after, chosen=payout, everything=everything)


@routes.get("/sheet")
def sheet(visit: Vendor, state: str = "", partner: str = "", invoice: str = "", on_hold: str = "") -> Response:
    return download(visit.workspace.payouts.sheet(_where(state, partner, invoice, on_hold)))


@routes.get("/board")
def board(visit: Vendor) -> Response:
    door = visit.workspace.payouts
    columns = [
        (state, door.page(PayoutFilter(state=state), newest_first=True, limit=ON_BOARD)) for state in states(visit)
    ]
    return visit.show("console/board.html", columns=columns)


@routes.post("/new")
async def create(visit: Vendor, key: Key = "") -> Response:
    given = await forms.answer(visit.request, NEW)
    wanted = _code(given.get("partner", "")), _code(given.get("currency", ""))

    def deed() -> Response:
        ask = ASKED.get(given.get("ask", ""))
        made = once(visit, key, lambda workspace: workspace.payouts.create(*wanted, ask=ask))
        return visit.go(f"/console/payouts/{made}", "The payout was made.")

    def page(back: Back) -> Response:
        return _list(visit, EVERY, back=back)

    return await visit.off_the_loop(lambda: sheets.answered("new", given, deed, page=page))


@routes.post("/many")
def many(
    visit: Vendor, trigger: Text, payout: Annotated[list[str], Form(max_length=MOST_AT_ONCE)] = [],  # noqa: B006
    seen: Annotated[list[Marked], Form(max_length=MOST_AT_ONCE)] = [],  # noqa: B006
    reason: Text = "", payment_reference: Text = "", key: Text = "", everything: Annotated[bool, Form()] = False,
    state: Text = "", partner: Text = "", invoice: Text = "", on_hold: Text = "", after: Text = "",
) -> Response:  # fmt: skip
    """
    First what would come of it, of those chosen or of `everything` that the filters find; then it is done to those that
    were `seen` to move and are as they were. With the key of that page a repeat does nothing twice.
    """
    where = _where(state, partner, invoice, on_hold)
    marks = dict(each.split(":") for each in seen)
    if marks:
        payout = [*marks]
    elif everything:
        payout = [*visit.workspace.payouts.ids(where)][:MOST_AT_ONCE]
    if not payout:
        return visit.go(_address(where, after=after), "Choose some payouts first.")
    data = {"payment_reference": payment_reference.strip()} if payment_reference.strip() else {}
    outcomes = [
        *visit.workspace.payouts.fire_many(
            payout, trigger, reason=reason, data=data, key=key_of(visit, key) if marks and key else None,
            dry_run=not marks, seen=marks or None,
        )
    ]  # fmt: skip
    refused = _by_reason(outcomes)
    kept = [each.payout_id for each in outcomes if isinstance(each.refused, Conflict)] if marks else payout
    return visit.show(
        "console/many.html", done=bool(marks), trigger=trigger, reason=reason, payment_reference=payment_reference,
        chosen=payout, moved=[each for each in outcomes if each.fired], key=new_id(), refused=refused, shown=ON_BOARD,
        named=_named(visit, refused), where=where, after=after, everything=everything,
        back=_address(where, after=after, chosen=[] if everything else kept, everything=everything),
    )  # fmt: skip


@routes.get("/{payout_id}")
def payout(visit: Vendor, payout_id: str) -> Response:
    return _page(visit, payout_id)


@routes.get("/{payout_id}/own-invoice")
def own_invoice(visit: Vendor, payout_id: str) -> Response:
    return download(visit.workspace.payouts.own_invoice(payout_id))


@routes.post("/{payout_id}/issue")
async def issue(visit: Vendor, payout_id: str, key: Key = "") -> Response:
    given = await forms.answer(visit.request, WHY)

    def deed() -> str:
        reason = given.get("reason", "")
        return str(once(visit, key, lambda workspace: workspace.self_invoicing.issue_now(payout_id, reason=reason)))

    return await visit.off_the_loop(_tried, visit, payout_id, "issue", given, deed)


@routes.post("/{payout_id}/credit-clawbacks")
async def credit_clawbacks(visit: Vendor, payout_id: str) -> Response:
    given = await _texts(visit)
    key, look = given.pop("key", ""), bool(given.pop("look", ""))
    said = [f"{name.removeprefix(_AGAINST)}={value}" for name, value in given.items() if name.startswith(_AGAINST)]

    def credit(workspace: Workspace) -> str:
        reason, door = given.get("reason", ""), workspace.invoices
        done = door.credit_clawbacks(payout_id, against_of(said), reason=reason, dry_run=look)
        return ". ".join(each.sentence for each in done)

    def deed() -> Response:
        if look:
            return _page(visit, payout_id, look=credit(visit.workspace), said=given)
        return visit.go(f"/console/payouts/{payout_id}", str(once(visit, key, credit)))

    def page(back: Back) -> Response:
        return _page(visit, payout_id, back)

    return await visit.off_the_loop(lambda: sheets.answered("clawbacks", given, deed, page=page))


@routes.post("/{payout_id}/{trigger}")
async def fire(visit: Vendor, payout_id: str, trigger: str, seen: Mark, key: Key = "") -> Response:
    given = await _texts(visit)
    data = {name: value for name, value in given.items() if name not in ("reason", "seen", "key")}

    def deed() -> str:
        with as_looked_at("The payout"), as_sent():
            fired = visit.workspace.payouts.fire(
                payout_id, trigger, reason=given.get("reason", ""), data=data, seen=seen,
                key=key_of(visit, key) if key else None,
            )  # fmt: skip
        told = f"The payout is {fired.target} now." if fired.source != fired.target else "Done."
        return " ".join((told, *fired.sentences))

    return await visit.off_the_loop(_tried, visit, payout_id, f"way-{trigger}", given, deed)


def states(visit: Visit) -> list[str]:
    """Every state that a payout may be in, in the order of the pipelines."""
    return _once(state.name for pipeline in visit.workspace.payouts.lifecycles() for state in pipeline.states)


async def _texts(visit: Visit) -> dict[str, str]:
    form = await visit.request.form()
    said = {name: value.strip() for name, value in form.items() if isinstance(value, str) and name != forms.TOKEN}
    return {name: value for name, value in said.items() if value}


def _tried(visit: Visit, payout_id: str, sheet: str, given: dict[str, Any], deed: forms.Deed[str]) -> Response:
    return sheets.tried(
        visit, sheet, given, deed, page=lambda back: _page(visit, payout_id, back), to=f"/console/payouts/{payout_id}"
    )


def _list(
    visit: Visit, where: PayoutFilter, *, after: str | None = None, chosen: Sequence[str] = (),
    everything: bool = False, back: Back | None = None,
) -> Response:  # fmt: skip
    try:
        page = visit.workspace.payouts.page(where, after=after, newest_first=True)
    except NotFound:
        page = Page((), None)  # a partner's code that nobody has
    offered = [Sheet("new", NEW, {"partner": where.partner, "currency": "EUR"}, ASKS, {"rewards": "partner"})]
    return visit.show(
        "console/payouts.html", where=where, states=states(visit), triggers=_triggers(visit), most=MOST_AT_ONCE,
        page=page, after=after or "", chosen=chosen, everything=everything,
        older=_address(where, after=page.next or ""),
        as_sheet=_address(where).replace("/payouts", "/payouts/sheet", 1),
        forms=sheets.shown(visit, offered, back), status=sheets.status(back),
    )  # fmt: skip


def _page(
    visit: Visit, payout_id: str, back: Back | None = None, *, look: str = "",
    said: Mapping[str, str] = MappingProxyType({}),
) -> Response:  # fmt: skip
    """`look`: what crediting the clawbacks would come to; `said`: what their form was filled in with."""
    door = visit.workspace.payouts
    payout, ways, lines = door.get(payout_id), door.ways(payout_id), door.lines(payout_id)
    only_clawbacks = payout.means == "draft" and bool(lines) and all(line.amount < 0 for line in lines)
    claws = [Sheet("clawbacks", _claws(visit, lines), said)] if only_clawbacks else []
    nets = _netting(ways) if payout.means == "draft" and not only_clawbacks else ""
    issue = [Sheet("issue", WHY)] if _issuable(visit, payout) else []
    shown = sheets.shown(visit, [*issue, *claws, *_moves(ways, lines, nets)], back)
    return visit.show(
        "console/payout.html", payout=payout, lines=lines, ways=ways, history=door.history(payout_id),
        seen=door.mark(payout_id), nets=nets, look=look, only_clawbacks=only_clawbacks, issuable=bool(issue),
        invoiced=_invoiced(visit, payout) if only_clawbacks else [],
        forms=shown, error=sheets.astray(shown, back), status=sheets.status(back),
    )  # fmt: skip


def _issuable(visit: Visit, payout: PayoutView) -> bool:
    """Whether an invoice is wanted, and not refused whatever details are supplied: then it is offered to issue one."""
    wanted = payout.means == "ready" and not payout.invoice.number
    wanted = wanted or (payout.means in ("ready", "paid") and payout.invoice.credited_whole)
    if not wanted or payout.own_invoice:
        return False
    profile = visit.workspace.self_invoicing.profile(payout.partner)
    return profile.switch_on and profile.choice == "opted_in"


def _invoiced(visit: Visit, payout: PayoutView) -> list[tuple[str, Any]]:
    """Lines that a clawback may take back, as NUMBER/LINE: of the partner's latest invoices in the currency."""
    door = visit.workspace
    page = door.documents.page(partner=payout.partner, currency=payout.currency, newest_first=True, limit=LATEST)
    return [
        (f"{each.number}/{place}", line)
        for each in page.items if each.type_code != _CREDIT_NOTE and each.state != "credited"
        for place, line in enumerate(door.documents.frozen(each.number).lines, start=1)
    ][:MOST_AT_ONCE]  # fmt: skip


def _claws(visit: Visit, lines: Sequence[Any]) -> tuple[Field, ...]:
    amount = visit.house.pages.amount
    named = tuple(
        Field(f"{_AGAINST}{line.reference}", "text", max_length=60, help="Invoice and line, as ACME-NORD-00001/2.",
              label=f"{line.reference}, {amount(line.amount, line.currency, seat=visit.seat)}")
        for line in lines
    )  # fmt: skip
    return (*named, *WHY)


def _netting(ways: Sequence[Way]) -> str:
    """The trigger that frees the rewards of a payout that comes to nothing or less, so that a later one nets them."""
    if not any(refusal.guard == _NOTHING_TO_PAY for way in ways for refusal in way.refusals):
        return ""
    return next((way.trigger for way in ways if way.cancels and not way.refusals), "")


def _moves(ways: Sequence[Way], lines: Sequence[Any], nets: str) -> list[Sheet]:
    titles = {line.reference: f"{line.reference}: {line.description}" for line in lines}
    held = {nets: {"reason": "Nothing to pay; a later one nets it."}}
    return [Sheet(f"way-{way.trigger}", _fields(way, lines), held.get(way.trigger, {}), titles=titles) for way in ways]


def _fields(way: Way, lines: Sequence[Any]) -> tuple[Field, ...]:
    """What a trigger asks for; a line is chosen, of those under dispute where there are any."""
    disputed = tuple(line.reference for line in lines if line.disputed)
    among = disputed or tuple(line.reference for line in lines)
    taken = tuple(
        Picked(name, "choice", "Which line", choices=among) if name == _LINE
        else Field(name, "text", name.replace("_", " ").capitalize(), required=False, help=told, max_length=200)
        for name, told in way.takes.items()
    )  # fmt: skip
    return (*taken, *(WHY if way.reason else ()))


def _code(text: str) -> str:
    """Codes of partners and currencies are in capitals; people need not write them so."""
    return text.strip().upper()


def _where(state: str, partner: str, invoice: str, on_hold: str) -> PayoutFilter:
    """What the filters above the list say; `on_hold` is yes, no, or anything else for both."""
    return PayoutFilter(state, _code(partner), invoice, on_hold=_HELD.get(on_hold))


def _address(where: PayoutFilter, *, after: str = "", chosen: Sequence[str] = (), everything: bool = False) -> str:
    """Of the list as it was looked at."""
    asked = {"state": where.state, "invoice": where.invoice, "partner": where.partner,
             "on_hold": _said_of_hold(where), "after": after, "everything": "yes" if everything else ""}  # fmt: skip
    query = urlencode([*((name, value) for name, value in asked.items() if value), *(("payout", id) for id in chosen)])
    return f"/console/payouts?{query}" if query else "/console/payouts"


def _said_of_hold(where: PayoutFilter) -> str:
    return next((said for said, held in _HELD.items() if held is where.on_hold), "")


def _named(visit: Visit, refused: list[tuple[str, list[str]]]) -> dict[str, PayoutView]:
    """Those that the page names, as they are."""
    found = {}
    for payout_id in (each for _, several in refused for each in several[:ON_BOARD]):
        with suppress(NotFound):
            found[payout_id] = visit.workspace.payouts.get(payout_id)
    return found


def _triggers(visit: Visit) -> list[str]:
    """What moves a payout on and is for this role."""
    arrows = (arrow for pipeline in visit.workspace.payouts.lifecycles() for arrow in pipeline.transitions)
    return _once(arrow.trigger for arrow in arrows if arrow.target and visit.workspace.caller.actor.may(*arrow.by))


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _by_reason(outcomes: Sequence[Outcome]) -> list[tuple[str, list[str]]]:
    """Why payouts were refused, and which: the most frequent reason first."""
    found: dict[str, list[str]] = {}
    for each in outcomes:
        if each.refused:
            found.setdefault(_said(each.payout_id, each.refused), []).append(each.payout_id)
    return sorted(found.items(), key=lambda reason: -len(reason[1]))


def _said(payout_id: str, refused: BillhookError) -> str:
    """Of any payout that is in the same place."""
    if isinstance(refused, Refused):
        return " ".join(each.sentence for each in refused.refusals)
    if isinstance(refused, Conflict):
        return str(Stale("It"))
    if isinstance(refused, IdempotencyConflict):
        return OTHERWISE
    return str(refused).replace(f"payout {payout_id} ", "It ", 1)
