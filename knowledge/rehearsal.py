"""The knowledge base as it would be after a publication, to be asked before it is done."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from sqlalchemy import Engine

from database import migrate, open_engine
from knowledge.base import ReadingRoom, open_reading_room
from knowledge.catalogue import Catalogue
from knowledge.embedding import Embedder
from knowledge.lifecycle import Draft, Lifecycle


@contextmanager
def as_if_published(engine: Engine, encoder: Embedder, version_id: int) -> Iterator[ReadingRoom]:
    """A copy of the base in which a version is published; the base itself is only read.

    The copy is SQLite's own backup, so that it is of one moment, and takes the very step that
    publishing takes. It lies in a folder of its own that only we may read, and is gone afterwards.

    Raises:
        NotPossible: the version cannot be published.
    """
    with tempfile.TemporaryDirectory(prefix="zhihui-rehearsal-") as folder:
        path = Path(folder) / "zhihui.db"
        with closing(sqlite3.connect(path)) as copy, closing(engine.raw_connection()) as ours:
            ours.driver_connection.backup(copy)  # type: ignore[union-attr]
        copied = open_engine(f"sqlite:///{path}")
        try:
            lifecycle = Lifecycle(copied)
            lifecycle.require_second_person(False)  # who approves it wants to see this first
            lifecycle.publish(version_id)
            yield open_reading_room(copied, encoder)
        finally:
            copied.dispose()


@contextmanager
def alone(catalogue: Catalogue, encoder: Embedder, version_id: int) -> Iterator[ReadingRoom]:
    """A base that holds one version and nothing else, to ask a draft what it says."""
    version = catalogue.version(version_id)
    stored = catalogue.passages_of(version_id)
    with tempfile.TemporaryDirectory(prefix="zhihui-rehearsal-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'zhihui.db'}")
        try:
            migrate(engine)
            lifecycle = Lifecycle(engine)
            draft = Draft(
                version.file_name, version.content_hash, version.format, version.facts,
                catalogue.clauses(version_id), [s.passage for s in stored],
                np.stack([s.vector for s in stored]), version.notes, version.doubts,
                version.model,
            )  # fmt: skip
            lifecycle.publish(lifecycle.store(draft))
            yield open_reading_room(engine, encoder)
        finally:
            engine.dispose()
