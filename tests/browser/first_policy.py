"""A new user's first policy, walked in a real browser; docs/first-policy.md tells what came of it.

    python -m tests.browser.first_policy ADDRESS NAME PASSWORD FOLDER

walks a server that runs at ADDRESS, signed in as NAME, with a paper of its own making, and writes
one screenshot a step into FOLDER. It prints clicks, fields typed into and seconds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, HOW_TO_GET_IT
from tests.readers.papers import docx, p

QUESTION = "引进的博士后每月补贴多少钱"
PAPER = (
    "临川市博士后引进补贴办法",
    "临川人社发〔2026〕7号",
    "第一条　为吸引博士后来临川市工作，制定本办法。",
    "第二条　引进的博士后在站期间，每月给予生活补贴8600元，最长24个月。",
    "第三条　申请人于每年3月1日至4月30日向市人才服务中心提出申请。",
    "第四条　本办法自2026年6月1日起施行，有效期5年。",
    "临川市人力资源和社会保障局",
    "2026年5月18日",
)


class Walker:
    """Counts what a hand would do."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.clicks = self.typed = self.shots = 0
        self.began = time.monotonic()

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def type(self, target: Locator, text: str) -> None:
        target.fill(text)
        self.typed += 1

    def shot(self, name: str) -> None:
        self.shots += 1
        self.page.screenshot(path=self.folder / f"first-{self.shots}-{name}.png")
        print(f"{time.monotonic() - self.began:6.1f} s  {self.clicks} clicks  {name}")  # noqa: T201 - a command


def walk(page: Page, address: str, name: str, password: str, folder: Path) -> Walker:
    """From the sign-in to the answer on /try."""
    paper = folder / "博士后引进补贴办法.docx"
    paper.write_bytes(docx("".join(p(line) for line in PAPER)))
    walker = Walker(page, folder)
    page.goto(f"{address}/admin")
    walker.type(page.locator("[name=name]"), name)
    walker.type(page.locator("[name=password]"), password)
    walker.click(page.get_by_role("button", name="登录"))
    walker.click(page.get_by_role("link", name="上传文件").first)
    page.set_input_files("input[type=file]", paper)
    walker.clicks += 2  # 选择, and 打开 in the system's own window
    walker.shot("upload")
    read = page.locator("#chosen").get_by_role("link", name="核对").first
    read.wait_for(timeout=60_000)
    walker.shot("read")
    walker.click(read)
    onward = page.get_by_text("下一步").first
    onward.wait_for()
    while onward.count():
        walker.click(onward)
        page.wait_for_load_state()
        if page.get_by_text("未覆盖").count():
            walker.shot("check")
    publish = page.get_by_role("button", name="立即发布")
    walker.shot("publish")
    walker.click(publish)
    page.get_by_text("已发布").first.wait_for(timeout=60_000)
    page.goto(f"{address}/try")
    walker.type(page.get_by_role("textbox").first, QUESTION)
    page.keyboard.press("Enter")
    walker.clicks += 1
    page.get_by_text("8600元").first.wait_for(timeout=20_000)
    walker.shot("answer")
    paper.unlink()
    return walker


def main(address: str, name: str, password: str, folder: str) -> None:
    """Walk, and print what it took."""
    if CHROMIUM is None:
        raise SystemExit(HOW_TO_GET_IT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        walked = walk(page, address, name, password, Path(folder))
        browser.close()
    took = time.monotonic() - walked.began
    print(f"{walked.clicks} clicks, {walked.typed} fields, {took:.0f} s")  # noqa: T201 - a command


if __name__ == "__main__":
    main(*sys.argv[1:])
