"""A city that calls its classes 甲类 to 己类, by a table with a column for each profession."""

from __future__ import annotations

import pytest

from bot.answering.ruling import Verdict
from tests.bot.small_city import asking, base_of, told

PAPERS = {
    "评价.md": """# 砾北市产业人才分类评价办法

砾人才〔2024〕11号

第一条 人才由高到低分为甲类、乙类、丙类、丁类、戊类、己类。

第三条 每月20日前提交的申请纳入当月评审。

第二条 各类别的主要标准见下表：

| 类别 | 工程技术 | 技能 | 医疗 | 教育 |
|---|---|---|---|---|
| 丁类 | 正高级工程师 | 特级技师 | 主任医师 | 正高级教师 |
| 戊类 | 高级工程师 | 高级技师 | 副主任医师 | 高级教师 |
| 己类 | 工程师、全日制硕士 | 技师 | 主治医师 | 一级教师 |
""",
    "安居.md": """# 砾北市人才安居办法

砾政办发〔2025〕23号

第一条 各类别的安居标准见下表：

| 类别 | 购房补贴总额 | 租房补贴（每月） |
|---|---|---|
| 丁类 | 36万元 | 2400元 |
| 戊类 | 22万元 | 1600元 |
| 己类 | 9万元 | 900元 |

第二条 租房补贴累计发放不超过48个月，每年3月、9月各发放一次。

第三条 申请人应当自取得不动产权证书之日起18个月内提出申请，逾期不再受理。
""",
    "安家费.md": """# 关于开展2026年度医疗卫生和教育人才安家费申报工作的公告

砾人社公告〔2026〕19号

一、安家费标准

| 岗位 | 条件 | 安家费总额 |
|---|---|---|
| 教育 | 正高级教师、省特级教师 | 28万元 |
| 教育 | 到乡村学校任教的师范类本科毕业生 | 6万元 |
| 医疗 | 到乡镇卫生院工作的临床医学本科毕业生 | 8万元 |
""",
    "卡.md": """# “砾英卡”服务指引（2026年版）

一、服务清单

| 项目 | 适用类别 | 内容 |
|---|---|---|
| 健康体检 | 丁类 | 每年一次，标准2200元 |
| 健康体检 | 戊类、己类 | 每两年一次，标准1000元 |

二、卡种

| 卡种 | 发放对象 | 年度疗养标准 |
|---|---|---|
| 金卡 | 丁类 | 4000元 |
| 蓝卡 | 戊类、己类 | 800元 |

三、其他服务

市属体育场馆，金卡本人五折。
""",
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    with base_of(PAPERS, tmp_path_factory) as base:
        yield asking(base)


def test_a_class_named_by_a_stem_gets_its_row(ask):
    assert "2400元" in told(ask("丁类租房一个月拿多少"))


def test_what_another_class_gets_is_not_shown_beside_it(ask):
    found = ask("戊类的体检多长时间一回 什么档")
    assert "1000元" in told(found)
    assert not any("2200元" in p.body for p in found.beside)


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("我是正高工 买房总共能给多少钱", "36万元"),
        ("中级工程师 买房给多少", "9万元"),
        ("医院的副主任大夫 租房子一个月能给补多少", "1600元"),
    ],
)
def test_a_title_as_colleagues_say_it_leads_to_its_class(ask, said, amount):
    assert amount in told(ask(said))


def test_an_engineer_does_not_get_what_a_teacher_of_that_rank_gets(ask):
    assert "28万元" not in told(ask("正高级工程师买房能给多少"))


def test_a_row_named_otherwise_than_by_its_class_is_told_alone(ask):
    found = told(ask("蓝卡那个疗养 是多少钱的啊"))
    assert "800元" in found
    assert "4000元" not in found


def test_who_is_named_by_a_row_does_not_see_the_row_of_others(ask):
    found = ask("师范本科 去村里小学教书，安家费给几个数")
    assert "6万元" in told(found)
    assert not any("8万元" in p.body for p in found.beside)


def test_how_long_a_thing_is_paid_is_not_told_by_what_it_is_a_month(ask):
    assert "48个月" in told(ask("租房补贴最多能领多久", "我丁类", "租房补贴一个月多少"))


def test_until_when_something_can_wait_is_asked_of_a_last_day(ask):
    assert "18个月内" in told(ask("房本下来小半年了一直没空去报 购房补贴最晚能拖到啥时候"))


def test_a_matter_is_named_by_a_title_that_has_another_word_inside_it(ask):
    assert "20日前" in told(ask("人才评价每个月几号前交才算当月的"))


def test_what_is_cheaper_with_a_card_answers_whether_there_is_a_discount(ask):
    assert "本人五折" in told(ask("金卡去体育场馆有优惠不"))


def test_who_asks_past_the_time_that_a_clause_gives_hears_so(ask):
    found = ask("房本是2024年6月办下来的 购房补贴还能申请吗")
    assert found.parts[0].lead is Verdict.FAILS
