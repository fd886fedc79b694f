"""events, sign-ups, and what staff decide about them

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "happenings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happenings")),
    )
    op.create_table(
        "events",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("happening_id", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_events_version_id_versions")
        ),
        sa.ForeignKeyConstraint(
            ["happening_id"], ["happenings.id"], name=op.f("fk_events_happening_id_happenings")
        ),
        sa.PrimaryKeyConstraint("version_id", "ordinal", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_happening_id", ["happening_id"], unique=False)
    op.create_table(
        "signup_rules",
        sa.Column("happening_id", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("asks_name", sa.Boolean(), nullable=False),
        sa.Column("asks_phone", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["happening_id"],
            ["happenings.id"],
            name=op.f("fk_signup_rules_happening_id_happenings"),
        ),
        sa.PrimaryKeyConstraint("happening_id", name=op.f("pk_signup_rules")),
    )
    op.create_table(
        "signups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("happening_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=140), nullable=False),
        sa.Column("openid", sa.String(length=128), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.Double(), nullable=False),
        sa.Column("here_at", sa.Double(), nullable=True),
        sa.Column("reminded_at", sa.Double(), nullable=True),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["happening_id"], ["happenings.id"], name=op.f("fk_signups_happening_id_happenings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signups")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("signups", schema=None) as batch_op:
        batch_op.create_index("ix_signups_openid", ["openid"], unique=False)
        batch_op.create_index(
            "uq_signups_happening_id_person", ["happening_id", "person"], unique=True
        )
        batch_op.create_index(
            "uq_signups_happening_id_phone", ["happening_id", "phone"], unique=True
        )
        batch_op.create_index("uq_signups_code", ["code"], unique=True)
    op.create_table(
        "signup_drafts",
        sa.Column("openid", sa.String(length=128), nullable=False),
        sa.Column("happening_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["happening_id"],
            ["happenings.id"],
            name=op.f("fk_signup_drafts_happening_id_happenings"),
        ),
        sa.PrimaryKeyConstraint("openid", name=op.f("pk_signup_drafts")),
    )


def downgrade():
    for name in ("signup_drafts", "signups", "signup_rules", "events", "happenings"):
        op.drop_table(name)
