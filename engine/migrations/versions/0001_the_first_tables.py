"""The first tables, and the triggers that refuse to change what is written once."""

import sqlalchemy as sa
from alembic import op

from engine.migrations import frozen

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("switch_on", sa.Boolean(), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("number_format", sa.Text(), nullable=False),
        sa.Column("credit_number_format", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "definition",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "kind", "name", "version"),
    )
    op.create_table(
        "document",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "sha256"),
    )
    op.create_table(
        "history",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "subject_id", "seq"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key"),
    )
    op.create_table(
        "job",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("payload_version", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.Text(), nullable=True),
        sa.Column("offered_at", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id"),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("job_by_id", ["id"], unique=True)
        batch_op.create_index("jobs_of_subject", ["account_id", "subject_id"], unique=False)
        batch_op.create_index(
            "open_jobs",
            ["not_before", "account_id"],
            unique=False,
            sqlite_where=sa.text("status IN ('pending','offered','claimed')"),
            postgresql_where=sa.text("status IN ('pending','offered','claimed')"),
        )

    op.create_table(
        "notification",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id"),
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index("notifications_of_subject", ["account_id", "subject_id"], unique=False)

    op.create_table(
        "partner",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("pipeline", sa.Text(), nullable=False),
        sa.Column("self_invoicing", sa.Text(), nullable=False),
        sa.Column("seller", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "code"),
    )
    op.create_table(
        "series",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("type_code", sa.Text(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("last_issued_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "partner_id", "type_code"),
    )
    op.create_table(
        "agreement",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("vat_number", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.Text(), nullable=False),
        sa.Column("accepted_from", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=False),
        sa.Column("revoked_reason", sa.Text(), nullable=False),
        sa.Column("superseded_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "partner_id"],
            ["partner.account_id", "partner.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "partner_id", "version"),
    )
    op.create_table(
        "contact",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "partner_id"],
            ["partner.account_id", "partner.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "id"),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(
            "one_main_contact",
            ["account_id", "partner_id"],
            unique=True,
            sqlite_where=sa.text("is_main"),
            postgresql_where=sa.text("is_main"),
        )

    op.create_table(
        "payout",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("definition_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("on_hold", sa.Boolean(), nullable=False),
        sa.Column("hold_reason", sa.Text(), nullable=False),
        sa.Column("validated_by", sa.Text(), nullable=False),
        sa.Column("own_invoice", sa.Text(), nullable=True),
        sa.Column("payment_reference", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "definition_id"],
            ["definition.account_id", "definition.id"],
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "partner_id"],
            ["partner.account_id", "partner.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "id"),
    )
    with op.batch_alter_table("payout", schema=None) as batch_op:
        batch_op.create_index("payouts_in_state", ["account_id", "state", "id"], unique=False)
        batch_op.create_index("payouts_of_partner", ["account_id", "partner_id", "id"], unique=False)

    op.create_table(
        "reward",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "partner_id"],
            ["partner.account_id", "partner.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "reference"),
    )
    with op.batch_alter_table("reward", schema=None) as batch_op:
        batch_op.create_index("rewards_of_partner", ["account_id", "partner_id", "currency", "status"], unique=False)

    op.create_table(
        "run",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("definition_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("completed_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "definition_id"],
            ["definition.account_id", "definition.id"],
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "partner_id"],
            ["partner.account_id", "partner.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "partner_id", "definition_id"),
    )
    op.create_table(
        "decision",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("payout_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "payout_id"],
            ["payout.account_id", "payout.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "payout_id", "seq"),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("decisions_by_outcome", ["account_id", "partner_id", "outcome"], unique=False)

    op.create_table(
        "dispute",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("payout_id", sa.Text(), nullable=False),
        sa.Column("reward_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("resolved_by", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "payout_id"],
            ["payout.account_id", "payout.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "id"),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index("disputes_of_payout", ["account_id", "payout_id"], unique=False)

    op.create_table(
        "invoice",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("payout_id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("type_code", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("snapshot_hash", sa.Text(), nullable=False),
        sa.Column("credits_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "partner_id"],
            ["partner.account_id", "partner.id"],
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "payout_id"],
            ["payout.account_id", "payout.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "number"),
        sa.UniqueConstraint("account_id", "partner_id", "type_code", "seq"),
        sa.UniqueConstraint("account_id", "payout_id", "type_code", "revision"),
    )
    op.create_table(
        "payout_line",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("payout_id", sa.Text(), nullable=False),
        sa.Column("reward_id", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "payout_id"],
            ["payout.account_id", "payout.id"],
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "reward_id"],
            ["reward.account_id", "reward.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "payout_id", "reward_id"),
    )
    with op.batch_alter_table("payout_line", schema=None) as batch_op:
        batch_op.create_index(
            "one_live_payout_a_reward",
            ["account_id", "reward_id"],
            unique=True,
            sqlite_where=sa.text("live"),
            postgresql_where=sa.text("live"),
        )

    op.create_table(
        "step",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("step_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "run_id"],
            ["run.account_id", "run.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "run_id", "step_id"),
    )
    op.create_table(
        "attachment",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("invoice_id", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_with", sa.Text(), nullable=False),
        sa.Column("attached_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "invoice_id"],
            ["invoice.account_id", "invoice.id"],
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "sha256"],
            ["document.account_id", "document.sha256"],
        ),
        sa.PrimaryKeyConstraint("account_id", "invoice_id", "format"),
    )

    frozen.create(op.get_bind())


def downgrade() -> None:
    frozen.drop(op.get_bind())
    op.drop_table("attachment")
    op.drop_table("step")
    with op.batch_alter_table("payout_line", schema=None) as batch_op:
        batch_op.drop_index("one_live_payout_a_reward", sqlite_where=sa.text("live"), postgresql_where=sa.text("live"))

    op.drop_table("payout_line")
    op.drop_table("invoice")
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.drop_index("disputes_of_payout")

    op.drop_table("dispute")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index("decisions_by_outcome")

    op.drop_table("decision")
    op.drop_table("run")
    with op.batch_alter_table("reward", schema=None) as batch_op:
        batch_op.drop_index("rewards_of_partner")

    op.drop_table("reward")
    with op.batch_alter_table("payout", schema=None) as batch_op:
        batch_op.drop_index("payouts_of_partner")
        batch_op.drop_index("payouts_in_state")

    op.drop_table("payout")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("one_main_contact", sqlite_where=sa.text("is_main"), postgresql_where=sa.text("is_main"))

    op.drop_table("contact")
    op.drop_table("agreement")
    op.drop_table("series")
    op.drop_table("partner")
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_index("notifications_of_subject")

    op.drop_table("notification")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(
            "open_jobs",
            sqlite_where=sa.text("status IN ('pending','offered','claimed')"),
            postgresql_where=sa.text("status IN ('pending','offered','claimed')"),
        )
        batch_op.drop_index("jobs_of_subject")
        batch_op.drop_index("job_by_id")

    op.drop_table("job")
    op.drop_table("idempotency_key")
    op.drop_table("history")
    op.drop_table("document")
    op.drop_table("definition")
    op.drop_table("account")
