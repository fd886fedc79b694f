"""The lexical index proposes by words, and counts them."""

import pytest

from knowledge.lexicon import index_terms


def put(base, **texts):
    with base.catalogue.engine.begin() as connection:
        for number, text in enumerate(texts.values(), 1):
            base.fulltext.put(connection, {number: index_terms(text)})


def test_a_passage_is_found_by_any_of_the_terms(base):
    put(base, one="博士租房补贴", two="硕士购房", three="体检")
    assert set(base.fulltext.search(["租房", "购房"], 10)) == {1, 2}
    assert base.fulltext.search(["不存在"], 10) == []
    assert base.fulltext.search([], 10) == []


def test_rarer_and_more_terms_come_first(base):
    put(base, one="补贴 补贴", two="补贴 租房", three="补贴", four="补贴 体检")
    assert base.fulltext.search(["补贴", "租房"], 1) == [2]


def test_only_passages_of_the_versions_given_are_found(samples):
    all_ids = samples.fulltext.search(["补贴"], 1000)
    stored = samples.catalogue.passages(all_ids)
    one = stored[all_ids[-1]].version_id
    own = [i for i in all_ids if stored[i].version_id == one]
    assert own != all_ids
    assert samples.fulltext.search(["补贴"], 1000, {one}) == own
    assert samples.fulltext.search(["补贴"], 1000, set()) == []


def test_a_term_may_hold_the_query_languages_own_signs(base):
    put(base, one='“AND”"OR" NOT (NEAR) * ^ 补贴')
    for term in ('"', "and", "or", "not", "near", "*", "补贴"):
        base.fulltext.search([term], 10)
    assert base.fulltext.search(["and"], 10) == [1]
    assert base.fulltext.search(['补贴"'], 10) == [1]


@pytest.mark.parametrize(
    "text", ["租房补贴", "Ｅ类人才", "上浮20%", "贷款利率3.5倍", "A市人才", "8:30—17:00", "SCI期刊"]
)
def test_every_term_of_a_passage_is_counted(base, text):
    """Segmentation and the tokenizer of the index must agree on what a word is."""
    put(base, one=text, two="其他")
    for own in index_terms(text):
        assert base.fulltext.frequencies([own]).get(own) == 1
        assert base.fulltext.search([own], 5) == [1]


def test_a_term_that_occurs_nowhere_is_missing_from_the_counts(base):
    put(base, one="补贴")
    assert base.fulltext.frequencies(["补贴", "无此词"]) == {"补贴": 1}
    assert base.fulltext.frequencies([]) == {}


def test_what_is_removed_is_neither_found_nor_counted(base):
    put(base, one="补贴", two="补贴")
    with base.catalogue.engine.begin() as connection:
        base.fulltext.remove(connection, [1, 77])
    assert base.fulltext.search(["补贴"], 10) == [2]
    assert base.fulltext.frequencies(["补贴"]) == {"补贴": 1}
    assert (base.fulltext.ids(), base.fulltext.count()) == ({2}, 1)
