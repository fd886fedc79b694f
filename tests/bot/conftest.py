"""The sample city's policies behind the real encoder, Chroma and SQLite, filled once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count

import pytest

from bot.answering.answer import Answerer
from bot.dialogue import Dialogue, Message, Outcome
from evaluation.asking import Day, dialogue_over, read_corpus
from knowledge.base import KnowledgeBase
from knowledge.lexicon import SynonymTable
from tests.bot.script import SAMPLES, TODAY
from tests.bot.small_city import asking, base_of


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> Iterator[KnowledgeBase]:
    """All samples, only to be read."""
    base, _ = read_corpus(SAMPLES, tmp_path_factory.mktemp("samples"))
    yield base
    base.catalogue.engine.dispose()


@pytest.fixture(scope="session")
def answerer(library) -> Answerer:
    return Answerer(library.retriever, SynonymTable.load())


@pytest.fixture(scope="module")
def ask(request, tmp_path_factory):
    """Asks of the papers that the test's module writes, its PAPERS."""
    with base_of(request.module.PAPERS, tmp_path_factory) as base:
        yield asking(base)


@pytest.fixture
def day() -> Day:
    """Sunday 22 November 2026 unless a test moves it."""
    return Day(TODAY)


@pytest.fixture
def dialogue(library, day) -> Dialogue:
    return dialogue_over(library, day)


_people = count(1)


class Person:
    """Somebody new, whose messages belong to one conversation."""

    def __init__(self, dialogue: Dialogue) -> None:
        self.openid = f"oPERSON{next(_people):06d}"
        self._dialogue = dialogue

    def sends(self, kind: str, **fields: str) -> Outcome:
        return self._dialogue.respond(Message(self.openid, kind, **fields))

    def asks(self, text: str) -> Outcome:
        return self.sends("text", text=text)


@pytest.fixture
def person(dialogue) -> Person:
    return Person(dialogue)


@pytest.fixture
def newcomer(dialogue) -> Callable[[], Person]:
    """Makes one more person."""
    return lambda: Person(dialogue)


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY
