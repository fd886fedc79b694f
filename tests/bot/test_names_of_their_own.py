"""What an office calls its money, and whom its clauses let in again: 安居金, 鹭港市, 放宽5周岁."""

from __future__ import annotations

import pytest

from bot.answering.result import Abstain
from bot.answering.ruling import Verdict
from knowledge.lexicon import normal
from knowledge.purposes import own_names, purposes
from knowledge.talent_classes import degrees_named
from tests.bot.small_city import asking, base_of, told

PAPERS = {
    "认定.md": """# 棠澜市人才分类认定办法

棠人才〔2025〕3号

第一条 申请D类的，年龄不超过40周岁。以技能等级申报的，放宽5周岁。

第二条 申请人应当在本市连续缴纳社会保险满3个月；\
社会保险在外地缴纳、但个人所得税在本市连续缴纳满6个月的，视为符合条件。

第三条 D类：硕士学位获得者；技师。

第四条 拟认定人员公示5天。对公示有异议的，应当实名提出，匿名的不予受理。
""",
    "安居.md": """# 棠澜市人才安居办法（2026年）

棠政规〔2026〕4号

第一条 安居标准见下表：

| 人才类别 | 安居金（总额） | 租居津贴（每月） |
|---|---|---|
| C类 | 55万元 | 2900元 |
| D类 | 31万元 | 1900元 |

第二条 申领安居金的，应当在本市购买商品住房，并办理网签。

第三条 安居金审核通过后，第一年发放总额的40%，其后三年每年发放20%。购买二手住房的，按七折计发。

第四条 同一套住房只能申领一次安居金。
""",
    "落户.md": """# 人才落户办事指南

## 一、哪些人可以办

学历落户：大专学历不超过36周岁，本科学历不超过46周岁，硕士不超过50周岁。

被列为失信被执行人的，在义务履行完毕前暂不受理。

## 二、家里人

配偶、父母可以一同迁入自有住房。落在公共户的，只能带未成年子女，配偶和父母不能随迁。
""",
    "公告.md": """# 关于受理2026年下半年高校毕业生启程补贴的公告

棠人社公告〔2026〕9号

现就2026年下半年启程补贴受理有关事项公告如下。

一、补贴标准

硕士每年1.4万元，本科每年7000元。机关、事业单位在编的不能申领，但乡镇卫生院、乡村学校的除外。

二、申请时间

2026年11月20日至12月15日。
""",
    "讲话.md": """# 在全市人才工作会议上的讲话

同志们：

先说去年。去年全市人才公寓开工1500套，交付850套，新引进博士460人。

今年要做三件事。第一件是房子，今年交付人才公寓2300套。
""",
    "鹭港.md": """# 鹭港市引才若干措施

鹭政〔2026〕22号

第一条 在鹭港市企业工作的人才，按照下列标准发给安家补助：

| 人才类别 | 安家补助 | 租房补助（每月） |
|---|---|---|
| C类 | 48万元 | 2500元 |
| D类 | 26万元 | 1500元 |
""",
    **{
        f"其他{i}.md": f"# 棠澜市人才服务事项{i}\n\n棠人才〔2025〕{10 + i}号\n\n第一条 {what}。\n"
        for i, what in enumerate(
            ("人才证书有效期3年", "每年3月更新名册", "体检每年一次", "停车每天两小时免费"), 1
        )
    },
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    with base_of(PAPERS, tmp_path_factory) as base:
        yield asking(base)


def test_a_benefit_of_another_name_is_found_by_what_its_clauses_say_it_is_for(ask):
    assert "31万元" in told(ask("D类买房补多少"))
    assert "1900元" in told(ask("D类租房一个月补多少"))


def test_what_a_benefit_is_for_is_read_of_the_clauses_that_name_it():
    names = own_names([("类别", "安居金（总额）", "购房补贴", "筑巢券面值")])
    assert names == ["安居金", "筑巢券"]
    texts = [
        "申领安居金的，应当购买商品住房。",
        "安居金不与落户挂钩。",
        "筑巢券是抵扣房租的电子券。",
    ]
    assert purposes(names, texts) == {"安居金": "购房", "筑巢券": "租房"}


@pytest.mark.parametrize("typed", ["买房的钱是一把给还是分着给", "安居金是一次全给吗"])
def test_shares_of_years_answer_whether_all_is_paid_at_once(ask, typed):
    assert "第一年发放总额的40%" in told(ask(typed))


def test_a_part_of_a_city_that_is_called_a_city_answers_only_who_names_it(ask):
    assert "26万元" not in told(ask("D类买房补多少"))
    assert "26万元" in told(ask("D类在鹭港上班安家补助多少"))


def test_nobody_is_too_old_where_the_next_sentence_loosens_the_age(ask):
    found = ask("43岁的技师评D类超龄了没")
    assert "放宽5周岁" in told(found)
    assert found.parts[0].lead is not Verdict.FAILS


def test_each_degree_is_held_against_the_age_of_its_own(ask):
    assert ask("大专39了，凭学历能落户吗").parts[0].lead is Verdict.FAILS
    assert ask("本科39了，凭学历能落户吗").parts[0].lead is Verdict.MEETS


def test_insurances_paid_elsewhere_shut_nobody_out_where_that_may_count(ask):
    found = ask("社保是外地总公司交的，能认定不")
    assert "视为符合条件" in told(found)
    assert found.parts[0].lead not in (Verdict.FAILS, Verdict.NO)


def test_what_is_not_dealt_with_for_now_is_no(ask):
    assert ask("上了失信名单还能落户吗").parts[0].lead is Verdict.NO


def test_relatives_whom_a_clause_keeps_out_may_not_come_along(ask):
    assert ask("落在公共户，爱人能一起迁吗").parts[0].lead is Verdict.NO


def test_who_is_excepted_from_an_exception_is_let_in(ask):
    assert ask("乡镇卫生院在编的，启程补贴能领不").parts[0].lead is Verdict.YES


def test_the_figures_of_the_year_asked_for_are_those_of_a_speech(ask):
    assert "2300套" in told(ask("今年计划交付多少套人才公寓"))
    assert "850套" in told(ask("去年交付了多少套人才公寓"))


def test_the_words_that_lead_to_a_notice_answer_nothing(ask):
    found = ask("启程补贴哪天截至")
    assert "12月15日" in told(found)


def test_a_complaint_without_a_name_is_answered_by_the_clause_on_names(ask):
    assert "匿名的不予受理" in told(ask("公示的人里有假的，不留名字反映行吗"))


def test_a_high_title_is_no_vocational_school():
    assert degrees_named(normal("我正高职称")) == []
    assert degrees_named(normal("高职毕业")) == ["专科"]


def test_a_job_for_a_spouse_is_no_matter_of_a_clause_on_housing(ask):
    assert isinstance(ask("老婆跟我过来，工作给安排吗"), Abstain)
