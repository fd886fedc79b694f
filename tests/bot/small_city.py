"""A base of a few papers written for a test, and what is answered from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from bot.answering.answer import Answerer
from bot.answering.result import Abstain, Answer
from bot.answering.understanding import Turn
from evaluation.asking import read_corpus
from knowledge import talent_classes
from knowledge.base import KnowledgeBase
from knowledge.lexicon import SynonymTable
from tests.bot.script import TODAY


@contextmanager
def base_of(
    papers: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KnowledgeBase]:
    """A base of these papers, file name -> text."""
    corpus, store = tmp_path_factory.mktemp("papers"), tmp_path_factory.mktemp("store")
    for name, text in papers.items():
        (corpus / name).write_text(text, encoding="utf-8")
    base, _ = read_corpus(corpus, store)
    yield base
    base.catalogue.engine.dispose()
    # what its letters mean, and what its classes are called besides, holds for no other city
    talent_classes.learn(())
    talent_classes.learn_same(())


def asking(base: KnowledgeBase) -> Callable[..., Answer | Abstain]:
    """Ask a question of a base, behind earlier turns."""
    answerer = Answerer(base.retriever, SynonymTable.load())

    def asked(text: str, *before: str) -> Answer | Abstain:
        return answerer.answer(text, TODAY, [Turn(t) for t in before])

    return asked


def told(found: Answer | Abstain) -> str:
    """What an answer says first."""
    assert isinstance(found, Answer), found
    return found.parts[0].body
