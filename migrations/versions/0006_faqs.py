"""answers of the office, open questions in groups

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _refers(table, column, to, **options):
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), **options
    )


def upgrade():
    op.create_table(
        "faqs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("wordings", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("is_unwritten", sa.Boolean(), nullable=False),
        sa.Column("clause_document_id", sa.Integer(), nullable=True),
        sa.Column("clause_version_id", sa.Integer(), nullable=True),
        sa.Column("clause_passage_id", sa.Integer(), nullable=True),
        sa.Column("clause", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("approver", sa.String(length=40), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _refers("faqs", "clause_document_id", "documents"),
        _refers("faqs", "clause_version_id", "versions"),
        _refers("faqs", "clause_passage_id", "passages"),
        _refers("faqs", "replaces_id", "faqs"),
        _refers("faqs", "document_id", "documents"),
        _refers("faqs", "version_id", "versions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faqs")),
        sa.UniqueConstraint("version_id", name=op.f("uq_faqs_version_id")),
    )
    op.create_index("ix_faqs_clause_document_id", "faqs", ["clause_document_id"])
    op.create_table(
        "question_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("faq_id", sa.Integer(), nullable=True),
        sa.Column("passage_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _refers("question_groups", "faq_id", "faqs"),
        _refers("question_groups", "passage_id", "passages"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_groups")),
    )
    op.create_index("ix_question_groups_faq_id", "question_groups", ["faq_id"])
    op.create_table(
        "askings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("turn_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("staff", sa.String(length=40), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.Column("model", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _refers("askings", "group_id", "question_groups"),
        _refers("askings", "turn_id", "turns", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_askings")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_askings_turn_id")),
    )
    op.create_index("ix_askings_group_id", "askings", ["group_id"])


def downgrade():
    for name in ("askings", "question_groups", "faqs"):
        op.drop_table(name)
