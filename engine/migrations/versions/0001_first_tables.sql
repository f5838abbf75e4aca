-- The first tables. Only TEXT, BIGINT, BOOLEAN and bytes, so that one text serves SQLite and PostgreSQL;
-- {bytes} is BLOB on the one and BYTEA on the other. Why: docs/decisions/0002-one-sql-for-two-databases.md

CREATE TABLE account (
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    switch_on BOOLEAN NOT NULL,
    four_eyes BOOLEAN NOT NULL,
    buyer TEXT NOT NULL,
    number_format TEXT NOT NULL,
    credit_number_format TEXT NOT NULL,
    version BIGINT NOT NULL,
    head TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (code)
);

CREATE TABLE definition (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    body TEXT NOT NULL,
    published_at TEXT NOT NULL,
    published_by TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, kind, name, version)
);

CREATE TABLE document (
    account_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    filename TEXT NOT NULL,
    content {bytes} NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, sha256)
);

CREATE TABLE history (
    account_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    subject_kind TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    verb TEXT NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    reason TEXT NOT NULL,
    sentence TEXT NOT NULL,
    data TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (account_id, subject_id, seq)
);

CREATE TABLE idempotency_key (
    account_id TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, key)
);

CREATE TABLE job (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    payload_version BIGINT NOT NULL,
    status TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    token BIGINT NOT NULL,
    not_before TEXT NOT NULL,
    lease_until TEXT,
    offered_at TEXT,
    result TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    PRIMARY KEY (account_id, id)
);

CREATE UNIQUE INDEX job_by_id ON job (id);

CREATE INDEX jobs_of_subject ON job (account_id, subject_id);

CREATE INDEX open_jobs ON job (not_before, account_id) WHERE status IN ('pending','offered','claimed');

CREATE TABLE notification (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    audience TEXT NOT NULL,
    partner_id TEXT,
    subject_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    sentence TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE INDEX notifications_of_subject ON notification (account_id, subject_id);

CREATE TABLE partner (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    head TEXT NOT NULL,
    created_at TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    language TEXT NOT NULL,
    pipeline TEXT NOT NULL,
    self_invoicing TEXT NOT NULL,
    seller TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, code)
);

CREATE TABLE series (
    account_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    type_code TEXT NOT NULL,
    last_number BIGINT NOT NULL,
    last_issued_at TEXT NOT NULL,
    PRIMARY KEY (account_id, partner_id, type_code)
);

CREATE TABLE agreement (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    text_version TEXT NOT NULL,
    text_hash TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    vat_number TEXT NOT NULL,
    accepted_by TEXT NOT NULL,
    accepted_at TEXT NOT NULL,
    accepted_from TEXT NOT NULL,
    method TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    revoked_at TEXT,
    revoked_by TEXT NOT NULL,
    revoked_reason TEXT NOT NULL,
    superseded_by TEXT,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY(account_id, partner_id) REFERENCES partner (account_id, id),
    UNIQUE (account_id, partner_id, version)
);

CREATE TABLE contact (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    is_main BOOLEAN NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY(account_id, partner_id) REFERENCES partner (account_id, id)
);

CREATE UNIQUE INDEX one_main_contact ON contact (account_id, partner_id) WHERE is_main;

CREATE TABLE payout (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    head TEXT NOT NULL,
    created_at TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    definition_id TEXT NOT NULL,
    state TEXT NOT NULL,
    currency TEXT NOT NULL,
    total BIGINT NOT NULL,
    frozen BOOLEAN NOT NULL,
    ask TEXT NOT NULL,
    on_hold BOOLEAN NOT NULL,
    hold_reason TEXT NOT NULL,
    validated_by TEXT NOT NULL,
    own_invoice TEXT,
    payment_reference TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY(account_id, partner_id) REFERENCES partner (account_id, id),
    FOREIGN KEY(account_id, definition_id) REFERENCES definition (account_id, id)
);

CREATE INDEX payouts_in_state ON payout (account_id, state, id);

CREATE INDEX payouts_of_partner ON payout (account_id, partner_id, id);

CREATE TABLE reward (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    reference TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    description TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    occurred_on TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY(account_id, partner_id) REFERENCES partner (account_id, id),
    UNIQUE (account_id, reference)
);

CREATE INDEX rewards_of_partner ON reward (account_id, partner_id, currency, status);

CREATE TABLE run (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    head TEXT NOT NULL,
    created_at TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    definition_id TEXT NOT NULL,
    status TEXT NOT NULL,
    completed_at TEXT,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY(account_id, partner_id) REFERENCES partner (account_id, id),
    FOREIGN KEY(account_id, definition_id) REFERENCES definition (account_id, id),
    UNIQUE (account_id, partner_id, definition_id)
);

CREATE TABLE decision (
    account_id TEXT NOT NULL,
    payout_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    partner_id TEXT NOT NULL,
    occasion TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    missing TEXT NOT NULL,
    agreement_id TEXT,
    decided_at TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    PRIMARY KEY (account_id, payout_id, seq),
    FOREIGN KEY(account_id, payout_id) REFERENCES payout (account_id, id)
);

CREATE INDEX decisions_by_outcome ON decision (account_id, partner_id, outcome);

CREATE TABLE dispute (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    payout_id TEXT NOT NULL,
    reward_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    resolution TEXT NOT NULL,
    resolved_by TEXT NOT NULL,
    resolved_at TEXT,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY(account_id, payout_id) REFERENCES payout (account_id, id)
);

CREATE INDEX disputes_of_payout ON dispute (account_id, payout_id);

CREATE TABLE invoice (
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    payout_id TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    type_code TEXT NOT NULL,
    revision BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    number TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    currency TEXT NOT NULL,
    net BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    gross BIGINT NOT NULL,
    snapshot TEXT NOT NULL,
    snapshot_hash TEXT NOT NULL,
    credits_id TEXT,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY(account_id, payout_id) REFERENCES payout (account_id, id),
    FOREIGN KEY(account_id, partner_id) REFERENCES partner (account_id, id),
    UNIQUE (account_id, payout_id, type_code, revision),
    UNIQUE (account_id, partner_id, type_code, seq),
    UNIQUE (account_id, number)
);

CREATE TABLE payout_line (
    account_id TEXT NOT NULL,
    payout_id TEXT NOT NULL,
    reward_id TEXT NOT NULL,
    live BOOLEAN NOT NULL,
    PRIMARY KEY (account_id, payout_id, reward_id),
    FOREIGN KEY(account_id, payout_id) REFERENCES payout (account_id, id),
    FOREIGN KEY(account_id, reward_id) REFERENCES reward (account_id, id)
);

CREATE UNIQUE INDEX one_live_payout_a_reward ON payout_line (account_id, reward_id) WHERE live;

CREATE TABLE step (
    account_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    step_id TEXT NOT NULL,
    status TEXT NOT NULL,
    answer TEXT NOT NULL,
    reason TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (account_id, run_id, step_id),
    FOREIGN KEY(account_id, run_id) REFERENCES run (account_id, id)
);

CREATE TABLE attachment (
    account_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    format TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    made_with TEXT NOT NULL,
    attached_at TEXT NOT NULL,
    PRIMARY KEY (account_id, invoice_id, format),
    FOREIGN KEY(account_id, invoice_id) REFERENCES invoice (account_id, id),
    FOREIGN KEY(account_id, sha256) REFERENCES document (account_id, sha256)
);
