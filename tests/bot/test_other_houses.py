"""One thing asked for, and a clause of another: another house, another asker, another day."""

from __future__ import annotations

import pytest

from bot.answering.result import Abstain, Answer
from bot.answering.ruling import Verdict
from tests.bot.small_city import told

PAPERS = {
    "认定.md": """# 岑浦市人才分层认定办法

岑人才〔2025〕2号

第一条 各层次的认定条件如下：

| 层次 | 名称 | 认定条件 |
|---|---|---|
| 第二层次 | 领军人才 | 国家级人才计划入选者，享受国务院政府特殊津贴人员 |
| 第四层次 | 骨干人才 | 具有博士研究生学历并取得学位的 |
| 第五层次 | 优秀人才 | 副高级职称 |

第二条 认定全年受理、双月集中评审。每逢双月20日前提交的，列入当月批次；\
20日以后提交的，转入下一个双月批次。
""",
    "住房.md": """# 岑浦市人才住房保障实施办法

岑府办规〔2025〕11号

一、保障标准

| 层次 | 购房补助 | 租房补助（每月） |
|---|---|---|
| 第二层次 | 150万元 | 7000元 |
| 第四层次 | 45万元 | 2500元 |
| 第五层次 | 20万元 | 1800元 |

二、租房补助

租房补助每半年发放一次，分别在6月和12月的25日前划入银行账户。

三、夫妻双方

夫妻双方都符合条件的，就高享受一份，不重复补助。

四、人才公寓

人才公寓首次签约2年，可以续签1次，不得转租、转借。
""",
    "驿站.md": """# 青年人才驿站入住指南

一、怎么收费

求职人员免费入住7晚，入住不收押金，此后每晚40元。

二、请您遵守

驿站全楼禁烟，不得携带宠物。
""",
    "技能.md": """# 关于发放技能提升补贴的通知

岑人社发〔2026〕14号

一、补贴对象

取得职业技能等级证书，在本市参加失业保险满10个月的企业职工，可以申请技能提升补贴。

二、期限和次数

技能提升补贴自证书核发之日起180日内申请，过期不补。每人每年最多享受2次。
""",
    "招聘会.md": """# 岁末大型人才招聘会公告

为做好用工保障，市人社局决定联合举办岁末大型人才招聘会，帮助求职人员找工作。

一、时间：2026年12月19日9:30—15:30。地点：体育中心。

二、同场活动：10家重点企业推介；政策咨询台现场解答。
""",
}


@pytest.mark.parametrize(
    "who", ["入选国家级人才计划的", "国务院特殊津贴专家", "拿国务院政府特殊津贴的"]
)
def test_who_has_been_awarded_something_gets_the_amount_of_its_class(ask, who):
    assert "150万元" in told(ask(f"{who}买房补多少钱"))


def test_a_class_is_found_by_either_of_its_two_names(ask):
    assert "150万元" in told(ask("领军人才买房政府给多少"))
    assert "7000元" in told(ask("第二层次租房一个月多少钱"))


def test_who_has_the_degree_has_its_diploma(ask):
    found = ask("博士能算哪个层次，买房补多少")
    assert isinstance(found, Answer)
    assert "45万元" in found.parts[1].body


def test_a_subsidy_that_the_table_of_words_calls_by_another_ending_is_found(ask):
    assert "6月和12月" in told(ask("租房的钱一般几月份打过来"))


@pytest.mark.parametrize("text", ["人才公寓里能养猫不", "租人才公寓押金要交多少"])
def test_the_rules_of_one_house_say_nothing_of_another(ask, text):
    assert isinstance(ask(text), Abstain)


@pytest.mark.parametrize("text", ["人才的老婆工作给安排吗", "岁末招聘会能带小孩进场吗"])
def test_a_clause_that_speaks_of_no_kin_answers_nothing_for_them(ask, text):
    assert isinstance(ask(text), Abstain)


def test_two_of_a_thing_are_refused_by_who_may_have_one(ask):
    found = ask("两口子都够条件能拿两份吗")
    assert "就高享受一份" in told(found)
    assert found.parts[0].lead is Verdict.NO


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("技能证发下来快八个月了，提升补贴还能报不", "180日内"),
        ("我12月22号才把认定材料传上去，能赶上12月这批不", "20日以后提交的"),
    ],
)
def test_who_fears_to_be_late_hears_the_last_day(ask, text, said):
    assert said in told(ask(text))


def test_a_yes_or_no_of_two_letters_is_a_question_of_its_own(ask):
    found = ask("驿站收不收押金？我爸妈来住可以吗")
    assert isinstance(found, Answer)
    assert "不收押金" in found.parts[0].body


def test_a_numbered_list_of_questions_is_several_questions(ask):
    found = ask("本人博士，想了解两个事：1评第几层次 2租房一个月补多少")
    assert isinstance(found, Answer)
    assert "2500元" in found.parts[1].body


def test_both_together_is_one_question(ask):
    found = ask("租房补助跟购房补助能两头都拿不")
    assert len(found.parts if isinstance(found, Answer) else [found]) == 1
