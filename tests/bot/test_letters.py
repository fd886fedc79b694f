"""Letters: a story of some length with one question in it or several."""

from datetime import date

import pytest

from bot.answering.demands import falls_short
from bot.answering.letters import LETTER, without_courtesy, without_numbers
from bot.answering.result import Abstain, Answer, Reason
from bot.answering.ruling import Verdict
from bot.answering.scope import refusal
from bot.answering.understanding import understand
from knowledge.lexicon import SynonymTable, normal
from tests.bot.small_city import asking, base_of

DAY = date(2026, 11, 22)
STORY = (
    "尊敬的领导您好，我是外地人，硕士毕业以后一直在本市一家软件公司上班，"
    "社保交了五年，爱人在老家，孩子三岁，平时两地跑，实在辛苦。"
)
PAPERS = {
    "住房.md": """# 云浦市人才住房办法

第一条　租房补贴每人每月800元，最长发放36个月。

第二条　租房补贴在入职之日起6个月内向市住房保障中心申请。

第三条　购房补贴一次性发放5万元。享受租房补贴的，不得申请购房补贴。

第四条　申请购房补贴的，应当在本市连续缴纳社会保险满36个月。

第五条　晚归安置金。本市户籍人员在市外工作满10年后回来就业的，给予2万元。

第六条　安家费和生活补助由申请人选择其中一项。
""",
    "落户.md": """# 云浦市人才落户办法

第一条　父母随迁的，父亲年满60周岁、母亲年满55周岁。

第二条　落户申请由市公安局户政窗口受理，3个工作日办结。
""",
    "失业.md": """# 云浦市失业保险规定

第一条　失业保险金的领取期限，累计缴费满1年不足5年的，最长为12个月；\
满5年不足10年的，最长为18个月；10年以上的，最长为24个月。\
重新就业后，再次失业的，缴费时间重新计算，领取失业保险金的期限可以\
与前次失业应当领取而尚未领取的失业保险金的期限合并计算，但是最长不得超过24个月，\
具体由经办机构核定。经办机构应当自受理之日起10个工作日内书面告知核定结果及其理由。

第二条　领取失业保险金期间，基本医疗保险费由失业保险基金支付。
""",
    "指南.md": """# 云浦市人才津贴申报指南

## 所需材料

（一）试驾期津贴：试岗协议、结算凭证和本人的居民身份证复印件一份。

（二）青苗生活津贴：毕业证书、劳动合同、社会保障卡。

## 其他

青年驿站可以免费入住。试工期补助的发放标准另行公布。
""",
    "公租房.md": """# 云浦市公共租赁住房管理办法

第一条　公共租赁住房的申请人应当年满18周岁，有稳定工作和收入来源，符合规定的收入限制。

第二条　申请公共租赁住房的收入限制：单身人士月收入不高于2000元；家庭月收入不高于3000元。
""",
    "问答.txt": """云浦市人才政策常见问答

问：我在云浦的分公司上班，社会保险是总公司在外地交的，能享受政策吗？
答：不能。各项政策以在云浦本地缴纳的社会保险为准，补缴的不算，由人力资源公司代缴的也不算，劳务派遣的按照派遣单位所在地计算，以上各种情形均不享受本市人才政策中的住房、生活、子女入学三类待遇。

问：登高公寓能养猫吗？
答：可以养猫，但每户不超过2只。
""",
}


def asked(text: str) -> list[str]:
    return [q.text for q in understand(text, DAY, SynonymTable.load())]


def test_the_story_is_longer_than_a_message():
    assert len(normal(STORY)) > LETTER


def test_a_letter_s_two_questions_are_two():
    first, second = asked(f"{STORY}请问租房补贴一个月多少？另外落户几天办好？")
    assert "租房补贴" in first
    assert "落户" in second


@pytest.mark.parametrize(
    "marks", [("1.", "2."), ("①", "②"), ("一是", "二是"), ("（1）", "（2）"), ("一，", "二，")]
)
def test_the_numbers_before_its_questions_are_none_of_their_words(marks):
    one, two = marks
    found = asked(f"{STORY}请问{one}租房补贴一个月多少？{two}落户几天办好？")
    assert [q.removeprefix("请问").lstrip(",") for q in found] == [
        "租房补贴一个月多少",
        "落户几天办好",
    ]


def test_a_question_that_names_nothing_takes_what_was_said_before_it():
    assert asked(f"{STORY}想把户口迁过来，请问可以吗？") == ["想把户口迁过来,请问可以吗"]


def test_what_asks_nothing_goes_with_the_question_behind_it():
    (found,) = asked(f"{STORY}咨询租房补贴的问题。请问一个月给多少补贴？")
    assert found == "咨询租房补贴的问题,请问一个月给多少补贴"


def test_the_same_asked_once_more_is_no_second_question():
    assert asked(f"{STORY}想问下落户是什么意思，怎么落户？") == ["想问下落户是什么意思,怎么落户"]


def test_what_a_letter_only_laments_is_no_question():
    (found,) = asked(f"{STORY}窗口不就是为百姓办事的吗？请问租房补贴一个月多少？")
    assert "窗口" not in found


def test_an_old_rule_in_the_story_is_not_asked_about():
    (found,) = understand(
        f"{STORY}网上有个老办法写着每月500元。请问现在租房补贴一个月多少？",
        DAY,
        SynonymTable.load(),
    )
    assert not found.query.historic


def test_who_says_now_wants_the_rule_of_today():
    (found,) = understand("老办法补5万现在补多少", DAY, SynonymTable.load())
    assert not found.query.historic


@pytest.mark.parametrize(
    "courtesy",
    [
        "同志您好",
        "老师好",
        "王局长好",
        "盼复",
        "谢谢您啦",
        "先谢谢您了",
        "急等回信",
        "辛苦老师答复",
    ],
)
def test_courtesy_is_no_part_of_what_a_letter_speaks_of(courtesy):
    with_it, without = (
        understand(f"{lead}{STORY}请问租房补贴一个月多少？{end}", DAY, SynonymTable.load())
        for lead, end in ((f"{courtesy}，", f"{courtesy}！"), ("", ""))
    )
    assert [q.query.concepts for q in with_it] == [q.query.concepts for q in without]


def test_a_question_that_names_nothing_is_about_what_its_writer_last_said_to_want():
    (found,) = understand(
        f"{STORY}我想给母亲办一张居住证。派出所离家很远，请问能不能让女儿去？",
        DAY,
        SynonymTable.load(),
    )
    assert found.query.point == {"居住证"}
    (own,) = understand(
        f"{STORY}我想给母亲办一张居住证。她的养老金能领多少？", DAY, SynonymTable.load()
    )
    assert "居住证" not in own.query.point


def test_questions_on_what_a_clause_has_for_its_name_are_told_apart():
    names = ["技能回炉券"]
    one, two = understand(
        f"{STORY}听说有一张技能回炉券。请问这张券抵多少钱，领的时候要带什么证件？",
        DAY,
        SynonymTable.load(),
        names_in=lambda text, found: names,
    )
    assert "多少钱" in one.text
    assert "什么证件" in two.text
    assert one.query.point == two.query.point == {"技能"}


def test_more_than_three_questions_are_told_apart_by_sentence():
    found = asked(
        f"{STORY}第一，租房补贴一个月多少，能领几个月？第二，落户几天办好，收不收费？第三，子女入学怎么报名？"
    )
    assert len(found) == 3
    assert "租房补贴" in found[0]
    assert "落户" in found[1]


def test_some_day_asks_for_no_day():
    _, second = asked(f"{STORY}请问租房补贴一个月多少？万一哪天我辞职了，这份钱还发吗？")
    assert "哪天" not in second


def test_the_name_of_a_clause_in_a_letter_leads_to_it(ask):
    found = ask(
        f"{STORY}听同事说有一笔晚归安置金，也说不清是不是人人都有。请问要满足哪些条件才能领？谢谢！"
    )
    assert isinstance(found, Answer)
    assert "市外工作满10年" in found.parts[0].body


def test_the_papers_for_one_benefit_are_none_for_another_of_that_name(ask):
    found = ask("青苗生活津贴要交什么材料")
    assert isinstance(found, Answer)
    assert "毕业证书" in found.parts[0].body
    assert all("试岗协议" not in p.body for p in (*found.parts, *found.beside))


def test_the_point_of_a_letter_is_what_its_question_names_unless_it_rambles():
    table = SynonymTable.load()
    (plain,) = understand(f"{STORY}请问落户要什么材料？", DAY, table)
    assert plain.query.point == {"落户"}
    (rambling,) = understand(
        f"{STORY}请问落户、体检、社保、公积金、驾照、车牌这些手续怎么办？", DAY, table
    )
    assert not rambling.query.point


@pytest.mark.parametrize(
    ("told", "clause", "expected"),
    [
        ("我39岁,连续缴费刚满6年", "连续缴纳社会保险7年及以上", True),
        ("我39岁,连续缴费刚满8年", "连续缴纳社会保险7年及以上", False),
        ("工作了两年,社保交了五年", "连续缴纳社会保险满36个月", False),
        ("我1968年生,58岁人", "年龄在20-45周岁", True),
        ("我今年30岁", "年龄在20-45周岁", False),
        ("社保交了1年", "具备下列条件之一:缴纳社会保险满3年;获得表彰", False),
        ("社保交了1年", "缴纳社会保险一般应满3年", False),
        ("社保交了1年", "缴纳社会保险满3年的不再享受", False),
    ],
)
def test_a_number_that_misses_what_the_clause_demands_of_the_same_thing_fails(
    told, clause, expected
):
    assert falls_short(told, "能申请吗", clause) is expected


@pytest.mark.parametrize(
    ("question", "expected"), [("我爸能随迁吗", True), ("我妈能随迁吗", False)]
)
def test_of_two_relatives_the_one_asked_about_counts(question, expected):
    clause = "父亲年满60周岁、母亲年满55周岁"
    assert falls_short("我爸今年58岁,我妈56岁", question, clause) is expected


def test_each_question_of_a_letter_is_answered(ask):
    found = ask(f"{STORY}请问租房补贴最长能领几个月？另外落户几天办好？")
    assert isinstance(found, Answer)
    assert "36个月" in found.parts[0].body
    assert "3个工作日" in found.parts[1].body


@pytest.mark.parametrize(
    ("ends", "lead", "because"),
    [
        ("社保在本市连续交了20个月。请问我现在能申请购房补贴吗？", Verdict.FAILS, "36个月"),
        ("去年评上了人才。请问安家费和生活补助能不能一起拿？", Verdict.NO, "其中一项"),
    ],
    ids=["a number falls short", "one of two"],
)
def test_a_letter_is_told_no_where_the_clause_leaves_no_doubt(ask, ends, lead, because):
    found = ask(
        "您好，我是外地人，硕士毕业以后来这边上班，单位挺好的，住得也近，"
        f"可是窗口的人几次说法不一，不知道信谁的。{ends}"
    )
    assert isinstance(found, Answer)
    assert found.parts[0].lead is lead
    assert because in found.parts[0].body


def test_the_story_alone_makes_no_clause_an_answer(ask):
    found = ask(
        "您好，我领着租房补贴，准备申请购房补贴，社保交了五年，一直都在本市上班。"
        "最近看上一辆新车，手头有点紧。请问买车上牌的指标怎么摇号？"
    )
    assert isinstance(found, Abstain)


def test_a_letter_on_another_city_gets_no_amount_of_this_one(ask):
    found = ask(
        "您好，我爱人在苏州一家公司上班，她是硕士毕业，刚租了房子，想在那边申请补贴。"
        "请问苏州的租房补贴每月多少钱？最长能领几个月？"
    )
    assert isinstance(found, Abstain)
    assert (found.reason, found.place) == (Reason.OTHER_PLACE, "苏州")


def test_behind_a_question_on_another_city_the_own_one_is_answered(ask):
    found = ask("苏州的租房补贴多少？云浦的租房补贴最长能领几个月？")
    assert isinstance(found, Answer)
    assert "36个月" in found.parts[0].body


def test_money_that_has_come_already_is_no_question_on_its_progress(ask):
    found = ask("我的租房补贴第一笔已经到账了，请问一共能领几个月")
    assert isinstance(found, Answer)


def test_a_place_whose_name_is_withheld_is_never_another_one(ask):
    found = ask("L市租房补贴最长能领几个月")
    assert not isinstance(found, Abstain) or found.reason is not Reason.OTHER_PLACE


def test_where_the_insurance_is_paid_is_no_place_asked_about_beside_the_own_city(ask):
    found = ask("人在云浦分公司上班，社保上海总部交的，租房补贴多少钱")
    assert not isinstance(found, Abstain) or found.reason is not Reason.OTHER_PLACE
    other = ask("云浦和上海的租房补贴多少钱")
    assert isinstance(other, Abstain)
    assert other.place == "上海"


def test_an_official_who_comes_to_look_is_no_question_on_ones_own_file():
    assert refusal("租房落户以后派出所会不会上门查我住没住") is None
    assert refusal("我来查下我的申请") is Reason.PERSONAL_STATUS


def test_a_break_in_what_must_be_paid_without_one_leaves_it_open():
    clause = "连续缴纳社会保险7年及以上"
    assert not falls_short("社保加起来交了5年,断过一年", "能报吗", clause)
    assert falls_short("社保连着交了5年", "能报吗", clause)


def test_a_band_for_fewer_years_is_not_told_of_who_has_paid_for_more(ask):
    found = ask(f"{STORY}厂里和我的失业保险交足了八年。请问失业保险金最长能领几个月？")
    assert isinstance(found, Answer)
    assert "18个月" in found.parts[0].body
    assert "12个月" not in found.parts[0].body


def test_of_several_clauses_the_one_that_a_letter_s_number_misses_decides(ask):
    found = ask(
        f"{STORY}我现在每个月工资加提成有2600块，还没有成家。"
        "请问像我这个收入，能申请公共租赁住房吗？"
    )
    assert isinstance(found, Answer)
    assert found.parts[0].lead is not None
    assert "不高于2000元" in found.parts[0].body


def test_what_has_become_of_something_is_asked_in_the_question_and_not_in_the_story():
    assert refusal(normal(f"{STORY}我去年的补贴批下来了。请问租房补贴一个月多少？")) is None
    assert refusal(normal(f"{STORY}请问我去年交的申请批下来没有？")) is Reason.PERSONAL_STATUS


def test_what_tells_how_many_questions_follow_is_none():
    first, second = asked(f"{STORY}想请教两件事：一是租房补贴一个月多少？二是落户几天办好？")
    assert "两件事" not in first
    assert "落户" in second


def test_a_name_in_the_question_s_own_sentence_is_asked_about():
    (found,) = understand(
        f"{STORY}我们报了创业杯。要是拿到二等奖，像我们这种开了两年的公司能有多少奖金？",
        DAY,
        SynonymTable.load(),
        names_in=lambda text, found: ["二等奖"],
    )
    assert not next(c for c in found.query.concepts if c.word == "二等奖").told


def test_a_reply_to_just_what_a_letter_asks_keeps_its_no(ask):
    found = ask(
        f"{STORY}我平时在本市的分公司上班，社保一直是总公司在外地统一给交的。"
        "像我这样的，能享受你们的人才政策吗？"
    )
    assert isinstance(found, Answer)
    assert found.parts[0].body.startswith("不能")


def test_an_earlier_reply_that_a_later_one_opens_to_all_is_not_shown_beside_it(tmp_path_factory):
    replies = {
        "答复.md": """# 云浦市网上留言答复选编

## 留言编号12　答复日期2016/2/6

网友您好！按现有政策，灵活就业人员参加职工养老保险只限本市户籍与外地非农户籍，外地农村户口只能向户籍所在地参保。

## 留言编号15　答复日期2017/9/1

网友您好！灵活就业人员本人自愿，不受户籍地域和性质的限制，均可在我市参加职工养老保险。
"""
    }
    with base_of(replies, tmp_path_factory) as base:
        found = asking(base)(
            f"{STORY}老乡说我们只能回去买。请问我能以灵活就业人员身份在本市自愿参加职工养老保险吗？"
        )
    assert isinstance(found, Answer)
    told = "".join(p.body for p in (*found.parts, *found.beside))
    assert "均可" in told
    assert "只限" not in told


@pytest.mark.parametrize(
    "text",
    ["我是中学老师,能申请安家费吗", "请问几点上班", "想问三点前交材料行吗"],
)
def test_who_asks_and_for_what_hour_is_no_courtesy(text):
    assert without_courtesy(text) == text


def test_classes_that_are_counted_up_are_no_numbers_of_questions():
    assert without_numbers("第一、二、三层次人才分别补多少") == "第一、二、三层次人才分别补多少"
    assert without_numbers("第三、四类人才补多少") == "第三、四类人才补多少"


def test_a_later_reply_on_another_matter_does_not_lead(tmp_path_factory):
    replies = {
        "答复.md": """# 云浦市网上留言答复选编

## 留言编号12　答复日期2024/2/6

网友您好！人才购房补贴只限本市首套新建商品住房，每个家庭申领一次。

## 留言编号15　答复日期2025/9/1

网友您好！公共租赁住房个人和单位均可申请，由住房保障中心受理。
"""
    }
    with base_of(replies, tmp_path_factory) as base:
        found = asking(base)("人才购房补贴第二套住房能申请吗")
    assert isinstance(found, Answer)
    assert "首套" in found.parts[0].body
