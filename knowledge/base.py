"""The knowledge base as one thing: its parts opened in order over one data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from knowledge.catalogue import Catalogue
from knowledge.embedding import Embedder
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
