"""What clauses demand, read as values where their words allow it; and what papers grant."""

from __future__ import annotations

import pytest

from knowledge.conditions import Benefit, Condition, Kind, conditions_of, unbound
from knowledge.metadata import document_facts
from knowledge.proposing import propose
from knowledge.structure import structure
from tests.knowledge.papers import built, lines, table


def read(text: str) -> list[tuple]:
    return [(c.kind.value, c.least, c.most) for c in conditions_of(text, 0)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("年龄未满50周岁", [("age", None, 49)]),
        ("年龄不超过45周岁", [("age", None, 45)]),
        ("35周岁（含）以下", [("age", None, 35)]),
        ("年满18周岁", [("age", 18, None)]),
        ("18至45周岁", [("age", 18, 45)]),
        ("毕业3年以内", [("graduated", 0, 36)]),
        ("毕业后两年内", [("graduated", 0, 24)]),
        ("在本市连续缴纳社会保险满6个月", [("insured", 6, None)]),
        ("社保缴纳满1年", []),  # another order of words is asked in them, not guessed at
        ("硕士及以上学历", [("degree", 3, None)]),
        ("具有博士学位", [("degree", 4, None)]),
        ("中级以上专业技术职称", [("title", 2, None)]),
        ("具有高级工以上职业技能等级证书", [("skill", 3, None)]),
        ("年度应税工资薪金达到30万元", [("income", 300_000, None)]),
    ],
)
def test_a_value_is_read_with_its_bounds(text, wanted):
    found = [r for r in read(text) if r[1:] != (None, None)]
    assert found == wanted


def test_classes_are_named_one_by_one():
    [condition] = conditions_of("A至C类人才", 0)
    assert condition.classes == ("A", "B", "C")
    [condition] = conditions_of("D类以上人才", 0)
    assert condition.classes == ("A", "B", "C", "D")
    [condition] = conditions_of("持有《临川市高层次人才证书》", 0)
    assert condition.classes == ("*",)


def test_what_cannot_be_read_stays_a_question_in_the_clauses_words():
    [condition] = conditions_of("与用人单位签订3年以上劳动合同", 0)
    assert not condition.is_valued
    assert condition.words == "与用人单位签订3年以上劳动合同"


def test_one_thing_or_another_is_decided_by_no_value_alone():
    found = conditions_of("取得硕士学位或者具有高级职称", 0)
    assert [c.is_valued for c in found] == [False]


def test_another_insurance_than_the_social_one_is_no_month_of_it():
    [condition] = conditions_of("参加失业保险累计满12个月", 0)
    assert not condition.is_valued


def test_a_bound_that_is_not_strict_does_not_fail_anybody():
    [condition] = conditions_of("年龄一般不超过55周岁", 0)
    assert not condition.firm
    [condition] = conditions_of("连续缴纳社会保险或者个人所得税满6个月", 0)
    assert not condition.firm


def test_a_value_with_more_beside_it_is_not_the_whole_of_the_words():
    [condition] = conditions_of("具有全日制硕士学位", 0)
    assert (condition.least, condition.exact) == (3, False)


def test_an_attribute_is_a_condition_of_its_own():
    found = conditions_of("在高新区企业工作的E、F类人才", 0)
    assert [c.words for c in found] == ["在高新区企业工作", "E、F类人才"]


def test_of_a_child_only_the_parents_class_is_read():
    assert not any(c.kind is Kind.AGE for c in conditions_of("子女年满6周岁", 0))


# -- papers ----------------------------------------------------------------------------------


def granted(text: str) -> tuple[Benefit, ...]:
    made = built(text)
    return propose(document_facts(made.clauses, "临川市人才办法.txt", ""), made.clauses)


RECOGNITION = """临川市人才分类认定办法
第一条　凡在本市企业全职工作的人员，均可申请认定。公务员不纳入本办法认定范围。
第二条　各类别认定标准如下：
（一）A类（顶尖人才）：两院院士。
（二）B类（骨干人才）：具有博士学位者；高级技师。
第三条　申请认定B类的，年龄不超过50周岁。
第四条　申请人应当连续缴纳社会保险满3个月。
"""


def test_classes_are_reached_by_any_of_their_ways_under_what_holds_for_all():
    first, second = granted(RECOGNITION)
    assert (first.recognises, second.recognises) == ("A", "B")
    assert [w.conditions[0].kind for w in second.ways] == [Kind.DEGREE, Kind.SKILL]
    kinds = [c.kind for c in second.conditions]
    assert kinds == [Kind.EMPLOYER, Kind.EXCLUDED, Kind.INSURED, Kind.AGE]
    assert Kind.AGE not in [c.kind for c in first.conditions]


def test_every_word_of_a_proposal_stands_in_the_clause_it_is_bound_to():
    made = built(RECOGNITION)
    texts = [c.text for c in made.clauses]
    for benefit in granted(RECOGNITION):
        assert unbound(benefit, texts) == []
        assert unbound(benefit, ["别的条款"] * len(texts)) != []


def test_a_table_of_classes_and_amounts_gives_each_row_its_own_amount():
    blocks = [
        *lines("临川市人才安居办法\n第一条　为留住人才，制定本办法。\n第二条　补贴标准如下："),
        table(("类别", "租房补贴（每月）"), ("A类", "3000元"), ("B类", "不提供"), ("C类", "900元")),
    ]
    made = structure(blocks)
    [benefit] = propose(document_facts(made.clauses, "临川市人才安居办法.txt", ""), made.clauses)
    assert benefit.title == "租房补贴（每月）"
    assert [(w.conditions[0].classes, w.gets) for w in benefit.ways] == [
        (("A",), "3000元"), (("C",), "900元"),
    ]  # fmt: skip


def test_a_list_of_which_one_will_do_is_kept_apart_from_one_of_which_all_must_hold():
    [any_of] = granted(
        "临川市人才落户办法\n一、申请条件\n符合下列条件之一的，可以申请落户：\n"
        "1．具有本科及以上学历，年龄未满45周岁。\n2．具有中级以上专业技术职称。\n"
    )
    assert [len(w.conditions) for w in any_of.ways] == [2, 1]
    assert any_of.conditions == ()
    [all_of] = granted(
        "临川市毕业生补贴公告\n一、申领条件\n毕业2年以内，连续缴纳社会保险满6个月的高校毕业生。\n"
        "二、补贴标准\n博士研究生每月2000元，硕士研究生每月1000元。\n"
    )
    assert [c.kind for c in all_of.conditions] == [Kind.GRADUATED, Kind.INSURED, Kind.DEGREE]
    assert [w.gets for w in all_of.ways] == ["博士研究生每月2000元", "硕士研究生每月1000元"]


def test_an_amount_shared_out_respectively_is_never_given_to_one_of_them():
    found = granted(
        "临川市若干措施\n1．来临奖励。新到本市就业的全日制本科毕业生，工作满1年后给予一次性奖励4000元；"
        "硕士、博士分别为8000元、2万元。\n"
    )
    [benefit] = found
    by_degree = {
        c.least: w.gets for w in benefit.ways for c in w.conditions if c.kind is Kind.DEGREE
    }
    assert by_degree[2] == "给予一次性奖励4000元"
    assert by_degree[4] == "硕士、博士分别为8000元、2万元"
    assert all(c.most == c.least for w in benefit.ways for c in w.conditions if c.least)


def test_what_a_firm_gets_is_nobodys_entitlement():
    assert granted("临川市办法\n一、企业奖励。企业每培养1名技师奖励5000元。\n") == ()


def test_a_zones_own_paper_is_for_those_who_are_there():
    [benefit] = granted(
        "临川高新区引才若干措施\n1．交通补贴。年度应税工资薪金达到20万元的，给予补贴3000元。\n"
    )
    assert benefit.conditions == (Condition(Kind.ZONE, "临川高新区", 0),)


def test_a_benefit_survives_being_stored():
    for benefit in granted(RECOGNITION):
        assert Benefit.restored(benefit.stored()) == benefit


def test_what_is_demanded_beside_amounts_in_the_same_sentence_is_a_condition_of_each():
    [benefit] = granted(
        "临川市博士硕士生活补贴办法\n"
        "第一条　博士每月补贴1111元，硕士每月补贴555元，申请人应当年满18周岁且不超过60周岁。\n"
    )
    assert [(c.kind, c.least, c.most) for c in benefit.conditions] == [
        (Kind.AGE, 18, None), (Kind.AGE, None, 60),
    ]  # fmt: skip
    assert [w.gets for w in benefit.ways] == ["博士每月补贴1111元", "硕士每月补贴555元"]
    assert all(len(w.conditions) == 1 for w in benefit.ways)
