"""Who issued a paper: every body that signs it, in order, each with its line."""

import pytest

from knowledge.corrections import FactRuling, renamed
from knowledge.documents import ClauseKind, DocumentFacts, Fact
from knowledge.issuers import bodies
from knowledge.metadata import document_facts
from knowledge.structure import structure
from tests.knowledge.papers import built, lines, table

TEXT = "关于印发人才办法的通知\n各有关单位：\n一、补贴对象\n在本市工作的人才。\n"


def signed(signature):
    return document_facts(built(TEXT + signature).clauses, "人才.docx")


def issuers(text):
    return [f.value for f in document_facts(built(text).clauses, "人才.docx").issuers]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("临江市教育局　　临江市财政局", ("临江市教育局", "临江市财政局")),
        ("临江市教育局、临江市财政局", ("临江市教育局", "临江市财政局")),
        ("中共临江市委临江市人民政府", ("中共临江市委", "临江市人民政府")),
        ("临 江 市 财 政 局", ("临江市财政局",)),
        ("临江市 人民政府", ("临江市人民政府",)),
        ("临江市财政局（盖章）", ("临江市财政局",)),
        ("临江市财政局　2026年3月1日", ("临江市财政局",)),
        ("国家税务总局临江市税务局　中国人民银行临江市分行　临江市总工会",
         ("国家税务总局临江市税务局", "中国人民银行临江市分行", "临江市总工会")),
        ("各区人民政府、市政府各部门", ()),
        ("临江市财政局负责解释", ()),
        ("特此通知", ()),
        ("发布机构:临江市人民政府", ()),
    ],
)  # fmt: skip
def test_a_line_of_nothing_but_issuing_bodies_gives_each(line, names):
    assert bodies(line) == names


def test_every_body_that_signs_is_given_in_order_with_its_own_line():
    found = signed("临江市教育局　　临江市财政局\n临江市公安局\n2026年3月1日")
    assert found.issuers == (
        Fact("临江市教育局", "临江市教育局　　临江市财政局"),
        Fact("临江市财政局", "临江市教育局　　临江市财政局"),
        Fact("临江市公安局", "临江市公安局"),
    )
    assert found.issuer == "临江市教育局、临江市财政局、临江市公安局"


def test_ten_bodies_sign_one_below_another():
    names = [f"临江市{x}局" for x in ("教育", "财政", "公安", "民政", "司法", "水利", "商务",
                                  "审计", "体育", "统计")]  # fmt: skip
    found = signed("\n".join([*names, "2026年3月1日"]))
    assert [f.value for f in found.issuers] == names


def test_a_body_of_no_known_kind_above_the_day_signs_too():
    found = signed("临江市财政局\n临江市人才驿站\n2026年3月1日")
    assert found.issuer == "临江市财政局、临江市人才驿站"


def test_a_name_of_a_person_below_the_office_is_no_body():
    assert signed("临江市财政局\n张三\n2026年3月1日").issuer == "临江市财政局"


def test_the_office_and_the_day_on_one_line_are_a_signature():
    found = signed("临江市财政局　2026年3月1日")
    assert (found.issuer, found.issued.value) == ("临江市财政局", "2026-03-01")


def test_the_office_that_had_a_paper_printed_signs_nothing():
    found = signed("临江市财政局\n2026年3月1日\n（共印20份）\n临江市财政局办公室　2026年3月2日")
    assert (found.issuer, found.issued.value) == ("临江市财政局", "2026-03-01")


def test_a_table_of_nothing_but_bodies_and_the_day_is_a_signature():
    rows = (("临江市教育局", "临江市财政局"), ("临江市公安局", ""), ("2026年3月1日", ""))
    found = structure([*lines(TEXT), table(*rows)]).clauses
    assert [c.text for c in found if c.kind is ClauseKind.SIGNATURE] == [
        "临江市教育局", "临江市财政局", "临江市公安局", "2026年3月1日",
    ]  # fmt: skip
    assert document_facts(found, "人才.docx").issuer == "临江市教育局、临江市财政局、临江市公安局"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("临江市教育局　临江市财政局　临江市委员会关于印发人才办法的通知\n一、对象",
         ["临江市教育局", "临江市财政局", "临江市委员会"]),
        ("临江市教育局\n临江市财政局\n关于印发人才办法的通知\n一、对象",
         ["临江市教育局", "临江市财政局"]),
        ("临江市教育局\n临江市财政局　　文件\n临江市公安局\n临教发〔2026〕1号\n人才办法\n一、对象",
         ["临江市教育局", "临江市财政局", "临江市公安局"]),
        ("临江市教育局\n临江市财政局\n文件\n临教发〔2026〕1号\n人才办法\n一、对象",
         ["临江市教育局", "临江市财政局"]),
        ("各区教育局、财政局：\n现将办法印发给你们。\n临江市教育局\n临江市财政局\n2026年3月1日\n"
         "临江市人才办法\n第一条　甲。", ["临江市教育局", "临江市财政局"]),
    ],
)  # fmt: skip
def test_several_bodies_are_read_from_a_head_or_a_covering_notice(text, names):
    assert issuers(text) == names


def test_a_red_head_in_a_table_is_a_head():
    rows = (("临江市教育局", "文件"), ("临江市财政局", "文件"))
    text = "临教发〔2026〕1号\n关于做好入学工作的通知\n一、对象\n甲。"
    found = structure([table(*rows), *lines(text)]).clauses
    facts = document_facts(found, "红头.docx")
    assert [f.value for f in facts.issuers] == ["临江市教育局", "临江市财政局"]
    assert (facts.title, facts.number.value) == ("关于做好入学工作的通知", "临教发〔2026〕1号")


def test_the_one_body_that_earlier_versions_stored_is_a_list_of_one():
    stored = {"title": "办法", "kind": "notice", "issuer": {"value": "甲局", "source": "甲局"}}
    assert DocumentFacts.restored(stored).issuers == (Fact("甲局", "甲局"),)
    said = FactRuling("issuer", "", "甲局", "", "甲", None)
    assert renamed(said) == FactRuling("issuers", [], ["甲局"], "", "甲", None)
