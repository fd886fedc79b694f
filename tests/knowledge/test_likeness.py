"""When a file is a paper that is here already."""

import pytest

from knowledge.documents import DocumentFacts, DocumentKind, Fact
from knowledge.likeness import is_next_version, is_same_paper, likeness, shingles


def facts(title="人才安居办法", number="临政发〔2026〕1号", kind=DocumentKind.REGULATION):
    return DocumentFacts(title, kind, number=Fact(number, "") if number else None)


@pytest.mark.parametrize(
    ("one", "other", "like", "same"),
    [
        (facts(), facts(), 0.5, True),  # one number, one title: a correction
        (facts(), facts(number="临政发〔2026〕2号"), 0.99, False),  # two numbers, two papers
        (facts(), facts(number=""), 0.95, True),  # a copy that lost its head
        (facts(), facts(number=""), 0.6, False),
        (facts(), facts("人才安居办法（修订）"), 0.5, True),
        (facts(), facts("人才安居办法解读", kind=DocumentKind.INTERPRETATION), 0.99, False),
        (facts("2025年申报通知", ""), facts("2026年申报通知", ""), 0.98, False),
        (facts("", ""), facts("人才安居办法", ""), 0.999, True),
        (facts(), facts(), 0.1, False),  # an annex under its policy's number
    ],
)
def test_a_paper_is_known_by_number_title_and_text_together(one, other, like, same):
    assert is_same_paper(one, other, like) is same


@pytest.mark.parametrize(
    ("one", "other", "like", "follows"),
    [
        (facts(), facts("别的办法"), 0.0, True),  # the number is the paper's own
        (facts(), facts(number="临政发〔2027〕5号"), 0.0, True),  # the title is
        (facts("甲", ""), facts("乙", ""), 0.4, True),
        (facts("甲", ""), facts("乙", ""), 0.1, False),  # only the file's name is the same
    ],
)
def test_a_file_of_the_same_name_follows_only_what_it_resembles(one, other, like, follows):
    assert is_next_version(one, other, like) is follows


def test_spaces_and_signs_do_not_make_texts_differ():
    assert (
        likeness(shingles(["第一条　补贴，每月2000元。"]), shingles(["第一条 补贴每月 2000元"]))
        == 1
    )


def test_texts_without_a_piece_in_common_are_not_alike():
    assert likeness(shingles(["博士租房补贴"]), shingles(["中考加分政策"])) == 0
    assert likeness(frozenset(), frozenset()) == 0
