"""
An account with 100,000 payouts of 1,000 partners, written by a few statements: what lists are tried on. Rows are as
verbs write them in what lists read of them; hashes and snapshots are not, so that nothing but lists is tried here.
"""

from sqlalchemy import text

from engine.store import Store
from engine.views.paging import Order
from tests.worlds import Place

PAYOUTS, PARTNERS, DEEDS = 100_000, 1_000, 1_000
_UNBOUND = {"sqlite": "PRAGMA foreign_keys=OFF", "postgresql": "SET LOCAL session_replication_role = replica"}


class Crowd:
    """The account, and the names of some who are in it. Payouts are numbered from 1, in the order they were made."""

    def __init__(self, store: Store) -> None:
        self.place = Place(store)
        definition = self.place.one("SELECT id FROM definition WHERE account_id = :account AND kind = 'payout'").id
        values = {"account": self.place.account_id, "definition": definition, "payouts": PAYOUTS, "deeds": DEEDS,
                  "partners": PARTNERS}  # fmt: skip
        with store.engine.connect() as connection:
            connection.execute(text(_UNBOUND[store.dialect.name]))
            for statement in _ROWS:
                connection.execute(text(statement), values)
            connection.commit()
        if store.dialect.name == "postgresql":
            with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))

    @property
    def partner(self) -> str:
        return "P1500"

    @property
    def talkative(self) -> str:
        """The payout to which most has happened."""
        return payout_id(PAYOUTS)


def payout_id(number: int) -> str:
    return f"p-{10_000_000 + number}"


def after_payout(number: int) -> str:
    """The cursor of the page that begins after a payout."""
    return Order("payouts", (str,)).cursor((payout_id(number),))


_NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many})"
_OF_PAYOUTS = _NUMBERS.format(many=":payouts")
_ROWS = (
    f"""INSERT INTO partner (account_id, id, version, head, created_at, code, name, country, language, pipeline,
            self_invoicing, seller)
        {_NUMBERS.format(many=":partners")}
        SELECT :account, 's-' || (1000 + i), 1, '', '2026-10-01', 'P' || (1000 + i), 'Partner', 'DE', 'de', '',
            CASE WHEN i % 2 = 0 THEN 'opted_in' ELSE 'never_asked' END, '{{}}' FROM n""",
    f"""INSERT INTO payout (account_id, id, version, head, created_at, partner_id, definition_id, state, currency,
            total, frozen, ask, on_hold, hold_reason, validated_by, payment_reference)
        {_OF_PAYOUTS}
        SELECT :account, 'p-' || (10000000 + i), 1, '', '2026-10-01', 's-' || (1001 + i % 1000), :definition,
            CASE WHEN i % 20 = 0 THEN 'Draft' WHEN i % 20 = 1 THEN 'Pending' WHEN i % 10 = 2 THEN 'Ready'
                ELSE 'Paid' END,
            CASE WHEN i % 50 = 3 THEN 'USD' ELSE 'EUR' END, 10000, i % 20 <> 0, '', i % 5000 = 2, '', '', '' FROM n""",
    f"""INSERT INTO reward (account_id, id, reference, partner_id, description, amount, currency, occurred_on, status,
            created_at, reason)
        {_OF_PAYOUTS}
        SELECT :account, 'r-' || (10000000 + i), 'RW-' || i, 's-' || (1001 + i % 1000), 'Referral fee', 10000,
            CASE WHEN i % 50 = 3 THEN 'USD' ELSE 'EUR' END, '2026-10-01',
            CASE WHEN i % 20 = 0 OR i % 100 = 7 THEN 'pending' WHEN i % 100 = 8 THEN 'refused'
                WHEN i % 20 = 1 OR i % 10 = 2 THEN 'accepted' ELSE 'paid' END, '2026-10-01', '' FROM n""",
    f"""INSERT INTO payout_line (account_id, payout_id, reward_id, live)
        {_OF_PAYOUTS}
        SELECT :account, 'p-' || (10000000 + i), 'r-' || (10000000 + i), TRUE FROM n WHERE i % 100 NOT IN (7, 8)""",
    f"""INSERT INTO decision (account_id, payout_id, seq, partner_id, occasion, outcome, reason, missing, decided_at,
            decided_by)
        {_OF_PAYOUTS}
        SELECT :account, 'p-' || (10000000 + i), 1, 's-' || (1001 + i % 1000), 'ready',
            CASE WHEN i % 500 = 4 THEN 'blocked' ELSE 'issued' END, '', '[]', '2026-10-01', 'vera'
        FROM n WHERE i % 20 > 1""",
    f"""INSERT INTO invoice (account_id, id, payout_id, partner_id, type_code, revision, seq, number, issued_at,
            currency, net, tax, gross, snapshot, snapshot_hash, counter)
        {_OF_PAYOUTS}
        SELECT :account, 'i-' || (10000000 + i), 'p-' || (10000000 + i), 's-' || (1001 + i % 1000), '389', 1, i,
            'ACME-' || i, '2026-10-01', CASE WHEN i % 50 = 3 THEN 'USD' ELSE 'EUR' END, 10000, 1900, 11900, '', '', i
        FROM n WHERE i % 20 > 1 AND i % 500 <> 4""",
    f"""INSERT INTO attachment (account_id, invoice_id, format, sha256, made_with, attached_at)
        {_OF_PAYOUTS}
        SELECT :account, 'i-' || (10000000 + i), 'pdf', 'x', '{{}}', '2026-10-01'
        FROM n WHERE i % 20 > 1 AND i % 500 <> 4 AND i % 100 NOT IN (5, 6)""",
    f"""INSERT INTO invoice_event (account_id, invoice_id, seq, kind, at, actor, role, reason, held)
        {_OF_PAYOUTS}
        SELECT :account, 'i-' || (10000000 + i), 1, 'delivered', '2026-10-01', '', '', '', FALSE
        FROM n WHERE i % 20 > 1 AND i % 500 <> 4""",
    f"""INSERT INTO invoice_event (account_id, invoice_id, seq, kind, at, actor, role, reason, held)
        {_OF_PAYOUTS}
        SELECT :account, 'i-' || (10000000 + i), 2, CASE WHEN i % 200 = 7 THEN 'contested' ELSE 'deemed_accepted' END,
            '2026-10-01', '', '', '', FALSE
        FROM n WHERE i % 20 > 1 AND i % 500 <> 4""",
    f"""INSERT INTO invoice_event (account_id, invoice_id, seq, kind, at, actor, role, reason, held)
        {_OF_PAYOUTS}
        SELECT :account, 'i-' || (10000000 + i), 3, 'accepted', '2026-10-01', '', '', '', FALSE
        FROM n WHERE i % 400 = 7""",
    f"""INSERT INTO job (account_id, id, action, subject_id, payload, payload_version, status, attempts, token,
            not_before, result, created_at)
        {_OF_PAYOUTS}
        SELECT :account, 'j-' || (10000000 + i), 'issue_invoice', 'p-' || (10000000 + i),
            '{{"invoice_id": "i-' || (10000000 + i) || '"}}', 1,
            CASE WHEN i % 100 = 5 THEN 'pending' WHEN i % 100 = 6 THEN 'parked' ELSE 'done' END, 1, 1, '',
            'out of paper', '2026-10-01'
        FROM n WHERE i % 20 > 1 AND i % 500 <> 4""",
    f"""INSERT INTO history (account_id, subject_id, seq, subject_kind, at, actor, role, verb, source, target, reason,
            sentence, data, hash)
        {_OF_PAYOUTS}
        SELECT :account, 'p-' || (10000000 + i), 1, 'payout', '2026-10-01', 'vera', 'manager', 'create', '', 'Draft',
            '', '', '{{}}', '' FROM n WHERE i % 10 = 0""",
    f"""INSERT INTO history (account_id, subject_id, seq, subject_kind, at, actor, role, verb, source, target, reason,
            sentence, data, hash)
        {_NUMBERS.format(many=":deeds")}
        SELECT :account, 'p-' || (10000000 + :payouts), 1 + i, 'payout', '2026-10-01', 'vera', 'manager', 'hold',
            'Ready', 'Ready', '', '', '{{}}', '' FROM n""",
)
