"""Regional wording of a question is read as what it means."""

from __future__ import annotations

import pytest

from bot.answering.dialect import in_standard_words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("金卡一年给好多", "金卡一年给多少"),
        ("有没得车费", "有没有车费"),
        ("去哪点办", "去哪里办"),
        ("要等好久", "要等多久"),
        ("咋个申请", "怎么申请"),
        ("屋头人能办不", "家里人能办不"),
        ("什么时侯能办", "什么时候能办"),
        ("请问去那里办", "请问去哪里办"),
        ("股分最少多少", "股份最少多少"),
        ("服务台帐存多久", "服务台账存多久"),
        ("还在适用期", "还在试用期"),
        ("住公寓要压多少钱", "住公寓要押金多少钱"),
        ("修产假发不发", "休产假发不发"),
        ("周三后晌有人不", "周三下午有人不"),
        ("排公寓要等几耐", "排公寓要等多久"),
        ("买了套房租房子住", "买房租房住"),
        ("公寓里头能做饭不", "公寓里能做饭不"),
        ("揭榜是怎么个弄法", "揭榜是怎么弄"),
    ],
)
def test_words_that_shape_a_question_are_read_as_everybody_writes_them(typed, read):
    assert in_standard_words(typed) == read


@pytest.mark.parametrize("text", ["好多人都领到了", "好久不见", "哈尔滨的政策", "这个政策好多"])
def test_what_everybody_says_stays_as_it_is(text):
    assert in_standard_words(text) == text
