"""The SQL tables of the knowledge base; reads stand in catalogue.py, writes in lifecycle.py."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
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

state = Table(
    "state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

rulings = Table(
    "rulings",
    metadata,
    Column("newer_id", ForeignKey("documents.id"), primary_key=True),
    Column("older_id", ForeignKey("documents.id"), primary_key=True),
    Column("supersedes", Boolean, nullable=False),  # what staff decided, whatever the texts say
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
