"""What people call a thing, where the papers have another word for it or another use of theirs."""

from __future__ import annotations

import pytest

from bot.answering.dialect import in_standard_words
from bot.answering.result import Abstain, Answer, Reason
from bot.answering.ruling import Verdict
from bot.answering.understanding import split_questions
from tests.bot.small_city import asking, base_of, told

PAPERS = {
    "认定.md": """# 梓埠市人才层次认定办法

梓委人才〔2025〕4号

第一条 各层次的认定条件：

（一）第四层次：取得正高级职称的人员；省级技术能手。

（二）第五层次：全日制硕士研究生；取得中级职称且上年度工资收入达到15万元的人员。

第二条 申请第四至第六层次的，年龄应当在52周岁以下；申请第一至第三层次的，年龄不作限制。
""",
    "安居.md": """# 梓埠市人才安居保障办法

梓政办规〔2026〕5号

第一条 安居标准如下表：

| 人才层次 | 安家补助（总额） | 租金支持（每月） | 人才房面积 |
|---|---|---|---|
| 第四层次 | 36万元 | 2600元 | 105平方米 |
| 第五层次 | 15万元 | 1600元 | 75平方米 |

第二条 租金支持最长享受48个月，每半年拨付一次。

第三条 2021年印发的《梓埠市引进人才住房补贴试行办法》自2026年3月1日起废止。
""",
    "旧.md": """# 梓埠市引进人才住房补贴试行办法（2021年）

梓政办〔2021〕22号

第一条 住房补贴用于支持人才买房和租房。

第二条 租房补助标准为：第四层次每月3000元，第五层次每月500元。

第三条 购房补助标准为：第四层次25万元，第五层次8万元。
""",
    "区.md": """# 岭东区聚才若干措施

岭政发〔2025〕36号

第一条 区级住房加补标准：

| 人才层次 | 区级购房加补 | 区级租金支持（每月） |
|---|---|---|
| 第四层次 | 9万元 | 1100元 |
| 第五层次 | 5万元 | 750元 |

第二条 区级购房加补在市级安家补助之外叠加发放，所购住房六年内不得出售。
""",
    "就学.md": """# 梓埠市人才子女就学保障办法

梓教规〔2025〕9号

第一条 秋季起始年级入学的，每年4月20日至5月15日提出申请；\
春季中途转入的，每年12月1日至12月20日提出申请。

第二条 申请材料包括人才证书、子女户籍证明、用人单位证明。
""",
    "创业.md": """# 关于支持人才创业的通知

梓人社发〔2026〕3号

一、一次性创业补贴。正常经营满6个月的，给予一次性创业补贴1.2万元。

二、大赛奖励。在“梓埠杯”创业大赛中获一等奖的项目，奖励20万元。
""",
    "驿站.md": """# 青年驿站住宿须知

一、入住对象

年龄在18至35周岁、户籍不在梓埠、来梓埠应聘的毕业6年以内的高校毕业生（含大专）。\
已经在梓埠参加社会保险的，不能入住。
""",
    "落户.md": """# 人才落户指南

一、哪些人可以办

本科及以上学历的，凭学历即可落户；大专学历、38周岁以下的，须在本市缴纳社会保险满6个月。

二、家属随迁

配偶和未成年子女可以同时随迁；父母年满60周岁的，可以投靠随迁。
""",
    "生育.md": """# 梓埠市生育保险实施办法

第一条 用人单位按照职工工资总额1%的比例缴纳生育保险费。

第二条 生育医疗费用凭票报销，标准另行制定。
""",
    "卡.md": """# 梓才卡权益一览表

| 类别 | 项目 | 墨玉版 | 青玉版 | 白玉版 |
|---|---|---|---|---|
| 就医 | 年度健康检查 | 6000元套餐 | 2400元套餐 | 900元套餐 |
| 交通 | 城市公交、轨道 | 免费 | 免费 | 七五折 |
""",
    "联谊.md": """# 关于举办单身青年联谊“湖畔有约”的通知

一、时间：2026年12月20日14:00至18:00。

二、地点：老码头文创园7号仓。

三、报名：12月14日前在“梓才通”小程序报名。
""",
    "招聘会.md": """# “鹭鸣湖畔”2026年冬季招聘会公告

一、时间：2026年12月5日9:30至15:30。

二、地点：市体育中心。

三、停车：体育中心地下停车场当天免费，约有车位400个。
""",
    "对接会.md": """# 冬季人才对接会公告

一、时间地点

2026年12月19日9:00至15:00，市体育馆。

二、企业须知

每家企业安排标准展位1个，提供工作餐2份。
""",
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    with base_of(PAPERS, tmp_path_factory) as base:
        yield asking(base)


def test_a_compound_that_the_index_has_in_parts_is_known(ask):
    found = ask("毕业自己开了个小店，一次性创业补贴给多少")
    assert "1.2万元" in told(found)


def test_a_benefit_for_buying_is_found_by_whatever_the_city_calls_it(ask):
    assert "15万元" in told(ask("第五层次买房补多少"))
    assert "1600元" in told(ask("第五层次租房补多少"))


def test_a_clause_on_renting_does_not_answer_who_asks_about_buying(ask):
    assert "25万元" in told(ask("2021年老办法里第四层次买房给多少"))


def test_a_column_is_named_by_what_the_card_is_called(ask):
    body = told(ask("白玉卡体检是多少钱的"))
    assert "900元" in body
    assert "2400元" not in body


@pytest.mark.parametrize(
    "text", ["想开春把娃转过来念书，材料啥时候递", "娃春天转进来念书，哪个时段报"]
)
def test_the_season_and_the_days_to_hand_in_are_asked_in_many_ways(ask, text):
    assert "12月1日" in told(ask(text))


def test_who_tells_an_age_hears_of_the_clause_that_sets_one(ask):
    assert "52周岁" in told(ask("今年54岁有正高职称，报第四层次还来得及吗"))


def test_what_is_given_beside_another_thing_may_be_had_with_it(ask):
    found = ask("区里的购房加补能和市里安家补助一块领不")
    assert isinstance(found, Answer)
    assert found.parts[0].lead is Verdict.YES


def test_who_tells_a_wish_asks_whether_it_may_be(ask):
    found = ask("我妈今年58，我办落户想把她老人家一路迁来")
    assert isinstance(found, Answer)
    assert found.parts[0].lead is Verdict.FAILS


def test_who_works_elsewhere_and_asks_about_there_asks_about_there(ask):
    found = ask("我在攀枝花上班 那里的租房补贴怎么申请")
    assert isinstance(found, Abstain)
    assert found.reason is Reason.OTHER_PLACE


def test_a_clause_that_denies_another_deed_refuses_nobody(ask):
    found = ask("我大专毕业，户口能迁到梓埠不")
    assert isinstance(found, Answer)
    assert found.parts[0].lead is not Verdict.NO


@pytest.mark.parametrize(
    "text", ["中级工程师，去年工资收入16万，够得上哪一档", "中级职称，年收入16万算得上哪一级"]
)
def test_which_rank_somebody_reaches_is_no_question_of_a_place(ask, text):
    assert "第五层次" in told(ask(text))


@pytest.mark.parametrize("text", ["槐州市第四层次人才给多少安家补助", "泉江第五层次租房补多少"])
def test_a_place_that_no_list_has_is_not_this_city(ask, text):
    found = ask(text)
    assert isinstance(found, Abstain)
    assert found.reason is Reason.OTHER_PLACE


@pytest.mark.parametrize(
    "text",
    [
        "工业设计大赛第一名奖多少钱",
        "我老公跟着过来，能帮他安排个工作吗",
        "梓才卡坐轮渡打折吗",
        "梓才卡买高铁票打折吗",
        "看电影有优惠没",
        "从外地搬家过来，搬家费给报不",
        "人才生孩子有没有奖金",
        "生育保险顺产能报销多少钱",
    ],
)
def test_what_no_clause_names_is_not_answered_from_its_neighbour(ask, text):
    assert isinstance(ask(text), Abstain)


def test_an_event_called_by_its_name_is_told_of_by_no_other_one_s_notice(ask):
    assert "车位400个" in told(ask("鹭鸣湖畔那天有停车位吗"))
    assert isinstance(ask("湖畔有约那天有停车位吗"), Abstain)


def test_the_first_month_has_another_name():
    assert in_standard_words("明年元月有啥活动") == "明年1月有啥活动"


def test_that_nothing_was_signed_is_told_and_not_asked():
    asked, statements = split_questions("公司送我培训过,没签啥协议,我要走他能找我要钱吗")
    assert asked == ["我要走他能找我要钱吗"]
    assert "没签啥协议" in statements


def test_the_end_of_a_word_is_no_word_of_its_own(ask):
    assert "25万元" in told(ask("照2021年的老办法，第四层次买房那时候补多少"))
