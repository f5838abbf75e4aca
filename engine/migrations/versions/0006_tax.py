"""Tax: overrides, online checks, rates of exchange."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by who builds this part of issue C."""


def downgrade() -> None:
    """Filled by who builds this part of issue C."""
