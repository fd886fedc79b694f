"""The knowledge base as one thing: its parts opened in order over one data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from knowledge.catalogue import Catalogue
from knowledge.embedding import Embedder
from knowledge.exact import ExactIndex
from knowledge.fulltext import FullText
from knowledge.indexes import Indexes
from knowledge.intake import Intake
from knowledge.retriever import Retriever
from knowledge.vectors import VectorIndex


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """Everything that reads and finds policies."""

    catalogue: Catalogue
    fulltext: FullText
    vectors: VectorIndex
    encoder: Embedder
    intake: Intake
    indexes: Indexes
    retriever: Retriever


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """What a process needs that answers but owns no index: see `open_reading_room`."""

    catalogue: Catalogue
    encoder: Embedder
    retriever: Retriever


def open_reading_room(engine: Engine, encoder: Embedder) -> ReadingRoom:
    """Open a base that another process owns, only to find in it.

    The embedded Chroma store bears one process; here vectors are searched exactly, in memory,
    read from SQL again whenever something was published.

    Raises:
        WrongModel: stored vectors were made by another embedding model.
    """
    catalogue = Catalogue(engine)
    vectors = ExactIndex(catalogue, encoder.name)
    retriever = Retriever(catalogue, FullText(engine), vectors, encoder)
    return ReadingRoom(catalogue, encoder, retriever)


def open_knowledge_base(
    engine: Engine, data: Path, encoder: Embedder, chroma_url: str = "", any_model: bool = False
) -> KnowledgeBase:
    """Open catalogue, indexes, intake and retriever; the schema must be migrated already.

    Args:
        data: the data folder; the caller owns it (knowledge.ownership) unless ``chroma_url``
            names a server.
        any_model: open the vector index whatever model made it, for a rebuild.

    Raises:
        WrongModel: the vector index was made by another embedding model.
    """
    catalogue, fulltext = Catalogue(engine), FullText(engine)
    vectors = VectorIndex(
        encoder.name,
        path=None if chroma_url else data / "chroma",
        url=chroma_url,
        any_model=any_model,
    )
    intake = Intake(catalogue, vectors, encoder, store=data / "files")
    indexes = Indexes(catalogue, fulltext, vectors, encoder)
    retriever = Retriever(catalogue, fulltext, vectors, encoder)
    return KnowledgeBase(catalogue, fulltext, vectors, encoder, intake, indexes, retriever)
