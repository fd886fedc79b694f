"""The SQL tables of the knowledge base; reads stand in catalogue.py, writes in lifecycle.py."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from database import metadata

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file_name", String(255), nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("file_name", String(255), nullable=False, server_default=text("''")),  # of its file
    Column("content_hash", String(64), nullable=False, index=True),
    Column("format", String(16), nullable=False),
    Column("status", String(16), nullable=False),  # see VersionStatus
    Column("facts", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("doubts", JSON, nullable=False),
    Column("model", String(120), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("published_at", DateTime(timezone=True)),  # null while it never was
)

clauses = Table(
    "clauses",
    metadata,
    Column("version_id", ForeignKey("versions.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("parent", Integer),
    Column("kind", String(16), nullable=False),
    Column("number", String(40), nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("cells", JSON, nullable=False),
    Column("page", Integer),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version_id", ForeignKey("versions.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("path", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("clauses", JSON, nullable=False),
    Column("header", JSON, nullable=False),
    Column("cells", JSON, nullable=False),
    Column("caption", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Index("ix_passages_version_ordinal", "version_id", "ordinal", unique=True),
)

happenings = Table(  # one event, however many texts tell of it; its id is its public address
    "happenings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("corrections", JSON, nullable=False),  # field -> value, as staff have corrected it
    Column("confirmed_at", DateTime(timezone=True)),  # when staff last looked at its fields
    Column("cancelled_at", DateTime(timezone=True)),  # when staff cancelled it
)

events = Table(
    "events",
    metadata,
    Column("version_id", ForeignKey("versions.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("happening_id", ForeignKey("happenings.id"), index=True),  # null until published
    Column("told", JSON, nullable=False),  # see documents.Event
)

state = Table(
    "state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

SAMPLES_TAKEN_IN = "samples"
"""The mark in ``state`` that the samples are in, or are not wanted; a first start that is cut
short goes on at the next."""

rulings = Table(
    "rulings",
    metadata,
    Column("newer_id", ForeignKey("documents.id"), primary_key=True),
    Column("older_id", ForeignKey("documents.id"), primary_key=True),
    Column("supersedes", Boolean, nullable=False),  # what staff decided, whatever the texts say
    Column("decided_at", DateTime(timezone=True), nullable=False),
)

term_rulings = Table(
    "term_rulings",
    metadata,
    Column("newer_id", ForeignKey("documents.id"), primary_key=True),
    Column("older_id", ForeignKey("documents.id"), primary_key=True),
    Column("holds", Boolean, nullable=False),  # does it move the last day, whatever the texts say
    Column("until", Date),  # first day out of force that staff give; null leaves it to the text
    Column("decided_at", DateTime(timezone=True), nullable=False),
)

faqs = Table(
    "faqs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", Text, nullable=False),
    Column("wordings", JSON, nullable=False),  # further ways to ask it
    Column("answer", Text, nullable=False),  # "" until somebody writes it
    Column("is_unwritten", Boolean, nullable=False),  # answered although no paper speaks of it
    Column("clause_document_id", ForeignKey("documents.id"), index=True),
    Column("clause_version_id", ForeignKey("versions.id")),
    Column("clause_passage_id", ForeignKey("passages.id")),
    Column("clause", JSON),  # the clause as it was, see documents.CitedClause; null without one
    Column("state", String(16), nullable=False),  # new, drafted, approved or retired, see FaqState
    Column("author", String(40), nullable=False),  # who last changed the text
    Column("approver", String(40), nullable=False),
    Column("remark", Text, nullable=False),  # why a draft was returned
    Column("revision", Integer, nullable=False),  # counts the changes of the text
    Column("replaces_id", ForeignKey("faqs.id")),  # the answer that this one is to replace
    Column("document_id", ForeignKey("documents.id")),  # what it was published as
    Column("version_id", ForeignKey("versions.id"), unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

fact_rulings = Table(  # what a person said of a fact that was read; the newest of a field counts
    "fact_rulings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version_id", ForeignKey("versions.id"), nullable=False, index=True),
    Column("field", String(16), nullable=False),
    Column("read", JSON, nullable=False),  # the value as it was read: a text or a list of them
    Column("value", JSON, nullable=False),  # the value that holds; the same where it is confirmed
    Column("line", Text, nullable=False),  # the document's line that a correction rests on, or ""
    Column("by", String(40), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

draft_edits = Table(  # edits of a draft's clauses, in order; applied to what was read
    "draft_edits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version_id", ForeignKey("versions.id"), nullable=False, index=True),
    Column("kind", String(8), nullable=False),  # see EditKind
    Column("clause", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("cells", JSON, nullable=False),
    Column("was", Text, nullable=False),  # the clause's text before the edit
    Column("by", String(40), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("undone_by", String(40), nullable=False),  # "" while the edit holds
)

drafts = Table(  # one row for a version that a person has touched
    "drafts",
    metadata,
    Column("version_id", ForeignKey("versions.id"), primary_key=True),
    Column("revision", Integer, nullable=False),  # one more with every change of facts or clauses
    Column("as_read", JSON, nullable=False),  # the clauses before any edit; [] before the first
    Column("submitted_by", String(40), nullable=False),
    Column("submitted_revision", Integer, nullable=False),
    Column("approved_by", String(40), nullable=False),
    Column("approved_revision", Integer, nullable=False),
)
