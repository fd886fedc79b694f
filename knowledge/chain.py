"""The retriever as LangChain knows retrievers, so that anyone can put it in a chain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from knowledge.query import Query
from knowledge.retriever import Retriever

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever


def as_langchain_retriever(
    retriever: Retriever, understand: Callable[[str], Query], today: Callable[[], date],
    limit: int = 8,
) -> BaseRetriever:  # fmt: skip
    """Wrap the retriever; each Document's metadata names its policy, clause, dates and score.

    Args:
        retriever: finds passages in force.
        understand: a question as typed -> the query to search by.
        today: the day whose rules count.
        limit: how many documents a search returns at most.
    """
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    class PolicyRetriever(BaseRetriever):
        """Passages in force today that answer a question, best first."""

        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
            hits = retriever.search(understand(query), today(), limit)
            return [
                Document(
                    page_content=hit.passage.text,
                    metadata={
                        "passage_id": hit.passage_id,
                        "title": hit.source.title,
                        "number": hit.source.number,
                        "clause": hit.passage.label,
                        "effective_on": str(hit.source.effective_on or ""),
                        "lapsed_on": str(hit.source.lapsed_on or ""),
                        "score": hit.score,
                    },
                )
                for hit in hits
            ]

    return PolicyRetriever()
