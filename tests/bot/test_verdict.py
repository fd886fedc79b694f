"""A yes or no is said first only where the clause leaves no doubt."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answering.demands import by_number, falls_short
from bot.answering.excepting import by_exception
from bot.answering.ruling import Verdict
from bot.answering.understanding import understand
from bot.answering.verdict import ABOUT, CERTAIN, SURE, in_letter, refusal_of, verdict
from knowledge.lexicon import SynonymTable, normal
from knowledge.query import Aspect, Query

DAY = date(2026, 11, 22)


def said(question: str, clause: str, classes: tuple[str, ...] = (), coverage: float = 0.9):
    query = Query(question, question, (), (Aspect.WHETHER,), classes=frozenset(classes))
    return verdict(query, clause, question, coverage, "", DAY)


@pytest.mark.parametrize(
    ("question", "clause", "expected"),
    [
        ("公务员可以申请吗", "公务员不纳入本办法认定范围。", Verdict.NO),
        ("两样能同时拿吗", "生活补贴与租房补贴可以同时享受。", Verdict.YES),
        ("要不要转档案", "申领补贴不要求转档案。", Verdict.NOT_NEEDED),
        ("落户收费吗", "落户不收取任何费用。", Verdict.NOT_NEEDED),
        ("档案能自己带过来吗", "可以凭调档函机要寄送，个人不得自带档案。", Verdict.NO),
        ("租我爸名下的房子能领吗", "可以申请租房补贴。租住直系亲属房屋的，不予补贴。", Verdict.NO),
        ("户口没迁过去能先领吗", "落户后才能享受购房补贴。", Verdict.FAILS),
        ("合同还在试用期能办吗", "应当提交满试用期的劳动合同。", Verdict.FAILS),
        ("已经转正了能办吗", "试用期满后方可办理。", None),
        ("没落户能领吗", "不需要落户，凭劳动合同申请。", None),
        ("未婚可以落户吗", "应当在本市落户。", None),
        ("没有房子能落户吗", "须在本市落户满1年。", None),
        ("有没有落户补贴能领吗", "落户后方可申请。", None),
        ("试用期早过了能申请吗", "试用期满后方可申请。", None),
        ("想租个大一点的能申请吗", "须为高校毕业生。", None),
        ("我和父母一起租房能领吗", "可以申请租房补贴。租住直系亲属房屋的，不予补贴。", None),
        ("房子是我丈母娘的 我租着能领吗", "承租父母所有的住房，不发放租房补贴。", Verdict.NO),
        ("租同事名下的房子能领吗", "可以申请租房补贴。租住直系亲属房屋的，不予补贴。", None),
        ("户口可以一直不迁吗", "应当在6个月内将户口迁至住房所在地。", Verdict.NO),
        ("可以不交体检表吗", "申请人不需要交体检表，应当交申请表。", None),
        ("劳务派遣的可以评吗", "以劳务派遣方式用工的，由实际用工单位申报。", Verdict.YES),
        ("民办学校也行吗", "民办学校不适用本细则。", Verdict.NO),
        ("已经领的能留着吗", "企业破产后重新就业的，不予追回。", Verdict.YES),
        ("我自己辞职的能领失业金吗", "非因本人意愿中断就业的，可以领取失业保险金。", Verdict.FAILS),
        ("我被公司辞退的能领失业金吗", "非因本人意愿中断就业的失业人员应当登记。", None),
        ("爸妈有套房 我还可以拿补贴不", "父母名下有房的不影响。", Verdict.MEETS),
        ("我有套房 还可以拿补贴不", "父母名下有房的不影响。", None),
        ("让我姐替我办可以吗", "本人不能到场的，可以委托他人办理。", Verdict.YES),
        ("让同事替我办可以吗", "可以委托直系亲属办理。", None),
        ("社保交在总部 能报人才不", "在本市缴纳社会保险满6个月的可以申报。", Verdict.FAILS),
        ("社保交在总部 能报人才不", "分公司在本市缴纳社会保险满6个月的可以申报。", None),
        ("我是开放大学的本科 能算不", "自考、开放大学的不算，可以咨询。", Verdict.NO),
        ("公司能从我工资里扣吗", "由用人单位缴纳，职工不缴纳工伤保险费。", Verdict.NO),
        ("法拍房申请行不行", "法拍房不予补贴。", Verdict.NO),
        ("社保中间断过一个月能办吗", "连续缴纳社会保险满6个月的可以申领。", Verdict.FAILS),
        ("断过但后来又交了一年能办吗", "连续缴纳社会保险满6个月的可以申领。", None),
    ],
)
def test_a_clause_that_only_permits_or_only_forbids_decides(question, clause, expected):
    assert said(question, clause) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [("能领租房补贴吗", Verdict.YES), ("能领购房补贴吗", None)],
)
def test_what_is_granted_beside_a_denial_of_something_else_gets_its_yes(question, expected):
    query = asked_whether(question)
    clause = "已享受集资建房的，不得享受购房补贴，可以享受租房补贴。"
    assert verdict(query, clause, question, 0.9, "", DAY) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("社保断了5个月之前的还算数吗", Verdict.FAILS),
        ("社保断了3个月之前的还算数吗", Verdict.MEETS),
        ("社保断了4个月之前的还算数吗", Verdict.MEETS),
    ],
)
def test_of_a_rule_for_both_sides_of_a_number_the_persons_side_is_told(question, expected):
    clause = "参保中断不超过4个月的可以接续；中断超过4个月的，此前月份作废。"
    assert said(question, clause) is expected


def test_a_number_given_to_several_classes_in_turn_is_held_against_its_own():
    clause = "认定B、C类人才的，年龄分别不超过50周岁、40周岁。"
    assert said("我41岁能评C类吗", clause, ("c类",)) is Verdict.FAILS
    assert said("我41岁能评B类吗", clause, ("b类",)) is Verdict.MEETS


@pytest.mark.parametrize(
    ("question", "clause", "expected"),
    [
        ("失业保险交了10个月够格吗", "参加失业保险累计满12个月的职工。", Verdict.FAILS),
        ("失业保险交了13个月够格吗", "参加失业保险累计满12个月的职工。", Verdict.MEETS),
        ("我58岁还能申请吗", "申请认定的年龄不超过55周岁。", Verdict.FAILS),
        ("我44岁能落户吗", "年龄未满45周岁的可以申请落户。", Verdict.MEETS),
        ("断了8个月还能领吗", "中断超过6个月的不再恢复。", Verdict.FAILS),
        ("在这待了50天能认定吗", "每年工作时间累计不少于60天的，可参照认定。", Verdict.FAILS),
        ("交了一年半可以吗", "连续缴纳满12个月的，可以申请。", Verdict.MEETS),
    ],
)
def test_a_number_given_is_held_against_the_number_demanded(question, clause, expected):
    assert said(question, clause) is expected


def test_a_class_that_the_clause_does_not_name_gets_a_no():
    clause = "A至D类人才子女参加中考的，可以享受加10分的照顾。"
    assert said("E类的孩子加分吗", clause, ("e类",)) is Verdict.NO
    assert said("C类的孩子能加分吗", clause, ("c类",)) is Verdict.YES


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("父母能随迁吗", "父母年满60周岁的也可以随迁。落在集体户的，父母不能随迁。"),
        ("我45岁能落户吗", "本科未满50周岁、大专未满40周岁的可以申请落户。"),
        ("是不是不能申请", "公务员不纳入本办法认定范围。"),
        ("我58岁还能申请吗", "申请认定的年龄一般不超过55周岁。"),
        ("C类60岁能认定吗", "申请D类的，年龄不超过55周岁；申请C类的不设上限。"),
        ("社保交了13个月够格吗", "参加失业保险累计满12个月的职工。"),
        ("没有产权证可以领补贴吗", "自取得产权证次月起停发租房补贴。"),
        ("可以不签合同就认定吗", "全职工作的人员，均可申请认定。"),
        ("能带两个家属吗", "每人可带1名家属。"),
        ("试用期能领补贴吗", "试用期内可以申请认定；补贴须在转正后申领。"),
        ("落户需要社保吗", "本科不要求社保，大专须缴满3个月。"),
        ("补贴要交税吗", "所得税统一处理，个人不需要另行申报。"),
        ("我毕业2年了能领生活补贴吗", "生活补贴发放期限不超过3年。"),
        ("我毕业6年了能领生活补贴吗", "生活补贴发放期限不超过5年。"),
        ("我30岁能申请吗", "未满18周岁的子女可以随迁。"),
        ("社保交了10个月能领吗", "租房补贴最长不超过6个月。"),
        ("能一起拿吗", "经开区租房补贴与市级补贴不重复享受，可以就高发放。"),
    ],
)
def test_where_the_clause_leaves_doubt_nothing_is_said_first(question, clause):
    assert said(question, clause) is None


def test_only_a_yes_or_no_question_gets_a_verdict():
    query = Query("补贴多少", "补贴多少", (), (Aspect.AMOUNT,))
    assert verdict(query, "可以申请补贴。", "补贴多少", 1.0, "", DAY) is None


def test_wording_decides_only_where_the_passage_is_surely_about_the_question():
    assert said("养狗可以吗", "承租人可以续租。", coverage=SURE - 0.01) is None


def test_of_several_ways_to_a_thing_failing_one_decides_nothing():
    query = Query("50岁能落户吗", "", (), (Aspect.WHETHER,))
    clause = "具有高级工以上证书，年龄未满45周岁的，可以申请落户。"
    assert verdict(query, clause, "50岁能落户吗", 0.9, "", DAY, alone=True) is Verdict.FAILS
    assert verdict(query, clause, "50岁能落户吗", 0.9, "", DAY, alone=False) is None


def test_a_number_is_not_held_against_a_clause_on_something_else():
    clause = "参加失业保险累计满12个月的职工。"
    assert said("失业保险交了10个月够格吗", clause, coverage=ABOUT - 0.01) is None


def test_a_permission_is_said_first_only_where_the_passage_holds_nearly_all_that_was_asked():
    clause = "生活补贴与租房补贴可以同时享受。"
    assert said("两样能同时拿吗", clause, coverage=CERTAIN) is Verdict.YES
    assert said("两样能同时拿吗", clause, coverage=CERTAIN - 0.01) is None


@pytest.mark.parametrize(
    ("question", "clause", "wanted"),
    [
        (
            "买了套92平,总价33万能落户吗",
            "住房面积超过90平方米和总价超过30万元的，可申办户口。",
            Verdict.MEETS,
        ),
        (
            "买了套92平,总价28万能落户吗",
            "住房面积超过90平方米和总价超过30万元的，可申办户口。",
            Verdict.FAILS,
        ),
        ("大专学历能申请吗", "具有本科及以上学历的，可以申请。", Verdict.FAILS),
        ("硕士能申请吗", "具有本科及以上学历的，可以申请。", Verdict.MEETS),
        ("中级工证可以申领吗", "具有高级工以上职业技能等级证书的，可以申领。", Verdict.FAILS),
    ],
)
def test_an_area_a_price_or_a_rank_is_held_against_the_least_demanded(question, clause, wanted):
    assert said(question, clause) is wanted


def test_who_left_by_choice_does_not_meet_what_is_for_others_by_the_years_paid():
    told = "我上周辞职的,失业险交了两年了,失业金能领吗"
    clause = "失业人员缴费满1年、非因本人意愿中断就业的，可以领取失业保险金。"
    assert said(told, clause) is Verdict.FAILS


def test_of_several_ways_failing_one_rank_decides_nothing():
    assert said("大专能申请吗", "具有本科及以上学历的，大专须缴满3年社保的，可以申请。") is None
    assert said("大专能申请吗", "具有本科及以上学历，或者获得国家级奖项的，可以申请。") is None


@pytest.mark.parametrize(
    ("question", "clause", "wanted"),
    [
        ("还来得及报吗", "2026年12月1日9:00至12月20日17:00，逾期不再受理。", None),
        ("现在还能报吗", "2026年11月1日至11月30日受理。", Verdict.MEETS),
        ("现在还能报吗", "2026年10月1日至10月31日受理。", Verdict.TOO_LATE),
    ],
)
def test_today_is_held_against_the_days_of_a_notice(question, clause, wanted):
    assert said(question, clause) is wanted


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("可以开两个公积金账户吗", "每个职工只能有一个住房公积金账户。"),
        ("让我妈去办行吗", "毕业生应当由本人携带下列材料办理落户手续。"),
    ],
)
def test_what_is_granted_once_or_in_person_only_is_denied_to_others(question, clause):
    assert said(question, clause) is Verdict.NO


def test_in_person_denies_nothing_where_another_may_be_sent():
    assert said("让我妈去办行吗", "由本人办理，也可以委托他人代办。") is Verdict.YES


@pytest.mark.parametrize(
    ("told_age", "expected"),
    [("我46岁", Verdict.FAILS), ("我30岁", Verdict.MEETS), ("我18岁", Verdict.FAILS)],
)
def test_an_age_is_held_against_both_ends_of_a_band(told_age, expected):
    assert by_number(told_age, "年龄在20-45周岁") is expected


def test_an_age_is_held_against_no_one_of_several_bands():
    assert by_number("我46岁", "男20-45周岁,女20-50周岁") is None


def test_who_has_not_paid_for_a_band_of_years_may_have_paid_for_the_one_below():
    assert not falls_short("我交了3年", "能领几个月", "累计缴费满5年不足10年的,最长18个月")
    assert falls_short("我交了3年", "能不能领", "累计缴费满5年的")


def test_what_is_let_in_before_a_deed_is_not_refused_for_the_deed():
    clause = "试用期内可以申请,转正后才能领取"
    assert in_letter(asked_whether("能申请吗"), clause, "还在试用期,能申请吗", near=True) is None
    later = "转正后才能申请"
    found = in_letter(asked_whether("能申请吗"), later, "还在试用期,能申请吗", near=True)
    assert found is Verdict.FAILS


def asked_whether(text: str) -> Query:
    (question,) = understand(text, date(2026, 11, 22), SynonymTable([]))
    return question.query


def test_of_two_incomes_the_one_for_who_lives_alone_counts_for_who_does():
    clause = "单身人士月收入不高于2000元;家庭月收入不高于3000元"
    assert by_number("我单身,一个月到手2600元", clause) is Verdict.FAILS
    assert by_number("我们一家一个月到手2600元", clause) is Verdict.MEETS


def test_a_place_that_a_clause_excepts_shuts_nobody_out_who_names_it():
    clause = normal("非北京常住户口应届毕业生。毕业两年内初次就业的毕业生参照执行。")
    table = SynonymTable.load()
    (question,) = understand("毕业一年半没上过班 北京单位要我 还能办引进吗", DAY, table)
    assert verdict(question.query, clause, question.told, 0.9, "", DAY) is Verdict.MEETS


def test_what_each_year_is_worth_in_points_is_no_demand():
    assert by_number("社保连着交了5年,能报名不", "每连续缴纳社会保险满1年积3分") is None
    assert by_number("在本市待50天够不够", "每年工作时间累计不少于60天的") is Verdict.FAILS


def test_a_number_with_itself_in_brackets_is_the_least():
    clause = "购买住房面积在100平方米(含100平方米)和总价超过50万元"
    assert by_number("买的新房90平米,总价60万", clause) is Verdict.FAILS


def test_what_is_left_out_of_a_count_does_not_count():
    (question,) = understand("中间这四个月算居住时间吗", DAY, SynonymTable.load())
    found = verdict(question.query, "中止期间不计入居住时间。", question.told, 0.9, "", DAY)
    assert found is Verdict.NOT_COUNTED


def test_who_studied_in_a_way_that_a_clause_does_not_count_is_told_no():
    clause = "通过成人教育、自学考试取得的本科学历,不作为人才认定依据。"
    (question,) = understand("我是自考的本科 能评上不", DAY, SynonymTable.load())
    assert verdict(question.query, clause, question.told, 0.5, "", DAY) is Verdict.NO


def test_what_is_denied_to_one_sort_of_people_is_denied_to_nobody_else():
    clause = "被举荐人不享受安家补贴,其他待遇按照标准执行。"
    table = SynonymTable.load()
    (question,) = understand("安家补贴能拿吗", DAY, table)
    assert refusal_of(question.query, clause, "", "") is None
    (question,) = understand("被举荐人安家补贴能拿吗", DAY, table)
    assert refusal_of(question.query, clause, "", "") is Verdict.NO


def test_a_part_of_who_is_meant_refuses_nobody():
    clause = (
        "本办法所指的毕业生是列入统一招生计划,不属于定向培养,"
        "就读期间没有工作,按时取得学位的应届毕业生。"
    )
    assert said("还能按应届毕业生办吗", clause) is None
    assert said("定向培养的能办吗", "定向培养的不属于本办法的对象。") is Verdict.NO


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        # what is denied to who has done wrong, or ends behind another benefit
        ("市里的还能再领吗", "弄虚作假骗取补贴的,不得申报市级人才项目。"),
        ("能领租房补贴吗", "已领取租房补贴的,自购房补贴首次发放次月起停发租房补贴。"),
    ],
)
def test_what_a_clause_denies_to_others_is_no_answer_to_who_tells_nothing_of_it(question, clause):
    assert said(question, clause) is None


def test_who_tells_of_the_wrong_that_a_clause_is_about_is_told_its_no():
    clause = "弄虚作假骗取补贴的,不得申报市级人才项目。"
    assert said("材料造假被查了还能申报吗", clause) is Verdict.NO


def test_what_is_not_of_one_city_excepts_nobody_who_does_not_tell_of_it():
    table = SynonymTable.load()
    clause = "毕业生是按时取得学位的非北京常住户口应届毕业生。"
    (question,) = understand("去年毕业没上过班,单位还能给我办户口吗", DAY, table)
    assert verdict(question.query, clause, question.told, 0.9, "", DAY) is None


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("柔性人才能领购房补助吗", "柔性人才凭证使用雁来卡，但是不享受住房、子女入学方面的待遇。"),
        ("在编的能拿购房券吗", "在编人员可以参加认定，但不享受资金类待遇。"),
    ],
)
def test_one_of_all_that_is_denied_together_is_denied(question, clause):
    (asked,) = understand(question, DAY, SynonymTable.load())
    assert refusal_of(asked.query, clause, "", "购房补助办法") is Verdict.NO


def test_what_is_denied_together_is_not_everything():
    (asked,) = understand("柔性人才能用人才卡吗", DAY, SynonymTable.load())
    clause = "柔性人才可以申领人才卡，但是不享受住房方面的待遇。"
    assert refusal_of(asked.query, clause, "", "") is None


def test_who_leads_a_state_firm_is_no_firm_that_is_excepted():
    clause = "国有企业领导班子成员不在受理范围。"
    (asked,) = understand("我自己开了个公司，能申领吗", DAY, SynonymTable.load())
    assert by_exception(asked.query, asked.told, clause) is None


def test_those_of_an_employer_that_is_excepted_are():
    clause = "劳务派遣公司不在受理范围。"
    (asked,) = understand("我们是劳务派遣公司，能申领吗", DAY, SynonymTable.load())
    assert by_exception(asked.query, asked.told, clause) is Verdict.NO
