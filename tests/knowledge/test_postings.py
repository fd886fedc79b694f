"""What is kept in memory of the lexical index proposes what the index itself would."""

import pytest

from knowledge.lexicon import index_terms
from knowledge.postings import Postings


@pytest.fixture
def samples_terms(samples):
    return [index_terms(s.title) for s in samples.catalogue.sources().values()]


@pytest.mark.parametrize("limit", [1, 3, 60, 1000])
def test_kept_postings_propose_what_the_index_proposes_in_its_order(samples, samples_terms, limit):
    postings = Postings(samples.fulltext)
    for _ in ("read", "kept"):
        for terms in samples_terms:
            assert postings.search(terms, limit) == samples.fulltext.search(terms, limit)


def test_no_terms_and_terms_that_stand_nowhere_propose_nothing(samples):
    assert Postings(samples.fulltext).search([], 10) == []
    assert Postings(samples.fulltext).search(["不存在的词"], 10) == []


def test_of_passages_that_are_alike_those_that_came_first_are_proposed(base):
    alike = {number: ["补贴", "租房"] for number in range(1, 9)}
    with base.catalogue.engine.begin() as connection:
        base.fulltext.put(connection, alike)
    proposed = Postings(base.fulltext).search(["租房"], 3)
    assert proposed == base.fulltext.search(["租房"], 3) == [1, 2, 3]
