"""Next questions come from the clauses around an answer, and those clauses answer them."""

from __future__ import annotations

import pytest

from bot.answering.onward import LONGEST, MOST, matter, next_questions
from bot.answering.result import Answer
from bot.wording import SHOWN, tail
from knowledge.documents import ClauseKind, Passage


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("临江市高层次人才分类认定办法", "高层次人才分类认定"),
        ("关于做好技能人才提升补贴发放工作的通知", "技能人才提升补贴"),
        ("关于开展2026年第四批高校毕业生生活补贴申领工作的公告", "高校毕业生生活补贴"),
        ("深圳市人力资源和社会保障局关于《广东省职工生育保险规定》的实施办法", ""),
    ],
)
def test_a_paper_s_matter_is_read_from_its_title_where_a_few_words_say_it(title, expected):
    assert matter(title) == expected


@pytest.mark.parametrize(
    "text",
    ["D类买房补多少", "人才公寓能住几年", "落户收费吗", "本科生生活补贴多少", "证书丢了咋办"],
)
def test_the_questions_offered_are_answered_from_the_document_they_come_from(answerer, today, text):
    found = answerer.answer(text, today)
    assert 0 < len(found.next_questions) <= MOST
    for question in found.next_questions:
        assert len(question) <= LONGEST
        again = answerer.answer(question, today)
        assert isinstance(again, Answer)
        assert again.citations[0].document_id == found.citations[0].document_id


def test_what_was_just_asked_is_not_offered_again(answerer, today):
    for question in answerer.answer("人才公寓能住几年", today).next_questions:
        assert question not in answerer.answer(question, today).next_questions


@pytest.mark.parametrize("text", ["春苗计划给多少培养经费", "12月的招聘会在哪里开"])
def test_a_speech_and_an_event_offer_none(answerer, today, text):
    assert answerer.answer(text, today).next_questions == ()


def test_what_is_offered_below_an_answer_brings_it_over_no_six_hundred_characters():
    offered = ["人才公寓需要什么材料？", "人才公寓怎么办理？"]

    def below(answer: str) -> str:
        return tail(answer, offered, lambda words, text, key: words)

    assert offered[1] in below("字" * 500)
    link = f'<a href="https://example.com/{"p" * 80}">查看原文</a>'
    assert offered[1] in below("字" * 500 + link)  # a link's address is not read
    assert offered[0] in below("字" * 555)
    assert offered[1] not in below("字" * 555)
    assert below("字" * SHOWN) == ""


def test_a_question_of_a_collection_is_offered_without_its_number():
    first, asked = (
        Passage(n, "", (), f"{12 + n}．问：{q}\n答：可以。", ClauseKind.QUESTION, (n,))
        for n, q in enumerate(("要不要抵押？", "打什么电话？"))
    )
    assert next_questions(first, [asked], "人才政策热点问题解答", "") == ("打什么电话？",)
