"""The base as it would be after a publication."""

from datetime import date

import pytest

from knowledge.lifecycle import NotPossible
from knowledge.rehearsal import as_if_published
from tests.knowledge.asking import query

DAY = date(2026, 11, 22)
PAPER = """临川市人才办法
临川发〔2026〕1号
第一条　每月补贴{}元。
第二条　本办法自2026年1月1日起施行。
"""


def found(retriever):
    return "".join(h.passage.text for h in retriever.search(query("每月补贴"), DAY))


@pytest.fixture
def draft(base, write):
    """The id of a draft beside a published text of its document."""
    base.intake.add(write("办法.txt", PAPER.format(500)))
    base.intake.add(write("办法.txt", PAPER.format(900)), draft=True)
    return base.catalogue.versions()[0].id


def test_a_draft_answers_in_the_copy_and_nowhere_else(base, encoder, draft):
    mark = base.catalogue.changed()
    with as_if_published(base.catalogue.engine, encoder, draft) as room:
        assert "900元" in found(room.retriever)
        assert "500元" not in found(room.retriever)
        assert "500元" in found(base.retriever)
    assert base.catalogue.changed() == mark
    assert "900元" not in found(base.retriever)


def test_what_cannot_be_published_cannot_be_rehearsed(base, encoder, draft):
    base.intake.publish(draft)
    with (
        pytest.raises(NotPossible),
        as_if_published(base.catalogue.engine, encoder, draft),
    ):
        pass
