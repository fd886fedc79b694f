"""drafts: what a person ruled of facts, edits of clauses, reviews; jobs that are due later; uploads

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _version(table):
    return [
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f(f"fk_{table}_version_id_versions")
        ),
    ]


def upgrade():
    op.create_table(
        "fact_rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("read", sa.JSON(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_version("fact_rulings"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_rulings")),
    )
    op.create_index("ix_fact_rulings_version_id", "fact_rulings", ["version_id"])
    op.create_table(
        "draft_edits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("clause", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(length=40), nullable=False),
        *_version("draft_edits"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_edits")),
    )
    op.create_index("ix_draft_edits_version_id", "draft_edits", ["version_id"])
    op.create_table(
        "drafts",
        *_version("drafts"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("as_read", sa.JSON(), nullable=False),
        sa.Column("submitted_by", sa.String(length=40), nullable=False),
        sa.Column("submitted_revision", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.String(length=40), nullable=False),
        sa.Column("approved_revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_drafts")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.add_column("intake_jobs", sa.Column("due_at", sa.Double(), nullable=True))


def downgrade():
    op.drop_column("intake_jobs", "due_at")
    for name in ("uploads", "drafts", "draft_edits", "fact_rulings"):
        op.drop_table(name)
