"""What the papers name by a word of their own, in quotes or over a column: 河源杯, 安巢券;
and classes that only a level tells apart: 省级领军人才, 市级领军人才."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from bot.answering.elsewhere import unknown_place
from bot.answering.events import enters_contest, is_later_stage
from bot.answering.excepting import of_two_cases
from bot.answering.programme import EventAnswerer
from bot.answering.ruling import Verdict
from bot.answering.understanding import Turn, understand
from knowledge.lexicon import SynonymTable, is_coined, normal
from knowledge.purposes import purposes
from tests.bot.script import TODAY
from tests.bot.small_city import asking, base_of, told

PAPERS = {
    "认定.md": """# 峒原市高层次人才分类认定办法

峒才〔2025〕3号

第一条 高层次人才分为五个层次：杰出人才、省级领军人才、市级领军人才、青年英才、实用骨干人才。

第二条 市级领军人才、青年英才每年5月、10月的10日至25日集中受理。

第三条 申报市级领军人才的，年龄不超过50周岁；申报青年英才的，年龄不超过40周岁。

第四条 每年在本市工作不少于90天的双聘人才可以申请认定，认定后不享受安家补助和人才房票。

第五条 青年英才：具有博士学位的；具有副高级职称的。实用骨干人才：具有硕士学位的；技师。
""",
    "安居.md": """# 峒原市人才安居办法（2026年）

峒政〔2026〕5号

第一条 安居标准见下表：

| 人才层次 | 安巢券面额 | 安家补助 |
|---|---|---|
| 省级领军人才 | 60万元 | 50万元 |
| 市级领军人才 | 33万元 | 25万元 |
| 青年英才 | 18万元 | 10万元 |

第二条 安巢券在购买商品住房、办理网签时抵扣房款，不能提现。

第三条 安巢券可以与租房补贴同时享受。
""",
    "公告.md": """# 关于申报“留峒筑梦”毕业生生活补助的公告

峒人社公告〔2026〕9号

一、补助标准

硕士每月1300元，本科每月700元。

二、审核和发放

2027年1月15日前公示，补助资金2027年2月5日前发到本人社会保障卡。
""",
    "大赛.md": """# 第三届“河源杯”创业大赛公告

一、赛程

报名：2026年11月10日至12月6日24:00，在官网提交商业计划书。

二、参赛条件

没有硕士、博士成员的团队不能报名。
""",
    "活动.md": """# 峒原市人才活动日程表（2026年11月至2027年1月）

| 活动名称 | 日期 | 时间 | 地点 | 报名截止 |
|---|---|---|---|---|
| 就在峒原校园招聘（河源医科大学站） | 2026年12月16日 | 9:00-14:00 | 河源医科大学 | 无需报名 |
| 第三届“河源杯”创业大赛决赛 | 2027年1月16日 | 9:00-17:00 | 会议中心礼堂 | 1月10日 |
""",
    "问答.md": """# 人才服务问答

问：“河源卡”丢了怎么补？

答：先在平台挂失，再到人力资源大厦一楼3号窗口办理，3个工作日补发。

问：刚办完网签，还能要安巢券吗？

答：不能，安巢券要先领券后网签。

问：港澳台居民没有参保的，能申请认定吗？

答：港澳台居民未参保的，可以用连续4个月的个人所得税记录申请认定。
""",
    "落户.md": """# 人才落户办事指南

## 三、家里人能不能一起迁

落在自有住房的，配偶、子女、双方父母都可以随迁。落在人才集体户的，只能随迁配偶和未成年子女。
""",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    with base_of(PAPERS, tmp_path_factory) as made:
        yield made


@pytest.fixture(scope="module")
def ask(base):
    return asking(base)


def test_a_name_in_quotes_is_one_word_and_no_word_of_every_day_is(base):
    base.retriever.places(TODAY)  # reads what is published
    assert [n for n in ("河源杯", "留峒筑梦", "安巢券", "河源") if is_coined(n)] == [
        "河源杯",
        "留峒筑梦",
        "安巢券",
    ]


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("市级领军能拿多大面额的券", "33万元"),
        ("省级领军安家补助多少", "50万元"),
        ("青年英才一年能报几回", "每年5月、10月"),
        ("留峒筑梦的钱哪天能到", "2月5日"),
        ("河原杯报名到哪天截止", "12月6日"),
        ("河源卡找不到了去哪补", "3号窗口"),
        ("青年英才买房的卷是多少钱", "18万元"),
        ("我们仨都是本科生，能报河源杯吗", "不能报名"),
    ],
)
def test_what_is_asked_of_by_its_name_is_found(ask, question, holds):
    assert holds in told(ask(question))


def test_two_classes_of_one_rank_are_two_classes(ask):
    assert "60万元" not in told(ask("市级领军安巢券多少"))


def test_what_is_denied_to_who_is_let_in_is_denied_whatever_they_meet(ask):
    (part,) = ask("我一年过来待100天，算双聘，安家费能领吗").parts
    assert part.lead is Verdict.NO
    (part,) = ask("我一年过来待100天，算双聘，安家费有我的份吗").parts
    assert part.lead is Verdict.NONE  # 没有


def test_kin_are_kept_out_by_the_sentence_of_the_case_told_before(ask):
    (part,) = ask("爸妈能一块迁过来吗", "户口想落人才集体户").parts
    assert part.lead is Verdict.NO
    (part,) = ask("爸妈能一块迁过来吗", "户口想落自己的房子").parts
    assert part.lead is not Verdict.NO


def test_a_reply_that_reads_like_the_question_keeps_its_no(ask):
    (part,) = ask("刚网签，还能领安巢券不").parts
    assert part.body.startswith("不能")


def test_an_event_is_not_named_by_part_of_another_things_name(base):
    now = datetime.combine(TODAY, time(10))
    meant = base.retriever.as_meant
    answerer = EventAnswerer(base.retriever.programme, lambda source, label: label, meant)
    assert answerer.answer("河源卡找不到了去哪补", now) is None
    found = answerer.answer("河源医科大学的招聘会几号", now)
    assert found is not None
    assert [h.title for h in found.shown] == ["就在峒原校园招聘（河源医科大学站）"]


def test_a_slip_in_what_an_event_is_called_is_read_as_it_in_what_follows_too(base):
    now = datetime.combine(TODAY, time(10))
    meant = base.retriever.as_meant
    answerer = EventAnswerer(base.retriever.programme, lambda source, label: label, meant)
    for text, before in (
        ("河源医科大学的招聘汇几号", ()),
        ("在哪", (Turn("河源医科大学的招聘汇几号"),)),
    ):
        found = answerer.answer(text, now, before)
        assert found is not None
        assert [h.title for h in found.shown] == ["就在峒原校园招聘（河源医科大学站）"]


def test_until_when_to_enter_a_contest_is_not_told_by_its_final():
    assert enters_contest("河源杯报名到哪天截止")
    assert not enters_contest("河源杯决赛去旁听怎么报名")
    assert is_later_stage("第三届“河源杯”创业大赛决赛")


def test_what_a_benefit_may_be_had_beside_tells_nothing_of_what_it_is_for():
    assert purposes(["留砺津贴"], ["留砺津贴可以与租金直减、租房补贴同时享受。"]) == {}


def test_a_district_of_which_the_papers_speak_is_no_other_place():
    text = "城北区的公寓多少钱一个月"
    assert unknown_place(text, text, [], "", True, lambda wording: wording == "城北区") == ""
    assert unknown_place(text, text, [], "", True, lambda wording: False) == "城北区"


def test_who_says_where_they_are_from_asks_about_no_other_place(ask):
    assert "连续4个月" in told(ask("我香港的，没交社保，人才认定报得了吗"))


def test_in_which_of_two_cases_somebody_is_their_class_or_district_tells():
    clause = "市区户籍的不能申请，平柘县户籍的可以。"
    for told_of, expected in (("我户口是平柘县的", Verdict.YES), ("我户口在外地", None)):
        (asked,) = understand(f"{told_of}，能住驿站吗", TODAY, SynonymTable.load())
        assert of_two_cases(asked.query, asked.told, normal(clause)) is expected
