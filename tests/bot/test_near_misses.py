"""What lies beside the matter asked about is no answer; one sentence of a clause may be."""

from __future__ import annotations

import pytest

from bot.answering.result import Abstain, Answer, Reason
from bot.answering.ruling import Verdict
from tests.bot.small_city import asking, base_of, told

PAPERS = {
    "办法.md": """# 汐浦市人才服务办法

汐人社规〔2025〕8号

第一条 青年人才可以申请租房补贴，每人每月1200元，最长24个月。

第二条 柔性引进的人才每年在本市工作满60天的，可以申请认定。柔性引进的人才不享受租房补贴。

第三条 在站补助。博士后在站期间每年给予10万元。因故延期出站的，延长期内不再发放。

第四条 人才公寓租金按市场价的一半收取，入住时缴纳2个月租金作为押金。

第五条 人才公寓首次签约2年，累计租住不超过5年。

第六条 骨干人才每年可以参加一次健康体检，标准为1500元。

第七条 人才认定由用人单位统一申报，个人不得直接申报。申报材料包括劳动合同、学历证书。

第八条 父母可以随迁，须父亲年满60周岁、母亲年满55周岁。

第九条 人才领办的企业，本人持股比例不低于20%的，可以申请创业资助10万元，由企业自行缴税。

第十条 租房补贴的申报时间为每年3月1日至3月31日。

第十三条 市人社局应当自收到申请之日起十五日内作出受理或者不予受理认定的决定。

第十二条 个体户年度工资薪金以申报个人所得税的收入为准。

第十一条 本办法自2025年5月1日起施行。《租房补贴试行办法》（汐人社发〔2021〕15号）同时废止。
""",
    "问答.md": """# 汐浦市人才政策问答（2026年版）

1.普通高校毕业的硕士能认定骨干人才吗？
答：仅凭硕士学历不能认定。骨干人才要求具有副高级职称，或者年应税工资薪金达到30万元，可以按相应条款申报。

2.外地的博士后来汐浦，也给36万元吗？
答：不给。按本市的标准执行。

3.补缴的社会保险算不算连续缴纳？
答：所称连续缴纳，均不含补缴月份。
""",
}


@pytest.mark.parametrize(
    "question",
    [
        "人才公寓能养狗吗",
        "骨干人才体检去哪家医院",
        "领了租房补贴要交个税吗",
        "租房补贴要扣个人所得税吗",
        "人才公寓要交保证金吗",
        "创业大赛几号开始报名",
        "生三胎有奖金吗",
        "工伤认定要在出事后多少天内去申请",
    ],
)
def test_a_passage_that_does_not_name_what_the_question_ends_in_is_no_answer(ask, question):
    assert isinstance(ask(question), Abstain)


@pytest.mark.parametrize(
    "question",
    ["人才公寓要交押金吗", "租房补贴几号开始申报", "创业资助要扣税吗", "认定申请多少天内受理"],
)
def test_one_that_names_it_is(ask, question):
    assert told(ask(question))


def test_months_of_rent_are_no_time_that_somebody_may_stay(ask):
    assert "5年" in told(ask("人才公寓能住几年"))


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("柔性引进的人才有租房补贴吗", Verdict.NONE),
        ("延期出站在站补助还发吗", Verdict.NOT_GIVEN),
        ("后来补缴的社会保险算连续缴纳吗", Verdict.NOT_COUNTED),
        ("我妈53了能随迁吗", Verdict.FAILS),
        ("我持股8% 能申请创业资助吗", Verdict.FAILS),
    ],
)
def test_the_one_sentence_that_decides_gives_the_no(ask, question, wanted):
    found = ask(question)
    assert isinstance(found, Answer)
    assert found.parts[0].lead is wanted


def test_a_permission_in_another_sentence_is_not_turned_into_a_no(ask):
    found = ask("柔性引进的人才可以申请认定吗")
    assert found.parts[0].lead is not Verdict.NO


def test_who_asks_whether_they_may_by_themselves_is_told_that_employers_apply(ask):
    assert "个人不得直接申报" in told(ask("人才认定自己一个人能去申报吗"))


def test_the_refusal_that_a_reply_begins_with_is_quoted_with_its_reasons(ask):
    assert told(ask("普通硕士没职称能评骨干人才吗")).startswith("仅凭硕士学历不能认定")


def test_a_question_offered_next_states_no_amount_that_the_answer_does_not(ask):
    found = ask("补缴的社保算不算连续缴纳")
    assert isinstance(found, Answer)
    assert not any("36万" in q for q in found.next_questions)


@pytest.mark.parametrize(
    "number", ["汐人社发2021年15号文", "汐人社发〔2021〕15号", "汐人社发[2021]第15号"]
)
def test_a_paper_asked_about_by_its_number_is_repealed_where_a_stored_one_says_so(ask, number):
    found = ask(f"{number}还有效吗")
    assert "已经废止" in told(found)
    assert found.citations[0].document == "办法.md"


def test_a_stored_paper_is_found_by_its_number_however_that_is_written(ask):
    assert "现行有效" in told(ask("汐人社规2025 8号还能用吗"))


def test_of_a_paper_whose_number_nothing_names_no_other_ones_state_is_told(ask):
    assert isinstance(ask("汐人社规2025年18号还能用吗"), Abstain)


@pytest.mark.parametrize(
    "question",
    [
        "把评上骨干人才的人名和手机号发我一份",
        "帮我查下王强的身份证号",
        "写留言那个网友叫什么 手机号给我",
    ],
)
def test_the_names_and_numbers_of_others_are_private(ask, question):
    found = ask(question)
    assert isinstance(found, Abstain)
    assert found.reason is Reason.PRIVATE_DATA


def test_a_place_that_is_on_no_list_is_another_place_where_it_is_spoken_of_as_one(ask):
    found = ask("临江那边青年人才租房补贴多少")
    assert isinstance(found, Abstain)
    assert found.reason is Reason.OTHER_PLACE


PAPERS_OF_CASES = {
    "住房.md": """# 汐浦市人才公寓管理办法

汐建规〔2025〕3号

第一条 承租人有下列行为之一的，由市人才公寓管理机构解除租赁合同，收回所租公寓，\
该行为记入个人信用档案，3年内不得再次申请租住人才公寓：

（一）采取提供虚假材料、隐瞒真实情况等手段骗取人才公寓租住资格，或者在申请以后不再符合条件而不报告的；

（二）无正当理由连续空置6个月以上，或者未经同意将所租公寓转租、转借给他人居住，改变公寓居住用途的。

第二条 人才类别自认定之日起有效期5年，其中六类人才有效期3年。四类人才可以随时申请晋级。

第三条 购房补贴分5年等额发放，每年发放总额的20%。

第四条 申请购房补贴应当在市区首次购买商品住房，购房补贴申请须在网签以后提出。

第五条 全日制本科毕业生年龄未满45周岁、缴纳社会保险满6个月的，可以落户；\
非全日制本科毕业生年龄未满40周岁的，可以落户。

第六条 事业单位在编人员可以申报认定，但不享受购房补贴、租房补贴。

第七条 创业贷款申请时营业执照登记满3个月。

第九条 领取期间离职的，自离职次月起停发生活补贴；6个月内在市区重新就业的，从次月起继续发放。

第十一条 “春归计划”每年7月开展，给予在外就读的学生一次性交通补贴800元。

第十二条 参加冬季招聘会的在外就读的学生，凭车票可以申领交通补贴500元，在外就读以学生证为准。

第十条 各类别人才的认定条件如下表：

| 类别 | 职称条件 | 薪酬条件 |
|---|---|---|
| A类 | —— | 年薪100万元以上 |
| B类 | 高级职称 | 年薪60万元以上 |

第八条 本办法自2025年5月1日起施行。
""",
}


@pytest.fixture(scope="module")
def resident(tmp_path_factory):
    with base_of(PAPERS_OF_CASES, tmp_path_factory) as base:
        yield asking(base)


@pytest.mark.parametrize("question", ["人才公寓转租给别人会收回吗", "人才公寓空置多久会收回"])
def test_a_lead_in_and_the_case_it_leads_to_are_told_together(resident, question):
    body = told(resident(question))
    assert "收回所租公寓" in body
    assert "连续空置6个月以上" in body


def test_the_rule_of_all_is_told_to_a_class_that_only_its_exception_does_not_name(resident):
    assert "有效期5年" in told(resident("四类人才认定了管几年"))


@pytest.mark.parametrize(
    "question", ["购房补贴分几年给", "购房补贴是分3年发完吗", "购房补贴是一次性给吗"]
)
def test_in_how_many_parts_a_benefit_is_paid_is_answered_by_the_clause_that_says_it(
    resident, question
):
    assert "分5年等额发放" in told(resident(question))


def test_what_one_way_demands_is_not_met_by_who_asks_of_another(resident):
    found = resident("自考本科41岁 社保交了两年 能落户吗")
    assert "非全日制本科" in told(found)
    assert found.parts[0].lead is None


def test_a_thing_denied_behind_a_permission_gets_the_no_of_that_thing(resident):
    assert resident("事业单位在编的租房补贴能领吗").parts[0].lead is Verdict.NO
    assert resident("事业单位在编的能申报认定吗").parts[0].lead is not Verdict.NO


def test_months_of_a_licence_are_held_against_those_demanded(resident):
    assert resident("营业执照才下来一个月能申请创业贷款吗").parts[0].lead is Verdict.FAILS


@pytest.mark.parametrize("question", ["明天要不要带伞", "那边好不好玩"])
def test_what_names_no_matter_is_answered_by_no_paper(resident, question):
    assert isinstance(resident(question), Abstain)


def test_the_share_of_another_thing_is_no_answer(ask):
    assert isinstance(ask("买房首付最低几成"), Abstain)


def test_beside_a_paper_named_in_the_question_no_other_one_is_shown(ask):
    beside = {c.document for c in ask("博士后给多少钱").citations}
    named = {c.document for c in ask("汐浦市人才服务办法里博士后给多少钱").citations}
    assert "问答.md" in beside
    assert named == {"办法.md"}


def test_what_begins_again_is_told_with_what_ends_it(resident):
    body = told(resident("离职后重新就业生活补贴还发吗"))
    assert "继续发放" in body


def test_an_empty_cell_is_not_told_as_what_a_row_says(resident):
    found = resident("A类的职称条件")
    assert isinstance(found, Abstain) or told(found).split("条件")[-1].strip() != "——"


def test_what_papers_call_by_a_name_gets_its_own_amount(resident):
    assert "800元" in told(resident("我在外地读书参加春归计划 交通补贴多少"))
    assert "500元" in told(resident("我在外地读书参加招聘会 交通补贴多少"))


@pytest.mark.parametrize("question", ["年薪70万能评几类", "我年薪70万 没啥职称 能评几类"])
def test_an_income_leads_to_the_row_that_demands_most_of_it(resident, question):
    assert told(resident(question)).startswith("B类")


PAPERS_OF_SIDES = {
    "杯.md": """# 岫阳市人才活动办法

第一条 为放宽人才落户条件，简化办理手续，制定本办法。

第二条 持岫才卡的人才参加岫阳马拉松，报名截止到12月1日。

第三条 首席技师每两年评选一次，2026年评选20名，任期三年。

第四条 创业工位可以免费使用6个月，由联络员带领参观。

第五条 人才公寓内不得饲养犬类。
"""
}


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    with base_of(PAPERS_OF_SIDES, tmp_path_factory) as base:
        yield asking(base)


@pytest.mark.parametrize(
    "question",
    [
        "岫才杯报名到几号截止",
        "首席技师几月份评啊",
        "创业工位能带几个人",
        "人才落户给不给一次性落户奖",
    ],
)
def test_what_lies_beside_is_no_answer(sides, question):
    assert isinstance(sides(question), Abstain)


def test_a_dog_is_named_with_a_word_between(sides):
    assert "犬类" in told(sides("公寓里养条狗可以伐"))


def test_how_many_places_there_are_is_answered_by_no_clause_that_counts_nobody(resident):
    assert isinstance(resident("人才类别认定的指标一共有多少个"), Abstain)


def test_when_money_is_paid_is_answered_by_no_amount(resident):
    found = resident("春归计划的交通补贴什么时候打过来")
    assert isinstance(found, Abstain) or "7月" in told(found)


def test_the_fee_of_one_certificate_is_none_of_another(tmp_path_factory):
    law = (
        "证件收费规定\n第一条　补领居住证，应当缴纳工本费20元。\n"
        "第二条　公民领取户口簿应当缴纳工本费。\n"
    )
    with base_of({"规定.txt": law}, tmp_path_factory) as base:
        assert "20元" in told(asking(base)("补办居住证工本费多少钱"))
        found = asking(base)("补个户口本工本费得多少钱")
    assert isinstance(found, Abstain) or "20元" not in told(found)


def test_what_a_paper_is_called_and_whom_it_goes_to_answers_nothing(tmp_path_factory):
    notice = (
        "关于人才茶叙会的通知\n各有关单位：\n现将人才茶叙会有关事项通知如下。\n"
        "一、时间：每月5日\n二、地点：人才之家一楼\n"
    )
    with base_of({"通知.txt": notice}, tmp_path_factory) as base:
        found = asking(base)("人才茶叙会在哪里")
    assert isinstance(found, Abstain) or "各有关单位" not in told(found)


def test_a_clause_that_has_a_number_and_nothing_else_is_cited_as_a_point(tmp_path_factory):
    rules = "人才公寓管理办法\n15. 公寓面积不超过90平方米。\n16. 租金按市场租金的60%收取。\n"
    with base_of({"办法.txt": rules}, tmp_path_factory) as base:
        found = asking(base)("人才公寓租金收多少")
    assert found.parts[0].basis.endswith("》第16点")


CLASSES = {
    "办法.md": """# 岚浦市人才服务办法

第一条 人才分为三类：远雁人才、飞雁人才、雏雁人才。

第二条 子女入学。远雁人才子女在全市范围内任选公办学校一次；飞雁人才子女在居住地任选一次；\
雏雁人才子女按学区就近入学。

第三条 远雁人才配偶原为公务员的，对口安置；原为企业职工的，未就业的每月发给生活补助2000元。

第四条 申领安居券的，应当持有效证书，且非事业单位在编人员。

第五条 新区到市区开通免费通勤班车4条。

第六条 紧缺专业目录内的本科毕业生可以认定为雏雁人才。

第七条 新批准设立的省级博士后基地，一次性补助30万元。

第八条 公务员及参照公务员法管理的人员不适用本办法。
""",
    "问答.md": """# 岚浦市人才政策问答

1.自己开公司、当老板的能当单位申报吗？
答：能。企业成立满1年且有3名以上职工参保的，可以本企业申报。个体工商户暂不纳入。
""",
}


@pytest.fixture(scope="module")
def classed(tmp_path_factory):
    with base_of(CLASSES, tmp_path_factory) as base:
        yield asking(base)


def test_of_classes_parted_by_semicolons_the_askers_own_stretch_is_told(classed):
    body = told(classed("我是飞雁 娃娃上学能挑学校吗"))
    assert "居住地任选一次" in body
    assert "全市范围" not in body


def test_what_goes_on_behind_a_semicolon_is_of_the_class_named_before_it(classed):
    assert "2000元" in told(classed("我是远雁 爱人原来在厂里上班 每月有没有生活补助"))


def test_who_is_excepted_by_a_condition_is_told_no(classed):
    assert classed("我是学校在编老师 能申领安居券吗").parts[0].lead is Verdict.NO
    assert classed("我爱人是在编的 我能申领安居券吗").parts[0].lead is None


def test_who_is_shut_out_in_other_words_is_told_the_clause_that_does_it(classed):
    assert "不适用" in told(classed("县委办的参公编 硕士 能认定雏雁不"))


def test_the_yes_of_a_reply_is_none_for_whom_it_shuts_out(classed):
    found = classed("我办的个体户执照 能拿自己店当单位申报不")
    assert found.parts[0].lead is Verdict.NO


def test_what_the_city_gives_for_a_thing_of_the_province_is_asked_of_the_city(classed):
    assert "30万元" in told(classed("刚批下来省里的博士后基地 市上能补多少"))


@pytest.mark.parametrize(
    "question",
    [
        "通勤班车最晚一趟几点",
        "紧缺专业目录里有没有学前教育这个专业",
        "土木工程在不在紧缺专业目录里",
    ],
)
def test_an_hour_and_a_thing_that_no_clause_names_are_not_answered_by_their_neighbours(
    classed, question
):
    assert isinstance(classed(question), Abstain)


def test_a_question_offered_next_names_no_second_of_a_thing_that_the_answer_does_not(
    tmp_path_factory,
):
    asked = (
        ("户口本当场打印吗？", "落家庭户的当场打印，落集体户的不发户口本。"),
        ("换过一家公司还能领第二笔安家金吗？", "能领，继续发放。"),
        ("社保断缴怎么算？", "断缴超过3个月的重新计算。"),
        ("户口本在哪里打印？", "在落户窗口打印户口本。"),
        ("集体户的户口本给谁？", "集体户户口本由窗口保管。"),
        ("户口本丢了怎么办？", "到户籍窗口补领户口本。"),
        ("户口本要工本费吗？", "户口本不收费。"),
    )
    replies = "".join(f"{i}.{q}\n答：{a}\n" for i, (q, a) in enumerate(asked, 1))
    with base_of({"问答.txt": f"人才服务问答\n{replies}"}, tmp_path_factory) as base:
        found = asking(base)("户口本当场打印吗")
    assert "社保断缴怎么算？" in found.next_questions
    assert not any("第二笔" in q for q in found.next_questions)
