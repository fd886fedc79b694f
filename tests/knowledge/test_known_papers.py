"""Whole documents, read from their files: the samples, and the statutes beside the repository."""

import re
from functools import cache

import pytest

from knowledge.documents import ClauseKind, DocumentKind
from knowledge.intake import uncovered_characters
from knowledge.metadata import document_facts
from knowledge.readers import read_file
from knowledge.structure import structure
from tests.knowledge.conftest import SAMPLES
from tests.knowledge.papers import unreadable


@cache
def read(path):
    reading = read_file(path)
    found = structure(reading.blocks)
    facts = document_facts(found.clauses, path.name, reading.metadata.get("title", ""))
    return found, facts


def sample(number):
    (path,) = SAMPLES.glob(f"{number}-*")
    return read(path)


def value(fact):
    return fact.value if fact else ""


READABLE = [f"{n:02d}" for n in range(1, 15) if n != 5]  # 05 is a scan

# file -> articles, items, questions, table rows with the header
COUNTS = {
    "01": (13, 12, 0, 0),
    "02": (6, 12, 0, 7),
    "03": (7, 0, 0, 6),
    "04": (7, 5, 0, 0),
    "06": (8, 4, 0, 0),
    "07": (0, 0, 0, 9),
    "08": (0, 0, 0, 4),
    "09": (0, 0, 8, 0),
    "10": (5, 0, 0, 0),
    "11": (0, 0, 0, 7),
    "12": (3, 0, 0, 0),
    "13": (7, 0, 0, 0),
    "14": (7, 0, 0, 0),
}


@pytest.mark.parametrize("number", READABLE)
def test_a_sample_has_the_units_that_a_reader_counts(number):
    found, _ = sample(number)
    kinds = [c.kind for c in found.clauses]
    counted = (ClauseKind.ARTICLE, ClauseKind.ITEM, ClauseKind.QUESTION, ClauseKind.ROW)
    assert tuple(kinds.count(k) for k in counted) == COUNTS[number]


@pytest.mark.parametrize("number", READABLE)
def test_every_word_of_a_sample_stands_in_a_passage(number):
    found, _ = sample(number)
    assert uncovered_characters(found.clauses, found.passages) == 0
    assert unreadable(found) == []
    assert found.doubts == ()


# file -> title, kind, 文号, issuer, issued, effective, expires, region, repeals; read by eye
FACTS = {
    "01": (
        "临江市高层次人才分类认定办法", DocumentKind.REGULATION, "临人才发〔2024〕6号",
        "中共临江市委人才工作领导小组", "2024-04-12", "2024-05-01", "2029-05-01", "临江市",
        ("临人才发〔2019〕3号",),
    ),
    "02": (
        "临江市人才安居实施细则（2025年版）", DocumentKind.REGULATION, "临政办发〔2025〕18号",
        "临江市人民政府办公室", "2025-06-09", "2025-07-01", "2030-07-01", "临江市",
        ("临政办发〔2022〕7号",),
    ),
    "03": (
        "临江市人才购房补贴暂行办法（2022年）", DocumentKind.REGULATION, "临政办发〔2022〕7号",
        "临江市人民政府办公室", "2022-02-15", "2022-03-01", "2025-03-01", "临江市", (),
    ),
    "04": (
        "人才引进落户办事指南", DocumentKind.GUIDE, "", "市公安局户政支队", "2026-03-05", "", "",
        "", (),
    ),
    "06": (
        "临江市高层次人才子女入学服务办法", DocumentKind.REGULATION, "临教发〔2025〕22号",
        "临江市教育局、中共临江市委人才工作领导小组办公室", "2025-03-03", "2025-04-01",
        "2028-04-01", "临江市", (),
    ),
    "07": (
        "“江英卡”服务事项清单（2026年修订）", DocumentKind.GUIDE, "", "", "", "", "", "", (),
    ),
    "08": (
        "来临江面试，先住下再说——青年人才驿站入住指南", DocumentKind.GUIDE, "", "", "", "", "",
        "", (),
    ),
    "09": (
        "人才政策常见问题解答（12345热线整理，2026年9月）", DocumentKind.FAQ, "", "", "", "", "",
        "", (),
    ),
    "10": (
        "“才聚临江”2026年冬季大型招聘会公告", DocumentKind.EVENT, "", "市人才服务中心",
        "2026-11-18", "", "", "", (),
    ),
    "11": (
        "临江市人才活动安排表（2026年11月—2027年1月）", DocumentKind.EVENT, "", "", "", "", "",
        "临江市", (),
    ),
    "12": (
        "在全市人才工作推进会上的讲话", DocumentKind.SPEECH, "", "", "2026-02-27", "", "", "", (),
    ),
    "13": (
        "关于做好技能人才提升补贴发放工作的通知", DocumentKind.NOTICE, "临人社发〔2026〕9号",
        "临江市人力资源和社会保障局", "2026-02-10", "2026-02-10", "2029-01-01", "", (),
    ),
    "14": (
        "临江经济技术开发区引才聚才若干措施", DocumentKind.REGULATION, "临经开发〔2025〕40号",
        "临江经济技术开发区管理委员会", "2025-09-18", "2025-10-01", "2027-10-01",
        "临江经济技术开发区", (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("number", READABLE)
def test_a_sample_says_of_itself_what_a_reader_finds_in_it(number):
    _, facts = sample(number)
    assert (
        facts.title, facts.kind, value(facts.number), facts.issuer, value(facts.issued),
        value(facts.effective), value(facts.expires), value(facts.region),
        tuple(f.value for f in facts.repeals),
    ) == FACTS[number]  # fmt: skip


@pytest.mark.parametrize("number", READABLE)
def test_every_fact_names_a_line_of_the_document(number):
    found, facts = sample(number)
    texts = {c.text.strip() for c in found.clauses}
    named = (facts.number, *facts.issuers, facts.issued, facts.effective, facts.expires)
    for fact in (*named, *facts.repeals):
        assert fact is None or fact.source in texts


# -- statutes ------------------------------------------------------------------------------

STATUTES = {
    "上海市人才流动条例.txt": 42,
    "人力资源市场暂行条例.md": 48,
    "住房公积金管理条例.docx": 47,
    "失业保险条例.html": 33,
    "就业促进法.pdf": 69,
    "居住证暂行条例.docx": 23,
    "山东省人才发展促进条例.docx": 60,
    "户口登记条例.html": 24,
    "杭州市流动人口服务管理规定.pdf": 30,
    "河南省人才流动条例.docx": 46,
    "社会保险法.docx": 98,
    "职工带薪年休假条例.txt": 10,
}


def chinese(number):
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    ten = "" if not tens else ("十" if tens == 1 else f"{digits[tens]}十")
    return f"第{ten}{digits[ones] if ones or not tens else ''}条"


@pytest.mark.parametrize("name", STATUTES)
def test_every_article_of_a_statute_is_found_once_and_in_order(shared, name):
    found, _ = read(shared / "statutes" / name)
    written = [c.number for c in found.clauses if c.kind is ClauseKind.ARTICLE]
    assert [re.sub(r"\s", "", n) for n in written] == [
        chinese(n) for n in range(1, STATUTES[name] + 1)
    ]


@pytest.mark.parametrize("name", STATUTES)
def test_every_word_of_a_statute_stands_in_a_passage(shared, name):
    found, facts = read(shared / "statutes" / name)
    assert uncovered_characters(found.clauses, found.passages) == 0
    assert unreadable(found) == []
    assert found.doubts == ()
    assert facts.kind is DocumentKind.REGULATION


# statute -> 文号, issued, effective; read by eye
ORDERS = {
    "人力资源市场暂行条例.md": ("中华人民共和国国务院令第700号", "2018-06-29", "2018-10-01"),
    "失业保险条例.html": ("中华人民共和国国务院令第258号", "1999-01-22", "1999-01-22"),
    "居住证暂行条例.docx": ("中华人民共和国国务院令第663号", "2015-11-26", "2016-01-01"),
    "职工带薪年休假条例.txt": ("中华人民共和国国务院令第514号", "2007-12-14", "2008-01-01"),
    "住房公积金管理条例.docx": ("中华人民共和国国务院令第262号", "1999-04-03", "1999-04-03"),
    "社会保险法.docx": ("", "2010-10-28", "2011-07-01"),
}


@pytest.mark.parametrize("name", ORDERS)
def test_a_statute_is_issued_when_it_is_promulgated_not_when_it_is_passed(shared, name):
    _, facts = read(shared / "statutes" / name)
    dates = (value(facts.number), value(facts.issued), value(facts.effective))
    assert dates == ORDERS[name]


def test_a_revision_line_is_not_the_issuing_body(shared):
    _, facts = read(shared / "statutes" / "住房公积金管理条例.docx")
    assert "2002" not in facts.issuer


def test_a_speech_without_a_file_structure_is_cut_at_its_numbered_points(shared):
    found, facts = read(shared / "seed" / "全市人才工作讲话.txt")
    assert facts.kind is DocumentKind.SPEECH
    points = [c.number for c in found.clauses if c.kind is ClauseKind.ARTICLE]
    assert points == ["一、", "二、", "三、"]
    assert uncovered_characters(found.clauses, found.passages) == 0
    assert {p.label[:2] for p in found.passages} == {"正文", "一、", "二、", "三、"}
