"""Cadence, trust and health: what is learned of sources and hosts, conditions of outlets, notices to the operator."""

import sqlalchemy as sa
from alembic import op
from storage.schema import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("outlets") as batch:
        batch.add_column(sa.Column("extractions", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("sources") as batch:
        batch.add_column(sa.Column("first_polled_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("next_poll_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("failing_since", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("last_new_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("full_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("unverified", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("verify_after", sa.Integer(), server_default="1", nullable=False))
        batch.add_column(sa.Column("verify_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("keys_hash", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("future", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("moved_to", sa.Text(), nullable=True))
        batch.add_column(sa.Column("moved_since", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("moved_polls", sa.Integer(), server_default="0", nullable=False))
        batch.add_column(sa.Column("address", sa.Text(), nullable=True))
        batch.add_column(sa.Column("wait", sa.Float(), server_default="0", nullable=False))
        batch.add_column(sa.Column("hub", sa.Text(), nullable=True))
        batch.add_column(sa.Column("rhythm", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("gap_since", UtcDateTime(), nullable=True))
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("lies", sa.Integer(), server_default="0", nullable=False),
        sa.Column("distrusted_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )
    op.create_table(
        "conditions",
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("outlet", "condition", name=op.f("pk_conditions")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_created_at"), "notices", ["created_at"], unique=False)
    # SQLite makes the table anew; PostgreSQL alters it and cannot choose the place of a column
    after = {"insert_after": "alert"} if op.get_bind().dialect.name == "sqlite" else {}
    with op.batch_alter_table("deliveries") as batch:
        batch.alter_column("alert", existing_type=sa.BigInteger(), nullable=True)
        batch.add_column(sa.Column("notice", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True), **after)
        batch.create_foreign_key(op.f("fk_deliveries_notice_notices"), "notices", ["notice"], ["id"])
        batch.create_unique_constraint(op.f("uq_deliveries_notice_channel"), ["notice", "channel"])
