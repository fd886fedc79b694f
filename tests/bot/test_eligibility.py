"""The decisions of the walk: three values, never 符合 on something that is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from bot.answering.eligibility import (
    UNKNOWN,
    Standing,
    Walk,
    facts_in,
    findings,
    held,
    judge,
    next_question,
    read_answer,
    subject_of,
)
from bot.answering.entitlement import asks_for_everything, asks_of_one
from knowledge.benefits import Offer, Place
from knowledge.conditions import Benefit, Condition, Kind, Line, Way
from knowledge.documents import DocumentKind, Source

DAY = date(2026, 11, 22)
DEGREE = Condition(Kind.DEGREE, "硕士及以上学历", 1, least=3)
AGE = Condition(Kind.AGE, "年龄未满40周岁", 1, most=39)
USUALLY = Condition(Kind.AGE, "年龄一般不超过40周岁", 1, most=40, firm=False)
CONTRACT = Condition(Kind.CONTRACT, "签订3年以上劳动合同", 2)
OUT = Condition(Kind.EXCLUDED, "公务员不适用", 2)


def offer(benefit: Benefit, kind: DocumentKind = DocumentKind.REGULATION) -> Offer:
    source = Source(1, 1, "甲.txt", "甲办法", "", kind, "", "", None, None)
    places = {line: Place(1, "第一条", line.words) for line in benefit.bound()}
    return Offer(1, benefit, source, True, places)


def benefit(*conditions: Condition, ways: tuple[Way, ...] = ()) -> Benefit:
    return Benefit("补贴", ways or (Way("每月800元", 3),), conditions)


def test_met_means_that_every_condition_is_met():
    answers = {
        "degree": (None, UNKNOWN, (2, 2), (3, 3)),
        subject_of(CONTRACT): (None, UNKNOWN, False, True),
        subject_of(OUT): (None, UNKNOWN, True, False),
    }
    made = offer(benefit(DEGREE, CONTRACT, OUT))
    met = [
        values
        for values in product(*answers.values())
        if judge(
            made, {k: v for k, v in zip(answers, values, strict=True) if v is not None}, DAY
        ).standing
        is Standing.MET
    ]
    assert met == [((3, 3), True, False)]


def test_a_span_that_reaches_over_the_bound_decides_nothing():
    assert held(AGE, {"age": (30, 45)})[0] is Standing.OPEN
    assert held(AGE, {"age": (None, 39)})[0] is Standing.MET
    assert held(AGE, {"age": (40, None)})[0] is Standing.FAILED


def test_a_bound_that_is_not_strict_leaves_it_to_the_office():
    found = judge(offer(benefit(USUALLY)), {"age": (58, 58)}, DAY)
    assert found.standing is Standing.UNCLEAR


def test_an_inexact_value_is_asked_for_in_the_clauses_words_once_it_is_reached():
    full_time = Condition(Kind.DEGREE, "全日制硕士", 1, least=3, exact=False)
    assert held(full_time, {"degree": (2, 2)})[0] is Standing.FAILED
    standing, subject = held(full_time, {"degree": (3, 3)})
    assert (standing, subject.startswith("says-")) == (Standing.OPEN, True)
    assert held(full_time, {"degree": (3, 3), subject: True})[0] is Standing.MET


def test_a_condition_for_one_degree_does_not_bear_on_another():
    doctors = replace(AGE, only=(4,))
    assert held(doctors, {"degree": (2, 2), "age": (60, 60)})[0] is Standing.MET
    assert held(doctors, {"degree": (4, 4), "age": (60, 60)})[0] is Standing.FAILED
    assert held(doctors, {"age": (60, 60)}) == (Standing.OPEN, "degree")


def test_one_way_of_several_is_enough_and_a_closed_one_shuts_no_other():
    ways = (Way("甲", 1, (DEGREE,)), Way("乙", 1, (CONTRACT,)))
    made = offer(benefit(ways=ways))
    assert judge(made, {"degree": (4, 4)}, DAY).standing is Standing.MET
    assert judge(made, {"degree": (1, 1)}, DAY).standing is Standing.OPEN
    both = {"degree": (1, 1), subject_of(CONTRACT): False}
    assert judge(made, both, DAY).standing is Standing.FAILED


def test_a_speech_is_never_a_ground_to_say_that_somebody_is_entitled():
    made = offer(benefit(DEGREE), DocumentKind.SPEECH)
    assert judge(made, {"degree": (4, 4)}, DAY).standing is Standing.UNCLEAR


@pytest.mark.parametrize(
    ("words", "closed"),
    [
        ("2026年10月1日至10月31日申请", True),
        ("2026年11月1日至11月22日申请", False),
        ("2025年12月1日至2026年12月31日申请", False),
        ("每年5月10日至5月31日申请", False),
    ],
)
def test_a_window_that_has_ended_lets_nobody_in(words, closed):
    made = replace(benefit(DEGREE), deadline=Line(words, 1))
    found = judge(offer(made), {"degree": (4, 4)}, DAY)
    assert (found.standing is Standing.FAILED) is closed


def test_of_several_classes_the_highest_that_is_met_stands_for_all():
    lower = replace(benefit(DEGREE), recognises="F")
    higher = replace(benefit(replace(DEGREE, least=4)), recognises="E")
    found = findings([offer(lower), offer(higher)], {"degree": (4, 4)}, DAY)
    assert [f.offer.benefit.recognises for f in found] == ["E"]
    assert findings([offer(lower)], {"class": "D"}, DAY) == []


def test_what_settles_the_most_is_asked_first():
    many = [offer(benefit(DEGREE, CONTRACT)), offer(benefit(DEGREE)), offer(benefit(AGE))]
    assert next_question(Walk(), many, DAY).subject == "degree"


def test_spans_to_choose_from_are_cut_where_clauses_cut():
    other = Condition(Kind.AGE, "不超过45周岁", 1, most=45)
    ask = next_question(Walk(), [offer(benefit(AGE)), offer(benefit(other))], DAY)
    assert [c.label for c in ask.choices] == ["39岁及以下", "40至45岁", "46岁及以上", "不清楚"]
    assert read_answer("2", ask) == (40, 45)
    assert read_answer("43", ask) == (43, 43)
    assert read_answer("不知道", ask) == UNKNOWN
    assert read_answer("购房补贴", ask) is None


def test_being_left_out_is_not_answered_by_saying_that_one_meets_it():
    ask = next_question(Walk(), [offer(benefit(OUT))], DAY)
    assert read_answer("符合", ask) is None
    assert read_answer("不属于", ask) is False
    assert read_answer("1", ask) is True


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("我是硕士不是博士", {"degree": (3, 3)}),
        ("没有职称，本科毕业两年", {"title": (0, 0), "degree": (2, 2), "graduated": (24, 24)}),
        ("副教授", {"title": (3, 3)}),
        ("我是高级工程师", {"title": (3, 3)}),
        ("高级工", {"skill": (3, 3)}),
        ("社保交了8个月", {"insured": (8, 8)}),
        ("E类人才，今年41", {"class": "E", "age": (41, 41)}),
        ("还没有认定", {"class": ""}),
        ("购房补贴多少", {}),
    ],
)
def test_what_somebody_says_of_themselves_is_understood(text, facts):
    assert facts_in(text) == facts


@pytest.mark.parametrize(
    "text",
    ["我能享受什么", "博士来有什么待遇", "我是硕士，能领哪些补贴", "E类人才有哪些政策", "资格自测"],
)
def test_a_question_about_everything_begins_a_walk(text):
    assert asks_for_everything(text)


@pytest.mark.parametrize(
    "text", ["我能落户吗", "我符合条件吗", "我能认定几类", "我可以申请购房补贴吗"]
)
def test_a_bare_question_about_oneself_begins_one(text):
    assert asks_of_one(text)


@pytest.mark.parametrize(
    "text",
    ["本科45岁了还能不能落户", "我有博士学位，算哪一类人才", "大专学历可以落户吗",
     "副高职称能认定什么类", "落户要什么条件", "购房补贴有什么政策"],
)  # fmt: skip
def test_a_question_that_a_clause_answers_begins_none(text):
    assert not asks_for_everything(text)
    assert not asks_of_one(text)
