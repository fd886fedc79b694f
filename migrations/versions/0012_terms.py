"""what staff decided of one paper moving another's last day

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "term_rulings",
        sa.Column("newer_id", sa.Integer(), sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("older_id", sa.Integer(), sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade():
    op.drop_table("term_rulings")
