"""Personal numbers never reach the conversation's record."""

from __future__ import annotations

import pytest

from bot.privacy import masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("身份证110101199003071234", "身份证［身份证号］"),
        ("身份证11010119900307123X查下", "身份证［身份证号］查下"),
        ("打13800138000给我", "打［手机号］给我"),
        ("+86 138-0013-8000", "［手机号］"),
        ("卡号6222021234567890123", "卡号［银行卡号］"),
        ("卡号6222 0212 3456 7890 123", "卡号［银行卡号］"),
    ],
)
def test_numbers_that_name_a_person_are_masked(text, expected):
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "补贴30万元，电话86625588",
        "临政办发〔2025〕18号",
        "2026年12月1日9:00至12月20日17:00",
        "12345",
    ],
)
def test_amounts_dates_and_office_telephones_stay(text):
    assert masked(text) == text
