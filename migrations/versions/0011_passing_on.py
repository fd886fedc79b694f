"""a conversation passed on from colleague to colleague; clauses that a reply was written from

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ADDED = (
    (
        "handoffs",
        sa.Column("passed_by", sa.String(80), nullable=False, server_default=sa.text("''")),
    ),
    ("handoffs", sa.Column("passed_at", sa.Double(), nullable=True)),
    (
        "handoffs",
        sa.Column("pass_note", sa.String(200), nullable=False, server_default=sa.text("''")),
    ),
    ("handoff_lines", sa.Column("passages", sa.JSON(), nullable=True)),
)


def upgrade():
    for table, column in ADDED:  # in place: SQLite cannot make a table anew that others refer to
        op.add_column(table, column)


def downgrade():
    for table, column in reversed(ADDED):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.name}")
