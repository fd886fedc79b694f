"""The retriever beside BM25 and the encoder alone, on the same passages and questions."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.questions import Kind, Question
from evaluation.stages import Searches, holds
from knowledge.base import KnowledgeBase
from knowledge.documents import Hit
from knowledge.lexicon import index_terms, normal

DEPTH = 3
"""Hits looked at: hit@1 and hit@3."""


def beside(base: KnowledgeBase, questions: Sequence[Question], searches: Searches) -> str:
    """A table of hit@1 and hit@3 of first searches, in percent of the answerable questions.

    Args:
        searches: has watched every question being asked; a question's first search is its
            retrieval, before any second thought of the answering. BM25 and the encoder get the
            words of its last turn as typed and look at all passages, in force or not.
    """
    counted = {name: [0, 0] for name in ("retriever", "BM25", "encoder alone")}
    asked = 0
    for question in questions:
        gold = [alternative for group in question.gold for alternative in group]
        if question.kind is not Kind.ANSWERABLE or not searches.of.get(question.id):
            continue
        asked += 1
        query, day, lapsed = searches.of[question.id][0]
        typed = normal(question.text)
        (vector,) = base.encoder.encode([typed])
        found = {
            "retriever": searches.watched.search(query, day, DEPTH, lapsed),
            "BM25": _hits(base, base.fulltext.search(index_terms(typed), DEPTH)),
            "encoder alone": _hits(base, [i for i, _ in base.vectors.nearest(vector, DEPTH)]),
        }
        for name, hits in found.items():
            rank = next((i for i, h in enumerate(hits[:DEPTH]) if holds(h, gold)), DEPTH)
            counted[name][0] += rank == 0
            counted[name][1] += rank < DEPTH
    lines = ["", f"{'search':<16} {'hit@1':>6} {'hit@3':>6}   of {asked} answerable questions"]
    for name, (first, third) in counted.items():
        shares = (100 * n / asked if asked else 0.0 for n in (first, third))
        lines.append(f"{name:<16} " + " ".join(f"{share:6.1f}" for share in shares))
    return "\n".join(lines)


def _hits(base: KnowledgeBase, ids: Sequence[int]) -> list[Hit]:
    sources, stored = base.catalogue.sources(), base.catalogue.passages(ids)
    return [
        Hit(i, stored[i].passage, sources[stored[i].version_id], 0.0, 0.0, 0.0)
        for i in ids
        if i in stored and stored[i].version_id in sources
    ]
