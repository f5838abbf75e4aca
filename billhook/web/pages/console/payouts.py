"""Payouts: table and board, one with its timeline, and many at once with a look at what would come of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.app import Workspace
from billhook.web import forms
from billhook.web.downloads import download
from billhook.web.once import Key, key_of, once
from billhook.web.visits import Vendor, Visit
from engine.billing.errors import BillingError
from engine.bulk import Outcome
from engine.clawbacks import against_of
from engine.errors import BillhookError, NotFound, Refused
from engine.ids import new_id
from engine.views import PayoutFilter, PayoutView, Way

routes = APIRouter(prefix="/payouts")
Text = Annotated[str, Form(max_length=2000)]
ON_BOARD = 20
_AGAINST = "against."
_VERSION = re.compile(r"[0-9]{1,18}")
MOST_AT_ONCE = 500
LATEST = 20  # documents whose lines are offered for clawbacks
_CREDIT_NOTE = "261"


@routes.get("")
def payouts(visit: Vendor, after: str | None = None, state: str = "", partner: str = "", invoice: str = "") -> Response:
    where = PayoutFilter(state=state, partner=partner, invoice=invoice)
    return visit.show(
        "console/payouts.html", where=where, states=states(visit), triggers=_triggers(visit), most=MOST_AT_ONCE,
        page=visit.workspace.payouts.page(where, after=after, newest_first=True),
    )  # fmt: skip


@routes.get("/board")
def board(visit: Vendor) -> Response:
    door = visit.workspace.payouts
    columns = [
        (state, door.page(PayoutFilter(state=state), newest_first=True, limit=ON_BOARD)) for state in states(visit)
    ]
    return visit.show("console/board.html", columns=columns)


@routes.post("/new")
def create(visit: Vendor, partner: Text, currency: Text, key: Key = "") -> Response:
    wanted = partner.strip(), currency.strip().upper()
    payout_id = once(visit, key, lambda workspace: workspace.payouts.create(*wanted))
    return visit.go(f"/console/payouts/{payout_id}", "The payout was made.")


@routes.post("/many")
def many(
    visit: Vendor, trigger: Text, payout: Annotated[list[str], Form(max_length=MOST_AT_ONCE)] = [],  # noqa: B006
    reason: Text = "", key: Text = "", everything: Annotated[bool, Form()] = False, state: Text = "",
    partner: Text = "", invoice: Text = "",
) -> Response:  # fmt: skip
    """
    First what would come of it, of those chosen or of `everything` that the filters find; then, with the key of that
    page, it is done: a repeat does nothing twice.
    """
    if everything:
        where = PayoutFilter(state=state, partner=partner, invoice=invoice)
        payout = [*visit.workspace.payouts.ids(where)][:MOST_AT_ONCE]
    if not payout:
        return visit.go("/console/payouts", "Choose some payouts first.")
    done = bool(key)
    fire_many = visit.workspace.payouts.fire_many
    outcomes = [*fire_many(payout, trigger, reason=reason, key=key_of(visit, key) if key else None, dry_run=not done)]
    moved = [each for each in outcomes if each.fired]
    return visit.show(
        "console/many.html", done=done, trigger=trigger, reason=reason, chosen=payout, moved=moved, key=new_id(),
        refused=_by_reason(outcomes), shown=ON_BOARD,
    )  # fmt: skip


@routes.get("/{payout_id}")
def payout(visit: Vendor, payout_id: str) -> Response:
    return _page(visit, payout_id)


@routes.get("/{payout_id}/own-invoice")
def own_invoice(visit: Vendor, payout_id: str) -> Response:
    return download(visit.workspace.payouts.own_invoice(payout_id))


@routes.post("/{payout_id}/issue")
def issue(visit: Vendor, payout_id: str, reason: Text = "", key: Key = "") -> Response:
    try:
        told = once(visit, key, lambda workspace: workspace.self_invoicing.issue_now(payout_id, reason=reason))
    except NotFound:
        raise
    except BillhookError as error:
        return _page(visit, payout_id, error=error)
    return visit.go(f"/console/payouts/{payout_id}", told)


@routes.post("/{payout_id}/credit-clawbacks")
async def credit_clawbacks(visit: Vendor, payout_id: str) -> Response:
    form = await visit.request.form()
    given = {name: value.strip() for name, value in form.items() if isinstance(value, str) and value.strip()}
    return await visit.off_the_loop(_credited, visit, payout_id, given)


@routes.post("/{payout_id}/{trigger}")
async def fire(visit: Vendor, payout_id: str, trigger: str) -> Response:
    form = await visit.request.form()
    given = {name: value.strip() for name, value in form.items() if isinstance(value, str) and value.strip()}
    return await visit.off_the_loop(_fired, visit, payout_id, trigger, given)


def states(visit: Visit) -> list[str]:
    """Every state that a payout may be in, in the order of the pipelines."""
    return _once(state.name for pipeline in visit.workspace.payouts.lifecycles() for state in pipeline.states)


def _fired(visit: Visit, payout_id: str, trigger: str, given: dict[str, str]) -> Response:
    version, reason, key = given.pop("version", ""), given.pop("reason", ""), given.pop("key", None)
    given.pop(forms.TOKEN, None)
    seen = int(version) if _VERSION.fullmatch(version) else None
    try:
        fired = visit.workspace.payouts.fire(
            payout_id, trigger, reason=reason, data=given, version=seen, key=key_of(visit, key) if key else None
        )
    except NotFound:
        raise
    except BillhookError as error:
        return _page(visit, payout_id, error=error)
    told = f"The payout is {fired.target} now." if fired.source != fired.target else "Done."
    return visit.go(f"/console/payouts/{payout_id}", " ".join((told, *fired.sentences)))


def _credited(visit: Visit, payout_id: str, given: dict[str, str]) -> Response:
    said = [f"{name.removeprefix(_AGAINST)}={value}" for name, value in given.items() if name.startswith(_AGAINST)]

    look, reason = bool(given.get("look")), given.get("reason", "")

    def deed(workspace: Workspace) -> str:
        door = workspace.invoices
        done = door.credit_clawbacks(payout_id, against_of(said), reason=reason, dry_run=look)
        return ". ".join(each.sentence for each in done)

    try:
        told = deed(visit.workspace) if look else once(visit, given.get("key", ""), deed)
    except NotFound as error:
        if error.name == payout_id:
            raise
        return _page(visit, payout_id, error=error, said=given)
    except (BillhookError, BillingError) as error:
        return _page(visit, payout_id, error=error, said=given)
    if look:
        return _page(visit, payout_id, look=told, said=given)
    return visit.go(f"/console/payouts/{payout_id}", f"{told[0].upper()}{told[1:]}.")


def _page(
    visit: Visit, payout_id: str, *, error: Exception | None = None, look: str = "",
    said: Mapping[str, str] = MappingProxyType({}),
) -> Response:  # fmt: skip
    """`look`: what crediting the clawbacks would come to; `said`: what their form was filled in with."""
    door = visit.workspace.payouts
    ways: Sequence[Way] = door.ways(payout_id)
    payout, lines = door.get(payout_id), door.lines(payout_id)
    only_clawbacks = payout.means == "draft" and bool(lines) and all(line.amount < 0 for line in lines)
    return visit.show(
        "console/payout.html", payout=payout, lines=lines, ways=ways, history=door.history(payout_id), error=error,
        only_clawbacks=only_clawbacks, invoiced=_invoiced(visit, payout) if only_clawbacks else [], look=look,
        said=said, status=409 if error else 200,
    )  # fmt: skip


def _invoiced(visit: Visit, payout: PayoutView) -> list[tuple[str, Any]]:
    """Lines that a clawback may take back, as NUMBER/LINE: of the partner's latest invoices in the currency."""
    door = visit.workspace
    page = door.documents.page(partner=payout.partner, currency=payout.currency, newest_first=True, limit=LATEST)
    return [
        (f"{each.number}/{place}", line)
        for each in page.items if each.type_code != _CREDIT_NOTE and each.state != "credited"
        for place, line in enumerate(door.documents.frozen(each.number).lines, start=1)
    ][:MOST_AT_ONCE]  # fmt: skip


def _triggers(visit: Visit) -> list[str]:
    lifecycles = visit.workspace.payouts.lifecycles()
    return _once(arrow.trigger for pipeline in lifecycles for arrow in pipeline.transitions if arrow.target)


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
    return str(refused).replace(f"payout {payout_id} ", "It ", 1)
