"""The office's file: topics, scenes, halls and menu; every limit of WeChat's menu is named."""

from __future__ import annotations

import json

import pytest

from bot.reception import DEMONSTRATION, SHIPPED, BadReception, read_reception
from bot.wechat.menu import BadMenu, menu_body, said
from tests.wechat.fake_wechat import menu_error


@pytest.mark.parametrize("path", [SHIPPED, DEMONSTRATION])
def test_what_ships_is_a_menu_that_weixin_takes(path):
    body = menu_body(read_reception(path).menu)
    assert menu_error(body) is None


def test_every_click_of_the_menu_says_something():
    for top in menu_body(read_reception(SHIPPED).menu)["button"]:
        for button in top.get("sub_button", [top]):
            assert said(button["key"])


@pytest.mark.parametrize(
    ("buttons", "complaint"),
    [
        ([], "0个按钮"),
        ([{"name": "甲", "say": "一"}] * 4, "4个按钮"),
        ([{"name": "六个汉字太长", "say": "一"}], "16字节"),
        ([{"name": "甲", "say": "长" * 42}], "最多41个汉字"),
        ([{"name": "甲", "url": "ftp://x"}], "https://"),
        ([{"name": "甲"}], "只填一项"),
        ([{"name": "甲", "say": "一", "url": "https://x"}], "只填一项"),
        ([{"name": "甲", "sub_button": [{"name": "乙", "say": "一"}] * 6}], "6个按钮"),
        ([{"name": "甲", "say": "一", "colour": "red"}], "不认识的项 colour"),
    ],
)
def test_a_menu_that_weixin_would_refuse_is_refused_with_its_place(buttons, complaint):
    with pytest.raises(BadMenu, match=complaint):
        menu_body(buttons)


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "an object"),
        ('{"topic": []}', "unknown key topic"),
        ('{"topics": [1]}', "topics"),
        ('{"scenes": {"a": 1}}', "scenes"),
        ('{"halls": [{"name": "甲"}]}', "hall 1"),
        (json.dumps({"topics": ["问"] * 10}), "at most 9"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_fault(tmp_path, written, complaint):
    path = tmp_path / "reception.json"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(BadReception, match=complaint) as caught:
        read_reception(path)
    assert str(path) in str(caught.value)
