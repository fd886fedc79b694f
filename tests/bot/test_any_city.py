"""A city that calls its classes by ordinals, with a zone of its own rules and a repealed paper."""

from __future__ import annotations

import pytest

from bot.answering.result import Abstain, Reason
from bot.answering.ruling import Verdict
from tests.bot.small_city import told

PAPERS = {
    "安居.md": """# 澄浦市人才安居办法

第一条 人才申请租房补贴，应当与本市用人单位签订劳动合同。

第二条 租房补贴按下表发放：

| 层次 | 租房补贴（元/月） | 公寓面积上限（平方米） |
|---|---|---|
| 第三层次 | 3000 | 100 |
| 第四层次 | 2000 | 80 |
| 第五层次 | 1200 | 60 |

第三条 租房补贴每季度末月25日前到账。夫妻双方均符合条件的，租房补贴只能由一方申领。

第四条 第三层次人才子女可在全市公办学校中选择。第五层次人才子女不享受择校，按户籍入学。

第五条 人才公寓押金为1个月租金。

第六条 本办法自2025年4月1日起施行。《澄浦市人才安居暂行办法》同时废止。
""",
    "旧安居.txt": "澄浦市人才安居暂行办法\n第一条　第五层次人才租房补贴每月600元。\n"
    "第二条　人才公寓押金为500元。\n第三条　本办法自2021年1月1日起施行。",
    "开发区.txt": "澄浦经济技术开发区人才若干措施\n"
    "第一条　开发区租金补贴。第五层次人才在开发区企业工作的，租房补贴每月1800元。\n"
    "第二条　本措施自2025年6月1日起施行。",
}


@pytest.mark.parametrize("named", ["第五层次", "五层次", "5层次"])
def test_an_ordinal_class_finds_its_row_with_the_unit_of_its_column(ask, named):
    assert "1200元/月" in told(ask(f"{named}人才租房补贴一个月多少钱"))


def test_a_follow_up_that_names_another_class_asks_the_question_before_of_it(ask):
    assert "2000元/月" in told(ask("那四层次呢", "五层次租房补贴一个月多少钱"))


def test_the_zones_rule_answers_where_the_zone_is_named_and_the_citys_elsewhere(ask):
    assert "1800元" in told(ask("五层次在开发区上班租房补贴多少钱"))
    assert "1800元" not in told(ask("五层次租房补贴多少钱"))
    assert "1800元" not in told(ask("五层次租房补贴多少钱，我问市里的不是开发区的"))


def test_a_sentence_for_the_askers_class_is_quoted_without_those_for_others(ask):
    body = told(ask("五层次的孩子能择校吗"))
    assert "第五层次人才子女不享受择校" in body
    assert "第三层次" not in body


def test_one_for_each_of_two_is_never_granted_where_only_one_may_claim(ask):
    found = ask("两口子都符合 租房补贴可以一人领一份吧")
    assert "只能由一方申领" in told(found)
    assert found.parts[0].lead is not Verdict.YES


def test_a_follow_up_is_understood_after_a_question_in_regional_wording(ask):
    assert "2000元/月" in told(ask("那四层次呢", "五层次租房补贴一个月给好多钱"))


def test_a_repealed_amount_is_not_told_where_the_rule_in_force_names_another_measure(ask):
    found = ask("人才公寓押金多少钱")
    assert "1个月租金" in told(found)
    assert not found.parts[0].lapsed


def test_regional_wording_is_understood(ask):
    assert "1200元/月" in told(ask("五层次租房补贴一个月给好多钱"))


@pytest.mark.parametrize("text", ["人才公寓现在还剩几套空的", "前面还排着多少人"])
def test_what_is_so_at_the_moment_no_paper_tells(ask, text):
    found = ask(text)
    assert isinstance(found, Abstain)
    assert found.reason is Reason.AT_THE_MOMENT


@pytest.mark.parametrize("text", ["a股明天涨不涨", "今天下雪吗"])
def test_shares_and_the_weather_are_off_topic(ask, text):
    found = ask(text)
    assert isinstance(found, Abstain)
    assert found.reason is Reason.OFF_TOPIC
