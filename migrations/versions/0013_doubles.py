"""how many deliveries of a message made twice at once wait for its answer

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "deliveries", sa.Column("doubles", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade():
    op.execute("ALTER TABLE deliveries DROP COLUMN doubles")
