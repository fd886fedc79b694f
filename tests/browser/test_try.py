"""The simulator in a real browser."""

import pytest

from tests.serving import serving

pytestmark = pytest.mark.slow


def test_a_newcomer_asks_and_reads_the_clause_on_try(page, tmp_path):
    with serving(tmp_path / "data", samples="true") as server:
        page.goto(f"{server.address}/try")
        page.get_by_role("textbox").first.fill("D类人才买房补多少钱")
        page.keyboard.press("Enter")
        link = page.get_by_role("link", name="查看原文").last
        link.wait_for(timeout=20_000)
        page.goto(server.address + link.get_attribute("href"))
        assert "购房补贴" in page.text_content("main")
