"""Agreements: offers, paper evidence, suspension."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by who builds this part of issue C."""


def downgrade() -> None:
    """Filled by who builds this part of issue C."""
