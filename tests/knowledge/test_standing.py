"""Level, topics, amendments and the card above a paper, each with its source."""

from dataclasses import asdict

import pytest

from knowledge.documents import DocumentFacts, DocumentKind
from knowledge.metadata import document_facts
from knowledge.standing import ended_from, says_ended
from knowledge.structure import structure
from tests.knowledge.papers import built, lines, table


def facts(text, name="文件.docx"):
    return document_facts(built(text).clauses, name)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("临江市人才办法\n第一条　甲。\n临江市人民政府\n2026年1月1日", "市"),
        ("临江经开区人才办法\n第一条　甲。\n临江经开区管委会\n2026年1月1日", "区县"),
        ("广东省人才条例\n第一条　甲。", "省"),
        ("上海市人才办法\n第一条　甲。", "省"),
        ("人力资源市场暂行条例\n中华人民共和国国务院令第700号\n第一条　甲。", "国家"),
    ],
)
def test_the_level_is_that_of_who_issued_it(text, level):
    found = facts(text).level
    assert found is not None
    assert found.value == level
    assert found.source in text


def test_a_paper_that_names_no_place_has_no_level():
    assert facts("人才驿站入住指南\n一、对象\n高校毕业生。").level is None


def test_topics_are_those_of_the_title():
    found = facts("临江市人才购房补贴办法\n第一条　甲。").topics
    assert found == ("待遇", "住房")


def test_what_it_amends_is_no_repeal():
    found = facts(
        "关于修改《临江市人才住房办法》的决定\n一、对《临江市人才住房办法》（临政发〔2020〕3号）"
        "作如下修改：第三条改为甲。\n"
    )
    assert "临政发〔2020〕3号" in [fact.value for fact in found.amends]
    assert found.repeals == ()


def test_trial_and_precedence_come_with_their_sentence():
    found = facts(
        "临江市人才办法（试行）\n第一条　甲。\n第二条　此前规定与本办法不一致的，以本办法为准。"
    )
    assert found.trial is not None
    assert found.prevails is not None
    assert "以本办法为准" in found.prevails.source


def test_the_card_above_a_page_gives_number_issuer_and_day():
    card = table(
        ("索引号：", "0001", "发布机构：", "临江市教育局"),
        ("文 号：", "临教发〔2025〕22号", "发文日期：", "2025年3月3日"),
    )
    blocks = [card, *lines("人才子女入学办法\n第一条　甲。")]
    found = document_facts(structure(blocks).clauses, "办法.html")
    assert found.number is not None
    assert found.number.value == "临教发〔2025〕22号"
    assert "发文日期" in found.number.source
    assert found.issuer == "临江市教育局"
    assert found.issued is not None
    assert found.issued.value == "2025-03-03"


def test_a_title_broken_over_two_lines_is_joined():
    text = "临江市教育委员会关于做好2026年\n临江市招生报名工作的通知\n一、对象\n甲。"
    assert facts(text).title == "临江市教育委员会关于做好2026年临江市招生报名工作的通知"


def test_facts_stored_by_an_earlier_version_are_read():
    stored = asdict(DocumentFacts("办法", DocumentKind.REGULATION))
    for name in ("level", "topics", "amends", "trial", "prevails"):
        del stored[name]
    assert DocumentFacts.restored(stored) == DocumentFacts("办法", DocumentKind.REGULATION)


def test_facts_are_restored_as_they_were_stored():
    found = facts("临江市人才购房补贴办法（试行）\n第一条　甲。\n临江市人民政府\n2026年1月1日")
    assert DocumentFacts.restored(asdict(found)) == found


BODY = "临人社发〔2020〕5号\n第一条　每月补贴500元。\n第二条　本办法自2020年5月1日起施行。"


@pytest.mark.parametrize(
    ("text", "file_name"),
    [
        (f"临江市租房补贴办法（已废止）\n{BODY}", "办法.html"),
        (f"【本文已失效】\n临江市租房补贴办法\n{BODY}", "办法.html"),
        (f"临江市租房补贴办法（2023年12月废止）\n{BODY}", "办法.html"),
        (f"临江市租房补贴办法\n索引号：123　有效性：失效\n{BODY}", "办法.html"),
        (f"临江市租房补贴办法\n时效性：已废止\n{BODY}", "办法.html"),
        (f"临江市租房补贴办法\n{BODY}", "（失效）租房补贴办法.docx"),
        (f"临江市租房补贴办法\n{BODY}", "租房补贴办法已废止.docx"),
    ],
)
def test_a_paper_that_says_that_it_no_longer_holds_is_noticed(text, file_name):
    assert says_ended(built(text).clauses, file_name)


def test_a_lapsed_paper_is_noticed_by_its_card():
    card = table(
        ("索引号：", "123", "有效性：", "失效"), ("机构：", "甲局", "文号：", "甲〔2020〕5号")
    )
    assert says_ended(structure([card, *lines(BODY)]).clauses, "a.html") == "有效性：失效"


@pytest.mark.parametrize(
    "text",
    [
        f"临江市租房补贴办法\n有效性：有效\n{BODY}",
        "关于废止部分人才文件的通知\n一、废止下列文件。",
        "关于公布失效文件目录的通知\n一、下列文件失效。",
        "关于修订租房办法的通知\n原办法（临人社发〔2019〕3号，已废止）不再执行。\n一、甲。",
    ],
)
def test_a_paper_that_ends_others_is_not_taken_for_one_that_has_ended(text):
    assert says_ended(built(text).clauses, "通知.docx") == ""


def test_the_last_day_that_a_paper_names_for_itself_is_its_last():
    told = "【提示】本文件已被《临江市安居办法》废止，自2026年3月15日起不再执行。"
    text = f"临江市租房补贴办法\n{told}\n"
    clauses = built(text + BODY).clauses
    found = ended_from(clauses)
    assert found is not None
    assert found.value == "2026-03-15"
    assert document_facts(clauses, "a.html").expires == found


def test_a_day_on_which_another_paper_ends_is_not_its_own():
    text = "关于启用新办法的通知\n原《租房补贴办法》自2026年3月15日起停止执行。\n"
    assert ended_from(built(text + BODY).clauses) is None


def test_a_card_with_several_names_on_one_line_is_read_whole():
    line = "发布日期：2021年6月10日　来源：市府办　文号：临政办〔2021〕27号　效力状态：已废止"
    clauses = built(f"{line}\n临江市租房补贴办法\n第一条　甲。\n第二条　乙。").clauses
    assert says_ended(clauses, "a.html") == "效力状态：已废止"
    number = document_facts(clauses, "a.html").number
    assert number is not None
    assert number.value == "临政办〔2021〕27号"
