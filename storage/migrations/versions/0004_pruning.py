"""Indexes for pruning: every column that points at an article, and the age of poll runs."""

from alembic import op

revision = "0004"
down_revision = "0003"

_INDEXES = (("alerts", "article"), ("articles", "repeats"), ("bands", "article"), ("entries", "article"), ("poll_runs", "started_at"))


def upgrade() -> None:
    for table, column in _INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def downgrade() -> None:
    for table, column in _INDEXES:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
