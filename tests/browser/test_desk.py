"""The desk by keyboard in a real browser: a call, the selection, the search."""

from __future__ import annotations

import contextlib
import time

import pytest
from playwright.sync_api import Error, Page, Route, expect

from console.accounts import Accounts, Role
from database import open_engine
from tests.browser.editions import RIDING
from tests.serving import run_script, serving

pytestmark = pytest.mark.slow
PASSWORD = "correct horse battery"
QUESTION = "D类人才买房补多少钱"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    data = tmp_path_factory.mktemp("desk") / "data"
    with serving(data, samples="true") as made:
        accounts = Accounts(open_engine(f"sqlite:///{data / 'zhihui.db'}"))
        accounts.add("王敏", PASSWORD, Role.STAFF)
        yield made


@pytest.fixture
def desk(page: Page, server) -> Page:
    """The desk of somebody who has signed in."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server.address}/desk")
    page.get_by_label("用户名").fill("王敏")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".live").wait_for()
    expect(page.locator("#q")).to_be_focused()
    return page


def copied(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def shown(page: Page) -> str:
    return page.locator(".panel:not([hidden]) h2").text_content()


def test_a_call_is_answered_with_three_keys_beyond_the_question(desk):
    desk.keyboard.type(QUESTION)
    strokes = 0
    for key, words in (("Enter", None), ("c", "已复制口播稿"), (".", "已复制依据")):
        desk.keyboard.press(key)
        strokes += 1
        if words:
            expect(desk.locator("#said")).to_have_text(words)
        if key == "c":
            assert copied(desk).startswith("根据《临江市人才安居实施细则")
            assert "三十万元" in copied(desk)
    assert copied(desk) == (
        "《临江市人才安居实施细则（2025年版）》（临政办发〔2025〕18号）二、安居标准 表「D类」"
    )
    assert strokes <= 6


def test_keys_pressed_without_waiting_are_not_lost(desk):
    desk.keyboard.type(QUESTION)
    desk.keyboard.press("Enter")
    desk.keyboard.press("2")
    desk.keyboard.press("c")
    expect(desk.locator("#said")).to_have_text("已复制口播稿")
    second = desk.locator(".results > .rows > .row").nth(1).locator("strong").text_content()
    assert shown(desk) == second
    assert desk.locator("#q").input_value() == QUESTION


def test_every_form_is_copied_by_one_key(desk):
    desk.keyboard.type(QUESTION)
    desk.keyboard.press("Enter")
    for key, words in (("w", "已复制微信文本"), ("Shift+C", "已复制原文和依据")):
        desk.keyboard.press(key)
        expect(desk.locator("#said")).to_have_text(words)
        assert "依据：《" in copied(desk)
    desk.keyboard.press(".")
    desk.keyboard.press(".")
    expect(desk.locator("#said")).to_have_text("已复制依据和原文链接")
    assert "/p/" in copied(desk)


def test_a_late_answer_never_overwrites_a_newer_one(desk):
    held = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.route("**/desk/search?q=%E8%90%BD", hold)  # 落 alone, the first half of the question
    desk.keyboard.type("落")
    desk.wait_for_timeout(400)
    with desk.expect_response(lambda r: "q=%E8%90%BD%E6%88%B7" in r.url):
        desk.keyboard.type("户")
    expect(desk.locator("#count")).to_contain_text("找到")
    desk.wait_for_timeout(300)  # until what came is shown: on a busy machine that takes a while
    newer = desk.locator("#results").text_content()
    for route in held:
        route.fulfill(body="<section id=results>旧的结果</section><div id=panels></div>")
    desk.wait_for_timeout(300)
    assert desk.locator("#results").text_content() == newer
    assert held


def test_the_selection_stays_on_the_row_that_was_picked(desk):
    desk.keyboard.type("购房补贴")
    desk.locator(".row").nth(1).wait_for()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    picked = shown(desk)
    desk.keyboard.type("分几年发放")
    desk.wait_for_timeout(500)
    rows = desk.locator(".results .row strong").all_text_contents()
    if picked in rows:
        assert shown(desk) == picked
        assert desk.locator('.row > a[aria-current="true"] strong').text_content() == picked


def test_one_steps_through_the_document_and_comes_back_to_the_results(desk):
    desk.keyboard.type("购房补贴申领期限")
    desk.keyboard.press("Enter")
    desk.locator(".panel:focus").wait_for()
    first = shown(desk)
    for key in "]]][[[":
        before = shown(desk)
        desk.keyboard.press(key)
        expect(desk.locator(".panel:not([hidden]) h2")).not_to_have_text(before)
    assert shown(desk) == first


def test_filters_are_kept_in_the_address(desk, server):
    desk.keyboard.type("补贴")
    desk.get_by_text("住房", exact=True).click()
    desk.get_by_text("含已失效").click()
    desk.wait_for_url("**lapsed=1**")
    address = desk.url
    rows = desk.locator(".row strong").all_text_contents()
    desk.goto(address)
    assert desk.locator(".row strong").all_text_contents() == rows
    assert desk.locator('input[value="住房"]').is_checked()


def test_lapsed_rules_and_filters_are_a_key_away_and_escape_leads_back(desk):
    desk.keyboard.type("购房补贴分几年发放")
    desk.keyboard.press("Enter")
    desk.locator(".panel:focus").wait_for()
    desk.keyboard.press("l")
    expect(desk.locator("#count")).to_contain_text("含已失效")
    desk.keyboard.press("t")
    expect(desk.locator("[name=topic]").first).to_be_focused()
    desk.keyboard.press("t")
    expect(desk.locator("[name=level]").first).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.locator(".panel:focus")).to_be_visible()
    assert desk.locator("#q").input_value() == "购房补贴分几年发放"


def test_a_question_without_an_answer_is_noted_with_two_keys(desk, server):
    desk.keyboard.type("宠物狗能不能一起落户")
    desk.keyboard.press("Enter")
    desk.keyboard.press("u")
    expect(desk.locator("#note")).to_be_visible()
    assert desk.locator("#note [name=question]").input_value() == "宠物狗能不能一起落户"
    desk.keyboard.press("Enter")
    expect(desk.locator("#said")).to_have_text("已记入未解答")


def test_an_answer_of_the_office_is_begun_from_the_clause_with_one_key(desk):
    desk.keyboard.type(QUESTION)
    desk.keyboard.press("Enter")
    desk.locator(".panel:focus").wait_for()
    picked = desk.locator(".panel:focus").get_attribute("data-id")
    with desk.expect_popup() as opened:
        desk.keyboard.press("f")
    draft = opened.value
    expect(draft.locator("[name=question]")).to_have_value(QUESTION)
    expect(draft.locator("[name=basis]:checked")).to_have_value(picked)
    expect(draft.locator("[name=answer]")).to_be_focused()
    assert desk.locator("#q").input_value() == QUESTION  # the call goes on where it was


def test_a_question_sent_before_the_script_has_come_is_open_when_it_comes(desk, server):
    held: list[Route] = []
    desk.route("**/desk.js*", lambda route: held.append(route))
    desk.goto(f"{server.address}/desk", wait_until="commit")
    expect(desk.locator("#q")).to_be_focused()
    desk.keyboard.type(QUESTION)
    desk.keyboard.press("Enter")
    desk.wait_for_url("**q=**", wait_until="commit")
    assert "live" not in desk.locator("body").get_attribute("class").split()
    desk.unroute("**/desk.js*")
    for route in held:
        with contextlib.suppress(Error):  # that of the page left behind
            route.continue_()
    desk.locator(".panel:focus").wait_for()
    assert "sent" not in desk.url
    desk.keyboard.press("c")
    expect(desk.locator("#said")).to_have_text("已复制口播稿")


def test_the_sheet_names_the_keys_and_letters_can_be_switched_off(desk):
    desk.keyboard.type(QUESTION)
    desk.keyboard.press("Enter")
    desk.keyboard.press("?")
    expect(desk.locator("#keys")).to_be_visible()
    desk.get_by_label("停用单键快捷键").check()
    desk.keyboard.press("?")
    expect(desk.locator("#keys")).to_be_hidden()
    desk.keyboard.press("c")
    desk.wait_for_timeout(200)
    assert desk.locator("#said").text_content() == ""
    desk.keyboard.press("Alt+c")
    expect(desk.locator("#said")).to_have_text("已复制口播稿")


def test_versions_and_colleagues_uses_are_a_key_away(desk):
    desk.keyboard.type(QUESTION)
    desk.keyboard.press("Enter")
    desk.keyboard.press("c")
    expect(desk.locator("#said")).to_have_text("已复制口播稿")
    time.sleep(0.3)
    desk.keyboard.press("v")
    expect(desk.locator("#history")).to_contain_text("王敏 复制口播稿")
    expect(desk.locator("#history")).to_contain_text("正在看的版本")


@pytest.fixture(scope="module")
def riding(server, tmp_path_factory):
    """Two papers in force that give one benefit different figures."""
    folder = tmp_path_factory.mktemp("riding")
    for name, paper in RIDING.items():
        (folder / f"{name}.txt").write_text(paper, encoding="utf-8")
    done = run_script("ingest.py", "add", folder, "--data", server.data)
    assert done.returncode == 0, done.stdout + done.stderr


def test_who_reads_a_figure_out_sees_that_another_paper_in_force_says_another(desk, riding):
    desk.keyboard.type("D类人才乘车补贴每月多少钱")
    desk.locator(".row").first.wait_for()
    desk.keyboard.press("Enter")
    told = desk.locator(".panel:not([hidden]) .differs")
    expect(told).to_contain_text("每月300元")
    expect(told).to_contain_text("每月200元")
    expect(told).to_contain_text("2026年3月1日起施行")
    desk.keyboard.press("c")
    expect(desk.locator("#said")).to_have_text("已复制口播稿；另有文件规定不同，请看提示")
    desk.keyboard.press("w")
    expect(desk.locator("#said")).to_contain_text("已复制微信文本")
    assert "两份现行有效的文件规定不一致" in copied(desk)
    first = desk.locator(".panel:not([hidden])").get_attribute("data-id")
    for there in (False, True):  # to the other paper and back
        desk.keyboard.press("d")
        expect(desk.locator(f"#panel-{first}")).to_be_visible(visible=there)


def test_a_text_copied_at_once_says_it_too(desk, riding):
    desk.keyboard.type("D类人才乘车补贴每月多少钱")
    desk.keyboard.press("Enter")
    desk.keyboard.press("w")
    expect(desk.locator("#said")).to_have_text("已复制微信文本；另有文件规定不同，请看提示")
    assert "两份现行有效的文件规定不一致" in copied(desk)


def test_where_no_comparison_could_be_had_that_is_said(desk, riding):
    desk.route("**/desk/clause/*?*", lambda route: route.abort())
    desk.keyboard.type("D类人才乘车补贴每月多少钱")
    desk.keyboard.press("Enter")
    desk.keyboard.press("c")
    expect(desk.locator("#said")).to_have_text("已复制口播稿；未能核对其他文件是否另有规定")


@pytest.mark.parametrize("width", [1280, 1024, 820, 390])
def test_nothing_sticks_out_sideways(desk, width):
    desk.set_viewport_size({"width": width, "height": 800})
    desk.keyboard.type(QUESTION)
    desk.keyboard.press("Enter")
    desk.locator(".row").first.wait_for()
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
