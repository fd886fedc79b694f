"""Rules of what the bundled encoder learns from and how it is judged."""

import random

import numpy as np
import pytest

from knowledge.embedding import read_static_model
from knowledge.encoder.contrast import (
    Lesson,
    _alike,
    _with_less_overlap,
    starting_vectors,
    train,
)
from knowledge.encoder.export import reduce, save
from knowledge.encoder.pairs import (
    STRICT_SOURCES,
    Pair,
    SynonymGroup,
    read_pairs,
    read_synonyms,
    synonym_pairs,
)
from knowledge.encoder.vocabulary import build_tokenizer, count_words, token_ids, word_vectors
from knowledge.encoder.yardstick import characters_and_pairs, coverage, figures

GROUPS = [
    SynonymGroup(("租房补贴", "住房补贴"), ("房租", "租房子")),
    SynonymGroup(("配偶就业", "就业安置"), ("老婆工作", "爱人上班")),
]
ARTICLES = ["符合条件的引进人才可以向人力资源和社会保障部门申请租房补贴，每月发放，不超过三年。"]
HEADED = [Pair("关于租房补贴的规定", "按月发放。", "law")]


def number(values: list[int]) -> np.ndarray:
    return np.array(values, np.int32)


def test_the_synonym_table_has_no_word_twice_in_a_line_and_no_blank():
    groups = read_synonyms()

    assert len(groups) >= 110
    for group in groups:
        for column in (group.terms, group.wordings):
            assert len(set(column)) == len(column)
            assert all(word == word.strip() for word in column)


def test_a_line_of_the_table_without_its_tab_is_named(tmp_path):
    table = tmp_path / "synonyms.tsv"
    table.write_text("落户\t户口\n租房补贴 房租\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"synonyms\.tsv:2"):
        read_synonyms(table)


def test_only_strict_sources_are_learnt_from(tmp_path):
    import zstandard

    rows = b'{"q": "a", "p": "b", "s": "stard"}\n{"q": "c", "p": "d", "s": "cmrc_train"}\n'
    path = tmp_path / "pairs.zst"
    path.write_bytes(zstandard.compress(rows))

    assert read_pairs(path) == [Pair("a", "b", "legal")]
    assert not any(source.startswith(("cmrc", "csquad")) for source in STRICT_SOURCES)


def test_made_pairs_join_everyday_words_to_policy_words_articles_and_headings():
    made = synonym_pairs(GROUPS, ARTICLES, HEADED, set(), seed=1)
    first = [pair for pair in made if pair.group == 0]

    assert any("租房子" in p.question and p.passage.startswith("租房补贴") for p in first)
    assert any(p.passage == ARTICLES[0] for p in first)
    assert any(p.question == "关于租房子的规定" and p.passage == "按月发放。" for p in first)


def test_texts_that_are_tested_with_are_never_learnt():
    withheld = {"房租怎么办？", "租房补贴政策"}
    made = synonym_pairs(GROUPS, ARTICLES, HEADED, withheld, seed=1)

    assert made
    assert not any(p.question == "房租怎么办" or p.passage == "租房补贴政策" for p in made)


def test_the_same_seed_makes_the_same_pairs():
    assert synonym_pairs(GROUPS, ARTICLES, HEADED, set(), 3) == synonym_pairs(
        GROUPS, ARTICLES, HEADED, set(), 3
    )


def test_pairs_with_a_common_text_or_group_are_not_each_others_wrong_answers():
    one = Lesson(number([1]), number([2]), query=0, passage=1, kin=-1)
    same_passage = Lesson(number([3]), number([2]), query=2, passage=1, kin=-2)
    same_group = Lesson(number([4]), number([5]), query=3, passage=4, kin=-1)
    stranger = Lesson(number([6]), number([7]), query=5, passage=6, kin=-3)

    alike = _alike([one, same_passage, same_group, stranger])

    assert alike[0].tolist() == [False, True, True, False]
    assert not alike.diagonal().any()


def test_dropping_repeated_words_never_empties_a_question():
    lesson = Lesson(number([1, 2, 3]), number([1, 2, 3, 4]), 0, 1, -1)
    dice = random.Random(0)
    lengths = {len(_with_less_overlap(lesson, dice)) for _ in range(200)}

    assert 0 not in lengths
    assert lengths >= {1, 2, 3}


def test_the_tokenizer_cuts_words_and_knows_characters_no_corpus_has():
    tokenizer = build_tokenizer(count_words(["引进人才租房补贴"] * 5), 5_000)

    assert tokenizer.encode("租房补贴，啥！").tokens == ["租房", "补贴", "啥"]
    assert token_ids(tokenizer, ["", "🙂"])[0].tolist() == [0]


def test_words_in_like_company_get_like_vectors():
    # Words 0 and 1 stand between the same neighbours, word 2 between others.
    lines = [number(line) for line in ([3, 0, 4], [3, 1, 4], [5, 2, 6]) for _ in range(20)]
    vectors = word_vectors(lines, 7, 4, seed=0)

    assert vectors[0] @ vectors[1] > 0.9
    assert vectors[0] @ vectors[2] < 0.3


def test_reducing_keeps_what_vectors_of_low_rank_say():
    generator = np.random.default_rng(0)
    vectors = generator.standard_normal((50, 4)) @ generator.standard_normal((4, 20))
    vectors = vectors.astype(np.float32)
    vectors[0] = 0
    reduced = reduce(vectors, np.ones(50), 4)

    before, after = vectors @ vectors.T, reduced @ reduced.T
    np.testing.assert_allclose(after / after.max(), before / before.max(), atol=1e-3)


def test_coverage_is_bounded_and_zero_without_a_common_character():
    scores = coverage(["租房补贴", "zzz"], ["租房补贴发放办法", "子女入学", "落户"])

    assert 0 < scores[0, 0] < 1
    assert not scores[1].any()
    assert scores[0].argmax() == 0


def test_lexical_terms_fold_width_and_case():
    assert characters_and_pairs("Ａ类。人才") == ["a", "类", "人", "才", "人才"]


def test_a_tie_takes_its_mean_rank():
    flat = np.zeros((1, 5), np.float32)

    assert figures(flat, [[0]]) == {"hit@1": 0.0, "hit@3": 100.0, "mrr@10": 33.33}


@pytest.mark.slow
def test_training_brings_a_wording_nearer_its_policy_words_and_loads(tmp_path):
    pairs = synonym_pairs(GROUPS, ARTICLES, HEADED, set(), seed=1)
    tokenizer = build_tokenizer(count_words([p.question + p.passage for p in pairs]), 5_000)
    size = tokenizer.get_vocab_size()
    start = starting_vectors(
        tokenizer.get_vocab(), np.zeros((size, 8), np.float32), np.full(size, 4.0), seed=1
    )
    save(train(start, pairs, tokenizer, epochs=4, runs=2, seed=1), tokenizer, tmp_path)
    encoder = read_static_model(tmp_path, "small")
    asked, headings = encoder.encode(["老婆工作", "房租"]), encoder.encode(["配偶就业", "租房补贴"])

    assert encoder.dimension == start.shape[1]
    assert (asked @ headings.T).argmax(axis=1).tolist() == [0, 1]
