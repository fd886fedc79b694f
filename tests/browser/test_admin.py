"""The admin's side in a real browser, before the real server and its webhook."""

import contextlib
import re
import time

import pytest

from console.accounts import Accounts, Role
from database import open_engine
from tests.browser.editions import SAMPLES, housing_rules
from tests.readers.papers import docx, p
from tests.serving import serving

pytestmark = pytest.mark.slow

PASSWORD = "correct horse battery"
QUESTION = "D类人才买房补多少钱"
EDITION = "02-临江市人才安居实施细则（2025年版）"
CHANGES = (("C类 60万元", "65万元"), ("D类 30万元", "35万元"), ("E类 1500元", "1800元"))
PAPER = """临川市人才办法
临川发〔2026〕1号
第一条　{}。
第二条　自2026年1月1日起施行。
"""
LONG_MS = 60_000
"""Longest wait for something that a busy machine does slowly."""


@pytest.fixture
def office(tmp_path):
    """A server that has the 安居细则, and two admins."""
    with serving(tmp_path / "data", workers="1") as server:
        accounts = Accounts(open_engine(f"sqlite:///{server.data / 'zhihui.db'}"))
        for name in ("王敏", "李华"):
            accounts.add(name, PASSWORD, Role.ADMIN)
        yield server


def sign_in(page, office, name="王敏", then="/admin/policies"):
    page.set_default_timeout(LONG_MS)
    page.goto(f"{office.address}/sign-in?next={then}")
    page.fill('[name="name"]', name)
    page.fill('[name="password"]', PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector(".admin .top")


def upload(page, office, *files):
    """Choose files on the upload page; files are paths or Playwright's payloads."""
    page.goto(f"{office.address}/admin/policies/new")
    page.set_input_files("#drop input", list(files))


def payload(name, content):
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def confirm_all(page):
    """Confirm every fact that was read, one after another, as somebody would."""
    for _ in range(30):
        unread = page.locator("#fact-rows form.unconfirmed")
        count = unread.count()
        if not count:
            return
        unread.first.get_by_role("button").click()
        page.wait_for_function(
            "n => document.querySelectorAll('#fact-rows form.unconfirmed').length < n", arg=count
        )
    raise AssertionError("facts stay unconfirmed")


def publish(page):
    page.get_by_role("button", name="立即发布").click()
    page.wait_for_selector(".said.good")


def test_a_new_edition_is_checked_published_answered_from_at_once_and_taken_back(page, office):
    sign_in(page, office)
    upload(page, office, next(SAMPLES.glob("02-*.pdf")))
    page.get_by_role("link", name="核对").click()
    page.goto(page.url.replace("/file", "/effect"))
    publish(page)
    assert "30万元" in office.ask(QUESTION)

    upload(page, office, payload(f"{EDITION}.docx", housing_rules(*CHANGES)))
    page.get_by_role("link", name="核对").click()
    assert "新版本" in page.text_content("main")
    page.get_by_role("link", name=re.compile("下一步")).click()
    page.locator("#f-effective a.jump").click()
    assert "2025年7月1日起施行" in page.locator("#paper .lit").text_content()
    region = page.locator("#f-region")
    region.locator("#v-region").fill("临江市全市")
    page.locator("#paper .box", has_text="本细则适用于").click()
    region.get_by_role("button", name="保存更正").click()
    page.wait_for_selector("#f-region.corrected")
    assert "本细则适用于" in page.text_content("#f-region")
    region.locator("#v-region").fill("临江市")
    region.get_by_role("button", name="保存更正").click()
    page.wait_for_selector("#f-region.confirmed")
    confirm_all(page)
    page.get_by_role("link", name=re.compile("下一步")).click()
    assert "6/6 条，表 1" in page.text_content("#coverage")
    assert "未覆盖 0 字，存疑 0" in page.text_content("#coverage")
    page.fill("#question", QUESTION)
    page.get_by_role("button", name="问", exact=True).click()
    page.wait_for_selector(".reply")
    assert "35万元" in page.text_content(".reply")
    assert "30万元" in office.ask(QUESTION, "oBEFORE000000000000000000001")
    page.get_by_role("link", name=re.compile("下一步")).click()
    changes = page.locator("p.figure").all_text_contents()
    assert changes == ["60万元 → 65万元", "30万元 → 35万元", "1500元 → 1800元"]
    publish(page)

    askers = [f"oAFTER{n:022d}" for n in range(5)]
    for asker in askers:
        answer = office.ask(QUESTION, asker)
        assert "35万元" in answer
        assert "30万元" not in answer
    page.goto(f"{office.address}/admin/policies")
    page.locator(".withdraw", has_text="安居实施细则").last.get_by_role("button").click()
    page.wait_for_selector(".said.good")
    answer = office.ask(QUESTION, "oTAKEN0000000000000000000001")
    assert "30万元" in answer
    assert "35万元" not in answer


def broken_files():
    """Files that cannot be taken in, each with what its reason has to say."""
    good = docx(p("第一条　补贴500元。"))
    return {
        "空文件.docx": (b"", "空"),
        "断掉的.docx": (good[: len(good) // 2], ""),
        "压缩包.zip": (b"Rar!\x1a\x07\x00" + b"x" * 200, "压缩包"),
        "程序.pdf": (bytes(range(256)) * 40, "认不出"),
        "假的.pdf": (b"%PDF-1.7\n" + b"garbage " * 50, ""),
        "没有字.txt": (b" \n\n ", "空"),
    }


def test_of_fifty_files_the_good_go_in_and_each_broken_one_says_why(page, office, tmp_path):
    sign_in(page, office)
    broken = broken_files()
    files = [payload(name, content) for name, (content, _) in broken.items()]
    for n in range(50 - len(broken)):
        text = f"临川市第{n}号人才办法\n临川发〔2026〕{n + 1}号\n第一条　第{n}类每月补贴{n}00元。\n"
        files.append(payload(f"办法{n:02d}.txt", text.encode()))
    upload(page, office, *files)
    rows = page.locator("#chosen li")
    page.wait_for_function(
        "n => document.querySelectorAll('#chosen a.button').length === n", arg=50 - len(broken)
    )
    for name, (_, words) in broken.items():
        row = rows.filter(has_text=name)
        page.wait_for_function(
            "name => [...document.querySelectorAll('#chosen li')].some(li =>"
            " li.textContent.includes(name) && li.querySelector('.bad'))",
            arg=name,
        )
        said = row.locator(".bad").text_content()
        assert words in said
        assert re.search(r"[\u4e00-\u9fff]{4}", said)
        assert "Error" not in said
        assert "Traceback" not in said
    page.goto(f"{office.address}/admin/policies?state=草稿")
    assert f"{50 - len(broken)}" in page.text_content("h1")
    page.goto(f"{office.address}/admin/jobs")
    assert "已处理完" in page.text_content(".coverage")


def test_two_admins_in_one_draft_lose_nothing_silently(page, office, chromium):
    sign_in(page, office)
    upload(page, office, payload("办法.txt", PAPER.format("每月补贴500元").encode()))
    page.get_by_role("link", name="核对").click()
    clauses = page.url.replace("/file", "/clauses")
    with contextlib.closing(chromium.new_context(locale="zh-CN")) as context:
        other = context.new_page()
        sign_in(other, office, "李华")
        for window in (page, other):
            window.goto(clauses)

        def reword(window, start, text):
            clause = window.locator(".clause", has_text=start).first
            clause.locator("summary").click()
            clause.locator("textarea").fill(text)
            clause.get_by_role("button", name="保存").click()

        reword(page, "第一条", "第一条　每月补贴600元。")
        page.wait_for_selector(".clause:has-text('600元')")
        reword(other, "第二条", "第二条　自2026年2月1日起施行。")  # another clause: both hold
        other.wait_for_selector(".said.wait")
        assert "600元" in other.text_content("#clauses")
        assert "2026年2月1日" in other.text_content("#clauses")
        reword(page, "第二条", "第二条　自2026年3月1日起施行。")  # the same clause
        page.wait_for_selector("#conflict")
        shown = page.text_content("#conflict")
        assert "李华" in shown
        assert "2月1日" in shown
        assert "3月1日" in page.input_value("#conflict textarea")
        page.get_by_role("button", name="用这段文字替换").click()
        page.wait_for_selector(".clause:has-text('3月1日')")
        page.locator(".edits summary").click()
        history = page.text_content(".edits")
        assert "李华" in history
        assert "2月1日" in history


def test_an_upload_that_a_reload_cut_short_goes_on_where_it_stopped(page, office, tmp_path):
    sign_in(page, office)
    body = "".join(f"第{n}段　" + "人才补贴的说明文字。" * 40 + "\n" for n in range(4000))
    path = tmp_path / "很长的办法.txt"
    path.write_text("临川市人才办法\n第一条　补贴500元。\n" + body, encoding="utf-8")
    assert path.stat().st_size > 4_000_000

    sent = []

    def slow(route):
        sent.append(route.request.url)
        if len(sent) > 2:  # the line is cut after two slices
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/admin/uploads/\w+\?"), slow)
    page.on("dialog", lambda dialog: dialog.accept())
    upload(page, office, path)
    page.wait_for_function("() => document.querySelector('#chosen progress').value > 1000000")
    page.reload()
    page.unroute_all(behavior="ignoreErrors")
    left = page.locator("#unfinished li")
    assert "很长的办法.txt" in left.text_content()
    held = int(left.get_attribute("data-held"))
    assert held > 1_000_000

    offsets = []
    page.on("request", lambda r: offsets.append(r.url) if "offset=" in r.url else None)
    changed = payload("很长的办法.txt", path.read_bytes().replace(b"500", b"900"))
    with page.expect_request(re.compile("offset=0")):  # same name and size, another file
        page.set_input_files("#drop input", [changed])
    page.locator("#chosen li", has_text="很长的办法").get_by_role("link", name="核对").wait_for()
    page.reload()
    offsets.clear()
    page.set_input_files("#drop input", path)
    page.locator("#chosen li").get_by_role("link", name="核对").wait_for()
    assert f"offset={held}" in offsets[0]


def test_a_publication_at_a_time_is_done_then_even_after_a_restart(page, tmp_path):
    data = tmp_path / "data"
    with serving(data) as office:
        engine = open_engine(f"sqlite:///{data / 'zhihui.db'}")
        Accounts(engine).add("王敏", PASSWORD, Role.ADMIN)
        sign_in(page, office)
        upload(page, office, payload(f"{EDITION}.docx", housing_rules(*CHANGES)))
        page.get_by_role("link", name="核对").click()
        page.goto(page.url.replace("/file", "/effect"))
        page.fill('[name="at"]', "2027-01-01T08:00")
        page.get_by_role("button", name="定时", exact=True).click()
        page.wait_for_selector(".timed")
        page.goto(f"{office.address}/admin/policies?state=定时")
        assert "安居实施细则" in page.text_content("main")
        assert "35万元" not in office.ask(QUESTION)
    with engine.begin() as connection:  # the time comes while nothing runs
        soon = time.time() + 1
        connection.exec_driver_sql("UPDATE intake_jobs SET due_at = ? WHERE due_at > 0", (soon,))
    engine.dispose()
    with serving(data) as office:
        limit = time.monotonic() + 60
        while "35万元" not in office.ask(QUESTION, f"oT{time.monotonic_ns():026d}"):
            assert time.monotonic() < limit
            time.sleep(0.2)
