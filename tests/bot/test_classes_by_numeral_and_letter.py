"""Cities that write their classes Ⅰ类 to Ⅴ类, or A类, B1类, B2类: nobody types them so."""

from __future__ import annotations

import pytest

from bot.answering.result import Answer
from knowledge.lexicon import normal
from knowledge.talent_classes import classes_named
from tests.bot.small_city import asking, base_of, told

ROMAN = {
    "安家.md": """# 岑泽市人才安家支持办法

岑政办规〔2026〕2号

第一条 支持标准如下：

| 层次 | 安家费 | 租金补助（每月） |
|---|---|---|
| Ⅱ类 | 90万元 | 4800元 |
| Ⅲ类 | 45万元 | 3300元 |
| Ⅳ类 | 21万元 | 2100元 |
| Ⅴ类 | 11万元 | 1300元 |

第二条 安家费分三次拨付。Ⅲ、Ⅳ类人才可以申请一次延期。
""",
    "卡.md": """# 岑卡服务一览

| 服务 | Ⅱ类 | Ⅲ类 | Ⅳ类 | Ⅴ类 |
|---|---|---|---|---|
| 免费停车 | 全天 | 6小时 | 3小时 | 2小时 |
| 年度体检 | 5000元 | 3000元 | 1600元 | 900元 |
""",
}

LETTERS = {
    "认定.md": """# 舟屿市人才分类认定办法

舟人才〔2025〕3号

第一条 人才分为A类、B1类、B2类、C1类、C2类、D类。

第二条 认定证书有效期：B2类、C1类为5年；C2类、D类为3年。

第三条 申请D类的，年龄不超过41周岁。
""",
    "安居.md": """# 舟屿市人才安居办法

舟政办规〔2026〕2号

第一条 下表所列人才享受：

| 人才类别 | 购房券面额 | 租房月补 |
|---|---|---|
| A类 | 200万元 | 免租 |
| B1类 | 90万元 | 6100元/月 |
| B2类 | 60万元 | 4200元/月 |
| C1类 | 38万元 | 3100元/月 |
| C2类 | 24万元 | 2300元/月 |
| D类 | 9万元 | 1200元/月 |
""",
}


@pytest.fixture(scope="module")
def ask_roman(tmp_path_factory):
    with base_of(ROMAN, tmp_path_factory) as base:
        yield asking(base)


@pytest.fixture(scope="module")
def ask_letters(tmp_path_factory):
    with base_of(LETTERS, tmp_path_factory) as base:
        yield asking(base)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Ⅳ类人才", ["第四类"]),
        ("Ⅲ、Ⅳ类", ["第三类", "第四类"]),
        ("Ⅰ类至Ⅲ类", ["第一类", "第二类", "第三类"]),
        ("V类", ["第五类"]),
        ("III 层次", ["第三层次"]),
        ("B1类、B2类", ["b1类", "b2类"]),
    ],
)
def test_roman_numerals_and_letters_with_digits_name_classes(text, named):
    assert classes_named(normal(text)) == named


@pytest.mark.parametrize("typed", ["4类", "四类", "Ⅳ类", "IV类", "四类人才", "4类人才"])
def test_the_class_of_a_roman_numeral_is_found_however_it_is_typed(ask_roman, typed):
    assert "21万元" in told(ask_roman(f"{typed}安家费多少"))
    for other in ("90万元", "45万元", "11万元"):
        assert other not in told(ask_roman(f"{typed}安家费多少"))


def test_a_column_named_by_a_roman_numeral_is_told_by_itself(ask_roman):
    assert "1600元" in told(ask_roman("我四类 一年体检标准多少钱"))


def test_a_class_told_before_by_a_roman_numeral_holds_for_the_next_question(ask_roman):
    assert "1300元" in told(ask_roman("那租房呢", "我是五类人才", "安家费有多少"))


@pytest.mark.parametrize("typed", ["C2", "c2类", "C2类人才", "我c2，"])
def test_a_letter_with_a_digit_is_a_class_of_its_own(ask_letters, typed):
    answer = told(ask_letters(f"{typed}租房一个月补多少"))
    assert "2300元" in answer
    assert "3100元" not in answer


def test_a_bare_letter_with_a_digit_names_its_class(ask_letters):
    assert "5年" in told(ask_letters("b2的证几年有效"))


def test_a_bare_letter_behind_what_makes_it_a_class_names_one(ask_letters):
    found = ask_letters("我43了还能评D不")
    assert isinstance(found, Answer)
    assert "不超过41周岁" in told(found)


def test_a_letter_without_its_digit_is_every_class_of_that_letter(ask_letters):
    found = ask_letters("C类租房一个月补多少")
    assert isinstance(found, Answer)
    shown = "".join(part.body for part in (*found.parts, *found.beside))
    assert "3100元" in shown
    assert "2300元" in shown
