"""The page's own module, run by node where there is one."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

import console

MODULE = Path(console.__file__).parent / "static" / "reply.js"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")


def pieces(reply: str) -> list[dict]:
    source = base64.b64encode(MODULE.read_bytes()).decode()
    program = (
        f"const {{pieces}} = await import('data:text/javascript;base64,{source}');"
        f"console.log(JSON.stringify(pieces({json.dumps(reply)})))"
    )
    run = subprocess.run(
        [str(NODE), "--input-type=module", "-e", program],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    return json.loads(run.stdout)


def test_link_to_a_clause_opens_it_on_this_site():
    reply = '依据：《办法》  <a href="https://rc.example.gov.cn/p/12">查看原文</a>。'
    assert pieces(reply) == [
        {"text": "依据：《办法》  "},
        {"text": "查看原文", "target": {"kind": "clause", "path": "/p/12"}},
        {"text": "。"},
    ]


def test_link_to_an_event_opens_it_on_this_site():
    [link] = pieces('<a href="https://rc.example.gov.cn/e/7">活动页面</a>')
    assert link["target"] == {"kind": "clause", "path": "/e/7"}


def test_link_to_the_page_that_checks_conditions_opens_it_on_this_site():
    found = pieces('<a href="https://rc.example.gov.cn/check">在网页上核对</a>')
    assert found == [{"text": "在网页上核对", "target": {"kind": "page", "path": "/check"}}]
    assert "target" not in pieces('<a href="https://evil.example/check/../x">看</a>')[0]


@pytest.mark.parametrize("content", ["购房补贴", "%E8%B4%AD%E6%88%BF%E8%A1%A5%E8%B4%B4"])
def test_tapped_menu_line_says_its_content(content):
    address = f"weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid=7"
    said = {"kind": "say", "text": "购房补贴", "menuId": "7"}
    assert pieces(f'<a href="{address}">1. 购房</a>') == [{"text": "1. 购房", "target": said}]


@pytest.mark.parametrize(
    "reply",
    [
        '<a href="javascript:alert(1)">看</a>',
        '<a href="https://evil.example/">看</a>',
        '<a href="https://evil.example/p/1/../x">看</a>',
        '<a href="//evil.example/p/1">看</a>',
        '<a href="/p/1" onclick="alert(1)">看</a>',
        "<script>alert(1)</script><b>粗</b>",
        '<a href="/p/1"><img src=x></a>',
    ],
)
def test_everything_else_is_text(reply):
    assert pieces(reply) == [{"text": reply}]
