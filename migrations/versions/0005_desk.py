"""the desk: how staff used passages, a hand-off's ticket at the hotline

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "passage_uses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passages.id"], name=op.f("fk_passage_uses_passage_id_passages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage_uses")),
    )
    with op.batch_alter_table("passage_uses", schema=None) as batch_op:
        batch_op.create_index("ix_passage_uses_passage_id_at", ["passage_id", "at"], unique=False)
        batch_op.create_index("ix_passage_uses_at", ["at"], unique=False)
    # in place: SQLite cannot make a table anew that others refer to
    op.add_column(
        "handoffs",
        sa.Column("ticket", sa.String(length=40), nullable=False, server_default=sa.text("''")),
    )


def downgrade():
    op.execute("ALTER TABLE handoffs DROP COLUMN ticket")
    op.drop_table("passage_uses")
