"""A talent's message through the real webhook, a person's reply through the fake platform."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from console.accounts import Accounts, Role
from database import open_engine
from tests.serving import serving
from tests.wechat.conftest import APPID, TOKEN, served_platform
from tests.wechat.fake_wechat import Codec, Webhook, build_xml

pytestmark = pytest.mark.slow
PASSWORD = "correct horse battery"
TALENT, STRANGER = "oTALENT0000000000000000000001", "oTALENT0000000000000000000002"
EVIL = "<img src=x onerror=\"document.title='被改了'\"><script>document.title='被改了'</script>租房"
PATIENCE_S = 60


class Street:
    """A server with two people as staff, the platform it calls, and talents who write to it."""

    def __init__(self, server, platform) -> None:
        self.server, self.platform = server, platform
        url = f"{server.address}/wechat"
        self._hook = Webhook(url, Codec(TOKEN, "", ""), "plain", platform)

    def say(self, openid: str, text: str) -> str:
        shown = self._hook.push(
            openid, build_xml("gh_fakeaccount0", openid, "text", text), "message"
        )
        assert shown["problem"] is None, shown
        return shown["content"] or ""

    def received(self, openid: str) -> list[str]:
        """What the platform delivered to somebody as customer-service messages."""
        return [
            r["content"]
            for r in self.platform.received
            if r["openid"] == openid and r["via"] == "custom"
        ]


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    data = tmp_path_factory.mktemp("inbox") / "data"
    with served_platform() as platform:
        account = {
            "wechat_appid": APPID, "wechat_token": TOKEN, "wechat_secret": platform.secret,
            "wechat_api_base": platform.base,
        }  # fmt: skip
        with serving(data, samples="true", **account) as server:
            accounts = Accounts(open_engine(f"sqlite:///{data / 'zhihui.db'}"))
            for name in ("王敏", "李娜"):
                accounts.add(name, PASSWORD, Role.STAFF)
            limit = time.monotonic() + PATIENCE_S  # until it is known what the account may do
            while not any(c["path"].endswith("custom/send") for c in platform.calls):
                assert time.monotonic() < limit
                time.sleep(0.1)
            yield Street(server, platform)


def sign_in(page: Page, street: Street, name: str = "王敏") -> None:
    page.goto(f"{street.server.address}/sign-in?next=/desk/inbox")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".live #rows").wait_for()


def open_first(page: Page) -> None:
    """Open the conversation that has waited longest."""
    page.locator(".waiting .row a").first.click()
    page.locator(".live #talk").wait_for()


def until(condition) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_a_talent_who_asks_for_a_person_gets_that_person_s_words_on_wechat(page, street):
    assert "30万元" in street.say(TALENT, "D类人才买房补多少钱")
    sign_in(page, street)
    assert "已为您登记人工服务" in street.say(TALENT, "转人工")
    row = page.locator(".waiting .row a")  # the list refreshes itself
    expect(row).to_contain_text("D类人才买房补多少钱", timeout=PATIENCE_S * 1000)
    page.keyboard.press("Alt+j")
    page.wait_for_url("**/desk/inbox?at=*")
    expect(page.locator(".line.bot").first).to_contain_text("30万元")
    page.locator(".live #talk").wait_for()  # keys work once the script has come
    page.keyboard.press("Alt+t")
    page.locator(".live #text").wait_for()
    assert street.say(TALENT, "我在经开区，还能加吗") == ""  # the bot keeps silent
    expect(page.locator(".line.talent").last).to_contain_text("还能加吗", timeout=PATIENCE_S * 1000)
    page.keyboard.type("您好，可以叠加：")
    page.keyboard.type("??")
    expect(page.locator("#picker")).to_be_visible()
    page.keyboard.type("经开区购房补贴叠加")
    expect(page.locator("#picker-list [aria-selected=true]")).to_contain_text("再分别给予")
    page.keyboard.press("Enter")
    expect(page.locator("#picker")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    until(lambda: street.received(TALENT))
    [sent] = street.received(TALENT)
    assert sent.startswith("您好，可以叠加：")
    assert "10万元" in sent
    assert "依据：《临江经济技术开发区引才聚才若干措施》" in sent
    expect(page.locator(".line.staff .fate").last).to_have_text("已送达", timeout=PATIENCE_S * 1000)
    page.locator(".live #text").wait_for()
    page.keyboard.press("Alt+l")
    expect(page.locator(".line.bot details").last).to_have_attribute("open", "")
    page.keyboard.press("Alt+n")
    page.keyboard.type("GD20261122-8")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_have_text("工单号已保存")
    page.locator(".live #talk").wait_for()
    page.keyboard.press("Alt+e")
    expect(page.locator(".told")).to_have_text("会话已结束")
    assert "30万元" in street.say(TALENT, "D类人才买房补多少钱")  # the bot is back


def test_two_of_staff_never_answer_one_person_unknowingly(page, chromium, street):
    street.say(STRANGER, "转人工")
    sign_in(page, street)
    open_first(page)
    other = chromium.new_context(locale="zh-CN").new_page()
    sign_in(other, street, "李娜")
    open_first(other)
    other.keyboard.press("Alt+t")
    other.locator("#text").wait_for()
    page.get_by_role("button", name="接管").click()
    expect(page.locator(".told")).to_have_text("没有接管成功：这段会话已由李娜接管")
    expect(page.locator("#rows")).to_contain_text("李娜 正在处理")
    assert page.locator("#text").count() == 0
    other.keyboard.press("Alt+b")
    expect(other.locator(".told")).to_have_text("已交还机器人")
    other.context.close()


PASSED, KEPT_FOR_ALL = "oPASSED000000000000000000001", "oFAQ000000000000000000000001"


def test_a_conversation_is_passed_on_by_keyboard_and_answered_by_the_colleague(
    page, chromium, street
):
    street.say(PASSED, "D类人才买房补多少钱")
    street.say(PASSED, "转人工")
    other = chromium.new_context(locale="zh-CN").new_page()
    sign_in(other, street, "李娜")
    sign_in(page, street)
    page.locator(".waiting .row a", has_text="买房").click()
    page.locator(".live #talk").wait_for()
    page.keyboard.press("Alt+t")
    page.locator(".live #text").wait_for()
    page.keyboard.type("写到一半")
    page.keyboard.press("Alt+p")
    expect(page.locator("#pass-on select")).to_be_focused()
    expect(page.locator("#pass-on option").first).to_have_text("李娜（在线）")
    expect(page.locator("#unsent")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("Alt+p")
    page.keyboard.press("Tab")
    page.keyboard.type("他还想问经开区加发")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_have_text("已转交李娜")
    expect(page.locator("#rows")).to_contain_text("李娜 正在处理（您转交的）")
    mark = other.locator(".mine .row .passed")  # the list refreshes itself
    expect(mark).to_have_text("王敏转交：他还想问经开区加发", timeout=PATIENCE_S * 1000)
    other.keyboard.press("Alt+j")
    other.locator(".live #text").wait_for()
    assert street.received(PASSED) == []
    other.keyboard.type("您好，经开区可以叠加。")
    other.keyboard.press("Control+Enter")
    until(lambda: street.received(PASSED))
    assert street.received(PASSED) == ["您好，经开区可以叠加。"]
    other.locator(".line.staff").wait_for()  # the page that came with the reply
    other.locator(".live #text").wait_for()
    other.keyboard.press("Alt+e")
    expect(other.locator(".told")).to_have_text("会话已结束")
    other.context.close()


def test_a_conversation_ends_as_a_draft_of_an_answer_with_one_key(page, street):
    street.say(KEPT_FOR_ALL, "转人工")
    sign_in(page, street)
    open_first(page)
    page.keyboard.press("Alt+t")
    page.locator(".live #text").wait_for()
    assert street.say(KEPT_FOR_ALL, "租房补贴断交一个月还发吗") == ""
    expect(page.locator(".line.talent").last).to_contain_text("断交", timeout=PATIENCE_S * 1000)
    page.keyboard.type("断交当月不发，其余月份照发。")
    page.keyboard.press("Control+Enter")
    page.locator(".line.staff").wait_for()
    page.locator(".live #text").wait_for()
    page.keyboard.press("Alt+f")
    expect(page.locator("[name=question]")).to_have_value("租房补贴断交一个月还发吗")
    expect(page.locator("[name=answer]")).to_have_value("断交当月不发，其余月份照发。")
    assert street.say(KEPT_FOR_ALL, "D类人才买房补多少钱").count("30万元")  # the bot is back


def test_script_in_what_a_talent_says_does_not_run_in_the_inbox(page, street):
    street.say(STRANGER, EVIL)
    street.say(STRANGER, "转人工")
    sign_in(page, street)
    row = page.locator(".waiting .row a").first
    expect(row).to_contain_text("<img src=x")
    open_first(page)
    page.keyboard.press("Alt+t")
    page.locator("#text").wait_for()
    street.say(STRANGER, EVIL)  # comes in by the refresh, as script puts it in
    expect(page.locator(".line.talent")).to_have_count(2, timeout=PATIENCE_S * 1000)
    page.keyboard.type("??")
    page.keyboard.type(EVIL)
    page.wait_for_timeout(500)
    page.keyboard.press("Escape")
    assert "被改了" not in page.title()
    assert page.locator("main img, #rows img, main script").count() == 0


def test_a_draft_survives_a_look_at_another_conversation(page, street):
    for openid in ("oDRAFT0000000000000000000001", "oDRAFT0000000000000000000002"):
        street.say(openid, "转人工")
    sign_in(page, street)
    open_first(page)
    page.keyboard.press("Alt+t")
    page.locator("#text:focus").wait_for()  # the page puts the cursor there when it is ready
    mine = page.url
    page.keyboard.type("写到一半")
    page.locator(".waiting .row a").first.click()
    page.get_by_role("button", name="接管").wait_for()
    page.goto(mine)
    assert page.locator("#text").input_value() == "写到一半"


@pytest.mark.parametrize("width", [1280, 1024, 820, 390])
def test_nothing_sticks_out_sideways(page, street, width):
    street.say("oWIDTH0000000000000000000001", "转人工")
    sign_in(page, street)
    page.set_viewport_size({"width": width, "height": 800})
    page.locator(".row a").first.click()
    page.locator("#talk").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
