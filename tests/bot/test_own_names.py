"""A city that has names of its own for its classes of talents, and a notice of several events."""

from __future__ import annotations

import pytest

from bot.answering.result import Abstain, Answer
from bot.dialogue import Message, make_dialogue
from bot.wording import Office
from evaluation.asking import Day
from tests.bot.script import TODAY
from tests.bot.small_city import asking, base_of, told

PAPERS = {
    "1认定.md": """# 岑川市人才分级认定办法

第一条 本市人才由高到低分为岳才、峰才、岭才三个级别。

第二条 符合下列条件之一的，可以认定为相应级别：

（一）岳才：两院院士。

（二）峰才：省级重大人才工程入选者。

（三）岭才：具有博士学位的人员。

第三条 申请人对结果有异议的，可以自收到结果之日起15日内申请复查。

第四条 本办法自2025年1月1日起施行。
""",
    "2住房.md": """# 岑川市人才住房办法

第一条 住房待遇按下表执行：

| 级别 | 租房补助（元/月） | 购房补助（万元） |
|---|---|---|
| 岳才 | 6000 | 200 |
| 峰才 | 3500 | 90 |
| 岭才 | 1500 | 30 |

第二条 补助期限：累计缴费满1年不足5年的，最长领取12个月；满5年不足10年的，最长领取18个月。

第三条 公务员及参照公务员法管理的机关工作人员不纳入本办法范围，其他人员均可申请租房补助。

第四条 通过继承、赠与、司法拍卖取得的住房除外，新建商品住房均可申请购房补助。

第五条 本办法自2026年3月1日起施行。《岑川市引才住房规定》（岑府办〔2021〕7号）同时废止。
""",
    "3旧规定（已废止）.html": """<html><body>
<p>发布日期：2021年6月1日　文号：岑府办〔2021〕7号　效力状态：已废止</p>
<h1>岑川市引才住房规定</h1><p>第一条　岭才租房补助每月900元。</p>
<p>第二条　中介推荐人才的，奖励推荐人2万元。</p></body></html>""",
    "4引才周.md": """# 岑川市冬季引才周公告

一、活动安排

| 日期 | 时间 | 活动 | 地点 |
|---|---|---|---|
| 12月17日 | 9:00—16:00 | 山区专场招聘会 | 县广场 |
| 12月19日 | 9:00—15:00 | 综合招聘大会 | 体育馆 |

二、参加办法

求职者：综合招聘大会凭身份证免费入场，不需要报名；山区专场招聘会在12月15日前报名，限120人。

用人单位：12月4日前报名，目前已有300家单位报名。

三、服务保障

12月17日山区专场，市体育中心7:30发车，免费乘坐。

岑川市人社局
2026年11月10日
""",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    with base_of(PAPERS, tmp_path_factory) as made:
        yield made


@pytest.fixture
def ask(base):
    return asking(base)


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("峰才租房一个月补多少", "3500"),
        ("岭才租房一个月补多少", "1500"),
        ("岭才买房补多少钱", "30"),
    ],
)
def test_a_class_by_the_citys_own_name_gets_its_own_amount(ask, question, amount):
    body = told(ask(question))
    assert amount in body
    assert "6000" not in body


def test_a_slip_in_the_citys_own_name_is_read_as_the_name(ask):
    assert "1500" in told(ask("凌才租房一个月补多少"))


def test_a_degree_leads_to_the_citys_own_class_and_its_amount(ask):
    found = ask("博士租房一个月补多少")
    assert isinstance(found, Answer)
    assert "1500" in " ".join(p.body for p in (*found.parts, *found.beside))


def test_the_band_that_holds_the_persons_years_is_quoted(ask):
    assert "18个月" in told(ask("我交了7年，补助最长能领几个月"))


def test_what_is_excepted_is_not_answered_by_what_is_granted_to_others(ask):
    found = ask("公务员可以申请租房补助吗")
    assert "不纳入" in told(found)
    assert found.parts[0].lead is None or "NO" in found.parts[0].lead.name


def test_the_clause_that_shuts_out_who_asks_leads(ask):
    found = ask("我是公务员，评上岭才每个月的租房补助能领吗")
    assert "不纳入" in told(found)


def test_a_paper_marked_as_repealed_that_another_repeals_is_kept_and_told_only_when_asked_for(
    base, ask
):
    (old,) = [s for s in base.retriever.sources() if "引才住房" in s.title]
    assert not old.in_force(TODAY)
    assert "900元" not in told(ask("岭才租房补助多少钱"))
    assert "900元" in told(ask("老规定里岭才租房补助多少"))


def test_a_rule_that_was_replaced_does_not_answer_what_todays_rules_leave_open(ask):
    found = ask("中介推荐人才奖励多少钱")
    assert isinstance(found, Abstain) or "2万元" not in told(found)


def test_where_and_when_mean_the_columns_that_say_so(base):
    dialogue = make_dialogue(
        base.catalogue.engine, base.retriever, Day(TODAY), Office(), lambda i: f"http://x/p/{i}"
    )
    shown = dialogue.respond(Message("uwhere", "text", text="山区专场在哪儿，几点")).shown
    assert "县广场" in shown
    assert "9:00" in shown


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("19号招聘大会进场要报名吗", "不需要报名"),
        ("山区专场有名额限制没", "限120人"),
        ("山区专场有没有免费车", "7:30发车"),
    ],
)
def test_one_event_is_told_with_what_its_notice_says_of_the_matter(base, question, said):
    dialogue = make_dialogue(
        base.catalogue.engine, base.retriever, Day(TODAY), Office(), lambda i: f"http://x/p/{i}"
    )
    shown = dialogue.respond(Message(f"u{question}", "text", text=question)).shown
    assert said in shown
    assert "300家" not in shown


def test_a_new_matter_is_not_answered_from_the_paper_and_class_of_the_one_before(base):
    dialogue = make_dialogue(
        base.catalogue.engine, base.retriever, Day(TODAY), Office(), lambda i: f"http://x/p/{i}"
    )
    for text in ("峰才租房补多少", "那岭才呢"):
        dialogue.respond(Message("unew", "text", text=text))
    shown = dialogue.respond(Message("unew", "text", text="结果有异议多少天内申请复查")).shown
    assert "15日内" in shown
    assert "1500" not in shown.split("依据")[0]
