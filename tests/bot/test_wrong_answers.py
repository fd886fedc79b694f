"""Answers that read well and were wrong: each rule here was broken once over the samples."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answering.classes import Match, matched
from bot.answering.concepts import concepts
from bot.answering.days import past_day
from bot.answering.ruling import Verdict
from bot.wording import CLASS_FIRST, LEADS
from knowledge.lexicon import SynonymTable
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


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("省级技术能手买房补多少", "D类：购房补贴（总额）30万元"),
        ("全国技术能手买房补多少", "C类：购房补贴（总额）60万元"),
        ("技师买房补多少", "F类：购房补贴（总额）6万元"),
        ("高级技师买房补多少", "E类：购房补贴（总额）15万元"),
        ("副高买房补多少", "E类：购房补贴（总额）15万元"),
        ("技师算哪类", "（六）F类"),
    ],
)
def test_a_title_leads_to_the_class_whose_item_names_all_of_it(person, question, wanted):
    assert person.asks(question).text.startswith(wanted)


@pytest.mark.parametrize(
    "question",
    [
        "中级职称买房补多少",
        "工程师买房补多少",
        "讲师买房补多少",
        "在职硕士买房补多少",
        "技术能手买房补多少",
        "年薪25万买房补多少",
    ],
)
def test_where_an_item_demands_more_than_was_told_no_class_is_assumed(person, question):
    found = person.asks(question).text
    assert CLASS_FIRST in found
    assert "购房补贴（总额）" not in found


def test_an_item_that_demands_two_things_is_met_by_who_has_both():
    both = [c for word in ("本科", "中级职称") for c in concepts(word, SynonymTable.load())]
    clause = "（六）F类：具有本科学历并取得中级专业技术职称者；技师。"
    assert matched(both, "本科中级职称", clause) is Match.WHOLE
    assert matched(both[1:], "中级职称", clause) is Match.MAYBE
    assert matched(both, "本科中级职称", "（五）E类：副高级职称者；高级技师。") is Match.NONE


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("A类租房补贴多少", "交通补贴多少"),
        ("E类购房补贴多少", "就业补贴多少"),
        ("", "交通补贴多少"),
    ],
)
def test_a_benefit_that_no_document_knows_does_not_get_another_ones_amount(
    person, before, question
):
    if before:
        person.asks(before)
    assert person.asks(question).abstained


def test_a_follow_up_about_a_known_benefit_keeps_the_class(person):
    person.asks("E类购房补贴多少")
    assert "租房补贴（每月）1500元" in person.asks("租房呢").text


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("2022年买房D类补多少", "20万元"),
        ("2024年12月E类购房补贴是多少", "10万元"),
        ("我2023年买的房D类能领多少", "20万元"),
        ("购房补贴2023年标准", "D类：20万元"),
    ],
)
def test_a_past_year_gets_the_rule_of_that_year_labelled_as_lapsed(person, question, amount):
    answered = person.asks(question).text.split("依据")[0]
    assert "已失效" in answered
    assert amount in answered


def test_beside_the_rule_of_a_past_year_stands_from_when_todays_counts(person):
    assert "2025年1月1日以后" in person.asks("2022年买房D类补多少").text


def test_a_year_of_no_known_rule_gets_from_when_todays_counts_and_no_amount(person):
    answered = person.asks("2021年买房补多少").text.split("依据")[0]
    assert "2025年1月1日以后" in answered
    assert "万元" not in answered


def test_the_year_in_a_follow_up_is_answered_from_that_year(person):
    person.asks("E类购房补贴多少")
    assert "10万元" in person.asks("那2023年呢").text.split("依据")[0]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2022年买房补多少", date(2022, 12, 31)),
        ("2026年10月买房补多少", date(2026, 10, 31)),
        ("2026年买房补多少", None),
        ("2023年毕业,购房补贴多少", None),
        ("2023年到2024年补多少", None),
        ("2024年13月补多少", None),
    ],
)
def test_only_one_past_year_that_a_benefit_goes_by_is_a_past_day(text, wanted):
    assert past_day(text, date(2026, 11, 26)) == wanted


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("购房补贴多少", ("A类：一事一议，最高300万元", "B类：120万元", "F类：6万元")),
        ("人才购房补贴标准是多少", ("B类：120万元", "E类：15万元")),
        ("买房补贴多少", ("B类：120万元", "E类：15万元")),
        ("租房补贴多少钱", ("A类：免租入住", "D类：2500元")),
    ],
)
def test_an_amount_by_class_is_told_of_every_class_where_none_is_named(person, question, rows):
    found = person.asks(question)
    assert all(row in found.text for row in rows)
    assert len(found.text) < 600
    assert all(row.partition("：")[2] in found.citations[0].text for row in rows)


def test_who_names_a_class_gets_that_row_alone(person):
    assert "F类：6万元" not in person.asks("E类购房补贴多少").text
