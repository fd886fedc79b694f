"""Answers that read well and were wrong: each rule here was broken once over the samples."""

from __future__ import annotations

import pytest

from bot.answering.verdict import Verdict
from bot.wording import LEADS
from tests.bot.test_verdict import said


def lead(text: str) -> Verdict | None:
    return next((v for v, words in LEADS.items() if text.startswith(words)), None)


@pytest.mark.parametrize("question", ["年薪20万能评什么", "年薪25万可以认定吗"])
def test_the_notice_of_an_event_says_nothing_of_what_a_person_meets(person, question):
    found = person.asks(question)
    assert lead(found.text) is None
    assert "F类" in found.text.split("依据")[0]


def test_statistics_meet_no_condition():
    clause = "提供岗位1.1万个，其中年薪20万元以上岗位1200个。"
    assert said("年薪25万可以认定吗", clause) is None


def test_months_paid_are_not_held_against_months_interrupted(person):
    stopped = "中断缴纳社会保险超过6个月的不再恢复。"
    assert said("社保交了2个月能领吗", stopped) is None
    assert said("社保交了7个月能领吗", stopped) is None
    assert said("社保断了7个月还能领吗", stopped) is Verdict.FAILS
    assert said("社保断了2个月还能领吗", stopped) is None
    assert lead(person.asks("社保交了2个月能领生活补贴吗").text) is Verdict.FAILS


@pytest.mark.parametrize("question", ["2024年买的房能领购房补贴吗", "2023年买的房可以领购房补贴吗"])
def test_what_was_done_before_the_day_a_rule_counts_from_does_not_meet_it(person, question):
    found = person.asks(question).text
    assert lead(found) is Verdict.FAILS
    assert "2025年1月1日以后" in found.split("依据")[0]
    assert lead(person.asks("2026年买的房能领购房补贴吗").text) is None


@pytest.mark.parametrize(
    "question", ["租房补贴能领五年吗", "可以领4年租房补贴吗", "租房补贴能领40个月吗"]
)
def test_longer_than_a_benefit_is_granted_gets_a_no_with_the_limit(person, question):
    found = person.asks(question).text
    assert lead(found) is Verdict.NO
    assert "最长发放36个月" in found.split("依据")[0]


def test_the_limit_alone_promises_nothing_to_those_within_it():
    assert said("租房补贴能领2年吗", "租房补贴最长发放36个月。") is None
    assert said("我毕业6年了能领补贴吗", "补贴最长发放36个月。") is None


def test_the_yes_of_a_reply_is_not_said_to_a_question_with_another_number(person):
    for question in ("租房补贴能领五年吗", "2024年买的房能领购房补贴吗"):
        assert "可以。自取得" not in person.asks(question).text
