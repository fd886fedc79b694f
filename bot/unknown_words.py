"""Words of unanswered questions that no document knows: what the synonym table may lack."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from bot.answering.result import Reason
from bot.answering.understanding import understand
from bot.conversations import turns
from database import aware
from knowledge.lexicon import SynonymFinder
from knowledge.retriever import Retriever
from knowledge.validity import CHINA

MOST_READ = 500
"""Questions looked through, the newest first; each is understood anew."""
EXAMPLES = 3
"""Questions shown for one word."""


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word that people use and no document does.

    Attributes:
        word: as typed.
        people: how many different people typed it in a question that found nothing.
        examples: some of those questions, the newest first; personal numbers are masked already.
    """

    word: str
    people: int
    examples: tuple[str, ...]


def unknown_words(
    engine: Engine, retriever: Retriever, table: SynonymFinder, since: datetime, least: int = 2
) -> list[UnknownWord]:
    """Recurring words of questions that found nothing since a time, the most frequent first.

    Args:
        table: everyday wordings; a word that it leads to a document's is not unknown.
        since: aware; earlier questions are left out.
        least: people that must have typed a word.
    """
    found = (
        select(turns.c.openid, turns.c.asked, turns.c.at)
        .where(turns.c.abstained, turns.c.reason == Reason.NO_PASSAGE.value, turns.c.at >= since)
        .order_by(turns.c.id.desc())
        .limit(MOST_READ)
    )
    with engine.connect() as connection:
        rows = connection.execute(found).all()
    people: defaultdict[str, set[str]] = defaultdict(set)
    asked: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for openid, text, at in rows:
        day = aware(at).astimezone(CHINA).date()
        for question in understand(text, day, table):
            for word in retriever.unknown(question.query):
                people[word].add(openid)
                asked[word].setdefault(text)
    counted = [
        UnknownWord(word, len(who), tuple(asked[word])[:EXAMPLES])
        for word, who in people.items()
        if len(who) >= least
    ]
    return sorted(counted, key=lambda w: (-w.people, w.word))
