"""a document's life: drafts, the file of each version, rulings; stages and leases of jobs

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    # columns are added and dropped in place: SQLite cannot make a table anew that others refer to
    op.add_column(
        "versions",
        sa.Column("file_name", sa.String(length=255), nullable=False, server_default=sa.text("''")),
    )
    op.add_column("versions", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    # until now a version was published when it was stored, and bore its document's name
    op.execute(
        "UPDATE versions SET published_at = created_at, file_name = "
        "(SELECT file_name FROM documents WHERE documents.id = versions.document_id)"
    )
    # where documents are, the samples were taken in: those retired since must stay away
    op.execute(
        "INSERT INTO state (name, value) "
        "SELECT 'samples', 'done' WHERE EXISTS (SELECT 1 FROM versions)"
    )

    op.create_table(
        "rulings",
        sa.Column("newer_id", sa.Integer(), nullable=False),
        sa.Column("older_id", sa.Integer(), nullable=False),
        sa.Column("supersedes", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["newer_id"], ["documents.id"], name=op.f("fk_rulings_newer_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["older_id"], ["documents.id"], name=op.f("fk_rulings_older_id_documents")
        ),
        sa.PrimaryKeyConstraint("newer_id", "older_id", name=op.f("pk_rulings")),
    )

    with op.batch_alter_table("intake_jobs", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("options", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
        )
        batch_op.add_column(
            sa.Column("stages", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
        batch_op.add_column(
            sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
        batch_op.add_column(sa.Column("leased_until", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    with op.batch_alter_table("intake_jobs", schema=None) as batch_op:
        for name in ("ended_at", "leased_until", "attempts", "stages", "options"):
            batch_op.drop_column(name)
    op.drop_table("rulings")
    op.execute("DELETE FROM state WHERE name = 'samples'")
    # an older release knows no drafts: they would be taken for texts that were never indexed
    op.execute("UPDATE versions SET status = 'withdrawn' WHERE status IN ('draft', 'in_review')")
    op.execute("ALTER TABLE versions DROP COLUMN published_at")
    op.execute("ALTER TABLE versions DROP COLUMN file_name")
