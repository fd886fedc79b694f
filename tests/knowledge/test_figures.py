"""Figures are compared by value: however they are written, and never by their digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.figures import figures, unsupported

DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """三千零五十 for 3050; 1 to 9999."""
    if 10 <= number < 20:
        return "十" + (DIGITS[number - 10] if number > 10 else "")
    text, gap = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + name
        gap = not digit
    return text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30万元", "300000"),
        ("三十万元", "300000"),
        ("300,000元", "300000"),
        ("３０万元", "300000"),
        ("30 万元", "300000"),
        ("1.50万元", "15000"),
        ("一百二十万元", "1200000"),
        ("3亿元", "300000000"),
        ("两年", "2"),
        ("十五个工作日", "15"),
        ("二十五周岁", "25"),
        ("三千零五十元", "3050"),
        ("百分之五十", "50%"),
        ("50％", "50%"),
        ("百分之12.5", "12.5%"),
        ("86625588", "86625588"),
    ],
)
def test_one_value_has_one_form_however_it_is_written(text, value):
    assert figures(text) == {value}


def test_a_date_gives_its_year_month_and_day():
    assert figures("自2026年12月5日起") == {"2026", "12", "5"}


def test_words_that_only_contain_a_numeral_are_no_figures():
    assert figures("统一办理，第三方不得代办，E类") == set()


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("5万元", "15万元"),
        ("1万元", "1.5万元"),
        ("5%", "5元"),
        ("20%", "20年"),
        ("3000元", "30000元"),
        ("8662558", "86625588"),
        ("40万元", "30万元"),
        ("三十六个月", "三十个月"),
    ],
)
def test_a_figure_is_vouched_for_by_no_other(said, source):
    assert unsupported(said, source)


def test_every_way_of_writing_vouches_for_every_other():
    for said in ("三十万元", "30万元", "300,000元"):
        for source in ("总额三十万元", "总额 30 万元", "总额300000元"):
            assert unsupported(said, source) == set()


def test_unsupported_names_exactly_what_the_source_lacks():
    source = "购房补贴30万元，分5年发放，每年20%"
    assert unsupported("分5年发，每年30%，共30万元，电话86625588", source) == {"30%", "86625588"}


@given(st.integers(1, 9999))
def test_chinese_and_arabic_numerals_are_one(number):
    assert figures(f"{in_chinese(number)}元") == {str(number)} == figures(f"{number}元")


@given(st.integers(1, 9999))
def test_ten_thousands_are_multiplied_out(number):
    expected = {str(number * 10_000)}
    assert figures(f"{number}万元") == expected == figures(f"{in_chinese(number)}万元")


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_number_vouches_for_itself_alone(one, other):
    assert (unsupported(f"{one}元", f"共{other}元") == set()) == (one == other)


@given(st.text(), st.text())
def test_a_text_vouches_for_itself_wherever_it_is_quoted(text, rest):
    assert unsupported(text, f"{text}\n{rest}") == set()


@given(st.text())
def test_no_text_is_too_strange_to_be_read(text):
    assert isinstance(figures(text), set)
