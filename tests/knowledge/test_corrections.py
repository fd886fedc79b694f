"""What a person says of facts: read strictly, and what cannot be right is named."""

from dataclasses import asdict
from datetime import date

import pytest

from knowledge.corrections import (
    FIELDS,
    BadFact,
    contradictions,
    oddities,
    shown,
    typed,
    value_of,
    with_value,
)
from knowledge.documents import DocumentFacts, DocumentKind, Fact

TODAY = date(2026, 11, 22)


def facts(**dates):
    return DocumentFacts(
        "临川市人才办法", DocumentKind.REGULATION,
        **{name: Fact(value, "第九条　本办法自……") for name, value in dates.items()},
    )  # fmt: skip


@pytest.mark.parametrize("text", ["2026-07-01", "2026年7月1日", "2026/7/1", " 2026.7.1 "])
def test_a_date_is_typed_as_people_write_it(text):
    assert typed("effective", text, TODAY) == "2026-07-01"


def test_the_last_day_in_force_is_typed_and_the_day_after_it_is_kept():
    kept = typed("expires", "2030年6月30日", TODAY)
    assert kept == "2030-07-01"
    assert shown("expires", kept) == "2030-06-30"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("effective", "2026-02-30"),
        ("effective", "明年"),
        ("effective", "20260701"),
        ("effective", "2206-07-01"),
        ("effective", "1026-07-01"),
        ("expires", "2026-13-01"),
        ("number", "十二号文"),
        ("level", "宇宙"),
        ("kind", "banana"),
        ("title", ""),
        ("issuers", "局" * 200),
        ("repeals", "短"),
        ("repeals", "临政发〔2022〕7号 自2027-02-30起"),
        ("prolongs", "临政发〔2022〕7号"),
        ("prolongs", "临政发〔2022〕7号 至2027-02-30"),
    ],
)
def test_what_cannot_be_a_value_is_refused_in_words(field, text):
    with pytest.raises(BadFact, match=r"[\u4e00-\u9fff]{3}"):
        typed(field, text, TODAY)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("repeals", "临政发[2022]7号 自2027年1月1日起", "临政发〔2022〕7号 自2027-01-01起"),
        ("prolongs", "《临江市人才办法》延长至2027年12月31日", "临江市人才办法 至2027-12-31"),
        ("prolongs", "临政发[2022]7号 延长两年", "临政发〔2022〕7号 延长2年"),
        ("prolongs", "临政发〔2022〕7号 期满后继续有效", "临政发〔2022〕7号 期满后继续有效"),
    ],
)
def test_what_becomes_of_another_paper_is_typed_in_words_and_kept_in_one_form(field, text, value):
    assert typed(field, text, TODAY) == [value]


def test_a_number_gets_the_brackets_of_official_papers():
    assert typed("number", "临政发[2026] 12 号", TODAY) == "临政发〔2026〕12号"


def test_a_corrected_fact_keeps_the_lines_of_what_was_read_of_others():
    before = facts(effective="2026-01-01", expires="2031-01-01")
    after = with_value(before, "effective", "2026-02-01")
    assert after.effective == Fact("2026-02-01", "")
    assert after.expires == before.expires
    assert with_value(before, "effective", "2026-01-01") is before
    assert with_value(before, "expires", "").expires is None


def test_every_field_says_back_what_is_put_into_it():
    values = {
        "title": "新办法", "kind": "notice", "repeals": ["临政发〔2022〕7号"], "topics": ["住房"],
        "amends": ["旧的人才办法"], "issuers": ["临川市教育局", "临川市财政局"],
        "effective": "2026-01-01", "prolongs": ["临政发〔2022〕7号 至2027-12-31"],
    }  # fmt: skip
    held = facts()
    for field in FIELDS:
        value = values.get(field, "2026-01-01" if field in ("issued", "expires") else "市")
        held = with_value(held, field, value)
        assert value_of(held, field) == value, field
    assert DocumentFacts.restored(asdict(held)) == held


def test_an_end_before_the_beginning_is_a_contradiction():
    wrong = contradictions(facts(effective="2026-07-01", expires="2026-07-01"))
    assert "早于施行日期" in wrong["expires"]
    assert contradictions(facts(effective="2026-07-01", expires="2026-07-02")) == {}


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"effective": "2026-01-01", "expires": "2026-11-01"}, "expires"),
        ({"effective": "2026-01-01", "expires": "2066-01-01"}, "expires"),
        ({"effective": "2026-11-01", "expires": "2026-12-01"}, "expires"),
        ({"issued": "2026-06-01", "effective": "2026-05-01"}, "effective"),
        ({"issued": "2025-06-01", "effective": "2027-06-01"}, "effective"),
        ({"issued": "2026-12-01"}, "issued"),
        ({"effective": "2027-01-01"}, "effective"),
    ],
)
def test_unusual_dates_are_named(dates, field):
    assert field in oddities(facts(**dates), TODAY)


def test_usual_dates_are_not():
    usual = facts(issued="2026-06-09", effective="2026-07-01", expires="2031-07-01")
    assert oddities(usual, TODAY) == {}
