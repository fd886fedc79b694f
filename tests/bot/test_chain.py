"""The retriever in LangChain's clothes."""

from __future__ import annotations

from datetime import date

from bot.answering.understanding import understand
from knowledge.chain import as_langchain_retriever
from knowledge.lexicon import SynonymTable

DAY = date(2026, 11, 22)


def test_a_chain_gets_the_clause_in_force_with_its_policy_and_dates(library):
    table = SynonymTable.load()
    chain = as_langchain_retriever(
        library.retriever, lambda text: understand(text, DAY, table)[0].query, lambda: DAY, limit=3
    )
    found = chain.invoke("D类人才买房补多少")
    assert len(found) == 3
    assert "30万元" in found[0].page_content
    assert found[0].metadata["number"] == "临政办发〔2025〕18号"
    assert found[0].metadata["effective_on"] == "2025-07-01"
