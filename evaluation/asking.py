"""Asks question sets through the real intake and the real dialogue."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import cast

from bot.dialogue import Dialogue, Message, Outcome, make_dialogue
from bot.wechat.messages import fit
from bot.wording import Office, visible
from database import migrate, open_engine
from evaluation.questions import Citation, Prediction, Question
from evaluation.stages import Searches
from knowledge.base import KnowledgeBase, open_knowledge_base
from knowledge.embedding import load_encoder
from knowledge.intake import IntakeResult
from knowledge.lexicon import SynonymTable
from knowledge.retriever import Retriever
from knowledge.validity import CHINA


@dataclass(slots=True)
class Day:
    """A clock that stands at the start of the day a question is asked about.

    What it says does not hang on the hour at which it is asked: an event of this afternoon is not
    over because the evaluation happens to be run in its evening.
    """

    today: date

    def __call__(self) -> date:
        """The day it stands at."""
        return self.today

    def now(self) -> datetime:
        """The start of that day in China."""
        return datetime.combine(self.today, datetime.min.time(), CHINA)


def read_corpus(
    corpus: Path, store: Path, model: str = ""
) -> tuple[KnowledgeBase, list[IntakeResult]]:
    """Take every file of a folder into a throw-away store, as an upload would."""
    engine = open_engine(f"sqlite:///{store / 'zhihui.db'}")
    migrate(engine)
    base = open_knowledge_base(engine, store, load_encoder(model))
    files = sorted(p for p in corpus.rglob("*") if p.is_file() and not p.name.startswith("."))
    return base, base.intake.add_all(files)


ABLATIONS: dict[str, dict[str, float]] = {
    "dense": {"dense": 0.0},
    "lexical": {"coverage": 0.0},
    "headings": {"heading": 0.0, "title": 0.0},
    "aspects": {"aspect": 0.0, "aspect_heading": 0.0, "definition": 0.0},
    "characters": {"characters": 0.0},
    "second-look": {"sentence": 0.0, "own_heading": 0.0, "pairs": 0.0, "paper": 0.0},
    "classes": {"named_class": 0.0, "other_class": 1.0},
    "synonyms": {},
    "sounds": {},
}
"""What ``--without`` takes away: weights set to nothing, or a table emptied."""


def watched(base: KnowledgeBase, without: Sequence[str] = ()) -> Searches:
    """The base's retriever, its searches kept for the analysis of stages.

    Args:
        without: names of ABLATIONS to take away.
    """
    for name in without:
        base.retriever.weights = replace(base.retriever.weights, **ABLATIONS[name])  # type: ignore[arg-type]
    return Searches(base.retriever, without_sounds="sounds" in without)


def dialogue_over(
    base: KnowledgeBase, day: Day, without: Sequence[str] = (), searches: Searches | None = None
) -> Dialogue:
    """The dialogue that WeChat would talk to, with the evaluation's clock.

    Args:
        without: names of ABLATIONS to take away.
        searches: the watched retriever to answer from; one of its own when None.
    """
    retriever = searches or watched(base, without)
    return make_dialogue(
        base.catalogue.engine, cast(Retriever, retriever), day, Office(),
        lambda i: f"http://localhost/p/{i}", SynonymTable([]) if "synonyms" in without else None,
        now=day.now,
    )  # fmt: skip


def ask_all(
    questions: Sequence[Question], dialogue: Dialogue, day: Day,
    begin: Callable[[str], None] | None = None,
) -> list[Prediction]:  # fmt: skip
    """Ask each question's turns in order, one person a question; the last turn is scored.

    Args:
        begin: told the question's id before its last turn is asked.
    """
    predictions = []
    today = day.today
    for question in questions:
        day.today = question.as_of or today
        openid = f"evaluation-{question.id}"
        for turn in question.turns[:-1]:
            dialogue.respond(Message(openid, "text", turn))
        if begin:
            begin(question.id)
        begun = time.perf_counter()
        outcome = dialogue.respond(Message(openid, "text", question.turns[-1]))
        took_ms = (time.perf_counter() - begun) * 1000
        predictions.append(_prediction(question, outcome, took_ms))
    return predictions


def shown(text: str) -> str:
    """What WeChat shows of a reply: fitted to its limit, links as their words."""
    return visible(fit(text))


def _prediction(question: Question, outcome: Outcome, took_ms: float) -> Prediction:
    citations = tuple(Citation(c.document, c.text) for c in outcome.citations[:5])
    return Prediction(question.id, shown(outcome.shown), citations, outcome.abstained, took_ms)
