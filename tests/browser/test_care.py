"""The pages of care in a real browser, over the real server and the platform's API."""

import pytest

from console.accounts import Accounts, Role
from database import open_engine
from tests.serving import run_script, serving
from tests.wechat.conftest import APPID, TOKEN, served_platform

pytestmark = pytest.mark.slow
PASSWORD = "correct horse battery"


@pytest.fixture
def platform():
    with served_platform() as made:
        yield made


@pytest.fixture
def signed_in(page, tmp_path, platform):
    """The server with the samples and an account of the fake platform, an admin signed in."""
    settings = {
        "samples": "true", "wechat_token": TOKEN, "wechat_appid": APPID,
        "wechat_secret": platform.secret, "wechat_api_base": platform.base,
    }  # fmt: skip
    with serving(tmp_path / "data", **settings) as server:
        engine = open_engine(f"sqlite:///{tmp_path / 'data' / 'zhihui.db'}")
        Accounts(engine).add("王敏", PASSWORD, Role.ADMIN)
        engine.dispose()
        page.goto(f"{server.address}/sign-in")
        page.fill("[name=name]", "王敏")
        page.fill("[name=password]", PASSWORD)
        page.click("button")
        yield server


def test_a_synonym_is_previewed_saved_and_used_by_the_next_answer(page, signed_in):
    server = signed_in
    question = "D类人才买窝补多少"

    def asked(person):
        return server.ask(question, person, token=TOKEN).partition("依据")[0]

    before = asked("oTALENT1")
    page.goto(f"{server.address}/admin/knowledge/synonyms")
    page.get_by_label("口语说法").fill("买窝")
    page.get_by_label("政策用语").fill("购房补贴")
    page.get_by_role("button", name="预览会改变什么").click()
    preview = page.locator("#preview")
    preview.get_by_text(question).wait_for()
    assert "30万元" in preview.text_content()
    assert asked("oTALENT2") == before
    preview.get_by_role("button", name="保存并使用").click()
    page.get_by_text("已增加同义词").wait_for()
    after = asked("oTALENT3")
    assert after != before
    assert "购房补贴（总额）30万元" in after


def test_a_menu_is_edited_seen_as_on_a_phone_and_published_to_weixin(page, signed_in, platform):
    page.goto(f"{signed_in.address}/admin/knowledge/menu")
    page.get_by_label("一级菜单名 1").fill("最新活动动态消息")
    page.get_by_role("button", name="检查并预览").click()
    page.get_by_text("最多5个汉字").wait_for()
    page.get_by_label("一级菜单名 1").fill("最新活动")
    page.get_by_role("button", name="检查并预览").click()
    page.get_by_text("检查通过，还没有保存").wait_for()
    assert "最新活动" in page.get_by_label("手机预览").text_content()
    assert platform.menu is None
    page.get_by_role("button", name="保存并发布到微信").click()
    page.get_by_text("已发布菜单").wait_for()
    assert [b["name"] for b in platform.menu["button"]][1] == "最新活动"


def test_questions_run_by_themselves_and_the_page_follows(page, signed_in):
    server = signed_in
    page.goto(f"{server.address}/admin/knowledge/questions/new")
    page.get_by_label("问题（").fill("D类人才买房补多少钱")
    page.get_by_label("答复里必须说到").fill("30万元")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存评测问题").wait_for()
    page.locator("td .badge.good").first.wait_for(timeout=60_000)


def test_an_archive_made_by_the_button_restores_another_folder(page, signed_in, tmp_path):
    page.goto(f"{signed_in.address}/admin/archive")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出").click()
    path = tmp_path / "base.zip"
    download.value.save_as(path)
    done = run_script("ingest.py", "import", path, "--data", tmp_path / "other")
    assert done.returncode == 0, done.stderr
    assert "14份文件" in done.stdout
