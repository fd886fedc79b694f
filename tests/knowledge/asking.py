"""Questions put to the retriever without the understanding of bot.answering."""

from knowledge.lexicon import normal, terms_of, words
from knowledge.query import Alternative, Concept, Query


def query(text: str, **more) -> Query:
    """A plain query: every word of the text is a concept of its own."""
    folded = normal(text)
    concepts = tuple(Concept(w, (Alternative(tuple(terms_of(w))),)) for w in words(folded))
    return Query(folded, folded, concepts, **more)


def search(base, text, day, limit=8, lapsed=False, **more):
    return base.retriever.search(query(text, **more), day, limit, lapsed)


def found_texts(base, text, day) -> str:
    return "\n".join(h.passage.text for h in search(base, text, day, limit=50))
