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

rulings = Table(
    "rulings",
    metadata,
    Column("newer_id", ForeignKey("documents.id"), primary_key=True),
    Column("older_id", ForeignKey("documents.id"), primary_key=True),
    Column("supersedes", Boolean, nullable=False),  # what staff decided, whatever the texts say
    Column("decided_at", DateTime(timezone=True), nullable=False),
)
