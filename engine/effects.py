"""
The effects that come with billhook: what a transition does to rewards, disputes and the payout's own row.

Each runs inside the transition's transaction, through the desk, and returns a sentence for history ('' for none).
"""

from typing import Any, Literal

from engine.billing.text import text_problems
from engine.clock import stamp
from engine.contracts import Desk, Effect
from engine.errors import Invalid, Problem
from engine.ids import new_id
from engine.objections import objections, unanswered
from engine.uploads import named_for_its_bytes, upload_problems

MOST_UPLOADS = 20  # of a payout's own invoice: each is kept
_KEPT = "the partner's own invoice is kept"


def _freeze_lines(desk: Desk) -> str:
    """Refused rewards leave; the total stands from here on."""
    left = desk.rows.run(_DROP_REFUSED, **_key(desk))
    desk.rows.send(_FREEZE, **_key(desk), actor=desk.actor.person)
    return f"{left} refused reward(s) left" if left else ""


def _unfreeze_lines(desk: Desk) -> str:
    """Lines may change: the vendor's answer to every dispute. One about a line that leaves could never be resolved."""
    desk.rows.send(_UNFREEZE, **_key(desk))
    answered = desk.rows.run(_ANSWER_DISPUTES, **_key(desk), resolution=desk.reason, actor=desk.actor.id,
                             now=stamp(desk.now))  # fmt: skip
    return f"{answered} dispute(s) answered" if answered else ""


def _pay_rewards(desk: Desk) -> str:
    reference = desk.data.get("payment_reference", "")
    problems = text_problems("payment_reference", reference, 140) if isinstance(reference, str) else [_NO_TEXT]
    if problems:
        raise Invalid("The payment", problems)
    desk.rows.send(_SET_REWARDS, **_key(desk), status="paid")
    desk.rows.send(_PAYMENT, **_key(desk), reference=reference, at=stamp(desk.now))
    return ""


def _unpay_rewards(desk: Desk) -> str:
    desk.rows.send(_SET_REWARDS, **_key(desk), status="accepted")
    desk.rows.send(_NO_PAYMENT, **_key(desk))
    return desk.follow_credits()


def _release_rewards(desk: Desk) -> str:
    released = desk.rows.run(_RELEASE, **_key(desk))
    return f"{released} reward(s) went back to the pool"


def _credit_invoice(desk: Desk) -> str:
    return desk.credit_in_full().sentence


def _hold(desk: Desk) -> str:
    desk.rows.send(_HOLD, **_key(desk), held=True, reason=desk.reason)
    return ""


def _release_hold(desk: Desk) -> str:
    """Not while an invoice is contested: that hold ends with the answer to the objection."""
    if contested := objections(desk.rows, desk.account_id, desk.payout.id):
        told = unanswered({row.number: row.type_code for row in contested})
        raise Invalid("The release", [Problem("invoice", told)])
    desk.rows.send(_HOLD, **_key(desk), held=False, reason="")
    return ""


def _open_dispute(desk: Desk) -> str:
    line = _disputed_line(desk)
    if desk.rows.one(_OPEN_DISPUTE, **_key(desk), reward=line.id):
        raise Invalid("The dispute", [Problem("reward", f"{line.reference} is under dispute already.")])
    desk.rows.send(
        _ADD_DISPUTE, **_key(desk), dispute=new_id(), reward=line.id, reason=desk.reason, actor=desk.actor.id,
        now=stamp(desk.now),
    )  # fmt: skip
    return f"{line.reference} is under dispute"


def _resolve_dispute(desk: Desk) -> str:
    line = _disputed_line(desk)
    resolved = desk.rows.run(
        _RESOLVE, **_key(desk), reward=line.id, resolution=desk.reason, actor=desk.actor.id, now=stamp(desk.now)
    )
    if not resolved:
        raise Invalid("The answer", [Problem("reward", f"{line.reference} is not under dispute.")])
    return f"the dispute about {line.reference} is resolved"


def _keep_own_invoice(desk: Desk) -> str:
    document = desk.uploads["invoice"]
    problems = upload_problems("invoice", document)
    if desk.rows.one(_UPLOADS, **_key(desk), told=f"%{_KEPT}%").n >= MOST_UPLOADS:
        problems.append(Problem("invoice", f"It was uploaded {MOST_UPLOADS} times already. Ask the vendor."))
    if problems:
        raise Invalid("The invoice", problems)
    desk.rows.send(_OWN_INVOICE, **_key(desk), sha256=desk.keep(named_for_its_bytes(document)))
    return _KEPT


def _tell_partner(desk: Desk) -> str:
    return _tell(desk, "partner")


def _tell_vendor(desk: Desk) -> str:
    return _tell(desk, "vendor")


def _tell(desk: Desk, audience: Literal["partner", "vendor"]) -> str:
    if topic := desk.topic_for(audience):
        desk.tell(audience, topic, desk.reason)
    return ""


def _key(desk: Desk) -> dict[str, str]:
    return {"account": desk.account_id, "payout": desk.payout.id}


def _disputed_line(desk: Desk) -> Any:
    reference = str(desk.data.get("reward", ""))
    line = desk.rows.one(_LINE, **_key(desk), reference=reference)
    if line is None:
        known = ", ".join(row.reference for row in desk.rows.all(_LINES, **_key(desk)))
        raise Invalid(
            "The dispute", [Problem("reward", f"'{reference}' is no line of this payout; name one of {known}.")]
        )
    return line


_NO_TEXT = Problem("payment_reference", "Write it as text.")
_LINES = """
    SELECT r.id, r.reference FROM payout_line l JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
    WHERE l.account_id = :account AND l.payout_id = :payout AND l.live"""
_LINE = _LINES + " AND r.reference = :reference"
_DROP_REFUSED = """
    UPDATE payout_line SET live = FALSE
    WHERE account_id = :account AND payout_id = :payout AND live AND EXISTS (
        SELECT 1 FROM reward AS r
        WHERE r.account_id = payout_line.account_id AND r.id = payout_line.reward_id AND r.status = 'refused')"""
_FREEZE = """
    UPDATE payout SET frozen = TRUE, validated_by = :actor, total = (
        SELECT COALESCE(SUM(r.amount), 0) FROM payout_line l
        JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
        WHERE l.account_id = :account AND l.payout_id = :payout AND l.live)
    WHERE account_id = :account AND id = :payout"""
_UNFREEZE = "UPDATE payout SET frozen = FALSE, validated_by = '' WHERE account_id = :account AND id = :payout"
_SET_REWARDS = """
    UPDATE reward SET status = :status WHERE account_id = :account AND id IN (
        SELECT reward_id FROM payout_line WHERE account_id = :account AND payout_id = :payout AND live)"""
_RUNNING_TOTAL = """CASE WHEN frozen THEN total ELSE (
        SELECT COALESCE(SUM(r.amount), 0) FROM payout_line l
        JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
        WHERE l.account_id = :account AND l.payout_id = :payout AND l.live) END"""
# What is paid is kept: a later credit note, or an invoice that comes later, changes what is owed and not what was paid.
_PAYMENT = f"""
    UPDATE payout SET payment_reference = :reference, paid_at = :at, paid_net = {_RUNNING_TOTAL},
        paid_gross = COALESCE((
        SELECT i.gross - (
            SELECT COALESCE(SUM(c.gross), 0) FROM invoice c
            WHERE c.account_id = i.account_id AND c.payout_id = i.payout_id AND c.credits_id = i.id)
        FROM invoice i WHERE i.account_id = :account AND i.payout_id = :payout AND i.type_code = '389'
        ORDER BY i.revision DESC LIMIT 1), {_RUNNING_TOTAL})
    WHERE account_id = :account AND id = :payout"""  # noqa: S608 - our own text
_NO_PAYMENT = """
    UPDATE payout SET payment_reference = '', paid_at = NULL, paid_net = NULL, paid_gross = NULL
    WHERE account_id = :account AND id = :payout"""
_RELEASE = "UPDATE payout_line SET live = FALSE WHERE account_id = :account AND payout_id = :payout AND live"
_HOLD = "UPDATE payout SET on_hold = :held, hold_reason = :reason WHERE account_id = :account AND id = :payout"
_UPLOADS = """
    SELECT COUNT(*) AS n FROM history
    WHERE account_id = :account AND subject_id = :payout AND subject_kind = 'payout' AND sentence LIKE :told"""
_OWN_INVOICE = "UPDATE payout SET own_invoice = :sha256 WHERE account_id = :account AND id = :payout"
_OPEN_DISPUTE = """
    SELECT id FROM dispute
    WHERE account_id = :account AND payout_id = :payout AND reward_id = :reward AND resolved_at IS NULL"""
_ADD_DISPUTE = """
    INSERT INTO dispute (account_id, id, payout_id, reward_id, reason, opened_by, opened_at, resolution, resolved_by)
    VALUES (:account, :dispute, :payout, :reward, :reason, :actor, :now, '', '')"""
_ANSWER_DISPUTES = """
    UPDATE dispute SET resolution = :resolution, resolved_by = :actor, resolved_at = :now
    WHERE account_id = :account AND payout_id = :payout AND resolved_at IS NULL"""
_RESOLVE = _ANSWER_DISPUTES + " AND reward_id = :reward"

freeze_lines = Effect("freeze_lines", "refused rewards leave, the total is frozen", _freeze_lines)
unfreeze_lines = Effect("unfreeze_lines", "lines may change again, which answers open disputes", _unfreeze_lines)
pay_rewards = Effect(
    "pay_rewards", "rewards are paid", _pay_rewards, takes={"payment_reference": "the bank's or your own reference"}
)
unpay_rewards = Effect(
    "unpay_rewards", "rewards are not paid after all, and follow what was credited since", _unpay_rewards
)
release_rewards = Effect("release_rewards", "rewards go back to the pool", _release_rewards)
credit_invoice = Effect("credit_invoice", "an issued invoice gets a full credit note", _credit_invoice)
hold = Effect("hold", "the payout is put on hold", _hold)
release_hold = Effect("release_hold", "the payout is no longer on hold", _release_hold)
open_dispute = Effect(
    "open_dispute", "a line is under dispute", _open_dispute, takes={"reward": "the reference of the disputed reward"}
)
resolve_dispute = Effect(
    "resolve_dispute", "the dispute is resolved", _resolve_dispute, takes={"reward": "the reference of the reward"}
)
keep_own_invoice = Effect(
    "keep_own_invoice", "the partner's own invoice is kept", _keep_own_invoice, wants=("invoice",)
)
tell_partner = Effect("tell_partner", "the partner is told", _tell_partner)
tell_vendor = Effect("tell_vendor", "the vendor is told", _tell_vendor)
