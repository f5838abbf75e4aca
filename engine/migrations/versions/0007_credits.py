"""Numbers and credits: yearly series, partial credits."""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by who builds this part of issue C."""


def downgrade() -> None:
    """Filled by who builds this part of issue C."""
