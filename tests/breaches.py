"""What somebody could do to the rows behind the engine's back, and what verify says of it: one breach a row."""

INSERT_BLOCKED = """
    INSERT INTO decision (account_id, payout_id, seq, partner_id, occasion, outcome, reason, missing, decided_at,
        decided_by)
    SELECT account_id, payout_id, 2, partner_id, 'ready', 'blocked', 'details_missing', '[]', decided_at, decided_by
    FROM decision WHERE payout_id = :paid"""
SWITCHED_ON_AFTERWARDS = """
    INSERT INTO decision (account_id, payout_id, seq, partner_id, occasion, outcome, reason, missing, decided_at,
        decided_by)
    SELECT account_id, payout_id, 2, partner_id, 'issued_after_fix', 'issued', 'lawful', '[]', decided_at, decided_by
    FROM decision WHERE payout_id = :uninvoiced"""
UNANSWERED = """
    INSERT INTO idempotency_key (account_id, key, request, created_at) SELECT id, 'k', 'r', created_at FROM account"""
HELD_FOR_EVER = """
    UPDATE job SET status = 'claimed', finished_at = NULL, lease_until = '2001-01-01T00:00:00.000000+00:00'
    WHERE subject_id = :paid"""
SECOND_PLACE = """
    INSERT INTO payout_line (account_id, payout_id, reward_id, live)
    SELECT account_id, :draft, id, TRUE FROM reward WHERE reference = 'N1'"""
OVERRIDDEN = """
    INSERT INTO tax_override (account_id, partner_id, seq, treatment, reason, set_at, set_by)
    SELECT account_id, id, 1, '{"category":"Z","rate":"0"}', 'why', created_at, 'eve' FROM partner
    WHERE code = 'NORD'"""
RATED = """
    INSERT INTO exchange_rate (account_id, base, quote, rate_date, seq, rate, source, added_at, added_by)
    SELECT id, 'EUR', 'SEK', '2026-11-02', 1, '11', 'ECB', created_at, 'eve' FROM account"""
HANDED_OUT = """
    INSERT INTO handout (account_id, name, version, sha256, added_by, added_at)
    SELECT account_id, 'guide.pdf', 1, MIN(sha256), 'eve', MIN(created_at) FROM document GROUP BY account_id"""
EVENT = """
    INSERT INTO invoice_event (account_id, invoice_id, seq, kind, at, actor, role, reason, held)
    SELECT account_id, id, {seq}, '{kind}', issued_at, 'eve', 'main_contact', '', FALSE FROM invoice
    WHERE payout_id = :{payout} AND type_code = '389'"""
LATER_DAY = """
    UPDATE invoice SET snapshot = REPLACE(snapshot, '"issue_date":"20', '"issue_date":"30')
    WHERE seq = 1 AND type_code = '389'"""
LOOSENED = {
    "sqlite": (
        "DROP TRIGGER invoice_is_not_changed",
        "CREATE TRIGGER invoice_is_not_changed BEFORE UPDATE ON invoice BEGIN SELECT 1; END",
    ),
    "postgresql": (
        "CREATE FUNCTION passes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "DROP TRIGGER invoice_is_not_changed ON invoice",
        "CREATE TRIGGER invoice_is_not_changed BEFORE UPDATE ON invoice FOR EACH ROW EXECUTE FUNCTION passes()",
    ),
}

#: invariant, table whose triggers would refuse it, statement (`:paid`, `:draft` ... are payouts), what is told
BREACHES = [
    ("I1", "decision", "DELETE FROM decision WHERE payout_id = :uninvoiced", "no decision says"),
    ("I1", "decision", "DELETE FROM decision WHERE payout_id = :paid", "1 invoice(s) and 0 decision(s)"),
    ("I1", "decision", INSERT_BLOCKED, "its last decision says blocked and it has an invoice"),
    ("I1", "decision", "UPDATE decision SET outcome = 'issued' WHERE payout_id = :uninvoiced", "there are 0"),
    ("I4", "invoice", "UPDATE invoice SET seq = 9 WHERE seq = 2", "7 number(s) are missing"),
    ("I4", "invoice", "UPDATE invoice SET seq = 3 - seq + 9 WHERE type_code = '389'", "was issued before"),
    (
        "I4",
        "series",
        "UPDATE series SET last_number = 9 WHERE type_code = '261'",
        "says 9 and its last number is 1",
    ),
    ("I4", "series", "UPDATE series SET last_issued_at = '2001' WHERE type_code = '261'", "last used at 2001"),
    ("I4", "invoice", "UPDATE invoice SET counter = 7 WHERE type_code = '261'", "is number 7 of its year, after 0"),
    ("I4", "invoice", "UPDATE invoice SET year = 2020 WHERE type_code = '261'", "show counter 1 and year 2020"),
    ("I4", "invoice", "UPDATE invoice SET year = 2020 WHERE type_code = '261'", "counts in 2020 and was issued in"),
    ("I4", "series", "UPDATE series SET last_counter = 4 WHERE type_code = '261'", "its counter stands at 4"),
    ("I4", "invoice", LATER_DAY, "is dated before"),
    ("I3", "decision", "UPDATE decision SET occasion = 'reissued' WHERE payout_id = :paid", "'reissued', follows one"),
    ("I14", "decision", "UPDATE decision SET occasion = 'reissued' WHERE payout_id = :paid", "and no deed says by"),
    ("I14", "account", "UPDATE account SET yearly_numbers = TRUE", "its yearly_numbers is True, and no deed"),
    ("I14", "account", "UPDATE account SET credit_number_format = 'x'", "its credit_number_format is x, and no deed"),
    ("I5", "invoice", "UPDATE invoice SET gross = gross + 1, net = net WHERE payout_id = :paid", "row says gross"),
    ("I5", "invoice", "UPDATE invoice SET snapshot_hash = 'x' WHERE payout_id = :paid", "that was hashed"),
    ("I5", "document", "UPDATE document SET content = content || content", "its bytes are not"),
    (
        "I6",
        "attachment",
        "UPDATE attachment SET sha256 = (SELECT MIN(sha256) FROM document)",
        "its text lacks its number",
    ),
    ("I7", "invoice", "UPDATE invoice SET credits_id = NULL WHERE payout_id = :cancelled", "credits no invoice"),
    ("I13", "reward", "UPDATE reward SET status = 'paid' WHERE reference = 'N3'", "in no payout that is"),
    ("I13", "payout", "UPDATE payout SET total = total - 1 WHERE id = :paid", "frozen at 9999"),
    ("I13", "payout", "UPDATE payout SET paid_net = 9999 WHERE id = :paid", "are kept as paid without tax"),
    ("I13", "payout", "UPDATE payout SET paid_gross = 9999 WHERE id = :paid", "kept as paid, and it came to 10000."),
    ("I13", "payout_line", SECOND_PLACE, "it is in 2 live payouts"),
    ("I2", "history", "DELETE FROM history WHERE verb = 'opt_in'", "issued, and the partner was not in"),
    ("I2", "history", "UPDATE history SET verb = 'switch off' WHERE verb = 'switch on'", "self-invoicing was off"),
    ("I2", "decision", "UPDATE decision SET reason = 'switch_off' WHERE payout_id = :uninvoiced", "and it was on"),
    ("I2", "agreement", "UPDATE agreement SET valid_until = '2001'", "says issued, and agreement version 1 was not in"),
    ("I2", "agreement", "UPDATE agreement SET valid_from = '2090'", "says issued, and agreement version 1 was not in"),
    ("I2", "history", "UPDATE history SET verb = 'revoke agreement' WHERE verb = 'opt_in'", "had been revoked"),
    ("I2", "decision", "UPDATE decision SET agreement_id = NULL WHERE payout_id = :paid", "and names no agreement"),
    (
        "I2",
        "decision",
        "UPDATE decision SET reason = 'mood' WHERE payout_id = :paid",
        "the reason 'mood', which is none",
    ),
    ("I3", "decision", SWITCHED_ON_AFTERWARDS, "'issued_after_fix', follows one that says not_applicable"),
    ("I3", "decision", "UPDATE decision SET seq = 2 WHERE payout_id = :paid", "its decision 1 is missing"),
    ("I8", "history", "DELETE FROM history WHERE subject_id = :paid AND seq = 2", "its history lacks 2"),
    ("I8", "payout", "UPDATE payout SET version = version + 1 WHERE id = :paid", "and its history ends at"),
    ("I8", "idempotency_key", UNANSWERED, "it was used and has no answer"),
    (
        "I9",
        "history",
        "UPDATE history SET actor = 'eve' WHERE subject_id = :paid AND seq = 2",
        "is not the one that",
    ),
    (
        "I9",
        "history",
        "UPDATE history SET subject_id = :draft, seq = seq + 1 WHERE subject_id = :paid",
        "is not the",
    ),
    ("I9", "payout", "UPDATE payout SET state = 'Ready' WHERE id = :paid", "and its history led to Paid"),
    ("I9", "history", "UPDATE history SET target = 'Paid' WHERE subject_id = :uninvoiced AND seq = 2", "has no"),
    ("I9", "payout", "UPDATE payout SET head = '' WHERE id = :draft", "its last deed is not the one"),
    ("I10", "job", "UPDATE job SET attempts = 6 WHERE subject_id = :paid", "6 attempts, and 5 are the most"),
    ("I10", "job", "UPDATE job SET result = '' WHERE subject_id = :paid", "does not say what came of it"),
    (
        "I10",
        "job",
        "UPDATE job SET subject_id = 'nobody' WHERE subject_id = :paid",
        "no such payout, delivery or mail",
    ),
    ("I10", "job", "UPDATE job SET status = 'lost' WHERE subject_id = :paid", "which no job is"),
    ("I10", "job", HELD_FOR_EVER, "and nobody took it"),
    (
        "I11",
        "decision",
        "UPDATE decision SET agreement_id = 'another' WHERE payout_id = :paid",
        "refers to nothing",
    ),
    ("I11", "payout", "UPDATE payout SET own_invoice = 'nowhere' WHERE id = :draft", "refers to nothing in it"),
    (
        "I11",
        "payout",
        "UPDATE payout SET partner_id = (SELECT id FROM partner WHERE code = 'SUD')",
        "another partner's",
    ),
    (
        "I12",
        "invoice",
        "UPDATE invoice SET partner_id = (SELECT id FROM partner WHERE code = 'SUD')",
        "it sees document",
    ),
    ("I14", "account", "UPDATE account SET four_eyes = TRUE", "its four_eyes is True, and no deed made it so"),
    (
        "I14",
        "partner",
        "UPDATE partner SET self_invoicing = 'opted_in' WHERE code = 'SUD'",
        "and no deed made it so",
    ),
    ("I14", "partner", "UPDATE partner SET seller = '{}' WHERE code = 'NORD'", "its details is"),
    ("I14", "history", "UPDATE history SET actor = '' WHERE verb = 'switch on'", "does not say who did it"),
    ("I14", "history", "UPDATE history SET data = '{}' WHERE verb = 'publish'", "nobody is said to have published"),
    ("I15", "invoice_event", EVENT.format(seq=2, kind="contested", payout="paid"), "is not on hold"),
    ("I15", "invoice_event", EVENT.format(seq=2, kind="accepted", payout="paid"), "no deed of its payout says so"),
    ("I15", "invoice_event", EVENT.format(seq=3, kind="accepted", payout="paid"), "not numbered one after the other"),
    (
        "I15",
        "invoice_event",
        EVENT.format(seq=3, kind="accepted", payout="cancelled"),
        "somebody answered after it was credited",
    ),
    ("I15", "invoice_event", EVENT.format(seq=2, kind="delivered", payout="paid"), "it was delivered 2 times"),
    ("I15", "invoice_event", "DELETE FROM invoice_event WHERE kind = 'delivered'", "and its events say otherwise"),
    ("I15", "invoice_event", EVENT.format(seq=2, kind="credited", payout="paid"), "it is not wholly credited"),
    ("I15", "invoice_event", "UPDATE invoice_event SET kind = 'accepted'", "before it was delivered"),
    ("I16", "attachment", "DELETE FROM attachment", "it has no document, and no job makes one"),
    ("I14", "tax_override", OVERRIDDEN, "its tax_override is {'category': 'Z', 'rate': '0'}, and no deed made it so"),
    ("I14", "handout", HANDED_OUT, "nobody is said to have put guide.pdf, version 1, there for partners to read."),
    ("I14", "exchange_rate", RATED, "there are 1 rate(s) of exchange, and 0 deed(s) say who gave one."),
]
