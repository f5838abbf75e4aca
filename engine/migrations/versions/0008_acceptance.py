"""Invoices are delivered, accepted, contested."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by who builds this part of issue C."""


def downgrade() -> None:
    """Filled by who builds this part of issue C."""
