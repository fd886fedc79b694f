"""The pictures of docs/tour.md, made anew: ``python -m tests.browser.tour [FOLDER]``.

Serves the fictional city's samples with accounts of made-up people, walks through the product as
its users would in Debian's Chromium, and writes one picture a station. Stations whose pages this
copy of the product does not have are named and left out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bot.canned_texts import CannedTexts
from console.accounts import Accounts, Role
from database import open_engine
from tests.browser.conftest import CHROMIUM, FLAGS, HOW_TO_GET_IT
from tests.browser.editions import RIDING
from tests.serving import ROOT, Server, run_script, serving

IMAGES = ROOT / "docs" / "images"
PASSWORD = "correct horse battery"
STAFF, COLLEAGUE, ADMIN = "王敏", "李娜", "陈静"
WIDE, TABLET, PHONE = (1280, 800), (820, 1180), (390, 844)
QUESTION = "D类人才买房补多少钱"
ANSWERED = (
    "大专学历可以落户吗", "落户要带什么材料", "租房补贴领几年", "购房补贴怎么发放",
    "12月的招聘会在哪里开", "E类人才子女怎么入学", "高级工能落户吗",
)  # fmt: skip
"""Asked by as many people on an ordinary day."""
NOT_FOUND = 404
COLOURS = 96


@dataclass
class Walk:
    """One walk through a running product; ``shots`` counts the pictures made."""

    browser: Browser
    server: Server
    folder: Path
    shots: int = 0

    def window(self, size: tuple[int, int], user: str = "") -> Page:
        """A window of a size; signed in where a user is named."""
        width, height = size
        page = self.browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN",
            timezone_id="Asia/Shanghai", permissions=["clipboard-read", "clipboard-write"],
        ).new_page()  # fmt: skip
        if user:
            page.goto(f"{self.server.address}/sign-in")
            page.get_by_label("用户名").fill(user)
            page.get_by_label("密码").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    def go(self, page: Page, path: str) -> None:
        """Open one of our pages and wait until it is at rest."""
        answer = page.goto(self.server.address + path, wait_until="networkidle")
        if answer is not None and answer.status == NOT_FOUND:
            raise LookupError(path)

    def shoot(self, page: Page, name: str) -> None:
        """Write what the window shows."""
        page.wait_for_timeout(400)
        shown = Image.open(BytesIO(page.screenshot())).convert("RGB")
        # pages of flat colours: a palette keeps them and a third of the bytes
        few = shown.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(self.folder / f"{name}.png", optimize=True)
        self.shots += 1
        print(f"  {name}.png", flush=True)


def lookup(walk: Walk) -> None:
    """A call: type, pick, copy, what changed, the keys."""
    page = walk.window(WIDE, STAFF)
    walk.go(page, "/desk")
    page.keyboard.type(QUESTION)
    page.locator(".row").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("c")
    page.locator("#said.seen").wait_for()
    walk.shoot(page, "desk")
    page.wait_for_timeout(3500)  # until what was said is gone
    page.keyboard.press("v")
    page.locator("#history").wait_for()
    page.evaluate("document.querySelector('.past').scrollIntoView()")
    walk.shoot(page, "desk-history")
    page.keyboard.press("?")
    walk.shoot(page, "desk-keys")
    page.keyboard.press("?")
    page.keyboard.press("Escape")
    page.keyboard.type("购房补贴分几年发放")
    page.get_by_text("含已失效").click()
    page.locator(".row.old").first.wait_for()
    page.locator(".row.old a").first.click()
    walk.shoot(page, "desk-lapsed")
    tablet = walk.window(TABLET, STAFF)
    walk.go(tablet, "/desk?q=租房补贴领几年")
    walk.shoot(tablet, "desk-tablet")


def differing(walk: Walk) -> None:
    """Two papers in force that say different things of one benefit; last, for no other picture."""
    with tempfile.TemporaryDirectory() as folder:
        for name, paper in RIDING.items():
            (Path(folder) / f"{name}.txt").write_text(paper, encoding="utf-8")
        run_script("ingest.py", "add", folder, "--data", walk.server.data)
    page = walk.window(WIDE, STAFF)
    walk.go(page, "/desk")
    page.keyboard.type("D类人才乘车补贴每月多少钱")
    page.keyboard.press("Enter")
    page.locator(".panel:not([hidden]) .differs").wait_for()
    page.keyboard.press("c")
    page.locator("#said.seen").wait_for()
    walk.shoot(page, "desk-differs")


def clause(walk: Walk) -> None:
    """The public page on a phone, without script as much as with."""
    page = walk.window(WIDE, STAFF)
    walk.go(page, f"/desk?q={QUESTION}")
    address = page.locator(".panel:not([hidden]) .original").get_attribute("href")
    phone = walk.window(PHONE)
    walk.go(phone, str(address))
    walk.shoot(phone, "clause")


def hand_off(walk: Walk) -> None:
    """A talent on /try asks for a person; staff take over and write with a clause."""
    talent = walk.window(WIDE)
    walk.go(talent, "/try")

    def say(words: str, answer: str) -> None:
        talent.locator("#text").fill(words)
        talent.keyboard.press("Enter")
        talent.locator("#log").get_by_text(answer).last.wait_for()

    say(QUESTION, "30万元")
    walk.shoot(talent, "try")
    say("转人工", "已为您登记人工服务")
    staff = walk.window(WIDE, STAFF)
    walk.go(staff, "/desk/inbox")
    staff.keyboard.press("Alt+j")
    staff.locator("#talk").wait_for()
    walk.shoot(staff, "inbox-waiting")
    staff.keyboard.press("Alt+t")
    staff.locator("#text").wait_for()
    talent.locator("#text").fill("我在经开区上班，还能再加吗")
    talent.keyboard.press("Enter")
    staff.get_by_text("还能再加吗").last.wait_for()
    staff.keyboard.type("您好，可以叠加：")
    staff.keyboard.type("??")
    staff.keyboard.type("经开区购房补贴叠加")
    staff.locator("#picker-list [role=option]").first.wait_for()
    walk.shoot(staff, "inbox-clauses")
    staff.keyboard.press("Enter")
    staff.keyboard.press("Control+Enter")
    staff.locator(".line.staff .fate", has_text="已送达").wait_for()
    walk.shoot(staff, "inbox-sent")
    talent.get_by_text("您好，可以叠加").wait_for()
    walk.shoot(talent, "try-person")
    colleague = walk.window(WIDE, COLLEAGUE)
    walk.go(colleague, "/desk/inbox")
    walk.shoot(colleague, "inbox-colleague")
    staff.keyboard.press("Alt+p")
    staff.keyboard.press("Tab")
    staff.keyboard.type("还要问经开区加发怎么申请")
    walk.shoot(staff, "inbox-pass-on")
    staff.keyboard.press("Enter")
    staff.locator(".told").wait_for()
    walk.go(colleague, "/desk/inbox")
    colleague.keyboard.press("Alt+j")
    colleague.locator("#text").wait_for()
    colleague.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})
    walk.shoot(colleague, "inbox-passed-on")
    colleague.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    colleague.keyboard.type("可以叠加，D类人才在经开区购房再加10万元，向经开区人才服务窗口申请。")
    colleague.keyboard.press("Control+Enter")
    colleague.locator(".line.staff", has_text="人才服务窗口").wait_for()
    colleague.locator(".live #text").wait_for()
    colleague.keyboard.press("Alt+f")
    colleague.locator("[name=answer]").wait_for()
    walk.shoot(colleague, "faq-draft")


def unanswered(walk: Walk) -> None:
    """What had no answer, put together by meaning."""
    for number, asked in enumerate(("无人机执照算人才吗", "会开无人机算人才吗", "机票能报销吗")):
        walk.server.ask(asked, openid=f"oTOUR{number:024}")
    page = walk.window(WIDE, STAFF)
    walk.go(page, "/desk/unanswered")
    walk.shoot(page, "unanswered-list")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator(".live #has-answer").wait_for()
    walk.shoot(page, "unanswered")


def today(walk: Walk) -> None:
    """The day in pictures."""
    for number, asked in enumerate(ANSWERED):
        walk.server.ask(asked, openid=f"oTODAY{number:023}")
    page = walk.window(WIDE, STAFF)
    walk.go(page, "/desk/today")
    walk.shoot(page, "today")


def policies(walk: Walk) -> None:
    """The admin's list, and what was read of one file."""
    page = walk.window(WIDE, ADMIN)
    walk.go(page, "/admin/policies")
    walk.shoot(page, "admin-policies")
    walk.go(page, "/admin/policies/2")
    walk.shoot(page, "admin")
    walk.go(page, "/admin/log")
    walk.shoot(page, "admin-log")


STATIONS: tuple[Callable[[Walk], None], ...] = (
    lookup, clause, hand_off, unanswered, today, policies, differing,
)  # fmt: skip


def main(argv: list[str] | None = None) -> int:
    """Make every picture; 1 when a station could not be walked."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.tour", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=IMAGES)
    folder = parser.parse_args(argv).folder
    if CHROMIUM is None:
        print(HOW_TO_GET_IT, file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="zhihui-tour-") as temporary:
        data = Path(temporary) / "data"
        with serving(data, samples="true") as server, sync_playwright() as playwright:
            engine = open_engine(f"sqlite:///{data / 'zhihui.db'}")
            accounts = Accounts(engine)
            for name, role in ((STAFF, Role.STAFF), (COLLEAGUE, Role.STAFF), (ADMIN, Role.ADMIN)):
                accounts.add(name, PASSWORD, role)
            CannedTexts(engine).save(
                "办理地点",
                "您可以到市民中心二楼人才窗口办理。",
                "地点",
                ADMIN,
            )
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            walk = Walk(browser, server, folder)
            for station in STATIONS:
                print(station.__doc__, flush=True)
                try:
                    station(walk)
                except LookupError as missing:
                    print(f"  left out: this copy has no page {missing}")
                    failed = 1
            browser.close()
            engine.dispose()
    print(f"{walk.shots} pictures in {folder}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
